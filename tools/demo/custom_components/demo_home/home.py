"""The furniture and how it stands now."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.storage import Store

from tools.demo.table import Piece

from .const import DOMAIN, SIGNAL_CHANGE

type Value = Any
type DemoHomeEntry = ConfigEntry[Home]


class Home:
    """Hold every piece's value and tell its entity when it changes."""

    def __init__(self, hass: HomeAssistant, pieces: tuple[Piece, ...]) -> None:
        self._hass = hass
        self._store = Store[dict[str, Value]](hass, 1, DOMAIN)
        self.pieces = pieces
        self.values: dict[str, Value] = {piece.key: piece.row["value"] for piece in pieces}

    async def async_load(self) -> None:
        """Stand as before a restart: a real lamp does not go out because Home Assistant does."""
        self.values |= await self._store.async_load() or {}

    async def async_save(self) -> None:
        """Write down how everything stands."""
        await self._store.async_save(self.values)

    def of_platform(self, platform: str) -> list[Piece]:
        """List the pieces that a platform shows."""
        return [piece for piece in self.pieces if piece.row["platform"] == platform]

    @callback
    def async_change(self, key: str, value: Value) -> bool:
        """Move a piece as a hand would, and say whether it was not there already."""
        if self.values[key] == value:
            return False
        self.values[key] = value
        async_dispatcher_send(self._hass, SIGNAL_CHANGE.format(key))
        return True
