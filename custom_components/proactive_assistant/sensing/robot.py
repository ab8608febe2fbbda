"""What a robot's device tells beside the robot itself: its charge, its bin.

These have no role of their own: they are asked for when somebody wants to know, and nothing is looked at for them.
"""

from homeassistant.const import ATTR_FRIENDLY_NAME, PERCENTAGE, STATE_ON
from homeassistant.core import State

from .home import Home
from .mates import mates
from .number import finite
from .roles import Thing
from .words import BIN_FULL_WORDS, mentions


def charge(home: Home, robot: Thing) -> float | None:
    """Return how full a robot's battery is, in percent: by a sensor of its device, else by its own attribute."""
    found = [
        percent
        for entry, state in mates(home, robot, "sensor")
        if "battery" in (entry.device_class, entry.original_device_class, state.attributes.get("device_class"))
        and state.attributes.get("unit_of_measurement") == PERCENTAGE
        and (percent := finite(state.state)) is not None
    ]
    if found:
        return min(found)
    state = home.state(robot.entity_id)
    return None if state is None else finite(state.attributes.get("battery_level"))


def full_since(home: Home, robot: Thing) -> State | None:
    """Return the state of what says that a robot's bin is full; None while nothing does."""
    return next(
        (
            state
            for _, state in mates(home, robot, "binary_sensor")
            if state.state == STATE_ON
            and mentions(f"{state.attributes.get(ATTR_FRIENDLY_NAME)} {state.name}", BIN_FULL_WORDS)
        ),
        None,
    )
