"""It is about bedtime, and something is not as it is at night."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, override

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..assistant.enums import RiskClass, Room
from ..assistant.facts import PlannedAction
from ..sensing.home import DEAD, Home
from ..sensing.night import (
    CAME_TO_REST,
    NIGHT_ENDS,
    came_to_rest,
    last_outside_bedrooms,
    moved_outside_bedrooms,
    night_of,
    spread_of,
    tells_of_rest,
)
from ..sensing.roles import HomeMap, Role, Thing
from ..sensing.rooms import all_settled_elsewhere, deserted_for
from .automated import automates
from .base import AFTERGLOW, Detector, Finding, by_room

EARLY: Final = timedelta(minutes=30)
"""Before the usual hour, at least, when the bed or the bedroom says that it is time; more where evenings differ."""

BY_THE_CLOCK: Final = timedelta(minutes=15)
"""Before the usual hour, where nothing but the clock tells."""

LASTS: Final = timedelta(minutes=75)

SOMEBODY_THERE: Final = timedelta(minutes=10)
"""A room in which something moved this recently is in use: lights do not go off on anyone."""

SURE: Final = timedelta(minutes=5)
"""Who has turned in stays there; who only fetches something is back by then."""

LEFT: Final = timedelta(minutes=15)
"""A room that somebody still up has left for this long is done with for today, about bedtime."""

LEFT_BY_ALL: Final = timedelta(minutes=25)
"""Of several one may sleep, and stir there, while another reads."""

LEFT_PLAYING: Final = timedelta(minutes=45)
LONG_BEFORE: Final = timedelta(hours=2)
"""Before the usual hour, when everybody seems to have turned in."""

_LEFT_ALONE: Final = frozenset({Room.BEDROOM, Room.CHILD_ROOM, Room.BATHROOM, Room.OUTDOORS})
_OFF: Final = ((Role.LIGHT, "light"), (Role.MEDIA, "media_player"))

type _Found = tuple[datetime, datetime, list[Thing]]
"""Since when it is worth saying, until when, and about what."""


class Bedtime(Detector):
    """The last look around: lights and media, with doors and windows that are unlocked or open as text."""

    kind = "bedtime"
    roles = frozenset({Role.LIGHT, Role.MEDIA})

    @override
    def available(self, home_map: HomeMap) -> bool:
        return super().available(home_map) and bool(home_map.of(Role.PERSON))

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._night: date | None = None
        """The evening of the night that was counted last."""
        self._stirred: datetime | None = None
        """When something that tells of rest last moved."""
        self._in_time: datetime | None = None
        """The usual hour about which something was found on."""
        self._turned_in: datetime | None = None
        """Since when a bed or the bedroom says that the last one has turned in."""

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or old is None or {old.state, new.state} & DEAD or not tells_of_rest(thing):
            return
        stirred, self._stirred = self._stirred, now
        minutes = came_to_rest(self.home, stirred, now) if stirred is not None else None
        if stirred is None or minutes is None or not self._dark_until_now(thing, old):
            return
        night = dt_util.as_local(stirred - timedelta(hours=NIGHT_ENDS)).date()
        if self._night != night:
            self._night = night
            self.home.habits.recent.add(CAME_TO_REST, minutes)

    def _dark_until_now(self, changed: Thing, old: State) -> bool:
        """Return whether the home may have slept: where nothing sees who is up, a light that is on tells of them."""
        if last_outside_bedrooms(self.home, dt_util.utcnow()) is not None:
            return True
        lit = {thing.entity_id for thing in self._lit()} - {changed.entity_id}
        return not lit and old.state not in ("on", "playing")

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        start, end = night_of(self.home, now)
        found = self._in_bed(start, end, now) or self._by_the_clock(start, now)
        if found is None:
            return
        due, expires, on = found
        if not on:
            return
        actions = tuple(
            PlannedAction(domain=domain, action="turn_off", entity_ids=ids, risk=RiskClass.A1)
            for role, domain in _OFF
            if (ids := tuple(thing.entity_id for thing in on if thing.role is role))
        )
        yield Finding(
            situation=f"{self.kind}:{dt_util.as_local(start).date()}",
            due=due,
            began=due,
            expires=expires,
            entity_ids=tuple(thing.entity_id for thing in on),
            facts={"rooms": by_room([*on, *self._open()])},
            actions=actions,
            automated=automates(self.home.hass, actions),
        )

    def _open(self) -> list[Thing]:
        """Return what is unlocked, or open though it is not so every night: said with the rest, and left to hands."""
        return [
            *self.home.on(Role.LOCK),
            *(thing for thing in self.home.on(Role.OPENING) if not self.home.habits.meant_at_night(thing.entity_id)),
        ]

    def _in_bed(self, start: datetime, end: datetime, now: datetime) -> _Found | None:
        """Return what is on once everybody has turned in, whatever the hour of the night."""
        if not start - LONG_BEFORE <= now < end or not self._all_turned_in(start, now):
            self._turned_in = None
            return None
        if self._turned_in is None:
            self._turned_in = now
        # Where nothing sees who sits by a light, only a bed that everybody is in says more than the hour does.
        blind = now >= start - EARLY or (len(self.home.at_home()) == 1 and bool(self.home.on(Role.BED)))
        on = [
            thing
            for thing in self.home.on(Role.LIGHT, Role.MEDIA)
            if self._counts(thing, now, blind=blind and self._left_by(thing, self._turned_in, now))
        ]
        return self._turned_in + SURE, max(start, self._turned_in) + LASTS, on

    def _all_turned_in(self, start: datetime, now: datetime) -> bool:
        """Return whether the last one has: a bed in use, or the last movement in a bedroom, and none since."""
        at_home = self.home.at_home()
        if not at_home:
            return False
        # Of several, one may sit before a film or a book and move nothing for a while: lights do not go off on them.
        playing = any(thing.room not in _LEFT_ALONE for thing in self.home.on(Role.MEDIA))
        quiet = LEFT if len(at_home) == 1 else LEFT_PLAYING if playing else LEFT_BY_ALL
        if self.home.on(Role.BED):
            if len(at_home) == 1:
                return True
            moved = last_outside_bedrooms(self.home, now)
            return moved is not None and now - moved >= quiet
        bedrooms = [thing for thing in self.home.map.of(Role.MOTION) if thing.room is Room.BEDROOM]
        times = [since for thing in bedrooms if (since := self.home.since(thing)) is not None]
        moves = bool(times) and (any(map(self.home.is_on, bedrooms)) or now - max(times) <= LASTS)
        return moves and not moved_outside_bedrooms(self.home, min(now - quiet, max(times)))

    def _by_the_clock(self, start: datetime, now: datetime) -> _Found | None:
        """Return what is on, about the usual hour, in rooms that somebody who is still up has left."""
        at_home = self.home.at_home()
        early = spread_of(self.home, EARLY)
        if not at_home or not start - early <= now < start + LASTS + AFTERGLOW:
            return None
        if now >= start + LASTS and self._in_time != start:
            # Only what was found in time lasts for a while beyond it.
            return None
        watched = any(self._watched(player, now) for player in self.home.on(Role.MEDIA))
        if watched and len(at_home) > 1:
            # Two people before a film are not asked whether it is time.
            return None
        areas = {thing.place for thing in self.home.map.of(Role.MOTION, Role.SEAT)}
        if len(areas) > 1:
            on = [thing for thing in self._lit() if self._deserted(thing, now) >= self._left(thing)]
            return self._found(start, start - early, on)
        # Nothing tells who is where: the hour alone, and only what nobody seems to use.
        if watched or (self.home.map.of(Role.BED) and len(at_home) == 1):
            return None
        on = [thing for thing in self.home.on(Role.LIGHT) if self._counts(thing, now, blind=True)]
        return self._found(start, start - BY_THE_CLOCK, on)

    def _found(self, start: datetime, due: datetime, on: list[Thing]) -> _Found:
        """Return what the hour tells, and note that it was in time."""
        if on:
            self._in_time = start
        return due, start + LASTS, on

    def _watched(self, player: Thing, now: datetime) -> bool:
        """Return whether somebody may sit before a player: not where nothing has stirred for longer than they would."""
        still = self.home.still_for(player, now)
        if still is None:
            # Nothing sees them there, or tells of rest where it is seen.
            moved = last_outside_bedrooms(self.home, now)
            still = now - moved if moved is not None else timedelta()
        return min(still, self._on_for(player, now)) < LEFT_PLAYING

    def _deserted(self, thing: Thing, now: datetime) -> timedelta:
        """Return how long a room that is lit has been left; where nothing sees it, since all are seen elsewhere."""
        if self.home.still_for(thing, now) is None:
            settled = all_settled_elsewhere(self.home, thing, now)
            return self._on_for(thing, now) if settled else timedelta()
        return min(deserted_for(self.home, thing, now) or timedelta(), self._on_for(thing, now))

    def _left(self, thing: Thing) -> timedelta:
        """Return how long a room must have been left: before a screen people sit still."""
        playing = any(self.home.is_on(player) for player in self.home.beside(thing, Role.MEDIA))
        return LEFT_PLAYING if playing else LEFT

    def _lit(self) -> list[Thing]:
        """Return what is on where it should not be at night."""
        on = self.home.on(Role.LIGHT, Role.MEDIA)
        return [
            thing
            for thing in on
            if thing.room not in _LEFT_ALONE and not self.home.habits.meant_at_night(thing.entity_id)
        ]

    def _left_by(self, thing: Thing, turned_in: datetime, now: datetime) -> bool:
        """Return whether a thing was left on by who has turned in: what is put on later tells that somebody has not."""
        return (self.home.since(thing) or now) <= turned_in or self._on_for(thing, now) >= LEFT_PLAYING

    def _on_for(self, thing: Thing, now: datetime) -> timedelta:
        """Return how long a thing has been on: what was put on a moment ago was not left on."""
        return now - (self.home.since(thing) or now)

    def _counts(self, thing: Thing, now: datetime, *, blind: bool) -> bool:
        """Return whether a thing is left on: in a room nobody uses or sleeps in, and not every night.

        `blind` says what to take a room for that nothing sees.
        """
        if thing.room in _LEFT_ALONE or self.home.habits.meant_at_night(thing.entity_id):
            return False
        still = self.home.still_for(thing, now)
        return self._on_for(thing, now) >= SOMEBODY_THERE and (blind if still is None else still >= SOMEBODY_THERE)
