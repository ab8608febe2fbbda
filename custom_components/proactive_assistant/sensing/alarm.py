"""Alarm panels: whether one can be armed by a tap, and what holds it back."""

from homeassistant.components.alarm_control_panel import AlarmControlPanelEntityFeature
from homeassistant.const import ATTR_SUPPORTED_FEATURES
from homeassistant.core import State

from .home import Home
from .roles import Role


def arms_freely(state: State, way: AlarmControlPanelEntityFeature) -> bool:
    """Return whether a panel knows a way of arming, and wants no code for it: none is stored or asked for."""
    features = state.attributes.get(ATTR_SUPPORTED_FEATURES)
    knows = isinstance(features, int) and bool(features & way)
    free = state.attributes.get("code_arm_required") is False or (
        "code_format" in state.attributes and state.attributes["code_format"] is None
    )
    return knows and free


def armable(home: Home, state: State, way: AlarmControlPanelEntityFeature) -> bool:
    """Return whether a panel is disarmed now and could be armed: with an opening on it would complain, or sound."""
    return state.state == "disarmed" and arms_freely(state, way) and not home.on(Role.OPENING)
