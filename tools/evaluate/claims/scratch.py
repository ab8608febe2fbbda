"""Opponents without the network: a hierarchical Beta table, LinUCB and Thompson sampling."""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.effects import DAY_PARTS, day_part
from assistant.enums import REPLIES_THAT_ANSWER, Activity, Category, DayType, PhoneState, Reply, Transition, Urgency
from assistant.kinds import KINDS
from assistant.settings import OPTIMISM

from .learners import Belief
from .trace import Look, Trace

POPULATION_STRENGTH: Final = 20.0
"""Pseudo-counts that draw a cell of the population toward the coarser one."""
PERSON_STRENGTH: Final = 6.0
"""The same for a person's own cells; between 4 and 10 makes little difference."""
_LEAST: Final = 0.01

type Floats = NDArray[np.float64]
type Cell = tuple[Hashable, ...]


def told(look: Look) -> bool | None:
    """Return whether a message was welcome, as far as its answer says; None without an answer."""
    if look.outcome is None or look.outcome.reply not in REPLIES_THAT_ANSWER:
        return None
    return look.outcome.reply is Reply.ACCEPTED


def cells(look: Look) -> tuple[Cell, ...]:
    """Return the cells of a look, from coarse to fine."""
    kind, part = look.suggestion.kind, day_part(look.moment.at.hour)
    return (), (kind,), (kind, part), (kind, part, look.moment.activity)


class Table:
    """Rates of welcome in the population by kind, day part and activity, each drawn toward the coarser one."""

    def __init__(self, traces: Iterable[Trace]) -> None:
        self._yes: Counter[Cell] = Counter()
        self._all: Counter[Cell] = Counter()
        for look in (look for trace in traces for look in trace.looks):
            for cell in cells(look):
                self._all[cell] += 1
                self._yes[cell] += look.welcome

    def rate(self, look: Look) -> float:
        """Return the rate of the finest cell."""
        rate = 0.5
        for cell in cells(look):
            rate = (POPULATION_STRENGTH * rate + self._yes[cell]) / (POPULATION_STRENGTH + self._all[cell])
        return rate


class StillTable:
    """The population's table, never told anything."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def judge(self, looks: Sequence[Look]) -> list[Belief]:
        """Return the population's rates."""
        return [Belief(welcome=rate, score=rate) for rate in map(self._table.rate, looks)]

    def learn(self, look: Look) -> None:
        """Stay as it is."""


class BetaTable:
    """The population's table, updated with one person's own answers in the same cells."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._yes: Counter[Cell] = Counter()
        self._all: Counter[Cell] = Counter()

    def judge(self, looks: Sequence[Look]) -> list[Belief]:
        """Return the means of the finest cells' Betas."""
        return [self._judge(look) for look in looks]

    def _judge(self, look: Look) -> Belief:
        """Return the mean of the finest cell's Beta."""
        rate = self._table.rate(look)
        for cell in cells(look):
            rate = (PERSON_STRENGTH * rate + self._yes[cell]) / (PERSON_STRENGTH + self._all[cell])
        return Belief(welcome=rate, score=rate)

    def learn(self, look: Look) -> None:
        """Count an answer."""
        answer = told(look)
        if answer is None:
            return
        for cell in cells(look):
            self._all[cell] += 1
            self._yes[cell] += answer


_VALUES: Final = [
    *(("kind", name) for name in KINDS),
    *(("category", name) for name in Category),
    *(("part", name) for name in DAY_PARTS),
    *(("activity", name) for name in Activity),
    *(("day", name) for name in DayType),
    *(("transition", name) for name in Transition),
    *(("phone", name) for name in PhoneState),
    *(("urgency", name) for name in Urgency),
]
_PLACE: Final = {value: place for place, value in enumerate(_VALUES, 1)}
FEATURES: Final = len(_VALUES) + 1


def features(look: Look) -> NDArray[np.int64]:
    """Return the places of a look's indicators, the constant first."""
    moment, suggestion = look.moment, look.suggestion
    found = (
        ("kind", suggestion.kind),
        ("category", suggestion.category),
        ("part", day_part(moment.at.hour)),
        ("activity", moment.activity),
        ("day", moment.day_type),
        ("transition", moment.transition),
        ("phone", moment.phone),
        ("urgency", suggestion.urgency),
    )
    return np.array([0, *(_PLACE[value] for value in found if value in _PLACE)], np.int64)


class LinUcb:
    """Ridge regression of the answer on indicators, with an upper confidence bound (Li et al. 2010)."""

    def __init__(self) -> None:
        self._inverse = np.eye(FEATURES)
        self._sum = np.zeros(FEATURES)

    def judge(self, looks: Sequence[Look]) -> list[Belief]:
        """Return the estimates, and the bounds it decides by."""
        return [self._judge(look) for look in looks]

    def _judge(self, look: Look) -> Belief:
        """Return the estimate, and the bound it decides by."""
        x = features(look)
        theta = self._inverse[x] @ self._sum
        spread = math.sqrt(max(0.0, float(self._inverse[np.ix_(x, x)].sum())))
        mean = float(np.clip(theta.sum(), _LEAST, 1 - _LEAST))
        return Belief(welcome=mean, score=min(1.0, mean + OPTIMISM * spread))

    def learn(self, look: Look) -> None:
        """Take in an answer (Sherman and Morrison 1950)."""
        answer = told(look)
        if answer is None:
            return
        x = features(look)
        column = self._inverse[:, x].sum(axis=1)
        self._inverse -= np.outer(column, column) / (1.0 + column[x].sum())
        self._sum[x] += float(answer)


class ThompsonLogistic:
    """Bayesian logistic regression on indicators by Laplace steps, deciding by a draw (Chapelle and Li 2011)."""

    def __init__(self, seed: int) -> None:
        self._mean = np.zeros(FEATURES)
        self._covariance = np.eye(FEATURES) * 0.5
        self._rng = np.random.default_rng(seed)

    def judge(self, looks: Sequence[Look]) -> list[Belief]:
        """Return the mean estimates, and the drawn ones it decides by."""
        return [self._judge(look) for look in looks]

    def _judge(self, look: Look) -> Belief:
        """Return the mean estimate, and the drawn one it decides by."""
        x = features(look)
        logit = float(self._mean[x].sum())
        spread = math.sqrt(max(0.0, float(self._covariance[np.ix_(x, x)].sum())))
        drawn = logit + spread * float(self._rng.standard_normal())
        return Belief(welcome=_sigmoid(logit), score=_sigmoid(drawn))

    def learn(self, look: Look) -> None:
        """Take in an answer."""
        answer = told(look)
        if answer is None:
            return
        x = features(look)
        p = _sigmoid(float(self._mean[x].sum()))
        column = self._covariance[:, x].sum(axis=1)
        weight = p * (1 - p)
        self._covariance -= np.outer(column, column) * weight / (1.0 + weight * column[x].sum())
        self._mean += self._covariance[:, x].sum(axis=1) * (float(answer) - p)


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(x, -40.0), 40.0)))
