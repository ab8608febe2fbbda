"""The ledger: every decision, delivery and reply, and the promises that are still open.

Bounded by age and by number. What a resident was told is read back from here after a restart, so that no
message is sent twice and a reply to yesterday's message still counts.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from ..assistant.enums import Category, Channel, Reason, Reply, Verdict
from ..assistant.facts import Moment, RecentReply, Suggestion
from ..assistant.kinds import KINDS, SAFETY
from ..assistant.results import Decision, Outcome
from .codec import from_plain, to_plain

KEEP: Final = timedelta(days=90)
MAX_ENTRIES: Final = 5000
MAX_LESSONS: Final = 200
"""Outcomes kept per home for rebuilding a state after a change of model."""

RECENT: Final = 8
"""Replies a moment carries; the model reads the latest three and the latest of the kind."""

PUSHES_KEPT: Final = timedelta(days=8)
"""The longest look back of any cap: exploration counts by the week."""

INTERRUPTING: Final = frozenset({Channel.PHONE, Channel.SPEAKER})


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the account."""

    at: datetime
    type: str
    """offered, held_back, executed, expired, resolved or a reply."""
    resident: str
    kind: str
    situation: str
    suggestion_id: str
    reason: Reason | None = None
    channel: Channel | None = None
    numbers: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A message in front of a resident that has not been answered."""

    token: str
    """Unguessable part of its action ids."""
    resident: str
    suggestion: Suggestion
    moment: Moment
    decision: Decision
    at: datetime
    title: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence:
    """Something that must not be said to a resident for a while."""

    reason: Reason
    until: datetime | None = None
    """None lasts until the situation ends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """One outcome with all that is needed to learn from it again."""

    resident: str
    suggestion: Suggestion
    moment: Moment
    decision: Decision
    outcome: Outcome


class Ledger:
    """The account in memory.

    Lines are kept in their stored form beside the objects, and what caps and gaps ask for in indexes of its
    own: the event loop neither walks nor serialises ninety days to answer "how many today?".
    """

    def __init__(self) -> None:
        """Start empty."""
        self.entries: deque[Entry] = deque(maxlen=MAX_ENTRIES)
        self.offers: dict[str, Offer] = {}
        self.silences: dict[str, dict[str, Silence]] = {}
        self.lessons: deque[Lesson] = deque(maxlen=MAX_LESSONS)
        self.known_since: dict[str, datetime] = {}
        self._plain: deque[dict[str, Any]] = deque(maxlen=MAX_ENTRIES)
        self._plain_lessons: deque[dict[str, Any]] = deque(maxlen=MAX_LESSONS)
        self._pushed: deque[Entry] = deque()
        self._replied: dict[str, deque[Entry]] = {}

    def note(self, entry: Entry) -> None:
        """Write one line and let go of what is too old."""
        self._index(entry)
        self._plain.append(to_plain(entry))
        while entry.at - self.entries[0].at > KEEP:
            self.entries.popleft()
            self._plain.popleft()

    def _index(self, entry: Entry) -> None:
        """Add a line to the account and to the indexes it belongs to."""
        self.entries.append(entry)
        if entry.type == "offered" and entry.channel in INTERRUPTING:
            self._pushed.append(entry)
            while entry.at - self._pushed[0].at > PUSHES_KEPT:
                self._pushed.popleft()
        elif entry.type in Reply and entry.channel is not None:
            self._replied.setdefault(entry.resident, deque(maxlen=RECENT)).append(entry)

    def learned(self, lesson: Lesson) -> None:
        """Keep an outcome for a rebuilding of the state."""
        self.lessons.append(lesson)
        self._plain_lessons.append(to_plain(lesson))

    def offers_to(self, resident: str) -> list[Offer]:
        """Return the unanswered messages in front of a resident, oldest first."""
        return [offer for offer in self.offers.values() if offer.resident == resident]

    def _pushes(self, resident: str | None) -> Iterable[Entry]:
        return (entry for entry in self._pushed if resident in (None, entry.resident))

    def pushes_since(self, since: datetime, resident: str | None = None) -> int:
        """Return how many messages interrupted a resident, or anybody, since an instant; danger does not count."""
        return sum(entry.at >= since and entry.kind != SAFETY.key for entry in self._pushes(resident))

    def last_push(self, resident: str) -> datetime | None:
        """Return when a resident was last interrupted."""
        return max((entry.at for entry in self._pushes(resident)), default=None)

    def last_push_by_kind(self, resident: str) -> dict[str, datetime]:
        """Return when each kind last interrupted a resident.

        What they put off with *later* does not count: they asked for it to come back.
        """
        last = {entry.situation: entry.type for entry in self._replied.get(resident, ())}
        return {entry.kind: entry.at for entry in self._pushes(resident) if last.get(entry.situation) != Reply.LATER}

    def last_push_by_situation(self, resident: str) -> dict[str, datetime]:
        """Return when each situation last interrupted a resident."""
    def spoken(self, resident: str) -> list[datetime]:
        """Return when a resident was spoken to in the last days, oldest first."""
        return [entry.at for entry in self._pushes(resident) if entry.channel is Channel.SPEAKER]
        return {entry.situation: entry.at for entry in self._pushes(resident)}

    def explored_since(self, since: datetime, resident: str) -> int:
        """Return how many uncertain messages a resident got since an instant."""
        return sum(entry.at >= since and entry.reason is Reason.EXPLORING for entry in self._pushes(resident))

    def recent_replies(self, resident: str, now: datetime) -> tuple[RecentReply, ...]:
        """Return a resident's latest replies, latest first."""
        return tuple(
            RecentReply(
                kind=entry.kind,
                category=policy.category if (policy := KINDS.get(entry.kind)) else Category.OTHER,
                reply=Reply(entry.type),
                minutes_ago=(now - entry.at).total_seconds() / 60,
            )
            for entry in reversed(self._replied.get(resident, ()))
        )

    def silence(self, resident: str, key: str, silence: Silence) -> None:
        """Keep a situation or kind from a resident."""
        self.silences.setdefault(resident, {})[key] = silence

    def silenced(self, resident: str, now: datetime) -> dict[str, str]:
        """Return what must stay silent for a resident now, with the reason."""
        mine = self.silences.get(resident, {})
        for key in [k for k, item in mine.items() if item.until is not None and item.until <= now]:
            del mine[key]
        return {key: item.reason.value for key, item in mine.items()}

    def next_silence_end(self, now: datetime) -> datetime | None:
        """Return when the next silence ends by itself."""
        ends = (item.until for mine in self.silences.values() for item in mine.values())
        return min((end for end in ends if end is not None and end > now), default=None)

    def situation_over(self, situation: str) -> None:
        """Forget silences that lasted until a situation ended."""
        for mine in self.silences.values():
            if situation in mine and mine[situation].until is None:
                del mine[situation]

    def forget_resident(self, resident: str) -> None:
        """Drop everything about somebody who no longer lives here."""
        entries = [entry for entry in self.entries if entry.resident != resident]
        lessons = [lesson for lesson in self.lessons if lesson.resident != resident]
        for table in (self.entries, self.lessons, self._plain, self._plain_lessons, self._pushed):
            table.clear()
        self._replied.clear()
        for entry in entries:
            self.note(entry)
        for lesson in lessons:
            self.learned(lesson)
        for offer in self.offers_to(resident):
            del self.offers[offer.token]
        self.silences.pop(resident, None)
        self.known_since.pop(resident, None)

    def to_dict(self) -> dict[str, Any]:
        """Return everything for storage; called in a thread, so every table is copied in one step."""
        return {
            "entries": list(self._plain),
            "offers": [to_plain(offer) for offer in list(self.offers.values())],
            "silences": {resident: to_plain(dict(mine)) for resident, mine in list(self.silences.items())},
            "lessons": list(self._plain_lessons),
            "known_since": to_plain(dict(self.known_since)),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Ledger:
        """Return the ledger of stored data. Raises ValueError, KeyError or TypeError when damaged."""
        ledger = cls()
        for item in data["entries"]:
            ledger._index(from_plain(Entry, item))
            ledger._plain.append(item)
        for item in data["offers"]:
            offer = from_plain(Offer, item)
            ledger.offers[offer.token] = offer
        for resident, mine in data["silences"].items():
            for key, item in mine.items():
                ledger.silence(resident, key, from_plain(Silence, item))
        for item in data["lessons"]:
            ledger.learned(from_plain(Lesson, item))
        ledger.known_since = {resident: from_plain(datetime, at) for resident, at in data["known_since"].items()}
        return ledger


def entry_for(
    kind: str,
    at: datetime,
    resident: str,
    suggestion: Suggestion,
    decision: Decision | None = None,
) -> Entry:
    """Return a line of the account about one suggestion."""
    # What was held back has no channel: it ended without anybody having been spoken to.
    spoke = decision is not None and decision.verdict in (Verdict.SPEAK, Verdict.ACT)
    return Entry(
        at=at,
        type=kind,
        resident=resident,
        kind=suggestion.kind,
        situation=suggestion.situation,
        suggestion_id=suggestion.id,
        reason=decision.reason if decision else None,
        channel=decision.channel if decision is not None and spoke else None,
        numbers=dict(decision.numbers) if decision else {},
    )
