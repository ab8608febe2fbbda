"""It is about bedtime, and something is not as it is at night."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.util import dt as dt_util

from ..assistant.enums import RiskClass, Room
from ..assistant.facts import PlannedAction
from ..sensing.night import night_of
from ..sensing.roles import HomeMap, Role, Thing
from .automated import automates
from .base import AFTERGLOW, Detector, Finding, by_room

EARLY: Final = timedelta(minutes=30)
"""Before the usual hour, when the bed or the bedroom says that it is time."""

BY_THE_CLOCK: Final = timedelta(minutes=15)
LASTS: Final = timedelta(minutes=75)

SOMEBODY_THERE: Final = timedelta(minutes=10)
"""A room in which something moved this recently is in use: lights do not go off on anyone."""

TURNED_IN: Final = timedelta(minutes=15)

_LEFT_ALONE: Final = frozenset({Room.BEDROOM, Room.CHILD_ROOM, Room.BATHROOM, Room.OUTDOORS})
_OFF: Final = ((Role.LIGHT, "light"), (Role.MEDIA, "media_player"))


class Bedtime(Detector):
    """The last look around: lights and media, with unlocked doors as text."""

    kind = "bedtime"
    roles = frozenset({Role.LIGHT, Role.MEDIA})

    @override
    def available(self, home_map: HomeMap) -> bool:
        return super().available(home_map) and bool(home_map.of(Role.PERSON))

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        start, _ = night_of(self.home, now)
        due = self._due(start, now)
        if due is None or not start - EARLY <= now < start + LASTS + AFTERGLOW:
            return
        on = [thing for thing in self.home.on(Role.LIGHT, Role.MEDIA) if self._counts(thing, now)]
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
            expires=start + LASTS,
            entity_ids=tuple(thing.entity_id for thing in on),
            facts={"rooms": by_room([*on, *self.home.on(Role.LOCK)])},
            actions=actions,
            automated=automates(self.home.hass, actions),
        )

    def _due(self, start: datetime, now: datetime) -> datetime | None:
        """Return when it is bedtime by the bed, the bedroom or the clock; None while somebody is up."""
        at_home = self.home.at_home()
        playing = self.home.on(Role.MEDIA)
        if not at_home or (playing and len(at_home) > 1):
            # Two people before a film are not asked whether it is time.
            return None
        if self.home.on(Role.BED):
            up = len(at_home) > 1 and self._moved_outside_bedrooms(now)
            return None if up else start - EARLY
        bedroom = [thing for thing in self.home.map.of(Role.MOTION) if thing.room is Room.BEDROOM]
        if bedroom:
            recent = max((since for thing in bedroom if (since := self.home.since(thing))), default=None)
            here = any(self.home.is_on(thing) for thing in bedroom) or (
                recent is not None and now - recent <= TURNED_IN
            )
            return start - EARLY if here and not self._moved_outside_bedrooms(now) else None
        if playing or self.home.map.of(Role.BED):
            return None
        return start + BY_THE_CLOCK

    def _moved_outside_bedrooms(self, now: datetime) -> bool:
        return any(
            self.home.is_on(thing) or ((since := self.home.since(thing)) is not None and now - since < SOMEBODY_THERE)
            for thing in self.home.map.of(Role.MOTION, Role.SEAT, Role.COOKING)
            if thing.room not in (Room.BEDROOM, Room.BATHROOM, Room.HALL)
        )

    def _counts(self, thing: Thing, now: datetime) -> bool:
        """Return whether a thing is left on: in a room nobody uses or sleeps in, and not every night."""
        if thing.room in _LEFT_ALONE or self.home.habits.meant_at_night(thing.entity_id):
            return False
        still = self.home.still_for(thing, now)
        return still is None or still >= SOMEBODY_THERE
