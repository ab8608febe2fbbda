"""The alarm is not armed in an absence or at night, as it mostly is."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.components.alarm_control_panel import AlarmControlPanelEntityFeature
from homeassistant.core import State

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction, Suggestion
from ..sensing.alarm import arms_freely
from ..sensing.bookkeeping import DISARMED
from ..sensing.dwell import StayOn
from ..sensing.instants import A_DAY, minute_of
from ..sensing.night import asleep, last_outside_bedrooms, night_of
from ..sensing.roles import HomeMap, Role, Thing
from .automated import automates
from .base import Detector, Finding

AWAY_FOR: Final = timedelta(minutes=10)
TURNED_IN: Final = timedelta(minutes=10)
"""Stillness outside the bedrooms after which those who are in have gone to bed, about their usual time."""

UP_LATE: Final = timedelta(hours=3)
"""How long after bedtime the last one may turn in; later it is no forgetting."""

LASTS: Final = timedelta(minutes=60)

USUALLY: Final = 0.7
"""Share of absences, or nights, in which it was armed from which a disarmed one is unusual (product 3.3)."""

ENOUGH: Final = 5
"""Absences, or nights, before that is known."""

WEEKS: Final = 2
"""In which it was left disarmed on this day of the week about this hour: then it is meant to be, as for a cleaner."""

ABOUT: Final = 120
"""Minutes around a time of leaving that count as the same hour."""

_ARMS: Final = frozenset({"arming", "armed_home", "armed_away", "armed_night", "armed_vacation", "armed_custom_bypass"})


class ArmReminder(Detector):
    """Alarm panels that are disarmed after everybody has left, or gone to bed."""

    kind = "arm_reminder"
    roles = frozenset({Role.ALARM})

    @override
    def available(self, home_map: HomeMap) -> bool:
        return super().available(home_map) and bool(home_map.of(Role.PERSON))

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        if self.home.on(Role.OPENING):
            # It could not be armed, and what is open is told by its own kind.
            return
        for thing in self.home.map.of(Role.ALARM):
            state = self.home.state(thing.entity_id)
            if state is None or state.state != "disarmed":
                continue
            left = self.home.empty_since
            if left is not None:
                yield from self._away(thing, state, left, now)
            else:
                yield from self._at_night(thing, state, now)

    def _away(self, thing: Thing, state: State, left: datetime, now: datetime) -> Iterable[Finding]:
        if self.home.somebody_in(now) or now >= left + AWAY_FOR + LASTS:
            return
        if not _usual(self.home.habits.armed.get(thing.entity_id)) or self._left_so(thing, left):
            return
        # Who disarms or shuts a window in an empty home is in or on the way in, and will be noticed in a moment.
        due = max(left, state.last_changed, *self._shut()) + AWAY_FOR
        actions = _actions(state, AlarmControlPanelEntityFeature.ARM_AWAY, "alarm_arm_away")
        yield Finding(
            situation=f"{self.kind}:{thing.entity_id}",
            due=due,
            began=left,
            expires=left + AWAY_FOR + LASTS,
            entity_ids=(thing.entity_id,),
            facts={"name": thing.name, "area": thing.area, "left": left.isoformat(), "why": "arm_away"},
            actions=actions,
            automated=automates(self.home.hass, actions),
        )

    def _at_night(self, thing: Thing, state: State, now: datetime) -> Iterable[Finding]:
        """Yield what those forgot who have gone to bed; not while somebody is up, or out and expected."""
        start, end = night_of(self.home, now)
        if not start <= now < min(end, start + UP_LATE) or self.home.expects(now):
            return
        if not _usual(self.home.habits.armed_nights.get(thing.entity_id)):
            return
        stirred = last_outside_bedrooms(self.home, now)
        if stirred is None and not asleep(self.home, now):
            # Nothing tells who is up: only a bed that is in use tells that they are not.
            return
        due = max(start, state.last_changed, stirred or start, *self._shut()) + TURNED_IN
        actions = _actions(state, AlarmControlPanelEntityFeature.ARM_NIGHT, "alarm_arm_night")
        yield Finding(
            situation=f"{self.kind}:{thing.entity_id}:night",
            due=due,
            began=start,
            expires=start + UP_LATE,
            entity_ids=(thing.entity_id,),
            facts={"name": thing.name, "area": thing.area, "since": start.isoformat(), "why": "arm_night"},
            actions=actions,
            automated=automates(self.home.hass, actions),
        )

    @override
    def by_hand(self, suggestion: Suggestion) -> bool:
        # Whoever comes back, or gets up, has not armed it by that.
        states = (self.home.state(entity_id) for entity_id in suggestion.entity_ids)
        return any(state is not None and state.state in _ARMS for state in states)

    def _shut(self) -> Iterable[datetime]:
        return (at for thing in self.home.map.of(Role.OPENING) if (at := self.home.since(thing)) is not None)

    def _left_so(self, thing: Thing, left: datetime) -> bool:
        """Return whether it has been left disarmed about this hour on this day of each of the last weeks."""
        known = self.home.habits.recent.latest(f"{DISARMED}:{thing.entity_id}")
        weeks = (minute_of(left) - week * 7 * A_DAY for week in range(1, WEEKS + 1))
        return all(any(abs(at - then) <= ABOUT for at in known) for then in weeks)


def _usual(found: StayOn | None) -> bool:
    return found is not None and found.absences >= ENOUGH and found.on >= USUALLY * found.absences


def _actions(state: State, way: AlarmControlPanelEntityFeature, action: str) -> tuple[PlannedAction, ...]:
    """Offer to arm only where no code is needed (product 3.5)."""
    if not arms_freely(state, way):
        return ()
    return (
        PlannedAction(domain="alarm_control_panel", action=action, entity_ids=(state.entity_id,), risk=RiskClass.A3),
    )
