"""When a machine on a metered plug began and ended, by nothing but the power it draws."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

ON_WATTS: Final = 10.0
OFF_WATTS: Final = 5.0
"""Between these it neither works nor rests: a lamp, a display (product 3.3)."""

LEAST: Final = timedelta(minutes=5)
"""Of work that makes a run: less is a display that lights up or a drum that turns once more."""

SHARE: Final = 0.25
"""Of its time that a machine works in a run, at least; the drum of one that only keeps creases away turns less."""

REST: Final = timedelta(minutes=5)
"""With less than `OFF_WATTS` for so long a run is over; a drum that soaks moves sooner."""


@dataclass(slots=True)
class Draw:
    """The run in progress of one meter: sums only."""

    rest: timedelta = REST
    begun: datetime | None = None
    quiet: datetime | None = None
    """Since when it draws next to nothing."""
    _worked: timedelta = field(default_factory=timedelta)
    _last: tuple[datetime, float] | None = None

    def add(self, watts: float | None, at: datetime) -> datetime | None:
        """Take a reading, or None while it is dead; return when a run was over that ended before it."""
        ended = self.settle(at)
        self._worked = self._sum(at)
        self._last = None if watts is None else (at, watts)
        if watts is None or watts >= OFF_WATTS:
            # What a dead meter would have read nobody knows: a rest begins anew.
            self.quiet = None
        elif self.quiet is None:
            self.quiet = at
        if watts is not None and watts > ON_WATTS and self.begun is None:
            self.begun, self._worked = at, timedelta()
        return ended

    def settle(self, now: datetime) -> datetime | None:
        """Close a run that has rested for long enough; return when its rest began, if it was one."""
        if self.begun is None or self.quiet is None or now - self.quiet < self.rest:
            return None
        return self.close()

    def close(self) -> datetime | None:
        """End what rests now, for whatever tells that it is over; return when its rest began, if it was a run."""
        if self.quiet is None:
            return None
        ended = self.quiet if self._is_run(self.quiet) else None
        self.begun, self._worked = None, timedelta()
        return ended

    def works(self, now: datetime) -> bool:
        """Return whether a run is in progress."""
        return self.begun is not None and self._is_run(now if self.quiet is None else self.quiet)

    def _sum(self, at: datetime) -> timedelta:
        if self._last is None or self._last[1] <= ON_WATTS or at <= self._last[0]:
            return self._worked
        return self._worked + (at - self._last[0])

    def _is_run(self, until: datetime) -> bool:
        worked = self._sum(until)
        return self.begun is not None and worked >= LEAST and worked >= SHARE * (until - self.begun)
