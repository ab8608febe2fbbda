"""Triggers of the user's automations: what they watch, and whether it is the present state that they are about."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import TemplateError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
from homeassistant.helpers.template import Template, result_as_boolean

from ..sensing.home import DEAD, finite
from .automated import listed

_BEGINS: Final = ("opened", "detected", "became_low", "crossed_threshold", "turned_on", "triggered")
"""Ends of the names of core's own triggers that are about the beginning of something."""

_ENDS: Final = ("not_", "no_", "turned_off", "is_not_")
"""How the triggers of devices begin that are about an end."""

_IN_TEMPLATE: Final = re.compile(r"""(?:\bstates\.|['"])([a-z0-9_]+\.[a-z0-9_]+)""")
"""Entities that stand in a template by their ids; what it puts together or selects only shows when it is rendered."""

_EITHER: Final = re.compile(r"\bor\b")
"""What is true for one of several has been told of the first of them only."""

_ALL_DAY: Final = (None, "*", "/1")
"""Hours of a time pattern that looks again and again."""


def ready(hass: HomeAssistant, trigger: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a trigger whose template is compiled once, not whenever it is looked at."""
    text = trigger.get("value_template")
    if sort_of(trigger) != "template" or not isinstance(text, str):
        return trigger
    return {**trigger, "value_template": Template(text, hass)}


def as_trigger(condition: Any) -> Mapping[str, Any] | None:
    """Return the trigger that a condition would be, for what looks again and again; None where that is not plain."""
    if isinstance(condition, str):
        return {"trigger": "template", "value_template": condition}
    sort = condition.get("condition") if isinstance(condition, Mapping) else None
    if sort not in ("state", "numeric_state", "template") or condition.get("enabled") is False:
        return None
    return {**condition, "trigger": sort, "to": condition.get("state")}


def looks_often(trigger: Mapping[str, Any]) -> bool:
    """Return whether a trigger comes several times an hour or every hour, whatever happens."""
    return sort_of(trigger) == "time_pattern" and trigger.get("hours") in _ALL_DAY


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
    template = trigger.get("value_template")
    if isinstance(template, Template):
        # Not among what it names: the safety lane does not rely on what has to be read out of a text.
        return names | set(_IN_TEMPLATE.findall(template.template))
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
    if sort in _ABOUT:
        return _ABOUT[sort](trigger, state)
    return state.state not in DEAD and "." in sort and sort.endswith(_BEGINS)


def _leads_to(trigger: Mapping[str, Any], state: State) -> bool:
    if "attribute" in trigger:
        return False
    to, reads = trigger.get("to"), state.state
    if to is not None:
        return reads in listed(to)
    # A sensor that falls silent changes its state as well, but nobody had that in mind.
    return reads not in DEAD and reads not in [*listed(trigger.get("not_to")), *listed(trigger.get("from"))]


def _reads(trigger: Mapping[str, Any], state: State) -> bool:
    return "attribute" not in trigger and "value_template" not in trigger and _between(trigger, state)


def _of_device(trigger: Mapping[str, Any], state: State) -> bool:
    kind = trigger.get("type")
    is_about = isinstance(kind, str) and not kind.startswith(_ENDS)
    return is_about and state.state not in DEAD and _between(trigger, state)


def _is_true(trigger: Mapping[str, Any], state: State) -> bool:
    """Return whether a template holds now, and by this state as far as its text tells."""
    template = trigger.get("value_template")
    if not isinstance(template, Template) or _EITHER.search(template.template):
        return False
    if state.state in DEAD and state.state not in template.template:
        return False
    try:
        return result_as_boolean(template.async_render(parse_result=False, strict=True))
    except TemplateError:
        # It takes variables of its automation, or is none.
        return False


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


_ABOUT: Final[Mapping[str, Callable[[Mapping[str, Any], State], bool]]] = MappingProxyType(
    {"state": _leads_to, "numeric_state": _reads, "device": _of_device, "template": _is_true}
)
"""By the sort of a trigger, whether it is about a state."""


def waits(trigger: Mapping[str, Any]) -> bool:
    """Return whether a state has to last for a while."""
    options = trigger.get("options")
    return any(_lasts(part.get("for")) for part in (trigger, options) if isinstance(part, Mapping))


def _lasts(value: Any) -> bool:
    """Return whether a duration is more than nothing."""
    values = value.values() if isinstance(value, Mapping) else [value]
    return any(item.strip("0:. ") if isinstance(item, str) else item for item in values)
