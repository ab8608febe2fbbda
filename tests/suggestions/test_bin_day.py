"""Bins: the evening before, whatever says so."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.proactive_assistant.assistant.enums import Activity
from custom_components.proactive_assistant.sensing.profile import Profile
from custom_components.proactive_assistant.suggestions.bin_day import BinDay

from ..conftest import ANNA
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


def lives(stage: Stage, person: str, hours: dict[int, Activity], *, days: int = 10, first: int = 2) -> None:
    """Let a resident spend the hours of some days so; the second of November is a Monday."""
    rhythm = stage.home.habits.rhythm_of(person)
    for number in range(days):
        for hour, activity in hours.items():
            begin = datetime(2026, 11, first, hour, tzinfo=UTC) + timedelta(days=number // 5 * 7 + number % 5)
            rhythm.add(activity, begin, begin + timedelta(hours=1))


def due_at(stage: Stage) -> float:
    """Return the hour of the evening from which the bins are worth a word."""
    stage.at(9)
    [finding] = stage.found()
    assert finding.due.date() == datetime(2026, 11, 24, tzinfo=UTC).date()
    return finding.due.hour + finding.due.minute / 60


@pytest.mark.parametrize(
    ("out", "hour"),
    [
        ((), 19),
        ((17, 18, 19), 20),
        ((17, 18, 19, 20), 21),
        ((19, 20, 21), 18),
        ((18, 19, 20, 21), 17),
        ((17, 18, 19, 20, 21), 19),
    ],
)
def test_it_is_said_when_somebody_is_usually_in(stage: Stage, out: tuple[int, ...], hour: int) -> None:
    stage.add("calendar.bins", "off", **TOMORROW)
    lives(stage, ANNA, {at: Activity.AWAY if at in out else Activity.MEDIA for at in range(15, 24)})
    assert due_at(stage) == hour


def test_the_evening_is_the_usual_one_until_others_are_known(stage: Stage) -> None:
    stage.add("calendar.bins", "off", **TOMORROW)
    evening = {19: Activity.AWAY, 20: Activity.COOKING}
    lives(stage, ANNA, evening, days=4)
    assert due_at(stage) == 19
    lives(stage, ANNA, evening, days=1, first=9)
    assert due_at(stage) == 20


def test_one_who_is_in_is_enough_and_one_who_sleeps_is_not(stage: Stage) -> None:
    stage.add("calendar.bins", "off", **TOMORROW)
    lives(stage, ANNA, {19: Activity.AWAY, 20: Activity.EATING})
    lives(stage, "person.ben", {19: Activity.ASLEEP, 20: Activity.ASLEEP})
    assert due_at(stage) == 20
    lives(stage, "person.cleo", {19: Activity.IDLE})
    assert due_at(stage) == 19


def test_evenings_before_a_monday_have_hours_of_their_own(stage: Stage) -> None:
    stage.add("calendar.bins", "off", start_time="2026-11-23 00:00:00", message="Paper")
    lives(stage, ANNA, {19: Activity.AWAY, 20: Activity.EATING})
    stage.at(20, days=-2)
    [finding] = stage.due()
    assert finding.due == datetime(2026, 11, 22, 19, tzinfo=UTC)


@pytest.mark.parametrize(
    ("takers", "home", "told"),
    [
        (("ben",) * 5, ("anna", "ben"), ("ben",)),
        (("ben",) * 4, ("anna", "ben"), ()),
        (("anna", *("ben",) * 5), ("anna", "ben"), ("ben",)),
        (("anna", "anna", *("ben",) * 5), ("anna", "ben"), ()),
        # Out that evening, alone or with everybody: then it is for whoever is in, or first home.
        (("ben",) * 5, ("anna",), ()),
        (("ben",) * 5, (), ("ben",)),
        # Who has moved out takes nothing out.
        (("cleo",) * 5, ("anna", "ben"), ()),
        ((), ("anna", "ben"), ()),
    ],
)
def test_whoever_usually_does_it_hears_of_it_in_the_evening_and_all_in_the_morning(
    stage: Stage, takers: tuple[str, ...], home: tuple[str, ...], told: tuple[str, ...]
) -> None:
    stage.add("calendar.bins", "off", **TOMORROW)
    for name in ("anna", "ben"):
        stage.house.hass.states.async_set(f"person.{name}", "home" if name in home else "not_home")
        stage.home.profiles[f"person.{name}"] = Profile()
    stage.refresh()
    stage.home.takers = lambda _kind: tuple(f"person.{name}" for name in takers)
    stage.at(19, 1)
    [finding] = stage.due()
    assert finding.persons == tuple(f"person.{name}" for name in told)
    stage.at(7, days=1)
    assert stage.due()[0].persons == ()
