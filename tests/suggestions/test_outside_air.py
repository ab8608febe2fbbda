"""Windows by the thermometer."""

import pytest

from custom_components.proactive_assistant.suggestions.outside_air import OutsideAir

from ..conftest import ANNA, WINDOW
from .conftest import Stage

CLIMATE, WEATHER = "climate.living_room", "weather.home"


@pytest.fixture(autouse=True)
def summer(stage: Stage) -> None:
    stage.house.add(CLIMATE, "off", area="Living room", current_temperature=26.0, temperature_unit="°C")
    stage.house.hass.states.async_set(WEATHER, "sunny", {"temperature": 30, "temperature_unit": "°C"})
    stage.refresh()
    stage.detector = OutsideAir(stage.home)


def outside(stage: Stage, degrees: float) -> None:
    stage.put(WEATHER, "sunny", after=10, temperature=degrees)


def test_cooler_outside_than_a_warm_home(stage: Stage) -> None:
    assert not stage.found()
    outside(stage, 25.5)
    assert not stage.found()
    outside(stage, 24.5)
    [finding] = stage.due()
    assert finding.facts["why"] == "air_open"
    assert (finding.facts["value"], finding.facts["inside"]) == ("24 °C", "26 °C")
    assert "name" not in finding.facts
    assert not finding.actions


def test_it_does_not_flip_and_flop(stage: Stage) -> None:
    outside(stage, 24.5)
    [first] = stage.due()
    outside(stage, 25.5)
    assert [item.situation for item in stage.due()] == [first.situation]
    outside(stage, 27)
    assert not stage.found()
    outside(stage, 24)
    assert not stage.found()


def test_open_windows_end_it_until_it_is_warmer_outside(stage: Stage) -> None:
    outside(stage, 24)
    assert stage.due()
    stage.set(WINDOW, "on")
    assert not stage.found()
    outside(stage, 27.5)
    [finding] = stage.due()
    assert finding.facts["why"] == "air_close"
    stage.set(WINDOW, "off")
    assert not stage.found()


def test_a_cool_home_is_left_alone(stage: Stage) -> None:
    stage.put(CLIMATE, "off", current_temperature=21)
    outside(stage, 15)
    assert not stage.found()
    stage.set(WINDOW, "on")
    outside(stage, 24)
    assert not stage.found()


@pytest.mark.parametrize("condition", ["pouring", "lightning", "snowy"])
def test_not_into_rain(stage: Stage, condition: str) -> None:
    stage.put(WEATHER, condition, temperature=20)
    assert not stage.found()


@pytest.mark.parametrize("temperature", [None, "warm", float("nan"), [20]])
def test_without_a_thermometer_nothing_is_claimed(stage: Stage, temperature: object) -> None:
    stage.put(WEATHER, "sunny", temperature=temperature)
    assert not stage.found()


def test_nobody_home_opens_no_window(stage: Stage) -> None:
    stage.set(ANNA, "not_home")
    outside(stage, 20)
    assert not stage.found()
