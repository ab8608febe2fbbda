"""What automations of the user's tell of by themselves: the same message twice is one too many (product 3.1, 3.2)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from weakref import WeakKeyDictionary

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.entity import Entity
from homeassistant.util import dt as dt_util

from .automated import Call, call_in, calls_of, enabled, listed, scripts_of
from .triggers import as_trigger, fits, looks_often, named, ready, sort_of, waits, watched

_MESSAGES: Final = frozenset(
    {
        "persistent_notification.create", "assist_satellite.announce", "assist_satellite.start_conversation",
        "assist_satellite.ask_question", "telegram_bot.send_message", "mobile_app.notify",
    }
)  # fmt: skip
"""Calls that say something, besides all of `notify` and `tts`."""

_ONLY_SHOWN: Final = frozenset({"notify.persistent_notification", "notify.notify"})
"""What may reach nobody who is not looking: a note in the sidebar, and whichever notifier happens to be the first."""

_CLOCKS: Final = frozenset({"time", "time_pattern", "calendar", "sun"})
_WAITS: Final = frozenset({"delay", "wait_template", "wait_for_trigger", "repeat"})
_IFS: Final = frozenset({"condition", "conditions", "if", "while", "until"})
_DEEPEST: Final = 30

KNOWN_FOR: Final = timedelta(minutes=1)
"""How long what an automation watches is taken for known."""


@dataclass(slots=True)
class _Plan:
    """What there is to know of an automation, read once."""

    triggers: tuple[Mapping[str, Any], ...]
    waits: bool
    """Whether its actions wait for something before they are through."""
    by_clock: bool
    asks: str
    """What stands in its conditions."""
    looks_for: tuple[Mapping[str, Any], ...] = ()
    """Its plain conditions as triggers, where it looks at them again and again."""
    watched: frozenset[str] = frozenset()
    """Every entity that may trigger it, by whatever name."""
    looked: datetime | None = None
    """When that was looked up."""

    def watches(self, hass: HomeAssistant, entity_id: str, now: datetime) -> bool:
        """Return whether a trigger may be about an entity; groups, areas and labels change, but not every second."""
        if self.looked is None or not timedelta() <= now - self.looked < KNOWN_FOR:
            self.watched = frozenset(item for trigger in self.triggers for item in watched(hass, trigger))
            self.looked = now
        return entity_id in self.watched


_PLANS: Final[WeakKeyDictionary[Entity, _Plan]] = WeakKeyDictionary()


def tells(hass: HomeAssistant, entity_ids: Collection[str], *, lasts: bool = False, by_clock: bool = False) -> bool:
    """Return whether enabled automations of the user tell of every one of some entities, as these stand now.

    An automation counts when such a state triggers it and it says something, to whomever and under whatever
    conditions: that is how its author wants to hear of it. With `lasts` it has to wait for a while, for a burglar
    alarm that goes off when a window opens does not tell that it was left open, or to look again and again; with
    `by_clock` one counts as well that looks at the entity at a time of day.
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
        about = any(
            # One that waits, and watches others as well, may have run for those.
            (not waits(trigger) or (len(triggers) == 1 and len(listed(trigger.get("entity_id"))) == 1))
            and entity_id in named(hass, trigger)
            and fits(hass, trigger, entity_id)
            for trigger in triggers
        )
        if about and any(_reaches(hass, call) for call in _straight(hass, _steps(automation.raw_config), set())):
            return True
    return False


def _is_told(hass: HomeAssistant, entity_id: str, *, lasts: bool, by_clock: bool) -> bool:
    now = dt_util.utcnow()
    for automation, _ in enabled(hass):
        plan = _plan(automation)
        triggered = plan.watches(hass, entity_id, now) and any(
            (not lasts or plan.waits or waits(trigger))
            and entity_id in watched(hass, trigger)
            and fits(hass, trigger, entity_id)
            for trigger in plan.triggers
        )
        looked_at = (by_clock and plan.by_clock and entity_id in plan.asks) or (
            lasts and any(entity_id in watched(hass, look) and fits(hass, look, entity_id) for look in plan.looks_for)
        )
        if (triggered or looked_at) and any(
            _says(hass, call) for call in calls_of(hass, automation, automation.raw_config, set())
        ):
            return True
    return False


# Configurations ---------------------------------------------------------------------------------


def _plan(automation: Any) -> _Plan:
    plan = _PLANS.get(automation)
    if plan is None:
        config = automation.raw_config
        found = _part(config, "trigger")
        hass = automation.hass
        triggers = tuple(
            ready(hass, item) for item in found if isinstance(item, Mapping) and item.get("enabled") is not False
        )
        looks = [as_trigger(item) for item in _part(config, "condition")] if any(map(looks_often, triggers)) else []
        plan = _PLANS[automation] = _Plan(
            triggers=triggers,
            waits=_waits(_steps(config), 0),
            by_clock=any(sort_of(trigger) in _CLOCKS for trigger in triggers),
            asks="\n".join(_asked(config)),
            looks_for=tuple(ready(hass, item) for item in looks if item is not None),
        )
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


# Actions ----------------------------------------------------------------------------------------


def _waits(config: Any, depth: int) -> bool:
    if depth > _DEEPEST:
        return False
    if isinstance(config, Mapping):
        return not _WAITS.isdisjoint(config) or any(_waits(value, depth + 1) for value in config.values())
    return isinstance(config, list | tuple) and any(_waits(item, depth + 1) for item in config)


def _asked(config: Any, depth: int = 0, *, asked: bool = False) -> Iterator[str]:
    """Yield the texts that stand in the conditions of a configuration."""
    if depth > _DEEPEST:
        return
    if isinstance(config, Mapping):
        for key, value in config.items():
            yield from _asked(value, depth + 1, asked=asked or key in _IFS)
    elif isinstance(config, list | tuple):
        for item in config:
            yield from _asked(item, depth + 1, asked=asked)
    elif asked and isinstance(config, str):
        yield config


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
