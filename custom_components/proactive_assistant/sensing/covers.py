"""Which covers are gentle: what they are said to be, by everybody who says so, decides (product 3.5)."""

from typing import Final

from homeassistant.const import ATTR_DEVICE_CLASS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er

from .home import Home
from .roles import Role
from .words import BLIND_WORDS, DOOR_OR_ROOF_WINDOW, GARAGE_OR_GATE

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


def _names(hass: HomeAssistant, entity_id: str) -> tuple[str, str]:
    """Return what a cover is called in the home, and every name that it or its device has."""
    state = hass.states.get(entity_id)
    shown = str(state.name) if state is not None else ""
    every: list[object] = [shown, entity_id.partition(".")[2].replace("_", " ")]
    entry = er.async_get(hass).async_get(entity_id)
    if entry is not None:
        every += [entry.name, entry.original_name, *entry.aliases]
        device = dr.async_get(hass).async_get(entry.device_id) if entry.device_id else None
        every += [device.name, device.name_by_user] if device is not None else []
    return shown.lower(), "\n".join(name for name in every if isinstance(name, str)).lower()


def named_garage_or_gate(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether anything calls a cover a garage door or a gate, whatever class it shows."""
    return GARAGE_OR_GATE.search(_names(hass, entity_id)[1]) is not None


def forceful_by_name(hass: HomeAssistant, entity_id: str) -> bool:
    """Return whether a cover is called what moves with force: a garage, a gate, or a door or roof window itself.

    What hangs before a door or a roof window says so in its name. An ordinary window names its blind mostly.
    """
    shown, every = _names(hass, entity_id)
    if GARAGE_OR_GATE.search(every):
        return True
    return DOOR_OR_ROOF_WINDOW.search(every) is not None and BLIND_WORDS.search(shown) is None


def gentle(home: Home, entity_id: str) -> bool:
    """Return whether a cover is gentle by all that is known of it now; whatever is in doubt is not."""
    thing = home.map.things.get(entity_id)
    if thing is None or thing.role not in _ROLES or not classes_of(home.hass, entity_id) <= GENTLE:
        return False
    return not forceful_by_name(home.hass, entity_id)
