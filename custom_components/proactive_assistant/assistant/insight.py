"""What a resident's state says in plain numbers, for the account of what was learned."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final

import numpy as np

from .effects import own_kind
from .engine import Engine, Floats, Prior
from .enums import Activity, Category, DayType, Reply, RiskClass, Transition, Urgency
from .facts import Moment, Suggestion
from .history import Lesson
from .judge import FACTOR, applicable, factor_logits, judge, judge_many, sigmoid, steering, with_effects
from .kinds import KINDS
from .learner import learn
from .results import Estimate
from .state import ResidentState, new_state

LEAST: Final = 0.005
"""The smallest move a person would call a change, in deviations or logits."""

_DAYS: Final = (DayType.WEEKDAY,) * 5 + (DayType.SATURDAY, DayType.SUNDAY)
_LIFE: Final = timedelta(hours=4)
_USUAL_BENEFIT: Final = 0.5

type UsualActivity = Callable[[int, int], Activity]
"""What somebody mostly does on a weekday (0 is Monday) at an hour."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DimensionFact:
    """Where a resident stands on one preference dimension, against the population."""

    name: str
    move: float
    """From the population, in its standard deviations; the sign is that of the largest coordinate."""
    sd: float
    """Of the move, in the same unit; 1 when nothing is known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectFact:
    """One random effect: a habit of this resident's own."""

    key: str
    move: float
    """In logits."""
    sd: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Influence:
    """One outcome and how far it moved a dimension."""

    at: datetime
    kind: str
    reply: Reply
    move: float
    """In the population's standard deviations, signed as a dimension's move is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KindFact:
    """How welcome a kind is, at one moment."""

    kind: str
    content: Estimate
    """P(the content is wanted)."""
    welcome: float
    """P(content wanted and good moment)."""
    population: float
    """The same welcome for somebody nobody knows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receptivity:
    """P(good moment) by weekday (0 is Monday) and hour; rows of 24, seven of them."""

    resident: tuple[tuple[float, ...], ...]
    population: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Insight:
    """Everything a state says that its resident can check."""

    outcomes: int
    """Learned from."""
    trust: float
    """How much of what was learned is used, 0 to 1; less while it predicts worse than the population."""
    dimensions: tuple[DimensionFact, ...]
    effects: tuple[EffectFact, ...]
    """Those that moved, the largest first."""
    influences: Mapping[str, tuple[Influence, ...]]
    """By dimension, the largest first."""
    kinds: tuple[KindFact, ...]
    receptivity: Receptivity


def _parts(prior: Prior) -> dict[str, list[int]]:
    """Return the coordinates of every dimension, in the order of the prior."""
    return {name: [i for i, group in enumerate(prior.groups) if group == name] for name in dict.fromkeys(prior.groups)}


def _scale(prior: Prior) -> Floats:
    return np.asarray(np.sqrt(np.maximum(np.diag(prior.covariance), 1e-12)))


def _signed_size(part: Floats) -> float:
    """Return the length of a move with the sign of its largest coordinate."""
    size = math.sqrt(float(part @ part))
    return size if part[np.argmax(np.abs(part))] >= 0 else -size


def dimension_moves(before: ResidentState, after: ResidentState, prior: Prior) -> dict[str, float]:
    """Return how far each preference dimension moved, in prior standard deviations.

    The sign is that of the largest coordinate of the move; dimensions that did not move are left out.
    """
    step = (after.mean - before.mean) / _scale(prior)
    moves = {name: _signed_size(step[places]) for name, places in _parts(prior).items()}
    return {name: round(move, 3) for name, move in moves.items() if abs(move) >= LEAST}


def effect_moves(before: ResidentState, after: ResidentState) -> dict[str, float]:
    """Return how far each random effect moved, in logits; those that did not move are left out."""
    moves: dict[str, float] = {}
    for key, effect in after.effects.items():
        old = before.effects.get(key)
        step = effect.mean - (old.mean if old else 0.0)
        if abs(step) >= LEAST:
            moves[key] = round(step, 3)
    return moves


def dimension_facts(state: ResidentState, prior: Prior) -> tuple[DimensionFact, ...]:
    """Return the move of every dimension from the population, with its deviation along that move."""
    scale = _scale(prior)
    step = (state.mean - prior.mean) / scale
    covariance = state.covariance / np.outer(scale, scale)
    facts = []
    for name, places in _parts(prior).items():
        part, spread = step[places], covariance[np.ix_(places, places)]
        size = float(part @ part)
        variance = float(part @ spread @ part) / size if size > LEAST**2 else float(np.diag(spread).mean())
        facts.append(DimensionFact(name=name, move=_signed_size(part), sd=math.sqrt(max(0.0, variance))))
    return tuple(facts)


def effect_facts(state: ResidentState) -> tuple[EffectFact, ...]:
    """Return the random effects that moved, the largest first."""
    found = [
        EffectFact(key=key, move=effect.mean, sd=math.sqrt(max(0.0, effect.variance)))
        for key, effect in state.effects.items()
        if abs(effect.mean) >= LEAST
    ]
    return tuple(sorted(found, key=lambda fact: (-abs(fact.move), fact.key)))


def influences(
    engine: Engine, lessons: Iterable[Lesson], person: str | None = None, most: int = 3
) -> dict[str, tuple[Influence, ...]]:
    """Return, by dimension, the outcomes that moved it most, found by learning all of them anew.

    Costs one learning step an outcome. Raises EngineError when the engine cannot judge.
    """
    state = new_state(engine.model_id, engine.prior)
    found: dict[str, list[Influence]] = {}
    for lesson in lessons:
        before = state
        state = learn(engine, state, lesson.moment, lesson.suggestion, lesson.decision, lesson.outcome, person)
        for name, move in dimension_moves(before, state, engine.prior).items():
            found.setdefault(name, []).append(
                Influence(at=lesson.outcome.at, kind=lesson.suggestion.kind, reply=lesson.outcome.reply, move=move)
            )
    return {name: tuple(sorted(items, key=lambda item: -abs(item.move))[:most]) for name, items in found.items()}


def typical(kind: str, at: datetime) -> Suggestion:
    """Return a suggestion as a kind usually is; a kind the model does not know is an ordinary message."""
    policy = KINDS.get(kind)
    return Suggestion(
        id="insight",
        kind=kind,
        situation=f"{kind}:insight",
        category=policy.category if policy else Category.OTHER,
        risk=policy.risk if policy else RiskClass.A0,
        urgency=policy.urgency if policy else Urgency.NORMAL,
        benefit=policy.benefit if policy else _USUAL_BENEFIT,
        created=at,
        expires=at + (timedelta(minutes=policy.minutes_to_live) if policy else _LIFE),
    )


def kind_facts(engine: Engine, state: ResidentState, moment: Moment, person: str | None = None) -> tuple[KindFact, ...]:
    """Return how welcome every kind is at a moment: those of the product, and this resident's own.

    Raises EngineError when the engine cannot judge.
    """
    own = [key.removeprefix("kind:") for key in state.effects if own_kind(key)]
    offers = [typical(kind, moment.at) for kind in (*KINDS, *own)]
    stranger = new_state(engine.model_id, engine.prior)
    population = judge_many(engine, stranger, moment, offers, person)
    facts = []
    for offer, unknown in zip(offers, population, strict=True):
        known = judge(engine, state, moment, offer, person)
        facts.append(
            KindFact(kind=offer.kind, content=known.content, welcome=known.welcome, population=unknown.welcome)
        )
    return tuple(facts)


def _ordinary(base: Moment, weekday: int, hour: int, usual: UsualActivity | None) -> Moment:
    """Return an ordinary moment of a week: nothing has just happened, and nothing was said today."""
    monday = base.at.date() - timedelta(days=base.at.weekday())
    activity = usual(weekday, hour) if usual else Activity.UNKNOWN
    return replace(
        base,
        at=datetime.combine(monday + timedelta(days=weekday), time(hour), base.at.tzinfo),
        day_type=_DAYS[weekday],
        activity=activity,
        activity_confidence=0.0 if activity is Activity.UNKNOWN else 1.0,
        activity_minutes=None,
        transition=Transition.NONE,
        delivered_today=0,
        minutes_since_delivery=None,
        recent=(),
        forecast=(),
    )


def receptivity(
    engine: Engine,
    state: ResidentState,
    base: Moment,
    usual: UsualActivity | None = None,
    person: str | None = None,
) -> Receptivity:
    """Return P(good moment) for every hour of a week, for an ordinary message.

    `base` gives what does not change with the hour: household, home mode, zone. `usual` tells from habits what
    the resident mostly does then. Raises EngineError when the engine cannot judge.
    """
    state = applicable(state, engine)
    vectors = np.vstack([steering(state, engine), engine.prior.mean])
    seen: dict[tuple[DayType, int, Activity], tuple[float, float]] = {}

    def pair(weekday: int, hour: int) -> tuple[float, float]:
        moment = _ordinary(base, weekday, hour, usual)
        cell = (moment.day_type, hour, moment.activity)
        if cell not in seen:
            offer = typical("", moment.at)
            known, unknown = factor_logits(engine, vectors, moment, [offer], person)[:, 0]
            row = FACTOR["moment"]
            mine = with_effects(known, state, moment, offer)[row]
            seen[cell] = (float(sigmoid(mine)), float(sigmoid(unknown[row])))
        return seen[cell]

    cells = [[pair(weekday, hour) for hour in range(24)] for weekday in range(7)]
    return Receptivity(
        resident=tuple(tuple(mine for mine, _ in row) for row in cells),
        population=tuple(tuple(others for _, others in row) for row in cells),
    )


def insight(
    engine: Engine,
    state: ResidentState,
    lessons: Iterable[Lesson],
    base: Moment,
    usual: UsualActivity | None = None,
    person: str | None = None,
) -> Insight:
    """Return all the facts of a state. Takes seconds: use an executor. Raises EngineError."""
    state = applicable(state, engine)
    return Insight(
        outcomes=state.learned,
        trust=state.trust,
        dimensions=dimension_facts(state, engine.prior),
        effects=effect_facts(state),
        influences=influences(engine, lessons, person),
        kinds=kind_facts(engine, state, base, person),
        receptivity=receptivity(engine, state, base, usual, person),
    )
