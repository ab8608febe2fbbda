"""The robot while the house is empty."""

from datetime import timedelta

import pytest

from custom_components.proactive_assistant.actions.execute import effective
from custom_components.proactive_assistant.assistant.enums import Activity, RiskClass
from custom_components.proactive_assistant.suggestions.vacuum_now import VacuumNow

from ..conftest import ANNA
from .conftest import MOTION, Stage

ROBOT, START = "vacuum.robot", 8192


@pytest.fixture(autouse=True)
def robot(stage: Stage) -> None:
    stage.add(ROBOT, "docked", area="Hall", supported_features=START, battery_level=100)
    stage.detector = VacuumNow(stage.home)
    stage.at(10, days=2)


def test_twenty_minutes_after_everybody_left(stage: Stage) -> None:
    stage.set(ANNA, "not_home")
    assert not stage.due(after=19)
    [finding] = stage.due(after=2)
    assert finding.risk is RiskClass.A2
    assert (finding.actions[0].domain, finding.actions[0].action) == ("vacuum", "start")


@pytest.mark.parametrize("state", ["cleaning", "idle", "unavailable", "unknown", "returning"])
def test_only_from_its_dock(stage: Stage, state: str) -> None:
    stage.set(ROBOT, state)
    stage.at(10, days=4)
    stage.set(ANNA, "not_home")
    assert not stage.found(after=25)


def test_not_twice_within_a_day(stage: Stage) -> None:
    stage.set(ROBOT, "cleaning")
    stage.set(ROBOT, "docked", after=60)
    stage.set(ANNA, "not_home")
    assert not stage.found(after=25)


@pytest.mark.parametrize("attributes", [{"battery_level": 40}, {"supported_features": 0}, {"supported_features": None}])
def test_not_when_empty_or_unable(stage: Stage, attributes: dict[str, object]) -> None:
    stage.put(ROBOT, "docked", **attributes)
    stage.set(ANNA, "not_home")
    assert not stage.found(after=25)


def test_a_pet_sitter_is_not_driven_around(stage: Stage) -> None:
    stage.set(ANNA, "not_home")
    stage.set(MOTION, "on", after=10)
    assert not stage.found(after=15)


@pytest.mark.parametrize("hour", [7, 21, 23])
def test_neighbours_hear_it_only_by_day(stage: Stage, hour: int) -> None:
    stage.at(hour, days=2)
    stage.set(ANNA, "not_home")
    assert not stage.due(after=25)


def test_who_leaves_early_is_asked_once_it_is_day(stage: Stage) -> None:
    stage.at(7, days=2)
    stage.set(ANNA, "not_home")
    assert not stage.due(after=59)
    assert stage.due(after=2)


def test_not_when_somebody_is_usually_back_within_the_hour(stage: Stage) -> None:
    rhythm = stage.home.habits.rhythm_of("anna")
    for day in range(16, 21):
        eleven = stage.now.replace(day=day, hour=11)
        rhythm.add(Activity.COOKING, eleven, eleven.replace(hour=12))
    stage.set(ANNA, "not_home")
    assert not stage.found(after=25)


def test_coming_home_ends_it(stage: Stage) -> None:
    stage.set(ANNA, "not_home")
    assert stage.due(after=25)
    stage.set(ANNA, "home")
    assert not stage.found()


def test_who_comes_back_is_offered_to_send_it_home(stage: Stage) -> None:
    stage.put(ROBOT, "docked", supported_features=START + 16)
    stage.set(ANNA, "not_home")
    stage.set(ROBOT, "cleaning", after=30)
    stage.set(ANNA, "home", after=20)
    [finding] = stage.due(after=3)
    [action] = finding.actions
    assert (action.action, finding.risk, finding.facts["why"]) == ("return_to_base", RiskClass.A1, "vacuum_dock")
    stage.set(ROBOT, "returning")
    assert not stage.found()


def test_a_run_that_somebody_at_home_began_is_theirs(stage: Stage) -> None:
    stage.put(ROBOT, "docked", supported_features=START + 16)
    stage.set(ANNA, "not_home")
    stage.set(ANNA, "home", after=20)
    stage.set(ROBOT, "cleaning", after=1)
    assert not stage.found(after=5)


def test_a_robot_that_needs_help_is_said_without_a_button(stage: Stage) -> None:
    stage.set(ROBOT, "error")
    assert not stage.due(after=4)
    [finding] = stage.due(after=2)
    assert finding.facts["why"] == "vacuum_stuck"
    assert not finding.actions
    stage.set(ROBOT, "docked")
    assert not stage.found()


def test_a_lost_connection_is_no_cleaning(stage: Stage) -> None:
    stage.set(ROBOT, "cleaning")
    stage.set(ROBOT, "docked", after=40)
    stage.set(ROBOT, "unavailable", after=20 * 60)
    stage.set(ROBOT, "docked", after=30)
    stage.put(ROBOT, "docked", supported_features=START, battery_level=100)
    stage.at(10, days=4)
    stage.set(ANNA, "not_home")
    assert stage.due(after=25)


def test_it_has_cleaned_today(stage: Stage) -> None:
    stage.at(9, days=3)
    stage.set(ROBOT, "cleaning")
    stage.set(ROBOT, "docked", after=40)
    stage.put(ROBOT, "docked", supported_features=START, battery_level=100)
    stage.set(ANNA, "not_home")
    assert not stage.found(after=25)


@pytest.mark.parametrize(("percent", "ready"), [("40", False), ("95", True), ("unknown", True)])
def test_a_robot_tells_its_charge_by_a_sensor_of_its_own(stage: Stage, percent: str, *, ready: bool) -> None:
    robot = stage.add("vacuum.new_robot", "docked", device="New robot", supported_features=START)
    stage.house.add(
        "sensor.new_robot_battery", percent, device="New robot", device_class="battery", unit_of_measurement="%"
    )
    stage.put(ROBOT, "idle")
    stage.at(10, days=4)
    stage.set(ANNA, "not_home")
    assert [item.entity_ids for item in stage.due(after=25)] == [(robot,)] * ready


def _cleans(stage: Stage, *hours: float) -> None:
    """Let the robot clean so many hours after it has cleaned before."""
    for gap in hours:
        stage.set(ROBOT, "cleaning", after=60 * gap)
        # It charges in between.
        stage.set(ROBOT, "docked", after=20)
        stage.set(ROBOT, "cleaning", after=60)
        stage.set(ROBOT, "docked", after=20)
    stage.put(ROBOT, "docked")


def test_a_robot_that_cleans_once_a_week_is_not_offered_every_other_day(stage: Stage) -> None:
    _cleans(stage, *[7 * 24.0 - 1.7] * 5)
    for _ in range(3):
        stage.freezer.tick(timedelta(hours=47.5))
        stage.set(ANNA, "not_home")
        assert not stage.found(after=25)
        stage.set(ANNA, "home")
    stage.freezer.tick(timedelta(hours=47.5))
    stage.set(ANNA, "not_home")
    assert stage.found(after=25)


def test_a_robot_that_cleans_every_day_is_offered_once_it_has_left_one_out(stage: Stage) -> None:
    _cleans(stage, *[24.0 - 1.7] * 6)
    stage.freezer.tick(timedelta(hours=26))
    stage.set(ANNA, "not_home")
    assert not stage.found(after=25)
    stage.set(ANNA, "home")
    stage.freezer.tick(timedelta(hours=22))
    stage.set(ANNA, "not_home")
    assert stage.found(after=25)


def test_a_full_bin_is_said_until_it_is_emptied(stage: Stage) -> None:
    robot = stage.add("vacuum.new_robot", "docked", device="New robot", supported_features=START)
    full = stage.add("binary_sensor.new_robot_bin_full", "off", device="New robot")
    stage.add("binary_sensor.kitchen_bin_full", "on", device="Kitchen bin")
    assert not stage.found()
    stage.set(full, "on")
    assert not stage.due(after=4)
    [finding] = stage.due(after=2)
    assert (finding.entity_ids, finding.facts["why"], finding.actions) == ((robot,), "vacuum_full", ())
    stage.set(full, "off")
    assert not stage.found()


@pytest.mark.parametrize("state", ["cleaning", "returning", "error", "unavailable"])
def test_a_robot_that_has_left_its_dock_before_the_tap_is_not_started(stage: Stage, state: str) -> None:
    stage.set(ANNA, "not_home")
    [finding] = stage.due(after=25)
    assert effective(stage.home, finding.actions[0]) == (ROBOT,)
    stage.set(ROBOT, state)
    assert not effective(stage.home, finding.actions[0])
    assert not [item for item in stage.found() if item.actions]


def test_five_absences_tell_how_long_they_last(stage: Stage) -> None:
    rhythm = stage.home.habits.rhythm_of("anna")
    for day in range(16, 21):
        eleven = stage.now.replace(day=day, hour=11)
        rhythm.add(Activity.COOKING, eleven, eleven.replace(hour=12))
    for _ in range(5):
        stage.home.habits.dwell_of("absence:home").add(200)
    stage.at(10, 30, days=2)
    stage.set(ANNA, "not_home")
    assert stage.due(after=25)
