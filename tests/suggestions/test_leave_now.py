"""Time to go: only for ticked calendars, with a place and a known way."""

from datetime import datetime, timedelta

import pytest
from homeassistant.helpers import entity_registry as er

from custom_components.proactive_assistant.sensing.forecast import Forecast, Span
from custom_components.proactive_assistant.sensing.profile import Profile
from custom_components.proactive_assistant.sensing.roles import HomeMap
from custom_components.proactive_assistant.suggestions.leave_now import LeaveNow

from ..conftest import ANNA, ANNA_USER, add_phone
from .conftest import Stage

CALENDAR, WAY, DOOR = "calendar.anna", "sensor.travel_time_to_dentist", "binary_sensor.hall_motion"
DENTIST = {
    "message": "Dentist",
    "location": "Main Street 5, Town",
    "start_time": "2026-11-24 15:00:00",
    "all_day": False,
}


@pytest.fixture(autouse=True)
def appointment(stage: Stage) -> None:
    stage.house.add(CALENDAR, "off", **DENTIST)
    stage.house.add(DOOR, "off", area="Hall", device_class="motion")
    stage.add(WAY, "25", device_class="duration", unit_of_measurement="min", destination="Main Street 5, Town")
    stage.home.profiles = {ANNA: Profile(resident="anna", calendars=(CALENDAR,))}
    stage.detector = LeaveNow(stage.home)


def test_it_is_time_to_go_ten_minutes_before_the_way_begins(stage: Stage) -> None:
    stage.at(14, 19)
    assert not stage.due()
    [finding] = stage.due(after=2)
    assert finding.persons == (ANNA,)
    assert finding.facts["name"] == "Dentist"
    assert datetime.fromisoformat(finding.facts["left"]).strftime("%H:%M") == "14:30"
    assert finding.expires == stage.now.replace(hour=15, minute=0, second=0, microsecond=0)


def test_traffic_moves_it(stage: Stage) -> None:
    stage.set(WAY, "60")
    stage.at(13, 46)
    assert stage.due()


def test_a_calendar_that_nobody_ticked_is_not_read(stage: Stage) -> None:
    stage.home.profiles = {}
    stage.at(14, 30)
    assert not stage.found()


@pytest.mark.parametrize(
    "change",
    [
        {"location": ""},
        {"location": None},
        {"location": "Beach"},
        {"all_day": True},
        {"start_time": None},
        {"start_time": "2026-11-24 12:00:00"},
    ],
)
def test_without_a_place_a_way_or_a_time_nothing_is_said(stage: Stage, change: dict[str, object]) -> None:
    stage.put(CALENDAR, "off", **change)
    stage.at(14, 30)
    assert not stage.found()


@pytest.mark.parametrize("minutes", ["unknown", "nan", "-5", "0", "9999"])
def test_a_way_that_is_none_says_nothing(stage: Stage, minutes: str) -> None:
    stage.set(WAY, minutes)
    stage.at(14, 30)
    assert not stage.found()


def test_leaving_ends_it(stage: Stage) -> None:
    stage.at(14, 25)
    assert stage.due()
    stage.set(ANNA, "not_home")
    assert not stage.found()


def _umbrella(stage: Stage, percent: float) -> None:
    span = Span(start=stage.now, end=stage.now + timedelta(hours=3), probability=percent)
    stage.home.forecast = Forecast(spans=(span,), asked=stage.now)


def _usually_leaves_at_noon(stage: Stage) -> None:
    for day in range(9, 6, -1):
        stage.at(12, 10, days=-day)
        stage.set(ANNA, "not_home")
        stage.set(ANNA, "home", after=300)
    for day in range(5, 0, -1):
        stage.at(12, 10, days=-day)
        stage.set(ANNA, "not_home")
        stage.set(ANNA, "home", after=300)
    stage.at(12)


def test_rain_at_the_door_at_the_usual_hour(stage: Stage) -> None:
    _usually_leaves_at_noon(stage)
    stage.put(CALENDAR, "off", location=None)
    _umbrella(stage, 80)
    assert not stage.found()
    stage.set(DOOR, "off")
    stage.set(DOOR, "on")
    [finding] = stage.due()
    assert finding.facts["why"] == "leave_rain"
    assert finding.persons == (ANNA,)
    assert not stage.found(after=21)


@pytest.mark.parametrize(("percent", "usual"), [(40, True), (80, False)])
def test_no_umbrella_in_a_drizzle_or_at_an_hour_at_which_nobody_goes(
    stage: Stage, percent: float, *, usual: bool
) -> None:
    if usual:
        _usually_leaves_at_noon(stage)
    stage.put(CALENDAR, "off", location=None)
    _umbrella(stage, percent)
    stage.set(DOOR, "on")
    assert not stage.found()


def test_a_second_step_into_the_hall_is_no_second_reminder(stage: Stage) -> None:
    _usually_leaves_at_noon(stage)
    stage.put(CALENDAR, "off", location=None)
    stage.set(DOOR, "on")
    _umbrella(stage, 80)
    assert stage.due()
    stage.set(DOOR, "off", after=21)
    stage.set(DOOR, "on", after=2)
    assert not stage.found()


def test_in_the_afternoon_after_a_usual_noon_nothing_is_said(stage: Stage) -> None:
    _usually_leaves_at_noon(stage)
    stage.put(CALENDAR, "off", location=None)
    stage.at(15)
    _umbrella(stage, 80)
    stage.set(DOOR, "on")
    assert not stage.found()


def _phone(stage: Stage, percent: str) -> None:
    hass = stage.house.hass
    add_phone(hass, "annas_phone", ANNA_USER)
    entry = er.async_get(hass).async_get_or_create(
        "sensor", "mobile_app", f"hook-{ANNA_USER}_battery_level", suggested_object_id="annas_phone_battery"
    )
    hass.states.async_set(entry.entity_id, percent, {"device_class": "battery", "unit_of_measurement": "%"})


def test_an_empty_phone_is_named_at_the_door(stage: Stage) -> None:
    _usually_leaves_at_noon(stage)
    stage.put(CALENDAR, "off", location=None)
    _phone(stage, "29")
    stage.set(DOOR, "on")
    [finding] = stage.due()
    assert (finding.facts["why"], finding.facts["battery"]) == ("leave_battery", "29 %")
    assert finding.persons == (ANNA,)
    # One message for all that is not to be forgotten.
    _umbrella(stage, 80)
    [both] = stage.due()
    assert both.situation == finding.situation
    assert both.facts["why"] == "leave_rain_battery"


@pytest.mark.parametrize("percent", ["30", "100", "unavailable", "nan", "-1", "140", "low"])
def test_a_phone_that_lasts_or_tells_nothing_is_not_named(stage: Stage, percent: str) -> None:
    _usually_leaves_at_noon(stage)
    stage.put(CALENDAR, "off", location=None)
    _phone(stage, percent)
    stage.set(DOOR, "on")
    assert not stage.found()


def test_it_is_available_for_appointments_or_at_the_door(stage: Stage) -> None:
    detector = stage.detector
    assert detector is not None

    def without(*gone: str) -> HomeMap:
        return HomeMap(things={key: thing for key, thing in stage.home.map.things.items() if key not in gone})

    assert detector.available(without())
    assert not detector.available(without(CALENDAR))
    stage.add("weather.home", "rainy")
    assert detector.available(without(CALENDAR))
    assert not detector.available(without(CALENDAR, DOOR))
    assert not detector.available(without(CALENDAR, "weather.home"))
    _phone(stage, "80")
    assert detector.available(without(CALENDAR, "weather.home"))
