"""Readings in one unit: what integrations report in the unit their user likes."""

from .home import Home
from .number import celsius
from .roles import Role, Thing

__all__ = ["celsius", "inside", "outside", "reading"]


def reading(home: Home, thing: Thing) -> float | None:
    """Return what a thermometer says in °C."""
    state = home.state(thing.entity_id)
    return None if state is None else celsius(state.state, state.attributes.get("unit_of_measurement"))


def inside(home: Home, climate: Thing) -> float | None:
    """Return the room temperature of a thermostat in °C, in its own unit where it gives one."""
    state = home.state(climate.entity_id)
    if state is None:
        return None
    unit = state.attributes.get("temperature_unit") or home.hass.config.units.temperature_unit
    return celsius(state.attributes.get("current_temperature"), unit)


def outside(home: Home) -> float | None:
    """Return the temperature outside in °C, by the first weather entity that has one."""
    for thing in home.map.of(Role.WEATHER):
        state = home.state(thing.entity_id)
        if state is not None:
            found = celsius(state.attributes.get("temperature"), state.attributes.get("temperature_unit"))
            if found is not None:
                return found
    return None
