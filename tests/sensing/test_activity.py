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
from custom_components.proactive_assistant.sensing.bookkeeping import Bookkeeper
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
    assert scene.sense().activity is not Activity.COOKING


def test_television_is_surer_when_somebody_sits_before_it(scene: Scene) -> None:
    scene.set(TV, "playing")
    alone = scene.sense()
    scene.set(SOFA, "on")
    assert scene.sense().confidence > alone.confidence


def test_a_call_comes_before_the_room(scene: Scene) -> None:
    scene.set(SOFA, "on")
    assert scene.sense(PhoneState.CALL).activity is Activity.CALL


def test_others_at_home_weaken_the_trust_and_hide_the_room(scene: Scene) -> None:
    scene.set(HOB, "on")
    alone = scene.sense()
    scene.hass.states.async_set("person.ben", "home")
    scene.home.people = (ANNA, "person.ben")
    shared = scene.sense()
    assert shared.confidence < alone.confidence
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


class TestNight:
    """A home without a sensor in its bed, lived in through its bookkeeping."""

    BEDROOM, LIVING, KITCHEN = (f"binary_sensor.{room}" for room in ("bedroom", "living_room", "kitchen"))

    @pytest.fixture(autouse=True)
    async def _night(self, scene: Scene) -> None:
        await scene.hass.config.async_set_time_zone("UTC")
        scene.freezer.move_to(datetime(2026, 11, 24, 21, tzinfo=UTC))
        for entity_id in (BED, SOFA, HOB, BATH, DESK):
            scene.hass.states.async_remove(entity_id)
        for entity_id, name in ((self.BEDROOM, "Bedroom"), (self.LIVING, "Living room"), (self.KITCHEN, "Kitchen")):
            values = {"device_class": "motion", "friendly_name": f"{name} motion"}
            scene.hass.states.async_set(entity_id, "off", values)
        scene.home.map = survey(scene.hass)
        self.books = Bookkeeper(scene.home)
        self.scene = scene

    def blink(self, entity_id: str, minutes: float = 1) -> None:
        """Move in a room."""
        for state, long in (("on", minutes), ("off", 0.0)):
            old = self.scene.hass.states.get(entity_id)
            self.scene.set(entity_id, state)
            new = self.scene.hass.states.get(entity_id)
            assert new is not None
            self.books.changed(old, new, self.scene.now)
            self.scene.forward(minutes=long)

    def at(self, hour: int, minute: int = 0, day: int = 25) -> None:
        self.scene.freezer.move_to(datetime(2026, 11, day, hour, minute, tzinfo=UTC))

    def activity(self) -> Activity:
        return self.scene.sense().activity

    def test_whoever_turns_over_in_bed_is_not_woken(self) -> None:
        self.blink(self.LIVING)
        self.blink(self.BEDROOM)
        self.at(2)
        assert self.activity() is Activity.ASLEEP
        self.blink(self.BEDROOM)
        assert self.activity() is Activity.ASLEEP

    def test_whoever_undresses_and_lies_down_sleeps_a_quarter_of_an_hour_later(self) -> None:
        self.at(22, day=24)
        self.blink(self.LIVING)
        for _ in range(4):
            self.blink(self.BEDROOM)
            self.scene.forward(minutes=1.5)
        self.scene.forward(minutes=5)
        assert self.activity() is not Activity.ASLEEP
        self.scene.forward(minutes=10)
        assert self.activity() is Activity.ASLEEP

    def test_a_screen_left_on_does_not_keep_the_home_awake(self) -> None:
        self.scene.set(TV, "playing")
        self.blink(self.LIVING)
        self.blink(self.BEDROOM)
        self.scene.forward(minutes=30)
        assert self.activity() is Activity.MEDIA
        self.scene.forward(minutes=20)
        assert self.activity() is Activity.ASLEEP

    def test_whoever_watches_in_a_room_that_nothing_sees_is_not_asleep(self) -> None:
        self.scene.hass.states.async_remove(self.LIVING)
        self.scene.home.map = survey(self.scene.hass)
        self.scene.set(TV, "playing")
        self.blink(self.KITCHEN)
        self.at(0)
        assert self.activity() is Activity.MEDIA

    def test_a_late_riser_sleeps_on_and_then_wakes(self) -> None:
        self.blink(self.LIVING)
        self.blink(self.BEDROOM)
        self.at(9, 30)
        assert self.activity() is Activity.ASLEEP
        for _ in range(3):
            self.blink(self.BEDROOM)
            self.scene.forward(minutes=1)
        assert self.activity() is Activity.WAKING
        self.blink(self.KITCHEN)
        assert self.activity() is Activity.EATING

    def test_a_morning_that_few_sensors_watch_is_not_taken_for_a_night(self) -> None:
        self.blink(self.BEDROOM)
        self.blink(self.LIVING)
        self.at(3)
        assert self.activity() is Activity.ASLEEP
        self.at(8)
        assert self.activity() is Activity.IDLE

    def test_whoever_was_up_in_the_morning_and_sits_still_is_not_asleep(self) -> None:
        self.at(7)
        self.blink(self.BEDROOM)
        self.blink(self.KITCHEN)
        self.at(9, 30)
        assert self.activity() is Activity.IDLE


def test_whoever_moves_in_the_kitchen_eats_and_cooks_while_the_oven_is_hot(scene: Scene) -> None:
    scene.hass.states.async_set("binary_sensor.table", "on", {"device_class": "motion", "friendly_name": "Kitchen"})
    scene.hass.states.async_set("sensor.oven", "0", {
        "device_class": "power", "unit_of_measurement": "W", "friendly_name": "Kitchen oven power",
    })  # fmt: skip
    scene.home.map = survey(scene.hass)
    assert scene.sense().activity is Activity.EATING
    scene.set("sensor.oven", "1900")
    assert scene.sense().activity is Activity.COOKING


def test_whoever_sits_still_is_where_they_moved_last_for_a_while(scene: Scene) -> None:
    scene.set(DESK, "on")
    scene.forward(minutes=1)
    scene.set(DESK, "off")
    scene.forward(minutes=10)
    assert scene.sense().activity is Activity.WORKING
    scene.forward(minutes=15)
    assert scene.sense().activity is Activity.IDLE


def test_a_guests_phone_makes_company_once_it_stays(scene: Scene) -> None:
    scene.hass.states.async_set("device_tracker.guest_phone", "home", {"friendly_name": "Guest phone"})
    scene.home.map = survey(scene.hass)
    assert scene.sense().company is Company.ALONE
    scene.forward(minutes=11)
    scene.set(TV, "playing")
    assert scene.sense().activity is Activity.HOSTING
    assert scene.sense().company is Company.GUESTS


def test_what_is_said_of_somebody_without_a_phone_is_less_sure(scene: Scene) -> None:
    scene.set(SOFA, "on")
    there = scene.sense()
    scene.set(ANNA, "unknown")
    assert scene.sense().activity is there.activity
    assert 0 < scene.sense().confidence < there.confidence


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
