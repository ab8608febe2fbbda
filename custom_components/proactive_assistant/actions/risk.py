"""The risk table: what may ever be called, fixed in code (product specification 3.1).

An action that is not a row does not exist for us. Nothing learned, configured or sent by a phone adds one.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction
from ..const import DOMAIN

SET_MODE: Final = (DOMAIN, "set_mode")
TICK: Final = ("todo", "update_item")
LONGEST: Final = 255
"""Characters of a text that an action may carry."""

RISKS: Final[Mapping[tuple[str, str], RiskClass]] = MappingProxyType(
    {
        # Of ours alone: what the home is in, said by people. No actuator.
        SET_MODE: RiskClass.A0,
        # Of a list that a resident chose for their reminders, when they say that it is done (execute.py). No actuator.
        TICK: RiskClass.A0,
        ("light", "turn_off"): RiskClass.A1,
        ("light", "turn_on"): RiskClass.A1,
        ("media_player", "turn_off"): RiskClass.A1,
        ("media_player", "media_pause"): RiskClass.A1,
        ("fan", "turn_off"): RiskClass.A1,
        # Of those that carry air out (execute.py), for half an hour.
        ("fan", "turn_on"): RiskClass.A1,
        ("climate", "set_preset_mode"): RiskClass.A2,
        # Only away from comfort (execute.py): to ask for more than is set would be of class A4.
        ("climate", "set_temperature"): RiskClass.A2,
        ("climate", "set_hvac_mode"): RiskClass.A2,
        ("water_heater", "set_away_mode"): RiskClass.A2,
        ("water_heater", "set_operation_mode"): RiskClass.A2,
        ("vacuum", "start"): RiskClass.A2,
        ("vacuum", "return_to_base"): RiskClass.A1,
        # Of the few switches whose load is known (execute.py): an unknown load is never switched.
        ("switch", "turn_on"): RiskClass.A2,
        ("switch", "turn_off"): RiskClass.A2,
        ("lock", "lock"): RiskClass.A3,
        ("alarm_control_panel", "alarm_arm_away"): RiskClass.A3,
        ("alarm_control_panel", "alarm_arm_night"): RiskClass.A3,
        # Garages, gates, powered windows, shutters, and whatever is not known to be gentle.
        ("cover", "close_cover"): RiskClass.A3,
    }
)

GENTLE: Final[Mapping[tuple[str, str], RiskClass]] = MappingProxyType({("cover", "close_cover"): RiskClass.A2})
"""The class of a row where every single target is known to be gentle at this moment (sensing/covers.py)."""

type Gentle = Callable[[str], bool]
"""Whether an entity is gentle by all that is known of it now."""


def none_gentle(_entity_id: str) -> bool:
    """Take nothing for gentle: who cannot see the home judges by the table."""
    return False


class Between(NamedTuple):
    """The bounds of a number."""

    least: float
    most: float


type _Values = frozenset[str | bool] | type[str] | Between
"""One of these values; or, where a row says `str`, a text that is neither empty nor long; or a number within bounds."""

_DATA: Final[Mapping[tuple[str, str], Mapping[str, _Values]]] = MappingProxyType(
    {
        TICK: {"item": str, "status": frozenset({"completed"})},
        SET_MODE: {"mode": frozenset({"guest", "vacation"})},
        ("climate", "set_preset_mode"): {"preset_mode": frozenset({"eco", "away", "home", "comfort"})},
        # From the coldest set-back in °C to the warmest in °F; the live state decides (execute.py).
        ("climate", "set_temperature"): {"temperature": Between(15.0, 86.0)},
        ("climate", "set_hvac_mode"): {"hvac_mode": frozenset({"off"})},
        ("water_heater", "set_away_mode"): {"away_mode": frozenset({True})},
        ("water_heater", "set_operation_mode"): {"operation_mode": frozenset({"eco"})},
    }
)
"""What an action may carry: exactly these keys, each with a value that is allowed. Every other row carries nothing."""


class ForbiddenActionError(Exception):
    """An action outside the risk table, or one that claims a lower class than it has."""


def class_of(domain: str, action: str, entity_ids: Iterable[str], gentle: Gentle = none_gentle) -> RiskClass | None:
    """Return the risk class of a call on some targets as they are now; None when the table does not know it."""
    row, targets = (domain, action), tuple(entity_ids)
    if row in GENTLE and targets and all(gentle(entity_id) for entity_id in targets):
        return GENTLE[row]
    return RISKS.get(row)


def permit(action: PlannedAction, gentle: Gentle = none_gentle) -> RiskClass:
    """Return the risk class of an action on its targets as they are now.

    Raises ForbiddenActionError when the table does not know it, when it plays down its class, when a
    target is of another domain than the action, or when it carries data that its row does not allow.
    """
    risk = class_of(action.domain, action.action, action.entity_ids, gentle)
    if risk is None or action.risk < risk:
        msg = f"{action.domain}.{action.action} is not permitted as {action.risk.name}"
        raise ForbiddenActionError(msg)
    if any(not entity_id.startswith(f"{action.domain}.") for entity_id in action.entity_ids):
        msg = f"{action.domain}.{action.action} names a target of another domain"
        raise ForbiddenActionError(msg)
    if not _data_allowed(action):
        msg = f"{action.domain}.{action.action} carries data that no row allows"
        raise ForbiddenActionError(msg)
    return risk


def _data_allowed(action: PlannedAction) -> bool:
    """Return whether an action carries exactly the keys of its row, each with a value of the row."""
    row = _DATA.get((action.domain, action.action), {})
    return set(action.data) == set(row) and all(_allows(row[key], action.data[key]) for key in row)


def _allows(allowed: _Values, value: object) -> bool:
    """Return whether a row allows a value. The types are compared too: 1 is not True, and a list is in no set."""
    if isinstance(allowed, Between):
        # No number that is none is between any two.
        return type(value) is float and allowed.least <= value <= allowed.most
    if allowed is str:
        return isinstance(value, str) and 0 < len(value.strip()) <= len(value) <= LONGEST
    return isinstance(allowed, frozenset) and any(type(value) is type(item) and value == item for item in allowed)
