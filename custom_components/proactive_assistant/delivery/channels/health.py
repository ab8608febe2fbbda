"""What is known to be dead: a phone that did not answer is not asked again for a while, longer each time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

BACK_OFF: Final = tuple(timedelta(minutes=minutes) for minutes in (10, 20, 40, 60))
"""How long an end is left alone after the first, second, … failure in a row.

Short enough that a phone that was out of reach in a lift is tried within the life of most suggestions (product 4.4),
long enough that a phone that lies in a drawer costs one attempt an hour.
"""


@dataclass(slots=True)
class _Outage:
    since: datetime
    until: datetime
    failures: int


@dataclass(slots=True)
class Health:
    """Which ends (a phone, a satellite) failed lately; kept in memory, as a restart is a reason to try again."""

    _outages: dict[str, _Outage] = field(default_factory=dict)

    def usable(self, end: str, now: datetime) -> bool:
        """Return whether an end may be tried now."""
        outage = self._outages.get(end)
        # A clock that was set back must not leave an end dead for longer than the longest back-off.
        return outage is None or not outage.until - BACK_OFF[-1] <= now < outage.until

    def failed(self, end: str, now: datetime) -> bool:
        """Note a failure; return whether it is the first in a row."""
        before = self._outages.get(end)
        failures = 1 if before is None else before.failures + 1
        wait = BACK_OFF[min(failures, len(BACK_OFF)) - 1]
        since = now if before is None else before.since
        self._outages[end] = _Outage(since=since, until=now + wait, failures=failures)
        return before is None

    def worked(self, end: str) -> bool:
        """Note a success; return whether the end was dead before."""
        return self._outages.pop(end, None) is not None

    def failures(self, end: str) -> int:
        """Return how often an end failed in a row."""
        outage = self._outages.get(end)
        return outage.failures if outage else 0

    def next_try(self, now: datetime) -> datetime | None:
        """Return when the next dead end may be tried again."""
        return min((item.until for item in self._outages.values() if item.until > now), default=None)

    def as_dict(self) -> dict[str, dict[str, str | int]]:
        """Return the dead ends for diagnostics."""
        return {
            end: {"since": item.since.isoformat(), "until": item.until.isoformat(), "failures": item.failures}
            for end, item in self._outages.items()
        }
