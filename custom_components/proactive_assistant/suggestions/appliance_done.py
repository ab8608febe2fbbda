"""A washer, dryer, dishwasher or microwave has finished and nobody has emptied it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..assistant.facts import Suggestion
from ..sensing.home import MOVES, Home
from ..sensing.roles import Role, Thing, together
from .base import Detector, Finding
from .machine_runs import LASTS, Runs
from .machines import Machine, Machines
from .telling import tells

GRACE: Final = timedelta(minutes=5)
"""Time to walk over by oneself; the second it ends is not the moment to say so."""

PATIENT: Final = timedelta(minutes=30)
"""However late it is usually emptied, no later: a reminder is for what has been forgotten, not for the next day."""

KNOWN: Final = 5
"""Times that it was emptied which tell when that usually is."""

PASSES: Final = timedelta(minutes=2)
"""Who comes by may be on the way to it."""

_DISHES_WAIT: Final = range(7, 21)
"""Hours in which a dishwasher may be mentioned (product 3.3)."""


class ApplianceDone(Detector):
    """Machines with a program state, a running sensor, a metered plug, or a time at which they will have finished."""

    kind = "appliance_done"
    roles = frozenset({Role.APPLIANCE, Role.APPLIANCE_DOOR})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._machines = Machines(home)
        self._runs = Runs(home)

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None:
            return
        if thing.role is Role.APPLIANCE:
            machine = self._machines.heard(thing.entity_id)
            if machine is not None:
                self._runs.heard(machine, old, new, now)
        elif new.state == "on" and thing.role is Role.APPLIANCE_DOOR:
            for machine in self._machines.behind(thing):
                self._runs.emptied(machine, now)
        elif new.state == "on" and thing.role in MOVES:
            self._passed(thing, now)

    def _passed(self, seen: Thing, now: datetime) -> None:
        """Note who comes by in the later half of the time that a machine usually waits."""
        for machine in self._machines.every():
            run = self._runs.of(machine)
            if run is None or run.finished is None or run.emptied or run.passed is not None:
                continue
            if now - run.finished >= self._patience(machine) / 2 and together(machine.lead, seen):
                run.passed = now

    def _patience(self, machine: Machine) -> timedelta:
        """Return how long a machine usually waits until somebody empties it of their own accord, within bounds."""
        return min(PATIENT, max(GRACE, self._runs.usual_wait(machine, GRACE, KNOWN)))

    def _due(self, machine: Machine, finished: datetime) -> datetime:
        """Return when to say so: after the usual wait, or when somebody comes by in the later half of it."""
        due = finished + self._patience(machine)
        run = self._runs.of(machine)
        if run is not None and run.passed is not None:
            due = min(due, max(finished + GRACE, run.passed + PASSES))
        return _daytime(due) if machine.sort == "dishwasher" else due

    def _visited(self, machine: Machine, finished: datetime) -> bool:
        """Return whether somebody was in its room since: what a microwave without a door can tell."""
        if machine.sort != "microwave":
            return False
        return any(
            self.home.is_on(other) or (self.home.since(other) or finished) > finished
            for other in self.home.beside(machine.lead, Role.MOTION, Role.COOKING)
        )

    @override
    def by_hand(self, suggestion: Suggestion) -> bool:
        # A machine that no longer answers, or whose day is over, has been emptied by nobody.
        now = dt_util.utcnow()
        machines = {machine for item in suggestion.entity_ids if (machine := self._machines.heard(item)) is not None}
        return not any(
            (finished := self._runs.finished(machine, now)) is not None and not self._visited(machine, finished)
            for machine in machines
        )

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        for machine in self._machines.every():
            if not any(self.home.state(entity_id) for entity_id in machine.heard):
                # What does not answer may just have been switched off.
                continue
            self._runs.catch_up(machine, now)
            finished = self._runs.finished(machine, now)
            if finished is None or now - finished > LASTS or self._visited(machine, finished):
                continue
            if self._machines.told_elsewhere(machine):
                continue
            yield Finding(
                situation=f"{self.kind}:{machine.key}",
                due=self._due(machine, finished),
                began=finished,
                expires=finished + LASTS,
                entity_ids=tuple(thing.entity_id for thing in machine.things),
                facts={
                    "name": machine.name,
                    "area": machine.lead.area,
                    "since": finished.isoformat(),
                    "sort": machine.sort,
                },
                # Whichever of its entities an automation of the user's listens to.
                automated=any(tells(self.home.hass, [thing.entity_id]) for thing in machine.things),
            )


def _daytime(due: datetime) -> datetime:
    """Return the instant, or the next morning when it falls into the evening or night."""
    local = dt_util.as_local(due)
    if local.hour in _DISHES_WAIT:
        return due
    morning = local.replace(hour=_DISHES_WAIT.start, minute=0, second=0, microsecond=0)
    return morning if local.hour < _DISHES_WAIT.start else morning + timedelta(days=1)
