"""Rain or storm with an awning out or a powered window open.

Windows and doors with a sensor are the matter of `opening_left`, which grows impatient in rain.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.components.cover import CoverEntityFeature
from homeassistant.const import ATTR_SUPPORTED_FEATURES
from homeassistant.core import State

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction
from ..sensing.covers import gentle
from ..sensing.home import Home
from ..sensing.roles import HomeMap, Role, Thing
from .automated import automates
from .base import Detector, Finding

DRY_FOR: Final = timedelta(hours=2)
"""A shower that pauses is one shower: one message per rain."""

AHEAD_HOURS: Final = 1.0
LIKELY: Final = 60.0
"""Percent of rain within the hour from which it is worth acting before the first drop (product 3.3)."""

_WET: Final = frozenset({"rainy", "pouring", "lightning-rainy", "hail", "snowy-rainy", "snowy"})
_STORM: Final = frozenset({"lightning", "windy", "windy-variant", "exceptional"})


class WeatherOpenings(Detector):
    """Covers that weather can harm, or let in."""

    kind = "weather_openings"
    roles = frozenset({Role.AWNING, Role.COVER_WINDOW, Role.WEATHER, Role.RAIN})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._bad: dict[str, tuple[datetime, datetime]] = {}
        """Per cover, since when and until when the weather has been against it."""

    @override
    def available(self, home_map: HomeMap) -> bool:
        return bool(home_map.of(Role.AWNING, Role.COVER_WINDOW)) and bool(home_map.of(Role.WEATHER, Role.RAIN))

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is not None and thing.role in (Role.AWNING, Role.COVER_WINDOW) and new.state == "closed":
            self.home.close_sent.discard(new.entity_id)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        weather = self._weather() | self._forecast(now)
        for thing in self.home.map.of(Role.AWNING, Role.COVER_WINDOW):
            began = self.home.since(thing)
            if began is None or not self.home.is_on(thing):
                self._bad.pop(thing.entity_id, None)
                continue
            against = bool(weather & (_WET if thing.role is Role.COVER_WINDOW else _WET | _STORM))
            first, last = self._bad.get(thing.entity_id, (now, now))
            if against:
                self._bad[thing.entity_id] = (first if now - last <= DRY_FOR else now, now)
            elif thing.entity_id not in self._bad or now - last > DRY_FOR:
                self._bad.pop(thing.entity_id, None)
                continue
            yield self._finding(thing, began, self._bad[thing.entity_id], against=against)

    def _weather(self) -> set[str]:
        """Return what it is like outside; a rain sensor knows better than the nearest station."""
        sensors = [state.state for thing in self.home.map.of(Role.RAIN) if (state := self.home.state(thing.entity_id))]
        stations = [
            state.state for thing in self.home.map.of(Role.WEATHER) if (state := self.home.state(thing.entity_id))
        ]
        found = set(stations[:1])
        if sensors:
            found = (found - _WET) | ({"rainy"} if "on" in sensors else set())
        return found

    def _forecast(self, now: datetime) -> set[str]:
        """Return what the next hour brings; a forecast of drizzle all day is one rain (DRY_FOR)."""
        percent = self.home.forecast.probability(now, AHEAD_HOURS)
        coming = set(self.home.forecast.conditions(now, AHEAD_HOURS)) & (_STORM | {"pouring", "hail"})
        return coming | ({"rainy"} if percent is not None and percent >= LIKELY else set())

    def _finding(self, thing: Thing, began: datetime, bad: tuple[datetime, datetime], *, against: bool) -> Finding:
        first, last = bad
        actions = self._actions(thing)
        return Finding(
            situation=f"{self.kind}:{thing.entity_id}",
            # In a pause it stays one situation, but is not worth saying.
            due=first if against else last + DRY_FOR,
            began=max(began, first),
            entity_ids=(thing.entity_id,),
            facts={"name": thing.name, "area": thing.area, "since": began.isoformat()},
            actions=actions,
            automated=automates(self.home.hass, actions),
        )

    def _actions(self, thing: Thing) -> tuple[PlannedAction, ...]:
        state = self.home.state(thing.entity_id)
        features = state.attributes.get(ATTR_SUPPORTED_FEATURES) if state else None
        can_close = isinstance(features, int) and bool(features & CoverEntityFeature.CLOSE)
        if state is None or state.state != "open" or not can_close or thing.entity_id in self.home.close_sent:
            return ()
        # A window can pinch; so may a cover that is an awning by its name alone.
        risk = RiskClass.A2 if gentle(self.home, thing.entity_id) else RiskClass.A3
        return (PlannedAction(domain="cover", action="close_cover", entity_ids=(thing.entity_id,), risk=risk),)
