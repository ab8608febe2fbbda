"""The alarm is not armed in an absence, as it mostly is."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.components.alarm_control_panel import AlarmControlPanelEntityFeature
from homeassistant.const import ATTR_SUPPORTED_FEATURES
from homeassistant.core import State

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction
from ..sensing.roles import HomeMap, Role, Thing
from .automated import automates
from .base import Detector, Finding

AWAY_FOR: Final = timedelta(minutes=10)
LASTS: Final = timedelta(minutes=60)

USUALLY: Final = 0.7
"""Share of absences in which it was armed from which a disarmed one is unusual (product 3.3)."""

ENOUGH: Final = 5
"""Absences before that is known."""


class ArmReminder(Detector):
    """Alarm panels that are disarmed after everybody has left."""

    kind = "arm_reminder"
    roles = frozenset({Role.ALARM})

    @override
    def available(self, home_map: HomeMap) -> bool:
        return super().available(home_map) and bool(home_map.of(Role.PERSON))

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        left = self.home.empty_since
        if left is None or self.home.somebody_in(now) or now >= left + AWAY_FOR + LASTS:
            return
        if self.home.on(Role.OPENING):
            # It could not be armed, and what is open is told by its own kind.
            return
        for thing in self.home.map.of(Role.ALARM):
            state = self.home.state(thing.entity_id)
            if state is None or state.state != "disarmed" or not self._usually_armed(thing):
                continue
            actions = _actions(state)
            # Who disarms or shuts a window in an empty home is in or on the way in, and will be noticed in a moment.
            due = max(left, state.last_changed, *self._shut()) + AWAY_FOR
            yield Finding(
                situation=f"{self.kind}:{thing.entity_id}",
                due=due,
                began=left,
                expires=left + AWAY_FOR + LASTS,
                entity_ids=(thing.entity_id,),
                facts={"name": thing.name, "area": thing.area, "left": left.isoformat()},
                actions=actions,
                automated=automates(self.home.hass, actions),
            )

    def _shut(self) -> Iterable[datetime]:
        return (at for thing in self.home.map.of(Role.OPENING) if (at := self.home.since(thing)) is not None)

    def _usually_armed(self, thing: Thing) -> bool:
        found = self.home.habits.armed.get(thing.entity_id)
        return found is not None and found.absences >= ENOUGH and found.on >= USUALLY * found.absences


def _actions(state: State) -> tuple[PlannedAction, ...]:
    """Offer to arm only where no code is needed: one is neither stored nor asked for (product 3.5)."""
    features = state.attributes.get(ATTR_SUPPORTED_FEATURES)
    can_arm = isinstance(features, int) and bool(features & AlarmControlPanelEntityFeature.ARM_AWAY)
    free = state.attributes.get("code_arm_required") is False or (
        "code_format" in state.attributes and state.attributes["code_format"] is None
    )
    if not can_arm or not free:
        return ()
    return (
        PlannedAction(
            domain="alarm_control_panel",
            action="alarm_arm_away",
            entity_ids=(state.entity_id,),
            risk=RiskClass.A3,
        ),
    )
