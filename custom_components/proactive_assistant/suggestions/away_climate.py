"""Heating, cooling or hot water runs on while everybody is away."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, override

from homeassistant.core import State

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction, Suggestion
from ..sensing.home import Home, listed
from ..sensing.roles import HomeMap, Role, Thing
from ..sensing.thermostat import saving_target, way_of
from .automated import automates
from .base import Detector, Finding, by_room

PREHEATS: Final = timedelta(minutes=20)
"""What has just become warmer in an empty home may be getting ready for who returns."""

AWAY_FOR: Final = timedelta(minutes=60)

UNSEEN_FOR: Final = timedelta(minutes=120)
"""Where somebody lives without a phone: who sleeps late or sits in a room without a sensor is still for an hour."""

_NEAR_TO_AWAY: Final = ("eco", "away")
"""Presets that save, the gentler first: a wrong guess leaves the home less cold (product 3.3)."""

SAVING: Final = frozenset({"away", "eco", "sleep", "vacation", "frost", "frost_protection", "holiday", "off"})


class AwayClimate(Detector):
    """Thermostats and water heaters at their comfortable level: in a setting that saves, or a few degrees lower."""

    kind = "away_climate"
    roles = frozenset({Role.CLIMATE, Role.WATER_HEATER})

    @override
    def available(self, home_map: HomeMap) -> bool:
        return super().available(home_map) and bool(home_map.of(Role.PERSON))

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._since: dict[str, datetime] = {}
        """Since when a thing has run at its comfortable level in this absence."""
        self._absence: datetime | None = None
        """The absence that has been looked at."""

    @override
    def over(self, suggestion: Suggestion, done: datetime, now: datetime) -> bool:
        """Put everything back when somebody is home again."""
        return self.home.empty_since is None and bool(self.home.at_home())

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        left = self.home.vacant_since(now)
        if left is None:
            self._since.clear()
            self._absence = None
            return
        found = [
            (thing, call)
            for thing in self.home.map.of(Role.CLIMATE, Role.WATER_HEATER)
            if (call := _set_back(self.home, thing)) is not None
        ]
        # What is warm at the first look has been since they left; what becomes so later has a reason of its own.
        first = now if self._absence == left else left
        self._absence = left
        self._since = {thing.entity_id: self._since.get(thing.entity_id, first) for thing, _ in found}
        if not found:
            return
        actions = _actions(found)
        away_for = UNSEEN_FOR if self.home.lives_unseen() else AWAY_FOR
        yield Finding(
            situation=self.kind,
            due=max(left + away_for, min(self._since.values()) + PREHEATS),
            began=left,
            entity_ids=tuple(thing.entity_id for thing, _ in found),
            facts={
                "rooms": by_room(thing for thing, _ in found),
                "left": left.isoformat(),
                "sort": _sort(self.home, [thing for thing, _ in found]),
                "value": _value({call for _, call in found}, self.home.hass.config.units.temperature_unit),
            },
            actions=actions,
            automated=automates(self.home.hass, actions),
        )


type _Call = tuple[str, str, str, Any]
"""Domain, action, and the one datum it carries."""


def _set_back(home: Home, thing: Thing) -> _Call | None:
    """Return what would make a thing save; None when nothing can, or it saves already."""
    state = home.state(thing.entity_id)
    if state is None or state.state.lower() in SAVING:
        return None
    return _climate(state, home.hass.config.units.temperature_unit) if thing.role is Role.CLIMATE else _water(state)


def _sort(home: Home, things: list[Thing]) -> str:
    """Return what all of some things are: heating, cooling or hot water; else mixed."""
    found = set()
    for thing in things:
        state = home.state(thing.entity_id)
        way = None if state is None or thing.role is not Role.CLIMATE else way_of(state)
        found.add("hot_water" if thing.role is Role.WATER_HEATER else way.value if way is not None else "mixed")
    return found.pop() if len(found) == 1 else "mixed"


def _value(calls: set[_Call], unit: str) -> str:
    """Return the temperature that all would be set to; empty where there is no one such."""
    if len(calls) != 1:
        return ""
    (_, action, _, value), *_ = calls
    return f"{value:g} {unit}" if action == "set_temperature" else ""


def _climate(state: State, unit: str) -> _Call | None:
    """Return a setting that saves; where the thermostat has none, a temperature that does."""
    preset = state.attributes.get("preset_mode")
    if isinstance(preset, str) and preset.lower() in SAVING:
        return None
    wanted = next((name for name in _NEAR_TO_AWAY if name in listed(state, "preset_modes")), None)
    if wanted is not None:
        return "climate", "set_preset_mode", "preset_mode", wanted
    target = saving_target(state, unit)
    return None if target is None else ("climate", "set_temperature", "temperature", target)


def _water(state: State) -> _Call | None:
    away = state.attributes.get("away_mode")
    if away == "off":
        return "water_heater", "set_away_mode", "away_mode", True
    if away != "on" and "eco" in listed(state, "operation_list"):
        return "water_heater", "set_operation_mode", "operation_mode", "eco"
    return None


def set_backs(home: Home, things: Iterable[Thing]) -> tuple[PlannedAction, ...]:
    """Return what would make some things save."""
    return _actions([(thing, call) for thing in things if (call := _set_back(home, thing)) is not None])


def _actions(found: list[tuple[Thing, _Call]]) -> tuple[PlannedAction, ...]:
    """Return one action per sort of call."""
    calls: dict[_Call, list[str]] = {}
    for thing, call in found:
        calls.setdefault(call, []).append(thing.entity_id)
    return tuple(
        PlannedAction(domain=domain, action=action, entity_ids=tuple(ids), risk=RiskClass.A2, data={key: value})
        for (domain, action, key, value), ids in calls.items()
    )
