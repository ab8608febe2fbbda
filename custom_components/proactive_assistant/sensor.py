"""What each resident could be told now."""

from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .assistant.enums import Verdict
from .assistant.facts import Suggestion
from .assistant.kinds import KINDS, SAFETY
from .assistant.results import Decision
from .coordinator import Coordinator, ProactiveConfigEntry
from .entity import ProactiveEntity
from .resident import Resident
from .suggestions.own import OWN

PARALLEL_UPDATES = 0

NOTHING = "nothing"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ProactiveConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add one sensor per resident, and the one that tells which engine runs."""
    async_add_entities([EngineSensor(entry.runtime_data, "engine")])
    for resident in entry.runtime_data.residents.values():
        async_add_entities(
            [CurrentSuggestion(entry.runtime_data, resident)],
            config_subentry_id=None if resident.is_household else resident.id,
        )


class EngineSensor(ProactiveEntity, SensorEntity):
    """Which engine judges, and why this one."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_options = ["numpy", "llama", "table"]

    @property
    @override
    def native_value(self) -> str:
        """Return the engine that serves at present."""
        return self.coordinator.assistant.engine.name

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return why, and which model."""
        assistant = self.coordinator.assistant
        return {
            "why": getattr(assistant.engine, "reason", assistant.why),
            "model_id": assistant.engine.model_id,
        }


class CurrentSuggestion(ProactiveEntity, SensorEntity):
    """The suggestion in front of a resident, or the one that is held for them."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_options = [NOTHING, *KINDS, SAFETY.key, OWN]

    def __init__(self, coordinator: Coordinator, resident: Resident) -> None:
        """Show one resident's."""
        super().__init__(coordinator, "current_suggestion", resident)
        self._resident = resident

    def _current(self) -> tuple[Suggestion, Decision] | None:
        """Return what is said, else what is shown on the dashboard."""
        offers = self.coordinator.files.ledger.offers_to(self._resident.id)
        if offers:
            return offers[-1].suggestion, offers[-1].decision
        held = [
            (thread.suggestion, decision)
            for thread in self.coordinator.threads.due(dt_util.utcnow())
            if (decision := thread.decisions.get(self._resident.id)) is not None
            and decision.verdict is not Verdict.DROP
        ]
        return max(held, key=lambda item: (item[0].urgency, item[0].benefit), default=None)

    @property
    @override
    def native_value(self) -> str:
        """Return the kind."""
        current = self._current()
        return current[0].kind.partition(":")[0] if current else NOTHING

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what a card needs."""
        current = self._current()
        if current is None:
            return {}
        suggestion, decision = current
        message = self.coordinator.desk.words.message(suggestion, decision.style)
        return {
            "suggestion_id": suggestion.id,
            "title": message.title,
            "message": message.body,
            "reason": decision.reason.value,
            "level": decision.level.name.lower(),
            "expires": suggestion.expires.isoformat(),
        }
