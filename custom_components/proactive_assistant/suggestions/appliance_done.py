"""A washer, dryer, dishwasher or microwave has finished and nobody has emptied it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..sensing.home import DEAD, Home
from ..sensing.roles import Role, Thing
from ..sensing.words import FINISHED_WORDS, PAUSED_WORDS, RUNNING_WORDS
from .base import Detector, Finding

SHORTEST_RUN: Final = {"enum": timedelta(minutes=15), "binary": timedelta(minutes=5)}
"""Some machines have no end state and go straight to standby; a shorter run was no programme."""

GRACE: Final = timedelta(minutes=5)
"""Time to walk over by oneself; the second it ends is not the moment to say so."""

SWITCHED_OFF: Final = timedelta(minutes=10)
"""A lost connection mostly is back sooner."""

LASTS: Final = timedelta(hours=8)

_DISHES_WAIT: Final = range(7, 21)
"""Hours in which a dishwasher may be mentioned (product 3.3)."""


@dataclass(slots=True)
class _Run:
    """The last programme of one appliance."""

    started: datetime | None = None
    finished: datetime | None = None
    emptied: bool = False


class ApplianceDone(Detector):
    """Appliances with a program state, or with a running sensor."""

    kind = "appliance_done"
    roles = frozenset({Role.APPLIANCE, Role.APPLIANCE_DOOR})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._runs: dict[str, _Run] = {}
        self._dead: dict[str, datetime] = {}
        """Since when a machine has not answered."""

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or (new.state in DEAD and thing.role is not Role.APPLIANCE):
            return
        if new.state in DEAD:
            # A machine that loses its connection has not finished; whether a hand has switched it off is seen later.
            self._dead.setdefault(thing.entity_id, now)
            return
        self._back(thing, now)
        if thing.role is Role.APPLIANCE_DOOR and new.state == "on":
            self._opened(thing)
        elif thing.role is Role.APPLIANCE:
            self._progress(thing, old.state.lower() if old else "", new.state.lower(), now)

    def _back(self, thing: Thing, now: datetime) -> None:
        """Take a finished machine that did not answer for long for one that a hand had switched off."""
        since = self._dead.pop(thing.entity_id, None)
        run = self._runs.get(thing.entity_id)
        if since is not None and run is not None and run.finished is not None and now - since >= SWITCHED_OFF:
            run.emptied = True

    def _opened(self, door: Thing) -> None:
        for appliance in self.home.map.siblings(door, Role.APPLIANCE):
            self._runs.setdefault(appliance.entity_id, _Run()).emptied = True

    def _progress(self, thing: Thing, old: str, new: str, now: datetime) -> None:
        run = self._runs.setdefault(thing.entity_id, _Run())
        if new in RUNNING_WORDS:
            if run.started is None or run.finished is not None:
                self._runs[thing.entity_id] = _Run(started=now)
            return
        if new in FINISHED_WORDS:
            if run.finished is None:
                run.finished, run.emptied = now, False
            return
        if new in PAUSED_WORDS:
            return
        if old in FINISHED_WORDS or (new == "off" and run.finished is not None and old not in RUNNING_WORDS):
            # Switched off by hand after the end: someone stood before it.
            run.emptied = True
        elif (old in RUNNING_WORDS or old in PAUSED_WORDS) and run.started is not None and run.finished is None:
            sort = "binary" if thing.entity_id.startswith("binary_sensor.") else "enum"
            if now - run.started >= SHORTEST_RUN[sort]:
                run.finished, run.emptied = now, False
            else:
                del self._runs[thing.entity_id]

    def _finished(self, thing: Thing) -> datetime | None:
        """Return when an appliance finished, if it has not been emptied since."""
        run = self._runs.get(thing.entity_id)
        if run is not None and run.finished is not None:
            return None if run.emptied else run.finished
        state = self.home.state(thing.entity_id)
        if run is None and state is not None and state.state.lower() in FINISHED_WORDS:
            # It was finished when we started: the state itself remembers since when.
            return state.last_changed
        return None

    def _visited(self, thing: Thing, finished: datetime) -> bool:
        """Return whether somebody was in its room since: what a microwave without a door can tell."""
        if thing.detail != "microwave":
            return False
        return any(
            self.home.is_on(other) or (self.home.since(other) or finished) > finished
            for other in self.home.beside(thing, Role.MOTION, Role.COOKING)
        )

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        for thing in self.home.map.of(Role.APPLIANCE):
            finished = self._finished(thing)
            if self.home.state(thing.entity_id) is None:
                # What does not answer may just have been switched off.
                continue
            if finished is None or now - finished > LASTS or self._visited(thing, finished):
                continue
            yield Finding(
                situation=f"{self.kind}:{thing.entity_id}",
                due=_daytime(finished + GRACE) if thing.detail == "dishwasher" else finished + GRACE,
                began=finished,
                expires=finished + LASTS,
                entity_ids=(thing.entity_id,),
                facts={
                    "name": thing.device or thing.name,
                    "area": thing.area,
                    "since": finished.isoformat(),
                    "sort": thing.detail,
                },
            )


def _daytime(due: datetime) -> datetime:
    """Return the instant, or the next morning when it falls into the evening or night."""
    local = dt_util.as_local(due)
    if local.hour in _DISHES_WAIT:
        return due
    morning = local.replace(hour=_DISHES_WAIT.start, minute=0, second=0, microsecond=0)
    return morning if local.hour < _DISHES_WAIT.start else morning + timedelta(days=1)
