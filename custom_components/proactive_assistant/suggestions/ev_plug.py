"""The car is home, rather empty, and not plugged in; or plugged in, and the charger rests although it never does."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction, Suggestion
from ..sensing.home import Home
from ..sensing.number import percent
from ..sensing.prices import Window, cheapest, slots
from ..sensing.roles import HomeMap, Role, Thing
from .automated import automates
from .base import Detector, Finding
from .cheap_energy import CAR_KWH, HORIZON, HOURS
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

AT_ONCE: Final = timedelta(minutes=15)
"""After plugging in, within which a charger starts that starts by itself."""

MOSTLY: Final = 0.2
"""Share of the times of plugging in after which it may have rested and still start mostly. Who charges by a schedule,
by price or by the sun leaves it resting every evening, and is told nothing."""

COMES: Final = timedelta(minutes=10)
DRIVES: Final = timedelta(minutes=60)
"""Around the last change of its level in which who comes home has come with the car: it uses some on every way."""

EVENING: Final = 18
MORNING: Final = 8
"""Hours between which a car is expected to be charged for the next day."""


class EvPlug(Detector):
    """Cars that tell their charge and whether they hang on a cable."""

    kind = "ev_plug"
    roles = frozenset({Role.CAR_BATTERY, Role.CAR_PLUG, Role.CAR_PLACE, Role.CHARGER})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._started: dict[str, bool] = {}
        """Chargers whose car was seen to be plugged in, and whether they have started since."""

    @override
    def available(self, home_map: HomeMap) -> bool:
        return bool(home_map.of(Role.CAR_BATTERY)) and bool(home_map.of(Role.CAR_PLUG))

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or old is None:
            return
        change = (old.state, new.state)
        if thing.role is Role.CHARGER and change == ("off", "on"):
            self._starts(thing, now)
        elif thing.role is Role.CAR_PLUG and change == ("off", "on"):
            self._plugged(thing)
        elif thing.role is Role.CAR_PLUG and change == ("on", "off"):
            self._unplugged(thing)

    def _plugged(self, plug: Thing) -> None:
        """Learn at which level people plug in, and begin to watch for the charger."""
        battery = next(iter(_mates(self.home, plug, Role.CAR_BATTERY)), None)
        level = percent(self.home.number(battery)) if battery else None
        if battery is not None and level is not None:
            self.home.habits.recent.add(f"plugged:{battery.entity_id}", level)
        charger = self._charger(plug)
        if charger is not None:
            self._started[charger.entity_id] = self.home.is_on(charger)

    def _starts(self, charger: Thing, now: datetime) -> None:
        plugs = [at for plug in self.home.on(Role.CAR_PLUG) if (at := self.home.since(plug)) is not None]
        if charger.entity_id in self._started and any(now - at <= AT_ONCE for at in plugs):
            self._started[charger.entity_id] = True

    def _unplugged(self, plug: Thing) -> None:
        """Learn whether the charger has started by itself."""
        charger = self._charger(plug)
        if charger is not None and (started := self._started.pop(charger.entity_id, None)) is not None:
            self.home.habits.recent.add(f"starts:{charger.entity_id}", float(started))

    def _charger(self, plug: Thing) -> Thing | None:
        """Return the switch that lets a plugged car charge: on its device, or the only one there is."""
        every = self.home.map.of(Role.CHARGER)
        found = self.home.map.siblings(plug, Role.CHARGER) or (every if len(every) == 1 else [])
        return found[0] if len(found) == 1 else None

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        for battery in self.home.map.of(Role.CAR_BATTERY):
            plug = next(iter(_mates(self.home, battery, Role.CAR_PLUG)), None)
            level = self.home.number(battery)
            if plug is None or level is None:
                continue
            facts = {"name": battery.device or battery.name, "value": f"{level:.0f} %"}
            if self.home.is_on(plug):
                # Whoever has plugged it in wants it charged, whatever is usual.
                yield from self._resting(battery, plug, facts, now) if 0 <= level < MOST else ()
            elif self._wants(battery, level):
                yield from self._unconnected(battery, plug, facts, now)

    def _unconnected(self, battery: Thing, plug: Thing, facts: dict[str, str], now: datetime) -> Iterable[Finding]:
        since = self._parked_since(battery, plug)
        if since is None:
            return
        begin, end = _evening(now)
        cheap = self._cheap(now)
        if cheap is not None:
            facts = {**facts, "left": cheap.start.isoformat()}
        yield Finding(
            situation=f"{self.kind}:{battery.entity_id}",
            due=max(since + SETTLED, begin),
            began=since,
            expires=end,
            entity_ids=(battery.entity_id, plug.entity_id),
            facts={**facts, "since": since.isoformat(), "why": "car_off_cheap" if cheap is not None else "car_off"},
            automated=tells(self.home.hass, [battery.entity_id], by_clock=True),
        )

    def _resting(self, battery: Thing, plug: Thing, facts: dict[str, str], now: datetime) -> Iterable[Finding]:
        """Yield a car on its cable that does not charge although it mostly does at once; cheap hours are awaited."""
        charger, since = self._charger(plug), self.home.since(plug)
        state = self.home.state(charger.entity_id) if charger is not None else None
        if charger is None or since is None or state is None or state.state != "off" or self._cheap(now) is not None:
            return
        starts = self.home.habits.recent.usual(f"starts:{charger.entity_id}", 0.0, share=MOSTLY, enough=ENOUGH)
        if not starts:
            return
        begin, end = _evening(now)
        actions = (
            PlannedAction(domain="switch", action="turn_on", entity_ids=(charger.entity_id,), risk=RiskClass.A2),
        )
        yield Finding(
            situation=f"{self.kind}:{battery.entity_id}:rests",
            # Whoever has turned it off by hand has done so just now.
            due=max(since + SETTLED, state.last_changed + SETTLED, begin),
            began=since,
            expires=end,
            entity_ids=(battery.entity_id, plug.entity_id, charger.entity_id),
            facts={**facts, "since": since.isoformat(), "why": "car_rests"},
            actions=actions,
            automated=automates(self.home.hass, actions),
        )

    def _cheap(self, now: datetime) -> Window | None:
        """Return the cheap hours that are on or ahead, if waiting for them is worth it."""
        for thing in self.home.map.of(Role.PRICE):
            state = self.home.state(thing.entity_id)
            window = cheapest(slots(state), now, HOURS, HORIZON) if state is not None else None
            if window is not None and (window.usual - window.price) * CAR_KWH >= self.home.savings:
                return window
        return None

    @override
    def by_hand(self, suggestion: Suggestion) -> bool:
        # Driving away is no answer, plugging in and charging are.
        return any(
            self.home.is_on(thing)
            for entity_id in suggestion.entity_ids
            if (thing := self.home.map.things.get(entity_id)) is not None
            and thing.role is (Role.CHARGER if suggestion.actions else Role.CAR_PLUG)
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
