"""What every kind has in common: a detector that reads the home and reports what it finds."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, ClassVar, Final

from homeassistant.core import State

from ..assistant.enums import Category, RiskClass, Urgency
from ..assistant.facts import PlannedAction, Suggestion
from ..sensing.home import Home
from ..sensing.roles import HomeMap, Role, Thing

AFTERGLOW: Final = timedelta(minutes=45)
"""How long a situation that ends by the clock stays true past its time to be told.

What ends while it may still be told was ended by somebody, and is learned from as such (delivery/desk.py).
"""


A_WHILE: Final = timedelta(minutes=15)
"""How far ahead a matter stays that waits for somebody to come home."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What the table of kinds says of a kind, for a message that is of none: its author says it."""

    kind: str
    category: Category
    urgency: Urgency
    benefit: float
    risk: RiskClass = RiskClass.A0


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A situation that is true now, worth saying from `due` on."""

    situation: str
    """Stable while the situation lasts: one thread per situation."""
    due: datetime
    began: datetime
    entity_ids: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    actions: tuple[PlannedAction, ...] = ()
    persons: tuple[str, ...] = ()
    """Whom it concerns; empty means everybody who lives here."""
    risk_present: bool = False
    automated: bool = False
    """Whether an automation of the user's does the same: then there is nothing to say (product 3.1)."""
    safety: bool = False
    """The safety lane: said whatever caps, quiet hours and the model say."""
    expires: datetime | None = None
    """When it ends by the clock; None takes the kind's time to live."""

    terms: Terms | None = None
    """Instead of a row in the table of kinds."""

    @property
    def risk(self) -> RiskClass:
        """Return the highest risk class among the actions, and what its author says of it."""
        said = self.terms.risk if self.terms is not None else RiskClass.A0
        return max((action.risk for action in self.actions), default=said)


def due_at_home(home: Home, due: datetime, now: datetime) -> datetime:
    """Return when something is worth saying that is for who is in: it lasts while all are out, and waits for them.

    If it ended when they leave, their leaving would be taken for their having seen to it.
    """
    return due if home.at_home() else max(due, now + A_WHILE)


def outlasts_leaving(home: Home, due: datetime, now: datetime) -> bool:
    """Return whether something for who is in lasts now: also for a while after those have left who heard of it."""
    left = home.empty_since
    return bool(home.at_home()) or (left is not None and due <= left and now - left <= AFTERGLOW)


def by_room(things: Iterable[Thing]) -> dict[str, list[str]]:
    """Return names by area, areas in order of appearance: lists need no inflection."""
    rooms: dict[str, list[str]] = {}
    for thing in things:
        rooms.setdefault(thing.area or "", []).append(thing.name)
    return rooms


class Detector(ABC):
    """Finds the situations of one kind. Pure reading: it changes nothing in the home."""

    kind: ClassVar[str]
    roles: ClassVar[frozenset[Role]]
    """Roles of the things whose changes can create or end a situation."""
    guards: ClassVar[bool] = False
    """Whether some of what it finds is of the safety lane, so that it looks even where its kind is excluded."""

    def __init__(self, home: Home) -> None:
        """Read this home."""
        self.home = home

    def available(self, home_map: HomeMap) -> bool:
        """Return whether the home has what this kind needs."""
        return bool(home_map.of(*self.roles))

    def observe(self, old: State | None, new: State, now: datetime) -> None:  # noqa: B027 - most kinds need no memory
        """Take note of a change of a watched thing."""

    def recall(self, suggestion: Suggestion, now: datetime) -> None:  # noqa: B027 - most kinds read it from the home
        """Take up what was told before a restart and has not been answered."""

    def renamed(self, old: str, new: str) -> None:  # noqa: B027 - most kinds read it from the home
        """Take note that an entity has a new id."""

    def over(self, suggestion: Suggestion, done: datetime, now: datetime) -> bool:
        """Return whether what was done about a situation was for a while that is over: it is put back then."""
        return False

    def by_hand(self, suggestion: Suggestion) -> bool:
        """Return whether what has just ended was seen to by somebody; else it ended for another reason."""
        return True

    def meant(self, suggestion: Suggestion, now: datetime) -> None:  # noqa: B027 - most kinds learn nothing of it
        """Take note that somebody said that it is so on purpose."""

    def lasts(self, suggestion: Suggestion) -> bool | None:
        """Return whether what was put off past its own time still holds; None where its entities' states tell."""
        return None

    @abstractmethod
    def findings(self, now: datetime) -> Iterable[Finding]:
        """Yield every situation that is true now, due or not yet due."""
