"""What is said again while nobody answers: one situation per turn, so that every turn ends by the clock."""

from datetime import timedelta
from typing import Final

from ..assistant.kinds import KINDS, REPEAT_MINUTES

EVERY: Final = timedelta(minutes=REPEAT_MINUTES)
REPEATS: Final = 3
"""Times that it is said again (product 3.3, kind 27)."""

WHOLE: Final = EVERY * (REPEATS + 1)
"""From the first time that it is said to the end of the last turn."""

_TURN: Final = ":again"
_TIME: Final = "@"


def situation_at(series: str, stamp: int, turn: int) -> str:
    """Return the name of a turn: what comes again another day has the series in common, and the time apart."""
    return f"{series}{_TIME}{stamp}{f'{_TURN}{turn}' if turn else ''}"


def _repeats(situation: str) -> bool:
    policy = KINDS.get(situation.partition(":")[0])
    return policy is not None and policy.repeats


def series_of(situation: str) -> str | None:
    """Return what a situation has in common with its turns and with other days; None for a kind that never repeats."""
    series, found, _ = situation.rpartition(_TIME)
    return series if found and _repeats(situation) else None


def first_of(situation: str) -> str:
    """Return the name of the first turn."""
    return situation.rpartition(_TURN)[0] or situation if _repeats(situation) else situation


def other_turns(situation: str) -> tuple[str, ...]:
    """Return the other turns of a situation; none where it is said once."""
    if series_of(situation) is None:
        return ()
    first = first_of(situation)
    turns = (first, *(f"{first}{_TURN}{turn}" for turn in range(1, REPEATS + 1)))
    return tuple(turn for turn in turns if turn != situation)
