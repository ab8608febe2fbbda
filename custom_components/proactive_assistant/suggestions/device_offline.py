"""Devices that have stopped reporting: one list, grouped by what brought them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple, override

from homeassistant.const import STATE_UNAVAILABLE

from ..sensing.home import Home
from ..sensing.reports import REPORTERS, Reports
from ..sensing.roles import Role, Thing
from .base import Detector, Finding
from .telling import tells

GONE: Final = timedelta(hours=12)
GONE_CRITICAL: Final = timedelta(hours=1)
LASTS: Final = timedelta(days=7)

_CRITICAL: Final = frozenset({Role.HAZARD, Role.LOCK, Role.COLD_DOOR, Role.COLD_TEMPERATURE})
"""What is missed when it counts."""

_ALWAYS_ON: Final = (
    Role.OPENING, Role.GARAGE, Role.CLIMATE, Role.WATER_HEATER, Role.MOTION, Role.BED, Role.SEAT, Role.COOKING,
    Role.BATTERY, Role.ALARM, *sorted(_CRITICAL | REPORTERS),
)  # fmt: skip
"""Lamps behind switches, TVs and machines are unavailable whenever they are off: they are not asked."""

GROUP: Final = 4
"""From this many devices of one integration on it is the hub that is missed, not each of them."""


class _Gone(NamedTuple):
    """A device, since when it is gone, and when that is worth saying."""

    thing: Thing
    since: datetime
    late: datetime


class DeviceOffline(Detector):
    """Devices of which nothing that we know reports: all of it is unavailable, or what measures says nothing more."""

    kind = "device_offline"
    roles = frozenset(_ALWAYS_ON)

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._reports = Reports(home)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        devices: dict[str, list[Thing]] = {}
        for thing in self.home.map.of(*_ALWAYS_ON):
            devices.setdefault(thing.device_id or thing.entity_id, []).append(thing)
        self._reports.look(devices.values(), now)
        gone = [found for things in devices.values() if (found := self._gone(things, now)) is not None]
        ripe = [item for item in gone if item.late <= now]
        if not ripe:
            return
        began = min(item.since for item in ripe)
        yield Finding(
            situation=self.kind,
            due=min(item.late for item in ripe),
            began=began,
            # A standing list has no end but the last device back.
            expires=now + LASTS,
            entity_ids=tuple(item.thing.entity_id for item in ripe),
            facts={"rooms": _grouped([item.thing for item in ripe]), "since": began.isoformat()},
            # What is missed when it counts does not wait for the list of the week.
            risk_present=any(part.role in _CRITICAL for item in ripe for part in self._parts(item.thing, devices)),
            automated=self._told([item.thing for item in ripe]),
        )

    @staticmethod
    def _parts(thing: Thing, devices: Mapping[str, list[Thing]]) -> list[Thing]:
        return devices[thing.device_id or thing.entity_id]

    def _told(self, things: list[Thing]) -> bool:
        """Return whether automations of the user's tell that these have become unavailable."""
        # One that still shows its last word may be watched for that word.
        return all(self.home.state(thing.entity_id) is None for thing in things) and tells(
            self.home.hass, [thing.entity_id for thing in things]
        )

    def _gone(self, things: list[Thing], now: datetime) -> _Gone | None:
        """Return since when a device is gone, and when that is worth saying; None while it is there."""
        since = self._unavailable_since(things)
        if since is not None:
            return _Gone(things[0], since, since + _patience(things))
        if REPORTERS.isdisjoint(thing.role for thing in things):
            return None
        silent = self._reports.silent(things, _patience(things), now)
        return None if silent is None else _Gone(things[0], *silent)

    def _unavailable_since(self, things: list[Thing]) -> datetime | None:
        """Return since when every part of a device is unavailable; None while one of them lives."""
        times = []
        for thing in things:
            # After a restart the states are new: every wait begins anew with it (product 3.3).
            state = self.home.hass.states.get(thing.entity_id)
            if state is None or state.state != STATE_UNAVAILABLE:
                return None
            times.append(state.last_changed)
        return max(times)


def _patience(things: list[Thing]) -> timedelta:
    return GONE_CRITICAL if any(part.role in _CRITICAL for part in things) else GONE


def _grouped(things: list[Thing]) -> dict[str, list[str]]:
    """Return names by area; a hub with many silent devices is named once, with their number."""
    hubs: dict[str, list[Thing]] = {}
    for thing in things:
        hubs.setdefault(thing.source or "", []).append(thing)
    rooms: dict[str, list[str]] = {}
    for hub, members in hubs.items():
        if hub and len(members) >= GROUP:
            rooms.setdefault("", []).append(f"{hub} ({len(members)})")
            continue
        for thing in members:
            rooms.setdefault(thing.area or "", []).append(thing.device or thing.name)
    return rooms
