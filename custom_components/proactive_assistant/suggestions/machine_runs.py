"""The last programme of each machine: when it began and ended, and whether somebody has emptied it since."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..sensing.draw import ON_WATTS, REST, Draw
from ..sensing.home import DEAD, Home, finite
from ..sensing.instants import instant
from ..sensing.words import FINISHED_WORDS, PAUSED_WORDS, RUNNING_WORDS
from .machines import Form, Machine

SHORTEST_RUN: Final = {Form.WORD: timedelta(minutes=15), Form.FLAG: timedelta(minutes=5)}
"""Some machines have no end state and go straight to standby; a shorter run was no programme."""

SWITCHED_OFF: Final = timedelta(minutes=10)
"""A lost connection mostly is back sooner."""

BY_ITSELF: Final = timedelta(minutes=1)
"""Some machines say that they have finished, and nothing more a moment later: nobody has stood before them yet."""

EARLY: Final = timedelta(minutes=10)
"""A machine that no longer names its end this long before has come to it; earlier somebody has stopped it."""

DRIES: Final = timedelta(minutes=20)
"""For so long a dishwasher stands hot and draws next to nothing before it pumps out once more."""

LASTS: Final = timedelta(hours=8)
"""Who empties it later than this has not waited for it."""

_BUSY_WORDS: Final = RUNNING_WORDS | PAUSED_WORDS


@dataclass(slots=True)
class Run:
    """One programme."""

    started: datetime | None = None
    finished: datetime | None = None
    emptied: bool = False
    running: set[str] = field(default_factory=set)
    """What says that it runs."""
    passed: datetime | None = None
    """When somebody came by while it waited."""


class Runs:
    """What every machine has done last; the end of it and its emptying are noted for after a restart."""

    def __init__(self, home: Home) -> None:
        """Know of no run."""
        self._home = home
        self._runs: dict[str, Run] = {}
        self._draws: dict[str, Draw] = {}
        self._planned: dict[str, datetime] = {}
        """When a machine said last that it will have finished."""
        self._dead: dict[str, datetime] = {}
        """Since when an entity has not answered."""

    def of(self, machine: Machine) -> Run | None:
        """Return the run that was seen last."""
        return self._runs.get(machine.key)

    def heard(self, machine: Machine, old: State | None, new: State, now: datetime) -> None:
        """Take what a machine says."""
        if machine.form is Form.POWER:
            draw = self._draws.setdefault(machine.key, Draw(rest=DRIES if machine.sort == "dishwasher" else REST))
            self._drew(machine, draw, draw.add(_watts(new), now), now)
        elif machine.form is Form.TIME:
            if new.state != STATE_UNAVAILABLE:
                self._plan(machine, instant(new.state), now)
        elif new.state in DEAD:
            # A machine that loses its connection has not finished; whether a hand has switched it off is seen later.
            self._dead.setdefault(new.entity_id, now)
        else:
            if old is not None and not _alive(old):
                self._back(machine, old, now)
            self._said(machine, old, new, now)

    def catch_up(self, machine: Machine, now: datetime) -> None:
        """See what has ended by time alone."""
        if machine.form is Form.POWER and (draw := self._draws.get(machine.key)) is not None:
            self._drew(machine, draw, draw.settle(now), now)
        elif machine.form is Form.TIME and (state := self._home.state(machine.key)) is not None:
            at = instant(state.state)
            if machine.key in self._planned or (at is not None and at > now):
                self._plan(machine, at, now)

    def emptied(self, machine: Machine, now: datetime) -> None:
        """Note that somebody has emptied a machine, and when, if it had finished."""
        self._all_but_over(machine, now)
        if self.finished(machine, now) is not None:
            self._note("emptied", machine, now)
        self._runs.setdefault(machine.key, Run()).emptied = True

    def finished(self, machine: Machine, now: datetime) -> datetime | None:
        """Return when a machine finished, if it has not been emptied since."""
        run = self._runs.get(machine.key)
        if run is not None:
            return None if run.emptied else run.finished
        # From before we started: by what was noted then, or else the state itself remembers since when.
        done = self._noted("done", machine)
        states = [state for item in machine.heard if (state := self._home.state(item)) is not None]
        if done is None:
            return next((state.last_changed for state in states if state.state.lower() in FINISHED_WORDS), None)
        emptied = self._noted("emptied", machine)
        over = (emptied is not None and emptied >= done) or any(_busy(machine, state, now) for state in states)
        return None if over else done

    def usual_wait(self, machine: Machine, prior: timedelta, enough: int) -> timedelta:
        """Return how long a machine mostly waited until somebody emptied it; the prior while that is not known."""
        recent = self._home.habits.recent
        done, emptied = recent.latest(f"done:{machine.key}"), recent.latest(f"emptied:{machine.key}")
        hours = [
            at - begin
            for begin, after in zip(done, (*done[1:], float("inf")), strict=False)
            for at in emptied
            if begin <= at < after and at - begin <= LASTS.total_seconds() / 3600
        ]
        return timedelta(hours=median(hours)) if len(hours) >= enough else prior

    # Words and flags ----------------------------------------------------------------------------

    def _back(self, machine: Machine, old: State, now: datetime) -> None:
        """Take a finished machine that did not answer for long for one that a hand had switched off."""
        # Of one that was gone when we started only that is known.
        since = self._dead.pop(old.entity_id, old.last_changed)
        if now - since >= SWITCHED_OFF and self.finished(machine, now) is not None:
            self.emptied(machine, since)

    def _said(self, machine: Machine, old: State | None, new: State, now: datetime) -> None:
        """Follow the words of a machine, or that it runs; of several entities the first to tell the end counts."""
        before, word = old.state.lower() if old else "", new.state.lower()
        run = self._runs.get(machine.key)
        if word in RUNNING_WORDS:
            if run is None or (new.entity_id not in run.running and (run.started is None or run.finished is not None)):
                run = self._runs[machine.key] = Run(started=now)
            run.running.add(new.entity_id)
            return
        if word in PAUSED_WORDS:
            return
        if run is not None:
            run.running.discard(new.entity_id)
        if word in FINISHED_WORDS:
            if _alive(old) or run is not None or self._noted("done", machine) is None:
                self._finish(machine, now)
            # Else it says what it said before a restart.
        elif before in FINISHED_WORDS or (word == "off" and before not in _BUSY_WORDS and _alive(old)):
            done = self.finished(machine, now)
            if word == "off" or done is None or now - done >= BY_ITSELF:
                # Switched off by hand after the end: someone stood before it.
                self.emptied(machine, now)
        elif before in _BUSY_WORDS and old is not None:
            self._fell_silent(machine, old, now)

    def _fell_silent(self, machine: Machine, old: State, now: datetime) -> None:
        """Take a machine that no longer runs as finished, unless another word of it still says that it does."""
        run = self._runs.get(machine.key) or Run()
        if run.finished is not None or (machine.form is Form.WORD and any(map(self._runs_on, run.running))):
            return
        seen = old.last_changed if old.state.lower() in RUNNING_WORDS else None
        started = run.started or seen
        if started is not None and now - started >= SHORTEST_RUN[machine.form]:
            self._finish(machine, now)
        else:
            self._runs[machine.key] = Run()

    def _runs_on(self, entity_id: str) -> bool:
        """Return whether the word of an entity is one of a programme: `on` may be said of its lock or its light."""
        state = self._home.state(entity_id)
        return state is not None and state.state.lower() in RUNNING_WORDS - {"on"}

    # Power and time -----------------------------------------------------------------------------

    def _drew(self, machine: Machine, draw: Draw, ended: datetime | None, now: datetime) -> None:
        """Follow the power of a machine."""
        if ended is not None:
            self._begin(machine, ended)
            self._finish(machine, ended)
        elif draw.works(now):
            self._begin(machine, now)

    def _plan(self, machine: Machine, at: datetime | None, now: datetime) -> None:
        """Follow the time at which a machine will have finished."""
        planned = self._planned.get(machine.key)
        if planned is not None and planned <= now:
            del self._planned[machine.key]
            self._finish(machine, planned)
        if at is not None and at > now:
            if machine.key not in self._planned:
                self._begin(machine, now)
            self._planned[machine.key] = at
        elif (planned := self._planned.pop(machine.key, None)) is not None and planned - now <= EARLY:
            self._finish(machine, now)

    def _all_but_over(self, machine: Machine, now: datetime) -> None:
        """End a run that somebody ends by opening the machine, before its power or its time has told."""
        draw, planned = self._draws.get(machine.key), self._planned.get(machine.key)
        if draw is not None and (ended := draw.close()) is not None:
            self._drew(machine, draw, ended, now)
        elif planned is not None and planned - now <= EARLY:
            del self._planned[machine.key]
            self._finish(machine, min(planned, now))

    def _begin(self, machine: Machine, now: datetime) -> None:
        """Begin a run, unless one is in progress."""
        run = self._runs.get(machine.key)
        if run is None or run.started is None or run.finished is not None:
            self._runs[machine.key] = Run(started=now)

    # Memory -------------------------------------------------------------------------------------

    def _finish(self, machine: Machine, at: datetime) -> None:
        """Note the end of a run, once."""
        run = self._runs.setdefault(machine.key, Run())
        if run.finished is None:
            run.finished, run.emptied = at, False
            self._note("done", machine, at)

    def _note(self, what: str, machine: Machine, at: datetime) -> None:
        self._home.habits.recent.add(f"{what}:{machine.key}", at.timestamp() / 3600)

    def _noted(self, what: str, machine: Machine) -> datetime | None:
        known = self._home.habits.recent.latest(f"{what}:{machine.key}")
        return dt_util.utc_from_timestamp(known[-1] * 3600) if known else None


def _alive(state: State | None) -> bool:
    return state is not None and state.state not in DEAD


def _busy(machine: Machine, state: State, now: datetime) -> bool:
    """Return whether a machine runs, by its state alone."""
    if machine.form is Form.POWER:
        return (_watts(state) or 0.0) > ON_WATTS
    if machine.form is Form.TIME:
        at = instant(state.state)
        return at is not None and at > now
    return state.state.lower() in _BUSY_WORDS


def _watts(state: State) -> float | None:
    """Return the power that a state tells, in watts."""
    watts = finite(state.state)
    return watts * 1000 if watts is not None and state.attributes.get("unit_of_measurement") == "kW" else watts
