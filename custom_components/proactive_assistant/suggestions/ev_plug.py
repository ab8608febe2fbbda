"""The car is home, rather empty, and not plugged in."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..sensing.home import Home
from ..sensing.roles import HomeMap, Role, Thing
from .base import Detector, Finding
from .telling import tells

PRIOR_LEVEL: Final = 50.0
"""Percent below which a car is worth plugging in, until people have shown when they do (judgement)."""

OFTEN: Final = 0.8
"""Share of the levels at which people plugged in: above it they usually do not bother."""

ENOUGH: Final = 3
"""Times of plugging in that show a habit: it is done every few days."""

MOST: Final = 79.0
"""Never above: 80 % is plenty (product 3.3)."""

SETTLED: Final = timedelta(minutes=15)
"""Who has just parked may be about to plug in."""

COMES: Final = timedelta(minutes=10)
DRIVES: Final = timedelta(minutes=60)
"""Around the last change of its level in which who comes home has come with the car: it uses some on every way."""

EVENING: Final = 18
MORNING: Final = 8
"""Hours between which a car is expected to be charged for the next day."""


class EvPlug(Detector):
    """Cars that tell their charge and whether they hang on a cable."""

    kind = "ev_plug"
    roles = frozenset({Role.CAR_BATTERY, Role.CAR_PLUG, Role.CAR_PLACE})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._home_since: dict[str, datetime] = {}

    @override
    def available(self, home_map: HomeMap) -> bool:
        return bool(home_map.of(Role.CAR_BATTERY)) and bool(home_map.of(Role.CAR_PLUG))

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or thing.role is not Role.CAR_PLUG or old is None:
            return
        if old.state == "off" and new.state == "on":
            battery = next(iter(_mates(self.home, thing, Role.CAR_BATTERY)), None)
            level = self.home.number(battery) if battery else None
            if battery is not None and level is not None and 0 <= level <= 100:  # noqa: PLR2004 - percent
                self.home.habits.recent.add(f"plugged:{battery.entity_id}", level)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        for battery in self.home.map.of(Role.CAR_BATTERY):
            plug = next(iter(_mates(self.home, battery, Role.CAR_PLUG)), None)
            level = self.home.number(battery)
            if plug is None or level is None or not self._wants(battery, level):
                continue
            since = self._parked_since(battery, plug)
            if since is None:
                continue
            begin, end = _evening(now)
            yield Finding(
                situation=f"{self.kind}:{battery.entity_id}",
                due=max(since + SETTLED, begin),
                began=since,
                expires=end,
                entity_ids=(battery.entity_id, plug.entity_id),
                facts={
                    "name": battery.device or battery.name,
                    "value": f"{level:.0f} %",
                    "since": since.isoformat(),
                },
                automated=tells(self.home.hass, [battery.entity_id], by_clock=True),
            )

    def _wants(self, battery: Thing, level: float) -> bool:
        usual = self.home.habits.recent.usual(f"plugged:{battery.entity_id}", PRIOR_LEVEL, share=OFTEN, enough=ENOUGH)
        return 0 <= level < min(MOST, usual)

    def _parked_since(self, battery: Thing, plug: Thing) -> datetime | None:
        """Return since when the car stands at home without its cable; None when either is not known."""
        state = self.home.state(plug.entity_id)
        if state is None or state.state != "off":
            return None
        places = _mates(self.home, battery, Role.CAR_PLACE)
        if not places:
            came = self._brought_home(battery)
            return None if came is None else max(state.last_changed, came)
        place = self.home.state(places[0].entity_id)
        return max(place.last_changed, state.last_changed) if place is not None and place.state == "home" else None

    def _brought_home(self, battery: Thing) -> datetime | None:
        """Return when a car that does not say where it is was brought home; None while it may be on the road.

        It comes home with the one who does so when its level has last changed, and goes with them.
        """
        level = self.home.state(battery.entity_id)
        states = {person: state for person in self.home.people if (state := self.home.state(person)) is not None}
        came = [states[person].last_changed for person in self.home.at_home() if person in states]
        if level is None or not came:
            return None
        drove = [at for at in came if -COMES <= at - level.last_changed <= DRIVES]
        if drove:
            return max(level.last_changed, *drove)
        return max(level.last_changed, *came) if len(came) == len(states) else None


def _mates(home: Home, thing: Thing, role: Role) -> list[Thing]:
    """Return what belongs to the same car: on its device, or the only one there is."""
    every = home.map.of(role)
    return home.map.siblings(thing, role) or (every if len(every) == 1 and every[0].device_id is None else [])


def _evening(now: datetime) -> tuple[datetime, datetime]:
    """Return begin and end of the evening and night that an instant is in, or comes before."""
    local = dt_util.as_local(now)
    day = local if local.hour >= MORNING else local - timedelta(days=1)
    begin = day.replace(hour=EVENING, minute=0, second=0, microsecond=0)
    end = (begin + timedelta(days=1)).replace(hour=MORNING)
    return dt_util.as_utc(begin), dt_util.as_utc(end)
