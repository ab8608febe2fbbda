"""What all furniture has in common."""

from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity import Entity

from tools.demo.table import Piece

from .const import DOMAIN, SIGNAL_CHANGE
from .home import Home, Value


class DemoHomeEntity(Entity):
    """Show one piece's value; a hand changes it without a context, a service call with the caller's."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, home: Home, piece: Piece) -> None:
        self.home = home
        self.piece = piece
        self._attr_unique_id = piece.key
        self._attr_name = piece.row.get("name")
        self._attr_device_class = piece.row.get("device_class")
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, f"{piece.area} {piece.device}")},
            manufacturer="Demo home",
            model=piece.model,
            name=piece.device,
            suggested_area=piece.area,
        )

    @property
    def value(self) -> Value:
        """Look the value up."""
        return self.home.values[self.piece.key]

    def change(self, value: Value) -> None:
        """Move the piece on a service call's behalf."""
        self.home.async_change(self.piece.key, value)

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the piece."""
        signal = SIGNAL_CHANGE.format(self.piece.key)
        self.async_on_remove(async_dispatcher_connect(self.hass, signal, self._show))

    @callback
    def _show(self) -> None:
        self.async_write_ha_state()
