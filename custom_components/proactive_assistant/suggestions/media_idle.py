"""A TV or music plays to nobody."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from ..assistant.enums import RiskClass, Room
from ..assistant.facts import PlannedAction
from ..sensing.roles import HomeMap, Role
from ..sensing.rooms import all_elsewhere, deserted_for
from .automated import automates
from .base import Detector, Finding

PATIENCE: Final = timedelta(minutes=45)

IN_DOUBT: Final = timedelta(minutes=65)
"""Where only a motion sensor looks and somebody is not noticed elsewhere: before a film people sit still."""

_LEFT_ALONE: Final = frozenset({Room.BEDROOM, Room.CHILD_ROOM, Room.OUTDOORS, Room.UNKNOWN})
"""Where music is for somebody who does not move."""


class MediaIdle(Detector):
    """Players in rooms that somebody has left for another room."""

    kind = "media_idle"
    roles = frozenset({Role.MEDIA, Role.MOTION})

    @override
    def available(self, home_map: HomeMap) -> bool:
        return bool(home_map.of(Role.MEDIA)) and bool(home_map.of(Role.MOTION))

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        habits = self.home.habits
        if self.home.empty_since is not None:
            # The departure check has named it.
            return
        for thing in self.home.on(Role.MEDIA):
            began = self.home.since(thing)
            still = deserted_for(self.home, thing, now)
            meant = habits.meant_on(thing.entity_id) or habits.meant_at_night(thing.entity_id)
            if began is None or still is None or meant or thing.room in _LEFT_ALONE:
                continue
            actions = (
                PlannedAction(
                    domain="media_player", action="turn_off", entity_ids=(thing.entity_id,), risk=RiskClass.A1
                ),
            )
            sure = all_elsewhere(self.home, thing, now) or any(
                sensor.role is Role.SEAT or sensor.detail == "occupancy"
                for sensor in self.home.beside(thing, Role.MOTION, Role.SEAT)
            )
            yield Finding(
                situation=f"{self.kind}:{thing.entity_id}",
                due=max(began, now - still) + (PATIENCE if sure else IN_DOUBT),
                began=now - still,
                entity_ids=(thing.entity_id,),
                facts={"name": thing.name, "area": thing.area, "since": began.isoformat()},
                actions=actions,
                automated=automates(self.home.hass, actions),
            )
