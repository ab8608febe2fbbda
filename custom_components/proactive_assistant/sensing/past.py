"""Days gone by, lived again: recorded changes go through the same statistics as live ones.

A view of the home as it was, with books and habits of its own. Nothing is looked for and nothing is said: what comes
out are habits.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, override

from homeassistant.core import State

from ..assistant.enums import PhoneState
from .bookkeeping import Bookkeeper
from .habits import Habits
from .home import DEAD, Home
from .moment import Watch
from .roles import Role

SETTLE: Final = timedelta(seconds=1)
"""After a change, until residents are looked at: as live (coordinator.SETTLE)."""

STEADY: Final = timedelta(minutes=5)
"""Between looks while nothing changes, as live while anything is open (coordinator.SLOWEST)."""

SILENT: Final = timedelta(hours=12)
"""A home in which nothing was recorded for so long was not recorded: that time teaches nothing."""

_TELLING: Final = frozenset({Role.PERSON, Role.MOTION, Role.SEAT, Role.BED, Role.COOKING, Role.MEDIA})
"""Roles whose changes say what a resident does (activity.py)."""

type Observer = Callable[[State | None, State, datetime], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One recorded state."""

    at: datetime
    entity_id: str
    state: str | None
    """None when the entity was removed."""
    attributes: Mapping[str, Any] | None = None
    """None where they do not matter: those of today serve."""
    ours: bool = False
    """Whether it was our own action."""


class PastHome(Home):
    """The home as it was at an instant of the past: its states are recorded ones."""

    def __init__(self, present: Home) -> None:
        """Furnish it as the home is today, with nothing known of any state."""
        super().__init__(present.hass, Habits())
        self.map = present.map
        self.people = present.people
        self.exclusions = present.exclusions
        self.profiles = present.profiles
        self.states: dict[str, State] = {}

    @override
    def state(self, entity_id: str) -> State | None:
        state = self.states.get(entity_id)
        return None if state is None or state.state in DEAD else state


class Past:
    """Lives recorded days again, change by change, in order of time."""

    def __init__(
        self, present: Home, residents: Mapping[str, str], observers: Callable[[Home], Iterable[Observer]]
    ) -> None:
        """Begin before the first change; `residents` gives the person of each."""
        self.home = PastHome(present)
        self._present = present
        self._books = Bookkeeper(self.home)
        self._observers = tuple(observers(self.home))
        self._rhythms = {resident: self.home.habits.rhythm_of(resident) for resident in residents}
        self._residents = dict(residents)
        self._watches: list[Watch] = []
        self._inherited: set[str] = set()
        """Entities of which only is known how they stood at the beginning, not since when."""
        self._look_at: datetime | None = None
        self._last: datetime | None = None
        self.transitions = 0
        self.first: datetime | None = None
        self.met: set[str] = set()

    @property
    def habits(self) -> Habits:
        """Return what these days taught."""
        return self.home.habits

    def begin(self, states: Iterable[Change], at: datetime) -> None:
        """Arrange the home as it stood at the beginning."""
        for change in states:
            if change.state is not None:
                self.home.states[change.entity_id] = self._state(change, None)
                self._inherited.add(change.entity_id)
        self._books.catch_up(at)
        self._look_at = at

    def live(self, change: Change) -> None:
        """Take one recorded change."""
        while not self.caught_up(change.at):
            self.step(change.at)
        old = self.home.states.get(change.entity_id)
        if self.first is None:
            self.first = change.at
        self._last = change.at
        self.met.add(change.entity_id)
        if change.state is None:
            self.home.states.pop(change.entity_id, None)
            return
        new = self._state(change, old)
        self.home.states[change.entity_id] = new
        if change.entity_id in self.home.map.meters:
            self._books.metered(new)
        noted = change.entity_id in self.home.map.things or new.domain == "person"
        if noted and (old is None or old.state != new.state):
            self._note(change, old, new)

    def _note(self, change: Change, old: State | None, new: State) -> None:
        """Let everybody take note of a transition."""
        self.transitions += 1
        if change.entity_id in self._inherited:
            # How long it had been so is not known, and a part of it would pass for the whole.
            self._inherited.discard(change.entity_id)
            old = None
        self._books.changed(old, new, change.at, ours=change.ours)
        if not change.ours:
            for observe in self._observers:
                observe(old, new, change.at)
        thing = self.home.map.things.get(change.entity_id)
        if new.domain == "person" or (thing is not None and thing.role in _TELLING):
            soon = change.at + SETTLE
            self._look_at = soon if self._look_at is None else min(self._look_at, soon)

    def caught_up(self, until: datetime) -> bool:
        """Return whether there is nothing left to look at before an instant."""
        return self._look_at is None or self._look_at > until

    def step(self, until: datetime) -> None:
        """Look at the residents once, as often as live, if that is due before an instant."""
        now = self._look_at
        if now is None or now > until:
            return
        if self._last is not None and now > self._last + SILENT:
            # What anybody did in those hours nobody knows; the next change begins anew.
            self._watches, self._look_at = [], None
            return
        if not self._watches:
            self._watches = [Watch(person, self._rhythms[item]) for item, person in self._residents.items()]
        for watch in self._watches:
            watch.observe(self.home, now, PhoneState.UNKNOWN)
        soon = self._books.next_time(now)
        self._look_at = now + STEADY if soon is None else min(now + STEADY, soon + SETTLE)

    def end(self, at: datetime) -> None:
        """Count the time up to the end."""
        while not self.caught_up(at):
            self.step(at)
        if self._look_at is not None:
            for watch in self._watches:
                watch.observe(self.home, at, PhoneState.UNKNOWN)

    def _state(self, change: Change, old: State | None) -> State:
        """Return a recorded state as the home had it."""
        attributes = change.attributes
        if attributes is None:
            today = self._present.hass.states.get(change.entity_id)
            attributes = today.attributes if today is not None else None
        same = old is not None and old.state == change.state
        return State(
            change.entity_id,
            str(change.state),
            attributes,
            last_changed=old.last_changed if same and old is not None else change.at,
            last_updated=change.at,
            validate_entity_id=False,
        )
