"""Ceiling lights."""

from typing import Any, override

from homeassistant.components.light import ColorMode, LightEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import DemoHomeEntity
from .home import DemoHomeEntry


async def async_setup_entry(hass: HomeAssistant, entry: DemoHomeEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Add the lights."""
    home = entry.runtime_data
    add(DemoLight(home, piece) for piece in home.of_platform("light"))


class DemoLight(DemoHomeEntity, LightEntity):
    """A light that is on or off."""

    _attr_color_mode = ColorMode.ONOFF
    _attr_supported_color_modes = {ColorMode.ONOFF}

    @property
    @override
    def is_on(self) -> bool:
        return bool(self.value)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self.change(value=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self.change(value=False)
