"""A TV or music plays to nobody."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.components.media_player import (
    ATTR_MEDIA_CONTENT_TYPE,
    MediaPlayerDeviceClass,
    MediaPlayerEntityFeature,
)
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_SUPPORTED_FEATURES, STATE_PLAYING
from homeassistant.core import State

from ..assistant.enums import RiskClass, Room
from ..assistant.facts import PlannedAction
from ..sensing.home import Home
from ..sensing.roles import HomeMap, Role, Thing
from ..sensing.rooms import all_elsewhere, deserted_for
from .automated import automates
from .base import Detector, Finding

PATIENCE: Final = timedelta(minutes=45)

IN_DOUBT: Final = timedelta(minutes=65)
"""Where only a motion sensor looks and somebody is not noticed elsewhere: before a film people sit still."""

ABED: Final = timedelta(minutes=15)
"""After the last one has gone to bed: what still plays elsewhere was not meant to be heard through the wall."""

_TAKEN_UP: Final = frozenset(
    {"music", "track", "album", "playlist", "podcast", "audiobook", "video", "movie", "tvshow", "episode", "season"}
)
"""Contents that wait where they are paused; a channel or a station goes on without its listener."""

_LEFT_ALONE: Final = frozenset({Room.BEDROOM, Room.CHILD_ROOM, Room.OUTDOORS, Room.UNKNOWN})
"""Where music is for somebody who does not move."""


class MediaIdle(Detector):
    """Players in rooms that somebody has left for another room, or for bed."""

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
        abed = self._all_in_bed_since()
        for thing in self.home.on(Role.MEDIA):
            began = self.home.since(thing)
            still = self._deserted_for(thing, abed, now)
            meant = habits.meant_on(thing.entity_id) or habits.meant_at_night(thing.entity_id)
            if began is None or still is None or meant or thing.room in _LEFT_ALONE:
                continue
            actions = _actions(self.home, thing)
            yield Finding(
                situation=f"{self.kind}:{thing.entity_id}",
                due=self._due(thing, max(began, now - still), abed, now),
                began=now - still,
                entity_ids=(thing.entity_id,),
                facts={"name": thing.name, "area": thing.area, "since": began.isoformat()},
                actions=actions,
                automated=automates(self.home.hass, actions),
            )

    def _all_in_bed_since(self) -> datetime | None:
        """Return since when a bed is in use for everybody at home; None while one is not, or nothing tells."""
        times = [since for bed in self.home.on(Role.BED) if (since := self.home.since(bed)) is not None]
        return max(times) if len(times) >= max(len(self.home.at_home()), 1) else None

    def _deserted_for(self, thing: Thing, abed: datetime | None, now: datetime) -> timedelta | None:
        still = deserted_for(self.home, thing, now)
        if still is None and abed is not None and self.home.still_for(thing, now) is None:
            # Nothing watches the room, but everybody is known to be elsewhere.
            return now - abed
        return still

    def _due(self, thing: Thing, alone: datetime, abed: datetime | None, now: datetime) -> datetime:
        """Return when it has played to nobody for long enough to be sure of it."""
        sure = all_elsewhere(self.home, thing, now) or any(
            sensor.role is Role.SEAT or sensor.detail == "occupancy"
            for sensor in self.home.beside(thing, Role.MOTION, Role.SEAT)
        )
        if not sure and (still := self.home.still_for(thing, now)) is not None:
            # Who seems to have passed through may sit there still, and have turned around.
            alone = max(alone, now - still)
        due = alone + (PATIENCE if sure else IN_DOUBT)
        return due if abed is None else min(due, max(alone, abed) + ABED)


def _actions(home: Home, thing: Thing) -> tuple[PlannedAction, ...]:
    """Offer to pause what goes on from there another day, and to turn off the rest: a screen, the radio."""
    state = home.state(thing.entity_id)
    if state is None:
        return ()
    features = state.attributes.get(ATTR_SUPPORTED_FEATURES)
    # Where it is not said what a player can do, all can be turned off.
    can = features if isinstance(features, int) else int(MediaPlayerEntityFeature.TURN_OFF)
    pauses = bool(can & MediaPlayerEntityFeature.PAUSE) and state.state == STATE_PLAYING
    turns_off = bool(can & MediaPlayerEntityFeature.TURN_OFF)
    screen = state.attributes.get(ATTR_DEVICE_CLASS) == MediaPlayerDeviceClass.TV
    if pauses and (not turns_off or (not screen and _goes_on(state))):
        action = "media_pause"
    elif turns_off:
        action = "turn_off"
    else:
        return ()
    return (PlannedAction(domain="media_player", action=action, entity_ids=(thing.entity_id,), risk=RiskClass.A1),)


def _goes_on(state: State) -> bool:
    """Return whether what plays is of the kind that is taken up again where it was paused."""
    content = state.attributes.get(ATTR_MEDIA_CONTENT_TYPE)
    return isinstance(content, str) and content in _TAKEN_UP
