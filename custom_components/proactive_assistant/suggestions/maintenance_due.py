"""Filters, brushes, salt, ink and the like that run out."""

from typing import Final, override

from homeassistant.const import UnitOfTime
from homeassistant.util.unit_conversion import DurationConverter

from ..sensing.roles import Role, Thing
from ..sensing.sorting import TIMES
from .low_list import LowList

OVERDUE: Final = 24.0 * 365
"""Hours past its time up to which a reading is one: robots count on below nought."""


class MaintenanceDue(LowList):
    """Consumables that say how much of them is left, in percent or in hours of use, or that they are due."""

    kind = "maintenance_due"
    role = Role.CONSUMABLE
    roles = frozenset({Role.CONSUMABLE})
    # Of hours too: a robot's brush with ten left has a week or two, time enough to order one.
    low = 10.0
    again = 15.0

    @override
    def amount(self, thing: Thing) -> float | None:
        number = super().amount(thing)
        unit = self._time(thing)
        if number is None or unit is None:
            return number
        hours = DurationConverter.convert(number, unit, UnitOfTime.HOURS)
        return max(0.0, hours) if hours >= -OVERDUE else None

    @override
    def said(self, thing: Thing) -> str | None:
        amount = self.amount(thing)
        return super().said(thing) if amount is None or self._time(thing) is None else f"{amount:.0f} h"

    def _time(self, thing: Thing) -> str | None:
        """Return the unit of time that a thing counts in, or None when it counts in percent."""
        state = self.home.state(thing.entity_id)
        unit = state.attributes.get("unit_of_measurement") if state is not None else None
        return unit if isinstance(unit, str) and unit in TIMES else None
