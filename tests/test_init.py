"""Set-up, unload, removal, and the inputs that must not stop them."""

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.assistant.assistant import Assistant
from custom_components.proactive_assistant.assistant.engine import EngineError
from custom_components.proactive_assistant.const import (
    DOMAIN,
    HOUSEHOLD,
    ISSUE_NO_PHONE,
    ISSUE_NO_RESIDENTS,
    ISSUE_PERSON_GONE,
    ISSUE_STORAGE,
    ISSUE_STORAGE_NEWER,
    STORE_HABITS,
    STORE_LEDGER,
    STORE_RESIDENTS,
)
from custom_components.proactive_assistant.storage.files import Files
from custom_components.proactive_assistant.storage.residents import states_to_dict

from .conftest import ANNA, WINDOW, Clock, House, Phone, kinds, resident_data, setup


def issues(hass: HomeAssistant) -> set[str]:
    return {issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN}


async def test_unload_lets_go_of_everything(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    house.set(WINDOW, "on")
    await clock.forward(minutes=10)
    assert not phone.messages


async def test_nothing_is_left_behind_after_removal(
    hass: HomeAssistant, hass_storage: dict[str, Any], house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    assert issues(hass) == {f"{ISSUE_NO_PHONE}_anna"}
    await hass.config_entries.async_remove(entry.entry_id)
    assert not [key for key in hass_storage if key.startswith(DOMAIN)]
    assert not issues(hass)
    assert not er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)


async def test_what_was_learned_survives_a_restart_to_the_last_digit(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    phone: Phone,
    clock: Clock,
    entry: MockConfigEntry,
) -> None:
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    await phone.press(0)
    before = states_to_dict({"anna": entry.runtime_data.residents["anna"].state})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    after = states_to_dict({"anna": entry.runtime_data.residents["anna"].state})
    assert after == before
    assert after["residents"]["anna"]["counts"] == {"accepted": 1}
    assert [item.type for item in entry.runtime_data.files.ledger.entries] == ["offered", "accepted"]


async def test_what_was_learned_survives_a_change_of_the_model(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    await phone.press(0)
    files = entry.runtime_data.files
    learned = files.states["anna"]
    files.states["anna"] = replace(learned, model_id="another", mean=learned.mean + 1.0, effects={})
    files.states_changed()
    assert await hass.config_entries.async_reload(entry.entry_id)
    state = entry.runtime_data.residents["anna"].state
    assert state.model_id == learned.model_id
    assert state.counts == {"accepted": 1}
    assert np.allclose(state.mean, learned.mean, atol=1e-5)


async def test_outcomes_that_cannot_be_learned_anew_leave_a_stranger(
    hass: HomeAssistant,
    house: House,
    phone: Phone,
    clock: Clock,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    await phone.press(0)
    files = entry.runtime_data.files
    files.states["anna"] = replace(files.states["anna"], model_id="another")
    files.states_changed()

    def broken(*_: object) -> None:
        message = "the worker died"
        raise EngineError(message)

    monkeypatch.setattr(Assistant, "rebuild", broken)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert entry.runtime_data.residents["anna"].state.counts == {}
    assert "could not be learned anew" in caplog.text


async def test_a_reply_after_a_restart_still_counts(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    await hass.config_entries.async_reload(entry.entry_id)
    await clock.forward(minutes=3)
    assert len(phone.messages) == 1
    await phone.press(0)
    assert entry.runtime_data.residents["anna"].state.counts == {"accepted": 1}


async def test_an_offer_whose_situation_ended_while_we_were_off_is_closed(
    hass: HomeAssistant,
    house: House,
    phone: Phone,
    clock: Clock,
    entry: MockConfigEntry,
    account: list[dict[str, Any]],
) -> None:
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    await hass.config_entries.async_unload(entry.entry_id)
    house.set(WINDOW, "off")
    await hass.config_entries.async_setup(entry.entry_id)
    await clock.forward(minutes=11)
    assert kinds(account)[-1] == "resolved opening_left"
    assert not entry.runtime_data.files.ledger.offers


async def test_a_home_without_persons_gets_an_issue_and_a_dashboard(
    hass: HomeAssistant, house: House, clock: Clock
) -> None:
    hass.states.async_remove(ANNA)
    entry = MockConfigEntry(domain=DOMAIN, title="Proactive Assistant")
    entry.add_to_hass(hass)
    assert await setup(hass, entry, clock)
    assert ISSUE_NO_RESIDENTS in issues(hass)
    assert list(entry.runtime_data.residents) == [HOUSEHOLD]
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    state = hass.states.get("sensor.proactive_assistant_current_suggestion")
    assert state.state == "opening_left"
    assert state.attributes["title"] == "Still open"


async def test_a_resident_without_a_phone_gets_an_issue_that_ends_when_one_appears(
    hass: HomeAssistant, house: House, clock: Clock, entry: MockConfigEntry, request: pytest.FixtureRequest
) -> None:
    assert await setup(hass, entry, clock)
    assert f"{ISSUE_NO_PHONE}_anna" in issues(hass)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    state = hass.states.get("sensor.proactive_assistant_anna_current_suggestion")
    assert state.state == "opening_left"
    phone: Phone = request.getfixturevalue("phone")
    house.add("sensor.something_new", "1")
    await clock.forward(minutes=25)
    assert f"{ISSUE_NO_PHONE}_anna" not in issues(hass)
    assert len(phone.messages) == 1


async def test_a_person_who_is_gone_gets_an_issue(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, subentries_data=[resident_data("person.nobody", "Nobody")])
    entry.add_to_hass(hass)
    assert await setup(hass, entry, clock)
    assert f"{ISSUE_PERSON_GONE}_nobody" in issues(hass)


async def test_the_notice_about_a_resident_ends_with_the_resident(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, subentries_data=[resident_data(), resident_data("person.nobody", "Nobody")])
    entry.add_to_hass(hass)
    assert await setup(hass, entry, clock)
    assert f"{ISSUE_PERSON_GONE}_nobody" in issues(hass)
    hass.config_entries.async_remove_subentry(entry, "nobody")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not issues(hass)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param({"residents": {"anna": {"version": 1, "k": "many"}}}, id="wrong types"),
        pytest.param({"something": "else"}, id="foreign"),
        pytest.param([], id="not an object"),
        pytest.param({"residents": {"anna": None}}, id="empty resident"),
    ],
)
async def test_damaged_states_are_set_aside_and_the_assistant_still_loads(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    phone: Phone,
    clock: Clock,
    entry: MockConfigEntry,
    damage: Any,
) -> None:
    hass_storage[STORE_RESIDENTS] = {"version": 1, "minor_version": 1, "key": STORE_RESIDENTS, "data": damage}
    assert await setup(hass, entry, clock)
    assert f"{ISSUE_STORAGE}_{STORE_RESIDENTS}" in issues(hass)
    assert entry.runtime_data.residents["anna"].state.learned == 0
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert len(phone.messages) == 1


@pytest.mark.parametrize("key", [STORE_LEDGER, STORE_HABITS])
async def test_damaged_ledger_and_habits_are_set_aside(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    phone: Phone,
    clock: Clock,
    entry: MockConfigEntry,
    key: str,
) -> None:
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": {"entries": [1], "dwell": 3}}
    assert await setup(hass, entry, clock)
    assert f"{ISSUE_STORAGE}_{key}" in issues(hass)


async def test_a_file_of_a_newer_version_is_set_aside_not_overwritten(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    phone: Phone,
    clock: Clock,
    entry: MockConfigEntry,
) -> None:
    hass_storage[STORE_LEDGER] = {"version": 9, "minor_version": 1, "key": STORE_LEDGER, "data": {}}
    assert await setup(hass, entry, clock)
    assert f"{ISSUE_STORAGE}_{STORE_LEDGER}" in issues(hass)
    [issue] = [item for item in ir.async_get(hass).issues.values() if STORE_LEDGER in item.issue_id]
    assert issue.translation_key == ISSUE_STORAGE_NEWER


async def test_the_damaged_file_itself_is_kept_beside(
    hass: HomeAssistant, hass_storage: dict[str, Any], tmp_path: Path
) -> None:
    hass.config.config_dir = str(tmp_path)
    folder = tmp_path / ".storage"
    folder.mkdir()
    stored = {"version": 1, "minor_version": 1, "key": STORE_RESIDENTS, "data": {"residents": 5}}
    # The test core reads its stores from a table; the file is what a real one would have read.
    (folder / STORE_RESIDENTS).write_text(json.dumps(stored))
    hass_storage[STORE_RESIDENTS] = dict(stored)
    files = Files(hass)
    await files.async_load()
    [kept] = folder.iterdir()
    assert kept.name.startswith(f"{STORE_RESIDENTS}.quarantined.")
    assert json.loads(kept.read_text()) == stored
    await files.async_save()
    assert hass_storage[STORE_RESIDENTS]["data"] == {"residents": {}}
    await files.async_remove()
    assert not list(folder.iterdir())


@pytest.mark.parametrize("dead", ["unavailable", "unknown"])
async def test_a_home_that_is_dead_everywhere_loads_and_stays_silent(
    hass: HomeAssistant,
    house: House,
    phone: Phone,
    clock: Clock,
    entry: MockConfigEntry,
    account: list[dict[str, Any]],
    dead: str,
) -> None:
    for state in hass.states.async_all():
        house.set(state.entity_id, dead)
    assert await setup(hass, entry, clock)
    await clock.forward(minutes=30)
    assert not account


async def test_a_home_without_areas_still_gets_its_suggestions(
    hass: HomeAssistant, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    hass.states.async_set(ANNA, "home", {"user_id": phone.user_id, "friendly_name": "Anna"})
    hass.states.async_set("binary_sensor.w", "off", {"device_class": "window", "friendly_name": "Roof window"})
    assert await setup(hass, entry, clock)
    hass.states.async_set("binary_sensor.w", "on", {"device_class": "window", "friendly_name": "Roof window"})
    await clock.forward(minutes=8)
    assert phone.messages[0]["message"].startswith("Roof window")


async def test_a_renamed_entity_keeps_what_was_learned_of_it(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    for _ in range(9):
        house.set(WINDOW, "on")
        await clock.forward(minutes=4)
        house.set(WINDOW, "off")
        await clock.forward(minutes=1)
    habits = entry.runtime_data.files.habits
    learned = habits.dwell[WINDOW].to_list()
    assert sum(learned) == 9
    er.async_get(hass).async_update_entity(WINDOW, new_entity_id="binary_sensor.new_name")
    hass.states.async_set("binary_sensor.new_name", "off", {"device_class": "window", "friendly_name": "W"})
    await clock.forward(seconds=10)
    assert habits.dwell["binary_sensor.new_name"].to_list() == learned
    assert "binary_sensor.new_name" in entry.runtime_data.home.map.things


async def test_a_renamed_person_stays_a_resident(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    state = hass.states.get(ANNA)
    hass.states.async_remove(ANNA)
    er.async_get(hass).async_get_or_create("person", "person", "anna", suggested_object_id="anna")
    hass.states.async_set(ANNA, "home", state.attributes)
    assert await setup(hass, entry, clock)
    er.async_get(hass).async_update_entity(ANNA, new_entity_id="person.anna_b")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.runtime_data.residents["anna"].person == "person.anna_b"


async def test_a_removed_entity_ends_its_thread(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    er.async_get(hass).async_remove(WINDOW)
    hass.states.async_remove(WINDOW)
    await clock.forward(minutes=1)
    assert not entry.runtime_data.threads.open
    assert phone.cleared


async def test_two_thousand_entities_are_surveyed_and_watched(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    for number in range(1000):
        hass.states.async_set(f"light.l{number}", "off")
        hass.states.async_set(f"sensor.s{number}", "1")
    assert await setup(hass, entry, clock)
    # Lights have a role; a thousand plain sensors have none and are not even listened to.
    assert len(entry.runtime_data.home.map.things) == 1000 + 7
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert len(phone.messages) == 1


async def test_a_resident_who_moved_out_is_forgotten(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    phone: Phone,
    clock: Clock,
    entry: MockConfigEntry,
) -> None:
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    await phone.press(0)
    hass.config_entries.async_remove_subentry(entry, "anna")
    await hass.async_block_till_done(wait_background_tasks=True)
    files = entry.runtime_data.files
    assert "anna" not in files.states
    assert not files.ledger.entries
    assert not files.ledger.lessons


async def test_the_log_has_no_warning_of_ours(
    hass: HomeAssistant,
    house: House,
    phone: Phone,
    clock: Clock,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    await phone.press(1)
    await hass.config_entries.async_unload(entry.entry_id)
    ours = [
        record
        for record in caplog.records
        if record.levelno >= logging.WARNING
        and DOMAIN in record.getMessage() + record.name
        # Core says this of every custom integration.
        and "has not been tested by Home Assistant" not in record.getMessage()
    ]
    assert not ours
