"""Nothing contacts the network: the whole path runs while every socket is refused."""

import socket
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from .conftest import ANNA, LAMP, WINDOW, Clock, House, Phone, setup


async def test_a_day_with_replies_and_a_restart_opens_no_socket(
    hass: HomeAssistant,
    house: House,
    phone: Phone,
    clock: Clock,
    entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[Any] = []

    def refuse(*args: Any, **kwargs: Any) -> None:
        tried.append(args)
        msg = "no network in this test"
        raise OSError(msg)

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    with pytest.raises(OSError, match="no network"):
        socket.create_connection(("127.0.0.1", 9))
    tried.clear()

    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    await phone.press(0)
    house.set(LAMP, "on")
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    await hass.config_entries.async_reload(entry.entry_id)
    await clock.forward(minutes=5)
    await hass.config_entries.async_unload(entry.entry_id)
    assert phone.messages
    assert not tried


async def test_a_push_names_neither_people_nor_an_empty_home(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    house.set(LAMP, "on")
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    text = f"{phone.messages[0]['title']} {phone.messages[0]['message']}".lower()
    assert not [word for word in ("anna", "nobody", "empty", "away") if word in text]
