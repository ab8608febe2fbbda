"""Somebody lives here whom no person stands for: their going takes a door and stillness, and they are no guest."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.proactive_assistant.sensing.home import HANDS
from custom_components.proactive_assistant.suggestions.away_climate import AwayClimate
from custom_components.proactive_assistant.suggestions.guest import Guest
from custom_components.proactive_assistant.suggestions.leave_home import LeaveHome
from custom_components.proactive_assistant.suggestions.lock_check import LockCheck

from ..conftest import ANNA, LAMP, TV, WINDOW
from .conftest import MOTION, Stage

A_DAY = 24 * 60
DOOR, FRIDGE, CLIMATE = "binary_sensor.front_door", "binary_sensor.fridge_door", "climate.hall"


@pytest.fixture(autouse=True)
def home(stage: Stage) -> None:
    stage.house.add(FRIDGE, "off", area="Kitchen", device="Fridge", device_class="door")
    stage.house.add(CLIMATE, "heat", area="Hall", preset_mode="comfort", preset_modes=["comfort", "eco"])
    stage.add(DOOR, "off", area="Hall", device_class="door")


def teach(stage: Stage, *, hands: bool = True) -> None:
    """Let Anna be out on six days, while somebody moves and opens the fridge, or only moves."""
    stage.detector = Guest(stage.home)
    for _ in range(6):
        stage.set(ANNA, "not_home", after=A_DAY - 120)
        stage.set(TV, "off", after=1)
        stage.set(MOTION, "on", after=30)
        stage.set(MOTION, "off", after=1)
        if hands:
            stage.set(FRIDGE, "on", after=5)
            stage.set(FRIDGE, "off", after=1)
        stage.set(ANNA, "home", after=40)
        stage.set(TV, "off", after=1)
    stage.set(LAMP, "on", after=30)


def go_out(stage: Stage, *, after: float = 0) -> None:
    """Let somebody go out by the door."""
    stage.set(DOOR, "on", after=after)
    stage.set(DOOR, "off", after=0.5)


def test_hands_tell_people_from_pets(stage: Stage) -> None:
    teach(stage, hands=False)
    assert stage.home.pets()
    assert not stage.home.lives_unseen()
    teach(stage)
    assert stage.home.lives_unseen()
    assert not stage.home.pets()


def test_who_stays_behind_still_for_a_while_keeps_the_lights(stage: Stage) -> None:
    teach(stage)
    stage.detector = LeaveHome(stage.home)
    go_out(stage)
    stage.set(ANNA, "not_home", after=1)
    assert not stage.due(after=5)
    stage.set(MOTION, "on", after=5)
    stage.set(MOTION, "off", after=1)
    assert not stage.found(after=14)


def test_when_both_have_gone_stillness_tells_it(stage: Stage) -> None:
    teach(stage)
    stage.detector = LeaveHome(stage.home)
    go_out(stage)
    stage.set(ANNA, "not_home", after=1)
    assert not stage.due(after=11)
    assert stage.due(after=2)


def test_the_door_by_which_the_last_one_goes_is_the_leaving(stage: Stage) -> None:
    teach(stage)
    stage.detector = LeaveHome(stage.home)
    stage.set(ANNA, "not_home", after=1)
    stage.set(MOTION, "on", after=90)
    stage.set(MOTION, "off", after=1)
    stage.set(LAMP, "off")
    stage.set(LAMP, "on", after=2)
    go_out(stage, after=1)
    gone = datetime.now(UTC)
    assert not stage.due(after=11)
    [finding] = stage.due(after=2)
    assert abs(finding.began - gone) < timedelta(minutes=1)
    assert finding.entity_ids == (LAMP,)


def test_the_heating_is_left_to_who_is_in_and_set_back_behind_them(stage: Stage) -> None:
    teach(stage)
    stage.detector = AwayClimate(stage.home)
    stage.set(ANNA, "not_home", after=1)
    stage.set(MOTION, "on", after=40)
    stage.set(MOTION, "off", after=1)
    assert not stage.found(after=120)
    go_out(stage)
    assert not stage.due(after=119)
    assert stage.due(after=2)


def test_who_sleeps_late_is_not_left_in_the_cold(stage: Stage) -> None:
    teach(stage)
    stage.detector = AwayClimate(stage.home)
    go_out(stage)
    stage.set(ANNA, "not_home", after=1)
    assert not stage.due(after=65)
    stage.set(MOTION, "on", after=40)
    stage.set(MOTION, "off", after=1)
    assert not stage.found(after=120)


def test_who_cleans_every_week_does_not_live_here(stage: Stage) -> None:
    stage.detector = Guest(stage.home)
    for day in range(12):
        stage.set(ANNA, "not_home", after=A_DAY - 120)
        stage.set(TV, "off", after=1)
        if day % 7 in (0, 1):
            stage.set(MOTION, "on", after=30)
            stage.set(FRIDGE, "on", after=5)
            stage.set(FRIDGE, "off", after=1)
            stage.set(MOTION, "off", after=1)
        stage.set(ANNA, "home", after=60)
        stage.set(TV, "off", after=1)
    assert sum(map(bool, stage.home.habits.recent.latest(HANDS))) > 3
    assert not stage.home.lives_unseen()


def test_where_nothing_could_show_hands_what_moves_may_be_somebody(stage: Stage) -> None:
    shows = (FRIDGE, DOOR, WINDOW)
    stage.home.map = type(stage.home.map)(
        things={key: thing for key, thing in stage.home.map.things.items() if key not in shows}
    )
    teach(stage, hands=False)
    assert stage.home.lives_unseen()
    assert not stage.home.pets()


def test_who_lives_here_is_not_asked_about_as_a_guest(stage: Stage) -> None:
    teach(stage)
    stage.set(ANNA, "not_home", after=1)
    stage.set(TV, "off", after=1)
    for _ in range(6):
        stage.set(MOTION, "on", after=9)
        stage.set(MOTION, "off", after=1)
        assert not stage.found()


def test_without_a_sensor_of_movement_nothing_is_said_of_an_empty_home(stage: Stage) -> None:
    stage.home.map = type(stage.home.map)(
        things={key: thing for key, thing in stage.home.map.things.items() if key != MOTION}
    )
    teach(stage)
    stage.detector = LeaveHome(stage.home)
    go_out(stage)
    stage.set(ANNA, "not_home", after=1)
    assert stage.home.lives_unseen()
    assert not stage.found(after=15)


def test_a_lock_that_is_opened_while_all_are_out_tells_of_somebody_with_a_key(stage: Stage) -> None:
    shows = (FRIDGE, DOOR, WINDOW, MOTION)
    lock = stage.add("lock.front", "locked", area="Hall")
    stage.home.map = type(stage.home.map)(
        things={key: thing for key, thing in stage.home.map.things.items() if key not in shows}
    )
    for state in ("locked", "unlocked"):
        for _ in range(6):
            stage.set(ANNA, "not_home", after=A_DAY - 120)
            stage.set(lock, "unlocked" if state == "locked" else "locked")
            # What locks itself needs no hand.
            stage.set(lock, state, after=30)
            stage.set(ANNA, "home", after=40)
        assert stage.home.lives_unseen() is (state == "unlocked")
    stage.detector = LockCheck(stage.home)
    stage.set(ANNA, "not_home", after=30)
    assert not stage.found(after=20)


def test_lights_and_screens_that_go_on_by_themselves_are_nobodys_hands(stage: Stage) -> None:
    for _ in range(6):
        stage.set(ANNA, "not_home", after=30)
        stage.set(MOTION, "on", after=30)
        stage.set(LAMP, "on")
        stage.set(TV, "playing", after=5)
        stage.set(MOTION, "off")
        stage.set(LAMP, "off", after=5)
        stage.set(TV, "off")
        stage.set(ANNA, "home", after=40)
    assert stage.home.habits.recent.latest(HANDS) == (0.0,) * 6


def test_what_is_on_while_somebody_is_in_is_not_meant_to_stay_on(stage: Stage) -> None:
    teach(stage)
    for _ in range(8):
        stage.set(ANNA, "not_home", after=30)
        stage.set(MOTION, "on", after=30)
        stage.set(MOTION, "off", after=1)
        stage.set(WINDOW, "on", after=5)
        stage.set(ANNA, "home", after=40)
        stage.set(WINDOW, "off", after=1)
    assert not stage.home.habits.meant_on(LAMP)
    assert not stage.home.habits.meant_on(WINDOW)


class TestForgottenPhone:
    """A phone that was left at home, and an alarm that was armed by who went."""

    @pytest.fixture
    def alarm(self, stage: Stage) -> str:
        stage.set(LAMP, "on")
        stage.detector = LeaveHome(stage.home)
        return stage.add("alarm_control_panel.home", "disarmed", supported_features=2)

    def test_armed_as_when_all_go_out_means_that_nobody_is_in(self, stage: Stage, alarm: str) -> None:
        go_out(stage)
        stage.set(alarm, "armed_away", after=1)
        assert stage.due(after=10)
        stage.set(alarm, "disarmed", after=60)
        assert stage.home.empty_since is None

    def test_armed_for_those_who_stay_does_not(self, stage: Stage, alarm: str) -> None:
        stage.set(alarm, "armed_home", after=1)
        assert stage.home.empty_since is None

    def test_armed_at_bedtime_with_the_one_way_a_panel_knows_does_not(self, stage: Stage, alarm: str) -> None:
        stage.at(22, 30)
        stage.set(alarm, "armed_away")
        assert stage.home.empty_since is None
