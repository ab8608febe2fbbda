"""Dry plants as one list by day, and a sprinkler's run that rain makes needless."""

from datetime import timedelta

import pytest

from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.sensing.forecast import Forecast, Span
from custom_components.proactive_assistant.suggestions.watering import Watering

from ..conftest import ANNA
from .conftest import Stage

FERN, PALM, NEXT, DELAY = "sensor.fern", "sensor.palm", "sensor.next_irrigation", "switch.rain_delay"


@pytest.fixture(autouse=True)
def garden(stage: Stage) -> None:
    for plant in (FERN, PALM):
        stage.house.add(plant, "40", area="Office", device_class="moisture", unit_of_measurement="%")
    stage.house.add(NEXT, "unknown", device="Irrigation", device_class="timestamp")
    stage.add(DELAY, "off", device="Irrigation")
    stage.detector = Watering(stage.home)


def rain(stage: Stage, millimetres: float) -> None:
    span = Span(start=stage.now, end=stage.now + timedelta(hours=6), millimetres=millimetres)
    stage.home.forecast = Forecast(spans=(span,), asked=stage.now)


def test_dry_plants_are_one_list(stage: Stage) -> None:
    stage.set(FERN, "15")
    stage.set(PALM, "10", after=5)
    assert not stage.due(after=50)
    [finding] = stage.due(after=10)
    assert finding.facts["rooms"] == {"Office": ["Fern 15 %", "Palm 10 %"]}
    assert not finding.actions


def test_watering_ends_it_and_the_edge_is_one_situation(stage: Stage) -> None:
    stage.set(FERN, "19")
    assert stage.found()
    stage.set(FERN, "21")
    assert stage.found()
    stage.set(FERN, "60")
    assert not stage.found()


def test_each_plant_has_a_level_of_its_own(stage: Stage) -> None:
    for _ in range(3):
        stage.set(FERN, "8", after=60)
        stage.set(FERN, "50", after=60)
    stage.set(FERN, "12")
    stage.set(PALM, "12")
    [finding] = stage.found()
    assert finding.entity_ids == (PALM,)


def test_by_day_and_at_home(stage: Stage) -> None:
    stage.at(22)
    stage.set(FERN, "10")
    [finding] = stage.found()
    assert (finding.due.hour, finding.due.day) == (8, 25)
    stage.at(9, days=1)
    assert stage.due()
    # Whoever leaves has watered nothing: it lasts, and is said when somebody is in.
    stage.set(ANNA, "not_home")
    assert stage.found()
    assert not stage.due(after=180)
    stage.set(ANNA, "home")
    assert stage.due()


@pytest.mark.parametrize("state", ["unavailable", "unknown", "nan", "-5", "140"])
def test_a_broken_sensor_is_no_dry_plant(stage: Stage, state: str) -> None:
    stage.set(FERN, state)
    assert not stage.found()


def test_rain_before_a_run_offers_to_skip_it(stage: Stage) -> None:
    stage.set(NEXT, (stage.now + timedelta(hours=10)).isoformat())
    rain(stage, 8)
    [finding] = stage.due()
    [action] = finding.actions
    assert (action.domain, action.action, action.entity_ids) == ("switch", "turn_on", (DELAY,))
    assert finding.risk is RiskClass.A2
    assert finding.facts["value"] == "8 mm"


@pytest.mark.parametrize("millimetres", [0, 3, 5])
def test_a_drizzle_is_no_watering(stage: Stage, millimetres: float) -> None:
    stage.set(NEXT, (stage.now + timedelta(hours=10)).isoformat())
    rain(stage, millimetres)
    assert not stage.found()


def test_a_run_far_ahead_over_or_skipped_is_no_matter(stage: Stage) -> None:
    rain(stage, 8)
    for hours in (-1, 30):
        stage.set(NEXT, (stage.now + timedelta(hours=hours)).isoformat())
        assert not stage.found()
    stage.set(NEXT, (stage.now + timedelta(hours=10)).isoformat())
    assert stage.found()
    stage.set(DELAY, "on")
    assert not stage.found()


def test_without_a_rain_delay_it_is_said_without_a_button(stage: Stage) -> None:
    other = stage.add("sensor.next_sprinkler_run", "unknown", device="Other", device_class="timestamp")
    stage.set(DELAY, "unavailable")
    stage.set(other, (stage.now + timedelta(hours=10)).isoformat())
    rain(stage, 8)
    [finding] = stage.found()
    assert not finding.actions
