"""Undo: put an entity back exactly as a snapshot has it, or say what could not be put back.

A table per domain says which calls lead from here to there. What the risk table never allows (product 3.1, A4) is not
done by way of an undo either: nothing is unlocked, disarmed or opened that moves with force, nothing hot is turned on.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from homeassistant.core import Context, Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_state_change_event

from ..assistant.facts import PlannedAction
from ..sensing.covers import classes_of, forceful_by_name
from ..sensing.number import finite
from ..storage.promises import Snapshot
from .snapshot import differences

_LOGGER = logging.getLogger(__name__)

ROUNDED: Final = 0.6
"""Degrees by which a device may show another temperature than it was sent: in half steps, or whole ones in °F."""

ANSWERS: Final = timedelta(seconds=30)
"""A thermostat that takes another mode along with a preset has done so by then; later it was somebody else."""

PATIENCE: float = 5
"""Seconds for a device to report what it was told."""

type Call = tuple[str, str, Mapping[str, Any]]
"""Domain, action and data besides the target."""

_MODES: Final[Mapping[str, str]] = MappingProxyType({"climate": "hvac_mode", "water_heater": "operation_mode"})
"""What heats, and the parameter that sets its state."""

_OFF: Final = frozenset({"off", "standby", "idle"})
_SAFE_COVERS: Final = frozenset({"awning", "blind", "curtain", "damper", "shade", "shutter"})
"""What may be opened again: no door, gate, garage or window, and nothing of an unknown sort."""

_COLORS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "color_temp": ("color_temp_kelvin", "color_temp_kelvin"),
        "hs": ("hs_color", "hs_color"),
        "rgb": ("rgb_color", "rgb_color"),
        "rgbw": ("rgbw_color", "rgbw_color"),
        "rgbww": ("rgbww_color", "rgbww_color"),
        "xy": ("xy_color", "xy_color"),
    }
)
"""By color mode: the attribute that holds the color, and the parameter that sets it."""

_DERIVED: Final = tuple(attribute for attribute, _ in _COLORS.values())


class NeverError(Exception):
    """What an undo would have to do is never done; the argument is a reason code."""


def _light(kept: Snapshot, now: State) -> list[Call]:
    if kept.state != "on":
        return [("light", "turn_off", {})]
    was = kept.attributes
    data: dict[str, Any] = {}
    mode = was.get("color_mode")
    if mode == "white" and "brightness" in was:
        data["white"] = was["brightness"]
    else:
        if "brightness" in was:
            data["brightness"] = was["brightness"]
        attribute, parameter = _COLORS.get(str(mode), ("", ""))
        if was.get(attribute) is not None:
            data[parameter] = was[attribute]
    calls: list[Call] = [("light", "turn_on", data)]
    effect = was.get("effect")
    if effect is not None and effect != now.attributes.get("effect"):
        calls.append(("light", "turn_on", {"effect": effect}))
    return calls


def _each(domain: str, kept: Snapshot, now: State, rows: Iterable[tuple[str, str, str]]) -> list[Call]:
    """Return a call per attribute that differs."""
    return [
        (domain, action, {parameter: kept.attributes[attribute]})
        for attribute, action, parameter in rows
        if attribute in kept.attributes and kept.attributes[attribute] != now.attributes.get(attribute)
    ]


_MEDIA: Final = (
    ("source", "select_source", "source"),
    ("sound_mode", "select_sound_mode", "sound_mode"),
    ("volume_level", "volume_set", "volume_level"),
    ("is_volume_muted", "volume_mute", "is_volume_muted"),
    ("shuffle", "shuffle_set", "shuffle"),
    ("repeat", "repeat_set", "repeat"),
)


def _media(kept: Snapshot, now: State) -> list[Call]:
    if kept.state == "off":
        return [("media_player", "turn_off", {})]
    calls: list[Call] = []
    # A player that is off shows no volume and no source, so each is set again.
    bare = now.state in _OFF and kept.state not in _OFF
    if now.state == "off":
        calls.append(("media_player", "turn_on", {}))
    shown = State(now.entity_id, now.state, {}) if bare else now
    calls += _each("media_player", kept, shown, _MEDIA)
    if kept.state == "playing" and (bare or now.state != "playing"):
        calls.append(("media_player", "media_play", {}))
    if kept.state == "paused" and (bare or now.state != "paused"):
        calls.append(("media_player", "media_pause", {}))
    return calls


def _fan(kept: Snapshot, now: State) -> list[Call]:
    if kept.state != "on":
        return [("fan", "turn_off", {})]
    was = kept.attributes
    calls: list[Call] = []
    if was.get("preset_mode") is not None:
        calls += [("fan", "turn_on", {}), ("fan", "set_preset_mode", {"preset_mode": was["preset_mode"]})]
    elif was.get("percentage"):
        calls.append(("fan", "turn_on", {}))
        calls.append(("fan", "set_percentage", {"percentage": was["percentage"]}))
    else:
        calls.append(("fan", "turn_on", {}))
    calls += _each("fan", kept, now, (("oscillating", "oscillate", "oscillating"),))
    calls += _each("fan", kept, now, (("direction", "set_direction", "direction"),))
    return calls


_CLIMATE: Final = (
    ("humidity", "set_humidity", "humidity"),
    ("fan_mode", "set_fan_mode", "fan_mode"),
    ("swing_mode", "set_swing_mode", "swing_mode"),
    ("swing_horizontal_mode", "set_swing_horizontal_mode", "swing_horizontal_mode"),
)


def _targets(domain: str, kept: Snapshot) -> list[Call]:
    """Return the call that sets the temperature, one or a range."""
    was = kept.attributes
    if "target_temp_low" in was and "target_temp_high" in was:
        pair = {key: was[key] for key in ("target_temp_low", "target_temp_high")}
        return [(domain, "set_temperature", pair)]
    if "temperature" in was:
        return [(domain, "set_temperature", {"temperature": was["temperature"]})]
    return []


def _climate(kept: Snapshot, now: State) -> list[Call]:
    calls: list[Call] = []
    if now.state != kept.state:
        calls.append(("climate", "set_hvac_mode", {"hvac_mode": kept.state}))
    if kept.attributes.get("preset_mode") != now.attributes.get("preset_mode") and "preset_mode" in kept.attributes:
        calls.append(("climate", "set_preset_mode", {"preset_mode": kept.attributes["preset_mode"]}))
    # The temperature last: a mode or a preset brings its own.
    calls += _each("climate", kept, now, _CLIMATE)
    if kept.state != "off":
        calls += _targets("climate", kept)
    return calls


def _water(kept: Snapshot, now: State) -> list[Call]:
    was = kept.attributes
    calls: list[Call] = []
    if was.get("away_mode") != now.attributes.get("away_mode") and "away_mode" in was:
        calls.append(("water_heater", "set_away_mode", {"away_mode": was["away_mode"] == "on"}))
        if now.state == "off" and now.attributes.get("away_mode") == "on":
            # Off by its away mode it comes back with its end; off by somebody's hand it stays off.
            return calls
    if kept.state != now.state:
        calls.append(("water_heater", "set_operation_mode", {"operation_mode": kept.state}))
    return calls + _targets("water_heater", kept)


def _cover(kept: Snapshot, now: State) -> list[Call]:
    if kept.attributes.get("device_class") not in _SAFE_COVERS:
        raise NeverError("moves_with_force")
    was = kept.attributes
    calls: list[Call] = []
    if "current_position" in was:
        calls.append(("cover", "set_cover_position", {"position": was["current_position"]}))
    else:
        calls.append(("cover", "open_cover" if kept.state == "open" else "close_cover", {}))
    if "current_tilt_position" in was:
        calls.append(("cover", "set_cover_tilt_position", {"tilt_position": was["current_tilt_position"]}))
    return calls


def _vacuum(kept: Snapshot, now: State) -> list[Call]:
    if kept.state in ("docked", "returning", "idle"):
        return [("vacuum", "return_to_base", {})]
    if kept.state == "paused":
        return [("vacuum", "pause", {})]
    return [("vacuum", "start", {})] if kept.state == "cleaning" else []


def _humidifier(kept: Snapshot, now: State) -> list[Call]:
    if kept.state != "on":
        return [("humidifier", "turn_off", {})]
    rows = (("mode", "set_mode", "mode"), ("humidity", "set_humidity", "humidity"))
    return [("humidifier", "turn_on", {}), *_each("humidifier", kept, now, rows)]


def _never(reason: str) -> Callable[[Snapshot, State], list[Call]]:
    def refuse(kept: Snapshot, now: State) -> list[Call]:
        raise NeverError(reason)

    return refuse


def _switch(kept: Snapshot, now: State) -> list[Call]:
    # A load that is switched on again may be hot: an undo may only take away (product 3.1, A4).
    if kept.state != "off":
        raise NeverError("may_be_hot")
    return [("switch", "turn_off", {})]


_ROWS: Final[Mapping[str, Callable[[Snapshot, State], list[Call]]]] = MappingProxyType(
    {
        "light": _light,
        "media_player": _media,
        "fan": _fan,
        "climate": _climate,
        "water_heater": _water,
        "cover": _cover,
        "vacuum": _vacuum,
        "humidifier": _humidifier,
        "switch": _switch,
        "lock": _never("stays_locked"),
        "alarm_control_panel": _never("stays_armed"),
    }
)

_NOT_COMPARED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"fan": ("percentage_step",), "cover": ("device_class",), "vacuum": ("fan_speed",)}
)


def _ignored(kept: Snapshot) -> tuple[str, ...]:
    """Return the attributes that say nothing by themselves: of a light's colors only the one of its mode counts."""
    domain = kept.entity_id.partition(".")[0]
    if domain != "light":
        return _NOT_COMPARED.get(domain, ())
    own, _ = _COLORS.get(str(kept.attributes.get("color_mode")), ("", ""))
    return tuple(attribute for attribute in _DERIVED if attribute != own)


def missing(kept: Snapshot, now: State | None) -> tuple[str, ...]:
    """Return what of a snapshot an entity does not show; for a robot being on its way home counts."""
    found = differences(kept, now, _ignored(kept))
    if kept.entity_id.startswith("vacuum.") and now is not None and kept.state == "docked":
        return () if now.state in ("docked", "returning") else found
    if kept.entity_id.startswith("cover.") and now is not None and now.state in ("opening", "closing"):
        return ()
    return found


def mode_stands(kept: Snapshot, now: State | None, actions: Iterable[PlannedAction], done: datetime) -> bool:
    """Return whether what heats is in the mode it was in, or that we set: any other was set by somebody, and stays.

    What a device does of its own accord with a preset it does at once, and does not switch itself off for it.
    """
    key = _MODES.get(now.domain) if now is not None else None
    if now is None or key is None or now.state in ("unavailable", "unknown"):
        return True
    ours = {action.data[key] for action in _upon(kept, actions) if isinstance(action.data.get(key), str)}
    if now.state == kept.state or now.state in ours:
        return True
    if now.state == "off":
        # A boiler may show its away mode as off; that alone is ended then (see `_water`).
        return not ours and now.domain == "water_heater" and now.attributes.get("away_mode") == "on"
    return now.last_changed - done <= ANSWERS


def stands(kept: Snapshot, now: State | None, actions: Iterable[PlannedAction], done: datetime) -> bool:
    """Return whether what heats is still as we left it, or as it was: else somebody or a schedule has set it."""
    actions = tuple(actions)
    if now is None or now.domain not in _MODES:
        return True
    mode = _MODES[now.domain]
    for action in _upon(kept, actions):
        for key, value in action.data.items():
            shown = now.state if key == mode else now.attributes.get(key)
            was = None if key == mode else kept.attributes.get(key)
            wanted = ("on" if value else "off") if key == "away_mode" else value
            if shown is not None and not any(_alike(shown, other) for other in (wanted, was)):
                return False
    return mode_stands(kept, now, actions, done)


def _upon(kept: Snapshot, actions: Iterable[PlannedAction]) -> list[PlannedAction]:
    """Return those of some actions that touched what a snapshot is of."""
    domain = kept.entity_id.partition(".")[0]
    return [action for action in actions if action.domain == domain and kept.entity_id in action.entity_ids]


def _alike(shown: object, value: object) -> bool:
    """Return whether two values are the same, temperatures as near as devices round them."""
    one, other = finite(shown), finite(value)
    return shown == value if one is None or other is None else abs(one - other) <= ROUNDED


def has_way_back(hass: HomeAssistant, kept: Snapshot) -> bool:
    """Return whether an entity is of those that are ever put back: a button that does nothing is not shown.

    Whether a cover moves with force is for whoever knows the home to say.
    """
    now, row = hass.states.get(kept.entity_id), _ROWS.get(kept.entity_id.partition(".")[0])
    if now is None or row is None:
        return False
    try:
        row(kept, now)
    except NeverError:
        return False
    return True


async def async_restore(
    hass: HomeAssistant, kept: Snapshot, context: Context, *, guarded: bool = False
) -> tuple[str, ...]:
    """Put one entity back; return what could not be put back: names of attributes, `state`, or a reason code.

    `guarded` tells of a cover that people know as a garage, a gate or a window, whatever it calls itself.
    """
    now = hass.states.get(kept.entity_id)
    if now is None or now.state in ("unavailable", "unknown"):
        return ("unavailable",)
    row = _ROWS.get(kept.entity_id.partition(".")[0])
    if row is None:
        return ("no_way_back",)
    if now.domain == "cover" and (
        guarded or not classes_of(hass, kept.entity_id) <= _SAFE_COVERS or forceful_by_name(hass, kept.entity_id)
    ):
        # What it was called when it was closed is not enough: it must be so still, by everybody who says what it is.
        return ("moves_with_force",)
    try:
        calls = row(kept, now)
    except NeverError as err:
        return (str(err),)
    if not missing(kept, now):
        return ()
    reached = False
    for domain, action, data in calls:
        try:
            await hass.services.async_call(
                domain, action, {**data, "entity_id": kept.entity_id}, blocking=True, context=context
            )
            reached = True
        except (HomeAssistantError, ValueError) as err:
            _LOGGER.debug("%s.%s could not be undone on %s: %s", domain, action, kept.entity_id, err)
    if reached:
        await _async_settled(hass, kept)
    return missing(kept, hass.states.get(kept.entity_id))


async def _async_settled(hass: HomeAssistant, kept: Snapshot) -> None:
    """Wait until an entity shows its snapshot, or no longer."""
    if not missing(kept, hass.states.get(kept.entity_id)) or not PATIENCE:
        return
    arrived = asyncio.Event()

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        if not missing(kept, event.data["new_state"]):
            arrived.set()

    stop = async_track_state_change_event(hass, [kept.entity_id], changed)
    try:
        async with asyncio.timeout(PATIENCE):
            await arrived.wait()
    except TimeoutError:
        _LOGGER.debug("%s does not show what it was before", kept.entity_id)
    finally:
        stop()
