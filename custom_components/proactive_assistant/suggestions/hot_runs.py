"""Runs of what gets hot: a thermostat inside switches the load off and on, and a pause is not the end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import State

from ..sensing.home import DEAD, Home, finite
from ..sensing.roles import Role, Thing
from ..sensing.words import RUNNING_WORDS

HOT_WATTS: Final = 300.0
CYCLE: Final = timedelta(minutes=10)
"""A shorter pause is not the end."""


@dataclass(frozen=True, slots=True)
class Run:
    """From the first time that something got hot to the last that it was."""

    began: datetime
    last_hot: datetime
    pause: timedelta = timedelta()
    """The longest of its pauses so far."""


class HotRuns:
    """The runs that ovens, hobs and irons are in."""

    def __init__(self, home: Home) -> None:
        """Follow the hot things of a home."""
        self.home = home
        self._runs: dict[str, Run] = {}

    def observe(self, old: State | None, new: State, now: datetime) -> Run | None:
        """Take note of a change; return the run that it ended."""
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or thing.role is not Role.HOT:
            return None
        run = self._runs.get(new.entity_id)
        if new.state in DEAD:
            self._runs.pop(new.entity_id, None)
            return None
        if old is not None and is_hot(thing, old):
            # It was hot until this moment.
            run = Run(run.began, now, run.pause) if run else Run(old.last_changed, now)
        last = run
        if run is not None and now - run.last_hot > CYCLE:
            run = None
        if is_hot(thing, new):
            run = Run(run.began, now, max(run.pause, now - run.last_hot)) if run else Run(now, now)
        elif thing.detail != "power":
            # It says itself that it is off.
            run = None
        if run is not None:
            self._runs[new.entity_id] = run
            return None
        self._runs.pop(new.entity_id, None)
        return last

    def run(self, thing: Thing, now: datetime) -> Run | None:
        """Return the run a thing is in, through the pauses of its thermostat."""
        state = self.home.state(thing.entity_id)
        if state is None:
            return None
        run = self._runs.get(thing.entity_id)
        if is_hot(thing, state):
            return Run(run.began, now, run.pause) if run else Run(state.last_changed, now)
        return run if run is not None and now - run.last_hot <= CYCLE else None


def is_hot(thing: Thing, state: State) -> bool:
    """Return whether a thing is hot in a state, by what it says or by its power."""
    if thing.detail != "power":
        return state.state.lower() in RUNNING_WORDS
    watts = finite(state.state)
    kilo = state.attributes.get("unit_of_measurement") == "kW"
    return watts is not None and (watts * 1000 if kilo else watts) > HOT_WATTS
