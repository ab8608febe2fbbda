"""Set-up in one screen, residents, options; each failure recovers in the same test."""

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.assistant.enums import Level
from custom_components.proactive_assistant.const import (
    CONF_CEILING,
    CONF_PERSON,
    CONF_PUSH_CAP,
    CONF_QUIET_END,
    CONF_QUIET_START,
    CONF_RESIDENTS,
    DOMAIN,
    SUBENTRY_RESIDENT,
)
from custom_components.proactive_assistant.suggestions import DETECTORS

from .conftest import ANNA, Clock, House, Phone, setup


async def test_one_screen_shows_what_was_found_and_needs_no_input(
    hass: HomeAssistant, house: House, phone: Phone
) -> None:
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["type"] is FlowResultType.FORM
    assert not result["errors"]
    found = dict(result["description_placeholders"])
    # A kind more is no reason for another number here.
    assert 6 <= int(found.pop("ready")) < int(found.pop("kinds")) == len(DETECTORS)
    assert found == {
        "people": "1",
        "phones": "1",
        "rooms": "3",
        "lights": "1",
        "openings": "1",
        "appliances": "1",
    }
    result = await hass.config_entries.flow.async_configure(result["flow_id"], {})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    [subentry] = result["result"].subentries.values()
    assert subentry.data == {CONF_PERSON: ANNA}
    assert subentry.title == "Anna"
    assert subentry.unique_id == ANNA
    await hass.config_entries.async_unload(result["result"].entry_id)


async def test_a_person_without_a_phone_is_not_ticked_but_can_be(hass: HomeAssistant, house: House) -> None:
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {CONF_RESIDENTS: [ANNA, ANNA], CONF_QUIET_START: "23:00:00"}
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(result["result"].subentries) == 1
    assert result["result"].options[CONF_QUIET_START] == "23:00:00"
    await hass.config_entries.async_unload(result["result"].entry_id)


async def test_an_empty_home_can_be_set_up(hass: HomeAssistant) -> None:
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["description_placeholders"]["ready"] == "0"
    result = await hass.config_entries.flow.async_configure(result["flow_id"], {})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert not result["result"].subentries
    await hass.config_entries.async_unload(result["result"].entry_id)


async def test_a_second_set_up_is_refused(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "single_instance_allowed"


async def test_a_resident_is_added_once_and_the_entry_starts_afresh(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    first = entry.runtime_data
    hass.states.async_set("person.ben", "home", {"friendly_name": "Ben"})

    async def add(person: str) -> dict[str, object]:
        started = await hass.config_entries.subentries.async_init(
            (entry.entry_id, SUBENTRY_RESIDENT), context={"source": SOURCE_USER}
        )
        assert started["type"] is FlowResultType.FORM
        return await hass.config_entries.subentries.async_configure(started["flow_id"], {CONF_PERSON: person})

    refused = await add(ANNA)
    assert refused["reason"] == "already_configured"
    added = await add("person.ben")
    assert added["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.runtime_data is not first
    assert {resident.name for resident in entry.runtime_data.residents.values()} == {"Anna", "Ben"}


async def test_options_are_kept_and_used(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.FORM
    result = await hass.config_entries.options.async_configure(
        result["flow_id"],
        {
            CONF_CEILING: "observe",
            CONF_QUIET_START: "21:30:00",
            CONF_QUIET_END: "06:30:00",
            CONF_PUSH_CAP: 5,
        },
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    settings = entry.runtime_data.settings
    assert settings.ceiling is Level.OBSERVE
    assert (settings.quiet_start.hour, settings.quiet_start.minute) == (21, 30)
    assert settings.push_cap == 5


async def test_a_changed_option_reloads_once_and_the_same_ones_not_at_all(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    assert not entry.update_listeners
    first = entry.runtime_data
    entry.runtime_data.async_change_options({CONF_PUSH_CAP: 7})
    await hass.async_block_till_done(wait_background_tasks=True)
    # What is switched on a dashboard is followed without starting afresh.
    assert entry.runtime_data is first
    assert first.settings.push_cap == 7
    assert entry.options[CONF_PUSH_CAP] == 7
