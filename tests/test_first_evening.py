"""The whole path: sense, suggest, judge, decide, deliver, reply, learn, store."""

from typing import Any

from custom_components.proactive_assistant.coordinator import Coordinator

from .conftest import ANNA, LAMP, TV, WASHER, WASHER_DOOR, WINDOW, Clock, House, Phone, kinds


async def test_a_window_left_open_is_said_once_and_learned_from(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=4)
    assert not phone.messages
    await clock.forward(minutes=2)
    [message] = phone.messages
    assert message["title"] == "Still open"
    assert message["message"].startswith("Kitchen window")
    assert [action["title"] for action in message["data"]["actions"]] == ["On it", "Later", "Not now"]
    await clock.forward(minutes=60)
    assert len(phone.messages) == 1

    await phone.press(0)
    state = coordinator.residents["anna"].state
    assert state.counts == {"accepted": 1}
    assert kinds(account) == ["offered opening_left", "accepted opening_left"]
    assert account[-1]["learned"]
    assert phone.cleared == [message["data"]["tag"]]


async def test_lights_left_on_are_turned_off_by_a_tap(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    house.set(LAMP, "on")
    house.set(TV, "playing")
    await clock.forward(minutes=10)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    [message] = phone.messages
    assert message["title"] == "Still on"
    assert "Living room: Living room ceiling, Living room tv" in message["message"]
    assert message["data"]["actions"][0]["title"] == "Do it"
    await phone.press(0)
    await clock.settle()
    assert coordinator.hass.states.get(LAMP).state == "off"
    assert coordinator.hass.states.get(TV).state == "off"
    assert kinds(account) == [
        "offered leave_home",
        "executed leave_home",
        "accepted leave_home",
    ]


async def test_a_finished_washer_is_cleared_when_its_door_opens(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    house.set(WASHER, "running")
    await clock.forward(minutes=50)
    house.set(WASHER, "finished")
    await clock.forward(minutes=6)
    assert [item["title"] for item in phone.messages] == ["Finished"]
    house.set(WASHER_DOOR, "on")
    await clock.settle()
    assert kinds(account) == ["offered appliance_done", "done_by_hand appliance_done"]
    assert len(phone.cleared) == 1
