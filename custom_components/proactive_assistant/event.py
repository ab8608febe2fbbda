"""The account as an event entity: said, answered, done, held back."""

from typing import Any, override

from homeassistant.components.event import EventEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .assistant.enums import Reply
from .coordinator import ProactiveConfigEntry
from .entity import ProactiveEntity
from .storage.ledger import LINES

PARALLEL_UPDATES = 0

_SHOWN = ("person_id", "kind", "situation", "suggestion_id", "reason", "channel")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ProactiveConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the event entity of the home."""
    async_add_entities([DecisionEvent(entry.runtime_data, "decision")])


class DecisionEvent(ProactiveEntity, EventEntity):
    """Fires for every line of the account."""

    _attr_event_types = [*LINES, *Reply]

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the account rather than every look."""
        self.async_on_remove(self.coordinator.desk.async_on_event(self._async_noted))

    @callback
    def _async_noted(self, kind: str, data: dict[str, Any]) -> None:
        """Fire for one line."""
        self._trigger_event(kind, {key: data[key] for key in _SHOWN})
        self.async_write_ha_state()
