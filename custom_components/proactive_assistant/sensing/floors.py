"""On which floor a thing is, where people have told Home Assistant."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import floor_registry as fr


def upstairs(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether an entity is above the ground floor, by its area or that of its device; unknown is not."""
    entry = er.async_get(hass).async_get(entity_id)
    if entry is None:
        return False
    device = dr.async_get(hass).async_get(entry.device_id) if entry.device_id else None
    area_id = entry.area_id or (device.area_id if device is not None else None)
    area = ar.async_get(hass).async_get_area(area_id) if area_id else None
    floor = fr.async_get(hass).async_get_floor(area.floor_id) if area is not None and area.floor_id else None
    return floor is not None and floor.level is not None and floor.level >= 1
