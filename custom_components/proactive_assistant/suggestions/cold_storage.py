"""A fridge or freezer is open, or too warm for too long.

What thaws is of the safety lane (product 3.2): no cap, no quiet hours, no level and no exclusion of this kind keeps it.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final, override

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..assistant.facts import Suggestion
from ..sensing.home import Home
from ..sensing.measure import reading
from ..sensing.roles import Role, Thing
from .base import Detector, Finding
from .telling import has_told, tells

DOOR_OPEN: Final = timedelta(minutes=3)
WARM_FOR: Final = timedelta(minutes=20)
"""Longer than a defrost cycle or a shopping trip's worth of opening (product 3.3)."""

LIMITS: Final = {"fridge": 9.0, "freezer": -10.0}
"""Degrees Celsius above which food is in danger."""

UNUSUAL_FOR: Final = timedelta(minutes=30)
OWN_MARGIN: Final = 1.0
"""Degrees above its own warmest days, defrosting and shopping included, at which a reading is unusual."""

OWN_DAYS: Final = 7
"""Days before its own warmest ones are known (product 3.3)."""

OWN_LEAST: Final = {"fridge": 7.0, "freezer": -15.0}
"""Degrees Celsius below which even an unusual reading harms no food."""

BACK: Final = 1.0
"""Degrees below the limit at which it counts as recovered: a reading on the edge is one situation."""

TOLD_BEFORE: Final = timedelta(minutes=30)
"""An automation of the user's has its own limit: it may have told of a freezer a while before it is too warm here."""

SENSIBLE: Final = (-45.0, 60.0)
"""A reading outside is a broken sensor, not a warm fridge."""


class ColdStorage(Detector):
    """Doors and thermometers of fridges and freezers."""

    kind = "cold_storage"
    roles = frozenset({Role.COLD_DOOR, Role.COLD_TEMPERATURE})
    guards = True

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._warm_since: dict[str, datetime] = {}
        self._thaws_since: dict[str, datetime] = {}
        self._warmest: dict[str, tuple[date, float]] = {}
        """The warmest reading of the day, per thermometer."""

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or thing.role is not Role.COLD_TEMPERATURE:
            return
        self._learn(thing, dt_util.as_local(now).date())
        if self._is_warm(thing):
            # What was warm before we saw it is counted from the reading it had.
            self._warm_since.setdefault(new.entity_id, now)
        else:
            self._warm_since.pop(new.entity_id, None)
        if self._thaws(thing):
            self._thaws_since.setdefault(new.entity_id, now)
        else:
            self._thaws_since.pop(new.entity_id, None)

    def _learn(self, thing: Thing, today: date) -> None:
        """Keep the warmest reading of each day; a day of alarm teaches nothing that is usual."""
        degrees = reading(self.home, thing)
        if degrees is None or not SENSIBLE[0] <= degrees <= SENSIBLE[1]:
            return
        day, warmest = self._warmest.get(thing.entity_id, (today, degrees))
        if day != today:
            if warmest <= LIMITS[thing.detail or "fridge"]:
                self.home.habits.recent.add(f"warmest:{thing.entity_id}", warmest)
            warmest = degrees
        self._warmest[thing.entity_id] = (today, max(warmest, degrees))

    def _limit(self, thing: Thing) -> float:
        """Return the degrees above which this one is too warm: for food, or for what is usual of it."""
        sort = thing.detail or "fridge"
        usual = self.home.habits.recent.usual(f"warmest:{thing.entity_id}", LIMITS[sort], share=1.0, enough=OWN_DAYS)
        return min(LIMITS[sort], max(OWN_LEAST[sort], usual + OWN_MARGIN))

    def _is_warm(self, thing: Thing) -> bool:
        degrees = reading(self.home, thing)
        if degrees is None or not SENSIBLE[0] <= degrees <= SENSIBLE[1]:
            return False
        back = BACK if thing.entity_id in self._warm_since else 0.0
        return degrees > self._limit(thing) - back

    def _harmful(self, thing: Thing, back: float) -> bool:
        degrees = reading(self.home, thing)
        return degrees is not None and LIMITS[thing.detail or "fridge"] - back < degrees <= SENSIBLE[1]

    def _thaws(self, thing: Thing) -> bool:
        """Return whether what is in a freezer thaws."""
        back = BACK if thing.entity_id in self._thaws_since else 0.0
        return thing.detail == "freezer" and self._harmful(thing, back)

    @override
    def by_hand(self, suggestion: Suggestion) -> bool:
        # It has not been seen to when it has become dangerous.
        things = (self.home.map.things.get(entity_id) for entity_id in suggestion.entity_ids)
        return not any(thing is not None and self._thaws(thing) for thing in things)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        thawing = dict(self._thawing(now))
        yield from thawing.values()
        if self.kind in self.home.exclusions.kinds:
            return
        for thing in self.home.on(Role.COLD_DOOR):
            began = self.home.since(thing)
            if began is not None:
                told = tells(self.home.hass, [thing.entity_id], lasts=True)
                yield self._finding(thing, began, began + DOOR_OPEN, "cold_open", automated=told)
        for thing in self.home.map.of(Role.COLD_TEMPERATURE):
            danger = thawing.get(thing.entity_id)
            if not self._is_warm(thing) or (danger is not None and danger.due <= now):
                continue
            began = self._warm_since.get(thing.entity_id) or self.home.since(thing) or now
            harmful = danger is None and self._harmful(thing, BACK)
            told = tells(self.home.hass, [thing.entity_id])
            yield self._finding(
                thing, began, began + (WARM_FOR if harmful else UNUSUAL_FOR), "cold_warm", automated=told
            )

    def _thawing(self, now: datetime) -> Iterable[tuple[str, Finding]]:
        """Yield the freezers that thaw, by their thermometers."""
        for thing in self.home.map.of(Role.COLD_TEMPERATURE):
            if self._thaws(thing):
                began = self._thaws_since.get(thing.entity_id) or self.home.since(thing) or now
                told = has_told(self.home.hass, thing.entity_id, began - TOLD_BEFORE)
                found = self._finding(thing, began, began + WARM_FOR, "cold_thaws", automated=told)
                yield thing.entity_id, replace(found, situation=f"{found.situation}:thaws", safety=True)

    def _finding(self, thing: Thing, began: datetime, due: datetime, why: str, *, automated: bool) -> Finding:
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
            automated=automated,
        )
