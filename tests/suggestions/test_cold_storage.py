"""Fridges and freezers: open too long, or warm too long."""

import pytest

from custom_components.proactive_assistant.suggestions.cold_storage import ColdStorage

from .conftest import Stage

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
