"""Alex, the pretend resident: answers like a person who has something else to do.

The labels of the recording are Alex's true activity (the integration never sees them). A table gives the habits: per
kind of suggestion and state of mind, how likely each answer is. The dice are seeded per suggestion.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tools.demo.furniture import empty_washer
from tools.demo.household import Change, minutes
from tools.demo.trace import ASLEEP, AWAY, Trace


class Reply(StrEnum):
    """What Alex does with a notification."""

    DO_IT = "do it"
    LATER = "later"
    NOT_NOW = "not now"
    BY_HAND = "by hand"
    NOTHING = "nothing"


class Mind(StrEnum):
    """How free Alex is."""

    ASLEEP = "asleep"
    AWAY = "away"
    BUSY = "busy"
    EATING = "eating"
    IDLE = "idle"


_MINDS: Final = {
    ASLEEP: Mind.ASLEEP,
    AWAY: Mind.AWAY,
    "Breakfast": Mind.EATING,
    "Dinner": Mind.EATING,
    "Grooming": Mind.BUSY,
    "Lunch": Mind.EATING,
    "Showering": Mind.BUSY,
    "Snack": Mind.EATING,
    "Toileting": Mind.BUSY,
}
# What may be asleep, under the shower or at the basin does not look at a phone before that is over.
_UNREACHABLE: Final = frozenset({Mind.ASLEEP, Mind.BUSY})
# Minutes until the phone is looked at.
_DELAY: Final = {
    Mind.AWAY: (1.0, 7.0),
    Mind.EATING: (2.0, 9.0),
    Mind.IDLE: (0.7, 6.0),
}

# Odds of do it, later, not now, by hand, nothing.
type Odds = tuple[float, float, float, float, float]
_ANY: Final = "any"
_HABITS: Final[Mapping[str, Mapping[Mind, Odds]]] = {
    "leave_home": {
        Mind.AWAY: (0.75, 0.03, 0.07, 0.0, 0.15),
        Mind.IDLE: (0.0, 0.0, 0.6, 0.2, 0.2),
        Mind.EATING: (0.0, 0.0, 0.7, 0.1, 0.2),
    },
    "opening_left": {
        Mind.AWAY: (0.1, 0.4, 0.2, 0.0, 0.3),
        Mind.IDLE: (0.25, 0.15, 0.1, 0.4, 0.1),
        Mind.EATING: (0.05, 0.25, 0.4, 0.1, 0.2),
    },
    "appliance_done": {
        Mind.AWAY: (0.0, 0.6, 0.2, 0.0, 0.2),
        Mind.IDLE: (0.6, 0.15, 0.05, 0.1, 0.1),
        Mind.EATING: (0.0, 0.3, 0.6, 0.0, 0.1),
    },
    _ANY: {
        Mind.AWAY: (0.2, 0.3, 0.3, 0.0, 0.2),
        Mind.IDLE: (0.4, 0.2, 0.2, 0.0, 0.2),
        Mind.EATING: (0.1, 0.3, 0.4, 0.0, 0.2),
    },
}
_REPLIES: Final = (Reply.DO_IT, Reply.LATER, Reply.NOT_NOW, Reply.BY_HAND, Reply.NOTHING)
# Two washes are days apart: what is planned or asked within this time is about the same one.
_SAME_JOB: Final = timedelta(hours=12)
# Who said "later" means it: the second time is no reason to put it off again.
_SECOND_TIME: Final[Odds] = (0.8, 0.0, 0.1, 0.0, 0.1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """When Alex answers, how, and what Alex's hands do about it."""

    at: datetime
    reply: Reply
    mind: Mind
    hands: tuple[Change, ...] = ()


@dataclass
class Resident:
    """One person with habits and dice."""

    trace: Trace
    seed: int
    _asked: dict[str, list[datetime]] = field(default_factory=dict)

    def mind(self, at: datetime) -> Mind:
        """Say how free Alex is; between two labels Alex is walking about, which counts as free."""
        return _MINDS.get(self.trace.label_at(at), Mind.IDLE)

    def answer(self, kind: str, situation: str, about: str, at: datetime) -> Answer:
        """React to a notification of a kind; `about` is what it is about: a key of home.yaml, where there is one."""
        asked = self._asked.setdefault(situation, [])
        # By count, not by time: the clock ticks while it is moved, and an answer must not hang on a millisecond.
        dice = random.Random(f"{self.seed}/{situation}/{len(asked)}")
        again = bool(asked) and at - asked[-1] < _SAME_JOB
        asked.append(at)
        seen = self._reachable(at)
        seen += minutes(dice, *_DELAY[self.mind(seen)])
        mind = self.mind(seen)
        if mind in _UNREACHABLE:
            return Answer(at=seen, reply=Reply.NOTHING, mind=mind)
        odds = _HABITS.get(kind, _HABITS[_ANY])[mind]
        if again and mind is Mind.IDLE:
            odds = _SECOND_TIME
        reply = dice.choices(_REPLIES, odds)[0]
        moves = reply in {Reply.DO_IT, Reply.BY_HAND} and mind is not Mind.AWAY
        hands = tuple(_hands(about, seen, dice)) if moves else ()
        if reply is Reply.BY_HAND and not hands:
            reply = Reply.NOTHING
        return Answer(at=seen, reply=reply, mind=mind, hands=hands)

    def _reachable(self, at: datetime) -> datetime:
        while self.mind(at) in _UNREACHABLE:
            at = next(
                (span.end for span in self.trace.labels if span.start <= at < span.end),
                self.trace.end,
            )
        return at


def _hands(about: str, at: datetime, dice: random.Random) -> Iterator[Change]:
    """Do what was suggested: what has to be done by hand is done some minutes after the answer."""
    soon = at + minutes(dice, 0.5, 3)
    if about.startswith("washer"):
        yield from empty_washer(soon)
    elif about.endswith(("_window", "_door")):
        yield Change(at=soon, key=about, value=False)


def overtaken(planned: Change, hands: tuple[Change, ...]) -> bool:
    """Say whether a planned change falls away because the hands have done it: nobody empties an empty drum.

    What is only set to where it already is (a window closed twice) needs no such care: it changes nothing.
    """
    return bool(planned.thread) and any(
        change.key == planned.key and change.at <= planned.at < change.at + _SAME_JOB for change in hands
    )
