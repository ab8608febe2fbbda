"""An oven, hob or iron is on while nobody attends to it, or for very long."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction, Suggestion
from ..sensing.home import Home
from ..sensing.night import STILL, night_of
from ..sensing.roles import Role, Thing
from ..sensing.words import IRON_WORDS, mentions
from .automated import automates
from .base import Detector, Finding
from .hot_runs import CYCLE, HotRuns, Run, is_hot

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

LONGER: Final = 1.5
"""What was on for long on purpose, as somebody said, is told again once it is on much longer than that."""

SAID: Final = 3
"""Times that somebody said so which count: what one cooks changes with the seasons."""

OFTEN: Final = 0.75
"""Share of its runs that a usual one is not shorter than: one that was forgotten once makes forgetting no habit."""


class HeatSourceOn(Detector):
    """Ovens, hobs and irons that say so themselves, or by their power."""

    kind = "heat_source_on"
    roles = frozenset({Role.HOT})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._runs = HotRuns(home)
        self._meant: dict[str, datetime] = {}
        """What somebody said is on purpose, and when that run began."""

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        ended = self._runs.observe(old, new, now)
        if ended is not None:
            self._learn(new.entity_id, ended)

    def _learn(self, entity_id: str, run: Run) -> None:
        """Note how long a run was."""
        meant = self._meant.pop(entity_id, None) == run.began
        if run.last_hot > run.began:
            self.home.habits.recent.add(f"hot:{entity_id}", _minutes(run))
            if meant:
                self.home.habits.recent.add(f"meant:{entity_id}", _minutes(run))

    @override
    def meant(self, suggestion: Suggestion, now: datetime) -> None:
        """Take a long run for a usual one of its kind: a roast, bones that simmer."""
        for thing in self.home.map.of(Role.HOT):
            run = self._runs.run(thing, now) if thing.entity_id in suggestion.entity_ids else None
            if run is not None:
                self._meant[thing.entity_id] = run.began
                # Now, for a restart before it ends, and once more when it has.
                self.home.habits.recent.add(f"meant:{thing.entity_id}", _minutes(run))

    def _long(self, thing: Thing) -> timedelta:
        """Return how long a run of this one has to be to be very long; never shorter than of its like."""
        iron = mentions(f"{thing.name} {thing.device or ''}", IRON_WORDS)
        prior = LONG_IRON if iron else LONG
        usual = self.home.habits.recent.usual(f"hot:{thing.entity_id}", 0.0, share=OFTEN)
        meant = max(self.home.habits.recent.latest(f"meant:{thing.entity_id}")[-SAID:], default=0.0)
        return min(LONGEST, max(prior, timedelta(minutes=max(TIMES * usual, LONGER * meant))))

    def _actions(self, thing: Thing) -> tuple[PlannedAction, ...]:
        """Offer to turn off what people named or an integration classified; nothing hot is ever turned on."""
        ids = tuple(
            switch.entity_id for switch in self.home.map.siblings(thing, Role.HOT_SWITCH) if self.home.is_on(switch)
        )
        return (PlannedAction(domain="switch", action="turn_off", entity_ids=ids, risk=RiskClass.A2),) if ids else ()

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        told: set[str] = set()
        for thing in self.home.map.of(Role.HOT):
            device = thing.device_id or thing.entity_id
            run, state = self._runs.run(thing, now), self.home.state(thing.entity_id)
            if run is None or state is None or device in told:
                continue
            told.add(device)
            due, why, pressing = self._reason(thing, run, now)
            if not is_hot(thing, state):
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

    def _reason(self, thing: Thing, run: Run, now: datetime) -> tuple[datetime, str, bool]:
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


def _minutes(run: Run) -> float:
    return (run.last_hot - run.began).total_seconds() / 60
