"""Repairs, through the real flow manager: one confirmation mends it."""

from pathlib import Path
from typing import Any

import pytest
from homeassistant.components.repairs import RepairsFlowManager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.storage import STORAGE_DIR
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.const import DOMAIN, ISSUE_PERSON_GONE, ISSUE_STORAGE, STORE_HABITS
from custom_components.proactive_assistant.repairs import DeleteFileFlow

from .conftest import ANNA, Clock, House, Phone, setup


async def fix(hass: HomeAssistant, issue_id: str) -> dict[str, Any]:
    """Open the repair of an issue and confirm it; return the form that was shown."""
    manager = RepairsFlowManager(hass)
    form = await manager.async_init(DOMAIN, data={"issue_id": issue_id})
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "confirm")
    done = await manager.async_configure(form["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done(wait_background_tasks=True)
    return dict(form)


@pytest.fixture
async def repairing(hass: HomeAssistant) -> None:
    """Have the repairs of core, without the pages of its frontend."""
    from homeassistant.components.repairs import issue_handler  # noqa: PLC0415

    hass.data["repairs"] = {}
    issue_handler.async_setup(hass)
    await async_setup_component(hass, "homeassistant", {})


@pytest.mark.usefixtures("repairing")
async def test_a_resident_whose_person_is_gone_is_removed(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    hass.states.async_remove(ANNA)
    assert await setup(hass, entry, clock)
    issue_id = f"{ISSUE_PERSON_GONE}_anna"
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue_id).is_fixable
    form = await fix(hass, issue_id)
    assert form["description_placeholders"] == {"resident": "Anna"}
    assert not entry.subentries
    assert "anna" not in entry.runtime_data.residents
    assert ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is None


@pytest.mark.usefixtures("repairing")
async def test_a_damaged_file_is_deleted(
    hass: HomeAssistant, hass_storage: dict[str, Any], house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    folder = Path(hass.config.path(STORAGE_DIR))
    await hass.async_add_executor_job(lambda: folder.mkdir(parents=True, exist_ok=True))
    file = folder / STORE_HABITS
    await hass.async_add_executor_job(file.write_text, "{}")
    hass_storage[STORE_HABITS] = {"version": 1, "minor_version": 1, "key": STORE_HABITS, "data": {"dwell": 5}}
    assert await setup(hass, entry, clock)
    issue_id = f"{ISSUE_STORAGE}_{STORE_HABITS}"
    path = Path(str(ir.async_get(hass).async_get_issue(DOMAIN, issue_id).data["path"]))
    assert await hass.async_add_executor_job(path.exists)
    await fix(hass, issue_id)
    assert not await hass.async_add_executor_job(path.exists)


async def test_nothing_but_what_was_set_aside_is_deleted(hass: HomeAssistant, tmp_path: Path) -> None:
    for path in (
        tmp_path / f"{DOMAIN}.ledger.quarantined.1",
        Path(hass.config.path(STORAGE_DIR)) / f"{DOMAIN}.ledger",
        Path(hass.config.path(STORAGE_DIR)) / "core.config.quarantined.1",
    ):
        await hass.async_add_executor_job(lambda path=path: path.parent.mkdir(parents=True, exist_ok=True))
        await hass.async_add_executor_job(path.write_text, "kept")
        flow = DeleteFileFlow(path)
        flow.hass, flow.handler, flow.context = hass, DOMAIN, {"issue_id": "x"}
        await flow.async_step_confirm({})
        assert await hass.async_add_executor_job(path.exists)
        await hass.async_add_executor_job(path.unlink)
