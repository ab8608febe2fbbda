"""Ovens, hobs and irons left on."""

import pytest

from custom_components.proactive_assistant.actions.execute import effective
from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.sensing.roles import Role
from custom_components.proactive_assistant.suggestions.heat_source_on import HeatSourceOn

from ..conftest import ANNA
from ..factories import suggestion
from .conftest import MOTION, Stage

OVEN, PLUG = "binary_sensor.oven", "sensor.iron_power"


@pytest.fixture(autouse=True)
def kitchen(stage: Stage) -> None:
    stage.house.add(OVEN, "off", area="Kitchen", device="Oven", device_class="running")
    stage.add(PLUG, "0", area="Utility room", device="Iron", device_class="power", unit_of_measurement="W")
    stage.detector = HeatSourceOn(stage.home)


def test_on_after_everybody_left(stage: Stage) -> None:
    stage.set(OVEN, "on")
    stage.set(ANNA, "not_home", after=30)
    assert not stage.due(after=4.9)
    [finding] = stage.due(after=0.2)
    assert finding.risk_present
    assert not finding.actions


def test_somebody_who_cooks_without_a_phone(stage: Stage) -> None:
    stage.set(OVEN, "on")
    stage.set(ANNA, "not_home", after=30)
    stage.set(MOTION, "on", after=3)
    assert not stage.due(after=20)


def test_on_at_night_while_nothing_moves(stage: Stage) -> None:
    stage.at(22)
    stage.set(MOTION, "on")
    stage.set(OVEN, "on")
    assert not stage.due(after=29)
    [finding] = stage.due(after=2)
    assert finding.risk_present


def test_on_late_in_a_dark_home_without_sensors(stage: Stage) -> None:
    stage.house.hass.states.async_remove(MOTION)
    stage.refresh()
    stage.at(22)
    stage.set(OVEN, "on")
    for thing in (*stage.home.on(Role.LIGHT, Role.MEDIA),):
        stage.set(thing.entity_id, "off")
    stage.at(23, 20)
    assert not stage.due()
    stage.at(23, 31)
    [finding] = stage.due()
    assert finding.risk_present
    stage.set("light.living_room_ceiling", "on")
    assert not stage.due()


def test_who_cooks_at_sunrise_needs_no_light(stage: Stage) -> None:
    stage.house.hass.states.async_remove(MOTION)
    stage.refresh()
    for thing in (*stage.home.on(Role.LIGHT, Role.MEDIA),):
        stage.set(thing.entity_id, "off")
    stage.at(4, 10, days=1)
    stage.house.hass.states.async_set("sun.sun", "above_horizon")
    stage.set(OVEN, "on")
    assert not stage.due(after=40)


def test_a_late_cook_is_left_alone(stage: Stage) -> None:
    stage.at(22)
    stage.set(OVEN, "on")
    for _ in range(4):
        stage.set(MOTION, "on", after=20)
        stage.set(MOTION, "off", after=1)
    assert not stage.due()


def test_a_roast_takes_its_time_by_day(stage: Stage) -> None:
    stage.set(OVEN, "on")
    assert not stage.due(after=179)
    [finding] = stage.due(after=2)
    assert finding.facts["why"] == "hot_long"
    assert not finding.risk_present


def test_a_slow_cooker_is_hot_on_purpose(stage: Stage) -> None:
    slow = stage.add("binary_sensor.slow_cooker_oven", "off", device_class="running")
    stage.set(slow, "on")
    assert not stage.found(after=600)


def test_an_iron_that_cycles_is_one_run(stage: Stage) -> None:
    for _ in range(13):
        stage.set(PLUG, "2200", after=1)
        stage.set(PLUG, "0.4", after=4)
    assert stage.found()
    # In a pause of its thermostat nothing is said: it may be the end.
    assert not stage.due()
    stage.set(PLUG, "2200", after=1)
    [finding] = stage.due()
    assert finding.facts["name"] == "Iron"
    stage.set(PLUG, "0", after=1)
    assert not stage.found(after=10.1)


def test_a_steady_load_that_wavers_is_one_run(stage: Stage) -> None:
    stage.set(PLUG, "2200")
    stage.set(PLUG, "2190", after=40)
    assert not stage.due(after=19)
    assert stage.due(after=2)


@pytest.mark.parametrize("state", ["off", "unavailable", "unknown"])
def test_it_ends_at_once_when_it_says_so(stage: Stage, state: str) -> None:
    stage.set(OVEN, "on")
    stage.set(OVEN, state, after=200)
    assert not stage.found()


@pytest.mark.parametrize("state", ["nan", "inf", "-inf", "299", "", "on"])
def test_what_is_no_large_load_is_no_news(stage: Stage, state: str) -> None:
    stage.set(PLUG, state)
    assert not stage.found(after=600)


def test_an_oven_that_says_it_twice_is_one_message(stage: Stage) -> None:
    power = stage.add("sensor.oven_power", "0", device="Oven", device_class="power", unit_of_measurement="kW")
    stage.set(OVEN, "on")
    stage.set(power, "2.1")
    assert len(stage.found()) == 1


SWITCH = "switch.iron"


def test_a_plug_that_people_named_may_be_turned_off_and_never_on(stage: Stage) -> None:
    stage.add(SWITCH, "on", device="Iron", device_class="outlet")
    stage.set(PLUG, "1800")
    stage.set(ANNA, "not_home", after=10)
    [finding] = stage.due(after=6)
    [action] = finding.actions
    assert (action.domain, action.action, action.entity_ids) == ("switch", "turn_off", (SWITCH,))
    assert finding.risk is RiskClass.A2
    stage.set(SWITCH, "off")
    assert not stage.found()[0].actions


def test_an_unnamed_plug_is_left_alone(stage: Stage) -> None:
    stage.add("switch.plug_1", "on", device="Oven", device_class="switch")
    stage.set(OVEN, "on")
    stage.set(ANNA, "not_home", after=10)
    assert not stage.due(after=6)[0].actions


def test_what_is_usually_on_for_long_has_a_patience_of_its_own(stage: Stage) -> None:
    for _ in range(5):
        stage.set(OVEN, "on", after=60)
        stage.set(OVEN, "off", after=150)
    stage.set(OVEN, "on", after=60)
    for _ in range(8):
        stage.set(MOTION, "on", after=29)
        stage.set(MOTION, "off", after=1)
    assert not stage.due()
    for _ in range(8):
        stage.set(MOTION, "on", after=29)
        stage.set(MOTION, "off", after=1)
    assert stage.due()


def test_one_forgotten_evening_is_no_habit(stage: Stage) -> None:
    for minutes in (50, 60, 400, 55, 50, 60):
        stage.set(OVEN, "on", after=60)
        stage.set(OVEN, "off", after=minutes)
    stage.set(OVEN, "on", after=60)
    for _ in range(6):
        stage.set(MOTION, "on", after=29)
        stage.set(MOTION, "off", after=1)
    assert stage.due(after=2)


def _cooked(stage: Stage, hours: float) -> None:
    """Let somebody be about while the oven is on."""
    for _ in range(int(2 * hours)):
        stage.set(MOTION, "on", after=29)
        stage.set(MOTION, "off", after=1)


def test_a_long_cook_on_purpose_is_usual_for_this_oven_the_next_time(stage: Stage) -> None:
    stage.at(8)
    stage.set(OVEN, "on")
    _cooked(stage, 3.5)
    [finding] = stage.due()
    assert stage.detector is not None
    stage.detector.meant(suggestion(entity_ids=finding.entity_ids), stage.now)
    _cooked(stage, 1.5)
    stage.set(OVEN, "off")
    stage.at(8, days=1)
    stage.set(OVEN, "on")
    _cooked(stage, 7)
    assert not stage.due()
    _cooked(stage, 1)
    assert stage.due()


def test_what_was_said_of_one_oven_is_not_said_of_another(stage: Stage) -> None:
    stage.at(8)
    stage.set(OVEN, "on")
    _cooked(stage, 3.5)
    assert stage.detector is not None
    stage.detector.meant(suggestion(entity_ids=(PLUG,)), stage.now)
    stage.detector.meant(suggestion(entity_ids=("sensor.gone",)), stage.now)
    assert stage.due()


def test_what_has_gone_off_before_the_tap_is_left_alone(stage: Stage) -> None:
    stage.add(SWITCH, "on", device="Iron", device_class="outlet")
    stage.set(PLUG, "1800")
    stage.set(ANNA, "not_home", after=10)
    [finding] = stage.due(after=6)
    assert effective(stage.home, finding.actions[0]) == (SWITCH,)
    stage.set(SWITCH, "off")
    stage.set(PLUG, "0")
    assert not effective(stage.home, finding.actions[0])
    assert not stage.found(after=11)
