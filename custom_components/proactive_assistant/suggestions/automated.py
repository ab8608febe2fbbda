"""What the user has automated already: two voices for one thing are one too many (product 3.1)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from homeassistant.const import ENTITY_MATCH_ALL, STATE_ON
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from ..assistant.facts import PlannedAction

if TYPE_CHECKING:
    from homeassistant.components.automation import BaseAutomationEntity

_DEEPEST: Final = 30
"""Nesting of an automation's actions beyond which nobody writes by hand."""

_TARGETS: Final = ("entity_id", "device_id", "area_id", "floor_id", "label_id")

_ALIKE: Final[Mapping[str, frozenset[str]]] = {
    "media_player.turn_off": frozenset({"media_player.media_stop", "media_player.media_pause"}),
    "media_player.media_pause": frozenset({"media_player.media_stop", "media_player.turn_off"}),
    # Of modes none but this one is ever offered.
    "climate.set_hvac_mode": frozenset({"climate.turn_off"}),
}
"""Actions that serve the purpose of another as well."""


@dataclass(frozen=True, slots=True)
class Call:
    """One action call in a configuration."""

    name: str
    target: Mapping[str, Any]
    data: Mapping[str, Any]


_CALLS: Final[WeakKeyDictionary[Entity, tuple[Call, ...]]] = WeakKeyDictionary()
"""What each automation and script calls: read once, for a change of the configuration brings a new entity."""


def automates(hass: HomeAssistant, actions: Iterable[PlannedAction]) -> bool:
    """Return whether enabled automations of the user do all that some actions offer.

    An automation counts when it calls the same action, or one for the same purpose, on the entity: by name, device,
    area, floor or label, through a group or through a script. One that only watches the entity does not.
    """
    wanted = [(action, target) for action in actions for target in action.entity_ids]
    if not wanted:
        return False
    calls = tuple(_watched_calls(hass))
    return all(any(_covers(hass, call, watched, *item) for call, watched in calls) for item in wanted)


def enabled(hass: HomeAssistant) -> Iterator[tuple[BaseAutomationEntity, State]]:
    """Yield every automation of the user's that is enabled and works, with its state."""
    if "automation" not in hass.config.components:
        return
    # Loaded by the user's own automations, so the import costs nothing here; without them it is never made.
    from homeassistant.components.automation import DATA_COMPONENT  # noqa: PLC0415

    for automation in hass.data[DATA_COMPONENT].entities:
        state = hass.states.get(automation.entity_id)
        if state is not None and state.state == STATE_ON:
            yield automation, state


def _watched_calls(hass: HomeAssistant) -> Iterator[tuple[Call, frozenset[str]]]:
    """Yield every call of an enabled automation, with the entities that this automation names anywhere."""
    for automation, _ in enabled(hass):
        watched = frozenset(automation.referenced_entities)
        for call in calls_of(hass, automation, automation.raw_config, set()):
            yield call, watched


def calls_of(hass: HomeAssistant, entity: Entity, config: Any, seen: set[str]) -> Iterator[Call]:
    """Yield the calls of an automation or a script, and of the scripts that it calls."""
    calls = _CALLS.get(entity)
    if calls is None:
        calls = _CALLS[entity] = tuple(_called(config, 0))
    for call in calls:
        yield call
        for script in scripts_of(hass, call, seen):
            yield from calls_of(hass, script, script.raw_config, seen)


def scripts_of(hass: HomeAssistant, call: Call, seen: set[str]) -> Iterator[Any]:
    """Yield the scripts that a call runs, each once."""
    ids = [call.name] if call.name.startswith("script.") else []
    if call.name == "script.turn_on":
        ids = [item for item in listed(call.target.get("entity_id")) if isinstance(item, str)]
    for script_id in ids:
        component = hass.data.get("script")
        script = None if script_id in seen or component is None else component.get_entity(script_id)
        seen.add(script_id)
        if script is not None:
            yield script


def _covers(hass: HomeAssistant, call: Call, watched: frozenset[str], action: PlannedAction, target: str) -> bool:
    """Return whether a call does to an entity what an action offers."""
    name = f"{action.domain}.{action.action}"
    alike = {name, f"homeassistant.{action.action}"} | _ALIKE.get(name, frozenset())
    if call.name not in alike or any(_differs(call.data.get(key), value) for key, value in action.data.items()):
        return False
    named = listed(call.target.get("entity_id"))
    if target in named or ENTITY_MATCH_ALL in named:
        return True
    if any(isinstance(item, str) and "{" in item for key in _TARGETS for item in listed(call.target.get(key))):
        # Decided when it runs, such as by what triggered it: what it names is the best guess there is.
        return target in watched
    registry = er.async_get(hass)
    ids = [item for item in named if isinstance(item, str)]
    if target in {er.async_resolve_entity_id(registry, item) for item in ids}:
        return True
    found = async_extract_referenced_entity_ids(
        hass, TargetSelection({**_named(call.target), "entity_id": ids}), primary_entities_only=False
    )
    return target in found.referenced or target in found.indirectly_referenced


def _differs(said: Any, offered: Any) -> bool:
    """Return whether a call surely carries something else: a set-back is not covered by a comfort schedule."""
    return said is not None and said != offered and not (isinstance(said, str) and "{" in said)


def listed(value: Any) -> list[Any]:
    """Return a value of a configuration that may be one or several as a list."""
    if isinstance(value, str):
        return [item.strip() for item in value.split(",")] if "{" not in value else [value]
    return list(value) if isinstance(value, list | tuple) else []


def _called(config: Any, depth: int) -> Iterator[Call]:
    """Yield all calls in a configuration: by name under either key that core accepts, and actions of devices."""
    if depth > _DEEPEST:
        return
    if isinstance(config, Mapping):
        if config.get("enabled") is False:
            return
        found = call_in(config)
        if found is not None:
            yield found
        for value in config.values():
            yield from _called(value, depth + 1)
    elif isinstance(config, list | tuple):
        for item in config:
            yield from _called(item, depth + 1)


def call_in(config: Mapping[str, Any]) -> Call | None:
    """Return the call that a step is; None when it is something else."""
    name = next((value for key in ("action", "service") if isinstance(value := config.get(key), str)), None)
    if name is None:
        domain, sort = config.get("domain"), config.get("type")
        if not isinstance(domain, str) or not isinstance(sort, str) or "device_id" not in config:
            return None
        # An action of a device names its entity by id or by registry id; without one it is about the device.
        key = "entity_id" if config.get("entity_id") else "device_id"
        return Call(f"{domain}.{sort}", {key: config[key]}, {})
    data = config.get("data")
    data = data if isinstance(data, Mapping) else {}
    parts = (config.get("target"), data, config)
    target = {
        key: part[key] for part in reversed(parts) if isinstance(part, Mapping) for key in _TARGETS if key in part
    }
    return Call(name, target, data)


def _named(target: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return a target's ids that are text; a hand-written configuration may hold anything."""
    return {
        key: [item for item in listed(target.get(key)) if isinstance(item, str)] for key in _TARGETS if key in target
    }
