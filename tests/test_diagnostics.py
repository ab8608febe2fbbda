"""Diagnostics say how it is doing and nothing of the home."""

import json

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion
from syrupy.filters import props

from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.diagnostics import async_get_config_entry_diagnostics

from .conftest import WINDOW, Clock, House, Phone


async def test_diagnostics_of_an_entry_that_is_not_loaded_say_so(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    data = await async_get_config_entry_diagnostics(hass, entry)
    assert data == {"options": {}, "state": "not_loaded"}


async def test_diagnostics_count_and_do_not_name(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, snapshot: SnapshotAssertion
) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    await phone.press(0)
    data = await async_get_config_entry_diagnostics(coordinator.hass, coordinator.entry)
    text = json.dumps(data).lower()
    assert not [word for word in ("anna", "kitchen", "binary_sensor.", "living", "token") if word in text]
    assert data["ledger"]["lines"] == {"offered": 1, "accepted": 1}
    assert data["residents"][0]["learned"] == 1
    assert data["controls"] == {"enabled": True, "voice": True, "mode": "normal", "mode_ends": False}
    assert data["residents"][0]["good_moment"]["good"] is True
    # What a model has learned changes with the model; the shape of the page does not.
    assert data == snapshot(exclude=props("state", "engine", "good_moment"))


async def test_options_that_name_something_of_the_home_are_redacted(coordinator: Coordinator) -> None:
    coordinator.async_change_options(
        {
            "excluded_entities": [WINDOW],
            "excluded_persons": ["person.anna"],
            "excluded_areas": ["kitchen"],
            "voice_satellites": ["assist_satellite.living_room"],
            "push_cap": 5,
        }
    )
    data = await async_get_config_entry_diagnostics(coordinator.hass, coordinator.entry)
    text = json.dumps(data, default=str).lower()
    assert not [word for word in ("anna", "kitchen", "binary_sensor.", "living") if word in text]
    assert data["options"]["push_cap"] == 5
    assert data["options"]["excluded_entities"] == "**REDACTED**"
