"""Which blinds the sun of a hot day stands before: the half of `outside_air` that moves something."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from homeassistant.components.cover import CoverEntityFeature
from homeassistant.const import ATTR_SUPPORTED_FEATURES
from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..actions.hands import FRESH
from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction
from ..sensing.covers import gentle, named_garage_or_gate
from ..sensing.home import Home
from ..sensing.measure import inside, outside
from ..sensing.roles import Role, Thing
from ..sensing.sun import ENTITY, Sun, sun
from ..sensing.words import facade_of

HOT: Final = 25.0
"""Highest temperature of a day in °C from which weather services call it a summer day."""

PLEASANT: Final = 22.0
"""Degrees Celsius inside up to which the sun is welcome: below the 24 of a warm home, for who waits comes too late."""

HYSTERESIS: Final = 1.0
"""Degrees Celsius by which either may fall before the day is no longer hot (product 3.3)."""

STRONG: Final = 15.0
"""Degrees above the horizon from which the sun heats: lower, air, trees and neighbours are in its way."""

HIGH: Final = 45.0
"""Half-way up: from here on it shines into most rooms, so blinds are offered too of which nobody knows the side."""

AFTERNOON: Final = 25.0
"""In the afternoon they are down to here: the heat of the day is in all rooms by then, and what is closed on the shady
side costs daylight for a few hours. In the morning it would for the whole day.
"""

CLOUD: Final = timedelta(minutes=60)
"""A sun that is back sooner was behind a passing cloud."""

ANY: Final = "any"
"""The side of blinds of which nobody knows where they look."""

_SHINING: Final = frozenset({"sunny", "partlycloudy", "windy"})
_MOVED: Final = frozenset({"open", "opening", "closing"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Shade:
    """Blinds in the sun that could be closed, all on one side of the house."""

    side: str
    """Degrees from north, or that it is not known."""
    day: date
    since: datetime
    covers: tuple[Thing, ...]
    actions: tuple[PlannedAction, ...]


@dataclass(slots=True)
class _Side:
    """One side of the house on one day."""

    since: datetime | None = None
    """Since when the sun has stood before it."""
    offered: bool = False
    over: bool = False
    """Whether the sun has left it after it was offered: it is not offered twice a day."""


@dataclass(slots=True)
class Shading:
    """Follows the sun around the house: one closing a day and side."""

    home: Home
    _day: date | None = None
    _sides: dict[str, _Side] = field(default_factory=dict)
    _shone: datetime | None = None

    def observe(self, old: State | None, new: State, now: datetime) -> None:
        """Note that a blind was closed by day: who opens it again wants it open for the rest of it."""
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or thing.role is not Role.SHADE or new.state != "closed":
            return
        self.home.close_sent.discard(new.entity_id)
        light = self.home.state(ENTITY)
        if old is not None and old.state in _MOVED and light is not None and light.state == "above_horizon":
            self.home.habits.recent.add(_closed(thing), dt_util.as_local(now).toordinal())

    def found(self, now: datetime) -> Iterator[Shade]:
        """Yield the sides of the house that want shade now."""
        today = dt_util.as_local(now).date()
        if today != self._day:
            self._day, self._shone = today, None
            self._sides.clear()
        at = sun(self.home)
        shines = self._shines(at, now)
        sides: dict[str, list[Thing]] = {}
        for thing in self.home.map.of(Role.SHADE):
            sides.setdefault(_side(thing), []).append(thing)
        for side, things in sides.items():
            known = self._sides.setdefault(side, _Side())
            wanted = at is not None and shines and _before(side, at) and self._hot(now, known)
            covers = self._covers(things, known, today, now) if wanted and not known.over else ()
            if not wanted:
                known.over, known.since = known.over or known.offered, None
            elif not known.over:
                known.since = known.since or now
            if covers and known.since is not None:
                known.offered = True
                yield Shade(side=side, day=today, since=known.since, covers=covers, actions=self._actions(covers))

    def _shines(self, at: Sun | None, now: datetime) -> bool:
        """Return whether the sun is strong and no cloud has hidden it for long."""
        sky = [state.state for item in self.home.map.of(Role.WEATHER) if (state := self.home.state(item.entity_id))]
        if at is None or at.elevation < STRONG:
            return False
        if sky and sky[0] in _SHINING:
            self._shone = now
        return self._shone is not None and now - self._shone <= CLOUD

    def _hot(self, now: datetime, side: _Side) -> bool:
        """Return whether it becomes hot today by the forecast, or is hot where there is none."""
        ahead = self.home.forecast.hottest(now)
        degrees = outside(self.home) if ahead is None else ahead
        return degrees is not None and degrees >= HOT - (HYSTERESIS if side.offered else 0.0)

    def _covers(self, things: list[Thing], side: _Side, today: date, now: datetime) -> tuple[Thing, ...]:
        """Return the blinds that would be closed: open, of warm rooms, moved by nobody lately or today."""
        pleasant = PLEASANT - (HYSTERESIS if side.offered else 0.0)
        return tuple(
            thing
            for thing in things
            if self._closable(thing, today, now) and (degrees := self._warmth(thing)) is not None and degrees > pleasant
        )

    def _closable(self, thing: Thing, today: date, now: datetime) -> bool:
        state = self.home.state(thing.entity_id)
        features = state.attributes.get(ATTR_SUPPORTED_FEATURES) if state is not None else None
        if state is None or not isinstance(features, int) or not features & CoverEntityFeature.CLOSE:
            return False
        mine = thing.entity_id not in self.home.close_sent and not self.home.door_open(thing)
        hand = now - state.last_changed < FRESH or today.toordinal() in self.home.habits.recent.latest(_closed(thing))
        # A garage door or a gate gives no shade, whatever class it shows.
        blind = not named_garage_or_gate(self.home.hass, thing.entity_id)
        return state.state == "open" and mine and not hand and blind

    def _warmth(self, thing: Thing) -> float | None:
        """Return how warm it is behind a blind: in its room, else in the warmest that has a thermometer."""
        beside = self.home.beside(thing, Role.CLIMATE)
        for rooms in (beside, self.home.map.of(Role.CLIMATE)):
            found = [degrees for room in rooms if (degrees := inside(self.home, room)) is not None]
            if found:
                return max(found)
        return None

    def _actions(self, covers: tuple[Thing, ...]) -> tuple[PlannedAction, ...]:
        """Return what closes them: what is not gentle, such as a shutter, has to be asked for."""
        classes = {RiskClass.A2: True, RiskClass.A3: False}
        found = {
            risk: tuple(item.entity_id for item in covers if gentle(self.home, item.entity_id) is soft)
            for risk, soft in classes.items()
        }
        return tuple(
            PlannedAction(domain="cover", action="close_cover", entity_ids=ids, risk=risk)
            for risk, ids in found.items()
            if ids
        )


def _before(side: str, at: Sun) -> bool:
    """Return whether the sun stands before a side of the house; of an unknown one, whether it is likely to."""
    if side != ANY:
        return at.faces(float(side))
    return at.elevation >= (AFTERNOON if at.sinking else HIGH)


def _side(thing: Thing) -> str:
    """Return the side of the house that a blind's name, its device's or its area speaks of."""
    told = (facade_of(name) for name in (thing.name, thing.device, thing.area) if name is not None)
    return next((f"{facade:.0f}" for facade in told if facade is not None), ANY)


def _closed(thing: Thing) -> str:
    return f"closed_by_day:{thing.entity_id}"
