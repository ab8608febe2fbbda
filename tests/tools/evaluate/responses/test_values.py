"""Words of other people's tables."""

from datetime import UTC, datetime, time

import pytest

import tools  # noqa: F401 - makes `assistant` importable
from assistant.enums import Activity, DayType, Reply, RiskClass, Urgency, WrongPart
from tools.evaluate.responses import values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10AM", time(10)),
        ("12 pm", time(12)),
        ("12am", time(0)),
        ("7 p.m.", time(19)),
        ("22:30", time(22, 30)),
        ("6:45:10", time(6, 45)),
        ("14", time(14)),
        ("14.0", time(14)),
        ("24", time(0)),
        ("Morning", time(9)),
        ("late evening", time(22)),
    ],
)
def test_a_time_of_day(text: str, expected: time) -> None:
    assert values.clock(text) == expected


@pytest.mark.parametrize("text", ["13pm", "25", "10:75", "soon", "-3"])
def test_no_time_of_day(text: str) -> None:
    with pytest.raises(ValueError, match=r"time of day|twelve"):
        values.clock(text)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("2h", None, 120),
        ("1d", None, 1440),
        ("1h 30min", None, 90),
        ("90 s", None, 1.5),
        ("1.5 hours", None, 90),
        ("15", "minutes", 15),
        ("0,5", "hours", 30),
        ("60000", "ms", 1),
    ],
)
def test_a_duration(text: str, unit: str | None, expected: float) -> None:
    assert values.minutes(unit)(text) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["15", "2 fortnights", "-3", "soon"])
def test_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|unit"):
        values.minutes(None)(text)


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        values.minutes("hours")("-3")


def test_enumerations_by_value_or_name() -> None:
    assert values.one_of(Activity)("Media ") is Activity.MEDIA
    assert values.one_of(Urgency)("time sensitive") is Urgency.TIME_SENSITIVE
    assert values.one_of(RiskClass)("a1") is RiskClass.A1
    with pytest.raises(ValueError, match="none of asleep"):
        values.one_of(Activity)("driving")


def test_days_by_any_word() -> None:
    assert values.day_type("Tue") is DayType.WEEKDAY
    assert values.day_type("weekend") is DayType.SATURDAY
    assert values.day_type("Sunday") is DayType.SUNDAY


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2026-03-01T10:00:00", None),
        ("2026-03-01 10:00", None),
        ("2026-03-01T11:00:00+01:00", None),
        ("1772359200", None),
        ("1772359200000", None),
        ("01.03.26 10h", "%d.%m.%y %Hh"),
    ],
)
def test_a_timestamp(text: str, form: str | None) -> None:
    assert values.timestamp(form, UTC)(text) == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_no_timestamp() -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        values.timestamp(None, UTC)("10AM")


def test_answers() -> None:
    assert values.answer("Not now") == (Reply.NOT_NOW, None)
    assert values.answer("wrong:time") == (Reply.WRONG, WrongPart.TIME)
    assert values.answer("wrong") == (Reply.WRONG, None)
    assert values.answer("skip") is None
    for text in ("maybe", "accepted:time", "wrong:colour", "skip:content"):
        with pytest.raises(ValueError, match=r"none of|no wrong part"):
            values.answer(text)


def test_shares_and_counts() -> None:
    assert values.share("60%") == pytest.approx(0.6)
    assert values.count("3.0") == 3
    for convert, text in ((values.share, "1.2"), (values.count, "-1"), (values.number, "inf")):
        with pytest.raises(ValueError, match="not"):
            convert(text)


def test_a_kind_is_a_short_name() -> None:
    assert values.kind("Restaurant(<20)") == "restaurant_20"
    assert len(values.kind("x" * 500)) == values.MAX_KIND
    with pytest.raises(ValueError, match="no name"):
        values.kind("!!!")
