"""Filters, brushes, salt, ink and the like that run out."""

from collections.abc import Mapping
from typing import Final, override

from homeassistant.const import UnitOfTime
from homeassistant.util.unit_conversion import DurationConverter

from ..sensing.roles import Role, Thing
from .low_list import LowList

_COUNTED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("s", "min", "h"), UnitOfTime.HOURS),
    **dict.fromkeys(("d", "w"), UnitOfTime.DAYS),
}
"""In what the unit of a reading is counted: hours of use, or days of the calendar."""

OVERDUE: Final = 24.0 * 365
"""Hours or days past its time up to which a reading is one: robots count on below nought."""


class MaintenanceDue(LowList):
    """Consumables that say how much of them is left, in percent, hours or days, or that they are due."""

    kind = "maintenance_due"
    role = Role.CONSUMABLE
    roles = frozenset({Role.CONSUMABLE})
    # Of hours and days too: a robot's brush with ten hours left has a week or two, time enough to order one.
    low = 10.0
    again = 15.0

    @override
    def amount(self, thing: Thing) -> float | None:
        number = super().amount(thing)
        unit = self._time(thing)
        if number is None or unit is None:
            return number
        left = DurationConverter.convert(number, unit, _COUNTED[unit])
        return max(0.0, left) if left >= -OVERDUE else None

    @override
    def said(self, thing: Thing) -> str | None:
        amount, unit = self.amount(thing), self._time(thing)
        return super().said(thing) if amount is None or unit is None else f"{amount:.0f} {_COUNTED[unit]}"

    def _time(self, thing: Thing) -> str | None:
        """Return the unit of time that a thing counts in, or None when it counts in percent."""
        state = self.home.state(thing.entity_id)
        unit = state.attributes.get("unit_of_measurement") if state is not None else None
        return unit if isinstance(unit, str) and unit in _COUNTED else None
