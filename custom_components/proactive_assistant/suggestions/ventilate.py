"""The air in a room is used up, or too damp: a fan that carries it out for a while, or a window."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import exp
from typing import Final, NamedTuple, override

from homeassistant.const import STATE_OFF
from homeassistant.core import State

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction, Suggestion
from ..sensing.home import Home
from ..sensing.measure import inside, outside
from ..sensing.number import percent
from ..sensing.roles import HomeMap, Role, Thing, carries_air_out
from .automated import automates
from .base import Detector, Finding, outlasts_leaving
from .limits import DailyLimit
from .telling import tells


class _Limit(NamedTuple):
    """From what reading on, for how long, until what reading; and what a sensor can say at all."""

    high: float
    lasting: timedelta
    back: float
    least: float
    most: float


LIMITS: Final = {
    Role.CARBON_DIOXIDE: _Limit(1200.0, timedelta(minutes=10), 1000.0, 300.0, 10_000.0),
    # An hour: a shower's peak is gone by then.
    Role.HUMIDITY: _Limit(65.0, timedelta(minutes=60), 62.0, 5.0, 100.0),
}

DRIER: Final = 1.0
"""Grams of water per cubic metre that the air outside must have less for airing to help."""

_ASSUMED_INSIDE: Final = 21.0
A_DAY: Final = 2

RUNS: Final = timedelta(minutes=30)
"""How long a fan that was put on for it runs (product 3.3)."""


class Ventilate(Detector):
    """Carbon dioxide and humidity, while somebody is home, the windows of the room are shut and no fan runs."""

    kind = "ventilate"
    roles = frozenset({*LIMITS, Role.FAN})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._since: dict[str, datetime] = {}
        self._limit = DailyLimit(A_DAY)

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or thing.role not in LIMITS:
            return
        if self._is_high(thing):
            self._since.setdefault(new.entity_id, now)
        else:
            self._since.pop(new.entity_id, None)

    @override
    def available(self, home_map: HomeMap) -> bool:
        return bool(home_map.of(*LIMITS))

    @override
    def over(self, suggestion: Suggestion, done: datetime, now: datetime) -> bool:
        return now - done >= RUNS

    def _fans(self, thing: Thing) -> tuple[str, ...]:
        """Return the fans of a room that stand still and would carry its air out."""
        return tuple(
            fan.entity_id
            for fan in self.home.beside(thing, Role.FAN)
            if carries_air_out(fan)
            and (state := self.home.state(fan.entity_id)) is not None
            and state.state == STATE_OFF
        )

    def _is_high(self, thing: Thing) -> bool:
        limit, value = LIMITS[thing.role], self.home.number(thing)
        if value is None or not limit.least <= value <= limit.most:
            return False
        return value > (limit.back if thing.entity_id in self._since else limit.high)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        rooms: set[str] = set()
        for thing in self.home.map.of(Role.CARBON_DIOXIDE, Role.HUMIDITY):
            # Without a room it may hang anywhere, also outside.
            if thing.place is None or thing.place in rooms or not self._is_high(thing) or not self._airing_helps(thing):
                continue
            began = self._since.get(thing.entity_id) or self.home.since(thing) or now
            due = began + LIMITS[thing.role].lasting
            if not outlasts_leaving(self.home, due, now):
                continue
            if now >= due and not self._limit.allows(thing.place, began, now):
                continue
            rooms.add(thing.place)
            yield self._finding(thing, thing.place, began, due)

    def _finding(self, thing: Thing, place: str, began: datetime, due: datetime) -> Finding:
        unit = "ppm" if thing.role is Role.CARBON_DIOXIDE else "%"
        ids = self._fans(thing)
        actions = (PlannedAction(domain="fan", action="turn_on", entity_ids=ids, risk=RiskClass.A1),) if ids else ()
        return Finding(
            situation=f"{self.kind}:{place}",
            due=due,
            began=began,
            entity_ids=(thing.entity_id, *ids),
            actions=actions,
            automated=automates(self.home.hass, actions) if actions else tells(self.home.hass, [thing.entity_id]),
            facts={
                "name": thing.area or thing.name,
                "value": f"{self.home.number(thing) or 0:.0f} {unit}",
                "since": began.isoformat(),
                "why": thing.role.value,
            },
        )

    def _airing_helps(self, thing: Thing) -> bool:
        """Return whether fresh air would help and does not come already; for damp the air outside has to be drier."""
        if any(self.home.is_on(opening) for opening in self.home.beside(thing, Role.OPENING)):
            return False
        if any(carries_air_out(fan) and self.home.is_on(fan) for fan in self.home.beside(thing, Role.FAN)):
            return False
        if thing.role is Role.CARBON_DIOXIDE:
            return True
        out, damp_out, damp_in = outside(self.home), self._outside_humidity(), self.home.number(thing)
        if out is None or damp_out is None or damp_in is None:
            return False
        rooms = [inside(self.home, climate) for climate in self.home.beside(thing, Role.CLIMATE)]
        degrees = next((room for room in rooms if room is not None), _ASSUMED_INSIDE)
        return grams(degrees, damp_in) - grams(out, damp_out) > DRIER

    def _outside_humidity(self) -> float | None:
        for thing in self.home.map.of(Role.WEATHER):
            state = self.home.state(thing.entity_id)
            found = percent(state.attributes.get("humidity")) if state else None
            if found is not None:
                return found
        return None


def grams(degrees: float, percent: float) -> float:
    """Return water in g/m³ of air at °C and % relative humidity (Magnus formula, Sonntag 1990)."""
    degrees = min(60.0, max(-40.0, degrees))
    pressure = 6.112 * exp(17.62 * degrees / (243.12 + degrees))
    return 216.7 * pressure * percent / 100 / (273.15 + degrees)
