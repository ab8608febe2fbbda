"""The account as an event entity."""

from custom_components.proactive_assistant.coordinator import Coordinator

from .conftest import ANNA, WINDOW, Clock, House, Phone

EVENT = "event.proactive_assistant_decision"


async def test_every_line_of_the_account_is_an_event(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    states = coordinator.hass.states
    assert states.get(EVENT).state == "unknown"
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    attributes = states.get(EVENT).attributes
    assert attributes["event_type"] == "offered"
    assert attributes["kind"] == "opening_left"
    assert attributes["person_id"] == ANNA
    await phone.press(2)
    assert states.get(EVENT).attributes["event_type"] == "not_now"
