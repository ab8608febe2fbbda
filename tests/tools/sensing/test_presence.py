"""Who is where and doing what: how it is counted, and what the records of it say."""

import importlib.util
from collections.abc import Callable

import numpy as np
import pytest

if not importlib.util.find_spec("pyarrow") or not importlib.util.find_spec("time_machine"):
    pytest.skip("needs the lab's and the demo's groups", allow_module_level=True)

from custom_components.proactive_assistant.assistant.enums import Activity, Company, PhoneState, Room
from custom_components.proactive_assistant.sensing.activity import Sensed
from tools.results import Record
from tools.sensing.activity_records import SIZE, balanced, by_hour, calibration
from tools.sensing.pool import Lived
from tools.sensing.presence import BINS, EDGES, INDEX, NAMES, Tally, shown_in, tally, truth_at
from tools.sensing.presence_records import records_of
from tools.sensing.readings import Course, Journal
from tools.sensing.script import write_script
from tools.sensing.stage import Stage, absences_of
from tools.streams import Family

DAYS = 12
END = DAYS * 1440.0


def sensed(activity: str, confidence: float = 0.9) -> Sensed:
    return Sensed(
        activity=Activity(activity),
        confidence=confidence,
        room=Room.UNKNOWN,
        company=Company.ALONE,
        phone=PhoneState.UNKNOWN,
    )


@pytest.fixture(scope="module")
def stage() -> Stage:
    return write_script(203, Family.A, DAYS, 12)


def lives(stage: Stage, minute: float) -> str:
    """Return what the first member does; by the product's word only who has gone is leaving."""
    found = truth_at(stage, 0, minute)
    return "idle" if found == "leaving" else found


def told(stage: Stage, say: Callable[[float], str], late: float = 0.0) -> Tally:
    """Return the counts of a member of whom something is said every minute, some minutes late."""
    journal = Journal(stage)
    course = journal.people.setdefault(0, Course())
    for minute in range(int(END)):
        course.note(minute + late, sensed(say(float(minute))))
    return tally(journal, 0, 1440.0, END - 360)


def test_a_value_holds_until_the_next_one() -> None:
    course = Course[str]()
    for minute, value in ((10, "a"), (20, "a"), (30, "b"), (40, "a")):
        course.note(minute, value)
    assert [course.at(minute) for minute in (9, 10, 29.9, 30, 50)] == [None, "a", "a", "b", "a"]
    assert course.first(15, 60, lambda value: value == "b") == 30
    assert course.first(31, 60, lambda value: value == "b") == 31
    assert course.first(41, 60, lambda value: value == "b") is None
    assert course.first(12, 30, lambda value: value == "b") is None


def test_who_is_told_of_as_they_are_has_no_mistake(stage: Stage) -> None:
    found = told(stage, lambda minute: lives(stage, minute))
    assert found.places[0, 1] == found.places[1, 0] == found.places[:, 2].sum() == 0
    assert found.places.sum() > 1000
    assert np.trace(found.said) == found.said.sum() > 0
    assert np.trace(found.hidden) == found.hidden.sum() - found.hidden[INDEX["leaving"], INDEX["idle"]]
    assert all(delay < 1 for edge in EDGES for delay in found.delays[edge])
    assert sum(found.unseen.values()) == 0
    right = (found.gone + found.bins.sum(axis=0))[:, 2].sum()
    assert right == np.trace(found.said) + np.trace(found.hidden)


def test_what_is_told_late_is_late_by_so_much(stage: Stage) -> None:
    found = told(stage, lambda minute: lives(stage, minute), late=7.0)
    for edge in EDGES:
        assert found.delays[edge]
        assert np.median(found.delays[edge]) == pytest.approx(7.0, abs=1.0)


def test_a_sleeper_who_is_said_to_watch_television_is_a_miss_and_never_sensed(stage: Stage) -> None:
    found = told(stage, lambda _minute: "media")
    rows = found.asleep + found.guessed
    assert rows[1, 0] == rows[1].sum() > 100
    assert found.unseen["falling asleep"] >= 4
    assert not found.delays["falling asleep"]
    assert found.places[0, 1] == found.places[0].sum() > 0


def test_who_has_just_gone_is_away_by_the_products_own_word(stage: Stage) -> None:
    [begin, end] = next(span for span in absences_of(stage.house, 0) if span[0] > 1440 and span[1] - span[0] > 60)
    leaving = told(stage, lambda minute: "leaving" if begin <= minute < end else lives(stage, minute))
    place = INDEX["away"]
    late = leaving.said[place, INDEX["leaving"]]
    # Only of the first minutes: who has been out for an hour is not leaving.
    assert 0 < (end - begin) / 10 - late < 3
    assert leaving.places[0, 1] == 0


def test_what_no_sensor_shows_is_not_asked_for(stage: Stage) -> None:
    shown = shown_in(stage.plan, 0)
    assert {"call", "exercising", "housework", "leaving"}.isdisjoint(shown)
    assert ("media" in shown) is stage.plan.has("tv")
    assert "away" in shown


def made(household: int, right: int, wrong: int, confidence: float = 0.9) -> Lived:
    """Return a home of somebody who sleeps, and is said to or not, at some instants."""
    one = Tally(phone=True)
    asleep, idle = INDEX["asleep"], INDEX["idle"]
    one.said[asleep, asleep], one.said[asleep, idle] = right, wrong
    one.said[idle, idle] = 50
    one.hours[3, asleep], one.hours[12, idle] = right + wrong, 50
    one.asleep[1, 1], one.asleep[1, 0], one.asleep[0, 0] = right, wrong, 50
    one.places[1, 1], one.places[0, 0] = right + wrong + 50, 40
    one.vacant[0] = 100
    one.bins[0, int(confidence * BINS), :4] = (100, confidence * 100, 90, 9)
    one.delays["waking"] = [1.0, 2.0, 30.0] * 10
    return Lived(household=household, family="A" if household % 2 else "B", tally=one)


@pytest.fixture
def records() -> dict[tuple[str, str], Record]:
    people = [made(1, 90, 10), made(2, 70, 30)]
    return {(record.claim, record.family): record for record in records_of(people, ("A", "B", ""), "again")}


def test_sleep_is_held_against_its_bounds_alone_and_together(records: dict[tuple[str, str], Record]) -> None:
    claim = "presence: with a phone: asleep, recall where sensors tell of it"
    assert [records[claim, family].value for family in ("A", "B", "")] == [0.9, 0.7, 0.8]
    assert [records[claim, family].passed for family in ("A", "B", "")] == [True, False, False]
    late = records["presence: with a phone: minutes until waking is sensed, 90th percentile of 60", ""]
    assert (late.value, late.threshold, late.passed) == (30.0, "<= 15", False)


def test_every_record_has_an_interval_around_it_or_none(records: dict[tuple[str, str], Record]) -> None:
    assert len({record.claim for record in records.values()}) > 20
    for record in records.values():
        assert record.low is None or record.low - 1e-4 <= record.value <= (record.high or 0) + 1e-4, record.claim


def test_what_is_as_sure_as_it_is_right_is_calibrated(records: dict[tuple[str, str], Record]) -> None:
    found = records[
        "activity: with a phone, alone at home: calibration error of the stated confidence (200 instants)", ""
    ]
    assert found.value == pytest.approx(0.0)
    assert found.passed
    boasting = np.zeros((1, BINS, 5))
    boasting[0, 9] = (10, 9.5, 5, 0, 0)
    assert calibration(boasting.reshape(1, -1)) == pytest.approx(0.45)


def test_balanced_accuracy_gives_every_activity_the_same_weight() -> None:
    table, hours = np.zeros((SIZE, SIZE)), np.zeros((24, SIZE))
    asleep, media = INDEX["asleep"], INDEX["media"]
    table[asleep, asleep], table[media, asleep], table[media, media] = 900, 5, 5
    hours[2, asleep], hours[20, asleep], hours[20, media] = 880, 20, 10
    rows = np.concatenate([table.ravel(), hours.ravel()])[None, :]
    assert balanced([asleep, media])(rows) == pytest.approx(0.75)
    assert by_hour([asleep, media])(rows) == pytest.approx(0.5)
    assert len(NAMES) == SIZE
