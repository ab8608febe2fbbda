"""Used-up and damp air."""

from datetime import timedelta

import pytest

from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.delivery.desk import BY_HAND
from custom_components.proactive_assistant.suggestions.base import AFTERGLOW
from custom_components.proactive_assistant.suggestions.ventilate import Ventilate, grams

from ..conftest import ANNA, WINDOW
from ..factories import suggestion
from .conftest import Stage

CO2, DAMP, WEATHER = "sensor.kitchen_co2", "sensor.bath_humidity", "weather.home"
FAN = "fan.bath"


@pytest.fixture(autouse=True)
def air(stage: Stage) -> None:
    stage.house.add(CO2, "600", area="Kitchen", device_class="carbon_dioxide")
    stage.house.add(DAMP, "50", area="Bathroom", device_class="humidity")
    attributes = {"temperature": 5, "temperature_unit": "°C", "humidity": 80}
    stage.house.hass.states.async_set(WEATHER, "cloudy", attributes)
    stage.refresh()
    stage.detector = Ventilate(stage.home)


def test_used_up_for_ten_minutes(stage: Stage) -> None:
    stage.set(CO2, "1250")
    stage.set(CO2, "1350", after=5)
    assert not stage.due(after=4)
    [finding] = stage.due(after=2)
    assert (finding.facts["name"], finding.facts["value"]) == ("Kitchen", "1350 ppm")
    assert not finding.actions


def test_a_fan_that_carries_air_out_is_offered_for_half_an_hour(stage: Stage) -> None:
    stage.house.add(FAN, "off", area="Bathroom")
    stage.house.add("fan.ceiling", "off", area="Kitchen", name="Ceiling fan")
    stage.refresh()
    stage.set(DAMP, "75")
    [finding] = stage.due(after=61)
    assert [(call.action, call.entity_ids, call.risk) for call in finding.actions] == [
        ("turn_on", (FAN,), RiskClass.A1)
    ]
    assert stage.detector is not None
    done = suggestion("ventilate", entity_ids=finding.entity_ids)
    assert not stage.detector.over(done, stage.now, stage.now + timedelta(minutes=29))
    assert stage.detector.over(done, stage.now, stage.now + timedelta(minutes=30))


def test_a_running_fan_is_the_answer_already(stage: Stage) -> None:
    stage.house.add(FAN, "on", area="Bathroom")
    stage.refresh()
    stage.set(DAMP, "75")
    assert not stage.found(after=90)
    stage.set(FAN, "off")
    assert stage.due()


def test_a_fan_that_is_dead_is_not_offered(stage: Stage) -> None:
    stage.house.add(FAN, "unavailable", area="Bathroom")
    stage.refresh()
    stage.set(DAMP, "75")
    [finding] = stage.due(after=61)
    assert not finding.actions


def test_hysteresis_keeps_one_situation(stage: Stage) -> None:
    stage.set(CO2, "1250")
    stage.set(CO2, "1100", after=11)
    assert stage.due()
    stage.set(CO2, "990", after=1)
    assert not stage.found()


def test_an_open_window_is_the_answer_already(stage: Stage) -> None:
    stage.set(CO2, "1500")
    assert stage.due(after=11)
    stage.set(WINDOW, "on")
    assert not stage.found()


def test_nobody_home_needs_no_air(stage: Stage) -> None:
    stage.set(ANNA, "not_home")
    stage.set(CO2, "1500")
    assert not stage.found(after=30)


def test_it_outlasts_those_who_leave_by_more_than_counts_as_done_by_hand(stage: Stage) -> None:
    stage.set(CO2, "1500")
    assert stage.due(after=11)
    stage.set(ANNA, "not_home")
    assert stage.found(after=44)
    assert AFTERGLOW > BY_HAND
    assert not stage.found(after=2)
    stage.set(ANNA, "home")
    assert stage.due()


def test_a_shower_is_gone_within_the_hour(stage: Stage) -> None:
    stage.set(DAMP, "85")
    assert not stage.due(after=50)
    stage.set(DAMP, "60")
    assert not stage.found(after=30)
    stage.set(DAMP, "75")
    assert stage.due(after=61)


def test_airing_into_damp_air_does_not_help(stage: Stage) -> None:
    stage.put(WEATHER, "rainy", temperature=24, humidity=95)
    stage.set(DAMP, "75")
    assert not stage.found(after=90)
    stage.put(WEATHER, "rainy", temperature=None, humidity=None)
    assert not stage.found()


def test_twice_a_day_and_room(stage: Stage) -> None:
    for expected in (1, 1, 0):
        stage.set(CO2, "1500", after=60)
        assert len(stage.due(after=15)) == expected
        stage.set(CO2, "600", after=10)
        stage.found()


@pytest.mark.parametrize("state", ["unavailable", "unknown", "nan", "65535", "-1", "bad"])
def test_a_broken_sensor_is_no_bad_air(stage: Stage, state: str) -> None:
    stage.set(CO2, state)
    assert not stage.found(after=30)


def test_a_sensor_without_a_room_may_hang_anywhere(stage: Stage) -> None:
    other = stage.add("sensor.co2", "600", device_class="carbon_dioxide")
    stage.set(other, "1500")
    assert not stage.found(after=30)


@pytest.mark.parametrize(("degrees", "percent", "expected"), [(20, 100, 17.3), (0, 100, 4.85), (30, 50, 15.2)])
def test_water_in_the_air(degrees: float, percent: float, expected: float) -> None:
    assert grams(degrees, percent) == pytest.approx(expected, abs=0.1)
