"""How an entity was before it was touched: everything its own actions can set again."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from homeassistant.core import State

from ..storage.promises import Snapshot

KEPT: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "light": (
            "brightness",
            "color_mode",
            "color_temp_kelvin",
            "hs_color",
            "rgb_color",
            "rgbw_color",
            "rgbww_color",
            "xy_color",
            "effect",
        ),
        "media_player": ("volume_level", "is_volume_muted", "source", "sound_mode", "shuffle", "repeat"),
        "fan": ("percentage", "percentage_step", "preset_mode", "oscillating", "direction"),
        "climate": (
            "preset_mode",
            "temperature",
            "target_temp_high",
            "target_temp_low",
            "humidity",
            "fan_mode",
            "swing_mode",
            "swing_horizontal_mode",
        ),
        "water_heater": ("operation_mode", "temperature", "target_temp_high", "target_temp_low", "away_mode"),
        "cover": ("current_position", "current_tilt_position", "device_class"),
        "vacuum": ("fan_speed",),
        "humidifier": ("humidity", "mode"),
    }
)
"""Attributes to restore, by domain; the state itself is always kept."""


def plain(value: Any) -> Any:
    """Return a value as JSON keeps it, so that a snapshot reads the same after a restart."""
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return str(value)
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def take(state: State) -> Snapshot:
    """Return the snapshot of an entity."""
    keys = KEPT.get(state.domain, ())
    return Snapshot(
        entity_id=state.entity_id,
        state=str(state.state),
        attributes=MappingProxyType(
            {key: plain(state.attributes[key]) for key in keys if state.attributes.get(key) is not None}
        ),
    )


def differences(snapshot: Snapshot, state: State | None, ignored: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return what of a snapshot an entity does not show: `state` or names of attributes."""
    if state is None:
        return ("state",)
    now = take(state)
    found = [] if now.state == snapshot.state else ["state"]
    for key, value in snapshot.attributes.items():
        if key not in ignored and now.attributes.get(key) != value:
            found.append(key)
    return tuple(found)
