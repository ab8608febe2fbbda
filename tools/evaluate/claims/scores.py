"""What a learner's beliefs were worth: F1, satisfaction, regret and log-loss, by feedback count and by day."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .learners import Belief
from .trace import Look, Trace

FEEDBACKS: Final = (("0", 0, 0), ("1–9", 1, 9), ("10–19", 10, 19), ("20–49", 20, 49), ("50–80", 50, 80))
"""Name, first and last number of answers given before."""
DAYS: Final = (("1–3", 0, 2), ("4–7", 3, 6), ("8–14", 7, 13), ("15–28", 14, 27))
"""Name, first and last day, counted from 0."""
RESAMPLES: Final = 400
_WRONG: Final = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.9)
_ATTENTION: Final = (0.0, 0.03, 0.06, 0.1, 0.15, 0.2)
_CLIP: Final = 1e-6

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]
type Bits = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What the simulator knows of every look of several people; shape (looks,) throughout."""

    person: Ints
    feedback: Ints
    """Answers the person had given before."""
    session: Ints
    benefit: Floats
    need: Bits
    utility: Floats
    welcome: Bits
    content: Floats
    moment: Floats
    level: Ints
    style: Bits
    """Preferred length, tone and reason; shape (looks, 3)."""
    wish: Floats


@dataclass(frozen=True, kw_only=True)
class Beliefs:
    """What one learner believed of every look; shape (looks,) throughout."""

    welcome: Floats
    score: Floats
    level: Ints
    style: Bits
    """Shape (looks, 3)."""


def truth_of(traces: Iterable[Trace], feedback: Iterable[list[int]]) -> Truth:
    """Return the truth of traces, person by person, with the answers given before every look."""
    traces = list(traces)
    looks: list[Look] = [look for trace in traces for look in trace.looks]
    sizes = [len(trace.looks) for trace in traces]
    factors = [look.factors for look in looks]
    return Truth(
        person=np.repeat(np.arange(len(traces)), sizes).astype(np.int64),
        feedback=np.array([count for counts in feedback for count in counts], np.int64),
        session=np.array([look.session for look in looks], np.int64),
        benefit=np.array([look.benefit for look in looks]),
        need=np.array([item.need for item in factors], bool),
        utility=np.array([item.utility for item in factors]),
        welcome=np.array([look.welcome for look in looks], bool),
        content=np.array([item.content for item in factors]),
        moment=np.array([item.moment for item in factors]),
        level=np.array([item.level for item in factors], np.int64),
        style=np.array([(item.length > 0.5, item.tone > 0.5, item.reason > 0.5) for item in factors], bool),
        wish=np.repeat([trace.wish for trace in traces], sizes),
    )


def beliefs_of(found: Iterable[Belief]) -> Beliefs:
    """Return beliefs as arrays."""
    found = list(found)
    return Beliefs(
        welcome=np.array([belief.welcome for belief in found]),
        score=np.array([belief.score for belief in found]),
        level=np.array([belief.level for belief in found], np.int64),
        style=np.array([(belief.length, belief.tone, belief.reason) for belief in found], bool),
    )


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Prices of the utility rule, on the scale of a suggestion's benefit."""

    wrong: float
    attention: float


def speaks(truth: Truth, beliefs: Beliefs, costs: Costs) -> Bits:
    """Return where speaking is worth it by a learner's beliefs (Horvitz 1999)."""
    p = beliefs.score
    return np.asarray(p * truth.benefit - (1 - p) * costs.wrong - costs.attention > 0)


def _f1(hits: Floats, alarms: Floats, missed: Floats) -> Floats:
    return np.asarray(200 * hits / np.maximum(2 * hits + alarms + missed, 1e-9))


def best_costs(truth: Truth, beliefs: Beliefs) -> Costs:
    """Return the prices with the best F1 on other people."""

    def score(costs: Costs) -> float:
        spoken = speaks(truth, beliefs, costs)
        counts = [np.array(float(part.sum())) for part in _outcomes(truth, spoken)]
        return float(_f1(*counts))

    return max((Costs(wrong=w, attention=a) for w, a in product(_WRONG, _ATTENTION)), key=score)


def _outcomes(truth: Truth, spoken: Bits) -> tuple[Bits, Bits, Bits]:
    return truth.need & spoken, ~truth.need & spoken, truth.need & ~spoken


def satisfaction(truth: Truth, beliefs: Beliefs, spoken: Bits) -> Floats:
    """Return satisfaction 0 to 4 of every look: content, timing, frequency, style and safety (ProPerSim's rubric).

    Silence is scored too: all is well unless speaking was needed, which costs content and timing.
    """
    day = truth.person * 1000 + truth.session
    before: Ints = np.cumsum(spoken) - spoken
    first = np.r_[True, day[1:] != day[:-1]]
    start = np.maximum.accumulate(np.where(first, np.arange(len(day)), 0))
    within = before - before[start] < np.maximum(truth.wish, 1.0)
    fits = (beliefs.level <= truth.level) & ((beliefs.style == truth.style).sum(axis=1) >= 2)
    return np.asarray(np.where(spoken, truth.content + truth.moment + within + fits, np.where(truth.need, 2.0, 4.0)))


@dataclass(frozen=True, kw_only=True)
class Tally:
    """A learner's sums by person; every array has shape (people,)."""

    looks: Floats
    hits: Floats
    alarms: Floats
    missed: Floats
    satisfaction: Floats
    regret: Floats
    loss: Floats


def tally(truth: Truth, beliefs: Beliefs, spoken: Bits, chosen: Bits) -> Tally:
    """Return what a learner did to each person on chosen looks."""
    people = int(truth.person.max()) + 1
    p = np.clip(beliefs.welcome, _CLIP, 1 - _CLIP)
    hits, alarms, missed = _outcomes(truth, spoken)

    def summed(values: NDArray[np.generic]) -> Floats:
        found = np.bincount(truth.person[chosen], values[chosen].astype(np.float64), minlength=people)
        return found.astype(np.float64)

    return Tally(
        looks=summed(np.ones(len(spoken))),
        hits=summed(hits),
        alarms=summed(alarms),
        missed=summed(missed),
        satisfaction=summed(satisfaction(truth, beliefs, spoken)),
        regret=summed(np.where(truth.need, truth.utility, 0.0) - np.where(spoken, truth.utility, 0.0)),
        loss=summed(-np.log(np.where(truth.welcome, p, 1 - p))),
    )


type Measure = Callable[[Tally, Ints], Floats]
"""A figure of a tally over drawn people, shape (draws, people) to (draws,)."""


def _mean(values: Floats, weights: Floats, draw: Ints) -> Floats:
    return np.asarray(values[draw].sum(axis=-1) / np.maximum(weights[draw].sum(axis=-1), 1e-9))


MEASURES: Final[dict[str, tuple[str, Measure]]] = {
    "timing F1": (
        "points",
        lambda t, d: _f1(t.hits[d].sum(axis=-1), t.alarms[d].sum(axis=-1), t.missed[d].sum(axis=-1)),
    ),
    "satisfaction": ("of 4", lambda t, d: _mean(t.satisfaction, t.looks, d)),
    "regret": ("benefit per opportunity", lambda t, d: _mean(t.regret, t.looks, d)),
    "log-loss": ("nats", lambda t, d: _mean(t.loss, t.looks, d)),
}
"""Name, unit and formula of every figure."""


def draws(people: int) -> Ints:
    """Return everyone first, then bootstrap choices of people; shape (RESAMPLES + 1, people)."""
    drawn = np.random.default_rng(0).integers(0, people, (RESAMPLES, people))
    return np.vstack([np.arange(people), drawn])
