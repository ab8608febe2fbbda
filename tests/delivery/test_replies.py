"""Replies: only ours, only once, only in time, only from a phone that was asked."""

from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.delivery.phone import (
    Button,
    action_id,
    parse_action,
)

from ..conftest import ANNA, LAMP, WINDOW, Clock, House, Phone, add_phone, kinds


@pytest.fixture
async def offered(coordinator: Coordinator, house: House, phone: Phone, clock: Clock) -> Coordinator:
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert len(phone.messages) == 1
    return coordinator


@pytest.mark.parametrize(
    "action",
    [
        "PROACTIVE_ASSISTANT_DO_guessed",
        "PROACTIVE_ASSISTANT_DO_",
        "PROACTIVE_ASSISTANT_BURN_token",
        "SOMEBODY_ELSES_ACTION",
        "",
        None,
        17,
        ["PROACTIVE_ASSISTANT_DO_x"],
    ],
)
async def test_a_forged_action_does_nothing(offered: Coordinator, phone: Phone, action: Any) -> None:
    await phone.send(action)
    assert offered.residents["anna"].state.learned == 0
    assert len(offered.files.ledger.offers) == 1


async def test_a_second_tap_does_nothing(offered: Coordinator, phone: Phone, account: list[dict[str, Any]]) -> None:
    await phone.press(0)
    await phone.press(0)
    await phone.press(2)
    assert kinds(account) == ["accepted opening_left"]
    assert offered.residents["anna"].state.counts == {"accepted": 1}


async def test_a_reply_from_another_phone_does_nothing(hass: HomeAssistant, offered: Coordinator, phone: Phone) -> None:
    add_phone(hass, "burglars_phone", "burglar")
    await phone.press(0, user_id="burglar")
    assert offered.residents["anna"].state.learned == 0
    await phone.press(0)
    assert offered.residents["anna"].state.learned == 1


async def test_a_reply_without_a_user_does_nothing(offered: Coordinator, phone: Phone) -> None:
    action = phone.messages[0]["data"]["actions"][0]["action"]
    offered.hass.bus.async_fire("mobile_app_notification_action", {"action": action})
    await offered.hass.async_block_till_done(wait_background_tasks=True)
    assert offered.residents["anna"].state.learned == 0


async def test_an_expired_reply_does_nothing(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    house.set(LAMP, "on")
    await clock.forward(minutes=10)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=30)
    assert kinds(account) == ["offered leave_home", "unseen leave_home"]
    await phone.press(0)
    assert coordinator.hass.states.get(LAMP).state == "on"
    assert kinds(account)[-1] == "unseen leave_home"


async def test_later_brings_it_back_after_an_hour_if_it_still_holds(
    offered: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    await phone.press(1)
    await clock.forward(minutes=50)
    assert len(phone.messages) == 1
    # The same kind waits three hours between two messages, but not after "later": it was asked for.
    await clock.forward(minutes=20)
    assert len(phone.messages) == 2
    assert offered.residents["anna"].state.counts["later"] == 1


async def test_not_now_keeps_the_situation_silent_for_twenty_hours(
    offered: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    await phone.press(2)
    house.set(WINDOW, "off")
    await clock.forward(minutes=5)
    house.set(WINDOW, "on")
    await clock.forward(hours=8)
    assert len(phone.messages) == 1


async def test_a_dead_phone_moves_the_suggestion_to_the_dashboard(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    phone.dead = True
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert [item["reason"] for item in account] == ["nobody_to_tell"]
    state = coordinator.hass.states.get("sensor.proactive_assistant_anna_current_suggestion")
    assert state.state == "opening_left"
    phone.dead = False
    await clock.forward(minutes=20)
    assert len(phone.messages) == 1


async def test_a_window_that_is_closed_in_the_last_second_is_not_mentioned(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=4, seconds=58)
    house.set(WINDOW, "off")
    await clock.forward(minutes=5)
    assert not phone.messages


async def test_only_what_is_still_on_is_turned_off(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    house.set(LAMP, "on")
    house.set("media_player.living_room_tv", "playing")
    await clock.forward(minutes=10)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    house.set(LAMP, "off")
    await clock.settle()
    await phone.press(0)
    executed = next(item for item in account if item["type"] == "executed")
    assert executed["entities"] == ["media_player.living_room_tv"]


async def test_acting_carries_the_context_of_the_person_who_tapped(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    house.set(LAMP, "on")
    await clock.forward(minutes=10)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    await phone.press(0)
    context = coordinator.hass.states.get(LAMP).context
    assert context.user_id == phone.user_id
    assert context.parent_id is not None


@pytest.mark.parametrize("button", list(Button))
def test_an_action_id_reads_back(button: Button) -> None:
    assert parse_action(action_id("t-o_k", button)) == ("t-o_k", button)
