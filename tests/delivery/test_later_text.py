"""What people write behind *Later*: in English or German, understood whole or not at all."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.proactive_assistant.delivery.later_text import LONGEST, parse_later
from custom_components.proactive_assistant.storage.promises import Until

NOW = datetime(2026, 11, 24, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30 min", 30),
        ("30min", 30),
        ("in 30 minutes", 30),
        ("in 45 Minuten", 45),
        ("20", 20),
        ("1 h", 60),
        ("2 hours", 120),
        ("1,5 Stunden", 90),
        ("1.5 h", 90),
        ("an hour", 60),
        ("half an hour", 30),
        ("in einer halben Stunde", 30),
        ("eine halbe Stunde", 30),
        ("in zwei Stunden", 120),
        ("3 days", 4320),
        ("in 2 Tagen", 2880),
        ("  Later 30 MIN.  ", 30),
    ],
)
def test_durations(text: str, minutes: int) -> None:
    assert parse_later(text, NOW) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("tonight", Until.EVENING),
        ("this evening", Until.EVENING),
        ("heute Abend", Until.EVENING),
        ("abends", Until.EVENING),
        ("tomorrow", Until.MORNING),
        ("tomorrow morning", Until.MORNING),
        ("morgen", Until.MORNING),
        ("Morgen früh!", Until.MORNING),
        ("when home", Until.HOME),
        ("when I'm home", Until.HOME),
        ("when I get home", Until.HOME),
        ("wenn ich zuhause bin", Until.HOME),
        ("zu Hause", Until.HOME),
        ("when it changes", Until.CHANGED),
        ("wenn sich was ändert", Until.CHANGED),
    ],
)
def test_events(text: str, until: Until) -> None:
    assert parse_later(text, NOW) is until


@pytest.mark.parametrize(
    ("text", "hour", "days"),
    [("20:00", 20, 0), ("at 8 pm", 20, 0), ("um 20 Uhr", 20, 0), ("8 am", 8, 1), ("until 7:00", 7, 1), ("12 am", 0, 1)],
)
def test_clock_times_are_the_next_of_their_kind(text: str, hour: int, days: int) -> None:
    wanted = NOW.replace(hour=hour, minute=0) + timedelta(days=days)
    assert parse_later(text, NOW) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "no",
        "30 bananas",
        "after 30 min or so",
        "0",
        "999 days",
        "25:00",
        "13 pm",
        "20:75",
        "in",
        None,
        30,
        ["30 min"],
    ],
)
def test_what_is_not_understood_whole_is_not_understood(text: object) -> None:
    assert parse_later(text, NOW) is None


@given(st.text(max_size=40))
def test_any_text_gives_a_bounded_future_or_nothing(text: str) -> None:
    found = parse_later(text, NOW)
    if isinstance(found, timedelta):
        assert timedelta(0) < found <= LONGEST
    elif isinstance(found, datetime):
        assert NOW < found <= NOW + timedelta(days=1)
    else:
        assert found is None or isinstance(found, Until)
