"""What a policy is worth to people, and how well a judge is calibrated, with intervals over people."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .people import People

RESAMPLES: Final = 1000
_BINS: Final = 15

type Floats = NDArray[np.float64]
type Bits = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a policy words its messages and how far it goes, by row."""

    level: NDArray[np.int64]
    """Index into LEVELS."""
    length: Bits
    tone: Bits
    reason: Bits


def default_style(people: People) -> Style:
    """Return the style of a policy that has no model of it: short, plain, with a reason, as a suggestion."""
    no = np.zeros(len(people.rows), bool)
    return Style(level=np.ones(len(no), np.int64), length=no, tone=no, reason=~no)


def _per_person(people: People, values: NDArray[np.generic]) -> Floats:
    count = len(people.rows.personas)
    found = np.bincount(people.rows.persona, values.astype(np.float64), minlength=count)
    return found.astype(np.float64)


def _so_far_today(people: People, spoken: Bits) -> NDArray[np.int64]:
    """Return the messages of the same person and day before each row; rows are in order of time."""
    day = people.rows.persona.astype(np.int64) * 1000 + people.rows.session
    before: NDArray[np.int64] = np.cumsum(spoken) - spoken
    first = np.r_[True, day[1:] != day[:-1]]
    start = np.maximum.accumulate(np.where(first, np.arange(len(day)), 0))
    return before - before[start]


def satisfaction(people: People, spoken: Bits, style: Style) -> Floats:
    """Return satisfaction 0 to 4 of every row: content, timing, frequency, style and safety (ProPerSim's rubric).

    Spoken: the chances that the content is wanted and the moment good; whether the day's wish is not yet reached;
    whether the level is tolerated and at least two of length, tone and reason are as preferred. Silence, which the
    rubric scores too: everything is well unless speaking was needed, which costs content and timing.
    """
    truth = people.truth
    matches = [getattr(style, name) == (truth[name] >= 0.5) for name in ("length", "tone", "reason")]
    fits = (style.level <= truth["level"]) & (np.sum(matches, axis=0) >= 2)
    within = _so_far_today(people, spoken) < np.maximum(people.wish[people.rows.persona], 1.0)
    speaking = truth["content"] + truth["moment"] + within + fits
    silent = np.where(people.need, 2.0, 4.0)
    return np.where(spoken, speaking, silent).astype(np.float64)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a policy did to each person; every array has shape (personas,)."""

    hits: Floats
    """Needed and spoken."""
    alarms: Floats
    """Spoken without need."""
    missed: Floats
    """Needed and silent."""
    opportunities: Floats
    satisfaction: Floats
    """Summed over opportunities."""
    days: Floats


def tally(people: People, spoken: Bits, style: Style | None = None) -> Tally:
    """Return what a policy did to each person."""
    need = people.need
    day = people.rows.persona.astype(np.int64) * 1000 + people.rows.session
    owners = np.unique(day) // 1000
    return Tally(
        hits=_per_person(people, need & spoken),
        alarms=_per_person(people, ~need & spoken),
        missed=_per_person(people, need & ~spoken),
        opportunities=_per_person(people, np.ones(len(need))),
        satisfaction=_per_person(people, satisfaction(people, spoken, style or default_style(people))),
        days=np.bincount(owners, minlength=len(people.rows.personas)).astype(np.float64),
    )


type Measure = Callable[[Tally, NDArray[np.intp]], float]
"""A figure of a tally over chosen people, repeats allowed."""


def _share(part: Floats, whole: Floats, chosen: NDArray[np.intp]) -> float:
    return float(part[chosen].sum() / max(whole[chosen].sum(), 1e-9))


def f1(tally: Tally, chosen: NDArray[np.intp]) -> float:
    """Return timing F1 over all opportunities, 0 to 100."""
    twice = 2 * tally.hits
    return 100 * _share(twice, twice + tally.alarms + tally.missed, chosen)


MEASURES: Final[dict[str, tuple[str, Measure]]] = {
    "timing F1": ("points", f1),
    "false alarms, share of messages": ("share", lambda t, c: _share(t.alarms, t.hits + t.alarms, c)),
    "false alarms a day": ("messages", lambda t, c: _share(t.alarms, t.days, c)),
    "messages a day": ("messages", lambda t, c: _share(t.hits + t.alarms, t.days, c)),
    "missed need, share of need": ("share", lambda t, c: _share(t.missed, t.hits + t.missed, c)),
    "TAI*": ("", lambda t, c: _share(t.hits - t.alarms, t.hits + t.missed, c)),
    "satisfaction": ("of 4", lambda t, c: _share(t.satisfaction, t.opportunities, c)),
}
"""Name, unit and formula of every figure of a policy; TAI* is defined in the evidence page of the specification."""


def best_cut(score: Floats, need: Bits) -> float:
    """Return the least score at which speaking gives the best F1 on these rows; both have shape (rows,)."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(need[order])
    points = 2 * hits / (np.arange(1, len(order) + 1) + need.sum())
    return float(score[order[int(points.argmax())]])


def resamples(personas: int, seed: int = 0) -> NDArray[np.intp]:
    """Return bootstrap choices of people, shape (RESAMPLES, personas)."""
    return np.random.default_rng(seed).integers(0, personas, (RESAMPLES, personas))


def interval(values: Floats) -> tuple[float, float]:
    """Return the 95 % percentile interval of resampled values."""
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def calibration_error(p: Floats, rated: NDArray[np.integer]) -> float:
    """Return the expected calibration error over equally filled bins; p is the chance given to what was rated 1."""
    order = np.argsort(p, kind="stable")
    error = sum(abs(p[part].sum() - rated[part].sum()) for part in np.array_split(order, _BINS))
    return float(error / max(len(p), 1))


def auc(score: Floats, truth: Bits) -> float:
    """Return the area under the ROC curve; 0.5 where only one answer occurs."""
    positive, negative = int(truth.sum()), int((~truth).sum())
    if not positive or not negative:
        return 0.5
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[truth].sum() - positive * (positive + 1) / 2) / (positive * negative))
