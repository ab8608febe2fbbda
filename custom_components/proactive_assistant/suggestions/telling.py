"""What automations of the user's tell of by themselves: the same message twice is one too many (product 3.1, 3.2)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from weakref import WeakKeyDictionary

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from ..sensing.home import DEAD, finite
from .automated import Call, call_in, calls_of, enabled, listed, scripts_of

_MESSAGES: Final = frozenset(
    {
        "persistent_notification.create", "assist_satellite.announce", "assist_satellite.start_conversation",
        "assist_satellite.ask_question", "telegram_bot.send_message", "mobile_app.notify",
    }
)  # fmt: skip
"""Calls that say something, besides all of `notify` and `tts`."""

_ONLY_SHOWN: Final = frozenset({"notify.persistent_notification", "notify.notify"})
"""What may reach nobody who is not looking: a note in the sidebar, and whichever notifier happens to be the first."""

_BEGINS: Final = ("opened", "detected", "became_low", "crossed_threshold", "turned_on", "triggered")
"""Ends of the names of core's own triggers that are about the beginning of something."""

_ENDS: Final = ("not_", "no_", "turned_off", "is_not_")
"""How the triggers of devices begin that are about an end."""

_CLOCKS: Final = frozenset({"time", "time_pattern", "calendar", "sun"})
_WAITS: Final = frozenset({"delay", "wait_template", "wait_for_trigger", "repeat"})
_IFS: Final = frozenset({"condition", "conditions", "if", "while", "until"})
_DEEPEST: Final = 30


@dataclass(frozen=True, slots=True)
class _Plan:
    """What there is to know of an automation, read once."""

    triggers: tuple[Mapping[str, Any], ...]
    waits: bool
    """Whether its actions wait for something before they are through."""


_PLANS: Final[WeakKeyDictionary[Entity, _Plan]] = WeakKeyDictionary()


def tells(hass: HomeAssistant, entity_ids: Collection[str], *, lasts: bool = False, by_clock: bool = False) -> bool:
    """Return whether enabled automations of the user tell of every one of some entities, as these stand now.

    An automation counts when such a state triggers it and it says something, to whomever and under whatever
    conditions: that is how its author wants to hear of it. With `lasts` it has to wait for a while, for a burglar
    alarm that goes off when a window opens does not tell that it was left open; with `by_clock` one counts as well
    that looks at the entity at a time of day.
    """
    return bool(entity_ids) and all(_is_told(hass, item, lasts=lasts, by_clock=by_clock) for item in entity_ids)


def has_told(hass: HomeAssistant, entity_id: str, since: datetime) -> bool:
    """Return whether an automation of the user's has told of this very sensor since an instant: for the safety lane.

    It must have run since, its conditions and all, and send a message without any more of them. A message that
    nobody would hear at night, or to a phone that is gone, is none.
    """
    for automation, state in enabled(hass):
        if not _ran(state, since):
            continue
        triggers = _plan(automation).triggers
        watched = any(
            # One that waits, and watches others as well, may have run for those.
            (not _waits_for(trigger) or (len(triggers) == 1 and len(listed(trigger.get("entity_id"))) == 1))
            and _about(hass, trigger, entity_id, widely=False)
            and _fits(hass, trigger, entity_id)
            for trigger in triggers
        )
        if watched and any(_reaches(hass, call) for call in _straight(hass, _steps(automation.raw_config), set())):
            return True
    return False


def _is_told(hass: HomeAssistant, entity_id: str, *, lasts: bool, by_clock: bool) -> bool:
    for automation, _ in enabled(hass):
        plan = _plan(automation)
        triggered = any(
            (not lasts or plan.waits or _waits_for(trigger))
            and _about(hass, trigger, entity_id)
            and _fits(hass, trigger, entity_id)
            for trigger in plan.triggers
        )
        looked_at = by_clock and any(_sort(trigger) in _CLOCKS for trigger in plan.triggers)
        if not triggered and not (looked_at and _asks(automation.raw_config, entity_id)):
            continue
        if any(_says(hass, call) for call in calls_of(hass, automation, automation.raw_config, set())):
            return True
    return False


# Triggers ---------------------------------------------------------------------------------------


def _plan(automation: Any) -> _Plan:
    plan = _PLANS.get(automation)
    if plan is None:
        config = automation.raw_config
        found = _part(config, "trigger")
        triggers = tuple(item for item in found if isinstance(item, Mapping) and item.get("enabled") is not False)
        plan = _PLANS[automation] = _Plan(triggers, _waits(_steps(config), 0))
    return plan


def _part(config: Any, key: str) -> list[Any]:
    """Return a part of an automation's configuration, under either name that core accepts."""
    if not isinstance(config, Mapping):
        return []
    found = config.get(f"{key}s", config.get(key))
    return [found] if isinstance(found, Mapping) else list(found) if isinstance(found, list | tuple) else []


def _steps(config: Any) -> list[Any]:
    """Return the steps of an automation or of a script."""
    return _part(config, "action") or _part(config, "sequence")


def _sort(trigger: Mapping[str, Any]) -> str:
    found = trigger.get("trigger", trigger.get("platform"))
    return found if isinstance(found, str) else ""


def _about(hass: HomeAssistant, trigger: Mapping[str, Any], entity_id: str, *, widely: bool = True) -> bool:
    """Return whether a trigger watches an entity: by name, else by a group, device, area or label it is in."""
    target = trigger.get("target")
    parts = (trigger, target) if isinstance(target, Mapping) else (trigger,)
    named = [item for part in parts for item in listed(part.get("entity_id")) if isinstance(item, str)]
    if entity_id in named:
        return True
    registry = er.async_get(hass)
    if entity_id in {er.async_resolve_entity_id(registry, item) for item in named}:
        return True
    if not widely:
        return False
    states = (hass.states.get(item) for item in named)
    if any(entity_id in listed(state.attributes.get("entity_id")) for state in states if state is not None):
        return True
    if not isinstance(target, Mapping):
        return False
    ids = {key: [item for item in listed(value) if isinstance(item, str)] for key, value in target.items()}
    found = async_extract_referenced_entity_ids(hass, TargetSelection(ids), primary_entities_only=False)
    return entity_id in found.referenced or entity_id in found.indirectly_referenced


def _fits(hass: HomeAssistant, trigger: Mapping[str, Any], entity_id: str) -> bool:
    """Return whether it is the present state of an entity that a trigger is about; in doubt it is not."""
    state, sort = hass.states.get(entity_id), _sort(trigger)
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


def _waits_for(trigger: Mapping[str, Any]) -> bool:
    options = trigger.get("options")
    return any(_lasts(part.get("for")) for part in (trigger, options) if isinstance(part, Mapping))


def _lasts(value: Any) -> bool:
    """Return whether a duration is more than nothing."""
    values = value.values() if isinstance(value, Mapping) else [value]
    return any(item.strip("0:. ") if isinstance(item, str) else item for item in values)


# Actions ----------------------------------------------------------------------------------------


def _waits(config: Any, depth: int) -> bool:
    if depth > _DEEPEST:
        return False
    if isinstance(config, Mapping):
        return not _WAITS.isdisjoint(config) or any(_waits(value, depth + 1) for value in config.values())
    return isinstance(config, list | tuple) and any(_waits(item, depth + 1) for item in config)


def _asks(config: Any, entity_id: str, depth: int = 0, *, asked: bool = False) -> bool:
    """Return whether a condition anywhere in a configuration names an entity."""
    if depth > _DEEPEST:
        return False
    if isinstance(config, Mapping):
        return any(_asks(value, entity_id, depth + 1, asked=asked or key in _IFS) for key, value in config.items())
    if isinstance(config, list | tuple):
        return any(_asks(item, entity_id, depth + 1, asked=asked) for item in config)
    return asked and isinstance(config, str) and entity_id in config


def _says(hass: HomeAssistant, call: Call) -> bool:
    """Return whether a call says something to somebody."""
    domain, _, name = call.name.partition(".")
    if call.name != "mobile_app.notify" and not hass.services.has_service(domain, name):
        return False
    return domain in ("notify", "tts") or call.name in _MESSAGES


def _reaches(hass: HomeAssistant, call: Call) -> bool:
    """Return whether a message reaches somebody wherever they are, as far as can be known."""
    if call.name == "notify.send_message":
        states = (hass.states.get(item) for item in listed(call.target.get("entity_id")) if isinstance(item, str))
        return any(state is not None and state.state != STATE_UNAVAILABLE for state in states)
    domain = call.name.partition(".")[0]
    return domain in ("notify", "mobile_app") and call.name not in _ONLY_SHOWN and _says(hass, call)


def _straight(hass: HomeAssistant, steps: Collection[Any], seen: set[str]) -> Iterator[Call]:
    """Yield the calls that are made at once whenever the steps are run, up to the first that may stop or wait."""
    for step in steps:
        call = call_in(step) if isinstance(step, Mapping) else None
        if not isinstance(step, Mapping) or (call is None and not {"variables", "event", "scene"} & step.keys()):
            return
        if call is None or step.get("enabled", True) is not True:
            continue
        yield call
        for script in scripts_of(hass, call, seen):
            yield from _straight(hass, _steps(script.raw_config), seen)


def _ran(state: State, since: datetime) -> bool:
    ran = state.attributes.get("last_triggered")
    return isinstance(ran, datetime) and ran.tzinfo is not None and ran >= since
