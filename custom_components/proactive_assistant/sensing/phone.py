"""A resident's phones: how to reach them and what they say of their owner."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util import slugify

from ..assistant.enums import PhoneState
from .home import DEAD
from .number import percent

MOBILE_APP: Final = "mobile_app"


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone:
    """One companion app that can be pushed to."""

    entry_id: str
    user_id: str
    """The user whose id the app's events carry."""
    service: str
    """Action of the notify domain, such as `mobile_app_annas_phone`."""
    webhook_id: str
    """Prefix of the unique ids of its sensors."""
    apple: bool = False
    """Whether it shows notifications as iOS does: more buttons, interruption levels, no timeout."""


# Sensors of the companion apps by the end of their unique id, and what their states mean.
# They are often switched off by the user, so a missing one means nothing (product 3.5).
_SENSORS: Final[tuple[tuple[str, Mapping[str, PhoneState]], ...]] = (
    ("audio_mode", {"in_call": PhoneState.CALL, "in_communication": PhoneState.CALL}),
    ("phone_state", {"offhook": PhoneState.CALL, "ringing": PhoneState.CALL}),
    ("android_auto", {"on": PhoneState.DRIVING}),
    ("detected_activity", {"in_vehicle": PhoneState.DRIVING}),
    ("activity", {"Automotive": PhoneState.DRIVING}),
    ("focus", {"on": PhoneState.FOCUS}),
    (
        "dnd_sensor",
        {
            "priority_only": PhoneState.FOCUS,
            "total_silence": PhoneState.FOCUS,
            "alarms_only": PhoneState.FOCUS,
        },
    ),
    ("is_interactive", {"on": PhoneState.IN_USE}),
    ("is_charging", {"on": PhoneState.CHARGING}),
)
_BATTERY: Final = "battery_level"
_IDLE_TELLS: Final = frozenset({"is_interactive", "is_charging"})


def _owner(hass: HomeAssistant, person: str) -> tuple[str | None, frozenset[str]]:
    """Return the user and the trackers of a person."""
    state = hass.states.get(person)
    if state is None:
        return None, frozenset()
    trackers = state.attributes.get("device_trackers") or ()
    return state.attributes.get("user_id"), frozenset(trackers)


def _phone(hass: HomeAssistant, entry: ConfigEntry) -> Phone | None:
    """Return the phone of a companion app's entry; None while it cannot be pushed to.

    The names are those of the app's registration and of its notify action. The integration's code is not
    imported: it needs packages that a plain core may lack.
    """
    user_id, name = entry.data.get("user_id"), entry.data.get("device_name")
    service = slugify(f"{MOBILE_APP}_{name}")
    if not user_id or not name or not hass.services.has_service("notify", service):
        return None
    return Phone(
        entry_id=entry.entry_id,
        user_id=str(user_id),
        service=service,
        webhook_id=str(entry.data.get("webhook_id")),
        apple=entry.data.get("manufacturer") == "Apple",
    )


@callback
def phones_of(hass: HomeAssistant, person: str) -> tuple[Phone, ...]:
    """Return the phones of a person: those whose tracker the person uses, and those of their user."""
    user_id, trackers = _owner(hass, person)
    registry = er.async_get(hass)
    found: list[Phone] = []
    for entry in hass.config_entries.async_loaded_entries(MOBILE_APP):
        tracked = {
            item.entity_id
            for item in er.async_entries_for_config_entry(registry, entry.entry_id)
            if item.domain == "device_tracker"
        }
        owned = user_id is not None and entry.data.get("user_id") == user_id
        if (tracked & trackers or owned) and (phone := _phone(hass, entry)) is not None:
            found.append(phone)
    return tuple(found)


@callback
def phone_state(hass: HomeAssistant, phones: tuple[Phone, ...]) -> PhoneState:
    """Return what the phones say of their owner; the most telling sensor wins."""
    registry = er.async_get(hass)
    states: dict[str, set[str]] = {}
    for phone in phones:
        for item in er.async_entries_for_config_entry(registry, phone.entry_id):
            state = hass.states.get(item.entity_id)
            if state is not None and state.state not in DEAD:
                sensor = item.unique_id.removeprefix(f"{phone.webhook_id}_")
                states.setdefault(sensor, set()).add(state.state)
    for sensor, meaning in _SENSORS:
        for value in states.get(sensor, ()):
            if value in meaning:
                return meaning[value]
    return PhoneState.IDLE if _IDLE_TELLS & states.keys() else PhoneState.UNKNOWN


@callback
def battery_of(hass: HomeAssistant, phones: tuple[Phone, ...]) -> float | None:
    """Return the charge in percent of what a person carries; None where no phone tells.

    Of several the fullest: which of them is taken along is not known.
    """
    registry = er.async_get(hass)
    found: list[float] = []
    for phone in phones:
        entity_id = registry.async_get_entity_id("sensor", MOBILE_APP, f"{phone.webhook_id}_{_BATTERY}")
        state = hass.states.get(entity_id) if entity_id else None
        level = percent(state.state) if state is not None else None
        if level is not None:
            found.append(level)
    return max(found, default=None)
