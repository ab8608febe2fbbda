"""Triggers of the user's automations: what they watch, and whether it is the present state that they are about."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from ..sensing.home import DEAD, finite
from .automated import listed

_BEGINS: Final = ("opened", "detected", "became_low", "crossed_threshold", "turned_on", "triggered")
"""Ends of the names of core's own triggers that are about the beginning of something."""

_ENDS: Final = ("not_", "no_", "turned_off", "is_not_")
"""How the triggers of devices begin that are about an end."""


def sort_of(trigger: Mapping[str, Any]) -> str:
    """Return the platform of a trigger, under either name that core accepts; empty when it has none."""
    found = trigger.get("trigger", trigger.get("platform"))
    return found if isinstance(found, str) else ""


def named(hass: HomeAssistant, trigger: Mapping[str, Any]) -> set[str]:
    """Return the entities that a trigger names itself."""
    target = trigger.get("target")
    parts = (trigger, target) if isinstance(target, Mapping) else (trigger,)
    names = {item for part in parts for item in listed(part.get("entity_id")) if isinstance(item, str)}
    registry = er.async_get(hass)
    return names | {found for item in names if (found := er.async_resolve_entity_id(registry, item)) is not None}


def watched(hass: HomeAssistant, trigger: Mapping[str, Any]) -> set[str]:
    """Return the entities that a trigger watches: by name, or by a group, device, area or label they are in."""
    names, target = named(hass, trigger), trigger.get("target")
    states = [state for item in names if (state := hass.states.get(item)) is not None]
    members = {item for state in states for item in listed(state.attributes.get("entity_id")) if isinstance(item, str)}
    if not isinstance(target, Mapping):
        return names | members
    ids = {key: [item for item in listed(value) if isinstance(item, str)] for key, value in target.items()}
    found = async_extract_referenced_entity_ids(hass, TargetSelection(ids), primary_entities_only=False)
    return names | members | found.referenced | found.indirectly_referenced


def fits(hass: HomeAssistant, trigger: Mapping[str, Any], entity_id: str) -> bool:
    """Return whether it is the present state of an entity that a trigger is about; in doubt it is not."""
    state, sort = hass.states.get(entity_id), sort_of(trigger)
    if state is None:
        return False
    if sort == "state":
        return "attribute" not in trigger and _leads_to(trigger, state.state)
    if sort == "numeric_state":
        return "attribute" not in trigger and "value_template" not in trigger and _between(trigger, state)
    if state.state in DEAD:
        return False
    if sort == "device":
        kind = trigger.get("type")
        return isinstance(kind, str) and not kind.startswith(_ENDS) and _between(trigger, state)
    return "." in sort and sort.endswith(_BEGINS)


def _leads_to(trigger: Mapping[str, Any], state: str) -> bool:
    to = trigger.get("to")
    if to is not None:
        return state in listed(to)
    # A sensor that falls silent changes its state as well, but nobody had that in mind.
    return state not in DEAD and state not in [*listed(trigger.get("not_to")), *listed(trigger.get("from"))]


def _between(trigger: Mapping[str, Any], state: State) -> bool:
    """Return whether a reading is within the bounds of a trigger; without any it is."""
    bounds = {key: trigger[key] for key in ("above", "below") if trigger.get(key) is not None}
    if not bounds:
        return True
    number, limits = finite(state.state), {key: finite(value) for key, value in bounds.items()}
    if number is None or None in limits.values():
        return False
    above, below = limits.get("above"), limits.get("below")
    return (above is None or number > above) and (below is None or number < below)


def waits(trigger: Mapping[str, Any]) -> bool:
    """Return whether a state has to last for a while."""
    options = trigger.get("options")
    return any(_lasts(part.get("for")) for part in (trigger, options) if isinstance(part, Mapping))


def _lasts(value: Any) -> bool:
    """Return whether a duration is more than nothing."""
    values = value.values() if isinstance(value, Mapping) else [value]
    return any(item.strip("0:. ") if isinstance(item, str) else item for item in values)
