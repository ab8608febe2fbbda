"""The last look around."""

import pytest

from custom_components.proactive_assistant.sensing.night import CAME_TO_REST
from custom_components.proactive_assistant.suggestions.bedtime import Bedtime

from ..conftest import ANNA, LAMP, TV
from .conftest import MOTION, Stage

BED, BEN = "binary_sensor.bed", "person.ben"


@pytest.fixture(autouse=True)
def evening(stage: Stage) -> None:
    stage.detector = Bedtime(stage.home)
    stage.set(LAMP, "on")
    stage.at(23, 16)


def test_by_the_clock_where_nothing_else_tells(stage: Stage) -> None:
    stage.add("lock.front", "unlocked", area="Hall")
    [finding] = stage.due()
    assert finding.facts["rooms"] == {"Living room": ["Living room ceiling"], "Hall": ["Front"]}
    assert [(item.domain, item.action, item.entity_ids) for item in finding.actions] == [("light", "turn_off", (LAMP,))]


def test_a_window_is_named_unless_it_is_open_every_night(stage: Stage) -> None:
    window = stage.add("binary_sensor.office_window", "on", area="Office", device_class="window")
    [finding] = stage.due()
    assert finding.facts["rooms"] == {"Living room": ["Living room ceiling"], "Office": ["Office window"]}
    assert window not in finding.entity_ids
    for _ in range(3):
        stage.home.habits.night_over(on={window}, could_be={window})
    [finding] = stage.due()
    assert finding.facts["rooms"] == {"Living room": ["Living room ceiling"]}


def test_the_bed_says_it_earlier(stage: Stage) -> None:
    bed = stage.add(BED, "off", area="Bedroom", device_class="occupancy")
    assert not stage.found()
    stage.at(22, 25)
    stage.set(TV, "playing")
    stage.set(bed, "on", after=10)
    assert not stage.due()
    [finding] = stage.due(after=6)
    assert {item.domain for item in finding.actions} == {"light", "media_player"}
    stage.set(bed, "off")
    assert not stage.found()


def test_a_nap_is_not_the_night(stage: Stage) -> None:
    bed = stage.add(BED, "off", area="Bedroom", device_class="occupancy")
    stage.at(14, days=1)
    stage.set(bed, "on")
    assert not stage.found()


def test_lights_do_not_go_off_on_anyone(stage: Stage) -> None:
    stage.set(MOTION, "on")
    assert not stage.found(after=5)
    stage.set(MOTION, "off")
    assert not stage.found(after=5)
    assert stage.found(after=6)


def test_a_film_with_company_is_not_interrupted(stage: Stage) -> None:
    stage.house.hass.states.async_set(BEN, "home")
    stage.refresh()
    stage.set(TV, "playing")
    assert not stage.found(after=30)


def test_a_film_that_nobody_sits_before_any_more_holds_nothing_back(stage: Stage) -> None:
    stage.house.hass.states.async_set(BEN, "home")
    stage.refresh()
    stage.set(TV, "playing")
    stage.set(MOTION, "on")
    stage.set(MOTION, "off", after=1)
    assert not stage.found(after=43)
    assert stage.found(after=3)


def test_the_kitchen_that_nothing_sees_is_done_with_once_all_are_seen_elsewhere(stage: Stage) -> None:
    stage.add("binary_sensor.office_motion", "off", area="Office", device_class="motion")
    kitchen = stage.add("light.kitchen", "on", area="Kitchen")
    for _ in range(3):
        stage.set(MOTION, "on", after=4)
        stage.set(MOTION, "off", after=1)
    [finding] = stage.due(after=1)
    assert finding.entity_ids == (kitchen,)


def test_the_usual_hour_of_owls_is_learned_too(stage: Stage) -> None:
    for day in range(1, 6):
        stage.at(20, days=day)
        stage.set(LAMP, "on")
        for hour in (22, 24, 26):
            stage.at(hour % 24, days=day + hour // 24)
            stage.set(MOTION, "on")
            stage.set(MOTION, "off")
        stage.at(3, 30, days=day + 1)
        stage.set(LAMP, "off")
        stage.at(11, days=day + 1)
        stage.set(MOTION, "on")
        stage.set(MOTION, "off")
    assert set(stage.home.habits.recent.latest(CAME_TO_REST)) == {930.0}


def test_somebody_alone_before_the_tv_is_not_in_bed(stage: Stage) -> None:
    stage.set(TV, "playing")
    assert not stage.found(after=30)


def test_one_in_bed_while_the_other_is_up(stage: Stage) -> None:
    bed = stage.add(BED, "off", area="Bedroom", device_class="occupancy")
    stage.add("light.kitchen", "on", area="Kitchen")
    stage.house.hass.states.async_set(BEN, "home")
    stage.refresh()
    stage.set(bed, "on")
    stage.set(MOTION, "on")
    assert not stage.found()


def test_bedrooms_children_and_the_porch_are_left_alone(stage: Stage) -> None:
    stage.set(LAMP, "off")
    for area in ("Bedroom", "Nursery", "Bathroom", "Garden"):
        stage.add(f"light.{area.lower()}", "on", area=area)
    assert not stage.found()


def test_what_is_on_every_night_is_meant_to_be(stage: Stage) -> None:
    for _ in range(4):
        stage.set("binary_sensor.kitchen_window", "on", after=8 * 60)
        stage.set("binary_sensor.kitchen_window", "off", after=16 * 60)
    assert stage.home.habits.meant_at_night(LAMP)
    assert not stage.home.habits.meant_at_night(TV)
    assert not stage.found()


def test_a_night_we_did_not_watch_teaches_nothing(stage: Stage) -> None:
    stage.books = type(stage.books)(stage.home)
    for hour in (3, 6):
        stage.at(hour, days=1)
        stage.set(MOTION, "on")
        stage.set(MOTION, "off", after=1)
    assert not stage.home.habits.nights.get(LAMP) or not stage.home.habits.nights[LAMP].absences


@pytest.mark.parametrize("states", [{ANNA: "not_home"}, {LAMP: "off"}, {LAMP: "unavailable"}])
def test_it_ends_when_everybody_leaves_or_all_is_off(stage: Stage, states: dict[str, str]) -> None:
    assert stage.due()
    for entity_id, state in states.items():
        stage.set(entity_id, state)
    assert not stage.found()


def test_it_ends_by_the_clock(stage: Stage) -> None:
    [finding] = stage.due()
    # Past its time it is not over at once: that would look as if somebody had switched off.
    stage.freezer.move_to(finding.expires)
    assert stage.found()
    assert not stage.found(after=46)


def _evening(stage: Stage, day: int, hour: int, minute: int) -> None:
    """Switch the lamp off at a time of an evening, and stir before five in the morning."""
    stage.at(18, 0, days=day)
    stage.set(LAMP, "on")
    stage.at(hour, minute, days=day)
    stage.set(LAMP, "off")
    stage.at(4, 40, days=day + 1)
    stage.set(MOTION, "on")
    stage.set(MOTION, "off")


def test_evenings_that_differ_are_looked_at_earlier(stage: Stage) -> None:
    kitchen = stage.add("binary_sensor.kitchen_motion", "off", area="Kitchen", device_class="motion")
    for day, hour in ((1, 21), (2, 23), (3, 21), (4, 23), (5, 22)):
        _evening(stage, day, hour, 0)
    stage.at(20, days=6)
    stage.set(LAMP, "on")
    stage.set(MOTION, "on")
    stage.set(MOTION, "off", after=1)
    stage.set(kitchen, "on", after=5)
    stage.at(20, 44, days=6)
    assert not stage.due()
    stage.at(20, 46, days=6)
    assert stage.due()


def test_what_is_left_on_after_the_usual_hour_is_said_once_they_are_in_bed(stage: Stage) -> None:
    bed = stage.add(BED, "off", area="Bedroom", device_class="occupancy")
    stage.add("binary_sensor.kitchen_motion", "off", area="Kitchen", device_class="motion")
    stage.set(LAMP, "off")
    stage.at(0, 20, days=1)
    stage.set(LAMP, "on")
    stage.set("binary_sensor.kitchen_motion", "on", after=5)
    assert not stage.found(after=17)
    stage.set(bed, "on", after=2)
    [finding] = stage.found()
    assert finding.expires is not None
    assert finding.expires > stage.now


def test_the_usual_hour_is_learned_also_of_early_risers(stage: Stage) -> None:
    for day in range(1, 6):
        _evening(stage, day, 21, 40)
    stage.at(18, days=6)
    stage.set(LAMP, "on")
    stage.at(21, 20, days=6)
    assert not stage.due()
    stage.at(21, 26, days=6)
    assert stage.due()


def test_an_evening_out_ends_when_they_are_back(stage: Stage) -> None:
    for day in range(1, 6):
        stage.at(19, days=day)
        stage.set(LAMP, "on")
        stage.set(LAMP, "off")
        stage.set(ANNA, "not_home")
        stage.at(23, 30, days=day)
        stage.set(ANNA, "home")
        stage.set(MOTION, "on")
        stage.set(MOTION, "off")
    # From noon: when they were back and had gone to sleep, not when they went out.
    assert set(stage.home.habits.recent.latest(CAME_TO_REST)) == {690.0}


def test_who_turns_on_the_light_on_coming_in_has_not_left_it_on(stage: Stage) -> None:
    stage.set(LAMP, "off")
    stage.set(LAMP, "on", after=30)
    assert not stage.found()
    assert not stage.found(after=9)
    assert stage.found(after=2)


def test_who_sits_in_a_room_that_nothing_sees_is_up(stage: Stage) -> None:
    bedroom = stage.add("binary_sensor.bedroom_motion", "off", area="Bedroom", device_class="motion")
    stage.set(LAMP, "off")
    stage.add("light.kitchen", "on", area="Kitchen")
    stage.at(21, 20, days=1)
    stage.set(bedroom, "on")
    stage.set(bedroom, "off", after=1)
    assert not stage.due(after=30)
    stage.at(22, 35, days=1)
    assert stage.due()


def test_what_is_put_on_after_they_turned_in_was_not_left_on(stage: Stage) -> None:
    bedroom = stage.add("binary_sensor.bedroom_motion", "off", area="Bedroom", device_class="motion")
    kitchen = stage.add("light.kitchen", "off", area="Kitchen")
    stage.set(LAMP, "off")
    stage.at(4, days=1)
    stage.set(bedroom, "on")
    assert not stage.found()
    stage.set(kitchen, "on", after=3)
    assert not stage.due(after=20)


def test_one_of_two_in_bed_tells_little_where_nothing_else_tells(stage: Stage) -> None:
    stage.house.hass.states.async_remove(MOTION)
    stage.house.hass.states.async_set(BEN, "home")
    bed = stage.add(BED, "off", area="Bedroom", device_class="occupancy")
    stage.at(21, 30, days=1)
    stage.set(bed, "on")
    assert not stage.found(after=30)
    stage.at(22, 50, days=1)
    assert stage.due()


def test_an_evening_by_one_lamp_is_no_night_where_nothing_sees_who_is_up(stage: Stage) -> None:
    stage.house.hass.states.async_remove(MOTION)
    stage.refresh()
    for day in range(1, 6):
        stage.at(19, days=day)
        stage.set(TV, "playing")
        stage.set(TV, "off")
        stage.at(23, 40, days=day)
        stage.set(LAMP, "off")
        stage.at(6, days=day + 1)
        stage.set(LAMP, "on")
    assert set(stage.home.habits.recent.latest(CAME_TO_REST)) == {700.0}
