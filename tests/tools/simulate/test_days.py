"""Days: the diaries' curves, the weekend's table, and timelines that hang together."""

from itertools import pairwise

import numpy as np
import pytest

from assistant.enums import Activity, Room
from tools.personas import draw_household
from tools.simulate.clock import DAY, WARM_UP
from tools.simulate.curves import INDEX, LETTERS, SLOTS, group_curve, staying, transitions, weekday_curve, weekend_curve
from tools.simulate.days import HouseholdDays, household_days
from tools.simulate.markov import Rhythm, sample_days, weekday_chain, weekend_chain
from tools.streams import Family


def distance(first: np.ndarray, second: np.ndarray) -> float:
    """Return the mean total variation distance per slot."""
    return float((np.abs(first - second).sum(axis=1) / 2).mean())


def curve(days: np.ndarray) -> np.ndarray:
    """Return shares of letters by slot."""
    return np.stack([(days == letter).mean(axis=0) for letter in range(len(LETTERS))], axis=1)


@pytest.fixture(scope="module")
def full_time() -> np.ndarray:
    """Five days of six hundred people who differ as personas do, shape (people × days, SLOTS)."""
    rng = np.random.default_rng(3)
    chain = weekday_chain("25-44", "full_time", "alone")
    people = []
    for _ in range(600):
        usual, own = rng.random(SLOTS), rng.random((5, SLOTS))
        uniforms = np.where(rng.random((5, SLOTS)) < 0.4, usual, own)
        rhythm = Rhythm(float(rng.standard_normal()), 0.3 * rng.standard_normal(len(LETTERS)))
        people.append(sample_days(chain, rhythm, uniforms))
    return np.concatenate(people)


def test_the_fitted_chain_keeps_the_groups_curve_though_people_differ(full_time: np.ndarray) -> None:
    assert distance(curve(full_time), weekday_curve("25-44", "full_time", "alone")) < 0.05


def test_transitions_alone_would_drift_from_the_curve() -> None:
    """The reason for the fit: the same chain without its factors misses the curve it starts from."""
    plain = np.exp(transitions("full_time"))
    shares = group_curve(employment="full_time")
    assert shares is not None
    drifted = [shares[0]]
    for slot in range(1, SLOTS):
        drifted.append(drifted[-1] @ plain[slot // 4])
    assert distance(np.array(drifted), shares) > 0.05


def test_getting_up_is_as_late_as_the_table_says(full_time: np.ndarray) -> None:
    nights = full_time[full_time[:, 0] == INDEX["sleep"]]
    up = np.argmax(nights != INDEX["sleep"], axis=1) * 30 + 4 * 60
    assert np.median(up) == pytest.approx(6 * 60 + 30, abs=20)


def test_weekends_are_unlike_weekdays_and_like_their_table() -> None:
    rng = np.random.default_rng(4)
    days = sample_days(weekend_chain("O3"), Rhythm(0.0, np.zeros(len(LETTERS))), rng.random((800, SLOTS)))
    assert distance(curve(days), weekend_curve("O3")) < 0.06
    working = group_curve(employment="full_time")
    assert working is not None
    assert distance(curve(days), working) > 0.15


def test_the_same_habits_repeat_days() -> None:
    chain = weekday_chain("25-44", "full_time", "alone")
    uniforms = np.repeat(np.random.default_rng(5).random((1, SLOTS)), 4, axis=0)
    days = sample_days(chain, Rhythm(0.0, np.zeros(len(LETTERS))), uniforms)
    assert (days == days[0]).all()


def test_episodes_that_run_long_are_likelier_to_go_on_than_memoryless_ones() -> None:
    work = staying()[INDEX["work"]]
    assert work[0] > 0.0 > work[8]
    assert np.isfinite(staying()).all()


@pytest.fixture(scope="module", params=list(Family))
def lived(request: pytest.FixtureRequest) -> list[HouseholdDays]:
    return [household_days(draw_household(index, 2, request.param), 10) for index in range(25)]


def test_timelines_run_forward_and_cover_every_minute(lived: list[HouseholdDays]) -> None:
    for days in lived:
        for timeline in days.timelines:
            begins = [episode.begin for episode in timeline.episodes]
            assert all(a < b for a, b in pairwise(begins))
            assert begins[0] <= 0
            assert timeline.end(len(begins) - 1) >= 10 * DAY - 5 * 60


def test_nobody_sleeps_or_cooks_out_of_the_home(lived: list[HouseholdDays]) -> None:
    for days in lived:
        for timeline in days.timelines:
            for episode in timeline.episodes:
                assert (episode.activity is Activity.AWAY) == (episode.room is Room.NOT_HOME)


def test_people_arrive_only_from_away_and_leave_only_to_it(lived: list[HouseholdDays]) -> None:
    for days in lived:
        for timeline in days.timelines:
            for before, after in pairwise(timeline.episodes):
                if after.activity is Activity.ARRIVING:
                    assert not before.home
                if before.activity is Activity.LEAVING:
                    assert not after.home


def test_every_day_is_different(lived: list[HouseholdDays]) -> None:
    repeated = [
        (days[first] == days[second]).all()
        for home in lived
        for days in home.activities
        for first in range(WARM_UP, len(days))
        for second in range(first)
    ]
    assert np.mean(repeated) < 0.01


def test_nobody_is_at_home_on_a_trip() -> None:
    homes = (household_days(draw_household(index, 9, Family.A), 28) for index in range(60))
    travelled = [home for home in homes if home.calendar.trips]
    assert travelled
    for home in travelled:
        begin, end = home.calendar.trips[0]
        for timeline in home.timelines:
            assert not any(timeline.home(minute) for minute in range(begin, end, 30))
