"""Awnings and powered windows against the weather."""

from datetime import timedelta

import pytest
from homeassistant.core import Context, ServiceCall

from custom_components.proactive_assistant.actions.execute import async_execute
from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.sensing.forecast import Forecast, Span
from custom_components.proactive_assistant.suggestions.weather_openings import WeatherOpenings

from ..factories import suggestion
from .conftest import Stage

AWNING, SKYLIGHT, WEATHER = "cover.terrace", "cover.skylight", "weather.home"


@pytest.fixture(autouse=True)
def outside(stage: Stage) -> None:
    stage.house.add(AWNING, "closed", area="Terrace", device_class="awning", supported_features=3)
    stage.house.add(SKYLIGHT, "closed", area="Attic", device_class="window", supported_features=3)
    stage.house.hass.states.async_set(WEATHER, "cloudy")
    stage.refresh()
    stage.detector = WeatherOpenings(stage.home)


def test_rain_on_an_awning_offers_to_close_it(stage: Stage) -> None:
    stage.set(AWNING, "open")
    assert not stage.found(after=60)
    stage.set(WEATHER, "rainy")
    [finding] = stage.due()
    assert finding.risk is RiskClass.A2
    assert finding.actions[0].entity_ids == (AWNING,)


@pytest.mark.parametrize(
    ("weather", "awning", "skylight"),
    [("windy", 1, 0), ("pouring", 1, 1), ("sunny", 0, 0), ("fog", 0, 0), ("unavailable", 0, 0), ("odd", 0, 0)],
)
def test_what_harms_which(stage: Stage, weather: str, awning: int, skylight: int) -> None:
    stage.set(AWNING, "open")
    stage.set(SKYLIGHT, "open")
    stage.set(WEATHER, weather)
    found = [item.entity_ids[0] for item in stage.due()]
    assert (found.count(AWNING), found.count(SKYLIGHT)) == (awning, skylight)


def test_a_window_is_asked_for_and_so_is_what_only_a_person_calls_an_awning(stage: Stage) -> None:
    stage.set(SKYLIGHT, "open")
    stage.set(WEATHER, "rainy")
    assert stage.due()[0].risk is RiskClass.A3
    stage.set(SKYLIGHT, "closed")
    stage.put(AWNING, "open", device_class=None)
    assert stage.due()[0].risk is RiskClass.A3


def test_a_shower_that_pauses_is_one_situation_and_silent_in_the_pause(stage: Stage) -> None:
    stage.set(AWNING, "open")
    stage.set(WEATHER, "rainy")
    [first] = stage.due()
    stage.set(WEATHER, "cloudy", after=20)
    assert [item.situation for item in stage.found()] == [first.situation]
    assert not stage.due(after=60)
    stage.set(WEATHER, "rainy", after=20)
    assert stage.due()[0].began == first.began
    stage.set(WEATHER, "cloudy", after=1)
    stage.found()
    assert not stage.found(after=121)


def test_the_rain_sensor_at_the_house_knows_better_than_the_station(stage: Stage) -> None:
    rain = stage.add("binary_sensor.rain", "off", device_class="moisture")
    stage.set(AWNING, "open")
    stage.set(WEATHER, "rainy")
    assert not stage.due()
    stage.set(rain, "on")
    assert stage.due()


@pytest.mark.parametrize("state", ["closed", "closing", "unavailable"])
def test_it_ends_when_it_closes_or_dies(stage: Stage, state: str) -> None:
    stage.set(AWNING, "open")
    stage.set(WEATHER, "rainy")
    assert stage.due()
    stage.set(AWNING, state)
    assert not stage.found()


async def test_a_close_is_sent_once_per_opening(stage: Stage) -> None:
    hass, calls = stage.house.hass, []

    async def close(call: ServiceCall) -> None:
        calls.append(call.data)

    hass.services.async_register("cover", "close_cover", close)
    stage.set(AWNING, "open")
    stage.set(WEATHER, "rainy")
    [finding] = stage.due()
    item = suggestion("weather_openings", actions=finding.actions, risk=finding.risk)
    assert await async_execute(hass, stage.home, item, Context()) == (AWNING,)
    assert await async_execute(hass, stage.home, item, Context()) == ()
    assert not stage.due()[0].actions
    stage.set(AWNING, "closed", after=1)
    stage.set(AWNING, "open", after=60)
    assert stage.due()[0].actions
    assert len(calls) == 1


def test_a_cover_that_cannot_close_is_said_without_a_button(stage: Stage) -> None:
    stage.put(AWNING, "open", supported_features=1)
    stage.set(WEATHER, "rainy")
    [finding] = stage.due()
    assert not finding.actions


@pytest.mark.parametrize(
    ("percent", "condition", "minutes", "said"),
    [(70, None, 30, True), (50, None, 30, False), (70, None, 90, False), (0, "windy", 30, True), (0, "fog", 30, False)],
)
def test_the_forecast_of_the_next_hour_counts(
    stage: Stage, percent: float, condition: str | None, minutes: int, *, said: bool
) -> None:
    begin = stage.now + timedelta(minutes=minutes)
    span = Span(start=begin, end=begin + timedelta(hours=1), probability=percent, condition=condition)
    stage.home.forecast = Forecast(spans=(span,), asked=stage.now)
    stage.set(AWNING, "open")
    assert bool(stage.due()) is said
