"""What a rule of the furniture may know: the trace, who is in, whether it is dark, and dice of its own."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import astral  # type: ignore[import-untyped]
import astral.sun  # type: ignore[import-untyped]

from tools.demo.instance import LATITUDE, LONGITUDE
from tools.demo.trace import Span, Trace, absences

BATHROOM: Final = frozenset({"Shower", "Basin", "Toilet", "Cabinet"})
KITCHEN: Final = frozenset({"Cooktop", "Fridge", "Cupboard", "Microwave", "Toaster"})

_OBSERVER: Final = astral.Observer(LATITUDE, LONGITUDE, 665)
# Lamps go on a while before the sun is down.
_DARK_BELOW_DEGREES: Final = 3.0
_SOON_UP: Final = timedelta(minutes=12)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One thing that moves: where in time, which key of home.yaml, to what.

    Changes with a `thread` belong together (a machine is opened, emptied, closed): who does the first of them sooner
    takes them off the list.
    """

    at: datetime
    key: str
    value: object
    thread: str = ""


type Rule = Callable[[Household], Iterator[Change]]


class Household:
    """One resident's fortnight, as the rules see it."""

    def __init__(self, trace: Trace, seed: int) -> None:
        self.trace = trace
        self.absences = absences(trace.sensors)
        self.nights = self.spans("Bed")
        self._seed = seed

    def dice(self, rule: str, at: datetime) -> random.Random:
        """Give a rule dice for one moment: the same however many days are played, and whatever week it is."""
        return random.Random(f"{self._seed}/{rule}/{at - self.trace.start}")

    def spans(self, *names: str) -> list[Span]:
        """List the times some sensors were on."""
        return [span for span in self.trace.sensors if span.name in names]

    def visits(self, names: frozenset[str], gap: timedelta) -> list[Span]:
        """Join a room's sensors into visits: what is less than a gap apart is one."""
        found: list[Span] = []
        for span in self.spans(*names):
            if found and span.start - found[-1].end < gap:
                end = max(found[-1].end, span.end)
                found[-1] = Span(start=found[-1].start, end=end, name=found[-1].name)
            else:
                found.append(span)
        return found

    def up(self, at: datetime) -> datetime:
        """Give the first time from `at` on that the resident is in and out of bed, with a while to get going."""
        for span in sorted([*self.absences, *self.nights], key=lambda span: span.start):
            if span.start <= at < span.end:
                at = span.end + _SOON_UP
        return at

    def leaves_or_retires(self, after: datetime) -> datetime:
        """Give the next time the resident goes out or to bed."""
        starts = (span.start for span in [*self.absences, *self.nights])
        return min((start for start in starts if start > after), default=self.trace.end)

    @staticmethod
    def dark(at: datetime) -> bool:
        """Say whether one would want a lamp."""
        return bool(astral.sun.elevation(_OBSERVER, at) < _DARK_BELOW_DEGREES)


def minutes(dice: random.Random, low: float, high: float) -> timedelta:
    """Throw a number of minutes."""
    return timedelta(minutes=dice.uniform(low, high))
