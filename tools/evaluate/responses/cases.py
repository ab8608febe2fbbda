"""Rows of a table to what the assistant is asked and told, person by person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from assistant.enums import Category, Channel, DayType, Level, Reason, Reply, RiskClass, Urgency, Verdict, WrongPart
from assistant.facts import Moment, RecentReply, Suggestion
from assistant.kinds import KINDS
from assistant.results import Decision, Outcome

from .mapping import Plan
from .source import Complaints, Source
from .table import ResponsesError, Table
from .values import Answer

NO_TIME: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)
"""Noon of a Monday: when outcomes without a date happen, so that no days pass between them."""
_DAYS: Final = {DayType.SATURDAY: date(2026, 1, 10), DayType.SUNDAY: date(2026, 1, 11)}
_WEEKEND: Final = (DayType.WEEKDAY,) * 5 + (DayType.SATURDAY, DayType.SUNDAY)

_RECENT: Final = 8
"""Earlier replies a moment carries, as the integration's account does."""

_MOMENT: Final = (
    *("activity", "activity_confidence", "activity_minutes", "household", "company", "room", "transition"),
    *("phone", "mode", "weather", "delivered_today", "minutes_since_delivery"),
)
_SUGGESTION: Final = ("kind", "situation", "category", "risk", "urgency", "benefit", "risk_present")
_EXPIRY: Final = 240.0
"""Minutes a suggestion of an unknown kind lives when the table does not say."""
_SURE: Final = 0.9
"""Confidence in an activity that the table states without one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One row: what is asked, what is told afterwards, and what is to be predicted."""

    moment: Moment
    suggestion: Suggestion
    decision: Decision
    outcome: Outcome
    truth: bool | None
    """The target; None where this answer does not say."""
    features: dict[str, str | None]
    """What the context-only baseline reads."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One person's rows in their order."""

    name: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """Rows that were left out, by reason."""

    answer: int
    """Whose answer maps to `skip` or is missing."""


_UNSEEN: Final = (Reply.UNSEEN, Reply.EXPIRED)
_WANTED: Final = (Reply.ACCEPTED, Reply.LATER, Reply.DONE_BY_HAND)
_WANTED_BUT: Final = (WrongPart.TIME, WrongPart.TOO_OFTEN, WrongPart.AUTONOMY)


def _silent(predict: str, reply: Reply, part: WrongPart | None) -> bool:
    """Return whether a reply says nothing about a target."""
    if reply is Reply.RESOLVED or (reply in _UNSEEN and predict not in ("noticed", "accepted")):
        return True
    return predict == "moment" and (reply is Reply.NEVER or part is WrongPart.CONTENT)


def truth_of(predict: str, reply: Reply, part: WrongPart | None) -> bool | None:
    """Return what a reply says about a target; None when it says nothing."""
    if _silent(predict, reply, part):
        return None
    if predict == "noticed":
        return reply not in _UNSEEN
    if predict == "content":
        return reply in _WANTED or part in _WANTED_BUT
    return reply is Reply.ACCEPTED


@dataclass(frozen=True, slots=True)
class _Row:
    """One row's values before history is known."""

    person: str
    order: str | None
    values: dict[str, Any]
    answer: tuple[Reply, WrongPart | None]
    truth: bool | None
    features: dict[str, str | None]

    @property
    def timed(self) -> bool:
        return self.values.get("at") is not None or self.values.get("date") is not None


def _at(values: dict[str, Any], plan: Plan) -> datetime:
    """Return the local time of a row; what is not known of it is noon, and a Monday."""
    if values.get("at") is not None:
        found: datetime = values["at"]
        return found
    day = values["date"].date() if values.get("date") is not None else None
    day = day or _DAYS.get(values.get("day") or values.get("day_type") or DayType.WEEKDAY, NO_TIME.date())
    return datetime.combine(day, values.get("hour") or time(12), plan.zone)


def _day_type(values: dict[str, Any], at: datetime) -> DayType:
    return values.get("day_type") or values.get("day") or _WEEKEND[at.weekday()]


def _moment(values: dict[str, Any], at: datetime) -> Moment:
    known = {name: values[name] for name in _MOMENT if values.get(name) is not None}
    if "activity" in known:
        known.setdefault("activity_confidence", _SURE)
    return Moment(at=at, day_type=_day_type(values, at), **known)


def _suggestion(values: dict[str, Any], at: datetime, number: int) -> Suggestion:
    known = {name: values[name] for name in _SUGGESTION if values.get(name) is not None}
    kind = known.pop("kind", "message")
    policy = KINDS.get(kind)
    age, expiry = values.get("age"), values.get("expiry")
    life = expiry if expiry is not None else (policy.minutes_to_live if policy else _EXPIRY)
    defaults: dict[str, Any] = {
        "situation": f"{kind}:table",
        "category": policy.category if policy else Category.OTHER,
        "risk": policy.risk if policy else RiskClass.A0,
        "urgency": policy.urgency if policy else Urgency.NORMAL,
        "benefit": policy.benefit if policy else 0.5,
    }
    return Suggestion(
        id=str(number),
        kind=kind,
        created=at,
        began=None if age is None else at - timedelta(minutes=age),
        expires=at + timedelta(minutes=life),
        **{**defaults, **known},
    )


def _decision(values: dict[str, Any]) -> Decision:
    return Decision(
        verdict=values.get("verdict") or Verdict.SPEAK,
        reason=Reason.WELCOME,
        channel=values.get("channel") or Channel.PHONE,
        level=values.get("level") or Level.SUGGEST,
    )


def _outcome(row: _Row, at: datetime) -> Outcome:
    reply, part = row.answer
    delay, later = row.values.get("delay") or 0.0, row.values.get("later")
    when = at + timedelta(minutes=delay) if row.timed else NO_TIME
    return Outcome(
        reply=reply,
        at=when,
        delay_minutes=delay,
        later_until=None if later is None else when + timedelta(minutes=later),
        part=part,
    )


def _with_history(moment: Moment, earlier: Sequence[tuple[datetime, Case]], *, timed: bool) -> Moment:
    """Return the moment with what this person was told before, as far as the table did not say so itself."""

    def ago(at: datetime) -> float:
        return (moment.at - at).total_seconds() / 60 if timed else float("nan")

    recent = tuple(
        RecentReply(
            kind=case.suggestion.kind,
            category=case.suggestion.category,
            reply=case.outcome.reply,
            minutes_ago=ago(at),
        )
        for at, case in reversed(earlier[-_RECENT:])
    )
    moment = replace(moment, recent=recent)
    if not timed or not earlier:
        return moment
    today = sum(at.date() == moment.at.date() for at, _ in earlier)
    since = ago(earlier[-1][0])
    return replace(
        moment,
        delivered_today=moment.delivered_today or today,
        minutes_since_delivery=since if moment.minutes_since_delivery is None else moment.minutes_since_delivery,
    )


def _person(name: str, rows: Iterable[_Row], plan: Plan) -> Person:
    cases: list[Case] = []
    earlier: list[tuple[datetime, Case]] = []
    for number, row in enumerate(rows):
        at = _at(row.values, plan)
        moment = _moment(row.values, at)
        if row.timed if plan.history is None else plan.history:
            moment = _with_history(moment, earlier, timed=row.timed)
        case = Case(
            moment=moment,
            suggestion=_suggestion(row.values, at, number),
            decision=_decision(row.values),
            outcome=_outcome(row, at),
            truth=row.truth,
            features={**row.features, "(hour)": str(at.hour), "(day)": moment.day_type.value},
        )
        cases.append(case)
        earlier.append((at, case))
    return Person(name=name, cases=tuple(cases))


def _sort_key(rows: list[_Row]) -> Any:
    """Return the key by which rows follow one another: numbers, else times, else text; the clock if none is named."""
    if rows[0].order is None:
        return (lambda row: row.values["at"].timestamp()) if all(row.values.get("at") for row in rows) else None
    for parse in (float, datetime.fromisoformat):
        try:
            keys = {id(row): parse(row.order or "") for row in rows}
            sorted(set(keys.values()))
        except ValueError, TypeError:
            continue
        return lambda row: keys[id(row)]
    return lambda row: row.order


def _text(source: Source | None, row: Sequence[str], otherwise: str | None, complaints: Complaints) -> str | None:
    if source is None:
        return otherwise
    found = source.read(row, complaints)
    if found is None:
        complaints.add(source.name, "", "missing")
    return None if found is None else str(found)


def people_of(plan: Plan, table: Table) -> tuple[list[Person], Skipped]:
    """Return the people of a table in order of appearance, and how many rows were left out.

    Raises ResponsesError on values that no rule covers, and when no row is left.
    """
    complaints = Complaints()
    groups: dict[str, list[_Row]] = {}
    skipped = 0
    for number, cells in enumerate(table.rows):
        answer: Answer = plan.answer.read(cells, complaints)
        if answer is None:
            skipped += 1
            continue
        person = _text(plan.person, cells, f"row {number + 1}", complaints)
        row = _Row(
            person=person or "",
            order=_text(plan.order, cells, None, complaints),
            values={name: source.read(cells, complaints) for name, source in plan.fields.items()},
            answer=answer,
            truth=plan.truth.read(cells, complaints) if plan.truth else truth_of(plan.predict, *answer),
            features={table.columns[place]: cells[place] or None for place in plan.features},
        )
        groups.setdefault(row.person, []).append(row)
    complaints.raise_any()
    people = []
    for name, rows in groups.items():
        key = _sort_key(rows)
        people.append(_person(name, sorted(rows, key=key) if key else rows, plan))
    if not any(case.truth is not None for person in people for case in person.cases):
        raise ResponsesError(f"no row has an answer that says anything about '{plan.predict}'")
    return people, Skipped(answer=skipped)
