"""Who answers in a scene that is no persona's: the habits of a diary, or the answers that were really given."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from tools.demo import resident as habits
from tools.demo.trace import ASLEEP, AWAY, Span
from tools.demo.trace import Trace as Diary

from .scene import Answer, Offered

_LABELS: Final[Mapping[str, str]] = {
    "asleep": ASLEEP,
    "away": AWAY,
    "leaving": "Grooming",
    "grooming": "Grooming",
    "eating": "Lunch",
    "call": "Toileting",
}
"""Activities as the demo's habits know them; any other is a free minute."""
_REPLIES: Final[Mapping[habits.Reply, str]] = {
    habits.Reply.DO_IT: "accepted",
    habits.Reply.LATER: "later",
    habits.Reply.NOT_NOW: "not_now",
    habits.Reply.BY_HAND: "unseen",
    habits.Reply.NOTHING: "unseen",
}
SEED: Final = 2
NEAR: Final = 12 * 60.0
"""Minutes within which a recorded answer is the answer to a message of its kind."""


class Diarist:
    """Somebody of whom only the diary is known: answers by the demo's table of habits, with its dice."""

    def __init__(
        self,
        start: datetime,
        minutes: float,
        activities: Sequence[tuple[float, str]],
        phone: Sequence[tuple[float, str]],
    ) -> None:
        self._start = start
        self.activities = list(activities)
        self._phone = list(phone)
        ends = [*(at for at, _ in self.activities[1:]), minutes][: len(self.activities)]
        labels = tuple(
            Span(start=self._at(at), end=self._at(end), name=_LABELS.get(activity, activity.capitalize()))
            for (at, activity), end in zip(self.activities, ends, strict=True)
            if end > at
        )
        whole = Span(start=start, end=self._at(minutes), name="Seat")
        self._resident = habits.Resident(Diary(sensors=(whole,), labels=labels, repaired=0), SEED)
        self._labels = labels

    def _at(self, minute: float) -> datetime:
        return self._start + timedelta(minutes=minute)

    def answer(self, offered: Offered) -> Answer | None:
        """Return what the diary's owner does with a message."""
        at = self._at(offered.at)
        found = self._resident.answer(offered.kind, offered.situation, next(iter(offered.subjects), ""), at)
        return Answer(reply=_REPLIES[found.reply], after=max((found.at - at) / timedelta(minutes=1), 0.1))

    def free(self, minute: float) -> float | None:
        """Return the first minute at which the diary's owner is at home and up."""
        at = self._at(minute)
        for span in self._labels:
            if span.end > at and span.name not in (ASLEEP, AWAY):
                return max(minute, (span.start - self._start) / timedelta(minutes=1))
        return None if self._labels else minute

    def phone(self) -> list[tuple[float, str]]:
        """Return what the phone tells."""
        return list(self._phone)

    def welcome(self, minute: float) -> float | None:
        """Return nothing: a diary does not say how good a moment is."""
        del minute
        return None


class Recorded:
    """Somebody whose real answers are in the trace: the nearest of its kind is given again."""

    def __init__(self, replies: Sequence[Mapping[str, Any]], phone: Sequence[tuple[float, str]]) -> None:
        self._replies = list(replies)
        self._phone = list(phone)

    def answer(self, offered: Offered) -> Answer | None:
        """Return the answer that was given to such a message around this time; None when there was none."""
        near = [line for line in self._replies if line["kind"] == offered.kind and abs(line["at"] - offered.at) <= NEAR]
        if not near:
            return None
        best = min(near, key=lambda line: abs(line["at"] - offered.at))
        return Answer(reply=str(best["reply"]), after=float(best["after"]))

    def free(self, minute: float) -> float | None:
        """Return the minute itself: whoever answered then was there."""
        return minute

    def phone(self) -> list[tuple[float, str]]:
        """Return what the phone tells."""
        return list(self._phone)

    def welcome(self, minute: float) -> float | None:
        """Return nothing: an answer says nothing of other moments."""
        del minute
        return None
