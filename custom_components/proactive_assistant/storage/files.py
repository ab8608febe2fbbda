"""The three files of the integration, loaded together and written when something changed."""

from homeassistant.core import HomeAssistant, callback

from ..assistant.state import ResidentState
from ..const import STORE_HABITS, STORE_LEDGER, STORE_RESIDENTS
from ..sensing.habits import Habits
from .guarded import GuardedStore
from .ledger import Ledger
from .residents import states_from_dict, states_to_dict

PROMISES: float = 1
"""Seconds until an open promise is on disk."""

HABITS: float = 300
"""Seconds until habits are on disk; losing five minutes of statistics costs nothing."""


class Files:
    """Everything of ours that survives a restart."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Name the files."""
        self._ledger = GuardedStore(hass, STORE_LEDGER, parse=Ledger.from_dict, empty=Ledger)
        self._states = GuardedStore[dict[str, ResidentState]](hass, STORE_RESIDENTS, parse=states_from_dict, empty=dict)
        self._habits = GuardedStore(hass, STORE_HABITS, parse=Habits.from_dict, empty=Habits)
        self.ledger = Ledger()
        self.states: dict[str, ResidentState] = {}
        self.habits = Habits()

    async def async_load(self) -> None:
        """Read all files; a damaged one is set aside and counts as empty."""
        self.ledger = await self._ledger.async_load()
        self.states = await self._states.async_load()
        self.habits = await self._habits.async_load()

    @callback
    def ledger_changed(self) -> None:
        """Write the ledger soon."""
        self._ledger.schedule(self.ledger.to_dict, PROMISES)

    @callback
    def states_changed(self) -> None:
        """Write residents' states soon."""
        self._states.schedule(lambda: states_to_dict(self.states), PROMISES)

    @callback
    def habits_changed(self) -> None:
        """Write habits when convenient."""
        self._habits.schedule(self.habits.to_dict, HABITS)

    async def async_save(self) -> None:
        """Write everything now."""
        await self._ledger.async_save(self.ledger.to_dict())
        await self._states.async_save(states_to_dict(self.states))
        await self._habits.async_save(self.habits.to_dict())

    async def async_remove(self) -> None:
        """Delete everything of ours."""
        for store in (self._ledger, self._states, self._habits):
            await store.async_remove()
