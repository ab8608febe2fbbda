"""The list: what is open and interrupts nobody, answered by a tick or a deletion."""

from typing import Any

import pytest
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.coordinator import Coordinator

from .conftest import ANNA, LAMP, WINDOW, Clock, House, Phone, add_phone, kinds, resident_data, setup

LIST = "todo.proactive_assistant_home_check"


async def items(hass: HomeAssistant) -> list[dict[str, Any]]:
    answer = await hass.services.async_call(
        "todo", "get_items", {"entity_id": LIST}, blocking=True, return_response=True
    )
    assert answer is not None
    return answer[LIST]["items"]  # type: ignore[index,return-value]


async def tick(hass: HomeAssistant, item: str, user_id: str | None = None) -> None:
    await hass.services.async_call(
        "todo",
        "update_item",
        {"entity_id": LIST, "item": item, "status": "completed"},
        blocking=True,
        context=Context(user_id=user_id),
    )
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_an_empty_list_is_there_from_the_start(hass: HomeAssistant, coordinator: Coordinator) -> None:
    assert hass.states.get(LIST).state == "0"
    assert await items(hass) == []
