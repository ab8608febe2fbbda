"""Text of a cell to a value the assistant's facts can hold."""

import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, time, tzinfo
from enum import Enum, IntEnum, StrEnum
from typing import Any, Final

from assistant.enums import DayType, Reply, WrongPart

MAX_KIND: Final = 40
"""Characters of a kind; the assistant's state is small, and a kind is a key in it."""

_UNITS: Final = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), 1 / 60_000),
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1 / 60),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 1.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 60.0),
    **dict.fromkeys(("d", "day", "days"), 1440.0),
    **dict.fromkeys(("w", "week", "weeks"), 10_080.0),
}
UNITS: Final = tuple(_UNITS)

_WORDS: Final = {
    "midnight": time(0),
    "night": time(2),
    "early_morning": time(6),
    "morning": time(9),
    "forenoon": time(10),
    "noon": time(12),
    "midday": time(12, 30),
    "lunch": time(12, 30),
    "afternoon": time(15, 30),
    "evening": time(19),
    "late_evening": time(22),
    "late_night": time(1),
}
_DAYS: Final = {
    **dict.fromkeys(
        ("mon", "monday", "tue", "tuesday", "wed", "wednesday", "thu", "thursday", "fri", "friday"), DayType.WEEKDAY
    ),
    **dict.fromkeys(("workday", "working_day", "weekday", "weekdays"), DayType.WEEKDAY),
    **dict.fromkeys(("sat", "saturday", "weekend", "weekends"), DayType.SATURDAY),
    **dict.fromkeys(("sun", "sunday"), DayType.SUNDAY),
    **dict.fromkeys(("holiday", "public_holiday"), DayType.HOLIDAY),
}
_YES: Final = {
    **dict.fromkeys(("yes", "y", "true", "t", "1", "on"), True),
    **dict.fromkeys(("no", "n", "false", "f", "0", "off"), False),
}

_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)")
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2}(?:\.\d+)?)?\s*(am|pm|a\.m\.|p\.m\.|h)?")
_MILLISECONDS_FROM: Final = 1e11
_LONGEST: Final = 10 * 366 * 1440.0
"""Minutes of the longest duration that is believed: ten years."""
_YEARS: Final = range(1900, 2200)
_PARTS: Final = tuple(WrongPart)

type Convert = Callable[[str], Any]
"""Text to a value; raises ValueError with what was expected instead."""


def slug(text: str) -> str:
    """Return a text as a name: small letters, digits and underscores."""
    return re.sub(r"\W+", "_", text.casefold()).strip("_")


def one_of(kind: type[Enum]) -> Convert:
    """Return a converter to an enumeration by its values, or by its names where the values are numbers."""
    numbered = issubclass(kind, IntEnum)
    known = {member.name.lower() if numbered else str(member.value): member for member in kind}

    def convert(text: str) -> Any:
        found = known.get(slug(text))
        if found is None:
            raise ValueError(f"none of {', '.join(known)}")
        return found

    return convert


def number(text: str) -> float:
    """Return a finite number; a decimal comma will do."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise ValueError("not a number") from None
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return value


def count(text: str) -> int:
    """Return a whole number of things, not negative."""
    value = number(text)
    if value < 0 or not value.is_integer():
        raise ValueError("not a count")
    return int(value)


def share(text: str) -> float:
    """Return a number from 0 to 1; a percentage will do."""
    value = number(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0 <= value <= 1:
        raise ValueError("not between 0 and 1")
    return value


def yes_or_no(text: str) -> bool:
    """Return a truth value."""
    try:
        return _YES[slug(text.removesuffix(".0"))]
    except KeyError:
        raise ValueError("neither yes nor no") from None


def minutes(unit: str | None) -> Convert:
    """Return a converter of durations to minutes: `2h`, `1 day`, `1h 30min`, or bare numbers of a unit."""

    def believed(value: float) -> float:
        if not 0 <= value <= _LONGEST:
            raise ValueError("a negative duration" if value < 0 else "a duration of more than ten years")
        return value

    def convert(text: str) -> float:
        parts = _DURATION.findall(text.casefold())
        if parts and not _DURATION.sub("", text.casefold()).strip(" ,"):
            if unknown := [name for _, name in parts if name not in _UNITS]:
                raise ValueError(f"no unit of time: {unknown[0]}")
            return believed(sum(float(amount) * _UNITS[name] for amount, name in parts))
        if unit is None:
            raise ValueError("a duration without a unit; give one, such as `unit: minutes`")
        return believed(number(text) * _UNITS[unit])

    return convert


def clock(text: str) -> time:
    """Return a time of day: `10AM`, `22:30`, `7 p.m.`, `14`, or a word such as `morning`."""
    word = _WORDS.get(slug(text))
    if word is not None:
        return word
    found = _CLOCK.fullmatch(text.strip().casefold().removesuffix(".0"))
    if found is None:
        raise ValueError(f"no time of day such as 10AM or 22:30, nor one of {', '.join(_WORDS)}")
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "h")[0]
    if half != "h":
        if not 1 <= hour <= 12:
            raise ValueError("no hour of a twelve-hour clock")
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 24 or minute > 59:
        raise ValueError("no time of day")
    return time(hour % 24, minute)


def day_type(text: str) -> DayType:
    """Return the kind of day a word stands for."""
    found = _DAYS.get(slug(text))
    if found is None:
        raise ValueError(f"none of {', '.join(_DAYS)}")
    return found


def timestamp(form: str | None, zone: tzinfo) -> Convert:
    """Return a converter to aware local times: ISO 8601, a strptime form, or seconds or milliseconds since 1970."""

    def convert(text: str) -> datetime:
        try:
            if form is not None:
                found = datetime.strptime(text, form)  # noqa: DTZ007 - the zone follows
            elif re.fullmatch(r"\d{9,14}(\.\d+)?", text):
                seconds = float(text)
                found = datetime.fromtimestamp(seconds / (1000 if seconds >= _MILLISECONDS_FROM else 1), UTC)
            else:
                found = datetime.fromisoformat(text)
        except ValueError, OverflowError, OSError:
            raise ValueError(f"no time of the form {form or 'of ISO 8601, or seconds since 1970'}") from None
        if found.year not in _YEARS:
            raise ValueError(f"no year from {_YEARS.start} to {_YEARS.stop - 1}")
        return found.replace(tzinfo=zone) if found.tzinfo is None else found.astimezone(zone)

    return convert


def kind(text: str) -> str:
    """Return the name of a kind."""
    name = slug(text)[:MAX_KIND]
    if not name:
        raise ValueError("no name")
    return name


type Answer = tuple[Reply, WrongPart | None] | None
"""A reply and the part named as wrong; None for a row to leave out."""


def answer(text: str) -> Answer:
    """Return a reply by name, `wrong:PART`, or None for `skip`."""
    name, _, part = text.partition(":")
    name, part = slug(name), slug(part)
    if name == "skip" and not part:
        return None
    if name not in tuple(Reply):
        raise ValueError(f"none of {', '.join(Reply)}, wrong:PART, skip")
    if not part:
        return Reply(name), None
    if name != Reply.WRONG or part not in _PARTS:
        raise ValueError(f"no wrong part; they are {', '.join(f'wrong:{item}' for item in _PARTS)}")
    return Reply.WRONG, WrongPart(part)


def label(text: str) -> bool | None:
    """Return yes, no, or None for `skip`."""
    return None if slug(text) == "skip" else yes_or_no(text)


def text_of(value: object) -> str:
    """Return a value that a mapping file wrote, as the text a cell would hold."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, StrEnum):
        return value.value
    return str(value)
