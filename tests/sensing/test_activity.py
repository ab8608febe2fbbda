"""What a resident is doing, with doubt."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant

from custom_components.proactive_assistant.assistant.enums import (
    Activity,
    Company,
    HomeMode,
    Household,
    PhoneState,
    Room,
    Transition,
    Weather,
)
from custom_components.proactive_assistant.sensing.activity import Sensed, sense
from custom_components.proactive_assistant.sensing.habits import Habits
from custom_components.proactive_assistant.sensing.home import Home
from custom_components.proactive_assistant.sensing.moment import Load, Watch
from custom_components.proactive_assistant.sensing.rhythm import Rhythm
from custom_components.proactive_assistant.sensing.roles import survey

ANNA = "person.anna"
BED, SOFA, HOB = "binary_sensor.bed", "binary_sensor.sofa", "binary_sensor.hob"
BATH, DESK, TV = "binary_sensor.bathroom", "binary_sensor.office", "media_player.tv"


class Scene:
    """A home by names alone, and its states."""

    def __init__(self, hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
        self.hass = hass
        self.freezer = freezer
        freezer.move_to(datetime(2026, 11, 24, 15, tzinfo=UTC))
        attributes: dict[str, dict[str, Any]] = {
            BED: {"device_class": "occupancy", "friendly_name": "Bed in the bedroom"},
            SOFA: {"device_class": "occupancy", "friendly_name": "Living room sofa"},
            HOB: {"device_class": "motion", "friendly_name": "Kitchen hob"},
            BATH: {"device_class": "motion", "friendly_name": "Bathroom"},
            DESK: {"device_class": "motion", "friendly_name": "Office"},
            TV: {"friendly_name": "Living room TV"},
            ANNA: {},
            "weather.home": {},
        }
        for entity_id, values in attributes.items():
            hass.states.async_set(entity_id, "off", values)
        hass.states.async_set(ANNA, "home")
        hass.states.async_set("weather.home", "rainy")
        self.home = Home(hass, Habits())
        self.home.map = survey(hass)
        self.home.people = (ANNA,)
        self.forward(minutes=60)

    def forward(self, **time: float) -> None:
        self.freezer.tick(timedelta(**time))

    def set(self, entity_id: str, state: str) -> None:
        old = self.hass.states.get(entity_id)
        self.hass.states.async_set(entity_id, state, old.attributes if old else None)
        if state == "on":
            self.home.last_presence = self.now

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def sense(self, phone: PhoneState = PhoneState.UNKNOWN) -> Sensed:
        return sense(self.home, ANNA, self.now, phone)


@pytest.fixture
def scene(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Scene:
    return Scene(hass, freezer)


def test_a_still_home_by_day_is_idle_with_little_trust(scene: Scene) -> None:
    sensed = scene.sense()
    assert sensed.activity is Activity.IDLE
    assert sensed.confidence < 0.5
    assert sensed.room is Room.UNKNOWN
    assert sensed.company is Company.ALONE


@pytest.mark.parametrize(
    ("entity_id", "state", "activity", "room"),
    [
        (SOFA, "on", Activity.IDLE, Room.LIVING_ROOM),
        (HOB, "on", Activity.COOKING, Room.KITCHEN),
        (BATH, "on", Activity.GROOMING, Room.BATHROOM),
        (DESK, "on", Activity.WORKING, Room.OFFICE),
        (BED, "on", Activity.ASLEEP, Room.BEDROOM),
        (TV, "playing", Activity.MEDIA, Room.UNKNOWN),
    ],
)
def test_sensors_tell_the_activity(scene: Scene, entity_id: str, state: str, activity: Activity, room: Room) -> None:
    scene.set(entity_id, state)
    sensed = scene.sense()
    assert sensed.activity is activity
    assert sensed.room is room


def test_a_sensor_that_has_just_gone_off_still_counts_for_a_moment(scene: Scene) -> None:
    scene.set(HOB, "on")
    scene.forward(minutes=10)
    scene.set(HOB, "off")
    scene.forward(minutes=2)
    assert scene.sense().activity is Activity.COOKING
    scene.forward(minutes=2)
    assert scene.sense().activity is Activity.IDLE


def test_television_is_surer_when_somebody_sits_before_it(scene: Scene) -> None:
    scene.set(TV, "playing")
    alone = scene.sense()
    scene.set(SOFA, "on")
    assert scene.sense().confidence > alone.confidence


def test_a_call_comes_before_the_room(scene: Scene) -> None:
    scene.set(SOFA, "on")
    assert scene.sense(PhoneState.CALL).activity is Activity.CALL


def test_others_at_home_halve_the_trust_and_hide_the_room(scene: Scene) -> None:
    scene.set(HOB, "on")
    alone = scene.sense()
    scene.hass.states.async_set("person.ben", "home")
    scene.home.people = (ANNA, "person.ben")
    shared = scene.sense()
    assert shared.confidence == alone.confidence / 2
    assert shared.room is Room.UNKNOWN
    assert shared.company is Company.HOUSEHOLD


def test_leaving_becomes_away_and_arriving_ends(scene: Scene) -> None:
    scene.set(ANNA, "not_home")
    assert scene.sense().activity is Activity.LEAVING
    assert scene.sense().room is Room.NOT_HOME
    scene.forward(minutes=6)
    assert scene.sense().activity is Activity.AWAY
    scene.set(ANNA, "home")
    assert scene.sense().activity is Activity.ARRIVING
    scene.forward(minutes=6)
    assert scene.sense().activity is Activity.IDLE


async def test_leaving_the_bed_in_the_morning_is_waking_but_not_in_the_evening(scene: Scene) -> None:
    scene.freezer.move_to(datetime(2026, 11, 25, 7, tzinfo=UTC))
    await scene.hass.config.async_set_time_zone("UTC")
    scene.set(BED, "on")
    scene.forward(minutes=30)
    scene.set(BED, "off")
    scene.forward(minutes=5)
    assert scene.sense().activity is Activity.WAKING
    scene.forward(hours=13)
    scene.set(BED, "on")
    scene.set(BED, "off")
    assert scene.sense().activity is not Activity.WAKING


async def test_a_still_home_at_night_is_asleep_and_surer_with_a_charging_phone(scene: Scene) -> None:
    await scene.hass.config.async_set_time_zone("UTC")
    scene.freezer.move_to(datetime(2026, 11, 25, 1, tzinfo=UTC))
    plain = scene.sense()
    charging = scene.sense(PhoneState.CHARGING)
    assert plain.activity is charging.activity is Activity.ASLEEP
    assert charging.confidence > plain.confidence
    scene.set(SOFA, "on")
    assert scene.sense().activity is Activity.IDLE


def test_a_person_without_a_state_is_unknown(scene: Scene) -> None:
    scene.set(ANNA, "unavailable")
    sensed = scene.sense()
    assert sensed.activity is Activity.UNKNOWN
    assert sensed.confidence == 0


class TestWatch:
    """The running account."""

    @pytest.fixture
    def watch(self) -> Watch:
        return Watch(person=ANNA, rhythm=Rhythm())

    def observe(self, scene: Scene, watch: Watch) -> bool:
        return watch.observe(scene.home, scene.now, PhoneState.UNKNOWN)

    @pytest.mark.parametrize(
        ("steps", "transition"),
        [
            ([(BED, "on"), (BED, "off")], Transition.WOKE_UP),
            ([(SOFA, "on"), (BED, "on")], Transition.GOING_TO_BED),
            ([(SOFA, "on"), (ANNA, "not_home")], Transition.LEFT),
            ([(ANNA, "not_home"), (ANNA, "home")], Transition.ARRIVED),
            ([(SOFA, "on"), (HOB, "on")], Transition.FINISHED_ACTIVITY),
        ],
    )
    def test_transitions(
        self, scene: Scene, watch: Watch, steps: list[tuple[str, str]], transition: Transition
    ) -> None:
        self.observe(scene, watch)
        for entity_id, state in steps:
            scene.forward(minutes=30)
            scene.set(entity_id, state)
            self.observe(scene, watch)
        moment = watch.moment(scene.home, scene.now, HomeMode.NORMAL, Load())
        assert moment.transition is transition
        scene.forward(minutes=6)
        moment = watch.moment(scene.home, scene.now, HomeMode.NORMAL, Load())
        assert moment.transition is Transition.NONE

    def test_company_and_rooms_change(self, scene: Scene, watch: Watch) -> None:
        scene.set(SOFA, "on")
        self.observe(scene, watch)
        scene.hass.states.async_set("person.ben", "home")
        scene.home.people = (ANNA, "person.ben")
        assert self.observe(scene, watch)
        moment = watch.moment(scene.home, scene.now, HomeMode.NORMAL, Load())
        assert moment.transition is Transition.COMPANY_CHANGED
        assert moment.household is Household.COUPLE

    def test_nothing_new_is_no_transition(self, scene: Scene, watch: Watch) -> None:
        assert self.observe(scene, watch)
        scene.forward(minutes=30)
        assert not self.observe(scene, watch)

    def test_a_moment_carries_load_weather_and_mode(self, scene: Scene, watch: Watch) -> None:
        self.observe(scene, watch)
        scene.forward(minutes=20)
        load = Load(delivered_today=2, minutes_since=33)
        moment = watch.moment(scene.home, scene.now, HomeMode.GUEST, load)
        assert moment.weather is Weather.WET
        assert moment.company is Company.GUESTS
        assert (moment.delivered_today, moment.minutes_since_delivery) == (2, 33)
        assert moment.activity_minutes == pytest.approx(20)
        assert moment.household is Household.SINGLE

    def test_a_moment_before_any_reading_is_sensed_on_the_spot(self, scene: Scene, watch: Watch) -> None:
        moment = watch.moment(scene.home, scene.now, HomeMode.NORMAL, Load())
        assert moment.activity is Activity.IDLE
        assert moment.activity_minutes is None

    def test_the_weather_is_unknown_when_its_entity_is_dead(self, scene: Scene, watch: Watch) -> None:
        scene.set("weather.home", "unavailable")
        moment = watch.moment(scene.home, scene.now, HomeMode.NORMAL, Load())
        assert moment.weather is Weather.UNKNOWN
