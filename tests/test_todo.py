"""The list: what is open and interrupts nobody, answered by a tick or a deletion."""

from types import MappingProxyType
from typing import Any

import pytest
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.proactive_assistant.assistant.enums import HomeMode
from custom_components.proactive_assistant.coordinator import Coordinator

from .conftest import ANNA, LAMP, WINDOW, Clock, House, Phone, add_phone, kinds, resident_data, setup

LIST = "todo.proactive_assistant_home_check"


@pytest.fixture(autouse=True)
def _users(hass: HomeAssistant) -> None:
    """Let everybody who touches the list be known to Home Assistant."""
    for user_id in ("anna-user", "ben-user", "tablet-user"):
        MockUser(id=user_id, is_owner=True).add_to_hass(hass)


async def items(hass: HomeAssistant) -> list[dict[str, Any]]:
    answer = await hass.services.async_call(
        "todo", "get_items", {"entity_id": LIST}, blocking=True, return_response=True
    )
    assert answer is not None
    return answer[LIST]["items"]  # type: ignore[index,return-value]


async def tick(hass: HomeAssistant, item: str, user_id: str | None = None) -> None:
    data = {"entity_id": LIST, "item": item, "status": "completed"}
    await hass.services.async_call("todo", "update_item", data, blocking=True, context=Context(user_id=user_id))
    await hass.async_block_till_done(wait_background_tasks=True)


async def delete(hass: HomeAssistant, item: str, user_id: str | None = None) -> None:
    data = {"entity_id": LIST, "item": [item]}
    await hass.services.async_call("todo", "remove_item", data, blocking=True, context=Context(user_id=user_id))
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.fixture
async def listed(hass: HomeAssistant, coordinator: Coordinator, house: House, clock: Clock) -> str:
    """Return the one item of a list: held back from the phone, shown here."""
    coordinator.mode = HomeMode.PARTY
    house.set(WINDOW, "on")
    await clock.forward(minutes=10)
    [item] = await items(hass)
    return str(item["uid"])


async def test_an_empty_list_is_there_from_the_start(hass: HomeAssistant, coordinator: Coordinator) -> None:
    assert hass.states.get(LIST).state == "0"
    assert await items(hass) == []


async def test_what_is_held_back_stands_on_the_list(hass: HomeAssistant, listed: str, coordinator: Coordinator) -> None:
    [item] = await items(hass)
    [thread] = coordinator.threads.open.values()
    assert item["uid"] == thread.suggestion.id
    assert item["summary"] == "Still open: Kitchen window · since 12:00 · longer than 5 min"
    assert item["status"] == "needs_action"
    assert item["due"].startswith("2026-11-25T00:0")
    assert hass.states.get(LIST).state == "1"


async def test_it_goes_by_itself_when_it_is_over(hass: HomeAssistant, listed: str, house: House, clock: Clock) -> None:
    house.set(WINDOW, "off")
    await clock.settle()
    assert await items(hass) == []


async def test_a_tick_says_that_it_is_done(
    hass: HomeAssistant, listed: str, coordinator: Coordinator, account: list[dict[str, Any]], clock: Clock
) -> None:
    await tick(hass, listed, "anna-user")
    assert kinds(account) == ["done_by_hand opening_left"]
    assert await items(hass) == []
    await clock.forward(hours=3)
    assert await items(hass) == [], "it stays done while the window is open"


async def test_a_tick_switches_nothing(
    hass: HomeAssistant, coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    house.set(LAMP, "on")
    await clock.forward(minutes=10)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    [item] = [item for item in await items(hass) if item["summary"].startswith("Still on")]
    await tick(hass, item["uid"], "anna-user")
    assert hass.states.get(LAMP).state == "on"
    assert phone.cleared, "the phone's message is answered too"


async def test_a_deletion_says_not_now(
    hass: HomeAssistant, listed: str, account: list[dict[str, Any]], clock: Clock
) -> None:
    await delete(hass, listed, "anna-user")
    assert kinds(account) == ["not_now opening_left"]
    await clock.forward(hours=3)
    assert await items(hass) == []


async def test_a_wall_tablet_may_tick(hass: HomeAssistant, listed: str, account: list[dict[str, Any]]) -> None:
    await tick(hass, listed, "tablet-user")
    assert kinds(account) == ["done_by_hand opening_left"]


async def test_an_automation_may_tick(hass: HomeAssistant, listed: str, account: list[dict[str, Any]]) -> None:
    await tick(hass, listed)
    assert kinds(account) == ["done_by_hand opening_left"]


async def test_what_lies_on_a_phone_is_on_the_list_and_answered_there(
    hass: HomeAssistant,
    coordinator: Coordinator,
    house: House,
    phone: Phone,
    clock: Clock,
    account: list[dict[str, Any]],
) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    [item] = await items(hass)
    await tick(hass, item["uid"], "anna-user")
    assert len(phone.cleared) == 1
    await phone.press(0)
    assert kinds(account) == ["offered opening_left", "done_by_hand opening_left"]


@pytest.mark.parametrize("data", [{"rename": "Buy milk"}, {"status": "needs_action"}])
async def test_items_cannot_be_reworded(hass: HomeAssistant, listed: str, data: dict[str, str]) -> None:
    with pytest.raises(ServiceValidationError, match="ticked or deleted"):
        await hass.services.async_call(
            "todo", "update_item", {"entity_id": LIST, "item": listed, **data}, blocking=True
        )


async def test_nothing_can_be_added(hass: HomeAssistant, coordinator: Coordinator) -> None:
    with pytest.raises(ServiceValidationError):
        await hass.services.async_call("todo", "add_item", {"entity_id": LIST, "item": "Buy milk"}, blocking=True)


async def test_what_is_gone_cannot_be_ticked(
    hass: HomeAssistant, listed: str, house: House, clock: Clock, account: list[dict[str, Any]]
) -> None:
    house.set(WINDOW, "off")
    await clock.settle()
    with pytest.raises(ServiceValidationError):
        await tick(hass, listed)


async def test_one_line_per_situation_for_two_residents_and_one_tick_for_both(
    hass: HomeAssistant,
    house: House,
    phone: Phone,
    clock: Clock,
    entry: MockConfigEntry,
    account: list[dict[str, Any]],
) -> None:
    ben = add_ben(hass, entry)
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert len(phone.messages) == len(ben.messages) == 1
    [item] = await items(hass)
    await tick(hass, item["uid"], "ben-user")
    assert await items(hass) == []
    assert len(phone.cleared) == len(ben.cleared) == 1
    await phone.press(0)
    await ben.press(0)
    assert sorted(kinds(account)) == [
        "done_by_hand opening_left",
        "offered opening_left",
        "offered opening_left",
        "resolved opening_left",
    ]


async def test_what_is_somebodys_own_is_not_on_the_list_of_all(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    add_ben(hass, entry)
    assert await setup(hass, entry, clock)
    hass.states.async_set("person.ben", "not_home", {"user_id": "ben-user", "friendly_name": "Ben"})
    house.set(LAMP, "on")
    await clock.forward(minutes=10)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    assert "leave_home" in entry.runtime_data.threads.open
    assert not [item for item in await items(hass) if item["summary"].startswith("Still on")]


def add_ben(hass: HomeAssistant, entry: MockConfigEntry) -> Phone:
    """Let Ben live here too, with a phone of his own."""
    hass.states.async_set("person.ben", "home", {"user_id": "ben-user", "friendly_name": "Ben"})
    data = resident_data("person.ben", "Ben")
    subentry = ConfigSubentry(**{**data, "data": MappingProxyType(data["data"])})
    hass.config_entries.async_add_subentry(entry, subentry)
    return add_phone(hass, "bens_phone", "ben-user")
