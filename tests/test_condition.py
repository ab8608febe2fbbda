"""The conditions, each in a real automation of a real core."""

import json
from pathlib import Path
from typing import Any

import pytest
import voluptuous as vol
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import condition as condition_helper
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.proactive_assistant import condition
from custom_components.proactive_assistant.const import DOMAIN
from custom_components.proactive_assistant.coordinator import Coordinator

from .conftest import ANNA, Clock, House

HERE = Path(condition.__file__).parent


async def automate(hass: HomeAssistant, name: str, **options: Any) -> list[ServiceCall]:
    """Set up an automation that runs on the event `go`, under a condition of ours; return its runs."""
    runs = async_mock_service(hass, "test", "ran")
    config = {
        "alias": "Of a person's own",
        "triggers": [{"trigger": "event", "event_type": "go"}],
        "conditions": [{"condition": f"{DOMAIN}.{name}", "options": options}],
        "actions": [{"action": "test.ran"}],
    }
    assert await async_setup_component(hass, "automation", {"automation": [config]})
    await hass.async_block_till_done()
    assert hass.states.get("automation.of_a_person_s_own").state == "on"
    return runs


async def go(hass: HomeAssistant) -> None:
    hass.bus.async_fire("go")
    await hass.async_block_till_done()


async def test_a_good_moment_lets_an_automation_speak_and_a_bad_one_does_not(
    coordinator: Coordinator, house: House, clock: Clock
) -> None:
    hass = coordinator.hass
    runs = await automate(hass, "is_good_moment", person=ANNA)
    await go(hass)
    assert len(runs) == 1
    house.set(ANNA, "not_home")
    await clock.forward(minutes=10)
    await go(hass)
    assert len(runs) == 1
    house.set(ANNA, "home")
    await clock.forward(minutes=10)
    await go(hass)
    assert len(runs) == 2
    # Whoever is muted has no good moment.
    await hass.services.async_call(DOMAIN, "mute", {"person": ANNA, "duration": "01:00:00"}, blocking=True)
    await go(hass)
    assert len(runs) == 2


async def test_a_kind_is_allowed_by_level_and_quiet_hours(coordinator: Coordinator, clock: Clock) -> None:
    hass = coordinator.hass
    runs = await automate(hass, "is_kind_allowed", kind="opening_left", person=ANNA)
    await go(hass)
    assert len(runs) == 1
    await hass.services.async_call(DOMAIN, "set_level", {"kind": "opening_left", "level": "off"}, blocking=True)
    await go(hass)
    assert len(runs) == 1
    await hass.services.async_call(DOMAIN, "set_level", {"kind": "opening_left", "level": "suggest"}, blocking=True)
    await go(hass)
    assert len(runs) == 2
    await clock.forward(hours=11)
    await go(hass)
    assert len(runs) == 2


@pytest.mark.parametrize(
    ("name", "options"),
    [("is_good_moment", {"person": "person.stranger"}), ("is_kind_allowed", {"kind": "bin_day", "person": "person.x"})],
)
async def test_of_somebody_who_is_no_resident_nothing_is_known(
    coordinator: Coordinator, name: str, options: dict[str, Any]
) -> None:
    runs = await automate(coordinator.hass, name, **options)
    await go(coordinator.hass)
    assert not runs


async def test_while_the_entry_is_not_loaded_the_answer_is_no(coordinator: Coordinator) -> None:
    hass = coordinator.hass
    runs = await automate(hass, "is_good_moment", person=ANNA)
    await hass.config_entries.async_unload("entry")
    await go(hass)
    assert not runs
    await hass.config_entries.async_setup("entry")
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("is_good_moment", {}),
        ("is_good_moment", {"person": "light.lamp"}),
        ("is_kind_allowed", {"kind": "unheard_of"}),
        ("is_kind_allowed", {"person": ANNA}),
    ],
)
async def test_options_that_do_not_fit_are_refused(hass: HomeAssistant, name: str, options: dict[str, Any]) -> None:
    with pytest.raises(vol.Invalid):
        await condition.CONDITIONS[name].async_validate_config(hass, {"options": options})


async def test_the_editor_lists_every_condition_with_its_texts(coordinator: Coordinator) -> None:
    hass = coordinator.hass
    assert await async_setup_component(hass, "automation", {})
    found = await condition_helper.async_get_all_descriptions(hass)
    strings = json.loads((HERE / "strings.json").read_text())["conditions"]
    icons = json.loads((HERE / "icons.json").read_text())["conditions"]
    for name, item in condition.CONDITIONS.items():
        described = found[f"{DOMAIN}.{name}"]
        assert described is not None
        assert set(described["fields"]) == {str(key) for key in item.fields} == set(strings[name]["fields"])
        assert icons[name]["condition"].startswith("mdi:")
