"""What a thermostat does, and what would make it save, read from its state alone.

Temperatures here are in the unit of the state, unless a name says otherwise: what is compared or sent back stays in it.
"""

from enum import StrEnum
from typing import Final

from homeassistant.components.climate import ClimateEntityFeature
from homeassistant.const import ATTR_SUPPORTED_FEATURES, UnitOfTemperature
from homeassistant.core import State

from .number import celsius, finite


class Work(StrEnum):
    """What a thermostat does to its room."""

    HEATING = "heating"
    COOLING = "cooling"


MARGIN: Final = 0.5
"""Degrees short of the target from which a thermostat that does not say so surely works: nearer it may rest."""

LOWER: Final = 3.0
"""Degrees Celsius that a set-back takes off: near to the level of absence, not to it (product 3.3)."""

COMFORT: Final[dict[Work, float]] = {Work.HEATING: 19.0, Work.COOLING: 26.0}
"""Degrees Celsius from which a target is one of comfort: a milder one saves already."""

BOUND: Final[dict[Work, float]] = {Work.HEATING: 15.0, Work.COOLING: 30.0}
"""Degrees Celsius beyond which no set-back goes: neither pipes nor plants nor who stayed behind suffer by it."""

FINEST: Final = 0.1
"""Degrees of the finest step that a thermostat is set by; what it says beyond that is not believed."""

_MODES: Final = {"heat": Work.HEATING, "cool": Work.COOLING}
_RANGE: Final = ("target_temp_low", "target_temp_high")


def work_of(state: State) -> Work | None:
    """Return whether a thermostat heats or cools at this moment; None when it does neither, or nobody knows.

    Many radiator valves do not say what they do: then mode and temperatures tell (product 3.5).
    """
    action = state.attributes.get("hvac_action")
    if isinstance(action, str):
        return Work(action) if action in Work else None
    room = finite(state.attributes.get("current_temperature"))
    if room is None:
        return None
    low, high = (finite(state.attributes.get(key)) for key in _RANGE)
    way, target = way_of(state), target_of(state)
    if target is not None and way is not None:
        low, high = (target, None) if way is Work.HEATING else (None, target)
    elif state.state not in ("heat_cool", "auto"):
        return None
    if low is not None and room <= low - MARGIN:
        return Work.HEATING
    return Work.COOLING if high is not None and room >= high + MARGIN else None


def target_of(state: State) -> float | None:
    """Return the one temperature that is set; None where it is a range, or nothing is set."""
    if any(finite(state.attributes.get(key)) is not None for key in _RANGE):
        return None
    return finite(state.attributes.get("temperature"))


def way_of(state: State) -> Work | None:
    """Return which way a thermostat works in its mode, now or later; None when it is off, or may do either."""
    if state.state != "auto":
        return _MODES.get(state.state)
    modes = state.attributes.get("hvac_modes")
    ways = {work for mode, work in _MODES.items() if mode in (modes if isinstance(modes, list | tuple) else ())}
    return ways.pop() if len(ways) == 1 else None


def saving_target(state: State, unit: str) -> float | None:
    """Return the temperature that would save, by a whole step of the device; None where none would, or it is unclear.

    `unit` is that of the home: climate states are in it, and so is what is sent to them.
    """
    way, target = way_of(state), target_of(state)
    if way is None or target is None:
        return None
    now = celsius(target, unit)
    if now is None or (now < COMFORT[way] if way is Work.HEATING else now > COMFORT[way]):
        return None
    step = finite(state.attributes.get("target_temp_step"))
    step = step if step is not None and FINEST <= step <= LOWER else 1.0
    change = round(LOWER * (1.8 if unit == UnitOfTemperature.FAHRENHEIT else 1.0) / step) * step
    wanted = round(target - change if way is Work.HEATING else target + change, 2)
    return wanted if saves(state, unit, wanted) else None


def saves(state: State, unit: str, wanted: float) -> bool:
    """Return whether a temperature is a set-back of what is set now: none ever asks for more (product 3.1, A4)."""
    way, target, asked = way_of(state), target_of(state), celsius(wanted, unit)
    features = state.attributes.get(ATTR_SUPPORTED_FEATURES)
    can = isinstance(features, int) and bool(features & ClimateEntityFeature.TARGET_TEMPERATURE)
    told = state.attributes.get("temperature_unit", unit)
    if way is None or target is None or asked is None or not can or told != unit:
        return False
    least, most = (finite(state.attributes.get(key)) for key in ("min_temp", "max_temp"))
    if (least is not None and wanted < least) or (most is not None and wanted > most):
        return False
    if way is Work.HEATING:
        return wanted < target and asked >= BOUND[way]
    return wanted > target and asked <= BOUND[way]
