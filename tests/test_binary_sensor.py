"""What waits, and whether this is a good moment."""

from typing import Any
from unittest.mock import patch

import pytest
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.proactive_assistant.assistant.assistant import Assistant
from custom_components.proactive_assistant.assistant.engine import EngineError
from custom_components.proactive_assistant.coordinator import Coordinator

from .conftest import ANNA, WINDOW, Clock, House, Phone, resident_data, setup

HOME = "binary_sensor.proactive_assistant_"
ANNAS = "binary_sensor.proactive_assistant_anna_"


@pytest.mark.usefixtures("house", "phone")
async def test_binary_sensors(
    hass: HomeAssistant, clock: Clock, entry: MockConfigEntry, snapshot: SnapshotAssertion
) -> None:
    with patch("custom_components.proactive_assistant.PLATFORMS", [Platform.BINARY_SENSOR]):
        assert await setup(hass, entry, clock)
    await snapshot_platform(hass, er.async_get(hass), snapshot, entry.entry_id)


async def test_something_waits_from_the_message_to_the_reply(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    states = coordinator.hass.states
    assert states.get(f"{HOME}suggestion_waiting").state == "off"
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert states.get(f"{HOME}suggestion_waiting").state == "on"
    assert states.get(f"{ANNAS}suggestion_waiting").state == "on"
    await phone.press(0)
    await clock.settle()
    assert states.get(f"{HOME}suggestion_waiting").state == "off"
    assert states.get(f"{ANNAS}suggestion_waiting").state == "off"


async def test_a_good_moment_follows_the_person(coordinator: Coordinator, house: House, clock: Clock) -> None:
    states = coordinator.hass.states
    state = states.get(f"{ANNAS}good_moment")
    assert state.state == "on"
    assert state.attributes["chance"] >= state.attributes["needed"]
    house.set(ANNA, "not_home")
    await clock.forward(minutes=10)
    state = states.get(f"{ANNAS}good_moment")
    assert (state.state, state.attributes["reason"]) == ("off", "person_away")
    house.set(ANNA, "home")
    await clock.forward(minutes=10)
    assert states.get(f"{ANNAS}good_moment").state == "on"
    await clock.forward(hours=11)
    state = states.get(f"{ANNAS}good_moment")
    assert (state.state, state.attributes["reason"]) == ("off", "quiet_hours")


async def test_a_look_without_news_costs_no_judgement(coordinator: Coordinator, clock: Clock) -> None:
    await clock.forward(minutes=1)
    calls: list[Any] = []
    real = Assistant.receptive

    def counted(self: Assistant, *args: Any) -> Any:
        calls.append(args)
        return real(self, *args)

    with patch.object(Assistant, "receptive", counted):
        for _ in range(5):
            await coordinator.async_look()
        await coordinator.hass.async_block_till_done(wait_background_tasks=True)
        assert not calls
        await clock.forward(minutes=16)
        assert len(calls) == 1


async def test_a_moment_that_cannot_be_judged_is_unknown_and_heals(coordinator: Coordinator, clock: Clock) -> None:
    with patch.object(Assistant, "receptive", side_effect=EngineError("away")):
        await clock.forward(minutes=16)
    assert coordinator.hass.states.get(f"{ANNAS}good_moment").state == "unknown"
    await clock.forward(minutes=16)
    assert coordinator.hass.states.get(f"{ANNAS}good_moment").state == "on"


@pytest.mark.usefixtures("phone")
async def test_each_resident_has_their_own(
    hass: HomeAssistant, house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    hass.states.async_set("person.ben", "not_home", {"friendly_name": "Ben"})
    ben = MockConfigEntry(
        domain=entry.domain,
        title=entry.title,
        entry_id="both",
        subentries_data=[resident_data(), resident_data("person.ben", "Ben")],
    )
    await hass.config_entries.async_remove(entry.entry_id)
    ben.add_to_hass(hass)
    assert await setup(hass, ben, clock)
    await clock.forward(minutes=6)
    assert hass.states.get(f"{ANNAS}good_moment").state == "on"
    assert hass.states.get("binary_sensor.proactive_assistant_ben_good_moment").state == "off"
