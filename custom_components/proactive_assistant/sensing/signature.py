"""What hangs on a metered plug, by how it draws power: one more sign, and only ever a reason to keep hands off.

Readings stream through one open run and a dozen counters per meter; no curve is kept. Levels and times are those of
ordinary European and North American machines (judgement); what fits none of them stays unknown.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import sqrt
from typing import Any, Final, Self

from homeassistant.util import dt as dt_util


class Load(StrEnum):
    """What draws power that way."""

    COMPRESSOR = "compressor"
    """A fridge, a freezer or the like: even cycles by day and by night."""
    CAR = "car"
    MACHINE = "machine"
    """Washes or dries: a long run with a heating plateau."""
    KETTLE = "kettle"
    """Short and high: a kettle, an iron, a toaster."""
    LAMP = "lamp"
    SCREEN = "screen"
    """Ordinary and uneven, for long: a TV, a computer."""


ON_WATTS: Final = 15.0
OFF_MINUTES: Final = 8.0
"""A run is over when it has drawn less for so long; a washing machine soaks for some minutes."""

HEATING_WATTS: Final = 1200.0
CYCLES: Final = 24
"""Cycles that make a compressor: about a day of them."""

EVENLY: Final = 0.1
"""Share of its cycles that a compressor has in every quarter of the day, at least; people sleep in one."""

MOSTLY: Final = 0.8
"""Share of all runs that have to agree."""

RUNS: Final = 4
FORGET_AT: Final = 200
MOST: Final = 500
"""Meters; habits stay within 2 MB."""


@dataclass(slots=True)
class _Run:
    """A run in progress: sums only."""

    begun: datetime
    gap: float | None
    """Minutes since the run before."""
    minutes: float = 0.0
    watt_minutes: float = 0.0
    squares: float = 0.0
    highest: float = 0.0
    heating: float = 0.0
    quiet: float = 0.0
    """Minutes below the threshold, up to now."""

    def add(self, watts: float, minutes: float) -> None:
        """Count a level that lasted."""
        self.minutes += minutes
        self.watt_minutes += watts * minutes
        self.squares += watts * watts * minutes
        self.highest = max(self.highest, watts)
        self.heating += minutes if watts >= HEATING_WATTS else 0.0

    @property
    def mean(self) -> float:
        """Return the mean power."""
        return self.watt_minutes / self.minutes if self.minutes else 0.0

    @property
    def unevenness(self) -> float:
        """Return the standard deviation of the power as a share of its mean."""
        if self.mean <= 0:
            return 0.0
        return sqrt(max(0.0, self.squares / self.minutes - self.mean**2)) / self.mean

    def is_cycle(self) -> bool:
        """Return whether it may be one cycle of a compressor."""
        rested = self.gap is not None and OFF_MINUTES <= self.gap <= 240  # noqa: PLR2004 - minutes
        return rested and 3 <= self.minutes <= 90 and 30 <= self.mean <= 300 and self.unevenness <= 0.5  # noqa: PLR2004

    def load(self) -> Load | None:
        """Return what a single run looks like."""
        minutes, mean = self.minutes, self.mean
        rows = (
            (minutes >= 45 and mean >= 1300 and self.unevenness <= 0.15, Load.CAR),  # noqa: PLR2004
            (minutes <= 12 and mean >= 700, Load.KETTLE),  # noqa: PLR2004
            (minutes >= 20 and 2 <= self.heating <= 0.9 * minutes, Load.MACHINE),  # noqa: PLR2004
            (mean <= 200 and self.unevenness <= 0.02, Load.LAMP),  # noqa: PLR2004
            (minutes >= 15 and 20 <= mean <= 500 and self.highest < HEATING_WATTS, Load.SCREEN),  # noqa: PLR2004
        )
        return next((load for holds, load in rows if holds), None)


@dataclass(slots=True)
class Signature:
    """One meter: how many of its runs looked like what."""

    counts: Counter[str] = field(default_factory=Counter)
    cycles: list[int] = field(default_factory=lambda: [0] * 4)
    """Runs that may be a compressor's, by quarter of the day in which they began."""
    runs: int = 0
    _run: _Run | None = None
    _last: tuple[datetime, float] | None = None
    _ended: datetime | None = None

    def add(self, watts: float | None, at: datetime) -> bool:
        """Take a reading, or None when it is dead; return whether a run came to its end and was counted."""
        last, self._last = self._last, None if watts is None else (at, max(0.0, watts))
        if watts is None:
            # What it drew meanwhile nobody knows, nor how long it has rested.
            self._run = self._ended = None
            return False
        minutes = (at - last[0]).total_seconds() / 60 if last is not None else 0.0
        if last is None or minutes < 0:
            self._run = self._ended = None
            return False
        counted = self._lasted(last[1], last[0], minutes)
        if watts >= ON_WATTS and self._run is None:
            gap = None if self._ended is None else (at - self._ended).total_seconds() / 60
            self._run = _Run(begun=at, gap=gap)
        return counted

    def _lasted(self, watts: float, since: datetime, minutes: float) -> bool:
        """Count a level that lasted in the run in progress; end the run when it has rested."""
        run = self._run
        if run is None:
            return False
        if watts >= ON_WATTS:
            if run.quiet:
                run.add(0.0, run.quiet)
                run.quiet = 0.0
            run.add(watts, minutes)
            return False
        if not run.quiet:
            self._ended = since
        run.quiet += minutes
        if run.quiet < OFF_MINUTES:
            return False
        self._run = None
        self._count(run)
        return True

    def _count(self, run: _Run) -> None:
        self.runs += 1
        if run.is_cycle():
            self.cycles[dt_util.as_local(run.begun).hour // 6] += 1
        load = run.load()
        if load is not None:
            self.counts[load.value] += 1
        self._fade()

    def _fade(self) -> None:
        while self.runs > FORGET_AT:
            self.runs //= 2
            self.cycles = [count // 2 for count in self.cycles]
            for key in self.counts:
                self.counts[key] //= 2

    @property
    def load(self) -> Load | None:
        """Return what hangs on it; None while that is not clear. What must not be switched comes first."""
        cycles = sum(self.cycles)
        cycling = bool(cycles) and cycles >= MOSTLY * self.runs
        if cycling and cycles >= CYCLES and min(self.cycles) >= EVENLY * cycles:
            return Load.COMPRESSOR
        found = max(self.counts, key=lambda key: self.counts[key], default=None)
        if found is None or self.runs < RUNS or self.counts[found] < MOSTLY * self.runs:
            return None
        load = Load(found)
        # What comes and goes evenly may turn out to be a compressor yet.
        return None if cycling and load in (Load.SCREEN, Load.LAMP) else load

    def absorb(self, older: Self) -> None:
        """Add what was counted earlier, elsewhere."""
        self.runs += older.runs
        self.counts.update(older.counts)
        self.cycles = [mine + theirs for mine, theirs in zip(self.cycles, older.cycles, strict=True)]
        self._fade()

    def to_dict(self) -> dict[str, Any]:
        """Return the counters for storage; a run in progress is not kept."""
        return {"runs": self.runs, "cycles": list(self.cycles), "counts": dict(self.counts)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return a signature from stored counters; raises ValueError, KeyError or TypeError when damaged."""
        runs, cycles, counts = data["runs"], data["cycles"], data["counts"]
        numbers = [runs, *cycles, *counts.values()]
        whole = all(isinstance(item, int) and not isinstance(item, bool) and item >= 0 for item in numbers)
        if not whole or len(cycles) != 4:  # noqa: PLR2004 - quarters of a day
            msg = "not a power signature"
            raise ValueError(msg)
        return cls(counts=Counter({Load(key).value: value for key, value in counts.items()}), cycles=cycles, runs=runs)


def is_fed(load: Load | None) -> bool:
    """Return whether what hangs on a plug must not be cut off."""
    return load is Load.COMPRESSOR
