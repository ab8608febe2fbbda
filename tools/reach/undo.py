"""How exactly an undo restores: random states of real entities, changed by what the risk table allows, put back."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from homeassistant.components.climate import HVACMode
from homeassistant.components.light import ColorMode
from homeassistant.components.media_player import MediaPlayerState
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component

from custom_components.proactive_assistant.actions import restore
from custom_components.proactive_assistant.actions.snapshot import take

from .devices import DEVICES, Device


@dataclass(slots=True)
class Undos:
    """What was put back."""

    tried: int = 0
    exact: int = 0
    reported: int = 0
    """Not exact, and the undo said so."""
    silent: list[str] = field(default_factory=list)
    """Not exact, and the undo did not say so."""


def _light(rng: random.Random) -> dict[str, Any]:
    mode = rng.choice(
        (ColorMode.COLOR_TEMP, ColorMode.HS, ColorMode.RGB, ColorMode.RGBW, ColorMode.RGBWW, ColorMode.XY)
    )
    byte = partial(rng.randint, 0, 255)
    return {
        "is_on": True,
        "brightness": rng.randint(1, 255),
        "color_mode": mode,
        "color_temp_kelvin": rng.randint(2000, 6500),
        "hs_color": (round(rng.uniform(0, 360), 3), round(rng.uniform(0, 100), 3)),
        "rgb_color": (byte(), byte(), byte()),
        "rgbw_color": (byte(), byte(), byte(), byte()),
        "rgbww_color": (byte(), byte(), byte(), byte(), byte()),
        "xy_color": (round(rng.uniform(0.1, 0.6), 3), round(rng.uniform(0.1, 0.6), 3)),
        "effect": rng.choice(("off", "rainbow", "candle")),
    }


def _media(rng: random.Random) -> dict[str, Any]:
    return {
        "state": rng.choice((MediaPlayerState.PLAYING, MediaPlayerState.PAUSED)),
        "volume_level": round(rng.random(), 2),
        "is_volume_muted": rng.random() < 0.5,
        "source": rng.choice(("Radio", "TV", "Disc")),
        "sound_mode": rng.choice(("Music", "Film")),
        "shuffle": rng.random() < 0.5,
    }


def _climate(rng: random.Random) -> dict[str, Any]:
    mode = rng.choice((HVACMode.HEAT, HVACMode.COOL, HVACMode.HEAT_COOL))
    low = rng.randint(30, 42) / 2
    ranged = mode is HVACMode.HEAT_COOL
    return {
        "hvac_mode": mode,
        "preset_mode": rng.choice(("none", "comfort")),
        "target_temperature": None if ranged else low,
        "target_temperature_low": low if ranged else None,
        "target_temperature_high": low + rng.randint(1, 8) / 2 if ranged else None,
        "fan_mode": rng.choice(("low", "high", "auto")),
        "swing_mode": rng.choice(("on", "off")),
    }


def _cover(rng: random.Random) -> dict[str, Any]:
    return {"current_cover_position": rng.randint(1, 100), "current_cover_tilt_position": rng.randint(0, 100)}


def _fan(rng: random.Random) -> dict[str, Any]:
    preset = rng.choice((None, None, "breeze", "night"))
    return {
        "percentage": 50 if preset else rng.randint(1, 100),
        "preset_mode": preset,
        "oscillating": rng.random() < 0.5,
        "current_direction": rng.choice(("forward", "reverse")),
    }


type Touch = tuple[str, dict[str, Any]]

ROWS: Final[dict[str, tuple[Callable[[random.Random], dict[str, Any]], tuple[Touch, ...]]]] = {
    "light": (_light, (("turn_off", {}),)),
    "media_player": (_media, (("turn_off", {}), ("media_pause", {}))),
    "climate": (
        _climate,
        (
            ("set_preset_mode", {"preset_mode": "eco"}),
            ("set_preset_mode", {"preset_mode": "away"}),
            ("set_hvac_mode", {"hvac_mode": "off"}),
            ("set_temperature", {"temperature": 15.0}),
        ),
    ),
    "cover": (_cover, (("close_cover", {}),)),
    "fan": (_fan, (("turn_off", {}),)),
}
"""By domain: how a random state is drawn, and what may be done to it."""


async def async_devices(hass: HomeAssistant) -> dict[str, Device]:
    """Add one real entity of every domain."""
    found: dict[str, Device] = {}
    for domain, kind in DEVICES.items():
        await async_setup_component(hass, domain, {})
        device = kind()
        await hass.data[domain].async_add_entities([device])
        found[domain] = device
    await hass.async_block_till_done()
    return found


async def async_try(hass: HomeAssistant, device: Device, domain: str, rng: random.Random, undos: Undos) -> None:
    """Draw a state, change it as the assistant would, undo that, and compare."""
    draw, touches = ROWS[domain]
    device.put(**draw(rng))
    entity_id: str = device.entity_id  # type: ignore[attr-defined]
    before = hass.states.get(entity_id)
    assert before is not None
    kept = take(before)
    action, data = rng.choice(touches)
    await hass.services.async_call(domain, action, {**data, "entity_id": entity_id}, blocking=True)
    left = await restore.async_restore(hass, kept, Context())
    after = hass.states.get(entity_id)
    assert after is not None
    undos.tried += 1
    # Compared whole, not by the undo's own measure: every attribute the entity shows, as it shows it.
    if (after.state, dict(after.attributes)) == (before.state, dict(before.attributes)):
        undos.exact += 1
    elif left:
        undos.reported += 1
    else:
        undos.silent.append(f"{entity_id}: {before.as_dict()['attributes']} became {after.as_dict()['attributes']}")


async def async_undos(hass: HomeAssistant, count: int, seed: int) -> dict[str, Undos]:
    """Try so many random states of each domain."""
    devices = await async_devices(hass)
    rng = random.Random(f"undo {seed}")
    found = {domain: Undos() for domain in ROWS}
    for domain, device in devices.items():
        for _ in range(count):
            await async_try(hass, device, domain, rng, found[domain])
    return found
