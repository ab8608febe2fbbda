"""The extractor fan."""

from typing import Any, override

from homeassistant.components.fan import FanEntity, FanEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import DemoHomeEntity
from .home import DemoHomeEntry


async def async_setup_entry(hass: HomeAssistant, entry: DemoHomeEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Add the fans."""
    home = entry.runtime_data
    add(DemoFan(home, piece) for piece in home.of_platform("fan"))


class DemoFan(DemoHomeEntity, FanEntity):
    """A fan with one speed."""

    _attr_supported_features = FanEntityFeature.TURN_ON | FanEntityFeature.TURN_OFF

    @property
    @override
    def is_on(self) -> bool:
        return bool(self.value)

    @override
    async def async_turn_on(self, percentage: int | None = None, preset_mode: str | None = None, **kwargs: Any) -> None:
        self.change(value=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self.change(value=False)
