"""Diagnostics: how it is doing, without names, places or states of the home."""

from collections import Counter
from dataclasses import asdict
from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .assistant.kinds import KINDS
from .assistant.state import state_to_dict
from .const import (
    CONF_EXCLUDED_AREAS,
    CONF_EXCLUDED_DEVICES,
    CONF_EXCLUDED_ENTITIES,
    CONF_EXCLUDED_LABELS,
    CONF_EXCLUDED_PERSONS,
    CONF_VOICE_SATELLITES,
)
from .coordinator import ProactiveConfigEntry

_NAMES: Final = frozenset(
    {
        CONF_EXCLUDED_AREAS,
        CONF_EXCLUDED_DEVICES,
        CONF_EXCLUDED_ENTITIES,
        CONF_EXCLUDED_LABELS,
        CONF_EXCLUDED_PERSONS,
        CONF_VOICE_SATELLITES,
    }
)
"""Options that name something of the home."""


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: ProactiveConfigEntry) -> dict[str, Any]:
    """Return diagnostics of the entry."""
    options = async_redact_data(dict(entry.options), _NAMES)
    if entry.state is not ConfigEntryState.LOADED:
        return {"options": options, "state": entry.state.value}
    coordinator = entry.runtime_data
    ledger = coordinator.files.ledger
    engine = coordinator.assistant.engine
    return {
        "options": options,
        "controls": {
            "enabled": coordinator.controls.enabled,
            "voice": coordinator.controls.voice,
            "mode": coordinator.mode.value,
            "mode_ends": coordinator.home.mode_until is not None,
        },
        "levels": {kind: coordinator.front.level(kind).name.lower() for kind in KINDS},
        "engine": {
            "name": engine.name,
            "model_id": engine.model_id,
            "why": coordinator.assistant.why,
        },
        "home": {
            "areas": coordinator.home.map.areas,
            "roles": dict(Counter(thing.role.value for thing in coordinator.home.map.things.values())),
            "people": len(coordinator.home.people),
            "kinds": {
                detector.kind: detector.available(coordinator.home.map) for detector in coordinator.threads.detectors
            },
        },
        "habits": {
            "dwell": len(coordinator.files.habits.dwell),
            "stay_on": len(coordinator.files.habits.stay_on),
            "recorder": coordinator.warm_start.report(),
        },
        "residents": [
            {
                "phones": len(resident.phones),
                "good_moment": asdict(found) if (found := coordinator.receptivity.of(resident.id)) else None,
                "learned": resident.state.learned,
                "state": state_to_dict(resident.state),
            }
            for resident in coordinator.residents.values()
        ],
        "ledger": {
            "lines": dict(Counter(item.type for item in ledger.entries)),
            "reasons": dict(Counter(item.reason.value for item in ledger.entries if item.reason is not None)),
            "open_offers": len(ledger.offers),
            "deeds": dict(Counter(deed.status.value for deed in ledger.deeds.values())),
            "paused": ledger.orders.paused_until is not None,
            "muted": len(ledger.orders.muted),
            "exceptions": len(ledger.orders.exceptions),
        },
    }
