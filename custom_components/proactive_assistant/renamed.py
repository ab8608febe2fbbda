"""An entity has a new id: what is known under the old one goes on under the new."""

from dataclasses import replace
from typing import TYPE_CHECKING

from homeassistant.core import callback

from .assistant.facts import Suggestion
from .const import CONF_PERSON
from .storage.ledger import Deed, Ledger

if TYPE_CHECKING:
    from .coordinator import Coordinator


@callback
def async_follow_rename(owner: Coordinator, old: str, new: str) -> None:
    """Keep habits, corrections, residents and what is in front of them under the new id of an entity."""
    owner.files.habits.renamed(old, new)
    owner.files.habits_changed()
    for detector in owner.threads.detectors:
        detector.renamed(old, new)
    if _follow_promises(owner.files.ledger, old, new):
        owner.files.ledger_changed()
    if owner.files.corrections.renamed(old, new):
        owner.entry.async_create_task(owner.hass, owner.files.async_corrected(), "keep a correction")
    for resident in owner.residents.values():
        subentry = owner.entry.subentries.get(resident.id)
        if resident.person == old and subentry is not None:
            owner.hass.config_entries.async_update_subentry(
                owner.entry, subentry, data={**subentry.data, CONF_PERSON: new}, unique_id=new
            )


def _follow_promises(ledger: Ledger, old: str, new: str) -> bool:
    """Let the buttons of open messages, and the way back of what was done, lead to the same entity.

    What may be done is looked at anew when it is done: nothing is allowed by a name that it once had.
    """
    offers = {
        key: replace(offer, suggestion=suggestion)
        for key, offer in ledger.offers.items()
        if (suggestion := _renamed(offer.suggestion, old, new)) is not offer.suggestion
    }
    deeds = {
        key: renamed for key, deed in ledger.deeds.items() if (renamed := _renamed_deed(deed, old, new)) is not deed
    }
    ledger.offers.update(offers)
    ledger.deeds.update(deeds)
    return bool(offers or deeds)


def _renamed(suggestion: Suggestion, old: str, new: str) -> Suggestion:
    """Return a suggestion about the new id; the same one when it does not name the old."""
    if old not in suggestion.entity_ids and not any(old in action.entity_ids for action in suggestion.actions):
        return suggestion
    return replace(
        suggestion,
        entity_ids=_ids(suggestion.entity_ids, old, new),
        actions=tuple(replace(action, entity_ids=_ids(action.entity_ids, old, new)) for action in suggestion.actions),
    )


def _renamed_deed(deed: Deed, old: str, new: str) -> Deed:
    suggestion = _renamed(deed.suggestion, old, new)
    touched = old in deed.changed or any(item.entity_id == old for item in deed.snapshots)
    if suggestion is deed.suggestion and not touched:
        return deed
    return replace(
        deed,
        suggestion=suggestion,
        changed=_ids(deed.changed, old, new),
        snapshots=tuple(replace(item, entity_id=new) if item.entity_id == old else item for item in deed.snapshots),
    )


def _ids(entity_ids: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    return tuple(new if item == old else item for item in entity_ids)
