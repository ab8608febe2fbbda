"""Everybody is out: a good time for the robot."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final, override

from homeassistant.components.vacuum import VacuumEntityFeature
from homeassistant.const import ATTR_SUPPORTED_FEATURES
from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..assistant.enums import Activity, RiskClass
from ..assistant.facts import PlannedAction
from ..sensing.bookkeeping import ABSENCE
from ..sensing.robot import charge, full_since
from ..sensing.roles import HomeMap, Role, Thing
from .automated import automates
from .base import Detector, Finding

AWAY_FOR: Final = timedelta(minutes=20)
"""Whoever is gone this long did not turn back for their keys."""

NOT_SINCE: Final = timedelta(hours=36)
"""Docked for so long is not cleaned today or yesterday."""

OVERDUE: Final = timedelta(hours=12)
"""Past its usual time it is waited for so long: its own timetable, or a hand, may be late."""

SELDOM: Final = timedelta(days=10)
"""However seldom it cleans."""

SAME_RUN: Final = 6.0
"""Hours: what charges in between, or is sent out for one more room, has cleaned once."""

GAPS: Final = 4
"""Gaps between its runs that tell how often it usually cleans."""

FEW: Final = 5
"""Absences that tell how long one lasts: where somebody is in on most days there are not many in a week or two."""

MOSTLY: Final = 0.5
"""Share of absences that last an hour longer from which this one is expected to."""

LASTS: Final = timedelta(minutes=60)
LONGEST: Final = timedelta(hours=4)
"""Until when an absence is looked at: one that began before the robot's day is waited for."""

STUCK_FOR: Final = timedelta(minutes=5)
"""Many robots free themselves."""

SETTLED: Final = timedelta(minutes=2)
BACK_FOR: Final = timedelta(minutes=20)
"""Who has been back for longer has let it run."""

CHARGED: Final = 60.0

_DAYTIME: Final = range(8, 21)
"""Hours in which neighbours hear a robot gladly enough."""

_CLEANS: Final = "cleaning"
_OUT: Final = frozenset({Activity.AWAY, Activity.LEAVING})


class VacuumNow(Detector):
    """Robots that stand in their dock, charged."""

    kind = "vacuum_now"
    roles = frozenset({Role.VACUUM})

    @override
    def available(self, home_map: HomeMap) -> bool:
        return super().available(home_map) and bool(home_map.of(Role.PERSON))

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is not None and thing.role is Role.VACUUM and old is not None and old.state == _CLEANS != new.state:
            self.home.habits.recent.add(f"cleaned:{new.entity_id}", now.timestamp() / 3600)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        yield from self._stuck()
        if self.home.empty_since is None:
            yield from self._in_the_way(now)
        else:
            yield from self._free_hour(now)

    def _stuck(self) -> Iterable[Finding]:
        """Yield every robot that needs help."""
        for thing in self.home.map.of(Role.VACUUM):
            state = self.home.state(thing.entity_id)
            if state is not None and state.state == "error":
                yield self._finding(f"stuck:{thing.entity_id}", [thing], state.last_changed, STUCK_FOR, "vacuum_stuck")
            elif (full := full_since(self.home, thing)) is not None:
                yield self._finding(f"full:{thing.entity_id}", [thing], full.last_changed, STUCK_FOR, "vacuum_full")

    def _in_the_way(self, now: datetime) -> Iterable[Finding]:
        """Yield what began while all were out and still runs now that somebody is back."""
        back = max(
            (state.last_changed for person in self.home.at_home() if (state := self.home.state(person)) is not None),
            default=None,
        )
        if back is None or now - back > BACK_FOR:
            return
        running = [
            thing
            for thing in self.home.map.of(Role.VACUUM)
            if (state := self.home.state(thing.entity_id)) is not None
            and state.state == _CLEANS
            and state.last_changed < back
            and _can(state, VacuumEntityFeature.RETURN_HOME)
        ]
        if running:
            ids = tuple(thing.entity_id for thing in running)
            call = PlannedAction(domain="vacuum", action="return_to_base", entity_ids=ids, risk=RiskClass.A1)
            yield self._finding("dock", running, back, SETTLED, "vacuum_dock", call, back + BACK_FOR)

    def _finding(
        self,
        which: str,
        things: list[Thing],
        began: datetime,
        after: timedelta,
        why: str,
        call: PlannedAction | None = None,
        expires: datetime | None = None,
    ) -> Finding:
        actions = (call,) if call is not None else ()
        return Finding(
            situation=f"{self.kind}:{which}",
            due=began + after,
            began=began,
            expires=expires,
            entity_ids=tuple(thing.entity_id for thing in things),
            facts={"names": [thing.name for thing in things], "since": began.isoformat(), "why": why},
            actions=actions,
            automated=automates(self.home.hass, actions),
        )

    def _free_hour(self, now: datetime) -> Iterable[Finding]:
        left = self.home.empty_since
        if left is None or self.home.somebody_in(now) or now - left > LONGEST:
            return
        due = _by_day(left + AWAY_FOR)
        if due is None or not self._out_for_an_hour(due):
            return
        ready = [thing for thing in self.home.map.of(Role.VACUUM) if self._ready(thing, now)]
        if not ready:
            return
        ids = tuple(thing.entity_id for thing in ready)
        actions = (PlannedAction(domain="vacuum", action="start", entity_ids=ids, risk=RiskClass.A2),)
        yield Finding(
            situation=self.kind,
            due=due,
            began=left,
            expires=due + LASTS,
            entity_ids=ids,
            facts={"names": [thing.name for thing in ready], "since": left.isoformat(), "why": "vacuum_start"},
            actions=actions,
            automated=automates(self.home.hass, actions),
        )

    def _out_for_an_hour(self, due: datetime) -> bool:
        """Return whether no resident usually is home within the hour; what is not known yet does not speak against."""
        local = dt_util.as_local(due)
        usual = [rhythm.forecast(local)[:1] for rhythm in self.home.habits.rhythm.values()]
        if all(next(iter(hour), Activity.AWAY) in _OUT for hour in usual):
            return True
        # Whose days differ may still stay out for long once they are out.
        minutes = AWAY_FOR.total_seconds() / 60
        lasts = self.home.habits.dwell_of(ABSENCE).lasts(minutes, minutes + 60, enough=FEW)
        return lasts is not None and lasts >= MOSTLY

    def _ready(self, thing: Thing, now: datetime) -> bool:
        """Return whether a robot has been docked for long, can start, and is not known to be empty."""
        state = self.home.state(thing.entity_id)
        if state is None or state.state != "docked" or now - self._rests_since(thing, state) < self._interval(thing):
            return False
        if not _can(state, VacuumEntityFeature.START):
            return False
        percent = charge(self.home, thing)
        return percent is None or percent > CHARGED

    def _interval(self, thing: Thing) -> timedelta:
        """Return how long a robot has not cleaned when it is worth a word: longer than it usually rests."""
        gaps = [
            late - early
            for early, late in pairwise(self.home.habits.recent.latest(f"cleaned:{thing.entity_id}"))
            if late - early >= SAME_RUN
        ]
        usual = timedelta(hours=median(gaps)) if len(gaps) >= GAPS else timedelta()
        return min(SELDOM, max(NOT_SINCE, usual + OVERDUE))

    def _rests_since(self, thing: Thing, state: State) -> datetime:
        """Return when a robot last cleaned; a lost connection or a restart of ours is no cleaning."""
        cleaned = self.home.habits.recent.latest(f"cleaned:{thing.entity_id}")
        return dt_util.utc_from_timestamp(cleaned[-1] * 3600) if cleaned else state.last_changed


def _can(state: State, feature: VacuumEntityFeature) -> bool:
    features = state.attributes.get(ATTR_SUPPORTED_FEATURES)
    return isinstance(features, int) and bool(features & feature)


def _by_day(due: datetime) -> datetime | None:
    """Return the instant, or the morning if it is earlier; None in the evening."""
    local = dt_util.as_local(due)
    if local.hour < _DAYTIME.start:
        return dt_util.as_utc(local.replace(hour=_DAYTIME.start, minute=0, second=0, microsecond=0))
    return due if local.hour in _DAYTIME else None
