"""A real core object in a folder, with real registries and stores that stay there."""

from pathlib import Path

from homeassistant import loader
from homeassistant.auth import auth_manager_from_config
from homeassistant.config_entries import ConfigEntries
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import category_registry as cr
from homeassistant.helpers import condition, entity, translation, trigger
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import floor_registry as fr
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers import label_registry as lr
from homeassistant.helpers import restore_state as rs
from homeassistant.helpers.storage import get_internal_store_manager
from homeassistant.util.unit_system import METRIC_SYSTEM


async def async_core(folder: Path) -> HomeAssistant:
    """Return a core that has found what the last one left in the folder."""
    hass = HomeAssistant(str(folder))
    hass.config.skip_pip = True
    hass.config.units = METRIC_SYSTEM
    hass.config.latitude, hass.config.longitude = 52.0, 5.0
    await hass.config.async_set_time_zone("UTC")
    hass.config_entries = ConfigEntries(hass, {})
    entity.async_setup(hass)
    loader.async_setup(hass)
    translation.async_setup(hass)
    await condition.async_setup(hass)
    await trigger.async_setup(hass)
    dr.async_setup(hass)
    await get_internal_store_manager(hass).async_initialize()
    await ar.async_load(hass)
    await cr.async_load(hass)
    await dr.async_load(hass)
    await er.async_load(hass)
    await fr.async_load(hass)
    await ir.async_load(hass)
    await lr.async_load(hass)
    await rs.async_load(hass)
    hass.auth = await auth_manager_from_config(hass, [], [])
    # Entries are made anew, under the same ids: what is tested is what the integration keeps.
    hass.config_entries._initialized.set()  # noqa: SLF001 - nothing is read from disk
    return hass
