"""What the quality scale claims, held against the code where code can tell."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant import const
from custom_components.proactive_assistant.delivery import errors

from .conftest import Clock, House, Phone, resident_data, setup

HERE = Path(const.__file__).parent
SCALE: dict[str, Any] = yaml.safe_load((HERE / "quality_scale.yaml").read_text())["rules"]
STRINGS = json.loads((HERE / "strings.json").read_text())
ICONS = json.loads((HERE / "icons.json").read_text())
TIERS = {"bronze": 20, "silver": 10, "gold": 21, "platinum": 3}
"""Rules of each tier, with the two for the documentation of triggers and conditions."""


def test_every_rule_has_an_answer_and_every_exemption_a_reason() -> None:
    assert len(SCALE) == sum(TIERS.values())
    for rule, answer in SCALE.items():
        assert answer == "done" or (answer["status"] == "exempt" and answer["comment"].endswith(".")), rule


def test_every_platform_says_how_many_updates_may_run() -> None:
    for platform in const.PLATFORMS:
        tree = ast.parse((HERE / f"{platform}.py").read_text())
        names = [target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
        assert "PARALLEL_UPDATES" in names, platform


@pytest.fixture
async def both(hass: HomeAssistant, house: House, phone: Phone, clock: Clock) -> MockConfigEntry:
    """Return the running entry of Anna and Ben."""
    hass.states.async_set("person.ben", "home", {"friendly_name": "Ben"})
    entry = MockConfigEntry(
        domain=const.DOMAIN,
        title="Proactive Assistant",
        entry_id="entry",
        subentries_data=[resident_data(), resident_data("person.ben", "Ben")],
    )
    entry.add_to_hass(hass)
    assert await setup(hass, entry, clock)
    return entry


async def test_every_entity_has_a_name_a_device_and_an_icon(hass: HomeAssistant, both: MockConfigEntry) -> None:
    entities = er.async_entries_for_config_entry(er.async_get(hass), both.entry_id)
    assert {entity.domain for entity in entities} == {str(platform) for platform in const.PLATFORMS}
    for entity in entities:
        assert entity.has_entity_name
        assert entity.device_id
        assert STRINGS["entity"][entity.domain][entity.translation_key]["name"], entity.entity_id
        icon = ICONS["entity"].get(entity.domain, {}).get(entity.translation_key, {}).get("default")
        assert icon or entity.original_device_class, entity.entity_id
    assert len(dr.async_entries_for_config_entry(dr.async_get(hass), both.entry_id)) == 3


async def test_a_device_goes_with_its_resident_and_comes_with_one(hass: HomeAssistant, both: MockConfigEntry) -> None:
    def names() -> set[str | None]:
        return {device.name for device in dr.async_entries_for_config_entry(dr.async_get(hass), both.entry_id)}

    assert "Proactive Assistant Ben" in names()
    hass.config_entries.async_remove_subentry(both, "ben")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert names() == {"Proactive Assistant", "Proactive Assistant Anna"}
    assert not [item for item in hass.states.async_all() if "_ben_" in item.entity_id]


def _raised() -> set[str]:
    """Return the keys of the texts that the code raises, as they are written there."""
    calls = [
        node.exc
        for path in HERE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
    ]
    named = [item.value for call in calls for item in call.keywords if item.arg == "translation_key"]
    refused = [call.args[0] for call in calls if ast.unparse(call.func).endswith("RefusedError") and call.args]
    return {key.value for key in (*named, *refused) if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def test_every_exception_has_a_text() -> None:
    keys = {error.key for error in vars(errors).values() if isinstance(error, type) and hasattr(error, "key")}
    assert keys <= set(STRINGS["exceptions"]) | {errors.DeskError.key}
    assert {"not_loaded", "too_many_own"} <= _raised() <= set(STRINGS["exceptions"])


def test_an_error_is_read_as_a_sentence_not_as_its_key() -> None:
    for path in (HERE / "strings.json", *(HERE / "translations").glob("*.json")):
        for key, entry in json.loads(path.read_text())["exceptions"].items():
            assert isinstance(entry, dict), f"{path.name}: {key}"
            assert set(entry) == {"message"}, f"{path.name}: {key}"
            assert entry["message"].endswith("."), f"{path.name}: {key}"
