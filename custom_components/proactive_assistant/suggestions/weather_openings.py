"""Rain or storm with an awning out, or rain with a window open.

A window with a sensor is the matter of `opening_left` as well, which grows impatient in rain: of one opening only one
of them tells. What is told here is rain that comes over a window which has been open, and may stay so.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final, override

from homeassistant.components.cover import CoverEntityFeature
from homeassistant.const import ATTR_SUPPORTED_FEATURES
from homeassistant.core import State

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction
from ..sensing.covers import gentle
from ..sensing.home import Home
from ..sensing.roles import HomeMap, Role, Thing
from .addressing import Addressees
from .automated import automates
from .base import Detector, Finding
from .opening_left import IN_THE_WET, TOGETHER, falls, usual_minutes

DRY_FOR: Final = timedelta(hours=2)
"""A shower that pauses is one shower: one message per rain."""

AHEAD_HOURS: Final = 1.0
LIKELY: Final = 60.0
"""Percent of rain within the hour from which it is worth acting before the first drop (product 3.3)."""

HOURLY: Final = timedelta(hours=3)
"""Length of a span that says something of the hour; that it rains on a day does not."""

BEFORE_THE_RAIN: Final = 30.0
"""Minutes that a window may be open while rain is only forecast: most airing is over by then."""

AFTER_LEFT: Final = timedelta(minutes=60)
"""Whoever has just heard that a window is still open knows; later the rain is news."""

LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

_WET: Final = frozenset({"rainy", "pouring", "lightning-rainy", "hail", "snowy-rainy", "snowy"})
_STORM: Final = frozenset({"lightning", "windy", "windy-variant", "exceptional"})
_THROUGH_WINDOWS: Final = _WET | {"lightning"}

_NAMES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "severe": frozenset({"exceptional"}),
        "storm": frozenset({"lightning", "lightning-rainy"}),
        "hail": frozenset({"hail"}),
        "rain": frozenset({"rainy", "pouring", "snowy-rainy"}),
        "snow": frozenset({"snowy"}),
        "wind": frozenset({"windy", "windy-variant"}),
    }
)
"""What people call weather that harms, the worst first: the message names one of them."""


class WeatherOpenings(Detector):
    """Covers that weather can harm, and windows that let it in."""

    kind = "weather_openings"
    roles = frozenset({Role.AWNING, Role.COVER_WINDOW, Role.OPENING, Role.WEATHER, Role.RAIN})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._bad: dict[str, tuple[datetime, datetime]] = {}
        """Per cover, since when and until when the weather has been against it."""
        self._rain: tuple[datetime, datetime] | None = None
        """Since when and until when it has rained, or been about to; with its pauses it is one rain."""
        self._begun = False
        """Whether the weather has been looked at: the rain of the first look is not new."""
        self._falls: datetime | None = None
        """Since when `opening_left` has been impatient."""
        self._said: dict[str, datetime] = {}
        """Windows that were told of in this rain, by the instant they were opened."""
        self._through = ""
        """What that rain is called."""
        self._why: dict[str, str] = {}
        """Per cover, which weather is against it; in a pause, which was."""
        self._addressees = Addressees(home)

    @override
    def available(self, home_map: HomeMap) -> bool:
        openings = home_map.of(Role.AWNING, Role.COVER_WINDOW) or _windows(home_map)
        return bool(openings) and bool(home_map.of(Role.WEATHER, Role.RAIN))

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is not None and thing.role in (Role.AWNING, Role.COVER_WINDOW) and new.state == "closed":
            self.home.close_sent.discard(new.entity_id)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        present, coming = self._weather(), self._forecast(now)
        yield from self._rained_in(now, present, coming)
        weather = present | coming
        for thing in self.home.map.of(Role.AWNING, Role.COVER_WINDOW):
            began = self.home.since(thing)
            if began is None or not self.home.is_on(thing):
                self._bad.pop(thing.entity_id, None)
                continue
            harmful = _WET if thing.role is Role.COVER_WINDOW else _WET | _STORM
            against = bool(weather & harmful)
            first, last = self._bad.get(thing.entity_id, (now, now))
            if against:
                self._why[thing.entity_id] = _named(present, coming, harmful)
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
        hours = [span for span in self.home.forecast.within(now, AHEAD_HOURS) if span.end - span.start <= HOURLY]
        coming = {span.condition for span in hours if span.condition in _STORM | {"pouring", "hail"}}
        return coming | {"rainy" for span in hours if span.probability is not None and span.probability >= LIKELY}

    def _rained_in(self, now: datetime, present: set[str], coming: set[str]) -> Iterator[Finding]:
        """Yield the windows that let the rain in."""
        self._falls = (self._falls or now) if falls(self.home) else None
        wet = bool((present | coming) & _THROUGH_WINDOWS)
        if self._rain is not None and now - self._rain[1] > DRY_FOR:
            self._rain = None
            self._said.clear()
        if wet:
            self._through = _named(present, coming, _THROUGH_WINDOWS)
            first = now if self._begun else LONG_AGO
            self._rain = (self._rain[0] if self._rain is not None else first, now)
        self._begun = True
        opened = {
            thing: began
            for thing in _windows(self.home.map)
            if self._rain is not None and self.home.is_on(thing) and (began := self.home.since(thing)) is not None
        }
        told = self.home.rain_told
        self.home.rain_told = {
            thing.entity_id: told[thing.entity_id]
            for thing, began in opened.items()
            if began <= told.get(thing.entity_id, LONG_AGO)
        }
        for thing, began in opened.items():
            if self._rain is not None and self._said.get(thing.entity_id, began) == began:
                due = self._due(thing, began, self._rain[0], falling=bool(present & _WET))
                if due is not None:
                    yield self._window(thing, began, due if wet else max(due, self._rain[1] + DRY_FOR), now)
        self._addressees.keep({self._situation(thing) for thing in opened})

    def _due(self, thing: Thing, began: datetime, first: datetime, *, falling: bool) -> datetime | None:
        """Return when rain is worth a word of its own about a window; None where `opening_left` has the word."""
        told = self.home.rain_told.get(thing.entity_id)
        if told is not None:
            return told
        usual = usual_minutes(self.home, thing)
        due = max(first, began + timedelta(minutes=min(usual, IN_THE_WET if falling else BEFORE_THE_RAIN)))
        other = began + timedelta(minutes=usual)
        if self._falls is not None:
            other = min(other, max(self._falls, began + timedelta(minutes=IN_THE_WET)))
        if other > due + TOGETHER:
            return due
        return None if first <= other else max(first, other + AFTER_LEFT)

    def _window(self, thing: Thing, began: datetime, due: datetime, now: datetime) -> Finding:
        if due <= now:
            self._said[thing.entity_id] = began
            self.home.rain_told.setdefault(thing.entity_id, due)
        return Finding(
            situation=self._situation(thing),
            due=due,
            began=began,
            entity_ids=(thing.entity_id,),
            facts={"name": thing.name, "area": thing.area, "since": began.isoformat(), "why": self._through},
            persons=self._addressees.of(self._situation(thing), due=due <= now),
        )

    def _situation(self, thing: Thing) -> str:
        return f"{self.kind}:{thing.entity_id}"

    def _finding(self, thing: Thing, began: datetime, bad: tuple[datetime, datetime], *, against: bool) -> Finding:
        first, last = bad
        actions = self._actions(thing)
        return Finding(
            situation=self._situation(thing),
            # In a pause it stays one situation, but is not worth saying.
            due=first if against else last + DRY_FOR,
            began=max(began, first),
            entity_ids=(thing.entity_id,),
            facts={
                "name": thing.name,
                "area": thing.area,
                "since": began.isoformat(),
                "why": self._why.get(thing.entity_id, ""),
            },
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


def _named(present: Collection[str], coming: Collection[str], harmful: Collection[str]) -> str:
    """Return the key of what is against an opening: what is there already, else what is coming."""
    for when, weather in (("now", present), ("ahead", coming)):
        found = next((name for name, items in _NAMES.items() if items & set(weather) & set(harmful)), None)
        if found is not None:
            return f"weather_{found}_{when}"
    return ""


def _windows(home_map: HomeMap) -> list[Thing]:
    """Return the windows with a sensor."""
    return [thing for thing in home_map.of(Role.OPENING) if thing.detail == "window"]
