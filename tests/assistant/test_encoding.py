"""Moment and suggestion to tokens: total, stable, and right about time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.ahead import expected
from assistant.clock import after, minutes_between
from assistant.encoding import encode_moment, encode_suggestion, minutes_value
from assistant.enums import Activity, Category, DayType, PhoneState, Reply, Room, Transition
from assistant.facts import Moment, RecentReply, Suggestion
from assistant.vocabulary import (
    FIRST_TOKEN,
    JUDGE_TOKEN,
    MOMENT_FIELDS,
    NOT_KNOWN,
    PREFIX_LENGTH,
    SUFFIX_LENGTH,
    SUGGESTION_FIELDS,
    token_text,
)
from tests.assistant.cases import NOON, ZONE, drawn, moment, scenes, suggestion


def read_moment(found: Moment) -> dict[str, str]:
    numbers = encode_moment(found)
    return {field.name: token_text(number, field.name) for field, number in zip(MOMENT_FIELDS, numbers, strict=True)}


def read(found: Suggestion, at: Moment | None = None, person: str | None = None) -> dict[str, str]:
    *numbers, judge = encode_suggestion(at or moment(), found, person)
    assert judge == JUDGE_TOKEN
    return {
        field.name: token_text(number, field.name) for field, number in zip(SUGGESTION_FIELDS, numbers, strict=True)
    }


@given(scenes(2))
@drawn(150)
def test_everything_has_tokens_in_the_order_of_the_fields(scene: tuple[Moment, list[Suggestion]]) -> None:
    at, found = scene
    assert len(encode_moment(at)) == PREFIX_LENGTH
    assert set(read_moment(at)) == {field.name for field in MOMENT_FIELDS}
    assert encode_moment(at) == encode_moment(replace(at))
    for item in found:
        assert len(encode_suggestion(at, item)) == SUFFIX_LENGTH
        assert set(read(item, at)) == {field.name for field in SUGGESTION_FIELDS}


@given(scenes(1))
@drawn(30)
def test_names_and_words_change_no_token(scene: tuple[Moment, list[Suggestion]]) -> None:
    at, [found] = scene
    renamed = replace(found, id="other", situation="other", facts={"name": "Anna"}, entity_ids=("light.hall",))
    assert encode_suggestion(at, found) == encode_suggestion(at, renamed)


def test_a_moment_of_which_nothing_is_known_has_a_time_and_little_else() -> None:
    known = {name for name, text in read_moment(Moment(at=NOON)).items() if text not in (NOT_KNOWN, "unknown")}
    assert known == {"time", "day_type", "activity", "transition", "mode", "delivered_today"}


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (None, None),
        (float("nan"), None),
        (-5.0, "<2m"),
        (float("-inf"), "<2m"),
        (0.0, "<2m"),
        (1.999, "<2m"),
        (2.0, "<5m"),
        (1439.0, "<1440m"),
        (1440.0, ">=1440m"),
        (1e300, ">=1440m"),
        (float("inf"), ">=1440m"),
    ],
)
def test_a_duration_has_its_bucket(minutes: float | None, text: str | None) -> None:
    assert minutes_value(minutes) == text


@pytest.mark.parametrize(
    ("benefit", "text"),
    [(-3.0, "<0.35"), (0.35, "<0.55"), (0.75, ">=0.75"), (99.0, ">=0.75"), (float("nan"), NOT_KNOWN)],
)
def test_a_benefit_has_its_bucket_and_one_that_is_none_is_not_known(benefit: float, text: str) -> None:
    assert read(suggestion(benefit=benefit))["benefit"] == text


@pytest.mark.parametrize(("confidence", "text"), [(0.69, "unsure"), (0.7, "sure"), (float("nan"), "unsure")])
def test_an_activity_is_sure_from_a_threshold(confidence: float, text: str) -> None:
    assert read_moment(moment(activity_confidence=confidence))["activity"] == f"idle/{text}"


@pytest.mark.parametrize(("count", "text"), [(-1, "0"), (0, "0"), (5, "5"), (6, "6+"), (500, "6+")])
def test_deliveries_are_counted_to_six(count: int, text: str) -> None:
    assert read_moment(moment(delivered_today=count))["delivered_today"] == text


@pytest.mark.parametrize(
    ("at", "text"),
    [(NOON, "12:00"), (NOON.replace(minute=29), "12:00"), (NOON.replace(hour=23, minute=59), "23:30")],
)
def test_the_clock_has_half_hours_of_local_time(at: datetime, text: str) -> None:
    assert read_moment(moment(at=at))["time"] == text


def test_the_forecast_is_read_one_and_three_hours_ahead() -> None:
    found = read_moment(moment(forecast=(Activity.MEDIA, Activity.IDLE)))
    assert (found["forecast_1h"], found["forecast_3h"]) == ("media", NOT_KNOWN)
    found = read_moment(moment(forecast=(Activity.MEDIA, Activity.IDLE, Activity.ASLEEP)))
    assert found["forecast_3h"] == "asleep"


def reply(kind: str, how: Reply, ago: float) -> RecentReply:
    return RecentReply(kind=kind, category=Category.CHORES, reply=how, minutes_ago=ago)


def test_the_latest_reply_to_the_kind_is_read_wherever_it_stands() -> None:
    others = tuple(reply("bin_day", Reply.ACCEPTED, 1.0 + i) for i in range(4))
    at = moment(
        recent=(*others, reply("opening_left", Reply.NOT_NOW, 100.0), reply("opening_left", Reply.NEVER, 900.0))
    )
    found = read(suggestion(), at)
    assert (found["last_reply_to_kind"], found["minutes_since_kind"]) == ("not_now", "<120m")
    assert read_moment(at)["recent_3"] == "chores/accepted"
    assert read(suggestion("bin_day"), moment())["last_reply_to_kind"] == NOT_KNOWN


def test_a_kind_of_ones_own_is_not_known_but_keeps_its_category() -> None:
    found = read(suggestion("my_own", category=Category.CARE))
    assert (found["kind"], found["category"]) == (NOT_KNOWN, "care")


@pytest.mark.parametrize(
    ("persons", "person", "text"),
    [
        ((), None, "household"),
        ((), "person.anna", "household"),
        (("person.anna",), "person.anna", "resident"),
        (("person.ben",), "person.anna", "other"),
        (("person.ben",), None, "other"),
    ],
)
def test_whom_it_concerns_is_a_role(persons: tuple[str, ...], person: str | None, text: str) -> None:
    assert read(suggestion(persons=persons), person=person)["concerns"] == text


def test_a_duration_over_a_changed_clock_is_the_real_one() -> None:
    began = datetime(2026, 10, 25, 2, 50, tzinfo=ZONE)
    at = moment(at=datetime(2026, 10, 25, 2, 10, fold=1, tzinfo=ZONE))
    assert read(suggestion(began=began), at)["situation_minutes"] == "<30m", "twenty minutes, not minus forty"
    spring = moment(at=datetime(2026, 3, 29, 3, 10, tzinfo=ZONE))
    before = datetime(2026, 3, 29, 1, 50, tzinfo=ZONE)
    assert read(suggestion(began=before), spring)["situation_minutes"] == "<30m"


def test_times_of_another_zone_or_of_none_are_read_too() -> None:
    at = NOON.astimezone(UTC)
    assert read(suggestion(began=at - timedelta(minutes=20)))["situation_minutes"] == "<30m"
    naive = datetime(2026, 11, 24, 12, 0)  # noqa: DTZ001 - what must not break it
    assert read(suggestion(began=naive, expires=naive), moment(at=naive))["situation_minutes"] == "<2m"


# The clock and the moments ahead -----------------------------------------------------------------


@given(st.integers(0, 48 * 60), st.floats(0, 5000))
@drawn(60)
def test_after_so_many_minutes_so_many_have_passed(start: int, minutes: float) -> None:
    at = (datetime(2026, 10, 24, 12, tzinfo=UTC) + timedelta(minutes=start)).astimezone(ZONE)
    later = after(at, minutes)
    assert later.tzinfo is ZONE
    assert minutes_between(later, at) == pytest.approx(minutes, abs=1e-6)


def test_what_cannot_be_foreseen_is_not_known_later() -> None:
    now = moment(
        room=Room.KITCHEN,
        phone=PhoneState.CALL,
        transition=Transition.ARRIVED,
        activity_minutes=3.0,
        delivered_today=2,
        minutes_since_delivery=5.0,
        recent=(reply("bin_day", Reply.ACCEPTED, 10.0),),
        forecast=(Activity.MEDIA, Activity.AWAY, Activity.IDLE),
    )
    later = expected(now, after(NOON, 120))
    assert (later.activity, later.room, later.home) == (Activity.AWAY, Room.NOT_HOME, False)
    assert (later.phone, later.transition, later.activity_minutes) == (PhoneState.UNKNOWN, Transition.NONE, None)
    assert (later.delivered_today, later.minutes_since_delivery) == (2, 125.0)
    assert later.recent[0].minutes_ago == 130.0
    assert later.forecast == (Activity.IDLE,)


def test_beyond_the_forecast_nothing_is_foreseen_and_a_new_day_counts_afresh() -> None:
    friday = moment(at=NOON.replace(day=27), delivered_today=3, forecast=(Activity.MEDIA,))
    later = expected(friday, after(friday.at, 24 * 60))
    assert (later.activity, later.activity_confidence, later.home) == (Activity.UNKNOWN, 0.0, None)
    assert (later.day_type, later.delivered_today, later.forecast) == (DayType.SATURDAY, 0, ())
    assert later.minutes_since_delivery is None


@pytest.mark.parametrize(
    ("activity", "room", "home"),
    [
        (Activity.AWAY, Room.UNKNOWN, False),
        (Activity.IDLE, Room.NOT_HOME, False),
        (Activity.LEAVING, Room.HALL, True),
        (Activity.LEAVING, Room.UNKNOWN, False),
        (Activity.LEAVING, Room.NOT_HOME, False),
        (Activity.UNKNOWN, Room.UNKNOWN, None),
        (Activity.UNKNOWN, Room.KITCHEN, True),
        (Activity.IDLE, Room.UNKNOWN, True),
    ],
)
def test_somebody_is_at_home_by_room_first(activity: Activity, room: Room, *, home: bool | None) -> None:
    assert moment(activity=activity, room=room).home is home


def test_the_not_known_token_starts_every_range() -> None:
    assert encode_moment(moment(activity_minutes=None))[3] == FIRST_TOKEN["activity_minutes"]
