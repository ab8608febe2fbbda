"""Carry out what a person accepted: re-check, act with their context, say what really happened."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import Final

from homeassistant.components.alarm_control_panel import AlarmControlPanelEntityFeature
from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..assistant.enums import HomeMode
from ..assistant.facts import PlannedAction, Suggestion
from ..sensing.alarm import armable
from ..sensing.covers import gentle, named_garage_or_gate
from ..sensing.home import Home, listed
from ..sensing.night import night_of
from ..sensing.roles import Role, Thing, carries_air_out
from ..sensing.thermostat import saves
from ..sensing.todo_lists import tickable
from .risk import SET_MODE, TICK, class_of, permit

_LOGGER = logging.getLogger(__name__)

AROUND_BEDTIME: Final = timedelta(hours=2)
"""Before the usual hour, from which a home may be armed for the night: some evenings end early."""


type _Check = Callable[[Home, Thing, State, PlannedAction], bool]


def _lockable(home: Home, thing: Thing, state: State, action: PlannedAction) -> bool:
    """Never on an open door: the bolt would stick out."""
    return state.state == "unlocked" and not home.door_open(thing)


def _closable(home: Home, thing: Thing, state: State, action: PlannedAction) -> bool:
    """Never a second time, nothing that has become of a higher class than was said when it was offered.

    A garage or gate only while its own sensor says that the way is clear, and no blind before a door that stands open:
    whoever has gone out by it would be shut out.
    """
    if state.state != "open" or thing.entity_id in home.close_sent:
        return False
    risk = class_of(action.domain, action.action, (thing.entity_id,), partial(gentle, home))
    if risk is None or action.risk < risk or (thing.role is Role.SHADE and home.door_open(thing)):
        return False
    heavy = thing.role is Role.GARAGE or named_garage_or_gate(home.hass, thing.entity_id)
    return not heavy or home.way_clear(thing)


def _preset(home: Home, thing: Thing, state: State, action: PlannedAction) -> bool:
    wanted = action.data["preset_mode"]
    return wanted in listed(state, "preset_modes") and state.attributes.get("preset_mode") != wanted


def _cooler(home: Home, thing: Thing, state: State, action: PlannedAction) -> bool:
    """Only as a set-back of what is set now, whatever it was when it was offered: what people lower stays lower."""
    return saves(state, home.hass.config.units.temperature_unit, action.data["temperature"])


def _pausable(home: Home, thing: Thing, state: State, action: PlannedAction) -> bool:
    return state.state != STATE_OFF and action.data["hvac_mode"] in listed(state, "hvac_modes")


def _operation(home: Home, thing: Thing, state: State, action: PlannedAction) -> bool:
    wanted = action.data["operation_mode"]
    return wanted in listed(state, "operation_list") and state.state not in (wanted, "off")


def _arms_away(home: Home, thing: Thing, state: State, action: PlannedAction) -> bool:
    """Only while nobody is in: a tap on the way back would arm the home around whoever entered."""
    return armable(home, state, AlarmControlPanelEntityFeature.ARM_AWAY) and home.empty_since is not None


def _arms_for_the_night(home: Home, thing: Thing, state: State, action: PlannedAction) -> bool:
    """Only at night, and around nobody who is still out: whoever comes home would set it off."""
    now = dt_util.utcnow()
    start, end = night_of(home, now)
    free = armable(home, state, AlarmControlPanelEntityFeature.ARM_NIGHT)
    return free and start - AROUND_BEDTIME <= now < end and home.empty_since is None and not home.expects(now)


def _chosen(home: Home, thing: Thing, state: State, action: PlannedAction) -> bool:
    """Nothing is ticked but what is open on a list that a resident chose for their reminders."""
    chosen = any(thing.entity_id in profile.routines for profile in home.profiles.values())
    return thing.role is Role.TODO and chosen and tickable(home, thing.entity_id, action.data.get("item"))


_CHECKS: Final[Mapping[tuple[str, str], _Check]] = MappingProxyType(
    {
        TICK: _chosen,
        ("lock", "lock"): _lockable,
        ("cover", "close_cover"): _closable,
        ("climate", "set_preset_mode"): _preset,
        ("climate", "set_temperature"): _cooler,
        ("climate", "set_hvac_mode"): _pausable,
        ("water_heater", "set_operation_mode"): _operation,
        ("water_heater", "set_away_mode"): lambda _home, _thing, state, _action: (
            state.attributes.get("away_mode") == "off"
        ),
        ("alarm_control_panel", "alarm_arm_away"): _arms_away,
        ("alarm_control_panel", "alarm_arm_night"): _arms_for_the_night,
        ("vacuum", "start"): lambda _home, _thing, state, _action: state.state in ("docked", "idle"),
        ("vacuum", "return_to_base"): lambda _home, _thing, state, _action: (
            state.state in ("cleaning", "paused", "idle", "error")
        ),
        ("fan", "turn_on"): lambda _home, thing, state, _action: carries_air_out(thing) and state.state == STATE_OFF,
        ("light", "turn_on"): lambda _home, _thing, state, _action: state.state == STATE_OFF,
        # Never ON for something hot, never anything for a load that is not known (product 3.1, A4).
        ("switch", "turn_on"): lambda _home, thing, state, _action: (
            thing.role in (Role.CHARGER, Role.RAIN_DELAY) and state.state == STATE_OFF
        ),
        ("switch", "turn_off"): lambda _home, thing, state, _action: (
            thing.role in (Role.CHARGER, Role.HOT_SWITCH) and state.state == STATE_ON
        ),
    }
)
"""When an action would change something; where there is no row, when its target is on."""


def _still(home: Home, thing: Thing, action: PlannedAction) -> bool:
    state = home.state(thing.entity_id)
    check = _CHECKS.get((action.domain, action.action))
    if state is None or check is None:
        return state is not None and home.is_on(thing)
    return check(home, thing, state, action)


def effective(home: Home, action: PlannedAction) -> tuple[str, ...]:
    """Return the targets on which an action would still change something."""
    things = home.map.things
    return tuple(
        entity_id
        for entity_id in action.entity_ids
        # What must not fail is never touched, whatever asks for it and whatever it is otherwise.
        if (thing := things.get(entity_id)) is not None
        and thing.role is not Role.CRITICAL
        and _still(home, thing, action)
    )


async def async_execute(hass: HomeAssistant, home: Home, suggestion: Suggestion, context: Context) -> tuple[str, ...]:
    """Call the accepted actions on what is still on; return the entities that were changed.

    Raises ForbiddenActionError before anything is called when one of the actions is not permitted. A call
    that fails is logged and the others go on: half a departure check is better than none.
    """
    for action in suggestion.actions:
        permit(action, partial(gentle, home))
    if home.in_danger():
        # Smoke cancels every pending action (product 4.3): no lock, no door, no light.
        _LOGGER.warning("Nothing is done while a sensor reports danger")
        return ()
    changed: list[str] = []
    for action in suggestion.actions:
        if (action.domain, action.action) == SET_MODE:
            home.enter(HomeMode(action.data["mode"]), dt_util.utcnow())
            continue
        targets = effective(home, action)
        if not targets:
            continue
        if (action.domain, action.action) == ("cover", "close_cover"):
            # Noted before it is sent: a close that fails half-way is not repeated either.
            home.close_sent.update(targets)
        try:
            await hass.services.async_call(
                action.domain,
                action.action,
                {**action.data, "entity_id": list(targets)},
                blocking=True,
                context=context,
            )
        except HomeAssistantError as err:
            _LOGGER.warning("%s.%s failed: %s", action.domain, action.action, err)
            continue
        changed += targets
    return tuple(changed)
