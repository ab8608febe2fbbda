"""How often devices report, and since when one is silent: not all that is gone is called unavailable.

What MQTT or a radio without a watchdog brings keeps its last state when the device dies. Home Assistant tells for every
state when it was last reported, changed or not; that is read when the home is looked at, never listened for.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.util import dt as dt_util

from .home import Home
from .roles import Role, Thing

REPORTERS: Final = frozenset({Role.HUMIDITY, Role.CARBON_DIOXIDE, Role.COLD_TEMPERATURE, Role.SOIL})
"""What measures all the time. A window that nobody opens, or a battery, says nothing for weeks."""

TIMES: Final = 3
"""Times its usual interval that a device may be silent (product 3.3)."""

SHARE: Final = 0.9
"""Share of the days whose longest silence is usual: the day of an outage is not."""

DAYS: Final = 5
"""Days of which the longest silence has to be known."""

MOST: Final = 150
"""Devices that are learned of, of the numbers that a home may keep (sensing/recent.py)."""

ABSENT: Final = timedelta(hours=2)
"""A look this long after the one before comes out of a sleep of the machine, in which nobody could report."""


EVERY: Final = timedelta(minutes=1)
"""A home may be looked at every second; that is no finer than silences of hours need."""


def _key(things: Iterable[Thing]) -> str | None:
    """Return under which key habits know a device; None for what measures nothing, or is no device."""
    found = (item.entity_id for item in things if item.role in REPORTERS and item.device_id is not None)
    first = next(found, None)
    return None if first is None else f"reports:{first}"


class Reports:
    """Learns the longest silence of each day, and tells of what is silent for much longer."""

    def __init__(self, home: Home) -> None:
        """Read this home."""
        self._home = home
        self._last: dict[str, datetime] = {}
        self._longest: dict[str, float] = {}
        """Minutes of the longest silence of this day."""
        self._day: int | None = None
        self._looked: datetime | None = None
        self._awake: datetime | None = None

    def look(self, devices: Iterable[list[Thing]], now: datetime) -> None:
        """Take note of what has reported since the last look."""
        if self._looked is not None and timedelta() <= now - self._looked < EVERY:
            return
        if self._looked is None or not timedelta() <= now - self._looked <= ABSENT:
            self._awake = now
            self._last.clear()
        self._looked = now
        today = dt_util.as_local(now).toordinal()
        if today != self._day:
            self._note()
            self._day = today
        last: dict[str, datetime] = {}
        for things in devices:
            key = _key(things)
            at = None if key is None else self._reported(things)
            if key is None or at is None or (key not in self._last and len(last) >= MOST):
                continue
            last[key] = at
            before = self._last.get(key, at)
            if at > before:
                minutes = (at - before).total_seconds() / 60
                self._longest[key] = max(minutes, self._longest.get(key, 0.0))
        self._last = last

    def silent(self, things: list[Thing], least: timedelta, now: datetime) -> tuple[datetime, datetime] | None:
        """Return since when a device is silent, and when that became too long; None while it is not.

        `least` is how long any device may be silent.
        """
        key = _key(things)
        last = None if key is None else self._last.get(key)
        if key is None or last is None or self._awake is None or now - max(last, self._awake) < least:
            return None
        usual = self._home.habits.recent.usual(key, -1.0, share=SHARE, enough=DAYS)
        if usual < 0:
            return None
        late = max(last, self._awake) + max(TIMES * timedelta(minutes=usual), least)
        return (last, late) if late <= now else None

    def _reported(self, things: Iterable[Thing]) -> datetime | None:
        """Return when a device last reported anything; None when a part of it is known to be gone, or is not there."""
        states = [state for thing in things if (state := self._home.hass.states.get(thing.entity_id)) is not None]
        if not states or any(state.state == STATE_UNAVAILABLE for state in states):
            return None
        return max(state.last_reported for state in states)

    def _note(self) -> None:
        """Keep the longest silences of a day that is over."""
        for key, minutes in self._longest.items():
            self._home.habits.recent.add(key, minutes)
        self._longest.clear()
