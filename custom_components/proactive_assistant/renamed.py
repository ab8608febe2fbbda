"""An entity has a new id: what is known under the old one goes on under the new."""

from typing import TYPE_CHECKING

from homeassistant.core import callback

from .const import CONF_PERSON

if TYPE_CHECKING:
    from .coordinator import Coordinator


@callback
def async_follow_rename(owner: Coordinator, old: str, new: str) -> None:
    """Keep habits, corrections and residents under the new id of an entity."""
    owner.files.habits.renamed(old, new)
    owner.files.habits_changed()
    if owner.files.corrections.renamed(old, new):
        owner.entry.async_create_task(owner.hass, owner.files.async_corrected(), "keep a correction")
    for resident in owner.residents.values():
        subentry = owner.entry.subentries.get(resident.id)
        if resident.person == old and subentry is not None:
            owner.hass.config_entries.async_update_subentry(
                owner.entry, subentry, data={**subentry.data, CONF_PERSON: new}, unique_id=new
            )
