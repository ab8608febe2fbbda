"""Media and lights in rooms that somebody has left."""

import pytest
from homeassistant.components.media_player import MediaPlayerEntityFeature

from custom_components.proactive_assistant.suggestions.media_idle import MediaIdle
from custom_components.proactive_assistant.suggestions.room_light_idle import RoomLightIdle

from ..conftest import ANNA, LAMP, TV
from .conftest import MOTION, Stage

PAUSE, OFF = int(MediaPlayerEntityFeature.PAUSE), int(MediaPlayerEntityFeature.TURN_OFF)
KITCHEN = "binary_sensor.kitchen_motion"
SOFA = "binary_sensor.living_room_sofa"


@pytest.fixture(autouse=True)
def sensors(stage: Stage) -> None:
    stage.add(KITCHEN, "off", area="Kitchen", device_class="motion")


def leave(stage: Stage) -> None:
    """Move from the living room to the kitchen."""
    stage.set(MOTION, "on")
    stage.set(MOTION, "off", after=2)
    stage.set(KITCHEN, "on", after=1)


class TestMedia:
    @pytest.fixture(autouse=True)
    def _detector(self, stage: Stage) -> None:
        stage.detector = MediaIdle(stage.home)

    def test_it_plays_on_after_somebody_left_the_room(self, stage: Stage) -> None:
        stage.set(TV, "playing")
        leave(stage)
        assert not stage.due(after=43)
        [finding] = stage.due(after=2)
        assert finding.actions[0].action == "turn_off"

    @pytest.mark.parametrize(
        ("features", "shown", "expected"),
        [
            (PAUSE | OFF, {"media_content_type": "podcast"}, ["media_pause"]),
            (PAUSE | OFF, {"media_content_type": "music"}, ["media_pause"]),
            (PAUSE | OFF, {"media_content_type": "channel"}, ["turn_off"]),
            (PAUSE | OFF, {}, ["turn_off"]),
            (PAUSE | OFF, {"media_content_type": "movie", "device_class": "tv"}, ["turn_off"]),
            (PAUSE, {"media_content_type": "channel"}, ["media_pause"]),
            (OFF, {"media_content_type": "music"}, ["turn_off"]),
            (0, {"media_content_type": "music"}, []),
            (PAUSE | OFF, {"media_content_type": ["music"]}, ["turn_off"]),
        ],
    )
    def test_what_is_taken_up_again_is_paused_and_the_rest_turned_off(
        self, stage: Stage, features: int, shown: dict[str, object], expected: list[str]
    ) -> None:
        stage.set(TV, "playing")
        stage.put(TV, "playing", supported_features=features, **shown)
        leave(stage)
        [finding] = stage.due(after=50)
        assert [item.action for item in finding.actions] == expected

    def test_a_screen_that_shows_no_content_is_not_paused(self, stage: Stage) -> None:
        stage.set(TV, "on")
        stage.put(TV, "on", supported_features=PAUSE | OFF, media_content_type="movie")
        leave(stage)
        [finding] = stage.due(after=50)
        assert finding.actions[0].action == "turn_off"

    def test_it_plays_on_when_everybody_is_in_bed(self, stage: Stage) -> None:
        bed = stage.add("binary_sensor.bed_occupancy", "off", area="Bedroom", device_class="occupancy")
        stage.set(TV, "playing")
        stage.set(MOTION, "on")
        stage.set(MOTION, "off", after=2)
        stage.set(bed, "on", after=3)
        assert not stage.due(after=14)
        assert stage.due(after=2)
        stage.set(bed, "off")
        assert not stage.due(after=3)

    def test_one_in_bed_and_one_before_the_screen_is_not_everybody(self, stage: Stage) -> None:
        stage.house.hass.states.async_set("person.ben", "home")
        bed = stage.add("binary_sensor.bed_occupancy", "off", area="Bedroom", device_class="occupancy")
        stage.set(TV, "playing")
        stage.set(MOTION, "on")
        stage.set(MOTION, "off", after=2)
        stage.set(bed, "on", after=3)
        assert not stage.due(after=40)

    def test_in_a_room_that_nothing_watches_only_beds_tell(self, stage: Stage) -> None:
        radio = stage.add("media_player.radio", "playing", area="Dining room")
        stage.set(KITCHEN, "on", after=5)
        stage.set(KITCHEN, "off", after=1)
        assert not stage.found(after=120)
        stage.add("binary_sensor.bed_occupancy", "off", area="Bedroom", device_class="occupancy")
        stage.set("binary_sensor.bed_occupancy", "on")
        [finding] = stage.due(after=16)
        assert finding.entity_ids == (radio,)

    def test_somebody_who_sits_still_has_not_left(self, stage: Stage) -> None:
        stage.set(TV, "playing")
        stage.set(MOTION, "on")
        stage.set(MOTION, "off", after=2)
        assert not stage.found(after=120)

    def test_coming_back_or_switching_off_ends_it(self, stage: Stage) -> None:
        stage.set(TV, "playing")
        leave(stage)
        assert stage.due(after=50)
        stage.set(MOTION, "on")
        assert not stage.found()
        stage.set(MOTION, "off")
        stage.set(KITCHEN, "off", after=1)
        assert stage.found(after=4)
        stage.set(TV, "off")
        assert not stage.found()

    @pytest.mark.parametrize("area", ["Nursery", "Bedroom", "Garden"])
    def test_a_childs_music_and_a_sleepers_radio_are_left_alone(self, stage: Stage, area: str) -> None:
        stage.add("media_player.radio", "playing", area=area)
        stage.add("binary_sensor.there", "off", area=area, device_class="motion")
        stage.set(KITCHEN, "on", after=1)
        assert not stage.found(after=120)

    def test_the_dogs_radio_is_meant_to_play(self, stage: Stage) -> None:
        stage.set(TV, "playing")
        for _ in range(4):
            stage.set(ANNA, "not_home", after=60)
            stage.set(ANNA, "home", after=60)
        leave(stage)
        assert not stage.found(after=60)

    def test_an_empty_home_is_the_departure_checks(self, stage: Stage) -> None:
        stage.set(TV, "playing")
        leave(stage)
        stage.set(ANNA, "not_home", after=5)
        assert not stage.found(after=60)


class TestLight:
    @pytest.fixture(autouse=True)
    def _detector(self, stage: Stage) -> None:
        stage.add(SOFA, "off", area="Living room", device_class="occupancy")
        stage.detector = RoomLightIdle(stage.home)

    def test_lights_of_a_room_that_somebody_left(self, stage: Stage) -> None:
        stage.set(LAMP, "on")
        leave(stage)
        assert not stage.due(after=27)
        [finding] = stage.due(after=3)
        assert finding.facts["rooms"] == {"Living room": ["Living room ceiling"]}
        stage.set(LAMP, "off")
        assert not stage.found()

    def test_coming_back_ends_it(self, stage: Stage) -> None:
        stage.set(LAMP, "on")
        leave(stage)
        assert stage.due(after=31)
        stage.set(SOFA, "on")
        assert not stage.found()
        stage.set(SOFA, "off", after=10)
        assert not stage.due(after=20), "whoever was here a moment ago has not left for good"

    def test_an_empty_home_is_the_departure_checks_too(self, stage: Stage) -> None:
        stage.set(LAMP, "on")
        leave(stage)
        assert stage.due(after=31)
        stage.set(ANNA, "not_home")
        assert not stage.found()

    def test_a_motion_sensor_alone_misses_who_reads(self, stage: Stage) -> None:
        lamp = stage.add("light.office", "off", area="Office")
        stage.add("binary_sensor.office_motion", "off", area="Office", device_class="motion")
        stage.set(lamp, "on")
        stage.set(KITCHEN, "on", after=1)
        assert not stage.found(after=120)
        stage.add("binary_sensor.office_motion_2", "off", area="Office", device_class="motion")
        stage.set(KITCHEN, "off", after=1)
        assert stage.found(after=120)

    def test_somebody_on_the_sofa_has_not_left(self, stage: Stage) -> None:
        stage.set(LAMP, "on")
        stage.set(SOFA, "on")
        leave(stage)
        assert not stage.found(after=120)

    def test_a_door_shut_behind_somebody(self, stage: Stage) -> None:
        door = stage.add("binary_sensor.living_room_door", "on", area="Living room", device_class="door")
        stage.set(LAMP, "on")
        stage.set(MOTION, "on")
        stage.set(MOTION, "off", after=2)
        stage.set(door, "off", after=1)
        stage.set(KITCHEN, "on", after=1)
        assert not stage.found(after=120)

    @pytest.mark.parametrize("area", ["Bathroom", "Stairs", "Nursery", "Porch"])
    def test_rooms_where_dark_is_worse(self, stage: Stage, area: str) -> None:
        stage.add("light.there", "on", area=area)
        stage.add("binary_sensor.there", "off", area=area, device_class="occupancy")
        stage.set(KITCHEN, "on", after=1)
        assert not stage.found(after=120)

    @pytest.mark.parametrize(("hour", "said"), [(7, False), (12, True), (21, False)])
    def test_a_bedroom_is_a_room_like_others_by_day(self, stage: Stage, hour: int, *, said: bool) -> None:
        stage.at(hour - 1, days=1)
        stage.add("light.there", "on", area="Bedroom")
        stage.add("binary_sensor.there", "off", area="Bedroom", device_class="occupancy")
        stage.set(KITCHEN, "on", after=1)
        assert bool(stage.found(after=60)) is said

    def test_a_silent_sensor_is_no_empty_room(self, stage: Stage) -> None:
        stage.set(LAMP, "on")
        leave(stage)
        for sensor in (MOTION, SOFA):
            stage.set(sensor, "unavailable")
        assert not stage.found(after=60)


def test_who_only_fetches_something_is_back_before_the_tv_is_named(stage: Stage) -> None:
    stage.detector = MediaIdle(stage.home)
    stage.set(TV, "playing")
    stage.set(MOTION, "on")
    stage.set(MOTION, "off", after=1)
    stage.set(KITCHEN, "on", after=70)
    stage.set(KITCHEN, "off", after=1)
    assert not stage.found()
    stage.set(MOTION, "on", after=2)
    stage.set(MOTION, "off", after=1)
    assert not stage.found(after=10)


def test_who_was_seen_next_door_before_the_sensor_went_off_has_left(stage: Stage) -> None:
    stage.add(SOFA, "off", area="Living room", device_class="occupancy")
    stage.detector = RoomLightIdle(stage.home)
    stage.set(LAMP, "on")
    stage.set(SOFA, "on")
    stage.set(KITCHEN, "on", after=20)
    stage.set(KITCHEN, "off", after=0.3)
    stage.set(SOFA, "off", after=0.3)
    assert stage.due(after=31)
