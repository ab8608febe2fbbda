"""Which covers are gentle: what they are said to be, by everybody who says so, decides (product 3.5)."""

from typing import Final

from homeassistant.const import ATTR_DEVICE_CLASS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .home import Home
from .roles import Role

GENTLE: Final = frozenset({"awning", "blind", "curtain", "shade"})
"""Device classes of what moves without force and shuts nobody out; a shutter before a terrace door may do that."""

_ROLES: Final = frozenset({Role.AWNING, Role.SHADE})


def classes_of(hass: HomeAssistant, entity_id: str) -> frozenset[str | None]:
    """Return every device class that a cover has now: the one it shows, and the one its integration gave it.

    A garage door that somebody shows as a blind is still a garage door. None stands for a class that is missing.
    """
    state = hass.states.get(entity_id)
    shown = state.attributes.get(ATTR_DEVICE_CLASS) if state is not None else None
    entry = er.async_get(hass).async_get(entity_id)
    given = entry.original_device_class if entry is not None else None
    return frozenset({shown if isinstance(shown, str) else None} | ({given} if given else set()))


def gentle(home: Home, entity_id: str) -> bool:
    """Return whether a cover is gentle by all that is known of it now; whatever is in doubt is not."""
    thing = home.map.things.get(entity_id)
    return thing is not None and thing.role in _ROLES and classes_of(home.hass, entity_id) <= GENTLE
