"""The home as the detectors see it: things, states, who is in, what is usual."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from homeassistant.const import (
    STATE_HOME,
    STATE_ON,
    STATE_PLAYING,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant, State

from .habits import Habits
from .roles import HomeMap, Role, Thing

DEAD: Final = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})

# When a thing counts as on, by role: as it is not left when the last one goes.
_ON_STATES: Final = {
    Role.MEDIA: frozenset({STATE_PLAYING, STATE_ON}),
    Role.LOCK: frozenset({"unlocked", "open"}),
}
_DEFAULT_ON: Final = frozenset({STATE_ON})
_WORKING: Final = frozenset({"heating", "cooling"})


class Home:
    """One view of the home; cheap to ask, changed only by the coordinator's bookkeeping."""

    def __init__(self, hass: HomeAssistant, habits: Habits) -> None:
        """Start with an empty map; the coordinator surveys the registries."""
        self.hass = hass
        self.habits = habits
        self.map = HomeMap()
        self.people: tuple[str, ...] = ()
        """Person entities that live here, all of them, with or without a phone."""
        self.empty_since: datetime | None = None
        """Since when nobody is home, by the persons; None while somebody is."""
        self.last_to_leave: str | None = None
        self.last_presence: datetime | None = None
        """When something last moved inside; a home that moves while all are away has a guest."""

    def state(self, entity_id: str) -> State | None:
        """Return the live state of an entity, or None when it is missing or dead."""
        state = self.hass.states.get(entity_id)
        return None if state is None or state.state in DEAD else state

    def is_on(self, thing: Thing) -> bool:
        """Return whether a thing is on, open, unlocked, playing or heating; dead counts as not."""
        state = self.state(thing.entity_id)
        if state is not None and thing.role is Role.CLIMATE:
            return state.attributes.get("hvac_action") in _WORKING
        return state is not None and state.state in _ON_STATES.get(thing.role, _DEFAULT_ON)

    def on(self, *roles: Role) -> list[Thing]:
        """Return the things of some roles that are on."""
        return [thing for thing in self.map.of(*roles) if self.is_on(thing)]

    def since(self, thing: Thing) -> datetime | None:
        """Return when a thing took its present state."""
        state = self.state(thing.entity_id)
        return state.last_changed if state else None

    def at_home(self, people: Iterable[str] | None = None) -> list[str]:
        """Return the persons at home."""
        wanted = self.people if people is None else people
        return [person for person in wanted if (state := self.state(person)) is not None and state.state == STATE_HOME]

    def presence_known(self) -> bool:
        """Return whether any person has a state at all."""
        return any(self.state(person) is not None for person in self.people)

    def moved_since(self, when: datetime) -> bool:
        """Return whether anything moved inside after an instant."""
        return self.last_presence is not None and self.last_presence > when
