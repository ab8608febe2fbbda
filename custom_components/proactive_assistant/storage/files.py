"""The files of the integration, loaded together and written when something changed."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.async_ import run_callback_threadsafe

from ..assistant.state import ResidentState
from ..const import STORE_HABITS, STORE_LEDGER, STORE_RESIDENTS, STORE_ROLES
from ..sensing.habits import Habits
from .corrections import Corrections
from .guarded import GuardedStore
from .ledger import Ledger
from .residents import States

ACCOUNT: float = 1
"""Seconds until a line of the account is on disk; what must not be lost is committed at once."""

HABITS: float = 300
"""Seconds until habits are on disk; losing five minutes of statistics costs nothing."""


class Files:
    """Everything of ours that survives a restart."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Name the files."""
        self._hass = hass
        self._ledger = GuardedStore(hass, STORE_LEDGER, parse=Ledger.from_dict, empty=Ledger)
        self._states = GuardedStore(hass, STORE_RESIDENTS, parse=States.from_dict, empty=States)
        self._habits = GuardedStore(hass, STORE_HABITS, parse=Habits.from_dict, empty=Habits)
        self._roles = GuardedStore(hass, STORE_ROLES, parse=Corrections.from_dict, empty=Corrections)
        self._order = asyncio.Lock()
        self._states_due = False
        self.ledger = Ledger()
        self.learned = States()
        self.habits = Habits()
        self.corrections = Corrections()

    @property
    def states(self) -> dict[str, ResidentState]:
        """Return the residents' states."""
        return self.learned.states

    async def async_load(self) -> None:
        """Read all files; a damaged one is set aside and counts as empty."""
        self.ledger = await self._ledger.async_load()
        self.learned = await self._states.async_load()
        self.habits = await self._habits.async_load()
        self.corrections = await self._roles.async_load()

    def _at_one_instant(self, data: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
        """Return a function that takes data in the event loop: the store calls it in a thread, between two lines."""

        def take() -> dict[str, Any]:
            if self._hass.loop_thread_id == threading.get_ident():
                return data()
            return run_callback_threadsafe(self._hass.loop, data).result()

        return take

    @callback
    def ledger_changed(self) -> None:
        """Write the ledger soon."""
        self._ledger.schedule(self._at_one_instant(self.ledger.to_dict), ACCOUNT)

    @callback
    def states_changed(self) -> None:
        """Write residents' states with the next commit, or soon, but after the ledger."""
        self._states_due = True
        self._states.schedule(self._at_one_instant(self.learned.to_dict), ACCOUNT * 2)

    @callback
    def habits_changed(self) -> None:
        """Write habits when convenient."""
        self._habits.schedule(self.habits.to_dict, HABITS)

    async def async_habits(self) -> None:
        """Have habits on disk now."""
        await self._habits.async_save(self.habits.to_dict())

    async def async_corrected(self) -> None:
        """Have what people said of entities on disk; it is rare, and theirs."""
        await self._roles.async_save(self.corrections.to_dict())

    async def async_commit(self) -> None:
        """Have the ledger on disk, then what was learned; returns when a kill can no longer take it away."""
        async with self._order:
            await self._ledger.async_save(self.ledger.to_dict())
            if self._states_due:
                self._states_due = False
                await self._states.async_save(self.learned.to_dict())

    async def async_save(self) -> None:
        """Write everything now."""
        await self._ledger.async_save(self.ledger.to_dict())
        await self._states.async_save(self.learned.to_dict())
        await self._habits.async_save(self.habits.to_dict())

    async def async_remove(self) -> None:
        """Delete everything of ours."""
        for store in (self._ledger, self._states, self._habits, self._roles):
            await store.async_remove()
