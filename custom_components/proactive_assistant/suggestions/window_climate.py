"""A window is open in a room that is being heated or cooled."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.const import STATE_OFF

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction, Suggestion
from ..sensing.home import Home, listed
from ..sensing.measure import inside, outside
from ..sensing.roles import HomeMap, Role, Thing
from ..sensing.thermostat import Work, work_of
from .automated import automates
from .away_climate import set_backs
from .base import Detector, Finding
from .limits import DailyLimit

DWELL: Final = timedelta(minutes=5)
"""A short airing is none of our business."""

LONGEST: Final = timedelta(minutes=10)
"""A home that airs for longer heats the street meanwhile."""

DIFFERS: Final = 5.0
"""Degrees Celsius between inside and outside from which energy is really lost."""

PAUSES: Final = timedelta(minutes=45)
"""A thermostat switches off and on; a window stays a matter for this long after it last ran."""

PUT_BACK: Final = timedelta(minutes=60)
"""How long a thermostat is kept low for a window at most (product 3.3)."""

A_DAY: Final = 2
"""Messages about one room a day (product 3.3)."""


class WindowClimate(Detector):
    """Windows against thermostats."""

    kind = "window_climate"
    roles = frozenset({Role.OPENING, Role.CLIMATE})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._ran: dict[str, datetime] = {}
        """When the thermostat beside an open window last ran."""
        self._limit = DailyLimit(A_DAY)

    @override
    def available(self, home_map: HomeMap) -> bool:
        return bool(home_map.of(Role.OPENING)) and bool(home_map.of(Role.CLIMATE))

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        for thing in self.home.map.of(Role.OPENING):
            began = self.home.since(thing)
            if not self.home.is_on(thing) or began is None:
                self._ran.pop(thing.entity_id, None)
                continue
            climate = self._against(thing, now)
            if climate is not None and self._within_the_day(thing, began, now):
                yield self._finding(thing, began, climate)

    def _against(self, opening: Thing, now: datetime) -> Thing | None:
        """Return the thermostat that works against an open window, now or a moment ago."""
        running = works_against(self.home, opening)
        if running is not None:
            self._ran[opening.entity_id] = now
            return running
        ran = self._ran.get(opening.entity_id)
        if ran is None or now - ran > PAUSES:
            return None
        return next((climate for climate in _climates(self.home, opening) if not _is_off(self.home, climate)), None)

    def _within_the_day(self, opening: Thing, began: datetime, now: datetime) -> bool:
        return now - began < self._patience(opening) or self._limit.allows(
            opening.place or opening.entity_id, began, now
        )

    def _patience(self, opening: Thing) -> timedelta:
        """Return how long this window is usually open to air the room."""
        usual = self.home.habits.dwell_of(opening.entity_id).usual(DWELL.total_seconds() / 60)
        return min(timedelta(minutes=usual), LONGEST)

    @override
    def over(self, suggestion: Suggestion, done: datetime, now: datetime) -> bool:
        """Put the thermostat back once the window is shut, and after an hour in any case: nobody freezes by us."""
        things = [thing for item in suggestion.entity_ids if (thing := self.home.map.things.get(item)) is not None]
        windows = [thing for thing in things if thing.role is Role.OPENING]
        shut = bool(windows) and all(
            self.home.state(thing.entity_id) is not None and not self.home.is_on(thing) for thing in windows
        )
        return shut or now - done >= PUT_BACK

    def _finding(self, thing: Thing, began: datetime, climate: Thing) -> Finding:
        actions = _pause(self.home, climate)
        return Finding(
            actions=actions,
            automated=automates(self.home.hass, actions),
            situation=f"{self.kind}:{thing.entity_id}",
            due=began + self._patience(thing),
            began=began,
            entity_ids=(thing.entity_id, climate.entity_id),
            facts={"name": thing.name, "area": thing.area, "since": began.isoformat(), "names": [climate.name]},
        )


def _pause(home: Home, climate: Thing) -> tuple[PlannedAction, ...]:
    """Return what keeps a thermostat from working against a window: to switch it off, else what would make it save."""
    state = home.state(climate.entity_id)
    if state is None or state.state == STATE_OFF or STATE_OFF not in listed(state, "hvac_modes"):
        return set_backs(home, [climate])
    return (
        PlannedAction(
            domain="climate",
            action="set_hvac_mode",
            entity_ids=(climate.entity_id,),
            risk=RiskClass.A2,
            data={"hvac_mode": STATE_OFF},
        ),
    )


def works_against(home: Home, opening: Thing) -> Thing | None:
    """Return the thermostat that heats or cools against an open window at this moment."""
    climates = (climate for climate in _climates(home, opening) if _loses(home, climate))
    return next(climates, None)


def _climates(home: Home, opening: Thing) -> list[Thing]:
    """Return the thermostats of a window's room; the only one there is counts for every window."""
    beside, every = home.beside(opening, Role.CLIMATE), home.map.of(Role.CLIMATE)
    return beside or (every if len(every) == 1 and opening.detail == "window" else [])


def _is_off(home: Home, climate: Thing) -> bool:
    state = home.state(climate.entity_id)
    return state is None or state.state == STATE_OFF


def _loses(home: Home, climate: Thing) -> bool:
    """Return whether the air outside is worse in the direction the thermostat works; unknown is not."""
    out, room = outside(home), inside(home, climate)
    state = home.state(climate.entity_id)
    work = None if state is None else work_of(state)
    if out is None or room is None or work is None:
        return False
    return (room - out if work is Work.HEATING else out - room) > DIFFERS
