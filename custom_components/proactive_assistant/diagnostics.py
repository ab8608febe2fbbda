"""Diagnostics: how it is doing, without names, places or states of the home."""

from collections import Counter
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from .assistant.state import state_to_dict
from .coordinator import ProactiveConfigEntry


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: ProactiveConfigEntry) -> dict[str, Any]:
    """Return diagnostics of the entry."""
    if entry.state is not ConfigEntryState.LOADED:
        return {"options": dict(entry.options), "state": entry.state.value}
    coordinator = entry.runtime_data
    ledger = coordinator.files.ledger
    engine = coordinator.assistant.engine
    return {
        "options": dict(entry.options),
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
        "residents": [
            {
                "phones": len(resident.phones),
                "learned": resident.state.learned,
                "state": state_to_dict(resident.state),
            }
            for resident in coordinator.residents.values()
        ],
        "ledger": {
            "lines": dict(Counter(item.type for item in ledger.entries)),
            "reasons": dict(Counter(item.reason.value for item in ledger.entries if item.reason is not None)),
            "open_offers": len(ledger.offers),
        },
    }
