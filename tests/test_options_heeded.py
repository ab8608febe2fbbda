"""Every option has its effect on what happens, not only on what is stored."""

from datetime import timedelta
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.assistant.enums import Reason
from custom_components.proactive_assistant.const import CONF_PERSON, DOMAIN
from custom_components.proactive_assistant.storage.ledger import Entry

from .conftest import ANNA, LAMP, WINDOW, Clock, House, Phone, kinds, resident_data, setup


async def start(hass: HomeAssistant, entry: MockConfigEntry, clock: Clock, **options: Any) -> None:
    hass.config_entries.async_update_entry(entry, options=options)
    assert await setup(hass, entry, clock)


async def test_what_may_not_be_touched_is_told_without_a_button_for_it(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    await start(hass, entry, clock, action_domains=["media_player"])
    house.set(LAMP, "on")
    house.set(ANNA, "not_home")
    await clock.forward(minutes=8)
    [message] = phone.messages
    assert message["data"]["actions"][0]["title"] == "On it"
    await phone.press(0)
    assert hass.states.get(LAMP).state == "on"


@pytest.mark.parametrize("where", ["the home", "the resident", "a child"])
async def test_nothing_is_learned_where_nobody_wants_it(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, where: str, account: list[dict[str, Any]]
) -> None:
    own = {"the home": {}, "the resident": {"learning": False}, "a child": {"child": True}}[where]
    data = resident_data()
    entry = MockConfigEntry(
        domain=DOMAIN, entry_id="entry", subentries_data=[{**data, "data": {CONF_PERSON: ANNA, **own}}]
    )
    entry.add_to_hass(hass)
    await start(hass, entry, clock, learning=where != "the home")
    house.set(LAMP, "on")
    house.set(ANNA, "not_home")
    await clock.forward(minutes=8)
    await phone.press(2)
    assert kinds(account) == ["offered leave_home", "not_now leave_home"]
    assert account[-1]["learned"] is None
    assert entry.runtime_data.residents["anna"].state.learned == 0


async def test_a_child_hears_nothing_of_security_but_of_danger(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock
) -> None:
    data = resident_data()
    entry = MockConfigEntry(
        domain=DOMAIN, entry_id="entry", subentries_data=[{**data, "data": {CONF_PERSON: ANNA, "child": True}}]
    )
    entry.add_to_hass(hass)
    smoke = house.add("binary_sensor.smoke", "off", area="Kitchen", device_class="smoke")
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=30)
    assert not phone.messages
    house.set(smoke, "on")
    await clock.forward(minutes=1)
    assert [message["title"] for message in phone.messages] == ["Smoke"]


async def test_the_account_is_kept_as_long_as_was_chosen(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    await start(hass, entry, clock, retention_days=7)
    ledger = entry.runtime_data.files.ledger
    for days in (8, 6, 0):
        at = dt_util.utcnow() - timedelta(days=days)
        ledger.note(
            Entry(
                at=at,
                type="held_back",
                resident="anna",
                kind="bin_day",
                situation="bin_day:x",
                suggestion_id="x",
                reason=Reason.QUIET_HOURS,
            )
        )
    assert len(ledger.entries) == 2


async def test_a_resident_has_quiet_hours_of_their_own(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    data = resident_data()
    own = {CONF_PERSON: ANNA, "quiet_start": "11:00:00", "quiet_end": "13:00:00"}
    entry = MockConfigEntry(domain=DOMAIN, entry_id="entry", subentries_data=[{**data, "data": own}])
    entry.add_to_hass(hass)
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=50)
    assert not phone.messages
    assert [(item["type"], item["reason"]) for item in account] == [("held_back", "quiet_hours")]
    await clock.forward(minutes=15)
    assert len(phone.messages) == 1


async def test_a_cap_of_none_sends_nothing(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry, account: list[dict[str, Any]]
) -> None:
    await start(hass, entry, clock, push_cap=0)
    house.set(WINDOW, "on")
    await clock.forward(minutes=20)
    assert not phone.messages
    assert account[0]["reason"] == "daily_cap"
