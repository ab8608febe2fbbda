"""The current suggestion of each resident."""

from unittest.mock import patch

import pytest
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.proactive_assistant.coordinator import Coordinator

from .conftest import WASHER, WINDOW, Clock, House, Phone, setup

SENSOR = "sensor.proactive_assistant_anna_current_suggestion"


@pytest.mark.usefixtures("house", "phone")
async def test_sensors(hass: HomeAssistant, clock: Clock, entry: MockConfigEntry, snapshot: SnapshotAssertion) -> None:
    with patch("custom_components.proactive_assistant.PLATFORMS", [Platform.SENSOR]):
        assert await setup(hass, entry, clock)
    await snapshot_platform(hass, er.async_get(hass), snapshot, entry.entry_id)


async def test_it_shows_what_is_offered_then_nothing(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    states = coordinator.hass.states
    assert states.get(SENSOR).state == "nothing"
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    state = states.get(SENSOR)
    assert state.state == "opening_left"
    assert state.attributes["title"] == "Still open"
    assert state.attributes["level"] == "suggest"
    assert len(str(state.attributes)) < 16_384
    house.set(WINDOW, "off")
    await clock.settle()
    assert states.get(SENSOR).state == "nothing"


async def test_it_shows_what_is_held_back_for_the_night(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    await clock.forward(hours=9)
    house.set(WASHER, "running")
    await clock.forward(minutes=90)
    house.set(WASHER, "finished")
    await clock.forward(minutes=10)
    state = coordinator.hass.states.get(SENSOR)
    assert state.state == "appliance_done"
    assert state.attributes["reason"] == "quiet_hours"
    assert not phone.messages


HOME = "sensor.proactive_assistant_"
ANNAS = "sensor.proactive_assistant_anna_"


async def test_numbers_follow_the_account_and_a_new_day(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    states = coordinator.hass.states
    assert states.get(f"{ANNAS}suggestions_today").state == "0"
    assert states.get(f"{ANNAS}acceptance_30_days").state == "unknown"
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert states.get(f"{ANNAS}suggestions_today").state == "1"
    assert states.get(f"{HOME}suggestions_today").state == "1"
    await phone.press(0)
    await clock.settle()
    assert float(states.get(f"{ANNAS}acceptance_30_days").state) == 100
    assert float(states.get(f"{HOME}acceptance_30_days").state) == 100
    await clock.forward(hours=13)
    assert states.get(f"{ANNAS}suggestions_today").state == "0"
    assert float(states.get(f"{ANNAS}acceptance_30_days").state) == 100


async def test_the_next_digest_is_the_next_of_the_options(coordinator: Coordinator, clock: Clock) -> None:
    state = coordinator.hass.states.get(f"{HOME}next_digest")
    # The clock stands at a Tuesday noon.
    assert state.state == "2026-11-25T08:00:00+00:00"
    await clock.forward(hours=21)
    assert coordinator.hass.states.get(f"{HOME}next_digest").state == "2026-11-26T08:00:00+00:00"
