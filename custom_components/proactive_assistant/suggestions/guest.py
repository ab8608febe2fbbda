"""Somebody is in the home although everybody who lives there is out, or a guest's device has come.

Whether it is an intruder is the alarm's business; the residents are only asked whether they have a guest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State

from ..actions.risk import SET_MODE
from ..assistant.enums import HomeMode, RiskClass
from ..assistant.facts import PlannedAction
from ..sensing.bookkeeping import is_way_out
from ..sensing.guests import STAYS
from ..sensing.home import ALONE, DEAD, Home
from ..sensing.roles import HomeMap, Role, Thing
from ..sensing.words import GUEST_WORDS, mentions
from .base import Detector, Finding, by_room

AWAY_FOR: Final = timedelta(minutes=10)
"""Who comes back for the keys, and motion sensors that hold on, are over by then (product 3.3)."""

TWICE: Final = timedelta(minutes=2)
"""One blink of one motion sensor is the sun or a curtain; a guest is noticed again, or elsewhere."""

LATE: Final = timedelta(minutes=8)
"""A phone reports that its owner is back minutes after the door has opened for them."""

HELD: Final = timedelta(minutes=10)
"""Sensors hold on for a while after the last one has gone; past this it is not they."""

RECENT: Final = timedelta(minutes=60)
"""Signs older than this are of somebody who has gone."""

TOGETHER: Final = timedelta(minutes=20)
"""Signs further apart are of two occasions: a beam of sun before noon, and who comes home at one."""

COMES_IN: Final = timedelta(minutes=5)
"""Who carries things in opens the door again within this; later it is the leaving."""

LOOKS_IN: Final = timedelta(minutes=20)
"""Who is seen for less only looks in: they are gone before the question is read."""

SEEN: Final = 2
"""Earlier signs of somebody who stays: a beam of sun is one, before the signs of who comes home."""

LEFT_BEHIND: Final = timedelta(hours=8)
"""Nobody stays for longer in a home of others without opening a door; where doors tell, it is a pet that moves."""

LEARNS: Final = timedelta(minutes=60)
"""A shorter absence says little of pets: they sleep."""

ROOM_LIT: Final = timedelta(minutes=30)
ROOM_USED: Final = timedelta(minutes=15)

LASTS: Final = timedelta(minutes=120)

_MOVES: Final = frozenset({Role.MOTION, Role.SEAT, Role.BED, Role.COOKING})


@dataclass(frozen=True, slots=True)
class _Sign:
    at: datetime
    thing: Thing


type _Found = tuple[datetime, datetime, list[Thing]]
"""Since when, from when on it is worth saying, and what tells."""


class Guest(Detector):
    """Signs of life in an empty home, devices of guests, a guest room in use."""

    kind = "guest"
    roles = frozenset({*_MOVES, Role.OPENING, Role.MEDIA, Role.GUEST_DEVICE, Role.PERSON})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._signs: list[_Sign] = []
        self._doors = 0
        """How often a door has opened in this absence, close times as one: who comes by it leaves by it."""
        self._stays: datetime | None = None
        """Since when somebody has been seen, of whom it is clear that they stay."""
        self._left: datetime | None = None
        self._stirred: datetime | None = None
        """When something first moved in this absence."""

    @override
    def available(self, home_map: HomeMap) -> bool:
        signs = home_map.of(*_MOVES, Role.OPENING, Role.MEDIA)
        return bool(home_map.of(Role.GUEST_DEVICE)) or (bool(signs) and bool(home_map.of(Role.PERSON)))

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        left = self.home.empty_since
        if left != self._left:
            self._absence_over(now)
            self._left = left
        thing = self.home.map.things.get(new.entity_id)
        if left is None or thing is None or now - left < AWAY_FOR or old is None or old.state == new.state:
            return
        if old.state in DEAD:  # a window that reports again has not been opened
            return
        if thing.role not in self.roles or thing.role is Role.PERSON or not self.home.is_on(thing):
            return
        if thing.role in _MOVES:
            self._stirred = self._stirred or now
        if not self._robot_runs() and not (thing.role is Role.MEDIA and new.context.parent_id is not None):
            if is_way_out(thing):
                before = next((sign.at for sign in reversed(self._signs) if is_way_out(sign.thing)), None)
                self._doors += before is None or now - before > COMES_IN
            self._signs = [*(sign for sign in self._signs[-40:] if now - sign.at <= RECENT), _Sign(now, thing)]

    def _absence_over(self, now: datetime) -> None:
        """Learn from an absence whether the home moves by itself: pets do."""
        if self._left is not None and now - self._left >= LEARNS:
            # Who comes home moves before the phone says so: that is no pet.
            stirred = self._stirred is not None and now - self._stirred >= LATE
            self.home.habits.recent.add(ALONE, float(stirred))
        self._signs, self._stirred, self._stays, self._doors = [], None, None, 0

    def _robot_runs(self) -> bool:
        return any(
            (state := self.home.state(thing.entity_id)) is not None and state.state in ("cleaning", "returning")
            for thing in self.home.map.of(Role.VACUUM)
        )

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        if self.home.mode not in (HomeMode.NORMAL, HomeMode.VACATION):
            return
        found = self._device() or self._alone(now) or self._room(now)
        if found is None:
            return
        began, due, things = found
        yield Finding(
            situation=self.kind,
            due=due,
            began=began,
            expires=due + LASTS,
            entity_ids=tuple(dict.fromkeys(thing.entity_id for thing in things)),
            facts={"rooms": by_room(dict.fromkeys(things)), "since": began.isoformat()},
            actions=(
                PlannedAction(
                    domain=SET_MODE[0], action=SET_MODE[1], entity_ids=(), risk=RiskClass.A0, data={"mode": "guest"}
                ),
            ),
        )

    def _device(self) -> _Found | None:
        """Return the devices of guests that are in the home."""
        things = [
            thing
            for thing in self.home.map.of(Role.GUEST_DEVICE)
            if (state := self.home.state(thing.entity_id)) is not None and state.state == "home"
        ]
        times = [at for thing in things if (at := self.home.since(thing)) is not None]
        return (min(times), min(times) + STAYS, things) if times else None

    def _alone(self, now: datetime) -> _Found | None:
        """Return the signs of life in an empty home, once they are more than a blink or a pet."""
        left = self.home.empty_since
        # Somebody who lives here without a phone is no guest.
        if left is None or left != self._left or self.home.lives_unseen():
            return None
        pets = self.home.pets() or self._shut_in(left, now)
        if not pets and (held := self._held(left, now)):
            return left, left + AWAY_FOR + HELD, held
        signs = self._occasion(pets=pets)
        if not signs or now - signs[-1].at > RECENT:
            self._stays = None
            return None
        seen = not pets and any(self.home.state(thing.entity_id) for thing in self.home.map.of(*_MOVES))
        return self._seen(signs, now) if seen else self._by_door(signs)

    def _shut_in(self, left: datetime, now: datetime) -> bool:
        """Return whether no door has opened for so long that who moves needs none."""
        tells = any(is_way_out(thing) for thing in self.home.map.of(Role.OPENING, Role.LOCK, Role.GARAGE))
        return tells and now - max(left, self.home.last_door or left) > LEFT_BEHIND

    def _by_door(self, signs: list[_Sign]) -> _Found | None:
        """Return who has come by a door, where nothing else tells whether they stay, until they leave by it."""
        doors = any(is_way_out(sign.thing) for sign in signs)
        if (doors and self._doors % 2 == 0) or (not doors and signs[-1].at - signs[0].at < TWICE):
            return None
        return signs[0].at, signs[0].at + LOOKS_IN, [sign.thing for sign in signs]

    def _seen(self, signs: list[_Sign], now: datetime) -> _Found | None:
        """Return who is seen to stay; not yet due while they may only look in."""
        first, last = signs[0], signs[-1]
        things = [sign.thing for sign in signs]
        moving = [self.home.since(thing) or now for thing in things if thing.role in _MOVES and self.home.is_on(thing)]
        gone = is_way_out(last.thing) and not moving and now - last.at >= LATE
        again = last.at - first.at >= TWICE or len({thing.entity_id for thing in things}) > 1
        again = again or any(now - since >= HELD for since in moving)
        if gone or not (again or is_way_out(last.thing)):
            return None
        # Several signs over a while, or a sensor that has held on for as long: it says so once.
        often = last.at - first.at >= LOOKS_IN and sum(now - sign.at >= LATE for sign in signs) >= SEEN
        long = often or any(now - since >= LOOKS_IN for since in moving)
        if self._stays is None and long:
            self._stays = first.at
        if self._stays is None and now - first.at >= LOOKS_IN:
            return None
        began = self._stays or first.at
        due = began + LOOKS_IN
        if is_way_out(last.thing):
            # Somebody comes or goes just now: whether anybody is left is known in a moment.
            due = max(due, last.at + LATE)
        return began, due, things

    def _occasion(self, *, pets: bool) -> list[_Sign]:
        """Return the signs of the latest time that somebody was in, but for what a pet sets off."""
        found: list[_Sign] = []
        for sign in self._signs:
            if pets and sign.thing.role in _MOVES:
                continue
            # Who is known to stay may sit still for a while.
            if found and self._stays is None and sign.at - found[-1].at > TOGETHER:
                found = []
            found.append(sign)
        return found

    def _held(self, left: datetime, now: datetime) -> list[Thing]:
        """Return what has seen somebody from before the last one left until now: radar says it once, not again."""
        if now - left < AWAY_FOR + HELD:
            return []
        return [
            thing
            for thing in self.home.on(*_MOVES)
            if (since := self.home.since(thing)) is not None and since <= left + AWAY_FOR
        ]

    def _room(self, now: datetime) -> _Found | None:
        """Return the lights of a guest room that has been lit for long and is in use."""
        for light in self.home.on(Role.LIGHT):
            began = self.home.since(light)
            still = self.home.still_for(light, now)
            if began is None or light.area is None or not mentions(light.area, GUEST_WORDS):
                continue
            if now - began >= ROOM_LIT and still is not None and still <= ROOM_USED:
                return began, began + ROOM_LIT, [light]
        return None
