"""Lights are on in a room that nobody uses."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.util import dt as dt_util

from ..assistant.enums import RiskClass, Room
from ..assistant.facts import PlannedAction
from ..sensing.roles import HomeMap, Role, Thing
from ..sensing.rooms import deserted_for
from .automated import automates
from .base import Detector, Finding, by_room

PATIENCE: Final = timedelta(minutes=30)

_LEFT_ALONE: Final = frozenset({Room.BATHROOM, Room.HALL, Room.BEDROOM, Room.CHILD_ROOM, Room.OUTDOORS, Room.UNKNOWN})
"""Where a light is for safety, for sleep, or for somebody behind a curtain (product 3.3)."""

_DAYTIME: Final = range(9, 20)
"""Hours in which a bedroom is a room like others."""

_TWO: Final = 2


class RoomLightIdle(Detector):
    """Lights, by room, where more than one motion sensor can tell that nobody is there."""

    kind = "room_light_idle"
    roles = frozenset({Role.LIGHT, Role.MOTION})

    @override
    def available(self, home_map: HomeMap) -> bool:
        return any(self._watched(thing, home_map) for thing in home_map.of(Role.LIGHT))

    @staticmethod
    def _watched(thing: Thing, home_map: HomeMap) -> bool:
        """Return whether a room is watched well: a motion sensor alone misses who sits still."""
        here = home_map.beside(thing, Role.MOTION, Role.SEAT)
        sees_stillness = any(sensor.role is Role.SEAT or sensor.detail == "occupancy" for sensor in here)
        return sees_stillness or len(here) >= _TWO

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        if self.home.empty_since is not None:
            return
        rooms: dict[str, list[Thing]] = {}
        watched: dict[str, bool] = {}
        by_day = dt_util.as_local(now).hour in _DAYTIME
        for thing in self.home.on(Role.LIGHT):
            habits = self.home.habits
            meant = habits.meant_on(thing.entity_id) or habits.meant_at_night(thing.entity_id)
            alone = thing.room in _LEFT_ALONE and not (thing.room is Room.BEDROOM and by_day)
            if not thing.place or alone or meant:
                continue
            if thing.place not in watched:
                # Of a room, not of each of its lights.
                watched[thing.place] = self._watched(thing, self.home.map)
            if watched[thing.place]:
                rooms.setdefault(thing.place, []).append(thing)
        for place, lights in rooms.items():
            still = deserted_for(self.home, lights[0], now)
            if still is not None and not self._door_shut_since(lights[0], now - still):
                yield self._finding(place, lights, now - still)

    def _door_shut_since(self, thing: Thing, left: datetime) -> bool:
        """Return whether a door of the room was shut after the last movement: somebody may be behind it."""
        doors = [door for door in self.home.beside(thing, Role.OPENING) if door.detail != "window"]
        return any(
            not self.home.is_on(door) and (since := self.home.since(door)) is not None and since >= left
            for door in doors
        )

    def _finding(self, place: str, lights: list[Thing], left: datetime) -> Finding:
        ids = tuple(light.entity_id for light in lights)
        since = max((at for light in lights if (at := self.home.since(light)) is not None), default=left)
        actions = (PlannedAction(domain="light", action="turn_off", entity_ids=ids, risk=RiskClass.A1),)
        return Finding(
            situation=f"{self.kind}:{place}",
            due=max(since, left) + PATIENCE,
            began=left,
            entity_ids=ids,
            facts={"rooms": by_room(lights), "left": left.isoformat()},
            actions=actions,
            automated=automates(self.home.hass, actions),
        )
