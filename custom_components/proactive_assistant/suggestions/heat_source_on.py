"""An oven, hob or iron is on while nobody attends to it, or for very long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..sensing.home import DEAD, Home, finite
from ..sensing.night import STILL
from ..sensing.roles import Role, Thing
from ..sensing.words import IRON_WORDS, RUNNING_WORDS, mentions
from .base import Detector, Finding

HOT_WATTS: Final = 300.0
CYCLE: Final = timedelta(minutes=10)
"""A thermostat inside switches the load off and on; a shorter pause is not the end."""

AFTER_LEAVING: Final = timedelta(minutes=5)
LONG: Final = timedelta(hours=3)
"""Three times a usual hour in the oven (product 3.3); to be learned per appliance."""

LONG_IRON: Final = timedelta(hours=1)

_NIGHT: Final = frozenset({22, 23, 0, 1, 2, 3, 4, 5})


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
        if run is not None and now - run.last_hot > CYCLE:
            run = None
        if _hot(thing, new):
            run = _Run(began=run.began if run else now, last_hot=now)
        elif thing.detail != "power":
            # It says itself that it is off.
            run = None
        if run is None:
            self._runs.pop(new.entity_id, None)
        else:
            self._runs[new.entity_id] = run

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
                risk_present=pressing,
            )

    def _reason(self, thing: Thing, run: _Run, now: datetime) -> tuple[datetime, str, bool]:
        """Return when it is worth saying, why, and whether harm is possible while it waits."""
        left = self.home.empty_since
        if left is not None and not self.home.somebody_in(now):
            return max(left, run.began) + AFTER_LEAVING, "hot_still", True
        watched = bool(self.home.map.of(Role.MOTION))
        if dt_util.as_local(now).hour in _NIGHT and watched and not self.home.moved_since(now - STILL):
            return run.began + STILL, "hot_still", True
        iron = mentions(f"{thing.name} {thing.device or ''}", IRON_WORDS)
        return run.began + (LONG_IRON if iron else LONG), "hot_long", False


def _hot(thing: Thing, state: State) -> bool:
    if thing.detail != "power":
        return state.state.lower() in RUNNING_WORDS
    watts = finite(state.state)
    kilo = state.attributes.get("unit_of_measurement") == "kW"
    return watts is not None and (watts * 1000 if kilo else watts) > HOT_WATTS
