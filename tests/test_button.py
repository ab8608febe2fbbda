"""The buttons answer what is in front of a resident, with the right consequences."""

from typing import Any
from unittest.mock import patch

import pytest
from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.proactive_assistant.coordinator import Coordinator

from .conftest import ANNA, LAMP, WINDOW, Clock, House, Phone, kinds, setup

ANNAS = "button.proactive_assistant_anna_"


async def press(hass: HomeAssistant, name: str) -> None:
    await hass.services.async_call("button", "press", {ATTR_ENTITY_ID: ANNAS + name}, blocking=True)
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.mark.usefixtures("house", "phone")
async def test_buttons(hass: HomeAssistant, clock: Clock, entry: MockConfigEntry, snapshot: SnapshotAssertion) -> None:
    with patch("custom_components.proactive_assistant.PLATFORMS", [Platform.BUTTON]):
        assert await setup(hass, entry, clock)
    await snapshot_platform(hass, er.async_get(hass), snapshot, entry.entry_id)


@pytest.mark.parametrize(("name", "reply"), [("accept", "accepted"), ("later", "later"), ("not_now", "not_now")])
async def test_a_button_answers_and_the_phone_is_cleared(
    coordinator: Coordinator,
    house: House,
    phone: Phone,
    clock: Clock,
    account: list[dict[str, Any]],
    name: str,
    reply: str,
) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    await press(coordinator.hass, name)
    assert kinds(account) == ["offered opening_left", f"{reply} opening_left"]
    assert phone.cleared


async def test_with_nothing_in_front_a_button_says_so(coordinator: Coordinator) -> None:
    for name, key in (("accept", "nothing_to_answer"), ("undo", "nothing_to_undo")):
        with pytest.raises(ServiceValidationError) as error:
            await press(coordinator.hass, name)
        assert error.value.translation_key == key


async def test_accept_does_it_and_undo_restores_it(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    hass = coordinator.hass

    async def turn_on(call: ServiceCall) -> None:
        for entity_id in cv.ensure_list(call.data["entity_id"]):
            house.set(entity_id, "on")

    hass.services.async_register("light", "turn_on", turn_on)
    house.set(LAMP, "on")
    house.set("binary_sensor.living_room_motion", "off")
    house.set(ANNA, "not_home")
    await clock.forward(minutes=8)
    assert phone.messages
    await press(hass, "accept")
    assert hass.states.get(LAMP).state == "off"
    await clock.forward(minutes=1)
    await press(hass, "undo")
    assert hass.states.get(LAMP).state == "on"
    with pytest.raises(ServiceValidationError):
        await press(hass, "undo")
