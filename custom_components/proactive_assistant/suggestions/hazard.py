"""The safety lane: smoke, gas, water and the like, said at once and until it is over.

It is a convenience beside an alarm system, never one, and its text always says so (product 3.2).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State

from ..assistant.enums import Room
from ..assistant.kinds import SAFETY
from ..sensing.home import DEAD, Home
from ..sensing.roles import Role, Thing
from .base import Detector, Finding
from .telling import has_told

LASTS: Final = timedelta(hours=24)
LOST: Final = timedelta(minutes=30)
"""A sensor that falls silent while it reports danger may be in it: its word stands for this long."""


class Hazard(Detector):
    """Sensors of danger, and an alarm panel that has gone off."""

    kind = SAFETY.key
    roles = frozenset({Role.HAZARD, Role.ALARM})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._began: dict[str, datetime] = {}
        self._lost: dict[str, datetime] = {}

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or thing.role not in self.roles:
            return
        if new.state in DEAD:
            if new.entity_id in self._began:
                self._lost.setdefault(new.entity_id, now)
            return
        self._lost.pop(new.entity_id, None)
        if self._reports(thing):
            self._began.setdefault(new.entity_id, now)
        else:
            self._began.pop(new.entity_id, None)

    def _reports(self, thing: Thing) -> bool:
        if thing.role is Role.ALARM:
            state = self.home.state(thing.entity_id)
            return state is not None and state.state == "triggered"
        return self.home.is_on(thing)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        for thing in self.home.map.of(*self.roles):
            began = self._since(thing, now)
            # Water outdoors is weather.
            if began is None or (thing.detail == "moisture" and thing.room is Room.OUTDOORS):
                continue
            yield Finding(
                situation=f"{self.kind}:{thing.entity_id}",
                due=began,
                began=began,
                expires=now + LASTS,
                entity_ids=(thing.entity_id,),
                facts={
                    "name": thing.name,
                    "area": thing.area,
                    "since": began.isoformat(),
                    "sort": thing.detail or "alarm",
                },
                risk_present=True,
                safety=True,
                automated=has_told(self.home.hass, thing.entity_id, began),
            )

    def _since(self, thing: Thing, now: datetime) -> datetime | None:
        """Return since when danger is reported; by the last word of a sensor that has just fallen silent."""
        if self._reports(thing):
            return self._began.get(thing.entity_id) or self.home.since(thing)
        lost = self._lost.get(thing.entity_id)
        if lost is not None and self.home.state(thing.entity_id) is None and now - lost <= LOST:
            return self._began.get(thing.entity_id)
        return None
