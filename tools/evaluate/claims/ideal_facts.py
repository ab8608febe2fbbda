"""What the ideal observer sees of every look: the true context, and chances of what is hidden of a situation."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from assistant.enums import Activity, Category, Company, Reply, Transition, Urgency, Verdict, WrongPart
from assistant.kinds import KINDS
from tools.personas.tastes import DAY_PARTS
from tools.simulate.factors import Load
from tools.simulate.house import House
from tools.simulate.kinds import ARISING
from tools.simulate.logistic import _CARES, _HANDS, _KITCHEN, _ON_PURPOSE, _SOON
from tools.simulate.resident import Resident
from tools.simulate.situations import Situation, _meant
from tools.simulate.world import Opportunity, World

from .live import steps
from .scores import Bits, Ints, Truth, truth_of
from .trace import Look, Trace

SINCE_MOST: Final = 600.0
"""Minutes after which an earlier message is forgotten (the simulator's)."""
_NEVER: Final = 1e5
_ALMOST: Final = 10
"""Minutes before somebody sees to it in which it is 'about to be seen to'."""
_SPREAD: Final = 0.7
"""SD of the log of the minutes until a situation ends (the simulator's)."""

OUTCOMES: Final = {
    "nothing": 0.0,
    "on purpose": -_ON_PURPOSE,
    "seen to by this person": _CARES,
    "seen to by this person at once": _CARES - _SOON,
    "seen to by another at once": -_SOON,
}
"""What may be hidden of a situation, and what it adds to the logit of wanted content."""

ACCEPTED, LATER, NOT_NOW, WRONG_CONTENT, WRONG_TIME, NEVER, SILENT = range(7)
"""Replies as the observer reads them; the last says nothing."""
_REPLIES: Final = {
    Reply.ACCEPTED: ACCEPTED,
    Reply.LATER: LATER,
    Reply.NOT_NOW: NOT_NOW,
    Reply.NEVER: NEVER,
}
_WRONG: Final = {
    WrongPart.CONTENT: WRONG_CONTENT,
    WrongPart.TIME: WRONG_TIME,
    WrongPart.TOO_OFTEN: WRONG_TIME,
}

_ACTIVITIES: Final = {activity: place for place, activity in enumerate(Activity)}
_CATEGORIES: Final = {category: place for place, category in enumerate(Category)}
_KIND_PLACES: Final = {kind: place for place, kind in enumerate(KINDS)}
NUMBERS: Final = frozenset({"activity", "part", "category", "kind", "day", "reply", "before"})
"""Facts that are whole numbers."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One person's looks as the ideal observer sees them."""

    truth: Truth
    facts: dict[str, np.ndarray]
    """By name, shape (looks,); `hidden` has shape (looks, outcomes)."""
    answers: Ints
    """Numbers of the looks that were answered, in the order in which the answers became known."""


def _lasts(minutes: float, age: float) -> float:
    """Return the chance that something that ends after a median of so many minutes is still there."""
    return NormalDist().cdf(-math.log(max(age, 1.0) / minutes) / _SPREAD)


def hidden(situation: Situation, minute: int, house: House) -> list[float]:
    """Return the chances of what may be hidden of a situation that is still open, in the order of OUTCOMES."""
    row = ARISING[situation.kind]
    age = float(minute - situation.created)
    purpose = row.on_purpose * _meant(house, situation.created, risk=situation.risk_present)
    by_hand = (1.0 - purpose) * row.by_hand
    meant = purpose * _lasts(row.natural_minutes, age)
    waits = by_hand * _lasts(row.by_hand_minutes, age)
    soon = max(waits - by_hand * _lasts(row.by_hand_minutes, age + _ALMOST), 0.0)
    mine = 1.0 / len(house.timelines) if row.persons in ("household", "parents") else 1.0
    nothing = 1.0 - purpose - by_hand + (1.0 - mine) * (waits - soon)
    found = [nothing, meant, mine * (waits - soon), mine * soon, (1.0 - mine) * soon]
    total = sum(found)
    return [share / total for share in found]


def reply_of(look: Look) -> int:
    """Return how the observer reads what came back."""
    if look.outcome is None or look.decision.verdict is not Verdict.SPEAK or not look.answers:
        return SILENT
    if look.outcome.reply is Reply.WRONG:
        return _WRONG.get(look.outcome.part, SILENT) if look.outcome.part is not None else SILENT
    return _REPLIES[look.outcome.reply]


def context(opportunity: Opportunity, load: Load) -> dict[str, float]:
    """Return the facts of a look that tastes are applied to."""
    state, matter, suggestion = opportunity.state, opportunity.matter, opportunity.suggestion
    category = suggestion.category
    chore = category is Category.CHORES or suggestion.kind in _KITCHEN
    return {
        "activity": _ACTIVITIES[state.activity],
        "part": sum(state.hour >= first for first in DAY_PARTS) - 1,
        "category": _CATEGORIES[category],
        "kind": _KIND_PLACES[suggestion.kind],
        "day": opportunity.session,
        "age": math.log1p(max(opportunity.minute - opportunity.situation.began, 0) / 15.0) - 1.0,
        "this_week": load.of_kind_this_week,
        "risk": suggestion.risk_present,
        "refused": load.refused_kind_today,
        "away": category in (Category.SECURITY, Category.SAFETY) and (not state.home or state.hour >= 22.0),
        "free_chore": category is Category.CHORES and state.free_day,
        "morning": math.cos((state.hour - 9.0) / 12.0 * math.pi),
        "guests": state.company is Company.GUESTS,
        "free": state.free_day,
        "ill": state.ill,
        "work_at_home": state.activity is Activity.WORKING and state.home,
        "hands": 0.0 if state.activity not in _HANDS else 1.0 if chore else -0.3,
        "transition": state.transition is not Transition.NONE,
        "pressing": matter.pressing,
        "urgent": matter.pressing or suggestion.urgency >= Urgency.HIGH,
        "today": load.delivered_today,
        "since": min(load.since, _NEVER),
        "asleep": state.activity is Activity.ASLEEP,
    }


def _before(looks: Iterable[Look], answers: Ints) -> Ints:
    """Return for every look the place, among the answers, of the last one known about its situation; -1 where none."""
    by_situation: dict[str, list[tuple[float, int]]] = {}
    numbered = list(looks)
    for place, number in enumerate(answers.tolist()):
        look = numbered[number]
        by_situation.setdefault(look.suggestion.situation, []).append((look.known, place))
    found = [
        max(
            (place for known, place in by_situation.get(look.suggestion.situation, ()) if known <= look.minute),
            default=-1,
        )
        for look in numbered
    ]
    return np.array(found, np.int64)


def seen(world: World, trace: Trace) -> Seen:
    """Return a trace as the ideal observer sees it; the decisions of the trace are lived through once more."""
    resident, looks = Resident(world), iter(trace.looks)
    rows: list[dict[str, float]] = []
    chances: list[list[float]] = []
    for opportunity in world.opportunities:
        if not resident.is_open(opportunity):
            continue
        look = next(looks)
        load = resident.load(opportunity.minute, opportunity.suggestion.kind)
        resident.respond(opportunity, look.decision)
        rows.append(context(opportunity, load) | {"reply": reply_of(look), "benefit": look.benefit})
        chances.append(hidden(opportunity.situation, opportunity.minute, world.house))
    feedback = [answers for _, stretch, answers in steps(trace) for _ in stretch]
    answered = sorted((look for look in trace.looks if look.answers), key=lambda look: (look.known, look.number))
    answers = np.array([look.number for look in answered], np.int64)
    facts = {
        name: np.array([row[name] for row in rows], np.int32 if name in NUMBERS else np.float32) for name in rows[0]
    }
    facts["hidden"] = np.array(chances, np.float32)
    facts["before"] = _before(trace.looks, answers).astype(np.int32)
    return Seen(truth=truth_of(trace, feedback), facts=facts, answers=answers)


def padded(facts: dict[str, np.ndarray], numbers: Ints, size: int) -> dict[str, np.ndarray]:
    """Return the facts of some looks as arrays of one size; what is missing repeats the first look of all."""
    chosen = np.zeros(size, np.int64)
    chosen[: len(numbers)] = numbers
    return {name: column[chosen] for name, column in facts.items()}


def heard(truth: Truth, answers: int, span: int) -> Bits:
    """Return the looks at which from so many to so many more answers had been given."""
    return np.asarray((truth.feedback >= answers) & (truth.feedback < answers + span))
