"""The blueprints: each is loaded into a real core as a person would import it, and run."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from homeassistant.components import automation
from homeassistant.components.blueprint import BlueprintInputs, models
from homeassistant.components.blueprint.schemas import BLUEPRINT_SCHEMA
from homeassistant.components.persistent_notification import _async_get_or_create_notifications
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util import yaml as yaml_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed, async_mock_service

from custom_components.proactive_assistant.assistant.enums import HomeMode
from custom_components.proactive_assistant.coordinator import Coordinator

from ..conftest import ANNA, LAMP, WINDOW, Clock, House, Phone, kinds

FOLDER = Path(__file__).parents[2] / "blueprints" / "automation" / "proactive_assistant"
FILES = sorted(path.name for path in FOLDER.glob("*.yaml"))
TOLD = {"action": "test.told", "data": {"title": "{{ title }}", "message": "{{ message }}", "kind": "{{ kind }}"}}


@pytest.fixture
def told(hass: HomeAssistant) -> list[ServiceCall]:
    """Return what an automation did."""
    return async_mock_service(hass, "test", "told")


@pytest.fixture(autouse=True)
async def _off_at_the_end(hass: HomeAssistant) -> AsyncIterator[None]:
    """Let go of whatever timers an automation has."""
    yield
    if hass.states.get("automation.mine") is not None:
        await hass.services.async_call("automation", "turn_off", {"entity_id": "automation.mine"}, blocking=True)


async def use(hass: HomeAssistant, name: str, **inputs: Any) -> None:
    """Load a blueprint with inputs and switch the automation on."""
    data = await hass.async_add_executor_job(yaml_util.load_yaml_dict, FOLDER / name)
    blueprint = models.Blueprint(data, expected_domain="automation", path=name, schema=BLUEPRINT_SCHEMA)
    assert blueprint.validate() is None
    config = BlueprintInputs(blueprint, {"use_blueprint": {"path": name, "input": inputs}})
    config.validate()
    made = config.async_substitute()
    assert await async_setup_component(hass, automation.DOMAIN, {automation.DOMAIN: [{"alias": "mine", **made}]})
    await hass.async_block_till_done()
    state = hass.states.get("automation.mine")
    assert state is not None
    assert state.state == "on", "an automation that cannot be set up is unavailable"


async def test_there_are_seven() -> None:
    assert len(FILES) == 7


@pytest.mark.parametrize("name", FILES)
async def test_a_person_can_import_it_by_its_address(hass: HomeAssistant, name: str) -> None:
    data = await hass.async_add_executor_job(yaml_util.load_yaml_dict, FOLDER / name)
    blueprint = data["blueprint"]
    assert blueprint["source_url"].endswith(f"/blueprints/automation/proactive_assistant/{name}")
    assert blueprint["source_url"].startswith("https://github.com/")
    assert blueprint["domain"] == "automation"
    assert blueprint["homeassistant"]["min_version"] == "2026.10.0"
    assert "!" not in blueprint["description"]
    assert all(item.get("name") for item in blueprint["input"].values())


async def test_suggestions_are_shown_somewhere_else(
    hass: HomeAssistant, coordinator: Coordinator, house: House, clock: Clock, told: list[ServiceCall]
) -> None:
    await use(hass, "route_suggestions.yaml", show=[TOLD])
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    [call] = told
    assert call.data == {
        "title": "Still open",
        "message": "Kitchen window · since 12:00 · longer than 5 min",
        "kind": "opening_left",
    }


async def test_only_the_kinds_that_were_asked_for_are_shown(
    hass: HomeAssistant, coordinator: Coordinator, house: House, clock: Clock, told: list[ServiceCall]
) -> None:
    await use(hass, "route_suggestions.yaml", kind=["bin_day"], show=[TOLD])
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert not told


def button(name: str) -> list[dict[str, Any]]:
    return [{"trigger": "event", "event_type": name}]


@pytest.mark.parametrize(("pressed", "reply"), [("yes_pressed", "accepted"), ("no_pressed", "not_now")])
async def test_two_wall_buttons_answer(
    hass: HomeAssistant,
    coordinator: Coordinator,
    house: House,
    phone: Phone,
    clock: Clock,
    account: list[dict[str, Any]],
    pressed: str,
    reply: str,
) -> None:
    await use(hass, "two_buttons.yaml", yes_button=button("yes_pressed"), no_button=button("no_pressed"))
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    hass.bus.async_fire(pressed)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert kinds(account) == ["offered opening_left", f"{reply} opening_left"]
    assert phone.cleared


async def test_a_button_that_has_nothing_to_answer_breaks_nothing(
    hass: HomeAssistant, coordinator: Coordinator, account: list[dict[str, Any]]
) -> None:
    await use(hass, "two_buttons.yaml", yes_button=button("yes_pressed"), no_button=button("no_pressed"), person=[ANNA])
    hass.bus.async_fire("yes_pressed")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert kinds(account) == []


@pytest.mark.parametrize(("heard", "reply"), [("yes", "accepted"), ("no", "not_now"), ("later", "later"), (None, None)])
async def test_a_satellite_asks_whoever_enters(
    hass: HomeAssistant,
    coordinator: Coordinator,
    house: House,
    clock: Clock,
    account: list[dict[str, Any]],
    heard: str | None,
    reply: str | None,
) -> None:
    asked: list[ServiceCall] = []

    async def ask(call: ServiceCall) -> dict[str, Any]:
        asked.append(call)
        if heard is None:
            raise HomeAssistantError("No answer from question")
        return {"id": heard, "sentence": heard, "slots": {}}

    hass.services.async_register("assist_satellite", "ask_question", ask, supports_response=SupportsResponse.OPTIONAL)
    await use(
        hass,
        "ask_on_entering.yaml",
        motion="binary_sensor.living_room_motion",
        satellite="assist_satellite.hall",
        suggestion="sensor.proactive_assistant_anna_current_suggestion",
        person=ANNA,
    )
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    # In its own time after the phone, and only at a moment that is good for Anna.
    await clock.forward(hours=1)
    house.set("binary_sensor.living_room_motion", "on")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert [call.data["question"] for call in asked] == [
        "Still open. Kitchen window, since 12:00, longer than 5 min. Shall I?"
    ]
    expected = ["offered opening_left"] + ([f"{reply} opening_left"] if reply else [])
    assert kinds(account) == expected


async def wait(clock: Clock, minutes: float) -> None:
    """Pass time without waiting for automations to end: one that is waiting itself does not."""
    for _ in range(round(minutes * 2)):
        clock.freezer.tick(30)
        async_fire_time_changed(clock.hass, dt_util.utcnow())
        for _ in range(3):
            await clock.hass.async_add_executor_job(int)
            for _ in range(50):
                await asyncio.sleep(0)


async def test_my_own_notification_waits_for_a_good_moment(
    hass: HomeAssistant, coordinator: Coordinator, house: House, clock: Clock, told: list[ServiceCall]
) -> None:
    coordinator.mode = HomeMode.PARTY
    await clock.forward(minutes=16)
    await use(
        hass,
        "wait_for_good_moment.yaml",
        trigger=button("parcel"),
        person=ANNA,
        deadline={"hours": 3},
        say=[{"action": "test.told"}],
    )
    hass.bus.async_fire("parcel")
    await wait(clock, 10)
    assert not told
    coordinator.mode = HomeMode.NORMAL
    await wait(clock, 20)
    assert len(told) == 1


async def test_the_deadline_comes_whatever_the_moment(
    hass: HomeAssistant, coordinator: Coordinator, clock: Clock, told: list[ServiceCall]
) -> None:
    coordinator.mode = HomeMode.PARTY
    await clock.forward(minutes=16)
    await use(
        hass,
        "wait_for_good_moment.yaml",
        trigger=button("parcel"),
        person=ANNA,
        deadline={"minutes": 30},
        say=[{"action": "test.told"}],
    )
    hass.bus.async_fire("parcel")
    await wait(clock, 25)
    assert not told
    await wait(clock, 20)
    assert len(told) == 1


async def test_an_accepted_suggestion_becomes_a_draft(
    hass: HomeAssistant, coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    await async_setup_component(hass, "persistent_notification", {})
    await use(hass, "keep_doing_it.yaml")
    house.set(LAMP, "on")
    await clock.forward(minutes=10)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=12)
    await phone.press(0)
    draft = _async_get_or_create_notifications(hass)["proactive_assistant_draft_leave_home"]["message"]
    text = "\n".join(line[4:] for line in draft.splitlines() if line.startswith("    "))
    written = await hass.async_add_executor_job(yaml_util.parse_yaml, text)
    assert isinstance(written, dict)
    assert written["initial_state"] is False
    assert await async_setup_component(hass, "automation", {})
    from homeassistant.components.automation.config import async_validate_config_item  # noqa: PLC0415

    checked = await async_validate_config_item(hass, "drafted", dict(written))
    assert checked is not None
    assert checked.validation_status == "ok", checked.validation_error


async def test_the_morning_list_is_handed_over(
    hass: HomeAssistant, coordinator: Coordinator, house: House, clock: Clock, told: list[ServiceCall]
) -> None:
    show = {"action": "test.told", "data": {"count": "{{ count }}", "text": "{{ text }}", "items": "{{ items }}"}}
    await use(hass, "morning_list.yaml", at="13:00:00", list="todo.proactive_assistant_home_check", show=[show])
    coordinator.mode = HomeMode.PARTY
    house.set(WINDOW, "on")
    await clock.forward(minutes=61)
    [call] = told
    assert call.data["count"] == 1
    assert call.data["text"] == "Still open: Kitchen window · since 12:00 · longer than 5 min"
    assert call.data["items"] == [call.data["text"]]


async def test_an_empty_morning_is_silent(
    hass: HomeAssistant, coordinator: Coordinator, clock: Clock, told: list[ServiceCall]
) -> None:
    await use(
        hass,
        "morning_list.yaml",
        at="13:00:00",
        list="todo.proactive_assistant_home_check",
        show=[{"action": "test.told"}],
    )
    await clock.forward(minutes=61)
    assert not told


async def test_my_own_detector_is_told_at_a_good_moment_and_withdrawn_when_over(
    hass: HomeAssistant, coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    await use(
        hass,
        "own_detector.yaml",
        begins=button("hungry_fish"),
        ends=button("fed_fish"),
        situation="aquarium",
        title="Aquarium",
        message="Feed the fish",
        action_name="light.turn_off",
        action_target=[LAMP],
        risk="A1",
    )
    house.set(LAMP, "on")
    hass.bus.async_fire("hungry_fish")
    await clock.forward(minutes=10)
    [item] = await _list(hass)
    assert "Feed the fish" in item["summary"]
    hass.bus.async_fire("fed_fish")
    await clock.forward(minutes=1)
    assert await _list(hass) == []


async def _list(hass: HomeAssistant) -> list[dict[str, Any]]:
    entity_id = "todo.proactive_assistant_home_check"
    answer = await hass.services.async_call(
        "todo", "get_items", {"entity_id": entity_id}, blocking=True, return_response=True
    )
    return answer[entity_id]["items"]  # type: ignore[index,return-value]
