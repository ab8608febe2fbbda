"""The washing machine's state."""

from typing import override

from homeassistant.components.sensor import SensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from tools.demo.table import Piece

from .entity import DemoHomeEntity
from .home import DemoHomeEntry, Home


async def async_setup_entry(hass: HomeAssistant, entry: DemoHomeEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Add the sensors."""
    home = entry.runtime_data
    add(DemoSensor(home, piece) for piece in home.of_platform("sensor"))


class DemoSensor(DemoHomeEntity, SensorEntity):
    """One word out of a list."""

    def __init__(self, home: Home, piece: Piece) -> None:
        super().__init__(home, piece)
        self._attr_options = piece.row["options"]

    @property
    @override
    def native_value(self) -> str:
        return str(self.value)
