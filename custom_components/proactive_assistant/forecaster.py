"""Keep the home's own weather forecast fresh, beside the loop that looks at the home."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from homeassistant.core import callback

from .sensing.forecast import REFRESH, async_fetch
from .sensing.roles import Role

if TYPE_CHECKING:
    from .coordinator import Coordinator


class Forecaster:
    """Asks the home's weather entity now and then, once at a time."""

    def __init__(self, owner: Coordinator) -> None:
        """Serve a coordinator."""
        self._owner = owner
        self._asking = False

    @callback
    def async_ask_soon(self, now: datetime) -> None:
        """Ask for a forecast where the last one is old, in a task of its own."""
        home = self._owner.home
        asked = home.forecast.asked
        wanted = asked is None or not timedelta() <= now - asked < REFRESH
        if not wanted or self._asking or self._owner.stopped or not home.map.of(Role.WEATHER):
            return
        self._asking = True
        self._owner.entry.async_create_background_task(self._owner.hass, self._async_ask(now), "ask for the forecast")

    async def _async_ask(self, now: datetime) -> None:
        home = self._owner.home
        states = [state for thing in home.map.of(Role.WEATHER) if (state := home.state(thing.entity_id))]
        try:
            home.forecast = await async_fetch(self._owner.hass, states, now)
        finally:
            self._asking = False
        if home.forecast.spans:
            self._owner.async_look_soon()
