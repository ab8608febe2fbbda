"""Awnings and windows against the weather."""

from datetime import timedelta

import pytest
from homeassistant.core import Context, ServiceCall

from custom_components.proactive_assistant.actions.execute import async_execute
from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.sensing.forecast import Forecast, Span
from custom_components.proactive_assistant.suggestions.opening_left import OpeningLeft
from custom_components.proactive_assistant.suggestions.weather_openings import _NAMES, _STORM, _WET, WeatherOpenings

from ..conftest import WINDOW
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


@pytest.mark.parametrize(
    ("weather", "why"),
    [
        ("rainy", "weather_rain_now"),
        ("snowy", "weather_snow_now"),
        ("hail", "weather_hail_now"),
        ("lightning-rainy", "weather_storm_now"),
        ("windy", "weather_wind_now"),
        ("exceptional", "weather_severe_now"),
    ],
)
def test_the_weather_is_named_also_in_a_pause(stage: Stage, weather: str, why: str) -> None:
    stage.set(AWNING, "open")
    stage.set(WEATHER, weather)
    assert stage.due()[0].facts["why"] == why
    stage.set(WEATHER, "cloudy", after=10)
    assert stage.found()[0].facts["why"] == why


def test_every_weather_that_harms_has_a_name() -> None:
    assert frozenset().union(*_NAMES.values()) == _WET | _STORM


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
    found = stage.due()
    assert bool(found) is said
    assert [item.facts["why"] for item in found] == (
        ["weather_wind_ahead" if condition else "weather_rain_ahead"] if said else []
    )


def forecast(stage: Stage, percent: float, *, minutes: float = 30, hours: float = 1) -> None:
    """Let rain be forecast, or not, from some minutes on."""
    begin = stage.now + timedelta(minutes=minutes)
    span = Span(start=begin, end=begin + timedelta(hours=hours), probability=percent)
    stage.home.forecast = Forecast(spans=(span,), asked=stage.now)


def often_long_open(stage: Stage) -> None:
    """Let the kitchen window be one that is open for hours in summer."""
    for _ in range(10):
        stage.home.habits.dwell_of(WINDOW).add(300)


class TestWindows:
    @pytest.fixture(autouse=True)
    def left(self, stage: Stage) -> OpeningLeft:
        return OpeningLeft(stage.home)

    def told(self, stage: Stage, left: OpeningLeft, *, after: float = 0) -> list[str]:
        """Return the kinds that tell of the window now; each looks as it does in a home, one after the other."""
        stage.freezer.tick(timedelta(minutes=after))
        return [
            item.situation.partition(":")[0]
            for detector in (left, stage.detector)
            if detector is not None
            for item in detector.findings(stage.now)
            if item.due <= stage.now and WINDOW in item.entity_ids
        ]

    def test_a_window_that_is_open_for_long_is_told_of_when_rain_comes(self, stage: Stage, left: OpeningLeft) -> None:
        often_long_open(stage)
        stage.set(WINDOW, "on")
        assert self.told(stage, left, after=60) == []
        forecast(stage, 70)
        assert self.told(stage, left) == ["weather_openings"]
        # The rain itself is no second message.
        stage.set(WEATHER, "rainy", after=30)
        assert self.told(stage, left) == ["weather_openings"]

    def test_without_an_awning_the_kind_is_there_for_windows(self, stage: Stage) -> None:
        stage.house.hass.states.async_remove(AWNING)
        stage.house.hass.states.async_remove(SKYLIGHT)
        stage.refresh()
        assert stage.detector is not None
        assert stage.detector.available(stage.home.map)

    def test_a_rain_sensor_is_enough(self, stage: Stage, left: OpeningLeft) -> None:
        rain = stage.add("binary_sensor.rain", "off", device_class="moisture")
        often_long_open(stage)
        stage.set(WINDOW, "on")
        assert self.told(stage, left, after=60) == []
        stage.set(rain, "on")
        [finding] = [item for item in stage.due() if WINDOW in item.entity_ids]
        assert (finding.risk, finding.facts["why"]) == (RiskClass.A0, "weather_rain_now")
        assert not finding.actions

    def test_what_was_told_as_still_open_is_not_told_again_by_the_rain(self, stage: Stage, left: OpeningLeft) -> None:
        stage.set(WEATHER, "rainy")
        stage.set(WINDOW, "on")
        for _ in range(30):
            assert self.told(stage, left, after=10) == ["opening_left"]

    def test_rain_that_falls_on_a_window_known_to_be_open_is_one_message(self, stage: Stage, left: OpeningLeft) -> None:
        often_long_open(stage)
        stage.set(WINDOW, "on")
        assert self.told(stage, left, after=60) == []
        stage.set(WEATHER, "rainy")
        assert self.told(stage, left) == ["opening_left"]
        assert self.told(stage, left, after=50) == ["opening_left"]

    def test_whoever_was_told_of_the_window_hears_of_rain_when_it_is_news(
        self, stage: Stage, left: OpeningLeft
    ) -> None:
        stage.set(WINDOW, "on")
        assert self.told(stage, left, after=20) == ["opening_left"]
        forecast(stage, 70)
        assert self.told(stage, left, after=20) == ["opening_left"]
        assert self.told(stage, left, after=30) == ["opening_left", "weather_openings"]

    def test_airing_with_rain_in_the_forecast_is_nobodys_business(self, stage: Stage, left: OpeningLeft) -> None:
        for _ in range(10):
            stage.home.habits.dwell_of(WINDOW).add(20)
        forecast(stage, 90, minutes=0, hours=3)
        self.told(stage, left)
        stage.set(WINDOW, "on", after=10)
        assert self.told(stage, left, after=19) == []

    def test_a_forecast_of_drizzle_all_day_is_one_message(self, stage: Stage, left: OpeningLeft) -> None:
        often_long_open(stage)
        count = 0
        for _ in range(4):
            stage.set(WINDOW, "on", after=30)
            before: list[str] = []
            for _ in range(9):
                forecast(stage, 65, minutes=0)
                found = self.told(stage, left, after=10)
                count += "weather_openings" in found and "weather_openings" not in before
                before = found
            stage.set(WINDOW, "off")
            assert self.told(stage, left) == []
        assert count == 1
        # The next rain is another one.
        forecast(stage, 0)
        self.told(stage, left)
        forecast(stage, 0)
        self.told(stage, left, after=125)
        stage.set(WINDOW, "on")
        self.told(stage, left, after=40)
        forecast(stage, 70)
        assert "weather_openings" in self.told(stage, left)

    @pytest.mark.parametrize(("percent", "minutes", "hours"), [(59, 10, 1), (90, 70, 1), (90, 0, 24)])
    def test_what_is_no_rain_within_the_hour(
        self, stage: Stage, left: OpeningLeft, percent: float, minutes: float, hours: float
    ) -> None:
        often_long_open(stage)
        stage.set(WINDOW, "on")
        stage.freezer.tick(timedelta(minutes=60))
        forecast(stage, percent, minutes=minutes, hours=hours)
        assert self.told(stage, left) == []

    def test_a_door_is_not_a_window(self, stage: Stage, left: OpeningLeft) -> None:
        door = stage.add("binary_sensor.terrace_door", "off", device_class="door")
        stage.set(door, "on")
        stage.set(WEATHER, "pouring", after=60)
        assert not [item for item in stage.due() if door in item.entity_ids]
