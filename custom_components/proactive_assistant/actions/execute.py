"""Carry out what a person accepted: re-check, act with their context, say what really happened."""

import logging

from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..assistant.facts import PlannedAction, Suggestion
from ..sensing.home import Home
from .risk import permit

_LOGGER = logging.getLogger(__name__)


def effective(home: Home, action: PlannedAction) -> tuple[str, ...]:
    """Return the targets on which an action would still change something."""
    things = home.map.things
    return tuple(
        entity_id
        for entity_id in action.entity_ids
        if (thing := things.get(entity_id)) is not None and home.is_on(thing)
    )


async def async_execute(hass: HomeAssistant, home: Home, suggestion: Suggestion, context: Context) -> tuple[str, ...]:
    """Call the accepted actions on what is still on; return the entities that were changed.

    Raises ForbiddenActionError before anything is called when one of the actions is not permitted. A call
    that fails is logged and the others go on: half a departure check is better than none.
    """
    for action in suggestion.actions:
        permit(action)
    changed: list[str] = []
    for action in suggestion.actions:
        targets = effective(home, action)
        if not targets:
            continue
        try:
            await hass.services.async_call(
                action.domain,
                action.action,
                {"entity_id": list(targets)},
                blocking=True,
                context=context,
            )
        except HomeAssistantError as err:
            _LOGGER.warning("%s.%s failed: %s", action.domain, action.action, err)
            continue
        changed += targets
    return tuple(changed)
