"""Proactive Assistant: the right suggestion at the right moment, learned on the device."""

import logging
from typing import Any

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.const import ATTR_RESTORED
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.typing import ConfigType

from .assistant.assistant import Assistant
from .assistant.engine import EngineError
from .assistant.state import ResidentState
from .chores import async_follow_chores
from .const import (
    CONF_PERSON,
    DOMAIN,
    HOUSEHOLD,
    ISSUE_MODEL,
    ISSUE_NO_PHONE,
    ISSUE_NO_RESIDENTS,
    ISSUE_NOBODY_REACHED,
    ISSUE_PERSON_GONE,
    PLATFORMS,
    SUBENTRY_RESIDENT,
)
from .controls import store_of
from .coordinator import Coordinator, ProactiveConfigEntry
from .delivery.words import Words
from .intent import async_follow_conversation
from .options import Conduct, EngineChoice, settings_from
from .resident import Resident
from .sensing.moment import Watch
from .services import async_setup_actions
from .storage.files import Files
from .suggest import store_of as store_of_own

_LOGGER = logging.getLogger(__name__)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register actions and sentences; they answer while an entry is loaded."""
    async_setup_actions(hass)
    async_follow_conversation(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: ProactiveConfigEntry) -> bool:
    """Set up the assistant for this home."""
    files = Files(hass)
    await files.async_load()
    assistant = await hass.async_add_executor_job(_load, Conduct.of(entry.options).engine)
    words = await Words.async_load(hass, hass.config.language)
    coordinator = Coordinator(hass, entry, assistant, files, settings_from(entry.options), words)
    await coordinator.controls.async_load()
    await coordinator.own_book.async_load()
    async_follow_chores(coordinator)
    await _async_add_residents(hass, entry, coordinator)
    entry.runtime_data = coordinator
    _drop_stale_issues(hass, coordinator)
    _check_residents(hass, coordinator)
    _check_model(hass, assistant)
    await coordinator.async_start()
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    _drop_left_entities(hass, entry)
    _async_follow_residents(hass, entry)
    return True


def _load(engine: EngineChoice) -> Assistant:
    """Return an assistant on the engine of the options, or on the best that works."""
    try:
        return Assistant.load(engine)
    except EngineError as error:
        _LOGGER.warning("The engine %s cannot serve, another one does: %s", engine, error)
        return Assistant.load("auto")


async def _async_add_residents(hass: HomeAssistant, entry: ProactiveConfigEntry, coordinator: Coordinator) -> None:
    """Create the residents of the subentries; a home without any gets one for the household."""
    files, assistant = coordinator.files, coordinator.assistant
    people = {
        subentry.subentry_id: (subentry.data[CONF_PERSON], subentry.title)
        for subentry in entry.get_subentries_of_type(SUBENTRY_RESIDENT)
    } or {HOUSEHOLD: (None, HOUSEHOLD)}
    for resident_id, (person, name) in people.items():
        state = files.states.get(resident_id)
        if state is None:
            state = assistant.new_resident()
        elif state.model_id != assistant.engine.model_id:
            state = await hass.async_add_executor_job(_rebuild, coordinator, resident_id, person)
        coordinator.residents[resident_id] = Resident(
            id=resident_id,
            person=person,
            name=name,
            watch=Watch(person=person or "", rhythm=files.habits.rhythm_of(resident_id)),
            state=state,
        )
    for stranger in {*files.states, *files.ledger.known_since} - people.keys():
        files.states.pop(stranger, None)
        files.habits.rhythm.pop(stranger, None)
        files.ledger.forget_resident(stranger)


def _drop_left_entities(hass: HomeAssistant, entry: ProactiveConfigEntry) -> None:
    """Remove the household's own entities from the registry, once residents of their own have taken its place.

    Home Assistant removes a resident's entities with the subentry; the household has none.
    """
    registry = er.async_get(hass)
    for item in er.async_entries_for_config_entry(registry, entry.entry_id):
        state = hass.states.get(item.entity_id)
        if item.config_subentry_id is None and state is not None and state.attributes.get(ATTR_RESTORED):
            registry.async_remove(item.entity_id)


def _rebuild(coordinator: Coordinator, resident_id: str, person: str | None) -> ResidentState:
    """Return a resident's state learned anew: numbers of another model mean nothing, the outcomes still do."""
    assistant = coordinator.assistant
    lessons = [lesson for lesson in coordinator.files.ledger.lessons if lesson.resident == resident_id]
    try:
        state = assistant.rebuild(lessons, person)
    except EngineError, ValueError:
        _LOGGER.exception("What was learned with another model could not be learned anew")
        return assistant.new_resident()
    _LOGGER.info("Learned %s outcomes anew, as the model has changed", len(lessons))
    return state


def _drop_stale_issues(hass: HomeAssistant, coordinator: Coordinator) -> None:
    """Withdraw notices about residents who are no longer set up."""
    for domain, issue_id in list(ir.async_get(hass).issues):
        for key in (ISSUE_NO_PHONE, ISSUE_NOBODY_REACHED, ISSUE_PERSON_GONE):
            resident = issue_id.removeprefix(f"{key}_")
            if domain == DOMAIN and resident != issue_id and resident not in coordinator.residents:
                ir.async_delete_issue(hass, domain, issue_id)


def _check_residents(hass: HomeAssistant, coordinator: Coordinator) -> None:
    """Say so when there is nobody to speak to."""
    if not any(resident.is_household for resident in coordinator.residents.values()):
        ir.async_delete_issue(hass, DOMAIN, ISSUE_NO_RESIDENTS)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        ISSUE_NO_RESIDENTS,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=ISSUE_NO_RESIDENTS,
    )


def _check_model(hass: HomeAssistant, assistant: Assistant) -> None:
    """Say so when the trained model cannot be used; the table of judgements serves meanwhile."""
    if assistant.fault is None:
        ir.async_delete_issue(hass, DOMAIN, ISSUE_MODEL)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        ISSUE_MODEL,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=ISSUE_MODEL,
        translation_placeholders={"error": assistant.fault},
    )


@callback
def _async_follow_residents(hass: HomeAssistant, entry: ProactiveConfigEntry) -> None:
    """Start afresh when a resident comes, goes or changes; the options form sees to itself.

    An update listener is not allowed beside a form that reloads, and would also reload for a level chosen on a
    dashboard.
    """

    def residents() -> list[dict[str, Any]]:
        # A subentry is changed in place, so it is compared by what it says.
        return [{**subentry.as_dict(), "data": dict(subentry.data)} for subentry in entry.subentries.values()]

    known = residents()

    @callback
    def changed(change: ConfigEntryChange, changed_entry: ConfigEntry) -> None:
        if changed_entry is entry and change is ConfigEntryChange.UPDATED and residents() != known:
            hass.config_entries.async_schedule_reload(entry.entry_id)

    entry.async_on_unload(async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, changed))


async def async_unload_entry(hass: HomeAssistant, entry: ProactiveConfigEntry) -> bool:
    """Stop watching; what was learned is on disk."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded:
        await entry.runtime_data.files.async_save()
        await entry.runtime_data.controls.async_save()
        await entry.runtime_data.own_book.async_save()
        await hass.async_add_executor_job(entry.runtime_data.assistant.close)
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: ProactiveConfigEntry) -> None:
    """Leave nothing behind: files, and issues."""
    await Files(hass).async_remove()
    await store_of(hass).async_remove()
    await store_of_own(hass).async_remove()
    registry = ir.async_get(hass)
    for domain, issue_id in [key for key in registry.issues if key[0] == DOMAIN]:
        ir.async_delete_issue(hass, domain, issue_id)
