"""Three questions for the first evening: those that tell most, each about another dimension, all to be skipped.

A question is about a few typical moments and suggestions, and its answer is soft evidence on one factor of their
judgements: what people say of themselves predicts what they do less well than what they did (57.7 against 61.3 %,
learning evidence 2.1), so an answer weighs less than a reply. Two questions with a good prior already help
(Christakopoulou et al. 2016; learning evidence 3.1).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import numpy as np

from .engine import Engine, Floats
from .enums import Activity, Company, Room
from .facts import Moment, Suggestion
from .insight import typical
from .judge import FACTOR, factors_with_jacobian, sigmoid
from .learner import informed
from .state import ResidentState

MOST: Final = 3
"""Questions asked of one resident (learning evidence 3.4)."""

STATED: Final = 1.0
"""Weight of an answer, all its moments together: about that of one reply, though it speaks of many situations."""

LEAST_GAIN: Final = 0.02
"""Nats below which a question is not worth asking."""


class Answer(StrEnum):
    """What a resident says to a question; a question left alone is no answer."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One yes/no question; its words are in the translations under its key."""

    key: str
    dimension: str
    """Of the five preference dimensions, the one it asks about."""
    factor: str
    """The factor of a judgement that "yes" confirms."""
    kinds: tuple[str, ...]
    """Kinds it stands for."""
    hours: tuple[int, ...] = (17,)
    """Local hours it stands for."""
    activity: Activity = Activity.IDLE
    company: Company = Company.UNKNOWN


_ANY: Final = ("opening_left", "appliance_done", "battery_low")

QUESTIONS: Final = (
    Question(
        key="chores",
        dimension="domain",
        factor="content",
        kinds=("appliance_done", "bin_day", "vacuum_now", "watering"),
    ),
    Question(
        key="energy",
        dimension="domain",
        factor="content",
        kinds=("window_climate", "room_light_idle", "away_climate", "cheap_energy"),
    ),
    Question(key="security", dimension="domain", factor="content", kinds=("opening_left", "lock_check", "garage_open")),
    Question(
        key="maintenance",
        dimension="domain",
        factor="content",
        kinds=("battery_low", "device_offline", "maintenance_due"),
    ),
    Question(key="comfort", dimension="domain", factor="content", kinds=("ventilate", "bedtime", "outside_air")),
    Question(
        key="while_watching", dimension="scheduling", factor="moment", kinds=_ANY, hours=(20,), activity=Activity.MEDIA
    ),
    Question(
        key="while_working",
        dimension="scheduling",
        factor="moment",
        kinds=_ANY,
        hours=(10, 15),
        activity=Activity.WORKING,
    ),
    Question(
        key="at_meals", dimension="scheduling", factor="moment", kinds=_ANY, hours=(12, 19), activity=Activity.EATING
    ),
    Question(key="early", dimension="scheduling", factor="moment", kinds=_ANY, hours=(7, 8), activity=Activity.WAKING),
    Question(key="late", dimension="scheduling", factor="moment", kinds=_ANY, hours=(21,)),
    Question(
        key="with_guests",
        dimension="context",
        factor="moment",
        kinds=_ANY,
        hours=(19,),
        activity=Activity.HOSTING,
        company=Company.GUESTS,
    ),
    Question(
        key="when_away",
        dimension="context",
        factor="content",
        kinds=("opening_left", "lock_check"),
        activity=Activity.AWAY,
    ),
    Question(key="at_length", dimension="style", factor="length", kinds=_ANY),
    Question(key="warmly", dimension="style", factor="tone", kinds=_ANY),
    Question(key="with_reasons", dimension="style", factor="reason", kinds=_ANY),
)
"""Every question there is. None asks how far the home may act by itself: that is set, never guessed."""


def _probes(question: Question, base: Moment) -> list[tuple[Moment, Suggestion]]:
    """Return the moments and suggestions a question stands for, on the next day of the resident's own home."""
    away = question.activity is Activity.AWAY
    found = []
    for hour in question.hours:
        moment = replace(
            base,
            at=_clock(base.at, hour),
            activity=question.activity,
            activity_confidence=1.0,
            activity_minutes=30.0,
            company=question.company,
            room=Room.NOT_HOME if away else Room.UNKNOWN,
            delivered_today=0,
            minutes_since_delivery=None,
            recent=(),
            forecast=(),
        )
        found += [(moment, typical(kind, moment.at)) for kind in question.kinds]
    return found


def _clock(at: datetime, hour: int) -> datetime:
    return (at + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)


def gain(engine: Engine, state: ResidentState, question: Question, base: Moment, person: str | None = None) -> float:
    """Return what an answer is expected to tell of the steering coefficients, in nats.

    With A the answer's Fisher information and P the posterior covariance it is log det(I + A P) / 2, the fall of
    a Gaussian's entropy (Lindley 1956). Raises EngineError when the engine cannot judge.
    """
    probes = _probes(question, base)
    k = state.mean.size
    total: Floats = np.zeros((k, k))
    for moment, suggestion in probes:
        factors = factors_with_jacobian(engine, state.mean, moment, suggestion, person)
        if factors.jacobian is None:
            continue
        row = FACTOR[question.factor]
        slope, p = factors.jacobian[row], float(sigmoid(factors.logits[row]))
        total += STATED / len(probes) * p * (1 - p) * np.outer(slope, slope)
    _, logarithm = np.linalg.slogdet(np.eye(k) + total @ state.covariance)
    return 0.5 * float(logarithm)


def next_question(
    engine: Engine, state: ResidentState, base: Moment, asked: Collection[str] = (), person: str | None = None
) -> Question | None:
    """Return the question that tells most now, of a dimension not asked about yet; None when it is enough.

    `asked` holds the keys of all questions shown, skipped ones too: a question is never shown twice. `base` gives
    what the home knows already: household, zone, home mode. Raises EngineError when the engine cannot judge.
    """
    shown = [question for question in QUESTIONS if question.key in asked]
    if len(shown) >= MOST:
        return None
    done = {question.dimension for question in shown}
    open_ = [question for question in QUESTIONS if question.dimension not in done]
    gains = {question.key: gain(engine, state, question, base, person) for question in open_}
    best = max(open_, key=lambda question: gains[question.key], default=None)
    return best if best is not None and gains[best.key] >= LEAST_GAIN else None


def answered(
    engine: Engine,
    state: ResidentState,
    question: Question,
    answer: Answer | None,
    base: Moment,
    person: str | None = None,
) -> ResidentState:
    """Return the state after an answer; the given one is unchanged, and returned when the question was skipped.

    Answers are no outcomes: they are not counted, and start no clock of drift. Raises EngineError when the engine
    cannot judge.
    """
    if answer is None:
        return state
    probes = _probes(question, base)
    for moment, suggestion in probes:
        state = informed(
            engine,
            state,
            moment,
            suggestion,
            question.factor,
            person,
            yes=answer is Answer.YES,
            weight=STATED / len(probes),
        )
    return state
