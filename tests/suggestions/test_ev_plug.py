"""A car at home without its cable: said in the evening, below the level at which it usually is plugged in."""

from datetime import timedelta

import pytest

from custom_components.proactive_assistant.actions.execute import effective
from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.suggestions.ev_plug import EvPlug

from ..conftest import ANNA
from ..factories import suggestion
from .conftest import Stage

BEN = "person.ben"
CHARGER = "switch.wallbox_charging"
LEVEL, CABLE, CAR = "sensor.tesla_battery", "binary_sensor.tesla_cable", "device_tracker.tesla"


@pytest.fixture(autouse=True)
def car(stage: Stage) -> None:
    stage.house.add(LEVEL, "30", device="Tesla", device_class="battery", unit_of_measurement="%")
    stage.house.add(CABLE, "off", device="Tesla", device_class="plug")
    stage.add(CAR, "home", device="Tesla")
    stage.detector = EvPlug(stage.home)


def test_an_empty_car_is_mentioned_in_the_evening(stage: Stage) -> None:
    stage.at(17, 59)
    assert not stage.due()
    stage.at(18)
    [finding] = stage.due()
    assert (finding.facts["name"], finding.facts["value"]) == ("Tesla", "30 %")
    assert not finding.actions


def test_who_has_just_parked_may_be_about_to_plug_in(stage: Stage) -> None:
    stage.set(CAR, "not_home")
    stage.at(20)
    stage.set(CAR, "home")
    assert not stage.due(after=14)
    assert stage.due(after=2)


@pytest.mark.parametrize(("entity_id", "state"), [(CABLE, "on"), (CAR, "not_home"), (LEVEL, "85"), (LEVEL, "50")])
def test_plugged_in_driven_away_or_full_enough_ends_it(stage: Stage, entity_id: str, state: str) -> None:
    stage.at(20)
    assert stage.due()
    stage.set(entity_id, state)
    assert not stage.found()


@pytest.mark.parametrize("entity_id", [CABLE, CAR, LEVEL])
@pytest.mark.parametrize("state", ["unavailable", "unknown"])
def test_what_is_not_known_is_not_said(stage: Stage, entity_id: str, state: str) -> None:
    stage.at(20)
    stage.set(entity_id, state)
    assert not stage.found()


def test_the_level_at_which_people_plug_in_is_learned(stage: Stage) -> None:
    for _ in range(6):
        stage.set(LEVEL, "20")
        stage.set(CABLE, "on", after=60)
        stage.set(CABLE, "off", after=60)
    stage.set(LEVEL, "30")
    stage.at(20, days=1)
    assert not stage.found()
    stage.set(LEVEL, "15")
    assert stage.due()


def test_eighty_percent_is_always_plenty(stage: Stage) -> None:
    for _ in range(6):
        stage.set(LEVEL, "95")
        stage.set(CABLE, "on", after=60)
        stage.set(CABLE, "off", after=60)
    stage.set(LEVEL, "80")
    stage.at(20, days=1)
    assert not stage.found()


class TestNoPlace:
    """A car that does not say where it is comes and goes with its people."""

    @pytest.fixture(autouse=True)
    def _silent(self, stage: Stage) -> None:
        stage.house.hass.states.async_remove(CAR)
        stage.add(BEN, "home")

    def test_it_is_on_the_road_with_who_drives_it_though_the_other_is_in(self, stage: Stage) -> None:
        stage.set(ANNA, "not_home", after=60)
        stage.set(BEN, "not_home")
        stage.set(BEN, "home", after=200)
        stage.at(19)
        assert not stage.found()
        stage.set(LEVEL, "25")
        stage.set(ANNA, "home", after=1)
        assert stage.due(after=16)

    def test_it_is_in_with_who_brought_it_though_the_other_is_out(self, stage: Stage) -> None:
        stage.set(BEN, "not_home")
        stage.set(ANNA, "not_home", after=60)
        stage.set(LEVEL, "25", after=60)
        stage.set(ANNA, "home", after=20)
        stage.at(19)
        assert stage.due()

    def test_it_is_in_when_everybody_is(self, stage: Stage) -> None:
        stage.at(19, days=1)
        assert stage.due()


def test_it_is_over_in_the_morning(stage: Stage) -> None:
    stage.at(20)
    [finding] = stage.due()
    assert finding.expires is not None
    assert (finding.expires.hour, finding.expires.day) == (8, 25)


def test_unplugging_teaches_no_level(stage: Stage) -> None:
    """Only the level at which the cable goes in counts, not that at which it comes out."""
    for _ in range(4):
        stage.set(LEVEL, "40")
        stage.set(CABLE, "on", after=60)
        stage.set(LEVEL, "78", after=120)
        stage.set(CABLE, "off", after=60)
    stage.at(20, days=1)
    assert not stage.found(), "78 % is plenty for who plugs in at 40"
    stage.set(LEVEL, "39")
    assert stage.due()
    stage.set(CABLE, "on")
    assert not stage.found()
    stage.set(CABLE, "off", after=10)
    assert stage.due(after=16)


def test_plugging_in_is_an_answer_and_driving_away_is_none(stage: Stage) -> None:
    stage.at(20)
    [finding] = stage.due()
    detector = stage.detector
    assert detector is not None
    told = suggestion("ev_plug", entity_ids=finding.entity_ids)
    stage.set(CAR, "not_home")
    assert not detector.by_hand(told)
    stage.set(CABLE, "on")
    assert detector.by_hand(told)


class TestCharger:
    """A charger that mostly starts by itself and rests tonight."""

    @pytest.fixture(autouse=True)
    def _wallbox(self, stage: Stage) -> None:
        stage.add(CHARGER, "off", device="Wallbox")

    def live(self, stage: Stage, *, starts: int, of: int) -> None:
        stage.set(LEVEL, "30")
        for day in range(of):
            stage.at(17, days=day)
            stage.set(CABLE, "on")
            if day < starts:
                stage.set(CHARGER, "on", after=1)
            stage.set(CHARGER, "off", after=240)
            stage.set(CABLE, "off", after=600)
        stage.at(19, days=of)
        stage.set(CABLE, "on")

    def test_it_is_offered_to_start(self, stage: Stage) -> None:
        self.live(stage, starts=5, of=5)
        assert not stage.due(after=14)
        [finding] = stage.due(after=2)
        assert finding.facts["why"] == "car_rests"
        [action] = finding.actions
        assert (action.domain, action.action, action.entity_ids) == ("switch", "turn_on", (CHARGER,))
        assert action.risk is RiskClass.A2
        assert effective(stage.home, action) == (CHARGER,)
        stage.set(CHARGER, "on")
        assert not stage.found()
        assert not effective(stage.home, action)

    @pytest.mark.parametrize(("starts", "of"), [(0, 0), (2, 2), (0, 6), (3, 6)])
    def test_who_charges_by_a_schedule_is_told_nothing(self, stage: Stage, starts: int, of: int) -> None:
        self.live(stage, starts=starts, of=of)
        assert not stage.found(after=60)

    def test_enough_in_the_car_needs_nothing(self, stage: Stage) -> None:
        self.live(stage, starts=5, of=5)
        stage.set(LEVEL, "80")
        assert not stage.found(after=60)

    def test_cheap_hours_ahead_are_a_reason_to_plug_in_and_to_wait(self, stage: Stage) -> None:
        self.live(stage, starts=5, of=5)
        start = stage.now.replace(minute=0)
        hours = [(start + timedelta(hours=hour), 0.10 if 4 <= hour < 8 else 0.40) for hour in range(14)]
        raw = [{"start": at.isoformat(), "value": price} for at, price in hours]
        stage.add("sensor.electricity_price", "0.4", unit_of_measurement="EUR/kWh", raw_today=raw)
        assert not stage.found(after=20)
        stage.set(CABLE, "off")
        stage.set(LEVEL, "25")
        [finding] = stage.due(after=20)
        assert finding.facts["why"] == "car_off_cheap"
        assert finding.facts["left"] == hours[4][0].isoformat()
