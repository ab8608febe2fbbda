"""The furnished home of the demo, an action that moves its furniture, and one that lets its clock run.

Only tools.demo.core can load it: the clock has to be in place before Home Assistant's event loop is.
"""

import probatio as vol
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import (
    Event,
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from tools.demo import clock
from tools.demo.table import read_table

from .const import DOMAIN, PLATFORMS
from .home import DemoHomeEntry, Home
from .time_travel import TimeTravel

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)
MOVE_SCHEMA = vol.Schema({vol.Required("key"): str, vol.Required("value"): object})
ADVANCE_SCHEMA = vol.Schema({vol.Required("until"): cv.datetime, vol.Optional("changes", default=[]): [dict]})


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Take the component in; the entry does the rest."""
    return True


async def async_setup_entry(hass: HomeAssistant, entry: DemoHomeEntry) -> bool:
    """Furnish the home and register the actions; the clock's only where there is one."""
    home = Home(hass, await hass.async_add_executor_job(read_table))
    await home.async_load()
    entry.runtime_data = home
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)

    async def save(_event: Event) -> None:
        await home.async_save()

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_FINAL_WRITE, save)

    async def move(call: ServiceCall) -> None:
        key = call.data["key"]
        if key not in home.values:
            raise ServiceValidationError(f"There is no {key} here; there are {', '.join(sorted(home.values))}.")
        home.async_change(key, call.data["value"])

    hass.services.async_register(DOMAIN, "move", move, MOVE_SCHEMA)
    if clock.current is not None:
        travel = TimeTravel(hass, home, clock.current)

        async def advance(call: ServiceCall) -> ServiceResponse:
            return await travel.async_advance(call.data["until"], call.data["changes"])

        hass.services.async_register(DOMAIN, "advance", advance, ADVANCE_SCHEMA, SupportsResponse.ONLY)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: DemoHomeEntry) -> bool:
    """Carry the furniture out."""
    for action in ("advance", "move"):
        hass.services.async_remove(DOMAIN, action)
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
