"""Windows open against heating or cooling."""

from datetime import timedelta

import pytest

from custom_components.proactive_assistant.suggestions.opening_left import OpeningLeft
from custom_components.proactive_assistant.suggestions.window_climate import WindowClimate

from ..conftest import WINDOW
from ..factories import suggestion
from .conftest import Stage

CLIMATE, WEATHER = "climate.kitchen", "weather.home"


@pytest.fixture(autouse=True)
def heating(stage: Stage) -> None:
    stage.house.add(
        CLIMATE, "heat", area="Kitchen", hvac_action="heating", current_temperature=20.0, temperature_unit="°C"
    )
    stage.house.hass.states.async_set(WEATHER, "cloudy", {"temperature": 6, "temperature_unit": "°C"})
    stage.refresh()
    stage.detector = WindowClimate(stage.home)


def test_open_for_five_minutes_against_the_heating(stage: Stage) -> None:
    stage.set(WINDOW, "on")
    assert not stage.due(after=4.9)
    [finding] = stage.due(after=0.2)
    assert finding.facts["names"] == ["Kitchen"]
    # A thermostat without a setting that saves has nothing to pause with.
    assert not finding.actions


def test_a_thermostat_that_can_save_is_offered_to_until_the_window_is_shut(stage: Stage) -> None:
    stage.put(CLIMATE, "heat", preset_mode="comfort", preset_modes=["comfort", "eco"])
    stage.set(WINDOW, "on")
    [finding] = stage.due(after=6)
    [action] = finding.actions
    assert (action.action, dict(action.data), action.entity_ids) == (
        "set_preset_mode",
        {"preset_mode": "eco"},
        (CLIMATE,),
    )
    assert stage.detector is not None
    done = suggestion("window_climate", entity_ids=finding.entity_ids)
    at = stage.now
    assert not stage.detector.over(done, at, at + timedelta(minutes=59))
    assert stage.detector.over(done, at, at + timedelta(minutes=60))
    # A sensor that dies says nothing of the window.
    stage.set(WINDOW, "unavailable")
    assert not stage.detector.over(done, at, stage.now)
    stage.set(WINDOW, "off")
    assert stage.detector.over(done, at, stage.now)


@pytest.mark.parametrize(
    ("outside", "action", "expected"),
    [(6, "heating", 1), (16, "heating", 0), (30, "heating", 0), (30, "cooling", 1), (6, "cooling", 0), (6, "idle", 0)],
)
def test_only_where_the_air_outside_works_against_it(stage: Stage, outside: int, action: str, expected: int) -> None:
    stage.put(WEATHER, "cloudy", temperature=outside)
    stage.put(CLIMATE, "heat", hvac_action=action)
    stage.set(WINDOW, "on")
    assert len(stage.due(after=6)) == expected


def test_the_outside_in_fahrenheit(stage: Stage) -> None:
    stage.put(WEATHER, "cloudy", temperature=43, temperature_unit="°F")
    stage.set(WINDOW, "on")
    assert stage.due(after=6)


def test_without_a_thermometer_outside_nothing_is_claimed(stage: Stage) -> None:
    stage.put(WEATHER, "cloudy", temperature=None)
    stage.set(WINDOW, "on")
    assert not stage.found(after=60)


def test_a_thermostat_that_pauses_does_not_make_a_new_situation(stage: Stage) -> None:
    stage.set(WINDOW, "on")
    assert stage.due(after=6)
    stage.put(CLIMATE, "heat", after=5, hvac_action="idle")
    assert stage.due(after=20)
    assert not stage.found(after=40)


@pytest.mark.parametrize(("entity_id", "state"), [(WINDOW, "off"), (WINDOW, "unavailable"), (CLIMATE, "off")])
def test_it_ends_by_closing_or_switching_off(stage: Stage, entity_id: str, state: str) -> None:
    stage.set(WINDOW, "on")
    assert stage.due(after=6)
    stage.put(entity_id, state, hvac_action="off")
    assert not stage.found()


def test_two_a_day_and_room_are_enough(stage: Stage) -> None:
    for expected in (1, 1, 0, 0):
        stage.set(WINDOW, "on", after=30)
        assert len(stage.due(after=6)) == expected
        stage.set(WINDOW, "off", after=10)
        stage.found()
    stage.set(WINDOW, "on", after=24 * 60)
    assert stage.due(after=6)


def test_another_room_is_another_matter(stage: Stage) -> None:
    stage.add("climate.office", "heat", area="Office", hvac_action="idle", current_temperature=20.0)
    bath = stage.add("binary_sensor.bath_window", "off", area="Bath", device_class="window")
    stage.set(bath, "on")
    assert not stage.found(after=60)


def test_the_only_thermostat_counts_for_every_window_but_no_door(stage: Stage) -> None:
    bath = stage.add("binary_sensor.bath_window", "off", area="Bath", device_class="window")
    door = stage.add("binary_sensor.back_door", "off", area="Bath", device_class="door")
    stage.set(bath, "on")
    stage.set(door, "on")
    assert [item.entity_ids[0] for item in stage.due(after=6)] == [bath]


def test_the_same_window_is_not_told_twice(stage: Stage) -> None:
    stage.set(WINDOW, "on")
    stage.detector = OpeningLeft(stage.home)
    assert not stage.due(after=6)
    stage.put(CLIMATE, "heat", after=5, hvac_action="idle")
    assert not stage.due(after=30)
    assert stage.due(after=30)


@pytest.mark.parametrize(
    ("mode", "attributes", "outside", "expected"),
    [
        ("heat", {"current_temperature": 19.0, "temperature": 21}, 6, 1),
        ("heat", {"current_temperature": 20.8, "temperature": 21}, 6, 0),
        ("heat", {"current_temperature": 19.0, "temperature": None}, 6, 0),
        ("heat", {"current_temperature": 19.0, "temperature": "warm"}, 6, 0),
        ("cool", {"current_temperature": 26.0, "temperature": 24}, 33, 1),
        ("cool", {"current_temperature": 26.0, "temperature": 24}, 6, 0),
        ("cool", {"current_temperature": 23.0, "temperature": 24}, 33, 0),
        ("auto", {"current_temperature": 19.0, "temperature": 21, "hvac_modes": ["off", "heat", "auto"]}, 6, 1),
        ("auto", {"current_temperature": 19.0, "temperature": 21, "hvac_modes": ["heat", "cool", "auto"]}, 6, 0),
        ("heat_cool", {"current_temperature": 17.0, "target_temp_low": 19, "target_temp_high": 24}, 6, 1),
        ("heat_cool", {"current_temperature": 26.0, "target_temp_low": 19, "target_temp_high": 24}, 33, 1),
        ("heat_cool", {"current_temperature": 21.0, "target_temp_low": 19, "target_temp_high": 24}, 6, 0),
        ("dry", {"current_temperature": 19.0, "target_temp_low": 20, "target_temp_high": 24}, 6, 0),
    ],
)
def test_a_valve_that_does_not_say_what_it_does_is_read_by_its_temperatures(
    stage: Stage, mode: str, attributes: dict[str, object], outside: int, expected: int
) -> None:
    stage.put(CLIMATE, mode, hvac_action=None, **attributes)
    stage.put(WEATHER, "cloudy", temperature=outside)
    stage.set(WINDOW, "on")
    assert len(stage.due(after=6)) == expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"hvac_modes": ["off", "heat"]}, ("set_hvac_mode", {"hvac_mode": "off"})),
        ({"hvac_modes": ["off", "heat"], "preset_modes": ["eco"]}, ("set_hvac_mode", {"hvac_mode": "off"})),
        ({"hvac_modes": ["heat"], "preset_modes": ["eco"]}, ("set_preset_mode", {"preset_mode": "eco"})),
        (
            {"hvac_modes": ["heat"], "temperature": 21, "supported_features": 1},
            ("set_temperature", {"temperature": 18.0}),
        ),
        ({"hvac_modes": ["heat"]}, None),
        ({"hvac_modes": None}, None),
        ({"hvac_modes": "off"}, None),
    ],
)
def test_what_pauses_a_thermostat(
    stage: Stage, attributes: dict[str, object], expected: tuple[str, dict[str, object]] | None
) -> None:
    stage.put(CLIMATE, "heat", **attributes)
    stage.set(WINDOW, "on")
    [finding] = stage.due(after=6)
    assert [(item.action, dict(item.data)) for item in finding.actions] == ([expected] if expected else [])
