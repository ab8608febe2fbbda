"""A fridge or freezer is open, or too warm for too long."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State

from ..sensing.home import Home
from ..sensing.measure import reading
from ..sensing.roles import Role, Thing
from .base import Detector, Finding

DOOR_OPEN: Final = timedelta(minutes=3)
WARM_FOR: Final = timedelta(minutes=20)
"""Longer than a defrost cycle or a shopping trip's worth of opening (product 3.3)."""

LIMITS: Final = {"fridge": 9.0, "freezer": -10.0}
"""Degrees Celsius above which food is in danger."""

BACK: Final = 1.0
"""Degrees below the limit at which it counts as recovered: a reading on the edge is one situation."""

SENSIBLE: Final = (-45.0, 60.0)
"""A reading outside is a broken sensor, not a warm fridge."""


class ColdStorage(Detector):
    """Doors and thermometers of fridges and freezers."""

    kind = "cold_storage"
    roles = frozenset({Role.COLD_DOOR, Role.COLD_TEMPERATURE})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._warm_since: dict[str, datetime] = {}

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or thing.role is not Role.COLD_TEMPERATURE:
            return
        if self._is_warm(thing):
            # What was warm before we saw it is counted from the reading it had.
            self._warm_since.setdefault(new.entity_id, now)
        else:
            self._warm_since.pop(new.entity_id, None)

    def _is_warm(self, thing: Thing) -> bool:
        degrees = reading(self.home, thing)
        if degrees is None or not SENSIBLE[0] <= degrees <= SENSIBLE[1]:
            return False
        back = BACK if thing.entity_id in self._warm_since else 0.0
        return degrees > LIMITS[thing.detail or "fridge"] - back

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        for thing in self.home.on(Role.COLD_DOOR):
            began = self.home.since(thing)
            if began is not None:
                yield self._finding(thing, began, began + DOOR_OPEN, "cold_open")
        for thing in self.home.map.of(Role.COLD_TEMPERATURE):
            if self._is_warm(thing):
                began = self._warm_since.get(thing.entity_id) or self.home.since(thing) or now
                yield self._finding(thing, began, began + WARM_FOR, "cold_warm")

    def _finding(self, thing: Thing, began: datetime, due: datetime, why: str) -> Finding:
        degrees, state = self.home.number(thing), self.home.state(thing.entity_id)
        unit = state.attributes.get("unit_of_measurement") if state else None
        return Finding(
            situation=f"{self.kind}:{thing.entity_id}",
            due=due,
            began=began,
            entity_ids=(thing.entity_id,),
            facts={
                "name": thing.device or thing.name,
                "area": thing.area,
                "since": began.isoformat(),
                "why": why,
                "value": "" if degrees is None else f"{degrees:.0f} {unit or ''}",
            },
            risk_present=True,
        )
