"""The ledger: every decision, delivery, reply and deed, and the promises that are still open.

Bounded by age and by number. What a resident was told is read back from here after a restart, so that no
message is sent twice and a reply to yesterday's message still counts. One file, written whole or not at all: after
a kill it shows one instant, never half of one.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from ..assistant.enums import REPLIES_THAT_ANSWER, Category, Channel, Reason, Reply, Verdict
from ..assistant.facts import Moment, RecentReply, Suggestion
from ..assistant.kinds import KINDS, SAFETY
from ..assistant.results import Decision, Outcome
from ..assistant.settings import NEVER_HOURS
from .codec import from_plain, to_plain
from .orders import Orders
from .promises import Answer, Deed, DeedStatus, Kept, Offer, Silence

__all__ = ["LINES", "Answer", "Deed", "DeedStatus", "Entry", "Ledger", "Lesson", "Offer", "Silence", "entry_for"]

KEEP: Final = timedelta(days=90)
MAX_ENTRIES: Final = 5000
MAX_LESSONS: Final = 200
"""Outcomes kept per home for rebuilding a state after a change of model."""

RECENT: Final = 8
"""Replies a moment carries; the model reads the latest three and the latest of the kind."""

PUSHES_KEPT: Final = timedelta(days=8)
"""The longest look back of any cap: exploration counts by the week."""

SNAPSHOT_KEPT: Final = timedelta(hours=24)
"""So long what was done can be undone (product 4.4)."""

JOURNEY_KEPT: Final = timedelta(days=60)
"""So long it can where it lasts until somebody is back: a heating that saves is put back after the longest holiday."""

NOT_AGAIN: Final = timedelta(hours=NEVER_HOURS)
"""So long nothing is said of what was undone, as after *not now*."""

INTERRUPTING: Final = frozenset({Channel.PHONE, Channel.SPEAKER})


LINES: Final = ("offered", "held_back", "executed", "unfinished", "demoted", "promoted")
"""What the account says besides the replies."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the account."""

    at: datetime
    type: str
    """One of LINES or a reply."""
    resident: str
    kind: str
    situation: str
    suggestion_id: str
    reason: Reason | None = None
    channel: Channel | None = None
    numbers: dict[str, float] = field(default_factory=dict)
    entities: tuple[str, ...] = ()
    """What it was about, or what was changed."""


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
        self.retention = KEEP
        """How long lines are kept; the options may say otherwise."""
        self.offers: dict[str, Offer] = {}
        self.answers: dict[str, Answer] = {}
        """Replies that were given and are not yet learned from, by the offer's token."""
        self.deeds: dict[str, Deed] = {}
        """What was done in the last 24 hours, by its token."""
        self.kept: dict[str, Kept] = {}
        """Situations that were promised past their own time."""
        self.orders = Orders()
        self.close_sent: set[str] = set()
        """Covers that were sent a close; the home shares this set."""
        self.learned_count: dict[str, int] = {}
        """Outcomes ever learned of each resident; a state on disk that counts fewer is behind."""
        self.silences: dict[str, dict[str, Silence]] = {}
        self.lessons: deque[Lesson] = deque(maxlen=MAX_LESSONS)
        self.known_since: dict[str, datetime] = {}
        self._plain: deque[dict[str, Any]] = deque(maxlen=MAX_ENTRIES)
        self._plain_lessons: deque[dict[str, Any]] = deque(maxlen=MAX_LESSONS)
        self._pushed: deque[Entry] = deque()
        self._replied: dict[str, deque[Entry]] = {}
        self._plain_kept: dict[str, tuple[object, dict[str, Any]]] = {}

    def note(self, entry: Entry) -> None:
        """Write one line and let go of what is too old."""
        self._index(entry)
        self._plain.append(to_plain(entry))
        while entry.at - self.entries[0].at > self.retention:
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
        self._keep_lesson(lesson)
        self.learned_count[lesson.resident] = self.learned_count.get(lesson.resident, 0) + 1

    def _keep_lesson(self, lesson: Lesson) -> None:
        self.lessons.append(lesson)
        self._plain_lessons.append(to_plain(lesson))

    def offers_to(self, resident: str) -> list[Offer]:
        """Return the unanswered messages in front of a resident, oldest first."""
        return [offer for offer in self.offers.values() if offer.resident == resident]

    def _pushes(self, resident: str | None) -> Iterable[Entry]:
        return (entry for entry in self._pushed if resident in (None, entry.resident))

    def pushed(self, since: datetime) -> list[Entry]:
        """Return the messages that interrupted anybody since an instant, oldest first."""
        return [entry for entry in self._pushed if entry.at >= since]

    def pushes_since(self, since: datetime, resident: str | None = None) -> int:
        """Return how many messages interrupted a resident, or anybody, since an instant; danger does not count."""
        return sum(
            entry.at >= since and entry.kind != SAFETY.key and entry.reason is not Reason.SAFETY
            for entry in self._pushes(resident)
        )

    def last_push(self, resident: str) -> datetime | None:
        """Return when a resident was last interrupted."""
        return max((entry.at for entry in self._pushes(resident)), default=None)

    def answered(self, push: Entry) -> bool:
        """Return whether a message was answered, or is being answered: whoever does has seen all that it said."""
        return any(
            answer.offer.suggestion.id == push.suggestion_id and answer.offer.resident == push.resident
            for answer in self.answers.values()
        ) or any(
            entry.situation == push.situation and entry.at >= push.at and entry.type in REPLIES_THAT_ANSWER
            for entry in self._replied.get(push.resident, ())
        )

    def put_off(self, resident: str) -> dict[str, datetime]:
        """Return the situations a resident asked to hear of again and has not since, with when they did.

        Only what interrupted them may do so again, and once for each time that they put it off.
        """
        last = {entry.situation: entry for entry in self._replied.get(resident, ())}
        again = self.last_push_by_situation(resident)
        return {
            situation: entry.at
            for situation, entry in last.items()
            if entry.type == Reply.LATER
            and entry.channel in INTERRUPTING
            and not (situation in again and again[situation] > entry.at)
        }

    def spoken(self, resident: str) -> list[datetime]:
        """Return when a resident was spoken to in the last days, oldest first."""
        return [entry.at for entry in self._pushes(resident) if entry.channel is Channel.SPEAKER]

    def last_push_by_kind(self, resident: str) -> dict[str, datetime]:
        """Return when each kind last interrupted a resident.

        What they put off with *later* does not count: they asked for it to come back.
        """
        last = {entry.situation: entry.type for entry in self._replied.get(resident, ())}
        return {entry.kind: entry.at for entry in self._pushes(resident) if last.get(entry.situation) != Reply.LATER}

    def last_push_by_situation(self, resident: str) -> dict[str, datetime]:
        """Return when each situation last interrupted a resident."""
        return {entry.situation: entry.at for entry in self._pushes(resident)}

    def explored_since(self, since: datetime, resident: str) -> int:
        """Return how many uncertain messages a resident got since an instant."""
        return sum(entry.at >= since and entry.reason is Reason.EXPLORING for entry in self._pushes(resident))

    def recent_replies(self, resident: str, now: datetime) -> tuple[RecentReply, ...]:
        """Return a resident's latest replies, latest first.

        How they answer the reminders that they set up themselves is used for nothing else (product 3.3, kind 27): a
        pill that was overlooked makes no other message less welcome, and does not silence tomorrow's.
        """
        return tuple(
            RecentReply(
                kind=entry.kind,
                category=policy.category if policy else Category.OTHER,
                reply=Reply(entry.type),
                minutes_ago=(now - entry.at).total_seconds() / 60,
            )
            for entry in reversed(self._replied.get(resident, ()))
            if (policy := KINDS.get(entry.kind)) is None or not policy.asked_for
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
        """Forget what lasted until a situation ended; *never* outlives it."""
        self.kept.pop(situation, None)
        for mine in self.silences.values():
            found = mine.get(situation)
            if found is not None and found.until is None and not found.lasting:
                del mine[situation]

    def situation_refused(self, situation: str, now: datetime) -> None:
        """Keep a situation from everybody: what was done about it was not wanted."""
        for resident in self.known_since:
            self.silence(resident, situation, Silence(reason=Reason.SAID_NO_BEFORE, until=now + NOT_AGAIN))

    def next_gone(self) -> datetime | None:
        """Return when the oldest snapshot is too old to keep; None without any."""
        return min((_gone(deed) for deed in self.deeds.values()), default=None)

    def tidy(self, now: datetime) -> int:
        """Let go of what is too old; return how many snapshots went."""
        old = [key for key, deed in self.deeds.items() if _gone(deed) <= now]
        for key in old:
            del self.deeds[key]
        for resident in self.silences:
            self.silenced(resident, now)
        self.kept = {key: item for key, item in self.kept.items() if item.suggestion.expires > now}
        self.orders.tidy(now, now - self.retention)
        while self.entries and now - self.entries[0].at > self.retention:
            self.entries.popleft()
            self._plain.popleft()
        return len(old)

    def keep(self, entry: Callable[[Entry], bool], lesson: Callable[[Lesson], bool]) -> tuple[int, int]:
        """Keep only the lines and lessons for which a test holds; return how many of each went."""
        entries, lessons = list(self.entries), list(self.lessons)
        for table in (self.entries, self.lessons, self._plain, self._plain_lessons, self._pushed):
            table.clear()
        self._replied.clear()
        for line in filter(entry, entries):
            self.note(line)
        for kept in filter(lesson, lessons):
            self._keep_lesson(kept)
        return len(entries) - len(self.entries), len(lessons) - len(self.lessons)

    def forget_resident(self, resident: str) -> None:
        """Drop everything about somebody who no longer lives here."""
        self.keep(lambda entry: entry.resident != resident, lambda lesson: lesson.resident != resident)
        for offer in self.offers_to(resident):
            del self.offers[offer.token]
        self.answers = {key: item for key, item in self.answers.items() if item.offer.resident != resident}
        self.deeds = {key: item for key, item in self.deeds.items() if item.resident != resident}
        self.orders.muted.pop(resident, None)
        self.orders.ratings = tuple(item for item in self.orders.ratings if item.resident != resident)
        for table in (self.silences, self.known_since, self.learned_count):
            table.pop(resident, None)

    def _plain_of(self, key: str, item: object) -> dict[str, Any]:
        """Return a promise in its stored form, made once for each state it is in."""
        found = self._plain_kept.get(key)
        if found is None or found[0] is not item:
            found = self._plain_kept[key] = (item, to_plain(item))
        return found[1]

    def to_dict(self) -> dict[str, Any]:
        """Return everything for storage, as it is at one instant: call it in the event loop only."""
        kept: dict[str, object] = {f"o{key}": item for key, item in self.offers.items()}
        kept |= {f"a{key}": item for key, item in self.answers.items()}
        kept |= {f"d{key}": item for key, item in self.deeds.items()}
        kept |= {f"k{key}": item for key, item in self.kept.items()}
        for gone in self._plain_kept.keys() - kept.keys():
            del self._plain_kept[gone]
        return {
            "entries": list(self._plain),
            "offers": [self._plain_of(f"o{key}", item) for key, item in self.offers.items()],
            "answers": [self._plain_of(f"a{key}", item) for key, item in self.answers.items()],
            "deeds": [self._plain_of(f"d{key}", item) for key, item in self.deeds.items()],
            "kept": [self._plain_of(f"k{key}", item) for key, item in self.kept.items()],
            "silences": {resident: to_plain(dict(mine)) for resident, mine in self.silences.items() if mine},
            "lessons": list(self._plain_lessons),
            "known_since": to_plain(self.known_since),
            "learned_count": dict(self.learned_count),
            "close_sent": sorted(self.close_sent),
            "orders": to_plain(self.orders),
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
            ledger._keep_lesson(from_plain(Lesson, item))
        ledger.known_since = {resident: from_plain(datetime, at) for resident, at in data["known_since"].items()}
        # Not in the files of the first version.
        for item in data.get("answers", ()):
            answer = from_plain(Answer, item)
            ledger.answers[answer.offer.token] = answer
        for item in data.get("deeds", ()):
            deed = from_plain(Deed, item)
            ledger.deeds[deed.id] = deed
        for item in data.get("kept", ()):
            kept = from_plain(Kept, item)
            ledger.kept[kept.suggestion.situation] = kept
        ledger.learned_count = from_plain(dict[str, int], data.get("learned_count", {}))
        ledger.close_sent = set(from_plain(tuple[str, ...], data.get("close_sent", [])))
        ledger.orders = from_plain(Orders, data.get("orders", {}))
        return ledger


def _gone(deed: Deed) -> datetime:
    """Return when a deed is no longer kept."""
    policy = KINDS.get(deed.suggestion.kind)
    lasts = policy is not None and policy.until_return and deed.status is DeedStatus.DONE
    return deed.at + (JOURNEY_KEPT if lasts else SNAPSHOT_KEPT)


def entry_for(
    kind: str,
    at: datetime,
    resident: str,
    suggestion: Suggestion,
    decision: Decision | None = None,
    entities: tuple[str, ...] | None = None,
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
        entities=suggestion.entity_ids if entities is None else entities,
    )
