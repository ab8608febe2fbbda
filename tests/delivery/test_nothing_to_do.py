"""A tap on what somebody has seen to by hand in the same moment: nothing is done, and it says so."""

from typing import Any

import pytest
from homeassistant.core import HomeAssistant, ServiceCall

from custom_components.proactive_assistant.coordinator import Coordinator

from ..conftest import ANNA, LAMP, Clock, House, Phone, kinds


@pytest.fixture
async def asked(coordinator: Coordinator, house: House, phone: Phone, clock: Clock) -> list[ServiceCall]:
    """Return the calls of a home that Anna has left, who is asked whether to turn off the lamp."""
    house.set(LAMP, "on")
    await clock.forward(minutes=40)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=8)
    assert len(phone.messages) == 1
    calls: list[ServiceCall] = []
    coordinator.hass.services.async_register("light", "turn_off", calls.append)
    return calls


async def test_it_says_that_nothing_was_done(
    hass: HomeAssistant,
    coordinator: Coordinator,
    asked: list[ServiceCall],
    house: House,
    phone: Phone,
    clock: Clock,
    account: list[dict[str, Any]],
) -> None:
    tag = phone.messages[0]["data"]["tag"]
    house.set(LAMP, "off")
    await phone.press(0)
    assert not asked
    said = phone.messages[-1]
    assert (said["title"], said["message"]) == ("Nothing done: it has changed since", "Still on")
    assert (said["data"]["tag"], said["data"]["actions"]) == (tag, [])
    assert said["data"]["push"] == {"interruption-level": "passive", "sound": "none"}
    assert said["data"]["timeout"] == 300
    assert not coordinator.files.ledger.deeds
    assert kinds(account) == ["accepted leave_home"]


async def test_what_was_done_says_nothing_else(
    coordinator: Coordinator, asked: list[ServiceCall], phone: Phone
) -> None:
    await phone.press(0)
    assert len(asked) == 1
    assert phone.messages[-1]["title"] == "Done: off"


@pytest.mark.parametrize("button", [1, 2])
async def test_later_and_not_now_ask_for_nothing(
    coordinator: Coordinator, asked: list[ServiceCall], house: House, phone: Phone, button: int
) -> None:
    house.set(LAMP, "off")
    await phone.press(button)
    assert len(phone.messages) == 1
