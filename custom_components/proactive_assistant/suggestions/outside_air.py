"""The air outside has become cooler than a warm home, or warmer than one with open windows; or the sun heats it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, override

from homeassistant.const import UnitOfTemperature
from homeassistant.core import State
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import TemperatureConverter

from ..assistant.enums import Weather
from ..sensing.home import Home
from ..sensing.measure import inside, outside
from ..sensing.moment import weather
from ..sensing.roles import HomeMap, Role, Thing
from .automated import automates
from .base import Detector, Finding, by_room
from .limits import DailyLimit
from .shading import Shade, Shading

WARM: Final = 24.0
"""Degrees Celsius inside from which cooler air is welcome."""

APART: Final = 1.0
"""Degrees Celsius between inside and outside before a crossing counts; it is undone only at equality."""

_FOUL: Final = frozenset({Weather.WET, Weather.STORM, Weather.SNOW})


class OutsideAir(Detector):
    """Windows by the thermometer, blinds by the sun: one opening and one closing a day."""

    kind = "outside_air"
    roles = frozenset({Role.CLIMATE, Role.OPENING, Role.SHADE, Role.WEATHER})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._limit = DailyLimit(1)
        self._since: dict[str, datetime] = {}
        """Since when the air outside has been cooler, or warmer."""
        self._shading = Shading(home)

    @override
    def available(self, home_map: HomeMap) -> bool:
        measured = bool(home_map.of(Role.CLIMATE)) and bool(home_map.of(Role.WEATHER))
        return measured and bool(home_map.of(Role.OPENING, Role.SHADE))

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        self._shading.observe(old, new, now)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        out = outside(self.home)
        rooms = [(thing, degrees) for thing in self.home.map.of(Role.CLIMATE) if (degrees := inside(self.home, thing))]
        if out is None or not rooms:
            self._since.clear()
            return
        warmest, degrees = max(rooms, key=lambda room: room[1])
        for shade in self._shading.found(now):
            yield self._shade(shade, (out, degrees))
        ways = {"air_open": degrees - out if degrees > WARM else -APART, "air_close": out - degrees}
        for why, apart in ways.items():
            if apart >= APART:
                self._since.setdefault(why, now)
            elif apart <= 0:
                self._since.pop(why, None)
        for why, since in self._since.items():
            windows = self._windows(why, degrees)
            if windows and self.home.at_home() and self._limit.allows(why, since, now):
                yield self._finding(why, since, windows, (out, degrees), warmest)

    def _windows(self, why: str, degrees: float) -> list[Thing]:
        """Return the windows to open, none of which is yet and not into rain; or those to close."""
        windows = [thing for thing in self.home.map.of(Role.OPENING) if thing.detail == "window"]
        is_open = [thing for thing in windows if self.home.is_on(thing)]
        if why == "air_close":
            # What is warmer outside matters where the home is warm; in a cool one it is welcome.
            return is_open if degrees > WARM - APART else []
        return [] if is_open or weather(self.home) in _FOUL else windows

    def _finding(
        self, why: str, since: datetime, windows: list[Thing], degrees: tuple[float, float], warmest: Thing
    ) -> Finding:
        value, room = self._shown(degrees)
        return Finding(
            situation=f"{self.kind}:{why}:{dt_util.as_local(since).date()}",
            due=since,
            began=since,
            entity_ids=(warmest.entity_id, *(thing.entity_id for thing in windows)),
            facts={"value": value, "inside": room, "why": why, "since": since.isoformat()},
        )

    def _shade(self, shade: Shade, degrees: tuple[float, float]) -> Finding:
        value, room = self._shown(degrees)
        return Finding(
            situation=f"{self.kind}:air_shade:{shade.side}:{shade.day}",
            due=shade.since,
            began=shade.since,
            entity_ids=tuple(thing.entity_id for thing in shade.covers),
            facts={
                "value": value,
                "inside": room,
                "rooms": by_room(shade.covers),
                "why": "air_shade",
                "since": shade.since.isoformat(),
            },
            actions=shade.actions,
            automated=automates(self.home.hass, shade.actions),
        )

    def _shown(self, degrees: tuple[float, float]) -> Iterable[str]:
        """Return temperatures as the home reads them."""
        unit = self.home.hass.config.units.temperature_unit
        found = (TemperatureConverter.convert(value, UnitOfTemperature.CELSIUS, unit) for value in degrees)
        return [f"{value:.0f} {unit}" for value in found]
