"""Blinds against the sun of a hot day."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from homeassistant.core import Context, ServiceCall

from custom_components.proactive_assistant.actions.execute import async_execute, effective
from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.assistant.facts import PlannedAction
from custom_components.proactive_assistant.sensing.forecast import Forecast, Span
from custom_components.proactive_assistant.suggestions.outside_air import OutsideAir
from custom_components.proactive_assistant.suggestions.shading import CLOUD

from ..conftest import ANNA
from ..factories import suggestion
from .conftest import Stage

SOUTH, BLIND, SHUTTER = "cover.south_blind", "cover.study_blind", "cover.terrace_shutter"
CLIMATE, WEATHER, SUN = "climate.living_room", "weather.home", "sun.sun"
DAY = datetime(2027, 7, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def summer(stage: Stage) -> None:
    stage.freezer.move_to(DAY + timedelta(hours=7))
    stage.house.add(CLIMATE, "off", area="Living room", current_temperature=23.5, temperature_unit="°C")
    stage.house.add(SOUTH, "open", area="Living room", device_class="blind", supported_features=3)
    stage.house.hass.states.async_set(WEATHER, "sunny", {"temperature": 24, "temperature_unit": "°C"})
    shine(stage, azimuth=90, elevation=30)
    stage.refresh()
    stage.detector = OutsideAir(stage.home)
    stage.freezer.move_to(DAY + timedelta(hours=9))


def shine(stage: Stage, *, azimuth: Any, elevation: Any, rising: bool = True) -> None:
    state = "above_horizon" if not isinstance(elevation, int) or elevation > 0 else "below_horizon"
    stage.house.hass.states.async_set(
        SUN, state, {"azimuth": azimuth, "elevation": elevation, "rising": rising}, force_update=True
    )


def noon(stage: Stage, hours: int = 12) -> None:
    stage.freezer.move_to(DAY + timedelta(hours=hours))
    shine(stage, azimuth=180, elevation=58)


def forecast(stage: Stage, highest: float) -> None:
    span = Span(start=stage.now, end=stage.now + timedelta(hours=5), highest=highest)
    stage.home.forecast = Forecast(spans=(span,), asked=stage.now)


def shades(stage: Stage, *, after: float = 0) -> list[Any]:
    return [item for item in stage.due(after=after) if item.facts["why"] == "air_shade"]


def test_the_sun_stands_before_an_open_blind_on_a_hot_day(stage: Stage) -> None:
    forecast(stage, 31)
    assert not shades(stage), "it stands in the east"
    noon(stage)
    forecast(stage, 31)
    [finding] = shades(stage)
    assert finding.entity_ids == (SOUTH,)
    assert finding.risk is RiskClass.A2
    assert finding.facts["rooms"] == {"Living room": ["South blind"]}
    assert finding.situation == "outside_air:air_shade:180:2027-07-20"
    assert [(item.action, item.entity_ids) for item in finding.actions] == [("close_cover", (SOUTH,))]


@pytest.mark.parametrize(
    ("degrees", "ahead", "said"),
    [(24, 26, True), (24, 24, False), (27, 24, False), (27, None, True), (24, None, False)],
)
def test_the_forecast_of_today_decides_and_the_thermometer_where_there_is_none(
    stage: Stage, degrees: float, ahead: float | None, *, said: bool
) -> None:
    noon(stage)
    stage.put(WEATHER, "sunny", temperature=degrees)
    if ahead is not None:
        forecast(stage, ahead)
    assert bool(shades(stage)) is said


@pytest.mark.parametrize(("hours", "said"), [(-3, True), (0, True), (21, False)])
def test_the_heat_of_tomorrow_is_tomorrows(stage: Stage, hours: int, *, said: bool) -> None:
    """A day's span may begin at any hour; tomorrow's that begins before midnight somewhere is not today's."""
    noon(stage)
    start = DAY + timedelta(hours=hours)
    stage.home.forecast = Forecast(
        spans=(Span(start=start, end=start + timedelta(days=1), highest=32.0),), asked=stage.now
    )
    assert bool(shades(stage)) is said


@pytest.mark.parametrize("condition", ["cloudy", "rainy", "fog", "lightning", "unavailable"])
def test_without_sun_there_is_nothing_to_shade(stage: Stage, condition: str) -> None:
    noon(stage)
    stage.put(WEATHER, condition, temperature=30)
    assert not shades(stage)


def test_a_passing_cloud_is_no_end_and_an_hour_of_them_is(stage: Stage) -> None:
    noon(stage)
    stage.put(WEATHER, "sunny", temperature=30)
    [first] = shades(stage)
    stage.put(WEATHER, "cloudy", after=5)
    assert [item.situation for item in shades(stage, after=40)] == [first.situation]
    assert not shades(stage, after=CLOUD.total_seconds() / 60)
    # It flips back: once a day is enough.
    stage.put(WEATHER, "sunny", after=5)
    assert not shades(stage, after=60)


def test_it_ends_when_the_sun_has_gone_round_and_comes_again_tomorrow(stage: Stage) -> None:
    noon(stage)
    stage.put(WEATHER, "sunny", temperature=30)
    [first] = shades(stage)
    shine(stage, azimuth=255, elevation=40, rising=False)
    assert not shades(stage)
    shine(stage, azimuth=240, elevation=40, rising=False)
    assert not shades(stage)
    noon(stage, hours=35)
    [second] = shades(stage)
    assert second.situation != first.situation


def test_a_degree_less_is_no_end(stage: Stage) -> None:
    noon(stage)
    stage.put(WEATHER, "sunny", temperature=25.2)
    assert shades(stage)
    stage.put(WEATHER, "sunny", temperature=24.5)
    assert shades(stage)
    stage.put(CLIMATE, "off", current_temperature=21.5)
    assert shades(stage)
    stage.put(CLIMATE, "off", current_temperature=20.5)
    assert not shades(stage)


@pytest.mark.parametrize(("inside", "said"), [(21, False), (22, False), (23, True), (None, False), ("warm", False)])
def test_a_cool_room_welcomes_the_sun(stage: Stage, inside: Any, *, said: bool) -> None:
    noon(stage)
    stage.put(WEATHER, "sunny", temperature=30)
    stage.put(CLIMATE, "off", current_temperature=inside)
    assert bool(shades(stage)) is said


@pytest.mark.parametrize(
    ("azimuth", "elevation"), [(180, 10), (180, -3), (None, 50), (180, None), ("south", 50), (float("nan"), 50)]
)
def test_a_low_sun_or_none_that_is_known_of(stage: Stage, azimuth: Any, elevation: Any) -> None:
    noon(stage)
    stage.put(WEATHER, "sunny", temperature=30)
    shine(stage, azimuth=azimuth, elevation=elevation)
    assert not shades(stage)


def test_whoever_moved_it_lately_knows_best(stage: Stage) -> None:
    noon(stage)
    stage.put(WEATHER, "sunny", temperature=30)
    stage.set(SOUTH, "opening")
    stage.set(SOUTH, "open", after=1)
    assert not shades(stage, after=29)
    assert shades(stage, after=2)


def test_who_opens_it_again_wants_it_open_for_the_day(stage: Stage) -> None:
    noon(stage)
    stage.put(WEATHER, "sunny", temperature=30)
    assert shades(stage)
    stage.set(SOUTH, "closed", after=1)
    assert not shades(stage)
    stage.set(SOUTH, "open", after=20)
    assert not shades(stage, after=60)
    # It is remembered across a restart, and over by tomorrow.
    stage.detector = OutsideAir(stage.home)
    assert not shades(stage)
    noon(stage, hours=36)
    assert shades(stage)


def test_a_blind_that_was_shut_for_the_night_counts_as_open_by_day(stage: Stage) -> None:
    shine(stage, azimuth=300, elevation=-5)
    stage.set(SOUTH, "closed")
    stage.set(SOUTH, "open", after=60)
    noon(stage)
    stage.put(WEATHER, "sunny", temperature=30)
    assert shades(stage)


@pytest.mark.parametrize(
    ("azimuth", "elevation", "rising", "said"),
    [(110, 30, True, False), (130, 47, True, True), (230, 30, False, True), (260, 20, False, False)],
)
def test_where_nobody_knows_where_it_looks_a_high_sun_or_the_afternoon_counts(
    stage: Stage, azimuth: float, elevation: float, *, rising: bool, said: bool
) -> None:
    stage.set(SOUTH, "closed")
    for name in (BLIND, "cover.den_curtain"):
        stage.add(name, "open", area="Office", device_class="curtain", supported_features=15)
    stage.freezer.tick(timedelta(hours=1))
    stage.put(WEATHER, "sunny", temperature=30)
    shine(stage, azimuth=azimuth, elevation=elevation, rising=rising)
    found = shades(stage)
    assert bool(found) is said
    assert not found or set(found[0].entity_ids) == {BLIND, "cover.den_curtain"}


def test_a_shutter_is_asked_for_and_never_behind_somebody_on_the_terrace(stage: Stage) -> None:
    stage.set(SOUTH, "closed")
    stage.add(SHUTTER, "open", area="Living room", device_class="shutter", supported_features=3)
    door = stage.add("binary_sensor.terrace_door", "off", area="Living room", device_class="door")
    noon(stage)
    stage.put(WEATHER, "sunny", temperature=30)
    [finding] = shades(stage)
    assert finding.risk is RiskClass.A3
    stage.set(door, "on")
    assert not shades(stage)
    assert not effective(stage.home, finding.actions[0])


@pytest.mark.parametrize("cover", ["cover.south_garage_door", "cover.south_gate"])
def test_a_garage_door_that_shows_as_a_blind_gives_no_shade_and_is_not_closed_blindly(stage: Stage, cover: str) -> None:
    stage.add(cover, "open", area="Living room", device_class="blind", supported_features=3)
    noon(stage)
    stage.put(WEATHER, "sunny", temperature=30)
    [finding] = shades(stage)
    assert finding.entity_ids == (SOUTH,)
    for risk in (RiskClass.A2, RiskClass.A3):
        action = PlannedAction(domain="cover", action="close_cover", entity_ids=(cover,), risk=risk)
        assert not effective(stage.home, action)


def test_one_side_of_the_house_is_one_message_of_the_higher_class(stage: Stage) -> None:
    stage.add("cover.south_shutter", "open", area="Kitchen", device_class="shutter", supported_features=3)
    noon(stage)
    stage.put(WEATHER, "sunny", temperature=30)
    [finding] = shades(stage)
    assert finding.risk is RiskClass.A3
    assert [(item.risk, item.entity_ids) for item in finding.actions] == [
        (RiskClass.A2, (SOUTH,)),
        (RiskClass.A3, ("cover.south_shutter",)),
    ]


@pytest.mark.parametrize("features", [0, 1, None, "3"])
def test_what_cannot_close_is_not_offered(stage: Stage, features: Any) -> None:
    noon(stage)
    stage.put(WEATHER, "sunny", temperature=30)
    stage.put(SOUTH, "open", supported_features=features)
    assert not shades(stage)


def test_an_empty_home_wants_shade_as_well(stage: Stage) -> None:
    stage.set(ANNA, "not_home")
    noon(stage)
    stage.put(WEATHER, "sunny", temperature=30)
    assert shades(stage)


async def test_it_closes_once_and_not_again_after_that(stage: Stage) -> None:
    hass, calls = stage.house.hass, []

    async def close(call: ServiceCall) -> None:
        calls.append(call.data["entity_id"])

    hass.services.async_register("cover", "close_cover", close)
    noon(stage)
    stage.put(WEATHER, "sunny", temperature=30)
    [finding] = shades(stage)
    item = suggestion("outside_air", actions=finding.actions, risk=finding.risk)
    assert await async_execute(hass, stage.home, item, Context()) == (SOUTH,)
    assert await async_execute(hass, stage.home, item, Context()) == ()
    assert not shades(stage)
    stage.set(SOUTH, "closed")
    assert not stage.home.close_sent
    assert calls == [[SOUTH]]


def test_a_home_with_blinds_and_no_window_sensors_has_this_kind(stage: Stage) -> None:
    detector = OutsideAir(stage.home)
    assert detector.available(stage.home.map)
