"""Batteries that are nearly empty."""

from typing import override

from ..sensing.roles import Role, Thing
from .low_list import LowList


class BatteryLow(LowList):
    """The batteries of sensors, locks and remotes; phones, cars, robots and home batteries have no role."""

    kind = "battery_low"
    role = Role.BATTERY
    roles = frozenset({Role.BATTERY})
    low = 15.0
    again = 20.0

    @override
    def label(self, thing: Thing) -> str:
        return thing.device or thing.name

    @override
    def one(self, thing: Thing) -> str:
        # A device with a percentage and a warning is one device.
        return thing.device_id or thing.entity_id
