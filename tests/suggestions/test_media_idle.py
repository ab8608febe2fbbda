"""A TV or music that plays to nobody: who counts as gone, for whom it is meant, and what ends it."""

import pytest

from custom_components.proactive_assistant.sensing.dwell import StayOn
from custom_components.proactive_assistant.suggestions.media_idle import IN_DOUBT, PATIENCE, MediaIdle

from ..conftest import ANNA, TV
from .conftest import MOTION, Stage

KITCHEN, OFFICE, BEN = "binary_sensor.kitchen_motion", "binary_sensor.office_motion", "person.ben"
SURE, DOUBT = (limit.total_seconds() / 60 for limit in (PATIENCE, IN_DOUBT))


@pytest.fixture(autouse=True)
def screen(stage: Stage) -> None:
    stage.add(KITCHEN, "off", area="Kitchen", device_class="motion")
    stage.add(OFFICE, "off", area="Office", device_class="motion")
    stage.detector = MediaIdle(stage.home)
    stage.set(TV, "playing", after=30)
    stage.set(MOTION, "on")
    stage.set(MOTION, "off", after=2)


def joined_by_ben(stage: Stage) -> None:
    stage.house.hass.states.async_set(BEN, "home")
    stage.refresh()


def gone_to(stage: Stage, *rooms: str) -> None:
    """Let a room be in use from now on."""
    for room in rooms:
        stage.set(room, "on", after=0.5)


def told_after(stage: Stage, minutes: float) -> bool:
    """Return whether it is told this long after the living room fell still, and not five minutes before."""
    before = bool(stage.due(after=minutes - 5 - stage_age(stage)))
    return not before and bool(stage.due(after=6))


def stage_age(stage: Stage) -> float:
    since = stage.home.state(MOTION)
    assert since is not None
    return (stage.now - since.last_changed).total_seconds() / 60


class TestWhoCountsAsGone:
    def test_who_is_alone_and_busy_elsewhere_is_surely_gone(self, stage: Stage) -> None:
        gone_to(stage, KITCHEN)
        assert told_after(stage, SURE)

    def test_of_two_one_busy_elsewhere_leaves_the_other_in_doubt(self, stage: Stage) -> None:
        joined_by_ben(stage)
        gone_to(stage, KITCHEN)
        assert told_after(stage, DOUBT)

    def test_of_two_both_busy_elsewhere_are_gone(self, stage: Stage) -> None:
        joined_by_ben(stage)
        gone_to(stage, KITCHEN, OFFICE)
        assert told_after(stage, SURE)

    def test_of_two_in_one_other_room_only_one_is_known(self, stage: Stage) -> None:
        joined_by_ben(stage)
        stage.add("binary_sensor.kitchen_motion_2", "off", area="Kitchen", device_class="motion")
        gone_to(stage, KITCHEN, "binary_sensor.kitchen_motion_2")
        assert told_after(stage, DOUBT)

    def test_who_was_last_seen_elsewhere_long_ago_may_have_come_back_unseen(self, stage: Stage) -> None:
        gone_to(stage, KITCHEN)
        stage.set(KITCHEN, "off", after=1)
        assert told_after(stage, DOUBT)

    def test_somebody_who_comes_home_is_not_known_to_be_elsewhere(self, stage: Stage) -> None:
        gone_to(stage, KITCHEN)
        assert not stage.due(after=SURE - 10)
        joined_by_ben(stage)
        assert told_after(stage, DOUBT)

    def test_a_radar_that_sees_nobody_is_as_sure_as_two_rooms(self, stage: Stage) -> None:
        joined_by_ben(stage)
        stage.add("binary_sensor.living_room_presence", "off", area="Living room", device_class="occupancy")
        gone_to(stage, KITCHEN)
        assert told_after(stage, SURE + 0.5)


class TestAStillPerson:
    def test_alone_and_seen_nowhere_else_somebody_watches_a_film(self, stage: Stage) -> None:
        for _ in range(24):
            assert not stage.found(after=10)

    def test_a_radar_that_sees_somebody_outweighs_everything(self, stage: Stage) -> None:
        stage.add("binary_sensor.living_room_presence", "on", area="Living room", device_class="occupancy")
        gone_to(stage, KITCHEN, OFFICE)
        assert not stage.found(after=180)

    def test_a_turn_on_the_sofa_begins_it_anew(self, stage: Stage) -> None:
        joined_by_ben(stage)
        gone_to(stage, KITCHEN)
        for _ in range(4):
            assert not stage.due(after=40)
            stage.set(MOTION, "on")
            assert not stage.found()
            stage.set(MOTION, "off", after=1)


class TestForWhomItIsMeant:
    @pytest.mark.parametrize(
        ("entity_id", "area"),
        [
            ("media_player.speaker", "Nursery"),
            ("media_player.speaker", "Kinderzimmer"),
            ("media_player.kids_room_speaker", None),
            ("media_player.toniebox_baby", None),
        ],
    )
    def test_a_sleeping_childs_music_plays_on(self, stage: Stage, entity_id: str, area: str | None) -> None:
        stage.set(TV, "off")
        stage.add(entity_id, "playing", area=area)
        stage.add("binary_sensor.kids_room_motion", "off", area=area, device_class="motion")
        gone_to(stage, KITCHEN)
        assert not stage.found(after=120)

    @pytest.mark.parametrize(("on", "meant"), [(3, True), (2, False)])
    def test_the_dogs_radio_is_on_in_most_absences(self, stage: Stage, on: int, *, meant: bool) -> None:
        stage.home.habits.stay_on[TV] = StayOn(absences=5, on=on)
        gone_to(stage, KITCHEN)
        assert bool(stage.due(after=SURE)) is not meant

    @pytest.mark.parametrize(("on", "meant"), [(6, True), (5, False)])
    def test_what_plays_through_most_nights_is_for_the_night(self, stage: Stage, on: int, *, meant: bool) -> None:
        stage.home.habits.nights[TV] = StayOn(absences=10, on=on)
        gone_to(stage, KITCHEN)
        assert bool(stage.due(after=SURE)) is not meant

    def test_two_absences_are_no_habit(self, stage: Stage) -> None:
        stage.home.habits.stay_on[TV] = StayOn(absences=2, on=2)
        gone_to(stage, KITCHEN)
        assert stage.due(after=SURE)


class TestWhatEndsIt:
    @pytest.fixture(autouse=True)
    def _told(self, stage: Stage) -> None:
        gone_to(stage, KITCHEN)
        assert stage.due(after=SURE)

    @pytest.mark.parametrize("state", ["off", "paused", "idle", "standby", "unavailable"])
    def test_a_player_that_does_not_play(self, stage: Stage, state: str) -> None:
        stage.set(TV, state)
        assert not stage.found()

    def test_somebody_in_the_room(self, stage: Stage) -> None:
        stage.set(MOTION, "on")
        assert not stage.found()
        stage.set(MOTION, "off", after=5)
        assert not stage.due(after=20)

    def test_everybody_leaving_makes_it_the_departure_checks(self, stage: Stage) -> None:
        stage.set(ANNA, "not_home")
        assert not stage.found()

    def test_whoever_puts_it_on_again_gets_the_time_of_a_new_one(self, stage: Stage) -> None:
        stage.set(TV, "off")
        stage.set(TV, "playing", after=3)
        assert not stage.due(after=SURE - 5)
        assert stage.due(after=6)
