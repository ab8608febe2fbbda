"""A real Home Assistant core with its registries, nothing else: no server, no recorder, no integrations."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from homeassistant import loader
from homeassistant.config_entries import ConfigEntries
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import floor_registry as fr
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers import label_registry as lr
from homeassistant.helpers import translation
from homeassistant.helpers.storage import get_internal_store_manager
from homeassistant.util.unit_system import METRIC_SYSTEM


@asynccontextmanager
async def running_core(zone: str = "UTC") -> AsyncIterator[HomeAssistant]:
    """Start a core in an empty folder and stop it again; its registries are real and empty."""
    with tempfile.TemporaryDirectory() as folder:
        hass = HomeAssistant(folder)
        hass.config.units = METRIC_SYSTEM
        hass.config.latitude, hass.config.longitude = 52.0, 5.0
        await hass.config.async_set_time_zone(zone)
        hass.config_entries = ConfigEntries(hass, {})
        translation.async_setup(hass)
        loader.async_setup(hass)
        dr.async_setup(hass)
        await asyncio.gather(
            get_internal_store_manager(hass).async_initialize(),
            ar.async_load(hass),
            dr.async_load(hass),
            er.async_load(hass),
            fr.async_load(hass),
            ir.async_load(hass),
            lr.async_load(hass),
            hass.config_entries.async_initialize(),
        )
        hass.set_state(CoreState.running)
        try:
            yield hass
        finally:
            await hass.async_stop(force=True)
