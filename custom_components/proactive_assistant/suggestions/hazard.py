"""The safety lane: smoke, gas, water and the like, said at once and until it is over.

It is a convenience beside an alarm system, never one, and its text always says so (product 3.2).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, override

from homeassistant.core import State

from ..assistant.enums import Room
from ..assistant.facts import Suggestion
from ..assistant.kinds import SAFETY
from ..sensing.home import Home
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
        self._reported: dict[str, Finding] = {}
        """By sensor: the danger that was its last word."""
        self._lost: dict[str, datetime] = {}

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is not None and thing.role in self.roles:
            self._heed(thing, now)

    @override
    def recall(self, suggestion: Suggestion, now: datetime) -> None:
        # What was told before a restart has not ended because its sensor has not spoken since.
        for entity_id in suggestion.entity_ids:
            if self.home.state(entity_id) is None:
                began = suggestion.began or suggestion.created
                found = _finding(suggestion.situation, entity_id, began, suggestion.facts, automated=False)
                self._reported.setdefault(entity_id, found)

    @override
    def renamed(self, old: str, new: str) -> None:
        # It is not lost: it goes on reporting under its new name.
        self._reported.pop(old, None)
        self._lost.pop(old, None)

    @override
    def by_hand(self, suggestion: Suggestion) -> bool:
        # A danger that is over says nothing of what anybody has done, and a lost sensor still less.
        return False

    def _heed(self, thing: Thing, now: datetime) -> None:
        """Take note of what a sensor says, if it says anything."""
        state = self.home.state(thing.entity_id)
        if state is None:
            if thing.entity_id in self._reported:
                self._lost.setdefault(thing.entity_id, now)
            return
        self._lost.pop(thing.entity_id, None)
        # Water outdoors is weather.
        if not self._reports(thing) or (thing.detail == "moisture" and thing.room is Room.OUTDOORS):
            self._reported.pop(thing.entity_id, None)
            return
        known = self._reported.get(thing.entity_id)
        began = known.began if known is not None else state.last_changed
        facts = {
            "name": thing.name,
            "area": thing.area,
            "since": began.isoformat(),
            "sort": thing.detail or "alarm",
        }
        told = has_told(self.home.hass, thing.entity_id, began)
        situation = f"{self.kind}:{thing.entity_id}"
        self._reported[thing.entity_id] = _finding(situation, thing.entity_id, began, facts, automated=told)

    def _reports(self, thing: Thing) -> bool:
        if thing.role is Role.ALARM:
            state = self.home.state(thing.entity_id)
            return state is not None and state.state == "triggered"
        return self.home.is_on(thing)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        # Also at a look: what a sensor says may be older than we are, after a start or a reload.
        for thing in self.home.map.of(*self.roles):
            self._heed(thing, now)
        for entity_id, found in list(self._reported.items()):
            if self.home.state(entity_id) is not None:
                sensor = self.home.map.things.get(entity_id)
                if sensor is None or sensor.role not in self.roles:
                    # It is there, and none of ours any more: people have said so.
                    del self._reported[entity_id]
                    continue
            elif now - self._lost.setdefault(entity_id, now) > LOST:
                continue
            yield replace(found, expires=now + LASTS)


def _finding(situation: str, entity_id: str, began: datetime, facts: Mapping[str, Any], *, automated: bool) -> Finding:
    return Finding(
        situation=situation,
        due=began,
        began=began,
        entity_ids=(entity_id,),
        facts=facts,
        risk_present=True,
        safety=True,
        automated=automated,
    )
