"""The switches: each does what it says, survives a restart, and ends when it should."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.proactive_assistant.assistant.enums import HomeMode
from custom_components.proactive_assistant.const import CONF_VOICE_SATELLITES, STORE_CONTROLS
from custom_components.proactive_assistant.coordinator import Coordinator

from .conftest import WINDOW, Clock, House, Phone, kinds, setup

SWITCH = "switch.proactive_assistant_"


async def turn(hass: HomeAssistant, what: str, *, on: bool) -> None:
    """Turn a switch on or off, as the page of the device does."""
    await hass.services.async_call(
        "switch", "turn_on" if on else "turn_off", {ATTR_ENTITY_ID: SWITCH + what}, blocking=True
    )


def state(hass: HomeAssistant, what: str) -> str:
    return hass.states.get(SWITCH + what).state


@pytest.mark.usefixtures("house", "phone")
async def test_switches(hass: HomeAssistant, clock: Clock, entry: MockConfigEntry, snapshot: SnapshotAssertion) -> None:
    hass.config_entries.async_update_entry(entry, options={CONF_VOICE_SATELLITES: ["assist_satellite.kitchen"]})
    with patch("custom_components.proactive_assistant.PLATFORMS", [Platform.SWITCH]):
        assert await setup(hass, entry, clock)
    await snapshot_platform(hass, er.async_get(hass), snapshot, entry.entry_id)


async def test_switched_off_it_says_nothing_and_switched_on_it_catches_up(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    await turn(coordinator.hass, "suggestions", on=False)
    house.set(WINDOW, "on")
    await clock.forward(minutes=30)
    assert not phone.messages
    assert state(coordinator.hass, "suggestions") == "off"
    await turn(coordinator.hass, "suggestions", on=True)
    await clock.forward(minutes=2)
    assert [item["title"] for item in phone.messages] == ["Still open"]


async def test_switched_off_it_still_tells_of_danger(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    smoke = house.add("binary_sensor.smoke", "off", area="Kitchen", device_class="smoke")
    assert await setup(hass, entry, clock)
    await turn(hass, "suggestions", on=False)
    house.set(smoke, "on")
    await clock.forward(minutes=1)
    assert [item["title"] for item in phone.messages] == ["Smoke"]


async def test_guest_and_vacation_are_modes_of_the_home_and_exclude_each_other(coordinator: Coordinator) -> None:
    hass = coordinator.hass
    await turn(hass, "guest_mode", on=True)
    assert coordinator.mode is HomeMode.GUEST
    await turn(hass, "vacation_mode", on=True)
    assert coordinator.mode is HomeMode.VACATION
    assert (state(hass, "guest_mode"), state(hass, "vacation_mode")) == ("off", "on")
    await turn(hass, "guest_mode", on=False)
    assert coordinator.mode is HomeMode.VACATION
    await turn(hass, "vacation_mode", on=False)
    assert coordinator.mode is HomeMode.NORMAL


async def test_what_only_matters_at_home_waits_while_on_vacation(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    await turn(coordinator.hass, "vacation_mode", on=True)
    house.set(WINDOW, "on")
    await clock.forward(minutes=30)
    assert not phone.messages
    assert kinds(account) == ["held_back opening_left"]
    assert account[0]["reason"] == "vacation"


async def test_guest_mode_switched_by_hand_lasts_and_survives_a_restart(
    hass: HomeAssistant, hass_storage: dict[str, Any], coordinator: Coordinator, clock: Clock
) -> None:
    await turn(hass, "guest_mode", on=True)
    await turn(hass, "suggestions", on=False)
    await clock.forward(hours=13)
    assert state(hass, "guest_mode") == "on"
    assert await hass.config_entries.async_reload(coordinator.entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert (state(hass, "guest_mode"), state(hass, "suggestions")) == ("on", "off")


async def test_a_switch_is_on_disk_a_second_later_without_an_unload(
    hass_storage: dict[str, Any], coordinator: Coordinator, clock: Clock
) -> None:
    await turn(coordinator.hass, "vacation_mode", on=True)
    await clock.forward(seconds=5)
    assert hass_storage[STORE_CONTROLS]["data"]["mode"] == "vacation"


async def test_guests_until_a_time_leave_by_themselves(coordinator: Coordinator, clock: Clock) -> None:
    coordinator.controls.async_set_mode(HomeMode.GUEST, dt_util.utcnow() + timedelta(hours=2))
    await clock.forward(hours=1, minutes=59)
    assert state(coordinator.hass, "guest_mode") == "on"
    await clock.forward(minutes=5)
    assert state(coordinator.hass, "guest_mode") == "off"


async def test_guests_whose_time_ran_out_while_off_are_gone_at_the_next_start(
    hass: HomeAssistant, hass_storage: dict[str, Any], house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    hass_storage[STORE_CONTROLS] = {
        "version": 1,
        "minor_version": 1,
        "key": STORE_CONTROLS,
        "data": {"mode": "guest", "mode_until": "2026-11-24T11:00:00+00:00"},
    }
    assert await setup(hass, entry, clock)
    assert state(hass, "guest_mode") == "off"


@pytest.mark.parametrize(
    "damaged", [{"mode": "revelry"}, {"enabled": "perhaps"}, {"mode_until": "2026-11-24T11:00:00"}, []]
)
async def test_damaged_switches_are_set_aside(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    clock: Clock,
    entry: MockConfigEntry,
    damaged: object,
) -> None:
    hass_storage[STORE_CONTROLS] = {"version": 1, "minor_version": 1, "key": STORE_CONTROLS, "data": damaged}
    assert await setup(hass, entry, clock)
    assert state(hass, "suggestions") == "on"


async def test_voice_can_be_switched_once_it_may_speak_somewhere(
    hass: HomeAssistant, house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    assert state(hass, "voice") == "unavailable"
    hass.config_entries.async_update_entry(entry, options={CONF_VOICE_SATELLITES: ["assist_satellite.kitchen"]})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert state(hass, "voice") == "on"
    await turn(hass, "voice", on=False)
    assert entry.runtime_data.controls.voice is False
