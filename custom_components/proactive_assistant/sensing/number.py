"""Numbers as the home reports them: text, anything, and seldom what they should be."""

from math import isfinite
from typing import Final

from homeassistant.const import UnitOfTemperature
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.unit_conversion import TemperatureConverter

WHOLE: Final = 100


def finite(value: object) -> float | None:
    """Return a value as a finite number, or None: states are text, attributes are anything."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except ValueError, OverflowError:
        return None
    return number if isfinite(number) else None


def percent(value: object) -> float | None:
    """Return a value as a share of a hundred, or None: sensors that have lost count say 255."""
    number = finite(value)
    return number if number is not None and 0 <= number <= WHOLE else None


def celsius(value: object, unit: object) -> float | None:
    """Return a temperature in °C; None when value or unit is not one."""
    number = finite(value)
    if number is None or not isinstance(unit, str):
        return None
    try:
        return TemperatureConverter.convert(number, unit, UnitOfTemperature.CELSIUS)
    except HomeAssistantError:
        return None
