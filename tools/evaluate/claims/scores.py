"""What a learner's beliefs were worth: F1, AUC, satisfaction, regret, log-loss and calibration, person by person."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.enums import Reply, Verdict

from .learners import Belief
from .trace import Look, Trace

RESAMPLES: Final = 400
BINS: Final = 128
"""Of the histograms from which areas under the curve are read: equally filled, so that little is lost."""
CALIBRATION_BINS: Final = 15
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
    minute: Ints
    hour: Ints
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
    change: Ints
    """Session in which the person's tastes change abruptly; -1 where they do not."""
    spoken: Bits
    """Whether something was said, so that it could be accepted."""
    accepted: Bits


@dataclass(frozen=True, kw_only=True)
class Beliefs:
    """What one learner believed of every look; shape (looks,) throughout."""

    welcome: Floats
    score: Floats
    content: Floats
    moment: Floats
    noticed: Floats
    level: Ints
    style: Bits
    """Shape (looks, 3)."""


def joined[T: Truth | Beliefs](parts: Sequence[T]) -> T:
    """Return the looks of several people as one; people are numbered in order."""
    found = {item.name: np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(parts[0])}
    if "person" in found:
        found["person"] = np.repeat(np.arange(len(parts)), [len(part.person) for part in parts])  # type: ignore[union-attr]
    return type(parts[0])(**found)


def truth_of(trace: Trace, feedback: Sequence[int]) -> Truth:
    """Return the truth of a trace, with the answers given before every look."""
    looks: tuple[Look, ...] = trace.looks
    factors = [look.factors for look in looks]
    size = len(looks)
    spoken = [look.decision.verdict is Verdict.SPEAK for look in looks]
    accepted = [look.outcome is not None and look.outcome.reply is Reply.ACCEPTED for look in looks]
    return Truth(
        person=np.zeros(size, np.int64),
        feedback=np.array(feedback, np.int64),
        session=np.array([look.session for look in looks], np.int64),
        minute=np.array([look.minute for look in looks], np.int64),
        hour=np.array([look.moment.at.hour for look in looks], np.int64),
        benefit=np.array([look.benefit for look in looks], np.float64),
        need=np.array([item.need for item in factors], bool),
        utility=np.array([item.utility for item in factors], np.float64),
        welcome=np.array([look.welcome for look in looks], bool),
        content=np.array([item.content for item in factors], np.float64),
        moment=np.array([item.moment for item in factors], np.float64),
        level=np.array([item.level for item in factors], np.int64),
        style=np.array([(item.length > 0.5, item.tone > 0.5, item.reason > 0.5) for item in factors], bool).reshape(
            size, 3
        ),
        wish=np.full(size, trace.wish),
        change=np.full(size, trace.preferences.context.change_day, np.int64),
        spoken=np.array(spoken, bool),
        accepted=np.array(accepted, bool),
    )


def beliefs_of(found: Iterable[Belief]) -> Beliefs:
    """Return beliefs as arrays."""
    found = list(found)
    columns = {
        name: np.array([getattr(belief, name) for belief in found], np.float64)
        for name in ("welcome", "score", "content", "moment", "noticed")
    }
    style = np.array([(belief.length, belief.tone, belief.reason) for belief in found], bool).reshape(len(found), 3)
    return Beliefs(**columns, level=np.array([belief.level for belief in found], np.int64), style=style)


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
    """A learner's sums by person; every array has shape (people,) or (people, bins)."""

    looks: Floats
    hits: Floats
    alarms: Floats
    missed: Floats
    satisfaction: Floats
    regret: Floats
    loss: Floats
    content_right: Floats
    """Looks on which it knew whether the content is more likely wanted than not."""
    needed_by_score: Floats
    unneeded_by_score: Floats
    said: Floats
    """Sum of P(welcome) by bin."""
    true: Floats
    """Number of welcome looks by bin of the same."""
    days: Floats
    """Days with at least one look."""


def _bins(values: Floats, count: int) -> Ints:
    edges = np.quantile(values, np.linspace(0, 1, count + 1)[1:-1])
    return np.searchsorted(edges, values, side="right").astype(np.int64)


def tally(truth: Truth, beliefs: Beliefs, spoken: Bits, chosen: Bits) -> Tally:
    """Return what a learner did to each person on chosen looks; at least one look must be chosen."""
    people = int(truth.person.max()) + 1
    who = truth.person[chosen]
    p = np.clip(beliefs.welcome[chosen], _CLIP, 1 - _CLIP)
    need, said = truth.need[chosen], spoken[chosen]

    def summed(values: NDArray[np.generic]) -> Floats:
        return np.bincount(who, values.astype(np.float64), minlength=people).astype(np.float64)

    def binned(where: Ints, count: int, values: NDArray[np.generic]) -> Floats:
        flat = np.bincount(who * count + where, values.astype(np.float64), minlength=people * count)
        return flat.reshape(people, count).astype(np.float64)

    scores, calibrated = _bins(beliefs.score[chosen], BINS), _bins(p, CALIBRATION_BINS)
    utility, welcome = truth.utility[chosen], truth.welcome[chosen]
    content = beliefs.content[chosen]
    days = np.unique(who * 1000 + truth.session[chosen]) // 1000
    return Tally(
        looks=summed(np.ones(len(who))),
        hits=summed(need & said),
        alarms=summed(~need & said),
        missed=summed(need & ~said),
        satisfaction=summed(satisfaction(truth, beliefs, spoken)[chosen]),
        regret=summed(np.where(need, utility, 0.0) - np.where(said, utility, 0.0)),
        loss=summed(-np.log(np.where(welcome, p, 1 - p))),
        content_right=summed((content > 0.5) == (truth.content[chosen] > 0.5)),
        needed_by_score=binned(scores, BINS, need),
        unneeded_by_score=binned(scores, BINS, ~need),
        said=binned(calibrated, CALIBRATION_BINS, p),
        true=binned(calibrated, CALIBRATION_BINS, welcome),
        days=np.bincount(days, minlength=people).astype(np.float64),
    )


type Measure = Callable[[Tally, Floats], Floats]
"""A figure of a tally under weights of people, shape (draws, people) to (draws,)."""


def _share(part: Floats, whole: Floats, weights: Floats) -> Floats:
    return np.asarray((weights @ part) / np.maximum(weights @ whole, 1e-9))


def f1(tally: Tally, weights: Floats) -> Floats:
    """Return timing F1 over all opportunities, 0 to 100."""
    return 100 * _share(2 * tally.hits, 2 * tally.hits + tally.alarms + tally.missed, weights)


def area(tally: Tally, weights: Floats) -> Floats:
    """Return the area under the ROC curve of need by score; 0.5 where only one answer occurs."""
    yes, no = weights @ tally.needed_by_score, weights @ tally.unneeded_by_score
    below = np.cumsum(no, axis=1) - no / 2
    pairs = yes.sum(axis=1) * no.sum(axis=1)
    return np.asarray(np.where(pairs > 0, (yes * below).sum(axis=1) / np.maximum(pairs, 1e-9), 0.5))


def calibration(tally: Tally, weights: Floats) -> Floats:
    """Return the expected calibration error of P(welcome), over equally filled bins."""
    gaps = np.abs(weights @ tally.said - weights @ tally.true).sum(axis=1)
    return np.asarray(gaps / np.maximum(weights @ tally.looks, 1e-9))


MEASURES: Final[dict[str, tuple[str, Measure]]] = {
    "timing F1": ("points", f1),
    "AUC of need": ("", area),
    "satisfaction": ("of 4", lambda t, w: _share(t.satisfaction, t.looks, w)),
    "regret": ("benefit per opportunity", lambda t, w: _share(t.regret, t.looks, w)),
    "log-loss": ("nats", lambda t, w: _share(t.loss, t.looks, w)),
    "ECE": ("", calibration),
    "messages a day": ("messages", lambda t, w: _share(t.hits + t.alarms, t.days, w)),
    "TAI*": ("", lambda t, w: _share(t.hits - t.alarms, t.hits + t.missed, w)),
}
"""Name, unit and formula of every figure."""


def draws(people: int, seed: int = 0) -> Floats:
    """Return weights of people: everyone once, then bootstrap choices; shape (RESAMPLES + 1, people)."""
    drawn = np.random.default_rng(seed).multinomial(people, np.full(people, 1 / people), RESAMPLES)
    return np.vstack([np.ones(people), drawn]).astype(np.float64)
