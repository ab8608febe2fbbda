"""The risk table: what may ever be called, fixed in code (product specification 3.1).

An action that is not a row does not exist for us. Nothing learned, configured or sent by a phone adds one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction

RISKS: Final[Mapping[tuple[str, str], RiskClass]] = MappingProxyType(
    {
        ("light", "turn_off"): RiskClass.A1,
        ("media_player", "turn_off"): RiskClass.A1,
        ("media_player", "media_pause"): RiskClass.A1,
        ("fan", "turn_off"): RiskClass.A1,
    }
)


class ForbiddenActionError(Exception):
    """An action outside the risk table, or one that claims a lower class than it has."""


def permit(action: PlannedAction) -> RiskClass:
    """Return the risk class of an action.

    Raises ForbiddenActionError when the table does not know it, when it plays down its class, or when a
    target is of another domain than the action.
    """
    risk = RISKS.get((action.domain, action.action))
    if risk is None or action.risk < risk:
        msg = f"{action.domain}.{action.action} is not permitted as {action.risk.name}"
        raise ForbiddenActionError(msg)
    if any(not entity_id.startswith(f"{action.domain}.") for entity_id in action.entity_ids):
        msg = f"{action.domain}.{action.action} names a target of another domain"
        raise ForbiddenActionError(msg)
    if action.data:
        msg = f"{action.domain}.{action.action} carries data that no row allows"
        raise ForbiddenActionError(msg)
    return risk
