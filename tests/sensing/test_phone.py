"""Phones: found through tracker or user, read through the sensors they share."""

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.proactive_assistant.assistant.enums import PhoneState
from custom_components.proactive_assistant.sensing.phone import phone_state, phones_of

from ..conftest import ANNA, ANNA_USER, House, add_phone


def share(hass: HomeAssistant, sensor: str, state: str, domain: str = "sensor") -> None:
    [entry] = hass.config_entries.async_entries("mobile_app")
    item = er.async_get(hass).async_get_or_create(
        domain, "mobile_app", f"hook-{ANNA_USER}_{sensor}", config_entry=entry
    )
    hass.states.async_set(item.entity_id, state)


def test_a_phone_is_found_through_its_user(house: House) -> None:
    add_phone(house.hass, "annas_phone", ANNA_USER)
    add_phone(house.hass, "bens_phone", "ben-user")
    [phone] = phones_of(house.hass, ANNA)
    assert phone.service == "mobile_app_annas_phone"
    assert phone.user_id == ANNA_USER


def test_a_phone_is_found_through_its_tracker(house: House) -> None:
    add_phone(house.hass, "shared_phone", "admin")
    [entry] = house.hass.config_entries.async_entries("mobile_app")
    tracker = er.async_get(house.hass).async_get_or_create("device_tracker", "mobile_app", "t", config_entry=entry)
    house.hass.states.async_set("person.ben", "home", {"device_trackers": [tracker.entity_id]})
    assert len(phones_of(house.hass, "person.ben")) == 1
    assert phones_of(house.hass, "person.nobody") == ()


def test_an_app_without_a_notify_action_is_no_phone(house: House) -> None:
    add_phone(house.hass, "annas_phone", ANNA_USER)
    house.hass.services.async_remove("notify", "mobile_app_annas_phone")
    assert phones_of(house.hass, ANNA) == ()


@pytest.mark.parametrize(
    ("sensors", "state"),
    [
        ({}, PhoneState.UNKNOWN),
        ({"is_interactive": "off"}, PhoneState.IDLE),
        ({"is_interactive": "on"}, PhoneState.IN_USE),
        ({"is_charging": "on", "is_interactive": "off"}, PhoneState.CHARGING),
        ({"audio_mode": "in_call", "is_interactive": "on"}, PhoneState.CALL),
        ({"detected_activity": "in_vehicle"}, PhoneState.DRIVING),
        ({"focus": "on"}, PhoneState.FOCUS),
        ({"dnd_sensor": "priority_only"}, PhoneState.FOCUS),
        ({"audio_mode": "unavailable"}, PhoneState.UNKNOWN),
        ({"battery_level": "80"}, PhoneState.UNKNOWN),
    ],
)
def test_the_most_telling_sensor_wins(house: House, sensors: dict[str, str], state: PhoneState) -> None:
    add_phone(house.hass, "annas_phone", ANNA_USER)
    for sensor, value in sensors.items():
        share(house.hass, sensor, value)
    assert phone_state(house.hass, phones_of(house.hass, ANNA)) is state
