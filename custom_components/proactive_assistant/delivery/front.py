"""The front desk: everything that entities, services, intents, tools and the panel may ask for, in one place.

`coordinator.front` is the only object they need. Rules for all of it:

- `who` is a Caller: get one with `front.caller(context)` (a service call, an entity's method, a websocket message).
  A call without a user (an automation, a script) speaks for any resident that it names. A user who belongs to a
  resident speaks for that resident only and sees what is theirs and the household's; any other user (a wall tablet,
  an administrator who is no resident) may answer for any resident, but sees household items only.
- `person` names a resident: a resident's id or a person entity; None means
  the caller's own, else the only one there is.
- `what` names a thing to answer, undo or explain: a situation, a suggestion id, an offer's token, a deed's id, or
  a kind; None means the latest.
- Errors are those of `delivery.errors`: translated, and nothing has changed when one is raised.
- Times are aware datetimes. Everything returned is plain data, fit for a service response.

| method | does |
|---|---|
| `async_reply(who, Reply.ACCEPTED, …)` | accept; class A3 raises UnlockedPhoneError: that takes a tap on the phone |
| `async_reply(who, Reply.LATER, until=…)` | a timedelta, a datetime or an Until (evening, morning, home, changed) |
| `async_reply(who, Reply.NOT_NOW / WRONG / NEVER, why=…, scope=…)` | dismiss, with a Why and a Scope |
| `async_undo(who, what)` | restore what was; says what it could not |
| `explain(who, what)` | the record of one decision: what, why, how sure, what would change it |
| `current(who)`, `recent(who, …)`, `held_back(who, …)` | lists; filters person, kind, outcome, since, limit |
| `counts(who)` | numbers for sensors: today, waiting, acceptance in 30 days |
| `check_now(who, person)` | what it would say now; nothing is sent, learned or written down |
| `level(kind)`, `ceiling(kind)`, `levels(kind)` | the level in force, the highest one possible, the choices |
| `async_set_level(who, level, kind=None)` | per kind, or the ceiling of the home with kind None |
| `pause(who, until)`, `resume(who)` | nobody is told anything but danger, and nothing is done |
| `mute(who, person, until)`, `unmute(who, person)` | the same for one resident |
| `mark_exception(who, begin, end)` | nothing is learned in that window |
| `silences(who, person)`, `lift(who, key, person)` | what was silenced for good, and its end |
| `async_forget(who, Forget…, value, person)` | kind, entity, area, person, day or all |
| `async_export(who, person)`, `async_import(who, text, person)` | what was learned of a resident, as JSON text |
| `async_reset(who, person)` | back to the population's answer |
| `rate(who, question, score, person)` | one of the human questions, 1 to 7 |
| `good_moment(person)`, `kind_allowed(kind, person)` | for conditions and binary sensors |
| `async_subscribe(listener)` | every line of the account: (type, data) |
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import CALLBACK_TYPE, Context, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.util import dt as dt_util

from ..assistant.engine import EngineError
from ..assistant.enums import Level, Reply, RiskClass, Verdict, WrongPart
from ..assistant.facts import Suggestion
from ..assistant.history import export_text, import_text
from ..assistant.kinds import KINDS
from ..assistant.levels import risk_of
from ..assistant.results import Decision
from ..assistant.state import ResidentState, StateError
from ..options import CEILINGS, levels_of
from ..resident import Resident
from ..storage.ledger import Entry, Lesson, Offer
from ..storage.orders import Rating, Window
from ..storage.promises import Until
from .account import dashboard_only, explanation, plain_line, seen_by
from .errors import (
    AdminNeededError,
    BadImportError,
    BadTimeError,
    LevelTooHighError,
    NoSuchResidentError,
    NotDoneError,
    NothingToAnswerError,
    NothingToExplainError,
    NothingToUndoError,
    NotYoursError,
    UnknownKindError,
    UnlockedPhoneError,
)
from .promises import ENTITY, EVERYTHING
from .replies import Said
from .until import LATER, LONGEST, resolved

if TYPE_CHECKING:
    from ..coordinator import Coordinator

WEEK: Final = timedelta(days=7)
FOR_GOOD: Final = datetime.max.replace(tzinfo=dt_util.UTC)
MOST_RATINGS: Final = 500


class Why(StrEnum):
    """Why a suggestion was wrong, in a person's words."""

    TOO_EARLY = "too_early"
    TOO_OFTEN = "too_often"
    NOT_USEFUL = "not_useful"
    WRONG_DEVICE = "wrong_device"
    PRESENCE = "presence"
    NOT_MY_JOB = "not_my_job"
    ON_PURPOSE = "on_purpose"
    TOO_BOLD = "too_bold"
    """It should have asked: that was wrong of a thing done by itself."""


_PARTS: Final[Mapping[Why, WrongPart]] = MappingProxyType(
    {
        Why.TOO_EARLY: WrongPart.TIME,
        Why.TOO_OFTEN: WrongPart.TOO_OFTEN,
        Why.NOT_USEFUL: WrongPart.CONTENT,
        Why.WRONG_DEVICE: WrongPart.CONTENT,
        Why.PRESENCE: WrongPart.PRESENCE,
        Why.NOT_MY_JOB: WrongPart.CONTENT,
        Why.ON_PURPOSE: WrongPart.CONTENT,
        Why.TOO_BOLD: WrongPart.AUTONOMY,
    }
)

_SILENT_FOR: Final[Mapping[Why, timedelta]] = MappingProxyType({Why.TOO_EARLY: timedelta(hours=1)})
"""How long a situation is silent after a reason, where it is not as long as after *not now*."""


class Scope(StrEnum):
    """How much a *never* is about."""

    SITUATION = "situation"
    KIND = "kind"
    ENTITY = "entity"
    PERSON = "person"


class Forget(StrEnum):
    """What can be forgotten."""

    KIND = "kind"
    ENTITY = "entity"
    AREA = "area"
    PERSON = "person"
    DAY = "day"
    ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who asks."""

    context: Context
    resident: str | None
    """Id of the resident whose user it is; None for an automation or a user who is no resident."""
    admin: bool

    @property
    def user(self) -> bool:
        """Return whether a user stands behind it."""
        return self.context.user_id is not None


class FrontDesk:
    """What may be asked of the assistant; see the module's docstring."""

    def __init__(self, coordinator: Coordinator) -> None:
        """Stand before a coordinator's rooms."""
        self._owner = coordinator
        self._ledger = coordinator.files.ledger

    # Who ----------------------------------------------------------------------------------------

    async def caller(self, context: Context) -> Caller:
        """Return who stands behind a context."""
        user = await self._owner.hass.auth.async_get_user(context.user_id) if context.user_id else None
        resident = next(
            (item.id for item in self._owner.residents.values() if context.user_id and self._is_user(item, context)),
            None,
        )
        # What has no user is an automation, which an administrator has written.
        return Caller(context=context, resident=resident, admin=user is None or user.is_admin)

    def _is_user(self, resident: Resident, context: Context) -> bool:
        state = self._owner.hass.states.get(resident.person) if resident.person else None
        return state is not None and state.attributes.get("user_id") == context.user_id

    def _resident(self, who: Caller, person: str | None) -> Resident:
        """Return the resident somebody speaks for. Raises NoSuchResidentError or NotYoursError."""
        residents = self._owner.residents
        if person is not None:
            found = next((item for item in residents.values() if person in (item.id, item.person)), None)
        elif who.resident is not None:
            found = residents.get(who.resident)
        else:
            found = next(iter(residents.values())) if len(residents) == 1 else None
        if found is None:
            raise NoSuchResidentError(person=person or "?")
        if who.resident not in (None, found.id):
            raise NotYoursError
        return found

    def _residents(self, who: Caller, person: str | None) -> list[Resident]:
        """Return the residents a question is about: one, or all that somebody speaks for."""
        if person is not None or who.resident is not None or len(self._owner.residents) == 1:
            return [self._resident(who, person)]
        return list(self._owner.residents.values())

    def _reader(self, who: Caller, person: str | None) -> Callable[[Entry], bool]:
        """Return which lines somebody may read: their own and the household's; an automation, of whom it names."""
        if who.resident is not None or person is not None:
            resident = self._resident(who, person)
            private = not who.user or who.resident == resident.id or resident.is_household
            return lambda entry: seen_by(entry, resident.id if private else None)
        if who.user and not any(item.is_household for item in self._owner.residents.values()):
            return lambda entry: seen_by(entry, None)
        return lambda _entry: True

    # Replies ------------------------------------------------------------------------------------

    async def async_reply(
        self,
        who: Caller,
        reply: Reply,
        what: str | None = None,
        *,
        person: str | None = None,
        until: datetime | timedelta | Until | None = None,
        why: Why | None = None,
        scope: Scope = Scope.SITUATION,
    ) -> dict[str, Any]:
        """Answer a suggestion; return `{situation, kind, reply, done: [entities], until}` once it is on disk."""
        residents = self._residents(who, person)
        offer = next((found for item in residents if (found := self._answerable(item, what)) is not None), None)
        if offer is None:
            raise NothingToAnswerError
        suggestion = offer.suggestion
        if reply is Reply.ACCEPTED and suggestion.actions and risk_of(suggestion) >= RiskClass.A3:
            # Whoever calls a service has not unlocked the phone the message was sent to.
            raise UnlockedPhoneError
        said = self._said(offer, reply, until, why, scope)
        replies = self._owner.desk.replies
        answer = replies.take(offer, said, who.context, secure=False)
        done = await replies.async_see_through(answer, who.context)
        return {
            "situation": suggestion.situation,
            "kind": suggestion.kind,
            "reply": said.reply.value,
            "done": list(done.changed),
            "until": said.until.isoformat() if said.until else said.waits_for.value if said.waits_for else None,
        }

    def _answerable(self, resident: Resident, what: str | None) -> Offer | None:
        """Return what a resident can answer: a message in front of them, else what is shown or held for them."""
        now = dt_util.utcnow()
        for offer in reversed(self._ledger.offers_to(resident.id)):
            if offer.suggestion.expires > now and _is_about(offer.suggestion, what, offer.token):
                return offer
        shown = [
            (thread, decision)
            for thread in self._owner.threads.due(now)
            if (decision := thread.decisions.get(resident.id)) is not None
            and _is_about(thread.suggestion, what)
            and (what is not None or decision.verdict is not Verdict.DROP)
        ]
        if not shown:
            return None
        thread, decision = max(shown, key=lambda item: (item[0].suggestion.urgency, item[0].suggestion.benefit))
        return Offer(
            token=secrets.token_urlsafe(16),
            resident=resident.id,
            suggestion=thread.suggestion,
            moment=self._owner.moment(resident, now),
            decision=decision,
            at=thread.decided_at.get(resident.id, now),
            title="",
            message="",
        )

    def _said(
        self,
        offer: Offer,
        reply: Reply,
        until: datetime | timedelta | Until | None,
        why: Why | None,
        scope: Scope,
    ) -> Said:
        """Return a reply in full, as the desk takes it."""
        now = dt_util.utcnow()
        suggestion = offer.suggestion
        if reply is Reply.LATER:
            at, waits_for = resolved(self._owner, until or LATER, now)
            return Said(reply=reply, until=at, waits_for=waits_for)
        keys: tuple[str, ...] = ()
        if reply is Reply.NEVER or scope is not Scope.SITUATION:
            keys = {
                Scope.SITUATION: (suggestion.situation,),
                Scope.KIND: (suggestion.kind,),
                Scope.ENTITY: tuple(f"{ENTITY}{item}" for item in suggestion.entity_ids),
                Scope.PERSON: (EVERYTHING,),
            }[scope]
        if why is None:
            return Said(reply=reply, keys=keys)
        silent = _SILENT_FOR.get(why)
        return Said(
            reply=Reply.NEVER if reply is Reply.NEVER else Reply.WRONG,
            part=_PARTS[why],
            until=now + silent if silent else None,
            keys=keys,
            on_purpose=why is Why.ON_PURPOSE,
        )

    async def async_undo(
        self, who: Caller, what: str | None = None, *, person: str | None = None, wrong: bool = False
    ) -> dict[str, Any]:
        """Restore what was before; return `{situation, kind, restored: [...], not_restored: {entity: [why]}}`.

        `wrong` says that it should not have been done at all ("that was wrong"), which weighs more.
        """
        doer = self._owner.desk.doer
        mine = {item.id for item in self._residents(who, person)}
        deeds = [
            deed
            for deed in self._ledger.deeds.values()
            if doer.undoable(deed)
            and _is_about(deed.suggestion, what, deed.id)
            and (deed.resident in mine or not deed.suggestion.persons)
        ]
        if not deeds:
            raise NothingToUndoError
        deed = max(deeds, key=lambda item: item.at)
        resident = self._owner.residents.get(who.resident or deed.resident) or next(
            iter(self._owner.residents.values())
        )
        undone = await doer.async_undo(deed, resident, who.context, wrong=wrong)
        return {
            "situation": deed.suggestion.situation,
            "kind": deed.suggestion.kind,
            "restored": list(undone.restored),
            "not_restored": {key: list(value) for key, value in undone.missing.items()},
        }

    # Questions ----------------------------------------------------------------------------------

    @callback
    def explain(self, who: Caller, what: str, person: str | None = None) -> dict[str, Any]:
        """Return the record of a decision."""
        for resident in self._residents(who, person):
            found = self._record(resident, what)
            if found is not None:
                return found
        reader = self._reader(who, person)
        entry = next(
            iter(
                self._owner.desk.account.lines(
                    lambda line: reader(line) and what in (line.situation, line.suggestion_id, line.kind), limit=1
                )
            ),
            None,
        )
        if entry is None:
            raise NothingToExplainError
        return plain_line(entry)

    def _record(self, resident: Resident, what: str) -> dict[str, Any] | None:
        """Return what is known of a decision about one resident, from where most of it is kept."""
        for deed in reversed(self._ledger.deeds.values()):
            if deed.resident == resident.id and _is_about(deed.suggestion, what, deed.id):
                extra = {"done": list(deed.changed), "automatic": deed.automatic, "status": deed.status.value}
                return explanation(deed.suggestion, deed.decision, deed.at, extra)
        for offer in reversed(self._ledger.offers_to(resident.id)):
            if _is_about(offer.suggestion, what, offer.token):
                said = {"title": offer.title, "message": offer.message}
                return explanation(offer.suggestion, offer.decision, offer.at, said)
        for thread in self._owner.threads.open.values():
            if _is_about(thread.suggestion, what):
                at = thread.decided_at.get(resident.id, thread.suggestion.created)
                return explanation(thread.suggestion, thread.decisions.get(resident.id), at, {})
        for lesson in reversed(self._ledger.lessons):
            if lesson.resident == resident.id and _is_about(lesson.suggestion, what):
                extra = {"ended": lesson.outcome.reply.value, "ended_at": lesson.outcome.at.isoformat()}
                return explanation(lesson.suggestion, lesson.decision, lesson.outcome.at, extra)
        return None

    @callback
    def current(self, who: Caller, person: str | None = None, kind: str | None = None) -> list[dict[str, Any]]:
        """Return what is in front of a resident or held for them, most urgent first."""
        words, now = self._owner.desk.words, dt_util.utcnow()
        found: list[tuple[Suggestion, Decision, Resident, str]] = []
        for resident in self._residents(who, person):
            offers = [item for item in self._ledger.offers_to(resident.id) if item.suggestion.expires > now]
            told = {offer.suggestion.situation for offer in offers}
            found += [(offer.suggestion, offer.decision, resident, "offered") for offer in offers]
            found += [
                (thread.suggestion, decision, resident, "shown" if dashboard_only(decision) else "held_back")
                for thread in self._owner.threads.due(now)
                if (decision := thread.decisions.get(resident.id)) is not None
                and decision.verdict is not Verdict.DROP
                and thread.suggestion.situation not in told
            ]
        found = [item for item in found if kind in (None, item[0].kind)]
        found.sort(key=lambda item: (-item[0].urgency, -item[0].benefit))
        rows = []
        for suggestion, decision, resident, state in found:
            message = words.message(suggestion, decision.style)
            record = explanation(suggestion, decision, suggestion.created, {})
            texts = {"resident": resident.id, "person": resident.person, "state": state}
            rows.append(record | texts | {"title": message.title, "message": message.body})
        return rows

    @callback
    def recent(
        self,
        who: Caller,
        person: str | None = None,
        kind: str | None = None,
        outcome: str | None = None,
        since: datetime | None = None,
        limit: int = 50,
    ) -> list[dict[str, Any]]:
        """Return lines of the account, latest first; `outcome` is a line's type."""
        lines = self._owner.desk.account.lines(
            self._reader(who, person), kind=kind, outcome=outcome, since=since, limit=limit
        )
        return [plain_line(line) for line in lines]

    @callback
    def held_back(
        self,
        who: Caller,
        person: str | None = None,
        kind: str | None = None,
        since: datetime | None = None,
        limit: int = 50,
    ) -> dict[str, Any]:
        """Return `{items: [...], counts: {reason: n}}` of what was held back, by default in the last seven days."""
        reader = self._reader(who, person)
        account = self._owner.desk.account
        begin = since or dt_util.utcnow() - WEEK
        lines = account.lines(reader, kind=kind, outcome="held_back", since=begin, limit=limit)
        counted = account.held_counts(lambda line: reader(line) and kind in (None, line.kind), begin)
        return {"items": [plain_line(line) for line in lines], "counts": counted}

    @callback
    def counts(self, person: str | None = None) -> dict[str, Any]:
        """Return `{today, waiting, acceptance, offered}` of a resident or of the home."""
        resident = None if person is None else self._resident(_NOBODY, person).id
        return self._owner.desk.account.counts(resident, dt_util.utcnow())

    async def async_check_now(self, who: Caller, person: str | None = None) -> list[dict[str, Any]]:
        """Return what would be said or done now, without doing it."""
        rows: list[dict[str, Any]] = []
        for resident in self._residents(who, person):
            now = dt_util.utcnow()
            for thread, decision in await self._owner.async_consider(resident, now):
                message = self._owner.desk.words.message(thread.suggestion, decision.style)
                record = explanation(thread.suggestion, decision, now, {})
                rows.append(record | {"resident": resident.id, "title": message.title, "message": message.body})
        return rows

    # Levels -------------------------------------------------------------------------------------

    @callback
    def level(self, kind: str) -> Level:
        """Return the level of a kind that is in force, under every ceiling."""
        self._known(kind)
        return min(self._owner.desk.promotion.chosen(kind), self._owner.settings.ceiling)

    @callback
    def ceiling(self) -> Level:
        """Return the ceiling of the home."""
        return self._owner.settings.ceiling

    @callback
    def levels(self, kind: str | None = None) -> tuple[Level, ...]:
        """Return the levels that may be chosen for a kind, or for the ceiling of the home."""
        if kind is None:
            return CEILINGS
        self._known(kind)
        return levels_of(kind)

    @staticmethod
    def _known(kind: str) -> None:
        if kind not in KINDS:
            raise UnknownKindError(kind=kind)

    async def async_set_level(self, who: Caller, level: Level, kind: str | None = None) -> None:
        """Set the level of a kind, or the ceiling of the home.

        Raises LevelTooHighError, and AdminNeededError when somebody who may not do so lets the home act by itself.
        """
        choices = self.levels(kind)
        if level not in choices:
            raise LevelTooHighError(kind=kind or "home", level=max(choices).name.lower())
        # An automation may lower a level at any time; that the home acts is for a person to say.
        owner = self._owner.residents.get(who.resident or "")
        owns = owner is not None and kind is not None and self._owner.desk.promotion.owns(owner, kind)
        if level is Level.ACT and not (who.user and (who.admin or owns)):
            raise AdminNeededError
        self._owner.desk.promotion.set_level(kind, level, dt_util.utcnow())
        await self._owner.files.async_commit()

    # Silence ------------------------------------------------------------------------------------

    def _end(self, until: datetime | timedelta | Until) -> datetime:
        at, waits_for = resolved(self._owner, until, dt_util.utcnow())
        if at is None or waits_for is not None:
            raise BadTimeError
        return at

    async def async_pause(self, who: Caller, until: datetime | timedelta | Until) -> datetime:
        """Say and do nothing until then, but for danger; return the time."""
        at = self._end(until)
        self._ledger.orders.paused_until = at
        await self._async_heeded()
        return at

    async def async_resume(self, who: Caller) -> None:
        """End a pause."""
        self._ledger.orders.paused_until = None
        await self._async_heeded()

    async def async_mute(
        self, who: Caller, person: str | None = None, until: datetime | timedelta | Until | None = None
    ) -> datetime | None:
        """Tell one resident nothing but danger until then, or for good; return the time."""
        resident = self._resident(who, person)
        at = None if until is None else self._end(until)
        self._ledger.orders.muted[resident.id] = at
        await self._async_heeded()
        return at

    async def async_unmute(self, who: Caller, person: str | None = None) -> None:
        """End that."""
        self._ledger.orders.muted.pop(self._resident(who, person).id, None)
        await self._async_heeded()

    @callback
    def paused_until(self, person: str | None = None) -> datetime | None:
        """Return until when nothing is said to a resident, or to anybody; the last day there is when for good."""
        now = dt_util.utcnow()
        orders = self._ledger.orders
        ends = [orders.paused_until]
        if person is not None:
            muted = orders.muted.get(self._resident(_NOBODY, person).id, now)
            ends.append(FOR_GOOD if muted is None else muted)
        return max((end for end in ends if end is not None and end > now), default=None)

    async def _async_heeded(self) -> None:
        """Write down what was ordered, and look at the home with it."""
        for thread in self._owner.threads.open.values():
            thread.look_again.clear()
        await self._owner.files.async_commit()
        self._owner.async_updated()
        self._owner.async_look_soon()

    @callback
    def silences(self, who: Caller, person: str | None = None) -> list[dict[str, Any]]:
        """Return what is kept from a resident for good: `{key, scope, reason, until}`."""
        resident = self._resident(who, person)
        return [
            {
                "key": key,
                "scope": _scope_of(key),
                "reason": silence.reason.value,
                "until": silence.until.isoformat() if silence.until else None,
                "lasting": silence.lasting,
            }
            for key, silence in self._ledger.silences.get(resident.id, {}).items()
        ]

    async def async_lift(self, who: Caller, key: str, person: str | None = None) -> None:
        """End such a silence."""
        mine = self._ledger.silences.get(self._resident(who, person).id, {})
        if mine.pop(key, None) is None:
            raise NothingToAnswerError
        await self._async_heeded()

    # What was learned ---------------------------------------------------------------------------

    async def async_mark_exception(self, who: Caller, begin: datetime, end: datetime) -> None:
        """Learn nothing from what happens between two instants, and take back what was learned there."""
        if begin.tzinfo is None or end.tzinfo is None or not timedelta() < end - begin <= LONGEST:
            raise BadTimeError
        window = Window(begin=dt_util.as_utc(begin), end=dt_util.as_utc(end))
        self._ledger.orders.exceptions += (window,)
        for resident in self._owner.residents.values():
            if any(item.resident == resident.id and window.holds(item.outcome.at) for item in self._ledger.lessons):
                await self._async_unlearn(
                    resident, lambda lesson: not window.holds(lesson.outcome.at), lambda _entry: True
                )
        await self._owner.files.async_commit()

    async def async_forget(
        self, who: Caller, what: Forget, value: str | None = None, person: str | None = None
    ) -> dict[str, int]:
        """Forget what was learned and noted; return `{lines, lessons}` that went."""
        test = self._forgotten(what, value)
        # What concerns the whole home is an administrator's to forget for everybody.
        residents = (
            [self._resident(who, value if what is Forget.PERSON else person)]
            if (who.resident is not None or person is not None or what is Forget.PERSON)
            else list(self._owner.residents.values())
        )
        lines = lessons = 0
        for resident in residents:
            gone = await self._async_unlearn(
                resident,
                lambda lesson: not test(lesson.suggestion.kind, lesson.suggestion.entity_ids, lesson.outcome.at),
                lambda entry: not test(entry.kind, entry.entities, entry.at),
            )
            lines, lessons = lines + gone[0], lessons + gone[1]
        if what is Forget.ENTITY and value is not None:
            habits = self._owner.files.habits
            tables: tuple[dict[str, Any], ...] = (habits.dwell, habits.stay_on, habits.nights, habits.armed)
            for table in tables:
                table.pop(value, None)
        await self._owner.files.async_commit()
        self._owner.files.habits_changed()
        self._owner.async_updated()
        return {"lines": lines, "lessons": lessons}

    def _forgotten(self, what: Forget, value: str | None) -> Callable[[str, tuple[str, ...], datetime], bool]:
        """Return the test for what is to be forgotten, by kind, entities and time. Raises a DeskError."""
        if what in (Forget.ALL, Forget.PERSON):
            return lambda _kind, _entities, _at: True
        if not value:
            raise NothingToExplainError
        if what is Forget.KIND:
            self._known(value)
            return lambda kind, _entities, _at: kind == value
        if what is Forget.ENTITY:
            return lambda _kind, entities, _at: value in entities
        if what is Forget.AREA:
            registry = ar.async_get(self._owner.hass)
            area = registry.async_get_area(value) or registry.async_get_area_by_name(value)
            if area is None:
                raise NothingToExplainError
            things = self._owner.home.map.things
            inside = {item for item, thing in things.items() if thing.area == area.name}
            return lambda _kind, entities, _at: bool(inside & set(entities))
        day = dt_util.parse_date(value)
        if day is None:
            raise BadTimeError
        return lambda _kind, _entities, at: dt_util.as_local(at).date() == day

    async def _async_unlearn(
        self, resident: Resident, lesson: Callable[[Lesson], bool], entry: Callable[[Entry], bool]
    ) -> tuple[int, int]:
        """Keep of a resident only the lessons and lines for which a test holds, and learn the state anew."""
        gone = self._ledger.keep(
            lambda item: item.resident != resident.id or entry(item),
            lambda item: item.resident != resident.id or lesson(item),
        )
        kept = [item for item in self._ledger.lessons if item.resident == resident.id]
        if gone[1] or not kept:
            try:
                state = await self._owner.hass.async_add_executor_job(
                    self._owner.assistant.rebuild, kept, resident.person
                )
            except (EngineError, ValueError) as err:
                raise NotDoneError from err
            self._take_over(resident, state)
        return gone

    def _take_over(self, resident: Resident, state: ResidentState) -> None:
        files = self._owner.files
        resident.state = files.states[resident.id] = state
        files.learned.learned[resident.id] = self._ledger.learned_count.get(resident.id, 0)
        files.states_changed()
        self._owner.async_updated()

    async def async_export(self, who: Caller, person: str | None = None) -> str:
        """Return what was learned of a resident as JSON text."""
        return export_text(self._private(who, person).state)

    def _private(self, who: Caller, person: str | None) -> Resident:
        """Return a resident to whom somebody may do what is nobody else's business."""
        resident = self._resident(who, person)
        if who.user and who.resident is None and not who.admin:
            raise NotYoursError
        return resident

    async def async_import(self, who: Caller, text: str, person: str | None = None) -> None:
        """Take over what was learned elsewhere."""
        resident = self._private(who, person)
        try:
            state = await self._owner.hass.async_add_executor_job(import_text, text, self._owner.assistant.engine)
        except (StateError, ValueError) as err:
            raise BadImportError(error=str(err)) from err
        self._take_over(resident, state)
        await self._owner.files.async_commit()

    async def async_reset(self, who: Caller, person: str | None = None) -> None:
        """Return a resident to the population's answer, and its record to none."""
        resident = self._private(who, person)
        self._ledger.keep(lambda item: item.resident != resident.id, lambda item: item.resident != resident.id)
        self._ledger.silences.pop(resident.id, None)
        self._take_over(resident, self._owner.assistant.new_resident())
        await self._async_heeded()

    async def async_rate(self, who: Caller, question: str, score: int, person: str | None = None) -> None:
        """Keep an answer to one of the questions about the whole, 1 to 7."""
        resident = self._resident(who, person)
        rating = Rating(at=dt_util.utcnow(), resident=resident.id, question=question[:64], score=min(7, max(1, score)))
        self._ledger.orders.ratings = (*self._ledger.orders.ratings, rating)[-MOST_RATINGS:]
        await self._owner.files.async_commit()

    # Timing for others --------------------------------------------------------------------------

    @callback
    def good_moment(self, person: str) -> bool | None:
        """Return whether a message would be welcome now, as far as rules and the last judgement know."""
        resident = self._resident(_NOBODY, person)
        if self._ledger.orders.silent(resident.id, dt_util.utcnow()):
            return False
        found = self._owner.receptivity.of(resident.id)
        return None if found is None else found.good

    @callback
    def kind_allowed(self, kind: str, person: str | None = None) -> bool:
        """Return whether a suggestion of a kind may be said now: level, pause, silence, quiet hours."""
        if self.level(kind) < Level.SUGGEST:
            return False
        now = dt_util.utcnow()
        policy = KINDS[kind]
        if self._owner.settings.quiet(dt_util.as_local(now)) and not policy.in_quiet_hours:
            return False
        residents = self._owner.residents.values() if person is None else [self._resident(_NOBODY, person)]
        return any(
            not self._ledger.orders.silent(item.id, now)
            and not {kind, EVERYTHING} & self._ledger.silenced(item.id, now).keys()
            for item in residents
        )

    @callback
    def async_subscribe(self, listener: Callable[[str, dict[str, Any]], None]) -> CALLBACK_TYPE:
        """Call a listener with the type and data of every line of the account."""
        return self._owner.desk.account.on_event(listener)


_NOBODY: Final = Caller(context=Context(), resident=None, admin=False)
"""The house itself, which asks for its own entities."""


def _is_about(suggestion: Suggestion, what: str | None, token: str = "") -> bool:
    """Return whether a name names a suggestion; no name names any."""
    return what is None or what in {suggestion.situation, suggestion.id, suggestion.kind, token} - {""}


def _scope_of(key: str) -> str:
    if key == EVERYTHING:
        return Scope.PERSON.value
    if key.startswith(ENTITY):
        return Scope.ENTITY.value
    return Scope.KIND.value if key in KINDS else Scope.SITUATION.value
