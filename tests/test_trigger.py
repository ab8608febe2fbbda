"""The triggers, each in a real automation of a real core."""

import json
from pathlib import Path
from typing import Any

import pytest
import voluptuous as vol
import yaml
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import trigger as trigger_helper
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_mock_service

from custom_components.proactive_assistant import trigger
from custom_components.proactive_assistant.assistant.enums import Reason
from custom_components.proactive_assistant.assistant.kinds import KINDS
from custom_components.proactive_assistant.const import DOMAIN
from custom_components.proactive_assistant.coordinator import Coordinator

from .conftest import ANNA, LAMP, WASHER, WINDOW, Clock, House, Phone

HERE = Path(trigger.__file__).parent
STRINGS = json.loads((HERE / "strings.json").read_text())


async def automate(hass: HomeAssistant, name: str, **options: Any) -> list[ServiceCall]:
    """Set up an automation with a trigger of ours, as the editor writes it; return its runs as they grow."""
    runs = async_mock_service(hass, "test", "ran")
    config = {
        "alias": "Of a person's own",
        "triggers": [{"trigger": f"{DOMAIN}.{name}", **({"options": options} if options else {})}],
        "actions": [
            {
                "action": "test.ran",
                "data": {
                    "kind": "{{ trigger.kind }}",
                    "person": "{{ trigger.person_id }}",
                    "situation": "{{ trigger.situation }}",
                    "reason": "{{ trigger.reason }}",
                    "title": "{{ trigger.title | default('') }}",
                },
            }
        ],
    }
    assert await async_setup_component(hass, "automation", {"automation": [config]})
    await hass.async_block_till_done()
    assert hass.states.get("automation.of_a_person_s_own").state == "on"
    return runs


async def test_offered_runs_with_what_was_said(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    runs = await automate(coordinator.hass, "suggestion_offered")
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    [run] = runs
    assert run.data["kind"] == "opening_left"
    assert run.data["person"] == ANNA
    assert run.data["situation"] == f"opening_left:{WINDOW}"
    assert run.data["title"] == "Still open"


async def test_accepted_runs_on_a_tap_and_not_on_a_refusal(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    runs = await automate(coordinator.hass, "suggestion_accepted", person=ANNA, kind=["opening_left"])
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert not runs
    await phone.press(0)
    assert [run.data["kind"] for run in runs] == ["opening_left"]


async def test_held_back_runs_for_the_chosen_reason_only(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    runs = await automate(coordinator.hass, "suggestion_held_back", reason="quiet_hours")
    await clock.forward(hours=9)
    house.set(WASHER, "running")
    await clock.forward(minutes=90)
    house.set(WASHER, "finished")
    await clock.forward(minutes=10)
    assert [(run.data["kind"], run.data["reason"]) for run in runs] == [("appliance_done", "quiet_hours")]


async def test_undone_runs_when_an_action_is_taken_back(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    hass = coordinator.hass
    runs = await automate(hass, "action_undone")
    hass.services.async_register("light", "turn_on", lambda _call: house.set(LAMP, "on"))
    house.set(LAMP, "on")
    house.set(ANNA, "not_home")
    await clock.forward(minutes=8)
    await phone.press(0)
    assert hass.states.get(LAMP).state == "off"
    assert not runs
    await hass.services.async_call(DOMAIN, "undo", {}, blocking=True)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [run.data["kind"] for run in runs] == ["leave_home"]


@pytest.mark.parametrize("options", [{"person": ["person.ben"]}, {"kind": ["bin_day"]}])
async def test_what_was_not_asked_for_does_not_run(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, options: dict[str, Any]
) -> None:
    runs = await automate(coordinator.hass, "suggestion_offered", **options)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert phone.messages
    assert not runs


async def test_an_automation_keeps_its_trigger_while_the_entry_starts_afresh(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    runs = await automate(coordinator.hass, "suggestion_offered")
    assert await coordinator.hass.config_entries.async_reload("entry")
    await clock.settle()
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert len(runs) == 1


@pytest.mark.parametrize(
    "options", [{"person": "light.lamp"}, {"reason": "whim"}, {"colour": "blue"}, {"reason": ["welcome", 3]}]
)
async def test_options_that_do_not_fit_are_refused(hass: HomeAssistant, options: dict[str, Any]) -> None:
    name = "suggestion_held_back"
    with pytest.raises(vol.Invalid):
        await trigger.TRIGGERS[name].async_validate_config(hass, {"options": options})


async def test_the_editor_lists_every_trigger_with_its_texts(coordinator: Coordinator) -> None:
    hass = coordinator.hass
    assert await async_setup_component(hass, "automation", {})
    found = await trigger_helper.async_get_all_descriptions(hass)
    icons = json.loads((HERE / "icons.json").read_text())["triggers"]
    for name, item in trigger.TRIGGERS.items():
        described = found[f"{DOMAIN}.{name}"]
        assert described is not None
        fields = {str(key) for key in item.fields}
        assert set(described["fields"]) == fields == set(STRINGS["triggers"][name]["fields"])
        assert icons[name]["trigger"].startswith("mdi:")
    reasons = found[f"{DOMAIN}.suggestion_held_back"]["fields"]["reason"]["selector"]["select"]["options"]
    assert set(reasons) <= {item.value for item in Reason} & set(STRINGS["selector"]["reason"]["options"])


def test_every_list_of_kinds_is_the_table() -> None:
    for file in ("services.yaml", "triggers.yaml", "conditions.yaml"):
        lists = [kinds for kinds in _lists(yaml.safe_load((HERE / file).read_text())) if "leave_home" in kinds]
        assert lists
        assert all(kinds == list(KINDS) for kinds in lists), file


def _lists(data: Any) -> list[list[Any]]:
    if isinstance(data, dict):
        return [found for value in data.values() for found in _lists(value)]
    return [data] if isinstance(data, list) else []
