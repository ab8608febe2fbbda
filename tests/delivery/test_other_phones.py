"""Two residents and one situation, more buttons on an iPhone, and what is swiped away."""

from types import MappingProxyType
from typing import Any

import pytest
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Context, Event, EventOrigin, HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.delivery.cleared import EVENT_CLEARED, TOGETHER
from custom_components.proactive_assistant.delivery.phone import tag_of
from custom_components.proactive_assistant.delivery.replies import EVENT_ACTION

from ..conftest import WINDOW, Clock, House, Phone, add_phone, kinds, resident_data, setup
from ..factories import suggestion


@pytest.fixture
async def ben(hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry) -> Phone:
    """Return Ben's phone, in a home where both he and Anna have been told of the window."""
    hass.states.async_set("person.ben", "home", {"user_id": "ben-user", "friendly_name": "Ben"})
    data = resident_data("person.ben", "Ben")
    hass.config_entries.async_add_subentry(entry, ConfigSubentry(**{**data, "data": MappingProxyType(data["data"])}))
    ben = add_phone(hass, "bens_phone", "ben-user")
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert len(phone.messages) == len(ben.messages) == 1
    return ben


@pytest.mark.parametrize("button", [0, 1, 2])
async def test_one_answer_clears_every_phone(ben: Phone, phone: Phone, button: int) -> None:
    await phone.press(button)
    assert phone.cleared == ben.cleared == [tag_of(suggestion())]


@pytest.mark.parametrize("button", [0, 1, 2])
async def test_the_other_phone_does_and_teaches_nothing_after_that(
    hass: HomeAssistant, entry: MockConfigEntry, ben: Phone, phone: Phone, button: int, account: list[dict[str, Any]]
) -> None:
    before = entry.runtime_data.residents["ben"].state
    await phone.press(button)
    for late in range(3):
        await ben.press(late)
    assert entry.runtime_data.residents["ben"].state.counts == before.counts
    assert [item["type"] for item in account if item["person_id"] == "person.ben"] == ["resolved"]


async def test_each_answers_only_the_message_on_their_own_phone(
    ben: Phone, phone: Phone, account: list[dict[str, Any]]
) -> None:
    await phone.press(0, user_id="ben-user")
    await ben.press(0, user_id="anna-user")
    assert kinds(account) == []
    assert not phone.cleared


async def test_what_one_puts_off_does_not_come_back_to_the_other_at_once(
    ben: Phone, phone: Phone, clock: Clock
) -> None:
    await phone.press(1)
    await clock.forward(minutes=50)
    assert len(ben.messages) == len(phone.messages) == 1
    await clock.forward(minutes=30)
    assert len(phone.messages) == 2, "it was asked for"


async def test_both_answer_in_the_same_second(
    hass: HomeAssistant, entry: MockConfigEntry, ben: Phone, phone: Phone, account: list[dict[str, Any]]
) -> None:
    for one in (phone, ben):
        action = one.messages[0]["data"]["actions"][0]["action"]
        hass.bus.async_fire(
            EVENT_ACTION, {"action": action}, origin=EventOrigin.remote, context=Context(user_id=one.user_id)
        )
    await hass.async_block_till_done(wait_background_tasks=True)
    first, second = kinds(account)
    assert first == "accepted opening_left"
    # Whether the second tap still found its message open is a matter of milliseconds; neither way is anything lost.
    assert second in ("accepted opening_left", "resolved opening_left")
    assert not entry.runtime_data.files.ledger.offers


async def test_it_is_over_for_both_when_the_window_is_closed(
    ben: Phone, phone: Phone, house: House, clock: Clock
) -> None:
    house.set(WINDOW, "off")
    await clock.settle()
    assert phone.cleared == ben.cleared == [tag_of(suggestion())]


# More buttons ------------------------------------------------------------------------------------


@pytest.fixture
async def iphone(hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry) -> Phone:
    """Return Anna's iPhone with a message about the window."""
    registration = hass.config_entries.async_entries("mobile_app")[0]
    hass.config_entries.async_update_entry(registration, data={**registration.data, "manufacturer": "Apple"})
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert len(phone.messages[0]["data"]["actions"]) == 7
    return phone


async def reply(phone: Phone, button: int, text: str | None = None) -> None:
    data = {"action": phone.messages[-1]["data"]["actions"][button]["action"]}
    if text is not None:
        data["reply_text"] = text
    phone.hass.bus.async_fire(EVENT_ACTION, data, origin=EventOrigin.remote, context=Context(user_id=phone.user_id))
    await phone.hass.async_block_till_done(wait_background_tasks=True)


@pytest.mark.parametrize(("text", "minutes"), [("20 min", 20), ("in 90 Minuten", 90), ("dunno", 60), ("", 60)])
async def test_a_text_says_when(iphone: Phone, clock: Clock, text: str, minutes: int) -> None:
    await reply(iphone, 3, text)
    await clock.forward(minutes=minutes - 2)
    assert len(iphone.messages) == 1
    await clock.forward(minutes=20)
    assert len(iphone.messages) == 2


async def test_tonight_is_tonight(iphone: Phone, clock: Clock) -> None:
    await reply(iphone, 3, "tonight")
    await clock.forward(hours=5)
    assert len(iphone.messages) == 1
    await clock.forward(hours=1, minutes=20)
    assert len(iphone.messages) == 2


async def test_why_is_told_in_place_without_a_sound_and_stays_open(
    iphone: Phone, account: list[dict[str, Any]]
) -> None:
    await reply(iphone, 4)
    first, second = iphone.messages
    assert second["message"].startswith("Kitchen window · since ")
    assert second["message"].endswith("This seems to be a good moment for it.")
    assert second["data"]["tag"] == first["data"]["tag"]
    assert second["data"]["push"]["sound"] == "none"
    assert kinds(account) == []
    await reply(iphone, 0)
    assert kinds(account) == ["accepted opening_left"]


async def test_on_purpose_is_silent_until_it_is_closed(
    iphone: Phone, house: House, clock: Clock, account: list[dict[str, Any]]
) -> None:
    await reply(iphone, 5)
    assert kinds(account) == ["wrong opening_left"]
    await clock.forward(hours=5)
    assert len(iphone.messages) == 1


async def test_on_purpose_reaches_the_kind_that_may_learn_of_it(
    entry: MockConfigEntry, iphone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    [opening] = [item for item in entry.runtime_data.threads.detectors if item.kind == "opening_left"]
    monkeypatch.setattr(opening, "meant", lambda suggestion, _now: heard.append(suggestion.situation))
    await reply(iphone, 5)
    assert heard == [f"opening_left:{WINDOW}"]


async def test_never_is_never(iphone: Phone, house: House, clock: Clock, account: list[dict[str, Any]]) -> None:
    await reply(iphone, 6)
    assert kinds(account) == ["never opening_left"]
    house.set(WINDOW, "off")
    await clock.settle()
    house.set(WINDOW, "on")
    await clock.forward(hours=5)
    assert len(iphone.messages) == 1


# Swiped away -------------------------------------------------------------------------------------


async def swipe(hass: HomeAssistant, phone: Phone, *tags: str, user_id: str | None = None) -> None:
    for tag in tags:
        hass.bus.async_fire(
            EVENT_CLEARED, {"tag": tag}, origin=EventOrigin.remote, context=Context(user_id=user_id or phone.user_id)
        )
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.fixture
async def offered(coordinator: Coordinator, house: House, phone: Phone, clock: Clock) -> Coordinator:
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert len(phone.messages) == 1
    return coordinator


async def test_a_swipe_is_no_refusal(
    hass: HomeAssistant, offered: Coordinator, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    before = offered.residents["anna"].state
    await swipe(hass, phone, tag_of(suggestion()))
    await clock.forward(seconds=TOGETHER + 1)
    assert kinds(account) == []
    assert offered.residents["anna"].state is before
    assert hass.states.get("todo.proactive_assistant_home_check").state == "1"
    await clock.forward(hours=13)
    assert kinds(account)[-1] == "unseen opening_left"


async def test_what_went_with_others_is_no_evidence_at_all(
    hass: HomeAssistant, offered: Coordinator, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    before = offered.residents["anna"].state
    await swipe(hass, phone, tag_of(suggestion()), "news", "weather")
    await clock.forward(hours=13)
    assert "expired opening_left" in kinds(account)
    assert "unseen opening_left" not in kinds(account)
    assert offered.residents["anna"].state is before


async def test_the_swipe_of_a_stranger_is_nothing(
    hass: HomeAssistant, offered: Coordinator, phone: Phone, clock: Clock
) -> None:
    await swipe(hass, phone, tag_of(suggestion()), "news", user_id="stranger")
    await clock.forward(seconds=TOGETHER + 1)
    assert not offered.desk.cleared.together


@pytest.mark.parametrize("data", [{}, {"tag": None}, {"tag": 7}, {"tag": ["x"]}])
async def test_a_damaged_event_does_no_harm(
    hass: HomeAssistant, offered: Coordinator, phone: Phone, clock: Clock, data: dict[str, Any]
) -> None:
    seen: list[Event[Any]] = []
    hass.bus.async_listen(EVENT_CLEARED, seen.append)
    hass.bus.async_fire(EVENT_CLEARED, data, context=Context(user_id=phone.user_id))
    await clock.forward(seconds=TOGETHER + 1)
    assert seen
    assert not offered.desk.cleared.together
