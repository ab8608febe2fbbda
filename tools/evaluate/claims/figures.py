"""Figures of every learner by how much feedback was given and by day, with bootstrap draws over people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from tools.results import Record

from .live import Lives
from .prices import GOALS, Costs, speaks
from .scores import MEASURES, Bits, Floats, Tally, Truth, draws, tally
from .variants import ORACLE, VARIANTS

FEEDBACKS: Final = (("0", 0, 0), ("1–9", 1, 9), ("10–19", 10, 19), ("20–49", 20, 49), ("50–80", 50, 80))
"""Name, first and last number of answers given before."""
DAYS: Final = (("1–3", 0, 2), ("4–7", 3, 6), ("8–14", 7, 13), ("15–28", 14, 27))
"""Name, first and last day, counted from 0."""
ALL: Final = "all"
LATE: Final = "feedbacks 20 and more"

PLEASING: Final = frozenset({"satisfaction", "regret"})
"""Figures measured at the prices that please people most; the others at those with the best timing."""
CAREFUL: Final = "timing F1, careful prices"


def cuts(truth: Truth) -> dict[str, Bits]:
    """Return the looks of every cut by name; only those that have any."""
    found = {ALL: np.ones(len(truth.person), bool), LATE: truth.feedback >= FEEDBACKS[3][1]}
    for name, first, last in FEEDBACKS:
        found[f"feedbacks {name}"] = (truth.feedback >= first) & (truth.feedback <= last)
    for name, first, last in DAYS:
        found[f"days {name}"] = (truth.session >= first) & (truth.session <= last)
    return {name: chosen for name, chosen in found.items() if chosen.any()}


def measured(claim: str, drawn: Floats, unit: str = "", family: str = "") -> Record:
    """Return a record of a figure: everyone's first, then bootstrap draws; draws that are no number do not count."""
    sound = drawn[1:][np.isfinite(drawn[1:])]
    low, high = np.percentile(sound, [2.5, 97.5]) if len(sound) else (None, None)
    return Record(
        claim=claim,
        value=float(drawn[0]),
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        unit=unit,
        family=family,
    )


@dataclass(frozen=True)
class Figures:
    """All that can be asked of some people's lives."""

    lives: Lives
    prices: Mapping[tuple[str, str], Costs]
    """By learner and goal."""
    family: str
    silent: Mapping[str, Bits]
    """Where policies that need no beliefs speak, by name."""

    @cached_property
    def weights(self) -> Floats:
        """Return everyone, then bootstrap draws."""
        return draws(int(self.lives.truth.person.max()) + 1)

    @cached_property
    def cuts(self) -> dict[str, Bits]:
        """Return the cuts there are."""
        return cuts(self.lives.truth)

    @cached_property
    def _tallies(self) -> dict[tuple[str, str, str], Tally]:
        return {}

    def costs(self, name: str, goal: str) -> Costs:
        """Return the prices a learner decides by."""
        row = VARIANTS.get(name)
        return self.prices[(row.prices_of if row and row.prices_of else name), goal]

    def spoken(self, name: str, goal: str) -> Bits:
        """Return where a learner or a policy speaks."""
        if name in self.silent:
            return self.silent[name]
        if name == ORACLE:
            # Its score is need itself.
            return self.lives.truth.need
        return speaks(self.lives.truth, self.lives.beliefs[name], self.costs(name, goal))

    def tally(self, name: str, cut: str, goal: str) -> Tally:
        """Return a learner's sums on a cut."""
        key = (name, cut, goal)
        if key not in self._tallies:
            beliefs = self.lives.beliefs.get(name) or next(iter(self.lives.beliefs.values()))
            self._tallies[key] = tally(self.lives.truth, beliefs, self.spoken(name, goal), self.cuts[cut])
        return self._tallies[key]

    def drawn(self, figure: str, name: str, cut: str = ALL) -> Floats:
        """Return a figure over everyone, then over every draw; NaN throughout where the cut is empty."""
        if cut not in self.cuts:
            return np.full(len(self.weights), np.nan)
        if figure == CAREFUL:
            return MEASURES["timing F1"][1](self.tally(name, cut, "careful"), self.weights)
        goal = "careful" if figure in PLEASING else "timing"
        return MEASURES[figure][1](self.tally(name, cut, goal), self.weights)

    def each(self, figure: str, name: str, cut: str = ALL) -> Floats:
        """Return a figure of every person alone, shape (people,)."""
        goal = "careful" if figure in PLEASING else "timing"
        found = self.tally(name, cut, goal)
        return MEASURES[figure][1](found, np.eye(len(found.looks)))

    def record(self, figure: str, name: str, cut: str) -> Record:
        """Return a figure as a record."""
        unit = MEASURES["timing F1" if figure == CAREFUL else figure][0]
        return measured(f"{figure}, {name}, {cut}", self.drawn(figure, name, cut), unit, self.family)

    def lead(self, figure: str, name: str, over: str, cut: str) -> Record:
        """Return how much higher a figure is for one learner than for another."""
        unit = MEASURES["timing F1" if figure == CAREFUL else figure][0]
        found = self.drawn(figure, name, cut) - self.drawn(figure, over, cut)
        return measured(f"{figure}, {name} less {over}, {cut}", found, unit, self.family)

    def table(self, names: list[str], which: list[str] | None = None) -> Iterator[Record]:
        """Yield every figure of learners on every cut, or on some."""
        for cut in which or list(self.cuts):
            for name in names:
                for figure in (*MEASURES, CAREFUL):
                    if name in self.silent and figure in {"AUC of need", "log-loss", "ECE", "satisfaction", CAREFUL}:
                        continue
                    yield self.record(figure, name, cut)


def goals() -> tuple[str, ...]:
    """Return the goals prices are set for."""
    return tuple(GOALS)
