"""The home as the detectors see it: things, states, who is in, what is usual."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from homeassistant.const import (
    STATE_HOME,
    STATE_OFF,
    STATE_ON,
    STATE_PLAYING,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util

from ..assistant.enums import HomeMode
from .exclusions import Exclusions
from .forecast import Forecast
from .habits import Habits
from .number import finite
from .profile import Profile
from .roles import HomeMap, Role, Thing
from .thermostat import work_of

__all__ = ["DEAD", "Home", "finite", "listed"]

DEAD: Final = frozenset({STATE_UNAVAILABLE, STATE_UNKNOWN})

# When a thing counts as on, by role: as it is not left when the last one goes.
_ON_STATES: Final = {
    Role.MEDIA: frozenset({STATE_PLAYING, STATE_ON}),
    Role.LOCK: frozenset({"unlocked", "open", STATE_ON}),
    Role.GARAGE: frozenset({"open", "opening", STATE_ON}),
    Role.AWNING: frozenset({"open", "opening"}),
    Role.SHADE: frozenset({"open", "opening"}),
    Role.COVER_WINDOW: frozenset({"open", "opening"}),
}
_DEFAULT_ON: Final = frozenset({STATE_ON})
SAVINGS: Final = 0.30
"""Units of the currency (product 4.4)."""

_FIRE: Final = frozenset({"smoke", "carbon_monoxide", "gas", "heat"})
ALONE: Final = "alone:home"
"""Under which habits know in which absences something moved."""

PETS: Final = 0.6
"""Share of absences with motion from which it is a pet that moves."""

HANDS: Final = "hands:home"
"""Under which habits know in which absences somebody did something with their hands, by the day of the week from one
on; nought where nobody did. No pet opens a fridge."""

UNSEEN_HANDS: Final = 0.25
UNSEEN_DAYS: Final = 3
UNSEEN_MOVES: Final = 0.3
"""Shares of absences with hands at work, and with motion, from which somebody lives here whom no person stands for;
and the days of the week on which they are: who cleans comes on one."""

HOLDS_ON: Final = timedelta(minutes=2)
"""Motion sensors hold on for a while after the last one has gone; later motion is somebody else's."""

HELD: Final = timedelta(minutes=20)
"""Slow ones hold on for longer; past this it is not they."""

STILL: Final = timedelta(minutes=12)
"""Who sits and reads moves within this time, mostly; who has gone out by a door does not."""

TRAVELS: Final = timedelta(hours=24)
"""Away for longer than this nobody is about to come home."""

STUCK: Final = timedelta(hours=12)
"""A sensor that has been on for this long says nothing of now."""

TWICE: Final = timedelta(minutes=2)
ONCE: Final = timedelta(minutes=60)
MOVES: Final = (Role.MOTION, Role.SEAT, Role.BED, Role.COOKING)
"""What tells that somebody is there."""


def listed(state: State, attribute: str) -> tuple[str, ...]:
    """Return an attribute that should be a list of texts; empty when it is anything else."""
    found = state.attributes.get(attribute)
    return tuple(item for item in found if isinstance(item, str)) if isinstance(found, list | tuple) else ()


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
        self.exclusions = Exclusions()
        """What a person took out of view; the survey and the choice of detectors heed it."""
        self.mode = HomeMode.NORMAL
        """Guest, vacation and party mode, as people set it."""
        self.mode_until: datetime | None = None
        """When the mode ends by itself; None until people end it."""
        self.profiles: dict[str, Profile] = {}
        """What residents chose for themselves, by person; who chose nothing is missing."""
        self.takers: Callable[[str], tuple[str, ...]] = lambda _kind: ()
        """Who took on the latest of a kind of chores, by what they answered; one person for each."""
        self.forecast = Forecast()
        self.savings = SAVINGS
        """Units of the currency from which saving is worth a word."""
        self.signs: list[tuple[datetime, str]] = []
        """What moved, and when, since everybody has been out; only the latest few."""
        self.last_stir: datetime | None = None
        """When something last moved, ceased to, or was handled inside, but for the doors that people leave by."""
        self.visits: dict[str, list[tuple[datetime, datetime]]] = {}
        """Begin and end of the latest movements in each area, close ones as one."""
        self.last_door: datetime | None = None
        """When a door, a garage or a lock last moved."""
        self.close_sent: set[str] = set()
        """Covers that were sent a close and have not been closed since: never sent a second one (product 4.3)."""
        self.rain_told: dict[str, datetime] = {}
        """Windows that are open to the rain, since when that has been worth saying: no other kind tells of them too."""

    def state(self, entity_id: str) -> State | None:
        """Return the live state of an entity, or None when it is missing or dead."""
        state = self.hass.states.get(entity_id)
        return None if state is None or state.state in DEAD else state

    def silent(self, entity_ids: Iterable[str]) -> bool:
        """Return whether any of some entities is there and tells nothing; what is gone for good is another matter."""
        states = (self.hass.states.get(entity_id) for entity_id in entity_ids)
        return any(state is not None and state.state in DEAD for state in states)

    def is_on(self, thing: Thing) -> bool:
        """Return whether a thing is on, open, unlocked, playing or heating; dead counts as not."""
        state = self.state(thing.entity_id)
        if state is not None and thing.role is Role.CLIMATE:
            return work_of(state) is not None
        return state is not None and state.state in _ON_STATES.get(thing.role, _DEFAULT_ON)

    def on(self, *roles: Role) -> list[Thing]:
        """Return the things of some roles that are on."""
        return [thing for thing in self.map.of(*roles) if self.is_on(thing)]

    def since(self, thing: Thing) -> datetime | None:
        """Return when a thing took its present state."""
        state = self.state(thing.entity_id)
        return state.last_changed if state else None

    def number(self, thing: Thing) -> float | None:
        """Return the finite number a thing reports, or None."""
        state = self.state(thing.entity_id)
        return None if state is None else finite(state.state)

    def still_for(self, thing: Thing, now: datetime) -> timedelta | None:
        """Return how long nothing has moved in the area of a thing; None when nothing there could tell."""
        sensors = self.beside(thing, *MOVES)
        states = [state for sensor in sensors if (state := self.state(sensor.entity_id)) is not None]
        if not states:
            return None
        if any(state.state in _DEFAULT_ON for state in states):
            return timedelta()
        return now - max(state.last_changed for state in states)

    def beside(self, thing: Thing, *roles: Role) -> list[Thing]:
        """Return the things of some roles in the same room; none when that is not known."""
        return self.map.beside(thing, *roles)

    def door_open(self, lock: Thing) -> bool:
        """Return whether a door at a lock stands open: on its device, else any door of its area."""
        doors = self.map.siblings(lock, Role.OPENING) or [
            thing for thing in self.beside(lock, Role.OPENING) if thing.detail != "window"
        ]
        return any(self.is_on(door) for door in doors)

    def in_danger(self) -> bool:
        """Return whether a sensor reports fire or gas: then ways out stay open and nothing is switched."""
        return any(thing.detail in _FIRE for thing in self.on(Role.HAZARD))

    def way_clear(self, cover: Thing) -> bool:
        """Return whether a garage door or gate has a sensor for obstacles, and it reports none."""
        sensors = self.map.siblings(cover, Role.OBSTRUCTION)
        states = [state.state for sensor in sensors if (state := self.state(sensor.entity_id)) is not None]
        return bool(sensors) and len(states) == len(sensors) and all(state == STATE_OFF for state in states)

    def at_home(self, people: Iterable[str] | None = None) -> list[str]:
        """Return the persons at home."""
        wanted = self.people if people is None else people
        return [person for person in wanted if (state := self.state(person)) is not None and state.state == STATE_HOME]

    def expects(self, now: datetime) -> bool:
        """Return whether a resident is out who may come home any moment: who has been gone for a day travels."""
        states = (self.state(person) for person in self.people)
        return any(
            state is not None and state.state != STATE_HOME and now - state.last_changed < TRAVELS for state in states
        )

    def enter(self, mode: HomeMode, now: datetime) -> None:
        """Change the mode of the home; guests are assumed to stay until midnight, a journey until the first return."""
        self.mode = mode
        self.mode_until = None
        if mode is HomeMode.GUEST:
            self.mode_until = dt_util.start_of_local_day(dt_util.as_local(now) + timedelta(days=1))

    def mode_over(self, now: datetime) -> bool:
        """End a mode whose time is up; return whether it did."""
        if self.mode_until is None or now < self.mode_until:
            return False
        self.enter(HomeMode.NORMAL, now)
        return True

    def parents(self) -> tuple[str, ...]:
        """Return the residents who are not marked as children."""
        return tuple(person for person in self.people if not self.profile(person).child)

    def profile(self, person: str) -> Profile:
        """Return what a resident chose for themselves."""
        return self.profiles.get(person, Profile())

    def presence_known(self) -> bool:
        """Return whether any person has a state at all."""
        return any(self.state(person) is not None for person in self.people)

    def pets(self) -> bool:
        """Return whether what moves in an empty home is a pet: it moves in most absences, and never has hands."""
        return self._moves() and self._shows_hands() and not self._hands()

    def lives_unseen(self) -> bool:
        """Return whether somebody lives here whom no person stands for: hands are at work while all are out.

        Where nothing could show hands, what moves may be a pet or somebody, so it is taken for somebody; a lock that is
        opened while all are out tells of somebody with a key.
        """
        if not self._shows_hands():
            return self._moves() or self._hands()
        moves = not self.map.of(*MOVES) or self.habits.recent.usual(ALONE, 0.0, share=1 - UNSEEN_MOVES) > 0
        return moves and self._hands()

    def _moves(self) -> bool:
        """Return whether something moves in most absences."""
        return self.habits.recent.usual(ALONE, 0.0, share=1 - PETS) > 0

    def _hands(self) -> bool:
        """Return whether somebody's hands are at work in many absences, and not on the same day of the week."""
        recent = self.habits.recent
        days = set(recent.latest(HANDS)) - {0.0}
        return len(days) >= UNSEEN_DAYS and recent.usual(HANDS, 0.0, share=1 - UNSEEN_HANDS) > 0

    def _shows_hands(self) -> bool:
        """Return whether the home has what hands are at several times a day; a washer's door is not."""
        return bool(self.map.of(Role.OPENING, Role.COLD_DOOR))

    def somebody_in(self, now: datetime) -> bool:
        """Return whether somebody seems to be in although every resident is out.

        What moved twice is somebody; what moved once, or blinked within minutes, may be the sun, so it counts for a
        while only. In a home that moves in most absences it is a pet, which needs no light. Where somebody lives
        without a phone, everybody else's leaving says little: that needs a door and stillness.
        """
        if self.lives_unseen():
            return self.vacant_since(now) is None
        if self.pets():
            return False
        if self.seen_until(now):
            return True
        if not self.signs:
            return False
        (first, one), (last, another) = self.signs[0], self.signs[-1]
        return last - first >= TWICE or one != another or now - last <= ONCE

    def seen_until(self, now: datetime) -> bool:
        """Return whether a sensor of movement sees somebody who did not leave: radar says so once, not again."""
        left = self.empty_since
        if left is None or now - left <= HOLDS_ON:
            return False
        on = [since for thing in self.on(*MOVES) if (since := self.since(thing)) is not None and now - since < STUCK]
        return any(since > left + HOLDS_ON or now - left >= HELD or self.lives_unseen() for since in on)

    def vacant_since(self, now: datetime) -> datetime | None:
        """Return since when nobody at all seems to be in; None while somebody is, or may be.

        With somebody who has no phone it is the later of two: when the last person left, or when a door moved after
        which nothing has stirred. Either needs stillness before it is believed, and sensors that could tell of it.
        """
        left = self.empty_since
        if left is None or not self.lives_unseen():
            return None if left is None or self.somebody_in(now) else left
        stirred = self.last_stir
        if stirred is not None and stirred > left + HOLDS_ON:
            door = self.last_door
            left = door if door is not None and stirred <= door + HOLDS_ON else None
        if left is None or now - max(left, stirred or left) < STILL or self.seen_until(now):
            return None
        return left if any(self.state(thing.entity_id) for thing in self.map.of(*MOVES)) else None

    def moved_since(self, when: datetime) -> bool:
        """Return whether anything moved inside after an instant."""
        return self.last_presence is not None and self.last_presence > when
