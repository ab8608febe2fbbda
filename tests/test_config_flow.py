"""Set-up in one screen, residents, options; each failure recovers in the same test."""

import asyncio
import json
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant import config_flow
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
from custom_components.proactive_assistant.options import Conduct
from custom_components.proactive_assistant.options_form import SECTIONS
from custom_components.proactive_assistant.suggestions import DETECTORS

from .conftest import ANNA, WINDOW, Clock, House, Phone, resident_data, setup


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


async def test_others_have_their_turn_while_a_large_home_is_looked_through(hass: HomeAssistant) -> None:
    for number in range(3000):
        hass.states.async_set(f"binary_sensor.window_{number}", "off", {"device_class": "window"})
    turns, over = 0, False

    async def others() -> None:
        nonlocal turns
        while not over:
            turns += 1
            await asyncio.sleep(0)

    task = hass.async_create_background_task(others(), "others", eager_start=False)
    begun = turns
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    over = True
    await task
    assert result["description_placeholders"]["openings"] == "3000"
    # Thirty milliseconds of work, two at a time.
    assert turns - begun >= 5


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


async def test_nobody_becomes_a_resident_who_is_no_person(
    hass: HomeAssistant, house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    started = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_RESIDENT), context={"source": SOURCE_USER}
    )
    again = await hass.config_entries.subentries.async_configure(started["flow_id"], {CONF_PERSON: "person.ghost"})
    assert again["type"] is FlowResultType.FORM
    assert again["errors"] == {"base": "no_such_person"}
    hass.states.async_set("person.ben", "home", {"friendly_name": "Ben"})
    added = await hass.config_entries.subentries.async_configure(started["flow_id"], {CONF_PERSON: "person.ben"})
    assert added["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert "Ben" in {resident.name for resident in entry.runtime_data.residents.values()}


async def test_the_first_resident_leaves_nothing_of_the_household_behind(
    hass: HomeAssistant, house: House, clock: Clock
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, title="Proactive Assistant")
    entry.add_to_hass(hass)
    assert await setup(hass, entry, clock)
    registry = er.async_get(hass)
    before = {item.unique_id for item in er.async_entries_for_config_entry(registry, entry.entry_id)}
    started = await hass.config_entries.subentries.async_init(
        (entry.entry_id, SUBENTRY_RESIDENT), context={"source": SOURCE_USER}
    )
    await hass.config_entries.subentries.async_configure(started["flow_id"], {CONF_PERSON: ANNA})
    await hass.async_block_till_done(wait_background_tasks=True)
    items = er.async_entries_for_config_entry(registry, entry.entry_id)
    assert before - {item.unique_id for item in items}, "the household had entities of its own"
    for item in items:
        state = hass.states.get(item.entity_id)
        assert state is None or "restored" not in state.attributes


def _filled(key: Any) -> Any:
    """Return what a field of the form is filled with."""
    suggested = (key.description or {}).get("suggested_value")
    return key.default() if callable(key.default) else suggested


async def show(hass: HomeAssistant, entry: MockConfigEntry) -> tuple[str, dict[str, dict[str, Any]]]:
    """Open the options form; return its id and what it is filled with, as the frontend would send it back."""
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.FORM
    filled: dict[str, dict[str, Any]] = {}
    for name, part in result["data_schema"].schema.items():
        filled[str(name)] = {str(key): value for key in part.schema.schema if (value := _filled(key)) is not None}
    return result["flow_id"], filled


async def test_every_option_is_kept_and_used(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    first = entry.runtime_data
    flow, filled = await show(hass, entry)
    assert list(filled) == list(SECTIONS)
    filled["general"] |= {
        CONF_CEILING: "act",
        CONF_QUIET_START: "21:30:00",
        CONF_QUIET_END: "06:30:00",
        "weekend_quiet_end": "10:00:00",
        "digest_times": ["07:30", "19:00"],
    }
    filled["people"] |= {CONF_PUSH_CAP: 5, "home_cap": 9, "gap_minutes": 60}
    filled["kinds"] |= {"helpfulness": 0.5, "level_media_idle": "off", "level_leave_home": "act"}
    filled["actions"] = {"action_domains": ["light"], "undo_minutes": 20}
    filled["excluded"] |= {"excluded_entities": [WINDOW], "excluded_kinds": ["bin_day"]}
    filled["voice"] |= {"voice_satellites": ["assist_satellite.kitchen"], "voice_cap": 1}
    filled["wording"] = {"private_wording": True, "critical_alerts": True, "danger_always": True}
    filled["learning"] = {"learning": False, "retention_days": 30}
    filled["expert"] = {"exploration_per_week": 0, "engine": "table"}
    result = await hass.config_entries.options.async_configure(flow, filled)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    coordinator = entry.runtime_data
    assert coordinator is not first
    settings = coordinator.settings
    assert settings.ceiling is Level.ACT
    assert (settings.quiet_start, settings.quiet_end) == (time(21, 30), time(6, 30))
    assert settings.weekend_quiet_end == time(10)
    assert (settings.push_cap, settings.home_cap, settings.gap_minutes) == (5, 9, 60)
    assert (settings.helpfulness, settings.exploration_per_week, settings.danger_always) == (0.5, 0, True)
    assert dict(settings.levels) == {"media_idle": Level.OFF, "leave_home": Level.ACT}
    assert WINDOW not in coordinator.home.map.things
    assert "bin_day" not in {detector.kind for detector in coordinator.threads.detectors}
    conduct = Conduct.of(entry.options)
    assert (conduct.action_domains, conduct.undo) == (frozenset({"light"}), timedelta(minutes=20))
    assert (conduct.learning, conduct.keep, conduct.engine) == (False, timedelta(days=30), "table")
    preferences = coordinator.preferences
    assert (preferences.private_wording, preferences.critical, preferences.voice_cap) == (True, True, 1)
    assert preferences.digest_times == (time(7, 30), time(19))
    # Shown again, the form is filled with what was chosen.
    _, again = await show(hass, entry)
    assert again["kinds"]["level_media_idle"] == "off"
    assert again["actions"]["action_domains"] == ["light"]
    assert again["excluded"]["excluded_entities"] == [WINDOW]


async def test_an_unchanged_form_changes_nothing_and_a_cleared_list_is_empty(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, options={"excluded_entities": [WINDOW], "kept_by_another": 1})
    assert await setup(hass, entry, clock)
    before = entry.runtime_data.settings
    flow, filled = await show(hass, entry)
    # A field of the frontend that was cleared is not sent at all.
    del filled["excluded"]["excluded_entities"]
    del filled["general"]["digest_times"]
    await hass.config_entries.options.async_configure(flow, filled)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.runtime_data.settings == before
    assert entry.options["excluded_entities"] == []
    assert entry.runtime_data.preferences.digest_times == ()
    assert entry.options["levels"] == {}
    assert entry.options["kept_by_another"] == 1


async def test_a_digest_time_that_cannot_be_read_is_said_and_can_be_mended(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    flow, filled = await show(hass, entry)
    filled["people"][CONF_PUSH_CAP] = 4
    for times, error in (
        (["8 o'clock"], "bad_digest_time"),
        (["06:00", "07:00", "08:00", "09:00"], "too_many_digests"),
    ):
        filled["general"]["digest_times"] = times
        result = await hass.config_entries.options.async_configure(flow, filled)
        assert result["errors"] == {"base": error}
    filled["general"]["digest_times"] = ["08:00"]
    result = await hass.config_entries.options.async_configure(flow, filled)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.runtime_data.settings.push_cap == 4


async def test_a_level_beyond_the_risk_of_a_kind_is_not_offered(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    flow, filled = await show(hass, entry)
    filled["kinds"]["level_garage_open"] = "act"
    with pytest.raises(InvalidData):
        await hass.config_entries.options.async_configure(flow, filled)


async def test_damaged_options_show_as_their_defaults(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    damaged = {
        "ceiling": 9,
        "quiet_start": "late",
        "levels": {"garage_open": "act", "bin_day": 3},
        "excluded_areas": "attic",
        "push_cap": [],
        "digest_times": ["noon"],
        "action_domains": {"a": 1},
        "engine": "steam",
    }
    hass.config_entries.async_update_entry(entry, options=damaged)
    assert await setup(hass, entry, clock)
    flow, filled = await show(hass, entry)
    assert filled["general"][CONF_CEILING] == "suggest"
    assert filled["general"][CONF_QUIET_START] == "22:00:00"
    assert filled["kinds"]["level_garage_open"] == "ask"
    assert filled["excluded"]["excluded_areas"] == []
    result = await hass.config_entries.options.async_configure(flow, filled)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_reconfigure_adds_and_removes_residents(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    hass.states.async_set("person.ben", "home", {"friendly_name": "Ben"})
    result = await entry.start_reconfigure_flow(hass)
    assert result["step_id"] == "reconfigure"
    assert result["description_placeholders"]["people"] == "2"
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], {CONF_RESIDENTS: ["person.ben", "person.ben"]}
    )
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [resident.name for resident in entry.runtime_data.residents.values()] == ["Ben"]


async def test_a_resident_chooses_for_themselves(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    hass.states.async_set("person.ben", "home", {"friendly_name": "Ben"})
    subentry = next(iter(entry.subentries.values()))
    result = await entry.start_subentry_reconfigure_flow(hass, subentry.subentry_id)
    result = await hass.config_entries.subentries.async_configure(
        result["flow_id"],
        {CONF_PERSON: ANNA, "quiet_start": "20:00:00", "push_cap": 1, "child": True, "calendars": ["calendar.anna"]},
    )
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)
    coordinator = entry.runtime_data
    [resident] = coordinator.residents.values()
    own = coordinator.settings_of(resident)
    assert (own.quiet_start, own.push_cap) == (time(20), 1)
    assert (coordinator.settings.quiet_start, coordinator.settings.push_cap) == (time(22), 3)
    assert coordinator.home.profile(ANNA).child
    # Cleared again, the home's settings count; another person's place is not taken.
    result = await entry.start_subentry_reconfigure_flow(hass, subentry.subentry_id)
    result = await hass.config_entries.subentries.async_configure(result["flow_id"], {CONF_PERSON: ANNA})
    await hass.async_block_till_done(wait_background_tasks=True)
    [resident] = entry.runtime_data.residents.values()
    assert entry.runtime_data.settings_of(resident) == entry.runtime_data.settings


async def test_a_resident_cannot_become_somebody_who_is_one_already(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock
) -> None:
    hass.states.async_set("person.ben", "home", {"friendly_name": "Ben"})
    both = MockConfigEntry(
        domain=DOMAIN, entry_id="both", subentries_data=[resident_data(), resident_data("person.ben", "Ben")]
    )
    both.add_to_hass(hass)
    assert await setup(hass, both, clock)
    result = await both.start_subentry_reconfigure_flow(hass, "ben")
    result = await hass.config_entries.subentries.async_configure(result["flow_id"], {CONF_PERSON: ANNA})
    assert result["errors"] == {"base": "already_configured"}
    result = await hass.config_entries.subentries.async_configure(result["flow_id"], {CONF_PERSON: "person.ben"})
    assert result["reason"] == "reconfigure_successful"
    await hass.async_block_till_done(wait_background_tasks=True)


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


def test_every_field_and_choice_of_the_forms_has_a_text() -> None:
    strings = json.loads((Path(config_flow.__file__).parent / "strings.json").read_text())
    shown = strings["options"]["step"]["init"]["sections"]
    assert list(shown) == list(SECTIONS)
    for name, fields in SECTIONS.items():
        assert set(shown[name]["data"]) == set(fields)
        assert set(shown[name]["data_description"]) <= set(fields)
        for key, field in fields.items():
            choice = getattr(field.selector, "config", {})
            if translated := choice.get("translation_key"):
                texts = strings["selector"][translated]["options"]
                assert set(choice["options"]) <= set(texts), key
    for step in ("user", "reconfigure"):
        fields = {str(key) for key in config_flow._resident_schema().schema}
        assert set(strings["config_subentries"]["resident"]["step"][step]["data"]) == fields
        assert set(strings["config_subentries"]["resident"]["step"][step]["data_description"]) == fields
