from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from tools.demo.furniture import SENSOR_KEYS, bathroom_window, plan, sensors, washing
from tools.demo.household import BATHROOM, Change, Household
from tools.demo.table import read_table
from tools.demo.trace import Trace, first_days, place

from .conftest import NOW, ZONE


def of_key(changes: Iterable[Change], key: str) -> list[Change]:
    return [change for change in changes if change.key == key]


def test_same_seed_gives_the_same_fortnight(fortnight: Trace) -> None:
    assert plan(Household(fortnight, 2)) == plan(Household(fortnight, 2))
    assert plan(Household(fortnight, 2)) != plan(Household(fortnight, 3))


def test_first_day_is_the_same_however_many_are_played(fortnight: Trace) -> None:
    whole, one = (plan(Household(trace, 2)) for trace in (fortnight, first_days(fortnight, 1)))
    noon = fortnight.start.replace(hour=12)
    assert [c for c in one if c.at < noon] == [c for c in whole if c.at < noon]


def test_windows_do_not_depend_on_the_week(recording: Trace, fortnight: Trace) -> None:
    later = place(recording, NOW + timedelta(weeks=1), ZONE)

    def openings(trace: Trace) -> list[timedelta]:
        return [change.at - trace.start for change in bathroom_window(Household(trace, 2))]

    assert openings(fortnight) == openings(later)


def test_plan_is_in_order_and_inside_the_trace(house: Household, fortnight: Trace) -> None:
    times = [change.at for change in plan(house)]
    assert times == sorted(times)
    assert times[0] >= fortnight.start
    assert times[-1] <= fortnight.end


def test_every_key_that_moves_stands_in_the_home(house: Household) -> None:
    keys = {piece.key for piece in read_table()}
    assert {change.key for change in plan(house)} <= keys
    assert set(SENSOR_KEYS.values()) <= keys


def test_home_names_the_recorded_sensors_as_the_rules_do() -> None:
    assert {p.row["trace"]: p.key for p in read_table() if "trace" in p.row} == SENSOR_KEYS


def test_sensors_are_the_recording_second_by_second(house: Household, fortnight: Trace) -> None:
    door = of_key(sensors(house), "front_door")
    assert [c.at for c in door if c.value] == [s.start for s in fortnight.sensors if s.name == "Maindoor"]


def test_sensor_that_was_on_for_no_time_is_on_for_a_second(house: Household) -> None:
    basin = of_key(sensors(house), "basin")
    lengths = [off.at - on.at for on, off in zip(basin[::2], basin[1::2], strict=True)]
    assert min(lengths) == timedelta(seconds=1)


@pytest.mark.parametrize("key", ["bathroom_window", "kitchen_window"])
def test_windows_are_aired_for_minutes_and_sometimes_forgotten(house: Household, key: str) -> None:
    opened: datetime | None = None
    lengths = []
    for change in of_key(plan(house), key):
        if change.value:
            opened = opened or change.at
        elif opened:
            lengths.append(change.at - opened)
            opened = None
    assert min(lengths) < timedelta(minutes=8)
    assert max(lengths) > timedelta(hours=1)


def test_nobody_closes_a_window_from_outside_or_in_bed(house: Household) -> None:
    closings = [c.at for c in plan(house) if c.key.endswith("_window") and not c.value]
    away_or_asleep = [*house.absences, *house.nights]
    assert not [at for at in closings for span in away_or_asleep if span.start <= at < span.end]


def test_television_and_light_sometimes_stay_on_when_leaving(house: Household) -> None:
    changes = plan(house)

    def value(key: str, at: datetime) -> object:
        return next((c.value for c in reversed(of_key(changes, key)) if c.at <= at), None)

    on = [a for a in house.absences if value("tv", a.start) == "playing"]
    assert 0 < len(on) < len(house.absences)
    assert any(value("living_light", a.start) for a in house.absences)


def test_washing_machine_runs_finishes_and_is_emptied(house: Household) -> None:
    states = [change.value for change in sorted(washing(house), key=lambda c: c.at) if change.key == "washer"]
    assert states[:3] == ["running", "finished", "idle"]
    assert len(states) >= 9


def test_visits_join_what_is_close_together(house: Household) -> None:
    visits = house.visits(BATHROOM, timedelta(minutes=10))
    assert visits[0].start.hour == 10
    assert len(visits) < len(house.spans(*BATHROOM))


def test_it_is_dark_at_night_and_not_at_noon(house: Household, fortnight: Trace) -> None:
    assert house.dark(fortnight.start)
    assert not house.dark(fortnight.start.replace(hour=12))
