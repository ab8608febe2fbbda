"""The front door's lock."""

from typing import Any, override

from homeassistant.components.lock import LockEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import DemoHomeEntity
from .home import DemoHomeEntry


async def async_setup_entry(hass: HomeAssistant, entry: DemoHomeEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Add the locks."""
    home = entry.runtime_data
    add(DemoLock(home, piece) for piece in home.of_platform("lock"))


class DemoLock(DemoHomeEntity, LockEntity):
    """Locked or unlocked."""

    @property
    @override
    def is_locked(self) -> bool:
        return bool(self.value == "locked")

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        self.change("locked")

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        self.change("unlocked")
