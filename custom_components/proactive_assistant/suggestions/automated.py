"""What the user has automated already: two voices for one thing are one too many (product 3.1)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant

from ..assistant.facts import PlannedAction

_DEEPEST: Final = 30
"""Nesting of an automation's actions beyond which nobody writes by hand."""


def automates(hass: HomeAssistant, actions: Iterable[PlannedAction]) -> bool:
    """Return whether enabled automations of the user do all that some actions offer.

    An automation counts when it names the same entity and calls the same action: one that only watches the
    entity, to notify or to switch a light, does not.
    """
    wanted = [(f"{action.domain}.{action.action}", target) for action in actions for target in action.entity_ids]
    return bool(wanted) and all(_covered(hass, name, target) for name, target in wanted)


def _covered(hass: HomeAssistant, name: str, target: str) -> bool:
    if "automation" not in hass.config.components:
        return False
    # Loaded by the user's own automations, so the import costs nothing here; without them it is never made.
    from homeassistant.components.automation import DATA_COMPONENT, automations_with_entity  # noqa: PLC0415

    component = hass.data[DATA_COMPONENT]
    for automation_id in automations_with_entity(hass, target):
        state = hass.states.get(automation_id)
        automation = component.get_entity(automation_id)
        if state is None or state.state != STATE_ON or automation is None:
            continue
        if name in set(_called(automation.raw_config, 0)):
            return True
    return False


def _called(config: Any, depth: int) -> Iterator[str]:
    """Yield the names of all actions in a configuration, under either key that core accepts."""
    if depth > _DEEPEST:
        return
    if isinstance(config, Mapping):
        for key, value in config.items():
            if key in ("action", "service") and isinstance(value, str):
                yield value
            else:
                yield from _called(value, depth + 1)
    elif isinstance(config, list | tuple):
        for item in config:
            yield from _called(item, depth + 1)
