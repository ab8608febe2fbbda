"""The script of a simulated home, and how it is scored."""

import importlib.util
from pathlib import Path

import pytest

if not importlib.util.find_spec("pyarrow") or not importlib.util.find_spec("time_machine"):
    pytest.skip("needs the lab's and the demo's groups", allow_module_level=True)

from assistant.enums import Room
from assistant.kinds import KINDS
from tools.sensing.evaluate import Request, _households, _scarce_of
from tools.sensing.play import Detection
from tools.sensing.score import score
from tools.sensing.script import write_script
from tools.sensing.stage import Stage, Truth, absences_of
from tools.sensing.tracks import Track
from tools.simulate.clock import DAY
from tools.streams import Family


def truth(**changes: object) -> Truth:
    return Truth(
        **{"kind": "garage_open", "subjects": frozenset({"garage"}), "began": 100.0, "created": 110.0, "over": 200.0,
           "required": True, **changes}
    )  # fmt: skip


def found(due: float, ended: float, kind: str = "garage_open") -> Detection:
    return Detection(kind, frozenset({"garage"}), due, ended)


@pytest.mark.parametrize(
    ("due", "ended", "recall", "right", "stale"),
    [
        (110, 201, 1, 1, 0),
        (110, 230, 1, 1, 0),  # it stood on, but whoever tapped in time was right
        (195, 230, 1, 1, 1),  # over at the tap, and the message still there
        (210, 230, 0, 1, 1),  # over when it was said
        (300, 310, 0, 0, 0),  # about nothing
        (50, 201, 0, 0, 0),  # said before it began: by chance
    ],
)
def test_when_a_message_is_right_and_when_it_is_stale(
    due: float, ended: float, recall: int, right: int, stale: int
) -> None:
    counts, _ = score([truth()], [found(due, ended)], 0, 1000)
    row = counts["garage_open"]
    assert (row.matters, row.found, row.right, row.stale) == (1, recall, right, stale)


def test_a_window_told_against_the_heating_is_told() -> None:
    left = truth(kind="opening_left", subjects=frozenset({"window"}), also=frozenset({"window_climate"}))
    told = Detection("window_climate", frozenset({"window", "climate"}), 111, 150)
    counts, _ = score([left], [told], 0, 1000)
    assert counts["opening_left"].found == 1
    assert counts["window_climate"].right == 0  # what it is called has to be the matter as well


@pytest.mark.parametrize(("ended", "stale"), [(202, 0), (204, 1)])
def test_what_a_phone_reports_late_is_not_stale(ended: float, stale: int) -> None:
    counts, _ = score([truth()], [found(195, ended)], 0, 1000)
    assert counts["garage_open"].stale == stale


@pytest.mark.parametrize(("began", "stale"), [(199.0, 0), (208.0, 1)])
def test_a_matter_that_goes_on_as_the_next_is_not_over(began: float, stale: int) -> None:
    following = truth(began=began, created=began, over=260.0, required=False)
    counts, _ = score([truth(), following], [found(195, 230)], 0, 1000)
    assert counts["garage_open"].stale == stale


def test_another_kind_finds_nothing() -> None:
    counts, lines = score([truth()], [found(110, 150, "opening_left")], 0, 1000)
    assert counts["garage_open"].found == 0
    assert counts["opening_left"].right == 0
    assert len(lines) == 2


def test_a_higher_span_covers_a_lower_one_and_then_gives_way() -> None:
    track = Track("x", "off")
    track.hold(10, 50, "on")
    track.hold(20, 30, "unavailable", 9)
    assert [(change.minute, change.state) for change in track.changes(100)] == [
        (0, "off"), (10, "on"), (20, "unavailable"), (30, "on"), (50, "off"),
    ]  # fmt: skip


@pytest.mark.parametrize("family", list(Family))
def test_a_script_is_repeatable_in_order_and_about_its_own_things(family: Family) -> None:
    first, again = (write_script(3, family, 12, 1) for _ in range(2))
    assert first.changes() == again.changes()
    minutes = [change.minute for change in first.changes()]
    assert minutes == sorted(minutes)
    assert {change.key for change in first.changes()} <= first.plan.fittings.keys()
    for matter in first.truths:
        assert matter.subjects <= {*first.plan.fittings, "home"}
        assert matter.began <= matter.over


def test_each_of_the_thirty_kinds_is_the_matter_in_some_home(tmp_path: Path) -> None:
    request = Request(out=tmp_path, homes=4, scarce=2, first=6000, days=28, seed=7, workers=1)
    homes = _households(request, Family.A)
    assert homes[:4] == [6000, 6001, 6002, 6003]
    assert len(set(homes)) == len(homes) > 4
    missing = set(KINDS)
    for household in homes:
        missing -= {item.kind for item in write_script(household, Family.A, 28, 7).truths if item.required}
    assert not missing


def test_nobody_reads_a_calendar_that_was_not_ticked_and_reminders_are_on_a_list() -> None:
    stage = write_script(6001, Family.B, 28, 7)
    assert any(kind.kind == "routine_due" for kind in stage.truths)
    assert stage.appointments.get("calendar:family") is None
    assert all(key.startswith("routine:") for key in stage.reminders)


def test_homes_that_travel_are_searched_for_longer() -> None:
    request = Request(out=Path(), homes=1, scarce=1, first=1000, days=28, seed=1, workers=1)
    homes = _households(request, Family.A)
    assert sum("journey" in _scarce_of(request, household, Family.A) for household in homes) >= 4


def test_a_journey_that_outlasts_the_days_has_no_return_in_them() -> None:
    stage = write_script(217, Family.B, 28, 1)
    [trip] = stage.house.calendar.trips
    assert trip[1] == stage.house.end
    for member in range(2):
        assert absences_of(stage.house, member)[-1][1] == stage.house.end


def test_nobody_is_back_from_an_appointment_before_it_has_begun() -> None:
    seen = 0
    for household, family in ((200, Family.A), (224, Family.A), (212, Family.B)):
        stage = write_script(household, family, 28, 1)
        for key, items in stage.appointments.items():
            away = absences_of(stage.house, int(key.partition(":")[2]))
            for start, _, _ in items:
                seen += 1
                assert any(begin < start < end for begin, end in away)
    assert seen > 10


def test_who_has_no_phone_is_only_known_to_have_gone_by_stillness() -> None:
    stage = write_script(348, Family.B, 28, 1)
    assert stage.unseen()
    assert not stage.told_empty(100, 110)
    assert stage.told_empty(100, 130)
    for key in stage.plan.keys("motion"):
        del stage.plan.fittings[key]
    assert not stage.told_empty(100, 130)


def test_a_visit_that_the_guests_phone_told_of_is_asked_about_once() -> None:
    stage = write_script(203, Family.A, 28, 1)
    asked = [item for item in stage.truths if item.kind == "guest" and item.required]
    assert asked
    for one in asked:
        assert not any(other is not one and other.began < one.over and one.began < other.over for other in asked)


def test_what_is_left_on_is_left_once_and_when_the_last_one_goes() -> None:
    for household in (1001, 1021, 1023):
        left = [item for item in write_script(household, Family.B, 28, 1).truths if item.kind == "leave_home"]
        required = [item for item in left if item.required]
        assert len({item.began for item in required}) == len(required) > 1
        assert all(item.created <= item.began + 8 for item in required)


def test_nobody_travels_without_their_phone() -> None:
    for household in (1043, 218):
        stage = write_script(household, Family.A, 28, 1)
        for key in stage.plan.keys("person"):
            member = int(stage.plan.fittings[key].detail)
            for begin, end in absences_of(stage.house, member):
                assert end - begin < 12 * 60 or stage.track(key).held((begin + end) / 2)


def test_whoever_works_on_the_car_is_not_elsewhere_in_the_home() -> None:
    for household in range(200, 260):
        stage = write_script(household, Family.A, 12, 11)
        if not stage.plan.has("garage"):
            continue
        outside = [
            (episode.begin, timeline.end(index))
            for timeline in stage.house.timelines
            for index, episode in enumerate(timeline.episodes)
            if episode.room is Room.OUTDOORS
        ]
        works = [(low, high) for low, high, _, rank in stage.track("garage").spans if rank == 0 and high - low > 15]
        if works:
            assert all(any(begin <= low and high <= end for begin, end in outside) for low, high in works)
            return
    pytest.fail("nobody works on a car")


def test_a_robot_does_not_set_out_by_itself_while_that_is_the_matter() -> None:
    found = 0
    for household in range(200, 240):
        stage = write_script(household, Family.B, 20, 11)
        for item in (item for item in stage.truths if item.kind == "vacuum_now" and item.required):
            found += 1
            assert not any(item.began < low < item.over for low, _, _, _ in stage.track("vacuum").spans)
    assert found


def test_no_light_goes_on_by_itself_before_bedtime() -> None:
    stage = write_script(203, Family.A, 28, 12)
    told = [item for item in stage.truths if item.kind == "bedtime" and item.required]
    assert told
    spans = [
        (key, low)
        for key in stage.plan.keys("light")
        for low, _, _, rank in stage.track(key).spans
        if rank == 1
        and stage.plan.has(f"motion:{key.partition(':')[2]}")
        and any(item.began <= low <= item.created for item in told)
    ]
    for key, low in spans:
        moves = stage.track(f"motion:{key.partition(':')[2]}").spans
        assert any(begin - 1 <= low <= end + 1 for begin, end, _, _ in moves), key


def test_who_leaves_after_the_last_day_is_not_asked_about() -> None:
    stage = write_script(215, Family.A, 28, 11)
    assert any(begin >= stage.house.end for begin, _ in absences_of(stage.house, 0))
    assert all(item.began < stage.house.end for item in stage.truths if item.kind == "leave_now")


def _with_blinds(home: Stage) -> list[Truth]:
    return [truth for truth in home.truths if any(key.startswith("blind:") for key in truth.subjects)]


def test_blinds_in_the_sun_are_a_matter_on_hot_days_only_and_only_while_it_stands_before_them() -> None:
    home = write_script(51, Family.A, 28, 13)
    assert {home.plan.fittings[key].device_class for key in home.plan.keys("blind")} <= {
        "blind", "shade", "shutter", "curtain"
    }  # fmt: skip
    found = _with_blinds(home)
    asked = [truth for truth in found if truth.required]
    assert len(found) > len(asked) > 0
    for truth in asked:
        day = int(truth.created // DAY)
        assert max(home.warmth(day * DAY + at) for at in range(0, DAY, 30)) >= 25
        for at in (truth.created, truth.over - 5):
            assert home.sun(at)[0] > 20
            assert not home.dark(at)
        assert truth.over <= float(home.house.end)
    # Once a day and blind.
    assert len({(key, int(truth.created // DAY)) for truth in asked for key in truth.subjects}) == len(asked)


def test_in_a_winter_nobody_has_to_be_told_of_the_sun() -> None:
    home = write_script(1, Family.A, 28, 13)
    assert home.plan.keys("blind")
    assert _with_blinds(home) == []


def test_the_sun_goes_from_east_to_west_and_is_highest_at_noon() -> None:
    home = write_script(51, Family.A, 28, 13)
    morning, noon, evening = (home.sun(hour * 60.0) for hour in (8, 12.5, 17))
    assert 60 < morning[1] < 130
    assert abs(noon[1] - 180) < 1
    assert 230 < evening[1] < 300
    assert noon[0] > max(morning[0], evening[0])
