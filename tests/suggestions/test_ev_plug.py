"""A car at home without its cable: said in the evening, below the level at which it usually is plugged in."""

import pytest

from custom_components.proactive_assistant.suggestions.ev_plug import EvPlug

from ..conftest import ANNA
from .conftest import Stage

BEN = "person.ben"
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
