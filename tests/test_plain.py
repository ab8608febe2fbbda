"""Names nobody can read are told by the words of the id, and long ones are shortened."""

import pytest
from homeassistant.const import ATTR_FRIENDLY_NAME
from homeassistant.core import HomeAssistant
from hypothesis import given
from hypothesis import strategies as st

from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.plain import LONGEST_NAME, name_of, plain

from .conftest import WINDOW, Clock, House, Phone


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "kitchen window"),
        ("   ", "kitchen window"),
        ("\u200b\u202e", "kitchen window"),
        ("Küche\nFenster", "Küche Fenster"),
        ("A" * 300, "A" * (LONGEST_NAME - 1) + "…"),
    ],
)
async def test_an_open_window_has_a_name_that_can_be_read(
    hass: HomeAssistant, coordinator: Coordinator, house: House, phone: Phone, clock: Clock, name: str, told: str
) -> None:
    state = hass.states.get(WINDOW)
    assert state is not None
    hass.states.async_set(WINDOW, "off", {**state.attributes, ATTR_FRIENDLY_NAME: name})
    await coordinator.async_corrected()
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    [message] = phone.messages
    assert f"{told} ·" in message["message"]


@given(st.text(max_size=400))
def test_whatever_somebody_types_is_told_on_one_line_or_not_at_all(text: str) -> None:
    name = name_of(text, "lamp")
    assert 0 < len(name) <= LONGEST_NAME
    assert "\n" not in name
    assert plain(plain(text)) == plain(text)
