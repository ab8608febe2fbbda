"""Batteries that are nearly empty, or will be within a fortnight."""

from collections.abc import Iterable
from datetime import date, datetime
from statistics import median
from typing import Final, override

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..sensing.cells import cells
from ..sensing.home import Home
from ..sensing.roles import Role, Thing
from .base import Finding
from .low_list import LASTS, SETTLED, LowList
from .telling import tells

SOON_DAYS: Final = 14
"""Days within which a battery that falls as it has lately will be empty (product 3.3)."""

KNOWN_DAYS: Final = 7
"""Days of readings before a fall is a trend."""

ENDS: Final = 3
READINGS: Final = 2 * ENDS
"""Daily readings that a trend takes: so many at its begin, and as many at its end."""

TREND_BELOW: Final = 40.0
"""Percent above which no trend is worth a word: discharge curves are flat and lie."""

PUSHED: Final = 10.0
"""Percent from which the battery of a lock or of a sensor of danger is a message of its own, once."""

_CRITICAL: Final = (Role.LOCK, Role.HAZARD)


class BatteryLow(LowList):
    """The batteries of sensors, locks and remotes; phones, cars, robots and home batteries have no role."""

    kind = "battery_low"
    role = Role.BATTERY
    roles = frozenset({Role.BATTERY})
    low = 15.0
    again = 20.0

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._noted: dict[str, date] = {}

    @override
    def label(self, thing: Thing) -> str:
        return thing.device or thing.name

    @override
    def said(self, thing: Thing) -> str | None:
        percent, takes = super().said(thing), cells(self.home, thing)
        # What to buy, beside how empty it is.
        return percent if takes is None else " ".join(filter(None, (percent, f"({takes})")))

    @override
    def one(self, thing: Thing) -> str:
        # A device with a percentage and a warning is one device.
        return thing.device_id or thing.entity_id

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        percent = self.home.number(thing) if thing is not None and thing.role is Role.BATTERY else None
        today = dt_util.as_local(now).date()
        if percent is not None and 0 <= percent <= 100 and self._noted.get(new.entity_id) != today:  # noqa: PLR2004
            # One a day, with its day: how steep it falls is all that is asked of them.
            self._noted[new.entity_id] = today
            self.home.habits.recent.add(f"battery:{new.entity_id}", percent)
            self.home.habits.recent.add(f"battery_day:{new.entity_id}", today.toordinal())
        super().observe(old, new, now)

    @override
    def _is_low(self, thing: Thing) -> bool:
        return super()._is_low(thing) or self._falls(thing)

    def _falls(self, thing: Thing) -> bool:
        """Return whether a battery will be empty within a fortnight if it goes on falling."""
        percent = self.home.number(thing)
        if percent is None or not 0 <= percent < TREND_BELOW:
            return False
        recent = self.home.habits.recent
        levels, days = recent.latest(f"battery:{thing.entity_id}"), recent.latest(f"battery_day:{thing.entity_id}")
        if len(levels) < READINGS or len(levels) != len(days) or days[-1] - days[0] < KNOWN_DAYS:
            return False
        # By the middle of the first and of the last readings: one odd one is not a fall.
        a_day = (median(levels[:ENDS]) - median(levels[-ENDS:])) / (median(days[-ENDS:]) - median(days[:ENDS]))
        return a_day > 0 and percent / a_day <= SOON_DAYS

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        yield from super().findings(now)
        told: set[str] = set()
        for thing in self.home.map.of(Role.BATTERY):
            percent = self.home.number(thing)
            if percent is None or not 0 <= percent <= PUSHED:
                continue
            guards = any(self.home.map.siblings(thing, role) for role in _CRITICAL)
            since = self.home.since(thing)
            device = self.one(thing)
            if not guards or since is None or device in told:
                continue
            told.add(device)
            yield Finding(
                situation=f"{self.kind}:{thing.entity_id}",
                due=since + SETTLED,
                began=since,
                expires=now + LASTS,
                entity_ids=(thing.entity_id,),
                facts={"rooms": self._by_room([thing]), "since": since.isoformat()},
                # What it guards fails with it: worth a message, while the list waits for a calm hour.
                risk_present=True,
                automated=tells(self.home.hass, [thing.entity_id]),
            )
