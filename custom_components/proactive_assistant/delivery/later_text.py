"""What people write behind *Later*: a duration, a clock time, or an event.

English and German are both understood, whatever the interface speaks.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from ..storage.promises import Until

LONGEST: Final = timedelta(days=7)
"""Nobody means more than a week by *later*; what is longer was meant otherwise."""

type LaterTime = timedelta | datetime | Until

_UNITS: Final = (
    (r"(?:m|min|mins|minutes?|minuten?)", timedelta(minutes=1)),
    (r"(?:h|hrs?|hours?|std|stunden?)", timedelta(hours=1)),
    (r"(?:d|days?|tage?n?)", timedelta(days=1)),
)
_NUMBERS: Final = {
    "a": 1.0,
    "an": 1.0,
    "one": 1.0,
    "ein": 1.0,
    "eine": 1.0,
    "einer": 1.0,
    "einem": 1.0,
    "half a": 0.5,
    "half an": 0.5,
    "half": 0.5,
    "halbe": 0.5,
    "halben": 0.5,
    "eine halbe": 0.5,
    "einer halben": 0.5,
    "two": 2.0,
    "zwei": 2.0,
    "three": 3.0,
    "drei": 3.0,
}
_NUMBER: Final = "|".join([r"\d{1,4}(?:[.,]\d)?", *sorted(_NUMBERS, key=len, reverse=True)])
_DURATIONS: Final = tuple(
    (re.compile(rf"(?:(?:in|for|für)\s+)?(?P<number>{_NUMBER})\s*{unit}"), length) for unit, length in _UNITS
)
_CLOCK: Final = re.compile(
    r"(?P<word>(?:at|um|until|till|bis|ab)\s+)?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s*(?P<suffix>am|pm|uhr|h)?"
)
_BARE_NUMBER: Final = re.compile(r"\d{1,3}")

_WORDS: Final[tuple[tuple[str, Until], ...]] = (
    (r"(?:tonight|this evening|(?:in the )?evening|heute abend|(?:am )?abends?)", Until.EVENING),
    (
        r"(?:tomorrow(?: morning)?|(?:in the )?morning|morgen(?: früh)?|morgens|am morgen|früh)",
        Until.MORNING,
    ),
    (
        r"(?:(?:when )?(?:i'?m |i am |i get |back )?(?:at )?home|(?:wenn ich )?(?:zu ?hause|daheim|da)(?: bin)?)",
        Until.HOME,
    ),
    (
        r"(?:when (?:it|something|that) changes|on change|wenn (?:es|sich) (?:sich )?(?:was |etwas )?ändert)",
        Until.CHANGED,
    ),
)
_PATTERNS: Final = tuple((re.compile(pattern), until) for pattern, until in _WORDS)


def parse_later(text: object, now: datetime) -> LaterTime | None:
    """Return what a text means, given the local time; None when it means nothing that is known.

    The whole text has to be understood: half a sentence is a guess, and a guess about a promise is worse than the
    plain hour that the button stands for.
    """
    if not isinstance(text, str):
        return None
    plain = re.sub(r"\s+", " ", text.strip().lower().strip(".!? ")).removeprefix("later ").removeprefix("später ")
    readers: tuple[Callable[[str, datetime], LaterTime | None], ...] = (_event, _duration, _clock)
    return next((found for read in readers if (found := read(plain, now)) is not None), None)


def _event(plain: str, _now: datetime) -> Until | None:
    return next((until for pattern, until in _PATTERNS if pattern.fullmatch(plain)), None)


def _duration(plain: str, _now: datetime) -> timedelta | None:
    if _BARE_NUMBER.fullmatch(plain):
        # A number alone is minutes: nobody types the unit on a phone.
        return _bounded(timedelta(minutes=int(plain)))
    for pattern, length in _DURATIONS:
        if match := pattern.fullmatch(plain):
            number = match["number"]
            count = _NUMBERS[number] if number in _NUMBERS else float(number.replace(",", "."))
            return _bounded(count * length)
    return None


def _bounded(length: timedelta) -> timedelta | None:
    return length if timedelta(minutes=1) <= length <= LONGEST else None


def _clock(plain: str, now: datetime) -> datetime | None:
    match = _CLOCK.fullmatch(plain)
    if match is None or not any(match[part] for part in ("word", "minute", "suffix")):
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["suffix"] in ("am", "pm"):
        if not 1 <= hour <= 12:  # noqa: PLR2004 - the twelve-hour clock
            return None
        hour = hour % 12 + (12 if match["suffix"] == "pm" else 0)
    if hour > 23 or minute > 59:  # noqa: PLR2004 - a clock
        return None
    at = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return at if at > now else at + timedelta(days=1)
