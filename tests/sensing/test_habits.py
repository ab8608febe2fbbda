"""Dwell, stay-on and rhythm: compact, bounded, refused whole when damaged."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.proactive_assistant.assistant.enums import Activity
from custom_components.proactive_assistant.sensing.dwell import EDGES, ENOUGH, FORGET_AT, Dwell, StayOn
from custom_components.proactive_assistant.sensing.habits import Habits
from custom_components.proactive_assistant.sensing.rhythm import FORGET_AT as RHYTHM_FORGET
from custom_components.proactive_assistant.sensing.rhythm import Rhythm

MONDAY = datetime(2026, 11, 23, 8)  # noqa: DTZ001 - local time by contract


def test_few_observations_leave_the_prior() -> None:
    dwell = Dwell()
    for _ in range(ENOUGH - 1):
        dwell.add(40)
    assert dwell.percentile(0.95, 5) == 5
    dwell.add(40)
    assert dwell.percentile(0.95, 5) > 40


@given(st.lists(st.floats(0, 1e5), min_size=ENOUGH, max_size=60), st.floats(0.05, 1))
def test_a_percentile_lies_within_a_bucket_of_the_truth_and_never_below_the_prior(
    minutes: list[float], share: float
) -> None:
    dwell = Dwell()
    for value in minutes:
        dwell.add(value)
    found = dwell.percentile(share, 5)
    rank = min(len(minutes) - 1, max(0, -(-share * len(minutes) // 1) - 1))
    truth = sorted(minutes)[int(rank)]
    assert found >= 5
    assert found >= min(truth, EDGES[-1]) or found == 5 or truth <= found


@given(st.floats(-10, 1e6))
def test_old_habits_fade(value: float) -> None:
    dwell = Dwell()
    for _ in range(FORGET_AT * 3):
        dwell.add(value)
    assert sum(dwell.counts) <= FORGET_AT


@pytest.mark.parametrize("damaged", [None, [1, 2], ["x"] * 25, [-1] * 25, [True] * 25, {}])
def test_a_damaged_histogram_is_refused(damaged: object) -> None:
    with pytest.raises(ValueError, match="histogram"):
        Dwell.from_list(damaged)


def test_what_is_on_in_most_absences_is_meant_to_stay_on() -> None:
    habits = Habits()
    for index in range(10):
        habits.absence_over(
            on={"light.porch"} | ({"light.desk"} if index < 3 else set()), could_be={"light.porch", "light.desk"}
        )
    assert habits.meant_on("light.porch")
    assert not habits.meant_on("light.desk")
    assert not habits.meant_on("light.never_seen")


def test_absences_fade_too() -> None:
    item = StayOn()
    for _ in range(1000):
        item.add(on=True)
    assert item.absences <= FORGET_AT
    assert item.on <= item.absences


def test_a_rhythm_forecasts_what_was_usual_at_that_hour() -> None:
    rhythm = Rhythm()
    for day in range(5):
        start = MONDAY + timedelta(days=day)
        rhythm.add(Activity.WORKING, start, start + timedelta(hours=4))
        rhythm.add(Activity.EATING, start + timedelta(hours=4), start + timedelta(hours=5))
    ahead = rhythm.forecast(MONDAY + timedelta(hours=1))
    assert ahead == (Activity.WORKING, Activity.WORKING, Activity.EATING)


def test_one_day_is_not_a_habit_and_weekends_are_apart() -> None:
    rhythm = Rhythm()
    rhythm.add(Activity.WORKING, MONDAY, MONDAY + timedelta(hours=8))
    assert rhythm.forecast(MONDAY) == ()
    for day in range(5):
        rhythm.add(Activity.WORKING, MONDAY + timedelta(days=day), MONDAY + timedelta(days=day, hours=8))
    assert rhythm.forecast(MONDAY)
    assert rhythm.forecast(MONDAY + timedelta(days=5)) == ()


def test_unknown_teaches_nothing() -> None:
    rhythm = Rhythm()
    rhythm.add(Activity.UNKNOWN, MONDAY, MONDAY + timedelta(days=30))
    assert not any(rhythm.to_list())


def test_a_rhythm_stays_bounded() -> None:
    rhythm = Rhythm()
    for day in range(400):
        rhythm.add(Activity.IDLE, MONDAY + timedelta(days=day), MONDAY + timedelta(days=day, hours=1))
    assert max(sum(slot.values()) for slot in rhythm.to_list()) <= RHYTHM_FORGET


@pytest.mark.parametrize(
    "damaged",
    [None, [], [{}] * 47, [{"flying": 3}] + [{}] * 47, [{"idle": -1}] + [{}] * 47, [3] * 48],
)
def test_a_damaged_rhythm_is_refused(damaged: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Rhythm.from_list(damaged)


def test_habits_survive_storage_and_follow_a_rename() -> None:
    habits = Habits()
    habits.dwell_of("binary_sensor.a").add(3)
    habits.absence_over(on=set(), could_be={"binary_sensor.a"})
    habits.rhythm_of("anna").add(Activity.IDLE, MONDAY, MONDAY + timedelta(hours=1))
    habits.renamed("binary_sensor.a", "binary_sensor.b")
    again = Habits.from_dict(habits.to_dict())
    assert again.to_dict() == habits.to_dict()
    assert set(again.dwell) == set(again.stay_on) == {"binary_sensor.b"}


@pytest.mark.parametrize("damaged", [{"absences": 1, "on": 2}, {"absences": "x", "on": 0}, {}])
def test_damaged_absences_are_refused(damaged: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="stay-on"):
        Habits.from_dict({"dwell": {}, "stay_on": {"light.a": damaged}, "rhythm": {}})


@given(st.lists(st.floats(0, 2000), max_size=60), st.lists(st.floats(0, 2000), max_size=60), st.integers(0, 50))
def test_what_was_learned_in_two_parts_is_what_would_have_been_learned_at_once(
    earlier: list[float], later: list[float], absences: int
) -> None:
    whole, older, newer = Habits(), Habits(), Habits()
    for part, minutes in ((older, earlier), (newer, later)):
        for value in minutes:
            for habits in (whole, part):
                habits.dwell_of("binary_sensor.a").add(value)
                habits.recent.add("hot:sensor.a", value)
                habits.rhythm_of("anna").add(Activity.IDLE, MONDAY, MONDAY + timedelta(minutes=value % 60))
        for index in range(absences):
            for habits in (whole, part):
                habits.absence_over(on={"light.a"} if index % 3 else set(), could_be={"light.a"})
    newer.rhythm_of("anna")
    newer.absorb(older)
    assert newer.recent.to_dict() == whole.recent.to_dict()
    assert newer.rhythm_of("anna").to_list() == whole.rhythm_of("anna").to_list()
    assert newer.to_dict()["stay_on"] == whole.to_dict()["stay_on"]
    assert newer.dwell_of("binary_sensor.a").counts == whole.dwell_of("binary_sensor.a").counts


@pytest.mark.parametrize(
    "damaged",
    [
        {},
        {"until": "yesterday", "done": True, "entities": 0, "days": 0, "transitions": 0},
        {"until": "2026-11-24T12:00:00+00:00", "done": 1, "entities": 0, "days": 0, "transitions": 0},
        {"until": "2026-11-24T12:00:00+00:00", "done": True, "entities": -1, "days": 0, "transitions": 0},
    ],
)
def test_a_damaged_note_of_the_warm_start_is_refused(damaged: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError)):
        Habits.from_dict({"dwell": {}, "stay_on": {}, "rhythm": {}, "warm": damaged})
