"""Signs of life in an empty home: asked about, once they are more than a blink, a pet or a robot."""

from datetime import timedelta

import pytest

from custom_components.proactive_assistant.assistant.enums import HomeMode, RiskClass
from custom_components.proactive_assistant.suggestions.guest import Guest

from ..conftest import ANNA, TV
from .conftest import MOTION, Stage

DOOR, KITCHEN = "binary_sensor.front_door", "binary_sensor.kitchen_motion"


@pytest.fixture(autouse=True)
def guest(stage: Stage) -> None:
    stage.house.add(KITCHEN, "off", area="Kitchen", device_class="motion")
    stage.add(DOOR, "off", area="Hall", device_class="door")
    stage.detector = Guest(stage.home)


def leave(stage: Stage) -> None:
    stage.set(ANNA, "not_home")
    # Any change: the detector learns of the absence by the next one.
    stage.set("light.living_room_ceiling", "off", after=1)


def test_movement_in_two_rooms_while_all_are_out_offers_guest_mode(stage: Stage) -> None:
    leave(stage)
    stage.set(MOTION, "on", after=30)
    stage.set(KITCHEN, "on", after=1)
    assert not stage.due(after=18)
    [finding] = stage.due(after=2)
    [action] = finding.actions
    assert (action.action, dict(action.data), finding.risk) == ("set_mode", {"mode": "guest"}, RiskClass.A0)
    assert finding.facts["rooms"] == {"Living room": ["Living room motion"], "Kitchen": ["Kitchen motion"]}
    assert not any("anna" in str(value).lower() for value in finding.facts.values())


def test_one_blink_of_one_sensor_is_the_sun(stage: Stage) -> None:
    leave(stage)
    stage.set(MOTION, "on", after=30)
    assert not stage.found(after=5)
    stage.set(MOTION, "off")
    stage.set(MOTION, "on", after=3)
    assert stage.found()


def test_who_turns_back_within_ten_minutes_is_no_guest(stage: Stage) -> None:
    leave(stage)
    stage.set(MOTION, "on", after=3)
    stage.set(KITCHEN, "on", after=3)
    assert not stage.found(after=10)


def test_a_door_alone_is_enough_a_window_is_not(stage: Stage) -> None:
    leave(stage)
    stage.set("binary_sensor.kitchen_window", "on", after=30)
    assert not stage.found(after=5)
    stage.set(DOOR, "on")
    assert stage.found(after=5)


def test_a_robot_that_cleans_is_no_guest(stage: Stage) -> None:
    robot = stage.add("vacuum.robot", "docked")
    leave(stage)
    stage.set(robot, "cleaning", after=30)
    stage.set(MOTION, "on", after=1)
    stage.set(KITCHEN, "on", after=3)
    assert not stage.found(after=5)


def test_a_pet_that_moves_in_most_absences_is_known(stage: Stage) -> None:
    for _ in range(6):
        leave(stage)
        stage.set(MOTION, "on", after=60)
        stage.set(MOTION, "off", after=1)
        stage.set(ANNA, "home", after=30)
        stage.set("light.living_room_ceiling", "off", after=1)
    leave(stage)
    stage.set(MOTION, "on", after=30)
    stage.set(KITCHEN, "on", after=5)
    assert not stage.found(after=5)
    stage.set(TV, "playing")
    stage.set(DOOR, "on")
    assert stage.found(after=5)


def stays(stage: Stage, *, after: float = 30) -> None:
    """Let somebody walk about for half an hour."""
    for minute in range(0, 30, 6):
        stage.set(MOTION, "on", after=after if minute == 0 else 5)
        stage.set(MOTION, "off", after=1)


def test_signs_of_long_ago_are_of_somebody_who_has_gone(stage: Stage) -> None:
    leave(stage)
    stays(stage)
    assert stage.due(after=30)
    assert not stage.found(after=31)


def test_who_only_looks_in_is_not_asked_about(stage: Stage) -> None:
    leave(stage)
    stage.set(DOOR, "on", after=30)
    for room in (MOTION, KITCHEN):
        stage.set(room, "on", after=3)
        stage.set(room, "off", after=3)
    stage.set(DOOR, "off")
    assert not stage.due(after=1)
    assert not stage.due(after=20)


def test_who_has_left_by_the_door_is_not_asked_about_any_more(stage: Stage) -> None:
    leave(stage)
    stays(stage)
    assert stage.due()
    stage.set(DOOR, "on")
    stage.set(DOOR, "off", after=1)
    assert not stage.found(after=8)


def test_a_window_or_a_screen_that_reports_again_is_no_sign(stage: Stage) -> None:
    stage.set("binary_sensor.kitchen_window", "on")
    stage.set(TV, "playing")
    leave(stage)
    for dead in (TV, "binary_sensor.kitchen_window", MOTION):
        stage.set(dead, "unavailable", after=15)
    stage.set("binary_sensor.kitchen_window", "on", after=5)
    stage.set(TV, "playing", after=3)
    assert not stage.found(after=5)


def test_a_beam_of_sun_and_a_return_later_are_not_somebody_who_stays(stage: Stage) -> None:
    leave(stage)
    stage.set(KITCHEN, "on", after=30)
    stage.set(KITCHEN, "off", after=1)
    stage.set(MOTION, "on", after=19)
    stage.set(MOTION, "off", after=0.5)
    assert not stage.due()


def test_in_a_home_that_only_knows_its_door_the_second_time_is_the_leaving(stage: Stage) -> None:
    stage.home.map = type(stage.home.map)(
        things={key: thing for key, thing in stage.home.map.things.items() if key not in (MOTION, KITCHEN)}
    )
    leave(stage)
    stage.set(DOOR, "on", after=30)
    stage.set(DOOR, "off", after=1)
    assert not stage.due(after=18)
    assert stage.due(after=2)
    stage.set(DOOR, "on", after=2)
    stage.set(DOOR, "off", after=1)
    assert not stage.found(after=10)
    stage.set(DOOR, "on", after=60)
    stage.set(DOOR, "off", after=3)
    stage.set(DOOR, "on")  # carries things in
    assert stage.due(after=18)


def test_what_moves_for_days_behind_shut_doors_is_a_pet(stage: Stage) -> None:
    leave(stage)
    stays(stage, after=9 * 60)
    assert not stage.found()


def test_the_door_that_opens_for_who_comes_home_is_no_guest(stage: Stage) -> None:
    leave(stage)
    stage.set(DOOR, "on", after=60)
    assert not stage.due(after=5)  # the phone takes its time to say so
    stage.set(ANNA, "home", after=2)
    assert not stage.found()


def test_coming_home_and_guest_mode_end_it(stage: Stage) -> None:
    leave(stage)
    stage.set(DOOR, "on", after=30)
    assert stage.found(after=5)
    stage.home.mode = HomeMode.GUEST
    assert not stage.found()
    stage.home.mode = HomeMode.NORMAL
    stage.set(ANNA, "home")
    assert not stage.found()


def test_a_guests_device_that_stays_is_a_guest_also_while_we_are_in(stage: Stage) -> None:
    laptop = stage.add("device_tracker.guest_laptop", "not_home")
    stage.set(laptop, "home", after=10)
    assert not stage.due(after=9)
    assert stage.due(after=2)
    stage.set(laptop, "not_home")
    assert not stage.found()


def test_a_guest_room_that_is_lit_and_used(stage: Stage) -> None:
    lamp = stage.add("light.guest_room", "off", area="Guest room")
    moves = stage.add("binary_sensor.guest_room_motion", "off", area="Guest room", device_class="motion")
    stage.set(lamp, "on")
    assert not stage.found(after=31)
    stage.set(moves, "on")
    assert stage.due()


def test_an_excluded_sensor_is_not_named(stage: Stage) -> None:
    leave(stage)
    stage.home.map = type(stage.home.map)(
        things={key: thing for key, thing in stage.home.map.things.items() if key != DOOR}
    )
    stage.set(DOOR, "on", after=30)
    assert not stage.found(after=5)


def test_it_lives_two_hours(stage: Stage) -> None:
    leave(stage)
    stage.set(DOOR, "on", after=30)
    [finding] = stage.found(after=5)
    assert finding.expires == finding.due + timedelta(hours=2)


def test_a_guest_who_goes_by_the_door_is_not_asked_about_at_that_moment(stage: Stage) -> None:
    leave(stage)
    for minutes in (12, 10, 10):
        stage.set(MOTION, "on", after=minutes)
        stage.set(MOTION, "off", after=1)
    stage.set(DOOR, "on", after=3)
    stage.set(DOOR, "off", after=0.5)
    assert not stage.due(after=1)
    assert not stage.due(after=15)
