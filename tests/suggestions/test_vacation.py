"""Long absences: by their length, their distance or the calendar; only when all are away."""

import pytest
from homeassistant.components.climate import ATTR_PRESET_MODES
from homeassistant.core import Context, ServiceCall

from custom_components.proactive_assistant.actions.execute import async_execute
from custom_components.proactive_assistant.assistant.enums import HomeMode, RiskClass
from custom_components.proactive_assistant.suggestions.vacation import Vacation

from ..conftest import ANNA
from ..factories import suggestion
from .conftest import MOTION, Stage

HEATING, BEN, CALENDAR = "climate.hall", "person.ben", "calendar.family"
DOOR = "binary_sensor.front_door"


@pytest.fixture(autouse=True)
def journey(stage: Stage) -> None:
    stage.add(HEATING, "heat", preset_mode="home", preset_modes=["home", "eco", "away"])
    stage.detector = Vacation(stage.home)


def move(stage: Stage, person: str, degrees: float, *, after: float = 0) -> None:
    config = stage.house.hass.config
    old = stage.house.hass.states.get(person)
    stage.put(person, "not_home", after=after, latitude=config.latitude + degrees, longitude=config.longitude)
    new = stage.house.hass.states.get(person)
    assert stage.detector is not None
    stage.detector.observe(old, new, stage.now)


def test_a_day_without_anybody_offers_the_mode_and_a_set_back(stage: Stage) -> None:
    stage.set(ANNA, "not_home")
    assert not stage.due(after=23.9 * 60)
    [finding] = stage.due(after=10)
    assert [(item.action, dict(item.data), item.entity_ids) for item in finding.actions] == [
        ("set_mode", {"mode": "vacation"}, ()),
        ("set_preset_mode", {"preset_mode": "eco"}, (HEATING,)),
    ]
    assert finding.risk is RiskClass.A2


def test_one_traveller_is_no_vacation(stage: Stage) -> None:
    stage.house.hass.states.async_set(BEN, "home")
    stage.refresh()
    stage.set(ANNA, "not_home")
    assert not stage.found(after=48 * 60)


def test_far_away_for_six_hours_is_enough_when_all_are(stage: Stage) -> None:
    stage.house.hass.states.async_set(BEN, "not_home")
    stage.refresh()
    stage.set(ANNA, "not_home")
    move(stage, ANNA, 3, after=60)
    assert not stage.due(after=7 * 60)
    move(stage, BEN, 3)
    assert not stage.due(after=5 * 60)
    assert stage.due(after=61)
    move(stage, BEN, 0.1)
    assert not stage.due()


def test_the_calendar_says_so(stage: Stage) -> None:
    stage.add(CALENDAR, "on", all_day=True, message="Urlaub auf Sylt", start_time="2026-11-24 00:00:00")
    stage.set(ANNA, "not_home")
    assert not stage.due(after=100)
    assert stage.due(after=30)


@pytest.mark.parametrize(
    "entry",
    [
        {"all_day": False, "message": "Urlaub"},
        {"all_day": True, "message": "Mum's birthday"},
        {"all_day": True, "message": "Urlaub", "start_time": "2026-12-20 00:00:00"},
        {"all_day": True, "message": None},
    ],
)
def test_other_entries_are_no_journey(stage: Stage, entry: dict[str, object]) -> None:
    stage.add(CALENDAR, "on", **{"start_time": "2026-11-24 00:00:00", **entry})
    stage.set(ANNA, "not_home")
    assert not stage.due(after=180)


def test_a_house_sitter_keeps_the_home_lived_in(stage: Stage) -> None:
    stage.set(ANNA, "not_home")
    stage.set(MOTION, "on", after=20 * 60)
    assert not stage.found(after=6 * 60)
    assert stage.due(after=7 * 60)


def looks_in(stage: Stage, *, after: float) -> None:
    """Let somebody come by the door and move about for ten minutes."""
    stage.set(DOOR, "on", after=after)
    stage.set(DOOR, "off", after=1)
    for _ in range(3):
        stage.set(MOTION, "on", after=2)
        stage.set(MOTION, "off", after=1)


def test_a_neighbour_who_waters_the_plants_does_not_live_here(stage: Stage) -> None:
    stage.add(DOOR, "off", area="Hall", device_class="door")
    stage.set(ANNA, "not_home")
    looks_in(stage, after=18 * 60)
    assert stage.due(after=6 * 60)


def test_who_moves_about_all_day_lives_here(stage: Stage) -> None:
    stage.add(DOOR, "off", area="Hall", device_class="door")
    stage.set(ANNA, "not_home")
    for _ in range(4):
        looks_in(stage, after=5.5 * 60)
    assert stage.found(after=120)  # a visit every few hours
    for _ in range(3):
        looks_in(stage, after=60)
    assert not stage.found()


def test_what_moves_behind_a_door_that_nobody_has_opened_is_a_pet(stage: Stage) -> None:
    stage.add(DOOR, "off", area="Hall", device_class="door")
    stage.set(ANNA, "not_home")
    for _ in range(23):
        stage.set(MOTION, "on", after=60)
        stage.set(MOTION, "off", after=1)
    assert stage.due(after=60)


def test_the_return_and_the_mode_end_it(stage: Stage) -> None:
    stage.set(ANNA, "not_home")
    assert stage.due(after=25 * 60)
    stage.home.mode = HomeMode.VACATION
    assert not stage.found()
    stage.set(ANNA, "home")
    assert stage.home.mode is HomeMode.NORMAL
    assert not stage.found()


def test_a_heating_that_saves_already_is_left_alone(stage: Stage) -> None:
    stage.put(HEATING, "heat", preset_mode="away", **{ATTR_PRESET_MODES: ["home", "away"]})
    stage.set(ANNA, "not_home")
    [finding] = stage.due(after=25 * 60)
    assert [item.action for item in finding.actions] == ["set_mode"]


async def test_at_the_tap_only_what_does_not_save_yet_is_set(stage: Stage) -> None:
    hass, calls = stage.house.hass, []

    async def note(call: ServiceCall) -> None:
        calls.append({"action": call.service, **call.data})

    hass.services.async_register("climate", "set_preset_mode", note)
    hass.services.async_register("climate", "set_temperature", note)
    valve = stage.add("climate.bath", "heat", temperature=22, supported_features=1, min_temp=5, max_temp=30)
    other = stage.add("climate.office", "heat", temperature=22, supported_features=1, min_temp=5, max_temp=30)
    stage.set(ANNA, "not_home")
    [finding] = stage.due(after=25 * 60)
    stage.put(HEATING, "heat", preset_mode="eco")
    stage.put(valve, "heat", temperature=17)
    item = suggestion("vacation", actions=finding.actions, risk=finding.risk)
    assert await async_execute(hass, stage.home, item, Context()) == (other,)
    assert calls == [{"action": "set_temperature", "temperature": 19.0, "entity_id": [other]}]
    assert stage.home.mode is HomeMode.VACATION
