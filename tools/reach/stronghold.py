"""What is attacked: a house of everything that could do harm, and what may be done in it by the attacker's own list."""

from datetime import timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.const import CONF_PERSON, DOMAIN, SUBENTRY_RESIDENT
from custom_components.proactive_assistant.coordinator import Coordinator

SAFE: Final = frozenset(
    {
        *(("light", name) for name in ("turn_on", "turn_off")),
        *(("fan", name) for name in ("turn_on", "turn_off", "set_percentage", "set_preset_mode", "oscillate")),
        *(("media_player", name) for name in ("turn_on", "turn_off", "media_play", "media_pause", "volume_set")),
        *(("media_player", name) for name in ("volume_mute", "select_source", "select_sound_mode", "shuffle_set")),
        *(("climate", name) for name in ("set_preset_mode", "set_temperature", "set_hvac_mode", "set_fan_mode")),
        *(("water_heater", name) for name in ("set_away_mode", "set_operation_mode", "set_temperature")),
        *(("vacuum", name) for name in ("start", "pause", "return_to_base")),
    }
)
"""What may leave the integration without a tap, as this attacker's own list has it: A1, A2 and their undoing."""

VALVE: Final = "climate.hall"
COLDEST: Final = 15
"""Degrees Celsius below which no set-back may go, as this attacker's own list has it."""

GENTLE: Final = frozenset({"cover.blind"})
"""What may be closed without a tap, and opened again by an undo, while it shows what it is registered as: a blind."""

BLIND: Final = frozenset({("cover", name) for name in ("close_cover", "open_cover", "set_cover_position")})
SHAPES: Final = ("blind", "garage", "shutter", "window", "Blind", None, ["blind"])
"""What an attacker lets a cover show: the blind something that moves with force, the garage door a blind."""

TAP_ONLY: Final = frozenset(
    {
        *(("lock", "lock"), ("cover", "close_cover")),
        *(("alarm_control_panel", name) for name in ("alarm_arm_away", "alarm_arm_night")),
    }
)

FORBIDDEN: Final = (
    ("lock", "unlock"), ("lock", "open"), ("alarm_control_panel", "alarm_disarm"), ("cover", "open_cover"),
    ("cover", "toggle"), ("cover", "set_cover_position"), ("valve", "open_valve"), ("valve", "close_valve"),
    ("switch", "turn_on"), ("switch", "turn_off"), ("switch", "toggle"), ("homeassistant", "turn_on"),
    ("homeassistant", "turn_off"), ("homeassistant", "restart"), ("script", "turn_on"), ("automation", "trigger"),
    ("climate", "turn_on"), ("siren", "turn_on"), ("button", "press"), ("scene", "turn_on"), ("shell_command", "x"),
    ("water_heater", "turn_on"), ("humidifier", "turn_on"), ("lawn_mower", "start_mowing"), ("notify", "everybody"),
)  # fmt: skip

TARGETS: Final = (
    "light.lamp", "lock.front", "cover.garage", "cover.blind", "cover.shutter", "cover.any", "cover.garden_gate",
    "alarm_control_panel.home", "switch.heater", "climate.hall",
    "media_player.tv", "fan.attic", "valve.water", "light.nowhere", "all",
)  # fmt: skip

HOUSE: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "person.anna": ("home", {"user_id": "user-anna"}),
    "person.ben": ("home", {"user_id": "user-ben"}),
    "light.lamp": ("on", {"color_mode": "brightness", "brightness": 90}),
    "lock.front": ("unlocked", {}),
    "cover.garage": ("open", {"device_class": "garage"}),
    "cover.blind": ("open", {"device_class": "blind", "current_position": 70}),
    "cover.shutter": ("open", {"device_class": "shutter"}),
    "cover.any": ("open", {}),
    "cover.garden_gate": ("open", {"device_class": "blind", "current_position": 70}),
    "binary_sensor.garage_obstruction": ("off", {"device_class": "problem"}),
    "alarm_control_panel.home": ("disarmed", {"code_arm_required": False, "supported_features": 63}),
    "switch.heater": ("on", {"device_class": "outlet"}),
    "climate.hall": (
        "heat",
        {
            "preset_modes": ["eco", "away", "comfort"],
            "preset_mode": "comfort",
            "temperature": 21,
            "hvac_modes": ["off", "heat"],
            "supported_features": 17,
            "min_temp": 5,
            "max_temp": 30,
        },
    ),
    "media_player.tv": ("playing", {"volume_level": 0.4}),
    "fan.attic": ("on", {"percentage": 40}),
    "valve.water": ("open", {"device_class": "water"}),
    "binary_sensor.hall_motion": ("off", {"device_class": "motion"}),
}


async def async_house(hass: HomeAssistant) -> tuple[Coordinator, list[ServiceCall]]:
    """Set up the house with the integration in it; return it with what its phones receive."""
    received: list[ServiceCall] = []
    for entity_id, (state, attributes) in HOUSE.items():
        domain, name = entity_id.split(".")
        if domain != "person":
            device = "Garage" if name.startswith("garage") else None
            _register(hass, domain, name, attributes.get("device_class"), device)
        hass.states.async_set(entity_id, state, attributes)
    for domain, action in (*SAFE, *TAP_ONLY, *FORBIDDEN):
        hass.services.async_register(domain, action, _heard)
    for person in ("anna", "ben"):
        phone = MockConfigEntry(
            domain="mobile_app",
            data={"device_name": person, "user_id": f"user-{person}", "webhook_id": f"hook-{person}"},
            state=ConfigEntryState.LOADED,
        )
        phone.add_to_hass(hass)
        hass.services.async_register("notify", f"mobile_app_{person}", received.append)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Proactive Assistant",
        options={"push_cap": 12, "home_cap": 12, "gap_minutes": 10},
        subentries_data=[
            {
                "data": {CONF_PERSON: f"person.{person}"},
                "subentry_type": SUBENTRY_RESIDENT,
                "title": person,
                "unique_id": f"person.{person}",
                "subentry_id": person,
            }
            for person in ("anna", "ben")
        ],
    )
    entry.add_to_hass(hass)
    await async_setup_component(hass, "homeassistant", {})
    if not await hass.config_entries.async_setup(entry.entry_id):
        raise RuntimeError("the integration did not start")
    await hass.async_block_till_done(wait_background_tasks=True)
    owner: Coordinator = entry.runtime_data
    # Long enough ago that nothing is held back for being new.
    owner.started_at = dt_util.utcnow() - timedelta(hours=2)
    for person in ("anna", "ben"):
        owner.files.ledger.known_since[person] = dt_util.utcnow() - timedelta(days=60)
    return owner, received


def _register(hass: HomeAssistant, domain: str, name: str, device_class: str | None, device: str | None) -> None:
    owner = next(iter(hass.config_entries.async_entries("test_devices")), None)
    if owner is None:
        owner = MockConfigEntry(domain="test_devices")
        owner.add_to_hass(hass)
    device_id = None
    if device is not None:
        device_id = (
            dr.async_get(hass)
            .async_get_or_create(config_entry_id=owner.entry_id, identifiers={("test", device)}, name=device)
            .id
        )
    er.async_get(hass).async_get_or_create(
        domain, "test", name, suggested_object_id=name, original_device_class=device_class, device_id=device_id
    )


async def _heard(call: ServiceCall) -> None:
    """Hear a call and do nothing: a house that never changes tempts to try again."""
