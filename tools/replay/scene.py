"""What is replayed: a home's entities, what they do, what is the matter, and the people who answer."""

import heapq
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol, runtime_checkable

from tools.sensing.fittings import Fitting
from tools.sensing.tracks import Change, Track, Value

REST: Final[Mapping[str, str]] = {
    "binary_sensor": "off", "light": "off", "media_player": "off", "fan": "off", "switch": "off", "cover": "closed",
    "lock": "locked",
}  # fmt: skip
"""How a thing stands once somebody has seen to it; a domain without a row is not moved by hand."""

HAND: Final = 7
"""Rank of what a hand or a service call has done: above the script, below a sensor that is gone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who lives in the home and can be told things."""

    member: int
    key: str
    """Of the person entity."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Matter:
    """Something that is truly the matter, from when to when; minutes since the start."""

    kind: str
    subjects: frozenset[str]
    began: float
    created: float
    over: float
    required: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """A message that has reached a phone."""

    at: float
    """Minute."""
    kind: str
    situation: str
    """The integration's own name of it."""
    subjects: frozenset[str]
    """Keys of the entities it is about, as far as they are known."""
    channel: str = "phone"
    level: str = "suggest"
    acted: bool = False
    """Whether it tells of what was done unasked."""
    length: str = "short"
    tone: str = "plain"
    with_reason: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a person does with a message."""

    reply: str
    """A value of the integration's `Reply`; what asks for no button is only noted."""
    after: float
    """Minutes from the message to the answer."""
    part: str | None = None
    truth: Mapping[str, float] = field(default_factory=dict)
    """What was true of the person at that moment, where it is known: content, moment, noticed, need."""
    about: float | None = None
    """Minute from which the matter was worth saying; None when the message was about nothing."""
    over: float | None = None
    """Minute at which it is over."""


@runtime_checkable
class Mind(Protocol):
    """Answers for one person."""

    def answer(self, offered: Offered) -> Answer | None:
        """Return the answer to a message; None for nothing at all."""

    def free(self, minute: float) -> float | None:
        """Return the first minute from the given one at which this person is at home and up; None when never."""

    def phone(self) -> list[tuple[float, str]]:
        """Return what the phone tells of its owner, as (minute, PhoneState) in order; empty when it tells nothing."""

    def welcome(self, minute: float) -> float | None:
        """Return how good a moment truly is, 0 to 1; None where nobody knows."""


@dataclass(kw_only=True)
class Scene:
    """A home and its people, ready to be lived."""

    name: str
    start: datetime
    """Local midnight of the first day."""
    minutes: float
    """How long it lasts."""
    fittings: dict[str, Fitting]
    tracks: dict[str, Track]
    people: tuple[Person, ...]
    minds: dict[int, Mind]
    """By member; who has none answers nothing."""
    matters: tuple[Matter, ...] = ()
    areas: bool = True
    language: str = "en"
    watched: int = 0
    """The member whom the replay is about."""

    def at(self, minute: float) -> datetime:
        """Return the time of a minute."""
        return self.start + timedelta(minutes=minute)


class Script:
    """What the entities do, moved by hands and service calls while it happens."""

    def __init__(self, scene: Scene) -> None:
        self._tracks = scene.tracks
        self._end = scene.minutes
        self._versions = dict.fromkeys(scene.fittings, 0)
        self._order = itertools.count()
        self._heap: list[tuple[float, int, int, Change]] = []
        for key in scene.fittings:
            if key in scene.tracks:
                self._plan(key, -1.0)

    def _plan(self, key: str, after: float) -> None:
        version = self._versions[key]
        for change in self._tracks[key].changes(self._end):
            if change.minute >= after:
                heapq.heappush(self._heap, (change.minute, next(self._order), version, change))

    def next_minute(self) -> float | None:
        """Return when something happens next."""
        while self._heap and self._heap[0][2] != self._versions[self._heap[0][3].key]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def take(self, minute: float) -> list[Change]:
        """Return what has happened up to a minute, in order."""
        found = []
        while (following := self.next_minute()) is not None and following <= minute:
            found.append(heapq.heappop(self._heap)[3])
        return found

    def hold(self, key: str, minute: float, until: float, value: Value) -> None:
        """Let a hand set an entity at a minute; the script has it back later."""
        if key not in self._versions or until <= minute:
            return
        track = self._tracks.setdefault(key, Track(key, value))
        track.hold(minute, until, value, HAND)
        self._versions[key] += 1
        self._plan(key, minute)
