"""A resident's daily rhythm: minutes of each activity by hour, and the forecast they give."""

from collections import Counter
from collections.abc import Container, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Self

from ..assistant.enums import Activity

FORECAST_HOURS: Final = 12
ENOUGH_MINUTES: Final = 90
"""Minutes seen of an hour, weekdays and weekends apart, before it is forecast: two days' worth."""

FORGET_AT: Final = 3000
"""Minutes of one hour of the day, some fifty days, after which the past counts half."""

SLOTS: Final = 48
"""Twenty-four hours, once for weekdays and once for weekends."""


def _slot(at: datetime) -> int:
    return at.hour + (24 if at.weekday() >= 5 else 0)  # noqa: PLR2004 - Saturday


class Rhythm:
    """Minutes of activity per hour of the day."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self._minutes: list[Counter[str]] = [Counter() for _ in range(SLOTS)]

    @property
    def known(self) -> bool:
        """Return whether anything was counted."""
        return any(self._minutes)

    def add(self, activity: Activity, start: datetime, end: datetime) -> None:
        """Count an activity between two local times; unknown teaches nothing."""
        if activity is Activity.UNKNOWN:
            return
        while start < end:
            hour_end = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
            until = min(end, hour_end)
            slot = self._minutes[_slot(start)]
            slot[activity.value] += max(0, round((until - start).total_seconds() / 60))
            if slot.total() > FORGET_AT:
                for key in slot:
                    slot[key] //= 2
            start = until

    def absorb(self, older: Self) -> None:
        """Add what was counted earlier, elsewhere."""
        for slot, theirs in zip(self._minutes, older._minutes, strict=True):
            slot.update(theirs)
            while slot.total() > FORGET_AT:
                for key in slot:
                    slot[key] //= 2

    def share(self, at: datetime, activities: Container[str], enough: float) -> float | None:
        """Return the share of an hour, on such days, that some activities take; None below so many minutes seen."""
        slot = self._minutes[_slot(at)]
        total = slot.total()
        return sum(slot[key] for key in slot if key in activities) / total if total >= enough else None

    def forecast(self, now: datetime) -> tuple[Activity, ...]:
        """Return the usual activity in 1, 2, … hours; ends at the first hour that is not known yet."""
        ahead: list[Activity] = []
        for hours in range(1, FORECAST_HOURS + 1):
            slot = self._minutes[_slot(now + timedelta(hours=hours))]
            if slot.total() < ENOUGH_MINUTES:
                break
            ahead.append(Activity(max(slot, key=lambda key: slot[key])))
        return tuple(ahead)

    def to_list(self) -> list[dict[str, int]]:
        """Return the counts for storage."""
        return [dict(slot) for slot in self._minutes]

    @classmethod
    def from_list(cls, data: object) -> Self:
        """Return a rhythm from stored counts; raises ValueError when they are not such."""
        if not isinstance(data, list) or len(data) != SLOTS:
            msg = "not a rhythm"
            raise ValueError(msg)
        rhythm = cls()
        for slot, stored in zip(rhythm._minutes, data, strict=True):
            slot.update(_minutes_from(stored))
        return rhythm


def _minutes_from(stored: object) -> Mapping[str, Any]:
    if not isinstance(stored, dict) or not all(
        isinstance(minutes, int) and minutes >= 0 for minutes in stored.values()
    ):
        msg = "not minutes by activity"
        raise ValueError(msg)
    return {Activity(key).value: minutes for key, minutes in stored.items()}
