"""Contacts, motion, pressure and plugs."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import DemoHomeEntity
from .home import DemoHomeEntry


async def async_setup_entry(hass: HomeAssistant, entry: DemoHomeEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Add the binary sensors."""
    home = entry.runtime_data
    add(DemoBinarySensor(home, piece) for piece in home.of_platform("binary_sensor"))


class DemoBinarySensor(DemoHomeEntity, BinarySensorEntity):
    """On or off."""

    @property
    @override
    def is_on(self) -> bool:
        return bool(self.value)
