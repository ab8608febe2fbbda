"""An oven, hob or iron is on while nobody attends to it, or for very long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction
from ..sensing.home import DEAD, Home, finite
from ..sensing.night import STILL, night_of
from ..sensing.roles import Role, Thing
from ..sensing.words import IRON_WORDS, RUNNING_WORDS, mentions
from .automated import automates
from .base import Detector, Finding

HOT_WATTS: Final = 300.0
CYCLE: Final = timedelta(minutes=10)
"""A thermostat inside switches the load off and on; a shorter pause is not the end."""

AFTER_LEAVING: Final = timedelta(minutes=5)
LONG: Final = timedelta(hours=3)
"""Three times a usual hour in the oven, until the runs of this one are known."""

LONGEST: Final = timedelta(hours=10)
"""What cooks slowly on purpose is usual too, but nothing hot is left for a night and half a day."""

BEFORE_BED: Final = timedelta(hours=1)
"""Before the usual hour a home in which nothing moves may sleep already."""

LONG_IRON: Final = timedelta(hours=1)

TIMES: Final = 3.0
"""A run this many times as long as its usual one is very long (product 3.3)."""

OFTEN: Final = 0.75
"""Share of its runs that a usual one is not shorter than: one that was forgotten once makes forgetting no habit."""


@dataclass(slots=True)
class _Run:
    began: datetime
    last_hot: datetime


class HeatSourceOn(Detector):
    """Ovens, hobs and irons that say so themselves, or by their power."""

    kind = "heat_source_on"
    roles = frozenset({Role.HOT})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._runs: dict[str, _Run] = {}

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or thing.role is not Role.HOT:
            return
        if new.state in DEAD:
            self._runs.pop(new.entity_id, None)
            return
        run = self._runs.get(new.entity_id)
        if old is not None and _hot(thing, old):
            # It was hot until this moment.
            run = _Run(began=run.began if run else old.last_changed, last_hot=now)
        last = run
        if run is not None and now - run.last_hot > CYCLE:
            run = None
        if _hot(thing, new):
            run = _Run(began=run.began if run else now, last_hot=now)
        elif thing.detail != "power":
            # It says itself that it is off.
            run = None
        if run is None:
            self._runs.pop(new.entity_id, None)
            self._learn(thing, last)
        else:
            self._runs[new.entity_id] = run

    def _learn(self, thing: Thing, run: _Run | None) -> None:
        """Note how long a run was."""
        if run is not None and run.last_hot > run.began:
            minutes = (run.last_hot - run.began).total_seconds() / 60
            self.home.habits.recent.add(f"hot:{thing.entity_id}", minutes)

    def _long(self, thing: Thing) -> timedelta:
        """Return how long a run of this one has to be to be very long; never shorter than of its like."""
        iron = mentions(f"{thing.name} {thing.device or ''}", IRON_WORDS)
        prior = LONG_IRON if iron else LONG
        usual = self.home.habits.recent.usual(f"hot:{thing.entity_id}", 0.0, share=OFTEN)
        return min(LONGEST, max(prior, timedelta(minutes=TIMES * usual)))

    def _actions(self, thing: Thing) -> tuple[PlannedAction, ...]:
        """Offer to turn off what people named or an integration classified; nothing hot is ever turned on."""
        ids = tuple(
            switch.entity_id for switch in self.home.map.siblings(thing, Role.HOT_SWITCH) if self.home.is_on(switch)
        )
        return (PlannedAction(domain="switch", action="turn_off", entity_ids=ids, risk=RiskClass.A2),) if ids else ()

    def _run(self, thing: Thing, now: datetime) -> _Run | None:
        """Return the run a thing is in, through the pauses of its thermostat."""
        state = self.home.state(thing.entity_id)
        if state is None:
            return None
        run = self._runs.get(thing.entity_id)
        if _hot(thing, state):
            return _Run(began=run.began if run else state.last_changed, last_hot=now)
        return run if run is not None and now - run.last_hot <= CYCLE else None

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        told: set[str] = set()
        for thing in self.home.map.of(Role.HOT):
            device = thing.device_id or thing.entity_id
            run, state = self._run(thing, now), self.home.state(thing.entity_id)
            if run is None or state is None or device in told:
                continue
            told.add(device)
            due, why, pressing = self._reason(thing, run, now)
            if not _hot(thing, state):
                # In a pause: true, but not the moment to say so, for this may be the end.
                due = max(due, run.last_hot + CYCLE)
            actions = self._actions(thing)
            yield Finding(
                situation=f"{self.kind}:{device}",
                due=due,
                began=run.began,
                entity_ids=(thing.entity_id,),
                facts={
                    "name": thing.device or thing.name,
                    "area": thing.area,
                    "since": run.began.isoformat(),
                    "why": why,
                },
                actions=actions,
                automated=automates(self.home.hass, actions),
                risk_present=pressing,
            )

    def _reason(self, thing: Thing, run: _Run, now: datetime) -> tuple[datetime, str, bool]:
        """Return when it is worth saying, why, and whether harm is possible while it waits."""
        left = self.home.empty_since
        if left is not None and not self.home.somebody_in(now):
            return max(left, run.began) + AFTER_LEAVING, "hot_still", True
        watched = bool(self.home.map.of(Role.MOTION))
        start, end = night_of(self.home, now)
        if start - BEFORE_BED <= now < end and watched and not self.home.moved_since(now - STILL):
            return run.began + STILL, "hot_still", True
        sun = self.home.state("sun.sun")
        bright = sun is not None and sun.state == "above_horizon"
        if not watched and start + STILL <= now < end and not bright and not self.home.on(Role.LIGHT, Role.MEDIA):
            # Nothing tells who is up, but it is late and dark, inside and out, and nothing plays.
            return max(run.began, start) + STILL, "hot_still", True
        return run.began + self._long(thing), "hot_long", False


def _hot(thing: Thing, state: State) -> bool:
    if thing.detail != "power":
        return state.state.lower() in RUNNING_WORDS
    watts = finite(state.state)
    kilo = state.attributes.get("unit_of_measurement") == "kW"
    return watts is not None and (watts * 1000 if kilo else watts) > HOT_WATTS
