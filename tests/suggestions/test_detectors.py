"""Each kind: the true positive, the annoying cases that product.md names, the end."""

from datetime import UTC, datetime, timedelta

import pytest
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import floor_registry as fr

from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.assistant.kinds import KINDS, SAFETY
from custom_components.proactive_assistant.assistant.results import Style
from custom_components.proactive_assistant.delivery.words import Words
from custom_components.proactive_assistant.sensing.profile import Profile
from custom_components.proactive_assistant.suggestions import DETECTORS
from custom_components.proactive_assistant.suggestions.appliance_done import ApplianceDone
from custom_components.proactive_assistant.suggestions.leave_home import LeaveHome
from custom_components.proactive_assistant.suggestions.opening_left import OpeningLeft

from ..conftest import ANNA, LAMP, TV, WASHER, WASHER_DOOR, WINDOW
from ..factories import suggestion
from .conftest import MOTION, NOON, Stage

BEN = "person.ben"


def test_discovery_finds_every_module_once_and_only_known_kinds() -> None:
    found = [detector.kind for detector in DETECTORS]
    assert len(set(found)) == len(found)
    assert set(found) <= {*KINDS, SAFETY.key}
    modules = [detector.__module__ for detector in DETECTORS]
    assert modules == sorted(modules)


def live(stage: Stage, *people: str) -> None:
    """Let some people live here, all of them at home and told things."""
    for person in people:
        stage.house.hass.states.async_set(person, "home")
    stage.refresh()
    stage.home.profiles = {person: Profile(resident=person) for person in people}


class TestOpeningLeft:
    @pytest.fixture(autouse=True)
    def _detector(self, stage: Stage) -> None:
        stage.detector = OpeningLeft(stage.home)

    def test_five_minutes_are_unusual_at_first(self, stage: Stage) -> None:
        stage.set(WINDOW, "on")
        assert not stage.due(after=4.9)
        [finding] = stage.due(after=0.2)
        assert finding.facts["name"] == "Kitchen window"
        assert finding.entity_ids == (WINDOW,)
        assert finding.risk is RiskClass.A0

    def test_a_window_that_is_always_aired_for_long_is_left_alone(self, stage: Stage) -> None:
        for _ in range(10):
            stage.set(WINDOW, "on", after=30)
            stage.set(WINDOW, "off", after=25)
        stage.set(WINDOW, "on", after=30)
        assert not stage.due(after=20)
        assert stage.due(after=20)

    def test_rain_shortens_the_patience_and_is_a_risk(self, stage: Stage) -> None:
        for _ in range(10):
            stage.set(WINDOW, "on", after=30)
            stage.set(WINDOW, "off", after=25)
        stage.house.hass.states.async_set("weather.home", "pouring")
        stage.refresh()
        stage.set(WINDOW, "on", after=30)
        # A short airing is one in rain too.
        assert not stage.due(after=9)
        [finding] = stage.due(after=2)
        assert finding.risk_present

    def test_it_ends_when_it_closes_or_dies(self, stage: Stage) -> None:
        stage.set(WINDOW, "on")
        stage.set(WINDOW, "off", after=10)
        assert not stage.found()
        stage.set(WINDOW, "on")
        stage.set(WINDOW, "unavailable", after=10)
        assert not stage.found()

    def test_a_fresh_departure_names_the_openings_itself(self, stage: Stage) -> None:
        stage.set(WINDOW, "on")
        stage.set(ANNA, "not_home", after=2)
        assert not stage.due(after=20)
        assert stage.due(after=15)

    def test_what_is_still_open_half_an_hour_after_leaving_is_said_to_all(self, stage: Stage) -> None:
        live(stage, ANNA, BEN)
        stage.set(WINDOW, "on")
        stage.set(BEN, "not_home", after=2)
        stage.set(ANNA, "not_home", after=1)
        assert not stage.due(after=29)
        [finding] = stage.due(after=2)
        assert finding.persons == ()

    def test_who_is_in_is_told_and_who_is_at_work_is_not(self, stage: Stage) -> None:
        live(stage, ANNA, BEN)
        stage.set(BEN, "not_home")
        stage.set(WINDOW, "on", after=5)
        [finding] = stage.due(after=6)
        assert finding.persons == (ANNA,)
        # Who comes later finds it dealt with, and who is left with it alone is told.
        stage.set(BEN, "home", after=60)
        assert stage.due()[0].persons == (ANNA,)
        stage.set(ANNA, "not_home", after=60)
        assert stage.due()[0].persons == (BEN,)

    def test_before_it_is_due_nobody_is_chosen_yet(self, stage: Stage) -> None:
        live(stage, ANNA, BEN)
        stage.set(BEN, "not_home")
        stage.set(WINDOW, "on", after=5)
        assert stage.found(after=1)
        stage.set(BEN, "home", after=1)
        assert stage.due(after=5)[0].persons == (ANNA, BEN)

    @pytest.mark.parametrize("who", ["guest", "child"])
    def test_while_nobody_is_in_who_could_be_told_everybody_is(self, stage: Stage, who: str) -> None:
        live(stage, ANNA, BEN)
        stage.home.profiles = {ANNA: Profile(resident="a")} | (
            {BEN: Profile(resident="b", child=True)} if who == "child" else {}
        )
        stage.set(ANNA, "not_home")
        stage.set(WINDOW, "on", after=5)
        assert stage.due(after=6)[0].persons == ()

    @pytest.mark.parametrize(("level", "told"), [(1, 0), (2, 0), (0, 1), (-1, 1), (None, 1)])
    def test_a_window_upstairs_is_no_matter_while_nobody_is_there(
        self, stage: Stage, level: int | None, told: int
    ) -> None:
        hass = stage.house.hass
        floor = fr.async_get(hass).async_create("Some floor", level=level)
        area = ar.async_get(hass).async_get_area_by_name("Kitchen")
        assert area is not None
        ar.async_get(hass).async_update(area.id, floor_id=floor.floor_id)
        stage.set(WINDOW, "on")
        stage.set(ANNA, "not_home", after=2)
        [before] = stage.found(after=1)
        assert len(stage.due(after=120)) == told
        # It stays one situation, and is one again when somebody is back.
        stage.set(ANNA, "home")
        [after] = stage.due()
        assert (after.situation, after.persons) == (before.situation, ())

    def test_fridges_and_machines_are_no_openings_of_the_house(self, stage: Stage) -> None:
        stage.house.add("binary_sensor.fridge_door", "on", device_class="door")
        stage.refresh()
        stage.set(WASHER_DOOR, "on")
        assert not stage.found(after=60)


class TestLeaveHome:
    @pytest.fixture(autouse=True)
    def _detector(self, stage: Stage) -> None:
        stage.detector = LeaveHome(stage.home)

    def test_what_is_still_on_is_listed_by_room_with_one_action_per_sort(self, stage: Stage) -> None:
        stage.house.add("lock.front", "unlocked", area="Hall")
        stage.house.add("climate.heating", "heat", area="Hall", hvac_action="heating")
        stage.refresh()
        stage.set(LAMP, "on")
        stage.set(TV, "playing")
        stage.set(ANNA, "not_home", after=5)
        assert not stage.due(after=2.9)
        [finding] = stage.due(after=0.2)
        assert finding.facts["rooms"] == {
            "Living room": ["Living room ceiling", "Living room tv"],
            "Hall": ["Front", "Heating"],
        }
        assert [(item.domain, item.entity_ids) for item in finding.actions] == [
            ("light", (LAMP,)),
            ("media_player", (TV,)),
        ]
        assert finding.persons == (ANNA,)
        assert finding.risk is RiskClass.A1

    def test_the_door_that_opens_for_who_returns_was_not_left_open(self, stage: Stage) -> None:
        stage.house.add("binary_sensor.front_door", "off", area="Hall", device_class="door")
        stage.refresh()
        stage.set(ANNA, "not_home", after=5)
        stage.set("binary_sensor.front_door", "on", after=10)
        assert not stage.found()

    def test_a_tracker_that_strays_opens_no_door(self, stage: Stage) -> None:
        door = stage.add("binary_sensor.front_door", "off", area="Hall", device_class="door")
        stage.set(LAMP, "on")
        stage.set(ANNA, "not_home", after=5)
        assert not stage.due(after=9)
        assert stage.due(after=2)
        stage.set(ANNA, "home", after=60)
        stage.set(door, "on", after=60)
        stage.set(door, "off", after=1)
        stage.set(ANNA, "not_home", after=1)
        assert stage.due(after=4)

    def test_the_heating_alone_is_told_by_its_own_kind(self, stage: Stage) -> None:
        stage.add("climate.heating", "heat", area="Hall", hvac_action="heating")
        stage.set(ANNA, "not_home", after=5)
        assert not stage.found(after=5)

    def test_an_empty_home_with_everything_off_is_no_news(self, stage: Stage) -> None:
        stage.set(ANNA, "not_home")
        assert not stage.found(after=5)

    def test_somebody_without_a_phone_moves_on_and_it_stays_silent(self, stage: Stage) -> None:
        stage.set(LAMP, "on")
        stage.set(ANNA, "not_home", after=5)
        stage.set(MOTION, "on", after=2.5)
        assert not stage.found(after=1)

    def test_a_motion_sensor_that_holds_on_is_not_a_guest(self, stage: Stage) -> None:
        stage.set(LAMP, "on")
        stage.set(ANNA, "not_home", after=5)
        stage.set(MOTION, "on", after=1)
        assert stage.due(after=3)

    def test_the_porch_light_is_meant_to_stay_on(self, stage: Stage) -> None:
        stage.set(LAMP, "on")
        for _ in range(4):
            stage.set(ANNA, "not_home", after=60)
            stage.set(ANNA, "home", after=60)
        stage.set(ANNA, "not_home", after=60)
        assert not stage.found(after=5)

    def test_a_porch_light_is_meant_to_stay_on_after_dark_though_not_by_day(self, stage: Stage) -> None:
        habits = stage.home.habits
        for _ in range(8):
            habits.absence_over(on=set(), could_be={LAMP})
            habits.night_over(on={LAMP}, could_be={LAMP})
        stage.house.hass.states.async_set("sun.sun", "below_horizon")
        stage.set(LAMP, "on")
        stage.set(TV, "off")
        stage.set(ANNA, "not_home", after=5)
        assert not stage.due(after=4)
        stage.house.hass.states.async_set("sun.sun", "above_horizon")
        assert stage.due()

    def test_it_ends_by_coming_back_or_after_twenty_minutes(self, stage: Stage) -> None:
        stage.set(LAMP, "on")
        stage.set(ANNA, "not_home", after=5)
        assert stage.found(after=22)
        assert not stage.found(after=2)
        stage.set(ANNA, "home")
        stage.set(ANNA, "not_home", after=10)
        assert stage.due(after=4)
        stage.set(ANNA, "home")
        assert not stage.found()

    def test_nobody_has_left_while_one_resident_is_home(self, stage: Stage) -> None:
        stage.house.hass.states.async_set("person.ben", "home")
        stage.refresh()
        stage.set(LAMP, "on")
        stage.set(ANNA, "not_home", after=5)
        assert not stage.found(after=5)
        stage.set("person.ben", "not_home")
        [finding] = stage.due(after=4)
        assert finding.persons == ("person.ben",)


class TestApplianceDone:
    @pytest.fixture(autouse=True)
    def _detector(self, stage: Stage) -> None:
        stage.detector = ApplianceDone(stage.home)

    def test_finished_and_not_emptied(self, stage: Stage) -> None:
        stage.set(WASHER, "running")
        stage.set(WASHER, "finished", after=90)
        assert not stage.due(after=4)
        [finding] = stage.due(after=2)
        assert finding.facts["sort"] == "washer"
        assert finding.expires == finding.began + timedelta(hours=8)

    def test_opening_the_door_ends_it(self, stage: Stage) -> None:
        stage.set(WASHER, "running")
        stage.set(WASHER, "finished", after=90)
        stage.set(WASHER_DOOR, "on", after=10)
        assert not stage.found()
        stage.set(WASHER_DOOR, "off", after=1)
        assert not stage.found()

    def test_a_new_cycle_ends_it_and_ends_by_itself(self, stage: Stage) -> None:
        stage.set(WASHER, "running")
        stage.set(WASHER, "finished", after=90)
        stage.set(WASHER, "running", after=10)
        assert not stage.found()
        stage.set(WASHER, "finished", after=60)
        assert len(stage.due(after=6)) == 1

    def test_switching_it_off_after_the_end_counts_as_emptied(self, stage: Stage) -> None:
        stage.set(WASHER, "running")
        stage.set(WASHER, "finished", after=90)
        stage.set(WASHER, "idle", after=10)
        assert not stage.found()

    def test_a_machine_without_an_end_state_is_done_after_a_real_run(self, stage: Stage) -> None:
        stage.set(WASHER, "running")
        stage.set(WASHER, "idle", after=40)
        assert len(stage.due(after=6)) == 1

    @pytest.mark.parametrize(("minutes", "silent"), [(15, True), (3, False)])
    def test_a_finished_machine_that_is_gone_for_long_was_switched_off(
        self, stage: Stage, minutes: int, *, silent: bool
    ) -> None:
        stage.set(WASHER, "running")
        stage.set(WASHER, "standby", after=90)
        stage.set(WASHER, "unavailable", after=2)
        assert not stage.due(after=4)
        stage.set(WASHER, "standby", after=minutes - 4)
        assert bool(stage.due(after=10)) is not silent

    def test_power_off_by_hand_empties_a_machine_without_an_end_state(self, stage: Stage) -> None:
        stage.set(WASHER, "running")
        stage.set(WASHER, "standby", after=90)
        assert stage.due(after=10)
        stage.set(WASHER, "off")
        assert not stage.found()

    def test_a_short_run_was_no_programme(self, stage: Stage) -> None:
        stage.set(WASHER, "running")
        stage.set(WASHER, "idle", after=10)
        assert not stage.found(after=6)

    def test_a_dropped_connection_is_no_end(self, stage: Stage) -> None:
        stage.set(WASHER, "running")
        stage.set(WASHER, "unavailable", after=40)
        assert not stage.found(after=6)
        stage.set(WASHER, "running", after=1)
        stage.set(WASHER, "finished", after=30)
        assert len(stage.due(after=6)) == 1

    def test_finished_before_we_started_is_known_from_the_state(self, stage: Stage) -> None:
        stage.house.set(WASHER, "finished")
        assert len(stage.due(after=6)) == 1
        assert not stage.found(after=8 * 60)

    def test_the_dishwasher_waits_until_morning(self, stage: Stage) -> None:
        name = "binary_sensor.dishwasher"
        stage.house.add(name, "off", area="Kitchen", device_class="running")
        stage.refresh()
        stage.freezer.move_to(NOON + timedelta(hours=8))
        stage.set(name, "on")
        stage.set(name, "off", after=70)
        [finding] = stage.found(after=10)
        assert finding.due == datetime(2026, 11, 25, 7, tzinfo=UTC)

    def test_a_microwave_is_taken_as_emptied_by_whoever_is_in_the_kitchen(self, stage: Stage) -> None:
        name, motion = "binary_sensor.microwave", "binary_sensor.kitchen_motion"
        stage.house.add(name, "off", area="Kitchen", device_class="running")
        stage.house.add(motion, "off", area="Kitchen", device_class="motion")
        stage.refresh()
        stage.set(name, "on", after=30)
        stage.set(name, "off", after=8)
        assert stage.due(after=6)
        stage.set(motion, "on", after=1)
        assert not stage.found()


def test_who_left_last_is_known_after_a_restart(stage: Stage) -> None:
    stage.house.hass.states.async_set("person.ben", "not_home")
    stage.freezer.tick(timedelta(minutes=5))
    stage.house.set(ANNA, "not_home")
    stage.refresh()
    stage.freezer.tick(timedelta(hours=2))
    stage.books.catch_up(stage.now)
    assert stage.home.last_to_leave == ANNA
    assert stage.now - stage.home.empty_since == timedelta(hours=2)


def test_a_change_of_something_without_a_role_is_nothing(stage: Stage) -> None:
    stage.house.hass.states.async_set("sensor.plain", "1")
    old = stage.house.hass.states.get("sensor.plain")
    stage.books.changed(None, old, stage.now)
    assert stage.home.last_presence is None


class TestBundles:
    """Several openings at one moment are one message (product 3.1)."""

    def test_windows_opened_in_one_round_are_one_list(self, stage: Stage) -> None:
        stage.detector = OpeningLeft(stage.home)
        bath = stage.add("binary_sensor.bath_window", "off", area="Bathroom", device_class="window")
        hall = stage.add("binary_sensor.hall_window", "off", area="Hall", device_class="window")
        stage.set(WINDOW, "on")
        stage.set(bath, "on", after=1)
        stage.set(hall, "on", after=1)
        assert not stage.due(after=4.5)
        [finding] = stage.due(after=0.6)
        assert finding.situation == f"opening_left:{WINDOW}"
        assert finding.entity_ids == (WINDOW, bath, hall)
        assert finding.facts["rooms"] == {
            "Kitchen": ["Kitchen window"],
            "Bathroom": ["Bath window"],
            "Hall": ["Hall window"],
        }
        # One thread until the last of them is shut, whichever is shut first.
        stage.set(WINDOW, "off")
        [rest] = stage.due()
        assert (rest.situation, rest.entity_ids) == (finding.situation, (bath, hall))
        stage.set(bath, "off")
        assert [item.situation for item in stage.due()] == [finding.situation]
        stage.set(hall, "off")
        assert not stage.found()
        # The next time is another one.
        stage.set(hall, "on", after=30)
        assert [item.situation for item in stage.found()] == [f"opening_left:{hall}"]

    def test_one_opened_an_hour_later_is_another_matter(self, stage: Stage) -> None:
        stage.detector = OpeningLeft(stage.home)
        bath = stage.add("binary_sensor.bath_window", "off", area="Bathroom", device_class="window")
        stage.set(WINDOW, "on")
        stage.set(bath, "on", after=60)
        assert [item.entity_ids for item in stage.due(after=6)] == [(WINDOW,), (bath,)]

    async def test_its_words_are_a_list_of_rooms(self, stage: Stage) -> None:
        words = await Words.async_load(stage.house.hass, "en")
        rooms = {"Kitchen": ["Window"], "Bath": ["Window"]}
        facts = {"rooms": rooms, "since": stage.now.isoformat(), "usual_minutes": 5}
        body = words.message(suggestion(facts=facts), Style(with_reason=False)).body
        assert body == "Kitchen: Window; Bath: Window · since 12:00"
