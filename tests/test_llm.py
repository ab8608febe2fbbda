"""The tools, through the real Assist API that a language model gets."""

from typing import Any

import pytest
import voluptuous as vol
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers import llm
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.proactive_assistant.coordinator import Coordinator

from .conftest import ANNA, ANNA_USER, LAMP, WINDOW, Clock, House, Phone, kinds

PREFIX = "proactive_assistant__"
READ_ONLY = {"list_suggestions", "explain_suggestion"}
ACTING = {"accept_suggestion", "undo_last_action"}


@pytest.fixture
async def model(coordinator: Coordinator) -> Coordinator:
    """Return the assistant of a home in which a language model may call tools."""
    MockUser(id=ANNA_USER, groups=[]).add_to_hass(coordinator.hass)
    assert await async_setup_component(coordinator.hass, "homeassistant", {})
    assert await async_setup_component(coordinator.hass, "llm", {})
    await coordinator.hass.async_block_till_done()
    return coordinator


async def api(hass: HomeAssistant, user: str | None = ANNA_USER) -> llm.APIInstance:
    context = llm.LLMContext(
        platform="test", context=Context(user_id=user), language="en", assistant="conversation", device_id=None
    )
    return await llm.async_get_api(hass, llm.LLM_API_ASSIST, context)


async def use(hass: HomeAssistant, name: str, user: str | None = ANNA_USER, **data: Any) -> tuple[Any, bool]:
    """Call a tool as a model does; return the data and whether it is an error."""
    instance = await api(hass, user)
    result = await instance.async_call_tool(llm.ToolInput(tool_name=PREFIX + name, tool_args=data))
    await hass.async_block_till_done(wait_background_tasks=True)
    return (result.data, result.error) if isinstance(result, llm.ToolResult) else (result, False)


async def test_tools_say_of_themselves_what_they_do(model: Coordinator, caplog: pytest.LogCaptureFixture) -> None:
    tools = {tool.name: tool for tool in (await api(model.hass)).tools if tool.name.startswith(PREFIX)}
    assert len(tools) == 6
    for name, tool in tools.items():
        short = name.removeprefix(PREFIX)
        assert tool.annotations.read_only is (short in READ_ONLY)
        assert tool.annotations.destructive is (short in ACTING)
        assert tool.annotations.open_world is False
        assert tool.title
        assert tool.description
        assert tool.integration == "proactive_assistant"
    assert "not prefixed" not in caplog.text


async def test_a_model_lists_explains_and_puts_off(
    model: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    hass = model.hass
    assert await use(hass, "list_suggestions") == ({"suggestions": []}, False)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    found, _ = await use(hass, "list_suggestions")
    [row] = found["suggestions"]
    assert (row["kind"], row["title"]) == ("opening_left", "Still open")
    told, error = await use(hass, "explain_suggestion", suggestion=row["situation"])
    assert not error
    assert told["reason"]
    done, error = await use(hass, "put_suggestion_off", suggestion=row["situation"], minutes=30)
    assert (done["reply"], error) == ("later", False)
    assert kinds(account)[-1] == "later opening_left"
    assert phone.cleared


async def test_a_model_accepts_and_undoes_what_a_person_asked_for(
    model: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    hass = model.hass
    hass.services.async_register("light", "turn_on", lambda _call: house.set(LAMP, "on"))
    house.set(LAMP, "on")
    house.set(ANNA, "not_home")
    await clock.forward(minutes=8)
    [row] = (await use(hass, "list_suggestions"))[0]["suggestions"]
    done, error = await use(hass, "accept_suggestion", suggestion=row["situation"])
    assert (done["done"], error) == ([LAMP], False)
    undone, error = await use(hass, "undo_last_action")
    assert (undone["restored"], error) == ([LAMP], False)
    data, error = await use(hass, "undo_last_action")
    assert (data["error"], error) == ("nothing_to_undo", True)


async def test_a_refusal_carries_its_reason(
    model: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    done, error = await use(model.hass, "dismiss_suggestion", reason="too_often")
    assert (done["reply"], error) == ("wrong", False)
    data, error = await use(model.hass, "dismiss_suggestion", suggestion="nothing of the sort")
    assert (data["error"], error) == ("nothing_to_answer", True)
    assert data["message"]


async def test_a_model_cannot_lock(model: Coordinator, house: House, phone: Phone, clock: Clock) -> None:
    hass = model.hass
    locked: list[Any] = []
    hass.services.async_register("lock", "lock", locked.append)
    house.add("lock.front_door", "unlocked", area="Hall")
    await clock.forward(seconds=10)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=20)
    rows = (await use(hass, "list_suggestions"))[0]["suggestions"]
    lock = next(row for row in rows if "lock.front_door" in row["situation"])
    data, error = await use(hass, "accept_suggestion", suggestion=lock["situation"])
    assert (data["error"], error) == ("needs_unlocked_phone", True)
    assert not locked


async def test_what_does_not_fit_is_refused(model: Coordinator) -> None:
    for name, data in (("put_suggestion_off", {"minutes": 0}), ("dismiss_suggestion", {"reason": "ugly"})):
        with pytest.raises(vol.Invalid):
            await use(model.hass, name, **data)


async def test_there_are_no_tools_without_a_running_entry(model: Coordinator) -> None:
    instance = await api(model.hass)
    [tool] = [tool for tool in instance.tools if tool.name == f"{PREFIX}list_suggestions"]
    assert await model.hass.config_entries.async_unload("entry")
    assert not [tool for tool in (await api(model.hass)).tools if tool.name.startswith(PREFIX)]
    # One that a model still holds says so.
    result = await tool.async_call(model.hass, llm.ToolInput(tool.name, {}), instance.llm_context)
    assert result.error
