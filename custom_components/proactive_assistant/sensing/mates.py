"""What else answers on the device of a thing, whatever it is: for what is asked now and then and needs no role."""

from collections.abc import Iterator

from homeassistant.core import State
from homeassistant.helpers import entity_registry as er

from .home import Home
from .roles import Thing


def mates(home: Home, thing: Thing, domain: str) -> Iterator[tuple[er.RegistryEntry, State]]:
    """Yield the entities of a domain on a thing's device, itself among them."""
    if thing.device_id is None:
        return
    for entry in er.async_entries_for_device(er.async_get(home.hass), thing.device_id):
        state = home.state(entry.entity_id) if entry.domain == domain else None
        if state is not None:
            yield entry, state
