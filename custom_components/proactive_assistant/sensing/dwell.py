"""How long a thing usually stays as it is: a streaming histogram of durations.

Durations are counted in logarithmic buckets, so that minutes and half days cost the same few integers, and
old habits fade: counts are halved when they grow beyond a bound.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Self

EDGES: Final = tuple(0.5 * 2 ** (step / 2) for step in range(24))
"""Upper edges of the buckets in minutes: 30 s to about 24 h, each 1.41 times the last."""

ENOUGH: Final = 8
"""Observations before a learned percentile replaces the prior (judgement)."""

SPREAD: Final = 2.5
"""How many times longer than every fourth one a duration may be and still be usual (judgement)."""

FORGET_AT: Final = 200


@dataclass(slots=True)
class Dwell:
    """Durations of one thing."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(EDGES) + 1))

    def add(self, minutes: float) -> None:
        """Count one duration."""
        self.counts[bisect_right(EDGES, max(0.0, minutes))] += 1
        if sum(self.counts) > FORGET_AT:
            self.counts = [count // 2 for count in self.counts]

    def absorb(self, older: Self) -> None:
        """Add what was counted earlier, elsewhere."""
        self.counts = [mine + theirs for mine, theirs in zip(self.counts, older.counts, strict=True)]
        while sum(self.counts) > FORGET_AT:
            self.counts = [count // 2 for count in self.counts]

    def percentile(self, share: float, prior: float) -> float:
        """Return the duration in minutes that a share of the observations stays under.

        Returns the prior while there are too few observations; never less than the prior, because a
        thing that always closes at once deserves no quicker reminder than others.
        """
        total = sum(self.counts)
        if total < ENOUGH:
            return prior
        below = 0
        for index, count in enumerate(self.counts):
            below += count
            if below >= share * total:
                edge = EDGES[min(index, len(EDGES) - 1)]
                return max(prior, edge)
        return prior  # pragma: no cover - the loop always reaches the total

    def lasts(self, after: float, until: float, *, enough: int = ENOUGH) -> float | None:
        """Return the share of what lasted some minutes that lasted until later; None while too little was seen."""
        begun = sum(self.counts[bisect_right(EDGES, after) :])
        return sum(self.counts[bisect_right(EDGES, until) :]) / begun if begun >= enough else None

    def usual(self, prior: float) -> float:
        """Return the minutes that are usual for a thing: longer is unusual, and no less than the prior.

        The 95th percentile of what was seen (product 3.3), but not much beyond what happens every fourth time: a
        window that is forgotten once a week would otherwise teach that forgetting is usual.
        """
        return min(self.percentile(0.95, prior), max(prior, SPREAD * self.percentile(0.75, 0.0)))

    def to_list(self) -> list[int]:
        """Return the counts for storage."""
        return list(self.counts)

    @classmethod
    def from_list(cls, data: object) -> Self:
        """Return a histogram from stored counts; raises ValueError when they are not such."""
        if (
            not isinstance(data, list)
            or len(data) != len(EDGES) + 1
            or not all(isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in data)
        ):
            msg = "not a dwell histogram"
            raise ValueError(msg)
        return cls(list(data))


@dataclass(slots=True)
class StayOn:
    """How often a thing was on through an absence."""

    absences: int = 0
    on: int = 0

    def add(self, *, on: bool) -> None:
        """Count one absence."""
        self.absences += 1
        self.on += on
        if self.absences > FORGET_AT:
            self.absences //= 2
            self.on //= 2

    def absorb(self, older: Self) -> None:
        """Add what was counted earlier, elsewhere."""
        self.absences += older.absences
        self.on += older.on
        while self.absences > FORGET_AT:
            self.absences //= 2
            self.on //= 2

    @property
    def meant(self) -> bool:
        """Return whether it is meant to stay on: on in at least 60 % of past absences (product 3.3)."""
        return self.absences >= 3 and self.on >= 0.6 * self.absences  # noqa: PLR2004 - three make a habit


def counts_from(data: Mapping[str, Any]) -> StayOn:
    """Return absences from stored data; raises ValueError when it is not such."""
    absences, on = data.get("absences"), data.get("on")
    if not isinstance(absences, int) or not isinstance(on, int) or not 0 <= on <= absences:
        msg = "not a stay-on count"
        raise ValueError(msg)
    return StayOn(absences, on)
