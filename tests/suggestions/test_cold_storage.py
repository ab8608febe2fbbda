"""Fridges and freezers: open too long, or warm too long."""

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.const import CONF_EXCLUDED_KINDS, CONF_LEVELS, CONF_PUSH_CAP
from custom_components.proactive_assistant.suggestions.cold_storage import ColdStorage

from ..conftest import NOON, Clock, House, Phone, setup
from .conftest import Stage
from .test_automated import automate
from .test_telling import TELL

DOOR, FREEZER = "binary_sensor.fridge_door", "sensor.freezer_temperature"


@pytest.fixture(autouse=True)
def kitchen(stage: Stage) -> None:
    stage.house.add(DOOR, "off", area="Kitchen", device_class="door")
    stage.add(FREEZER, "-18", area="Kitchen", device_class="temperature", unit_of_measurement="°C")
    stage.detector = ColdStorage(stage.home)


def test_open_for_three_minutes(stage: Stage) -> None:
    stage.set(DOOR, "on")
    assert not stage.due(after=2.9)
    [finding] = stage.due(after=0.2)
    assert finding.risk_present
    assert not finding.actions
    stage.set(DOOR, "off")
    assert not stage.found()


def test_a_defrost_cycle_is_no_news(stage: Stage) -> None:
    stage.set(FREEZER, "-9")
    assert not stage.due(after=10)
    stage.set(FREEZER, "-7", after=5)
    stage.set(FREEZER, "-12", after=4)
    assert not stage.found()


def test_warm_for_twenty_minutes_however_often_it_reports(stage: Stage) -> None:
    stage.set(FREEZER, "-9")
    stage.set(FREEZER, "-8", after=10)
    assert not stage.due(after=9)
    stage.set(FREEZER, "-6.4", after=2)
    [finding] = stage.due()
    assert finding.facts["value"] == "-6 °C"


def test_a_reading_on_the_edge_is_one_situation(stage: Stage) -> None:
    stage.set(FREEZER, "-9")
    stage.set(FREEZER, "-10.5", after=21)
    assert stage.due()
    stage.set(FREEZER, "-11.1")
    assert not stage.found()


@pytest.mark.parametrize("state", ["unavailable", "unknown", "nan", "inf", "85", "-127", "warm"])
def test_a_broken_sensor_is_not_a_warm_freezer(stage: Stage, state: str) -> None:
    stage.set(FREEZER, state)
    assert not stage.found(after=60)


def test_fahrenheit_is_understood_and_shown(stage: Stage) -> None:
    name = stage.add("sensor.fridge", "37", device_class="temperature", unit_of_measurement="°F")
    assert not stage.found(after=60)
    stage.set(name, "52")
    [finding] = stage.due(after=21)
    assert finding.facts["value"] == "52 °F"


def test_warm_before_we_started_counts_from_its_reading(stage: Stage) -> None:
    stage.house.set(FREEZER, "-4")
    assert not stage.due(after=19)
    assert stage.due(after=2)


def test_a_freezer_that_is_warmer_than_it_ever_is(stage: Stage) -> None:
    for _ in range(9):
        stage.set(FREEZER, "-20", after=12 * 60)
        # Every day it defrosts.
        stage.set(FREEZER, "-17.5", after=12 * 60)
    stage.set(FREEZER, "-20", after=60)
    stage.set(FREEZER, "-17", after=10)
    assert not stage.found(after=60)
    stage.set(FREEZER, "-14", after=10)
    assert not stage.due(after=29)
    assert stage.due(after=2)
    stage.set(FREEZER, "-18")
    assert not stage.found()


def test_days_of_alarm_are_not_learned_as_usual(stage: Stage) -> None:
    for _ in range(9):
        stage.set(FREEZER, "-20", after=12 * 60)
        stage.set(FREEZER, "-2", after=12 * 60)
    stage.set(FREEZER, "-20", after=60)
    assert stage.home.habits.recent.count(f"warmest:{FREEZER}") <= 1
    stage.set(FREEZER, "-9", after=10)
    assert stage.due(after=21)


def test_a_freezer_that_thaws_is_of_the_safety_lane_and_told_once(stage: Stage) -> None:
    stage.set(FREEZER, "-9")
    [finding] = [item for item in stage.due(after=21) if item.situation.endswith(":thaws")]
    assert finding.safety
    assert [item.situation for item in stage.due(after=20)] == [finding.situation]
    stage.set(FREEZER, "-18")
    assert not stage.found()


def test_a_fridge_and_an_open_door_are_not(stage: Stage) -> None:
    stage.add("sensor.fridge", "12", device_class="temperature", unit_of_measurement="°C")
    stage.set(DOOR, "on")
    found = stage.due(after=25)
    assert len(found) == 2
    assert not any(item.safety for item in found)


def test_an_unusual_freezer_that_begins_to_thaw_has_not_been_seen_to(stage: Stage) -> None:
    for day in range(9):
        stage.set(FREEZER, f"-20.{day}", after=24 * 60)
    stage.set(FREEZER, "-14", after=10)
    [unusual] = stage.due(after=31)
    assert not unusual.safety
    stage.set(FREEZER, "-8", after=10)
    # Twenty minutes above the limit, whatever it was before.
    assert [item.safety for item in stage.due(after=19)] == [False]
    assert [item.safety for item in stage.due(after=2)] == [True]
    assert stage.detector is not None
    assert not stage.detector.by_hand(unusual)  # type: ignore[arg-type]
    stage.set(FREEZER, "-20")
    assert stage.detector.by_hand(unusual)  # type: ignore[arg-type]


OFF = {CONF_EXCLUDED_KINDS: ["cold_storage"], CONF_LEVELS: {"cold_storage": "off"}, CONF_PUSH_CAP: 0}


@pytest.mark.parametrize("options", [{}, OFF], ids=["as it comes", "excluded, off and capped"])
async def test_thawing_food_is_told_at_night_whatever_was_switched_off(
    hass: HomeAssistant,
    clock: Clock,
    house: House,
    phone: Phone,
    entry: MockConfigEntry,
    options: dict[str, Any],
) -> None:
    hass.config_entries.async_update_entry(entry, options=options)
    clock.freezer.move_to(NOON.replace(hour=2))
    house.add(DOOR, "off", area="Kitchen", device_class="door")
    house.add(FREEZER, "-18", area="Kitchen", device_class="temperature", unit_of_measurement="°C")
    assert await setup(hass, entry, clock)
    house.set(FREEZER, "-7")
    await clock.forward(minutes=19)
    assert not phone.messages
    await clock.forward(minutes=3)
    [message] = phone.messages
    assert "-7 °C · this is not an alarm system" in message["message"]
    assert message["data"]["push"]["interruption-level"] == "time-sensitive"
    # It counts against nothing that a person may be told that day.
    assert entry.runtime_data.files.ledger.pushes_since(NOON.replace(hour=0)) == 0
    await clock.forward(minutes=12)
    assert len(phone.messages) == 2
    await phone.press(0)
    await clock.forward(hours=1)
    assert len(phone.messages) == 2
    if options:
        house.set(FREEZER, "-18")
        house.set(DOOR, "on")
        await clock.forward(minutes=10)
        assert len(phone.messages) == 2


async def test_a_freezer_that_the_users_own_automation_has_told_of(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry, account: list[dict[str, Any]]
) -> None:
    house.add(FREEZER, "-18", area="Kitchen", device_class="temperature", unit_of_measurement="°C")
    await automate(hass, [TELL], triggers=[{"trigger": "numeric_state", "entity_id": FREEZER, "above": -12}])
    assert await setup(hass, entry, clock)
    house.set(FREEZER, "-11")
    await clock.forward(minutes=5)
    house.set(FREEZER, "-8")
    await clock.forward(minutes=30)
    assert [item["message"] for item in phone.messages] == ["Still open"]
    lines = {(item["type"], item["reason"]) for item in account if item["kind"] == "cold_storage"}
    assert lines == {("held_back", "already_automated")}
