"""Doors unlocked at bedtime or after leaving."""

from datetime import timedelta

import pytest
from homeassistant.core import Context, ServiceCall

from custom_components.proactive_assistant.actions.execute import async_execute
from custom_components.proactive_assistant.assistant.enums import Activity, RiskClass
from custom_components.proactive_assistant.suggestions.leave_home import LeaveHome
from custom_components.proactive_assistant.suggestions.lock_check import LockCheck

from ..conftest import ANNA, LAMP, TV
from ..factories import suggestion
from .conftest import MOTION, Stage

LOCK, DOOR, BEN = "lock.front", "binary_sensor.front_door", "person.ben"


@pytest.fixture(autouse=True)
def lock(stage: Stage) -> None:
    stage.house.add(LOCK, "locked", area="Hall", device="Front door lock")
    stage.add(DOOR, "off", area="Hall", device_class="door")
    stage.detector = LockCheck(stage.home)


class TestAway:
    def test_unlocked_after_leaving_offers_to_lock(self, stage: Stage) -> None:
        stage.set(LOCK, "unlocked")
        stage.set(ANNA, "not_home", after=5)
        assert not stage.due(after=4.9)
        [finding] = stage.due(after=0.2)
        assert finding.risk is RiskClass.A3
        assert [(item.domain, item.action) for item in finding.actions] == [("lock", "lock")]
        assert finding.risk_present
        assert finding.expires == finding.due + timedelta(minutes=60)

    def test_it_waits_for_the_departure_check_that_names_it(self, stage: Stage) -> None:
        stage.set(LOCK, "unlocked")
        stage.set(LAMP, "on")
        stage.set(ANNA, "not_home", after=5)
        assert not stage.due(after=14.9)
        assert stage.due(after=0.2)
        departure = LeaveHome(stage.home)
        assert list(departure.findings(stage.now))
        stage.set(LAMP, "off")
        assert not list(departure.findings(stage.now))

    def test_never_on_an_open_door(self, stage: Stage) -> None:
        stage.set(LOCK, "unlocked")
        stage.set(DOOR, "on")
        stage.set(ANNA, "not_home", after=5)
        assert not stage.found(after=30)

    def test_somebody_who_moves_inside_is_not_locked_in(self, stage: Stage) -> None:
        stage.set(LOCK, "unlocked")
        stage.set(ANNA, "not_home", after=5)
        stage.set(MOTION, "on", after=10)
        assert not stage.found(after=30)

    def test_a_resident_at_the_door_is_not_locked_out(self, stage: Stage) -> None:
        config = stage.house.hass.config
        stage.set(LOCK, "unlocked")
        stage.set(ANNA, "not_home", after=5)
        stage.put(ANNA, "not_home", after=20, latitude=config.latitude + 0.001, longitude=config.longitude)
        assert not stage.found()
        stage.put(ANNA, "not_home", after=1, latitude=config.latitude + 0.1, longitude=config.longitude)
        assert stage.due()

    def test_a_door_that_is_never_locked_is_meant_so(self, stage: Stage) -> None:
        stage.set(LOCK, "unlocked")
        for _ in range(4):
            stage.set(ANNA, "not_home", after=60)
            stage.set(ANNA, "home", after=60)
        stage.set(ANNA, "not_home", after=60)
        assert not stage.found(after=30)

    def test_coming_home_ends_it(self, stage: Stage) -> None:
        stage.set(LOCK, "unlocked")
        stage.set(ANNA, "not_home", after=5)
        assert stage.due(after=20)
        stage.set(ANNA, "home")
        assert not stage.found()

    @pytest.mark.parametrize("state", ["jammed", "unavailable", "unknown", "locking", "unlocking"])
    def test_a_bolt_that_is_stuck_or_moves_is_not_offered_to_be_locked(self, stage: Stage, state: str) -> None:
        stage.set(LOCK, "unlocked")
        stage.set(ANNA, "not_home", after=5)
        assert stage.due(after=20)
        stage.set(LOCK, state)
        assert not stage.found(after=1)

    @pytest.mark.parametrize(
        ("entity_id", "state"),
        [(DOOR, "on"), (LOCK, "locked"), (LOCK, "jammed"), (LOCK, "unavailable"), (LOCK, "open")],
    )
    async def test_between_the_offer_and_the_tap_it_is_looked_at_again(
        self, stage: Stage, entity_id: str, state: str
    ) -> None:
        hass, calls = stage.house.hass, []

        async def lock_it(call: ServiceCall) -> None:
            calls.append(call.data["entity_id"])

        hass.services.async_register("lock", "lock", lock_it)
        stage.set(LOCK, "unlocked")
        stage.set(ANNA, "not_home", after=5)
        [finding] = stage.due(after=20)
        item = suggestion("lock_check", actions=finding.actions, risk=finding.risk)
        was = hass.states.get(entity_id)
        assert was is not None
        stage.set(entity_id, state)
        assert await async_execute(hass, stage.home, item, Context()) == ()
        stage.set(entity_id, was.state)
        assert await async_execute(hass, stage.home, item, Context()) == (LOCK,)
        assert calls == [[LOCK]]


class TestNight:
    def test_unlocked_at_bedtime_is_said_a_quarter_later(self, stage: Stage) -> None:
        stage.set(LOCK, "unlocked")
        assert not stage.found(after=60)
        stage.at(22, 50)
        stage.set(MOTION, "on")
        stage.set(MOTION, "off", after=1)
        stage.at(23, 14)
        assert not stage.due()
        [finding] = stage.due(after=2)
        assert finding.facts["why"] == "lock_night"
        assert finding.risk_present

    def test_who_is_still_up_locks_when_they_go(self, stage: Stage) -> None:
        stage.set(LOCK, "unlocked")
        stage.at(23, 10)
        stage.set(MOTION, "on")
        stage.set(MOTION, "off", after=30)
        assert not stage.due(after=10)
        assert stage.due(after=10)

    def test_even_who_stays_up_hears_of_it_in_the_end(self, stage: Stage) -> None:
        stage.set(LOCK, "unlocked")
        stage.at(22, 50)
        stage.set(MOTION, "on")
        stage.at(0, 59, days=1)
        assert not stage.due()
        assert stage.due(after=2)

    def test_who_goes_to_bed_hours_late_hears_of_it_then(self, stage: Stage) -> None:
        stage.set(LOCK, "unlocked")
        stage.at(23, 0)
        stage.set(MOTION, "on")
        stage.at(0, 35, days=1)
        stage.set(MOTION, "off")
        assert not stage.due(after=14)
        [finding] = stage.due(after=2)
        assert finding.expires is not None
        assert finding.expires - stage.now > timedelta(minutes=55)

    def test_the_learned_bedtime_counts(self, stage: Stage) -> None:
        rhythm = stage.home.habits.rhythm_of("anna")
        for day in range(7, 14):
            evening = stage.now.replace(day=day, hour=19)
            rhythm.add(Activity.IDLE, evening, evening.replace(hour=21))
            rhythm.add(Activity.ASLEEP, evening.replace(hour=21), evening.replace(hour=23, minute=59))
        stage.set(LOCK, "unlocked")
        stage.at(21, 16)
        assert stage.due()

    def test_who_is_still_expected_gets_an_hour(self, stage: Stage) -> None:
        stage.house.hass.states.async_set(BEN, "not_home")
        stage.refresh()
        stage.set(LOCK, "unlocked")
        stage.at(23, 50)
        assert not stage.due()
        assert stage.due(after=11)

    def test_nobody_is_woken_for_it(self, stage: Stage) -> None:
        bed = stage.add("binary_sensor.bed", "off", area="Bedroom", device_class="occupancy")
        stage.set(LOCK, "unlocked")
        stage.at(23, 20)
        stage.set(bed, "on")
        [finding] = stage.due()
        assert not finding.risk_present

    @pytest.mark.parametrize("awake", ["binary_sensor.sofa", TV])
    def test_who_sits_still_on_the_sofa_or_before_a_film_is_up(self, stage: Stage, awake: str) -> None:
        stage.add("binary_sensor.sofa", "off", area="Living room", device_class="occupancy")
        stage.set(LOCK, "unlocked")
        stage.at(22, 30)
        stage.set(awake, "playing" if awake == TV else "on")
        # Until late, who sits up is left to lock when they go.
        stage.at(1, 5, days=1)
        [finding] = stage.due()
        assert finding.risk_present

    def test_morning_and_day_are_none_of_its_business(self, stage: Stage) -> None:
        stage.set(LOCK, "unlocked")
        for hour in (5, 8, 14, 20, 22):
            stage.at(hour, days=1)
            assert not stage.found()

    @pytest.mark.parametrize("state", ["locked", "locking", "jammed", "unavailable", "unknown"])
    def test_it_ends_when_it_is_locked_or_silent(self, stage: Stage, state: str) -> None:
        stage.set(LOCK, "unlocked")
        stage.at(23, 30)
        assert stage.due()
        stage.set(LOCK, state)
        assert not stage.found()


def test_no_button_when_a_code_is_needed(stage: Stage) -> None:
    stage.put(LOCK, "unlocked", code_format="^\\d{4}$")
    stage.at(23, 30)
    [finding] = stage.due()
    assert not finding.actions


def test_a_sensor_is_said_without_a_button_and_once(stage: Stage) -> None:
    sensor = stage.add("binary_sensor.back_door_lock", "off", area="Utility room", device_class="lock")
    twin = stage.add("binary_sensor.front_lock", "off", device="Front door lock", device_class="lock")
    for entity_id in (sensor, twin):
        stage.set(entity_id, "on")
    stage.set(LOCK, "unlocked")
    stage.at(23, 30)
    assert {item.entity_ids: bool(item.actions) for item in stage.due()} == {(sensor,): False, (LOCK,): True}
