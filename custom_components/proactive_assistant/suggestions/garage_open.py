"""A garage door or gate stands open and nobody is near."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.components.cover import CoverEntityFeature
from homeassistant.const import ATTR_SUPPORTED_FEATURES
from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction
from ..sensing.home import Home
from ..sensing.night import last_outside_bedrooms
from ..sensing.roles import Role, Thing
from ..sensing.rooms import all_settled_elsewhere
from .automated import automates
from .base import Detector, Finding
from .telling import tells

PATIENCE: Final = timedelta(minutes=10)
IN_DOUBT: Final = 40.0
"""Minutes where nothing sees who is near and somebody at home may be: who loads the car is done by then."""

MOST: Final = 60.0
"""Minutes beyond which no habit makes an open door usual."""

OFTEN: Final = 0.9
"""Share of its openings that had ended by then, once they are known."""

WATCHED: Final = 3
"""Rooms with sensors of movement from which somebody who is up in the house is noticed within minutes."""

_NIGHT: Final = frozenset({22, 23, 0, 1, 2, 3, 4, 5})

NEAR: Final = timedelta(minutes=5)
"""Who moved there this recently is still at the car."""

SHUT_FOR: Final = timedelta(minutes=10)
"""A door that opens again sooner after it was shut may have met an obstacle: no button then (product 4.3)."""


class GarageOpen(Detector):
    """Garage doors and gates, as covers or as sensors."""

    kind = "garage_open"
    roles = frozenset({Role.GARAGE})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._open_since: dict[str, datetime] = {}
        self._opened_cleanly: set[str] = set()
        """Covers that we saw open after a good while shut, and not try to close since."""

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or thing.role is not Role.GARAGE:
            return
        self._learn(thing, now)
        if new.domain != "cover":
            return
        if new.state in ("open", "opening"):
            if old is not None and old.state == "closed" and now - old.last_changed >= SHUT_FOR:
                self._opened_cleanly.add(new.entity_id)
                self.home.close_sent.discard(new.entity_id)
        else:
            # Closing, closed or gone: whatever opens next has to prove itself anew.
            self._opened_cleanly.discard(new.entity_id)

    def _learn(self, thing: Thing, now: datetime) -> None:
        """Note for how long a door was open, once it is shut."""
        state = self.home.state(thing.entity_id)
        if state is None:
            return
        if self.home.is_on(thing):
            self._open_since.setdefault(thing.entity_id, now)
        elif state.state in ("closed", "off") and (since := self._open_since.pop(thing.entity_id, None)) is not None:
            self.home.habits.recent.add(f"garage:{thing.entity_id}", (now - since).total_seconds() / 60)

    def _patience(self, thing: Thing, began: datetime, now: datetime) -> timedelta:
        """Return how long this door is usually open by day while somebody may be near; else there is no usual."""
        alone = self.home.empty_since is not None or dt_util.as_local(now).hour in _NIGHT
        if alone or all_settled_elsewhere(self.home, thing, now):
            return PATIENCE
        if self._nobody_inside(began, now):
            return timedelta(minutes=MOST)
        usual = self.home.habits.recent.usual(f"garage:{thing.entity_id}", IN_DOUBT, share=OFTEN, enough=8)
        return timedelta(minutes=min(MOST, max(IN_DOUBT, usual)))

    def _nobody_inside(self, began: datetime, now: datetime) -> bool:
        """Return whether who left it open and went in would have been seen there: they are still about the car."""
        rooms = {thing.place for thing in self.home.map.of(Role.MOTION, Role.SEAT) if thing.place is not None}
        seen = last_outside_bedrooms(self.home, now)
        return len(rooms) >= WATCHED and seen is not None and seen < began + NEAR

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        covers = [thing for thing in self.home.map.of(Role.GARAGE) if thing.entity_id.startswith("cover.")]
        for thing in self.home.on(Role.GARAGE):
            began = self.home.since(thing)
            if began is not None and not told_by_cover(thing, covers):
                yield self._finding(thing, began, now)

    def _finding(self, thing: Thing, began: datetime, now: datetime) -> Finding:
        still = self.home.still_for(thing, now)
        # Where something sees who is near, that decides (product 3.3); a habit only stands in for it.
        due = began + (self._patience(thing, began, now) if still is None else PATIENCE)
        if still is not None and self.home.empty_since is None:
            due = max(due, now - still + NEAR)
        actions = self._actions(thing)
        return Finding(
            situation=f"{self.kind}:{thing.entity_id}",
            due=due,
            began=began,
            entity_ids=(thing.entity_id,),
            facts={"name": thing.name, "area": thing.area, "since": began.isoformat()},
            actions=actions,
            automated=automates(self.home.hass, actions)
            or (not actions and tells(self.home.hass, (thing.entity_id,), lasts=True)),
        )

    def _actions(self, thing: Thing) -> tuple[PlannedAction, ...]:
        """Offer to close only what opened cleanly, was never sent a close, and watches its own way."""
        state = self.home.state(thing.entity_id)
        if state is None or state.state != "open" or thing.entity_id not in self._opened_cleanly:
            return ()
        features = state.attributes.get(ATTR_SUPPORTED_FEATURES)
        can_close = isinstance(features, int) and bool(features & CoverEntityFeature.CLOSE)
        if not can_close or thing.entity_id in self.home.close_sent or not self.home.way_clear(thing):
            return ()
        return (PlannedAction(domain="cover", action="close_cover", entity_ids=(thing.entity_id,), risk=RiskClass.A3),)


def told_by_cover(thing: Thing, covers: list[Thing]) -> bool:
    """Return whether a sensor is about a garage door that is a cover too: one door, one message."""
    return thing not in covers and any(
        cover.device_id == thing.device_id if thing.device_id else cover.area == thing.area for cover in covers
    )
