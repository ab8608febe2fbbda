"""What has been promised or begun, and must survive a kill: offers, replies being worked on, deeds, silences.

Rules (product 3.1 and 4.3, issue "Reaching people"): an offer is on disk before it is sent, a reply before it is
acknowledged, a deed with its snapshots before the first call goes out. What was begun and not finished is reported
after a restart and never repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from ..assistant.enums import Reason, Reply, WrongPart
from ..assistant.facts import Moment, Suggestion
from ..assistant.results import Decision


class Until(StrEnum):
    """What *later* can wait for besides a time."""

    EVENING = "evening"
    MORNING = "morning"
    HOME = "home"
    """The resident comes home; for somebody who is at home, comes home again."""
    CHANGED = "changed"
    """The situation changes: something joins it, or it ends and begins again."""


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
    sent: bool = True
    """False from the instant it is on disk until the phones have taken it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A reply that was given and is being worked on; gone once it is learned from and accounted for."""

    offer: Offer
    reply: Reply
    at: datetime
    user_id: str | None = None
    context_id: str | None = None
    secure: bool = False
    """Whether it is a tap on a resident's own phone, as class A3 needs."""
    until: datetime | None = None
    part: WrongPart | None = None


class DeedStatus(StrEnum):
    """How far something that was done has come."""

    BEGUN = "begun"
    DONE = "done"
    UNFINISHED = "unfinished"
    """Home Assistant stopped in the middle: reported, never repeated."""
    UNDOING = "undoing"
    UNDONE = "undone"


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """One entity as it was before it was touched."""

    entity_id: str
    state: str
    attributes: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """Something that was done in the home, and how it was before."""

    id: str
    """Token of the offer it came from, or one of its own; unguessable, so it also names the Undo button."""
    resident: str
    suggestion: Suggestion
    moment: Moment
    decision: Decision
    at: datetime
    automatic: bool
    status: DeedStatus
    snapshots: tuple[Snapshot, ...] = ()
    """Of everything it was about to touch."""
    changed: tuple[str, ...] = ()
    """What it did touch."""
    context_ids: tuple[str, ...] = ()
    """Of its calls: changes that carry them are not a person's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A situation that was promised past its own time; `suggestion.expires` is the end of the promise."""

    suggestion: Suggestion
    clock: datetime
    """When it would have ended by the clock."""
    mark: str
    """How its entities stood."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence:
    """Something that must not be said to a resident for a while."""

    reason: Reason
    until: datetime | None = None
    """None lasts until the situation ends, or for good."""
    lasting: bool = False
    """Whether it outlives the situation: *never*."""
    waits_for: Until | None = None
    mark: str = ""
    """What the situation looked like, for a silence that waits for a change."""
