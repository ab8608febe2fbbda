"""The actions: registered once, described in full, strict about their fields, answering in data."""

import json
from pathlib import Path
from typing import Any

import pytest
import voluptuous as vol
from homeassistant.core import Context, HomeAssistant, SupportsResponse
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.service import async_get_all_descriptions
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.const import DOMAIN
from custom_components.proactive_assistant.services import ACTIONS

HERE = Path(__file__).parents[1] / "custom_components" / DOMAIN
STRINGS = json.loads((HERE / "strings.json").read_text())
ICONS = json.loads((HERE / "icons.json").read_text())


async def call(hass: HomeAssistant, name: str, user: str | None = None, **data: Any) -> Any:
    """Call an action as a user or as an automation, with its response where it has one."""
    answers = ACTIONS[name].returns is not SupportsResponse.NONE
    return await hass.services.async_call(
        DOMAIN, name, data, blocking=True, context=Context(user_id=user), return_response=answers
    )


async def test_every_action_is_described_translated_and_has_an_icon(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    described = (await async_get_all_descriptions(hass))[DOMAIN]
    assert set(described) >= set(ACTIONS)
    for name, action in ACTIONS.items():
        fields = {str(marker): marker for marker in action.fields}
        described_fields = described[name].get("fields", {})
        assert set(described_fields) == set(fields), name
        texts = STRINGS["services"][name]
        assert texts["name"]
        assert texts["description"].endswith(".")
        assert set(texts.get("fields", {})) == set(fields), name
        for key, field in described_fields.items():
            assert field["selector"], (name, key)
            assert bool(field.get("required")) is isinstance(fields[key], vol.Required), (name, key)
            select = field["selector"].get("select") or {}
            # Codes such as the risk classes are the same in every language and have no texts.
            if translated := select.get("translation_key"):
                assert set(select["options"]) <= set(STRINGS["selector"][translated]["options"]), (name, key)
        assert ICONS["services"][name]["service"].startswith("mdi:")


async def test_options_of_the_form_are_what_the_schema_takes(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    described = (await async_get_all_descriptions(hass))[DOMAIN]
    required = {
        "set_level": {"level": "off"},
        "forget": {"what": "all", "value": "x"},
        "rate": {"question": "useful", "score": 1},
        "explain": {"suggestion": "x"},
    }
    for name in ("later", "dismiss", "list", "set_level", "forget", "rate", "pause", "mute"):
        schema = hass.services.async_services_for_domain(DOMAIN)[name].schema
        for key, field in described[name]["fields"].items():
            for option in (field["selector"].get("select") or {}).get("options", ()):
                assert schema({**required.get(name, {}), key: option})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("later", {"duration": "00:10:00", "until": "morning"}),
        ("later", {"duration": "-00:10:00"}),
        ("later", {"duration": {"days": 4000}}),
        ("later", {"until": "someday"}),
        ("later", {"at": "soon"}),
        ("dismiss", {"reason": "ugly"}),
        ("dismiss", {"scope": "world"}),
        ("list", {"limit": 0}),
        ("list", {"limit": 10_000}),
        ("list", {"lists": ["secrets"]}),
        ("explain", {}),
        ("set_level", {"level": "ACT"}),
        ("set_level", {"level": "act", "kind": "unheard_of"}),
        ("mark_exception", {"begin": "2026-11-24 10:00:00", "end": "2026-11-24 09:00:00"}),
        ("forget", {"what": "kind"}),
        ("forget", {"what": "everything"}),
        ("import", {"data": ""}),
        ("rate", {"question": "useful", "score": 8}),
        ("rate", {"question": "beautiful", "score": 5}),
        ("accept", {"suggestion": ""}),
        ("accept", {"device_id": "x"}),
        ("resume", {"now": True}),
        ("set_role", {"entity_id": "light.a", "role": "sofa"}),
        ("set_role", {"entity_id": "light.a"}),
        ("list_roles", {"entity_id": []}),
    ],
)
async def test_what_does_not_fit_is_refused_before_anything_happens(
    hass: HomeAssistant, name: str, data: dict[str, Any]
) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    with pytest.raises(vol.Invalid):
        await call(hass, name, **data)


@pytest.mark.parametrize("name", sorted(ACTIONS))
async def test_without_a_running_entry_every_action_says_so(
    hass: HomeAssistant, entry: MockConfigEntry, name: str
) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    await hass.config_entries.async_unload(entry.entry_id)
    needed = {
        "explain": {"suggestion": "x"},
        "set_level": {"level": "off"},
        "mark_exception": {"begin": "2026-11-24 10:00:00", "end": "2026-11-24 11:00:00"},
        "forget": {"what": "all"},
        "import": {"data": "{}"},
        "rate": {"question": "useful", "score": 5},
        "suggest": {"title": "Aquarium", "message": "Feed the fish"},
        "withdraw": {"situation": "aquarium"},
        "set_role": {"entity_id": "light.a", "role": "none"},
    }
    with pytest.raises(ServiceValidationError) as error:
        await call(hass, name, **needed.get(name, {}))
    assert error.value.translation_key == "not_loaded"
