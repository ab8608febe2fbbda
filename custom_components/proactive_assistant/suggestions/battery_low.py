"""Batteries that are nearly empty: one list, never one message per device."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..sensing.home import Home
from ..sensing.roles import Role, Thing
from .base import Detector, Finding

LOW: Final = 15.0
FULL_AGAIN: Final = 20.0
"""Percent above which one counts as replaced: a reading on the edge comes and goes with the weather."""

SETTLED: Final = timedelta(minutes=30)
"""A first reading after a change of batteries is often wrong."""

LASTS: Final = timedelta(days=7)


class BatteryLow(Detector):
    """The batteries of sensors, locks and remotes; phones, cars, robots and home batteries have no role."""

    kind = "battery_low"
    roles = frozenset({Role.BATTERY})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._low: dict[str, datetime] = {}

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or thing.role is not Role.BATTERY:
            return
        if self._is_low(thing):
            self._low.setdefault(new.entity_id, now)
        else:
            self._low.pop(new.entity_id, None)

    def _is_low(self, thing: Thing) -> bool:
        if thing.entity_id.startswith("binary_sensor."):
            return self.home.is_on(thing)
        percent = self.home.number(thing)
        limit = FULL_AGAIN if thing.entity_id in self._low else LOW
        return percent is not None and 0 <= percent <= limit

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        low: dict[str, tuple[Thing, datetime]] = {}
        for thing in self.home.map.of(Role.BATTERY):
            since = self._low.get(thing.entity_id) or self.home.since(thing)
            if self._is_low(thing) and since is not None:
                # A device with a percentage and a warning is one device.
                low.setdefault(thing.device_id or thing.entity_id, (thing, since))
        if not low:
            return
        began = min(since for _, since in low.values())
        yield Finding(
            situation=self.kind,
            due=began + SETTLED,
            began=began,
            # A standing list has no end but the last battery replaced.
            expires=now + LASTS,
            entity_ids=tuple(thing.entity_id for thing, _ in low.values()),
            facts={
                "rooms": self._by_room([thing for thing, _ in low.values()]),
                "since": dt_util.as_utc(began).isoformat(),
            },
        )

    def _by_room(self, things: list[Thing]) -> dict[str, list[str]]:
        rooms: dict[str, list[str]] = {}
        for thing in things:
            percent = self.home.number(thing)
            name = thing.device or thing.name
            rooms.setdefault(thing.area or "", []).append(name if percent is None else f"{name} {percent:.0f} %")
        return rooms
