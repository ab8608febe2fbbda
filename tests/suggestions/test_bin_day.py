"""Bins: the evening before, whatever says so."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.proactive_assistant.suggestions.bin_day import BinDay

from .conftest import Stage

TOMORROW = {"start_time": "2026-11-25 00:00:00", "all_day": True, "message": "Paper"}


@pytest.fixture(autouse=True)
def _detector(stage: Stage) -> None:
    stage.detector = BinDay(stage.home)


def test_the_evening_before_until_the_morning_of_the_day(stage: Stage) -> None:
    stage.add("calendar.bins", "off", **TOMORROW)
    assert not stage.due()
    stage.at(19, 1)
    [finding] = stage.due()
    assert finding.facts == {"names": ["Paper"], "day": "2026-11-25"}
    assert finding.expires == datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
    stage.at(6, 29, days=1)
    assert [item.situation for item in stage.due()] == [finding.situation]
    # What was not done in the evening is said once more.
    stage.at(6, 31, days=1)
    [again] = stage.due()
    assert again.situation == f"{finding.situation}:morning"
    assert again.expires == datetime(2026, 11, 25, 10, tzinfo=UTC)
    stage.at(10, 46, days=1)
    assert not stage.found()


def test_the_gate_counts_as_done(stage: Stage) -> None:
    gate = stage.add("binary_sensor.garden_gate", "off", device_class="opening")
    stage.add("calendar.bins", "off", **TOMORROW)
    stage.at(20)
    assert stage.due()
    stage.set(gate, "on")
    stage.set(gate, "off", after=2)
    assert not stage.found()
    stage.at(7, days=1)
    assert not stage.found()


@pytest.mark.parametrize(
    ("state", "attributes"),
    [
        ("2026-11-25", {"device_class": "date"}),
        ("2026-11-25T06:00:00+00:00", {"device_class": "timestamp"}),
        ("in 1 day", {"daysTo": 1}),
        ("1", {"days": 1}),
    ],
)
def test_sensors_say_it_in_many_ways(stage: Stage, state: str, attributes: dict[str, object]) -> None:
    stage.add("sensor.paper_waste", state, **attributes)
    stage.at(19, 1)
    [finding] = stage.due()
    assert finding.facts["names"] == ["Paper waste"]


def test_two_bins_on_one_day_are_one_message(stage: Stage) -> None:
    stage.add("sensor.paper_waste", "2026-11-25", device_class="date")
    stage.add("sensor.glass_waste", "2026-11-25", device_class="date")
    stage.add("sensor.bio_waste", "2026-11-27", device_class="date")
    stage.at(19, 1)
    [finding] = stage.due()
    assert finding.facts["names"] == ["Glass waste", "Paper waste"]


@pytest.mark.parametrize(
    "state",
    ["unavailable", "unknown", "soon", "2026-13-45", "", "9999999999", "2026-11-20", "0001-01-01", "9999-12-31"],
)
def test_what_is_no_date_ahead_is_no_news(stage: Stage, state: str) -> None:
    stage.add("sensor.paper_waste", state, device_class="date")
    stage.at(19, 1)
    assert not stage.found()


@pytest.mark.parametrize("junk", [None, 3, float("nan"), ["x"], "tomorrow"])
def test_a_calendar_may_say_anything(stage: Stage, junk: object) -> None:
    stage.add("calendar.bins", "off", start_time=junk, message=junk)
    assert not stage.found()


def test_summer_time_does_not_move_it(stage: Stage) -> None:
    stage.add("sensor.paper_waste", "2027-03-28", device_class="date")
    stage.freezer.move_to(datetime(2027, 3, 27, 19, 1, tzinfo=UTC))
    assert stage.due()
    assert not stage.due(after=timedelta(days=1).total_seconds() / 60)
