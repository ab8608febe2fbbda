"""Plants that are dry, as one list; and a sprinkler that is about to run before rain."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction
from ..sensing.home import Home
from ..sensing.instants import instant
from ..sensing.number import percent
from ..sensing.roles import HomeMap, Role, Thing
from .automated import automates
from .base import Detector, Finding, due_at_home
from .telling import tells

PRIOR_DRY: Final = 20.0
"""Percent of moisture below which a plant is dry, until its people have shown when they water (judgement)."""

WATERED: Final = 10.0
"""Percent by which the reading rises when somebody waters."""

AGAIN: Final = 3.0
"""Percent above its level at which a plant counts as watered: a reading on the edge is one situation."""

SETTLED: Final = timedelta(minutes=60)
LASTS: Final = timedelta(hours=24)

RAIN_MM: Final = 5.0
AHEAD: Final = timedelta(hours=24)
"""A scheduled run within this time is worth a look at the forecast."""

TELL_BEFORE: Final = timedelta(hours=12)
_DAY: Final = range(8, 21)
"""Hours in which one waters plants (product 3.3)."""


class Watering(Detector):
    """Soil sensors, and the irrigation's next run with its own rain delay."""

    kind = "watering"
    roles = frozenset({Role.SOIL, Role.NEXT_WATERING, Role.RAIN_DELAY})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._dry: dict[str, datetime] = {}
        self._lowest: dict[str, float] = {}

    @override
    def available(self, home_map: HomeMap) -> bool:
        return bool(home_map.of(Role.SOIL)) or (
            bool(home_map.of(Role.NEXT_WATERING)) and bool(home_map.of(Role.WEATHER))
        )

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or thing.role is not Role.SOIL:
            return
        moist = self._moist(thing)
        if moist is None:
            return
        lowest = self._lowest.get(thing.entity_id, moist)
        if moist - lowest >= WATERED:
            self.home.habits.recent.add(f"dry:{thing.entity_id}", lowest)
            lowest = moist
        self._lowest[thing.entity_id] = min(lowest, moist)
        if self._is_dry(thing):
            self._dry.setdefault(thing.entity_id, now)
        else:
            self._dry.pop(thing.entity_id, None)

    def _moist(self, thing: Thing) -> float | None:
        return percent(self.home.number(thing))

    def _is_dry(self, thing: Thing) -> bool:
        moist = self._moist(thing)
        level = self.home.habits.recent.usual(f"dry:{thing.entity_id}", PRIOR_DRY, enough=3)
        return moist is not None and moist < level + (AGAIN if thing.entity_id in self._dry else 0.0)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        yield from self._plants(now)
        for thing in self.home.map.of(Role.NEXT_WATERING):
            yield from self._sprinkler(thing, now)

    def _plants(self, now: datetime) -> Iterable[Finding]:
        dry = [thing for thing in self.home.map.of(Role.SOIL) if self._is_dry(thing)]
        times = [self._dry.get(thing.entity_id) or self.home.since(thing) or now for thing in dry]
        if not dry:
            return
        began = min(times)
        rooms: dict[str, list[str]] = {}
        for thing in dry:
            rooms.setdefault(thing.area or "", []).append(f"{thing.device or thing.name} {self._moist(thing):.0f} %")
        yield Finding(
            situation=f"{self.kind}:plants",
            due=due_at_home(self.home, _by_day(began + SETTLED), now),
            began=began,
            # A standing list has no end but the last plant watered.
            expires=now + LASTS,
            entity_ids=tuple(thing.entity_id for thing in dry),
            facts={"rooms": rooms, "why": "plants_dry", "since": began.isoformat()},
            automated=tells(self.home.hass, [thing.entity_id for thing in dry]),
        )

    def _sprinkler(self, thing: Thing, now: datetime) -> Iterable[Finding]:
        """Yield a run that rain makes needless."""
        state = self.home.state(thing.entity_id)
        run = instant(state.state) if state is not None else None
        if run is None or not now < run <= now + AHEAD:
            return
        rain = self.home.forecast.millimetres(now, AHEAD / timedelta(hours=1))
        resting = self.home.on(Role.RAIN_DELAY)
        if rain <= RAIN_MM or resting:
            return
        delays = [
            delay
            for delay in self._delays(thing)
            if (found := self.home.state(delay.entity_id)) is not None and found.state == "off"
        ]
        ids = tuple(delay.entity_id for delay in delays)
        actions = (PlannedAction(domain="switch", action="turn_on", entity_ids=ids, risk=RiskClass.A2),) if ids else ()
        yield Finding(
            situation=f"{self.kind}:{thing.entity_id}",
            due=run - TELL_BEFORE,
            began=run - TELL_BEFORE,
            expires=run,
            entity_ids=(thing.entity_id, *ids),
            facts={
                "rooms": {thing.area or "": [thing.device or thing.name]},
                "why": "rain_ahead",
                "value": f"{rain:.0f} mm",
                "since": run.isoformat(),
            },
            actions=actions,
            automated=automates(self.home.hass, actions),
        )

    def _delays(self, thing: Thing) -> list[Thing]:
        """Return the rain delays of an irrigation: on its device, or the only one there is."""
        every = self.home.map.of(Role.RAIN_DELAY)
        return self.home.map.siblings(thing, Role.RAIN_DELAY) or (every if len(every) == 1 else [])


def _by_day(due: datetime) -> datetime:
    """Return the instant, or the next morning when it falls into evening or night."""
    local = dt_util.as_local(due)
    if local.hour in _DAY:
        return due
    morning = local.replace(hour=_DAY.start, minute=0, second=0, microsecond=0)
    return morning if local.hour < _DAY.start else morning + timedelta(days=1)
