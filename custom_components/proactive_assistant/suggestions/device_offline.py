"""Devices that have stopped reporting: one list, grouped by what brought them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.const import STATE_UNAVAILABLE

from ..sensing.roles import Role, Thing
from .base import Detector, Finding

GONE: Final = timedelta(hours=12)
GONE_CRITICAL: Final = timedelta(hours=1)
LASTS: Final = timedelta(days=7)

_CRITICAL: Final = frozenset({Role.HAZARD, Role.LOCK, Role.COLD_DOOR, Role.COLD_TEMPERATURE})
"""What is missed when it counts."""

_ALWAYS_ON: Final = (
    Role.OPENING, Role.GARAGE, Role.CLIMATE, Role.WATER_HEATER, Role.MOTION, Role.BED, Role.SEAT, Role.COOKING,
    Role.CARBON_DIOXIDE, Role.HUMIDITY, Role.BATTERY, Role.ALARM, *sorted(_CRITICAL),
)  # fmt: skip
"""Lamps behind switches, TVs and machines are unavailable whenever they are off: they are not asked."""

GROUP: Final = 4
"""From this many devices of one integration on it is the hub that is missed, not each of them."""


class DeviceOffline(Detector):
    """Devices of which nothing that we know reports."""

    kind = "device_offline"
    roles = frozenset(_ALWAYS_ON)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        devices: dict[str, list[Thing]] = {}
        for thing in self.home.map.of(*_ALWAYS_ON):
            devices.setdefault(thing.device_id or thing.entity_id, []).append(thing)
        gone = [
            (things[0], max(times)) for things in devices.values() if (times := self._gone_since(things)) is not None
        ]
        late = {thing.entity_id: since + self._patience(thing, devices) for thing, since in gone}
        ripe = [(thing, since) for thing, since in gone if late[thing.entity_id] <= now]
        if not ripe:
            return
        began = min(since for _, since in ripe)
        yield Finding(
            situation=self.kind,
            due=min(late[thing.entity_id] for thing, _ in ripe),
            began=began,
            # A standing list has no end but the last device back.
            expires=now + LASTS,
            entity_ids=tuple(thing.entity_id for thing, _ in ripe),
            facts={"rooms": _grouped([thing for thing, _ in ripe]), "since": began.isoformat()},
        )

    def _gone_since(self, things: list[Thing]) -> list[datetime] | None:
        """Return since when each part of a device is gone; None while one of them lives."""
        times = []
        for thing in things:
            # After a restart the states are new: every wait begins anew with it (product 3.3).
            state = self.home.hass.states.get(thing.entity_id)
            if state is None or state.state != STATE_UNAVAILABLE:
                return None
            times.append(state.last_changed)
        return times

    @staticmethod
    def _patience(thing: Thing, devices: dict[str, list[Thing]]) -> timedelta:
        parts = devices[thing.device_id or thing.entity_id]
        return GONE_CRITICAL if any(part.role in _CRITICAL for part in parts) else GONE


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
