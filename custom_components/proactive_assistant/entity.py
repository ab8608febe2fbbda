"""The base of all entities."""

from typing import override

from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity

from .const import DOMAIN
from .coordinator import Coordinator
from .resident import Resident


def people(coordinator: Coordinator) -> list[Resident]:
    """Return the residents who are persons; the stand-in of a home without any is the home itself."""
    return [resident for resident in coordinator.residents.values() if not resident.is_household]


class ProactiveEntity(Entity):
    """An entity of the home, or of one resident."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, coordinator: Coordinator, key: str, resident: Resident | None = None) -> None:
        """Belong to the home's device or to a resident's."""
        self.coordinator = coordinator
        owner = coordinator.entry.entry_id
        name = coordinator.entry.title
        if resident is not None and not resident.is_household:
            owner, name = f"{owner}_{resident.id}", f"{name} {resident.name}"
        self._attr_unique_id = f"{owner}_{key}"
        self._attr_translation_key = key
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, owner)}, name=name, entry_type=DeviceEntryType.SERVICE
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the coordinator."""
        self.async_on_remove(self.coordinator.async_add_listener(self.async_write_ha_state))
