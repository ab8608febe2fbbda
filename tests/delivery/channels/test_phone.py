"""The payload of a message on a phone, and the way there."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceNotFound

from custom_components.proactive_assistant.assistant.enums import Category, Channel, RiskClass, Urgency
from custom_components.proactive_assistant.assistant.facts import PlannedAction, Suggestion
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.delivery.channels import Parcel
from custom_components.proactive_assistant.delivery.channels import phone as route
from custom_components.proactive_assistant.delivery.channels.phone import payload
from custom_components.proactive_assistant.delivery.phone import Button, parse_action, tag_of
from custom_components.proactive_assistant.delivery.preferences import Preferences
from custom_components.proactive_assistant.delivery.words import Message, Words

from ...conftest import NOON, WINDOW, Clock, House, add_phone
from ...conftest import Phone as PretendPhone
from ...factories import light_off, suggestion
from .kit import ANDROID, IPHONE, parcel

LOCK = PlannedAction(domain="lock", action="lock", entity_ids=("lock.door",), risk=RiskClass.A3)


@pytest.fixture
async def words(hass: HomeAssistant) -> Words:
    return await Words.async_load(hass, "en")


def sent(words: Words, item: Suggestion | None = None, *, apple: bool = False, **changes: Any) -> dict[str, Any]:
    preferences = Preferences(**changes)
    return payload(parcel(item), IPHONE if apple else ANDROID, words, preferences)


def titles(data: dict[str, Any]) -> list[str]:
    return [action["title"] for action in data["data"]["actions"]]


async def test_android_has_three_buttons_in_the_fixed_order(words: Words) -> None:
    assert titles(sent(words)) == ["On it", "Later", "Not now"]
    assert titles(sent(words, suggestion(actions=(light_off("light.a"),)))) == ["Do it", "Later", "Not now"]


async def test_an_iphone_has_the_same_three_first_and_then_more(words: Words) -> None:
    data = sent(words, apple=True)
    assert titles(data) == ["On it", "Later", "Not now", "Later …", "Why?", "On purpose", "Never"]
    typed = data["data"]["actions"][3]
    assert typed["behavior"] == "textInput"
    assert typed["textInputPlaceholder"]
    assert [row["title"] for row in data["data"]["actions"] if "behavior" in row] == ["Later …"]


async def test_every_button_reads_back_as_itself(words: Words) -> None:
    read = [parse_action(row["action"]) for row in sent(words, apple=True)["data"]["actions"]]
    assert [found[1] for found in read if found] == list(route.buttons_of(suggestion(), apple=True))
    assert {found[0] for found in read if found} == {"token"}
    assert set(route.buttons_of(suggestion(), apple=True)) == set(Button)


async def test_one_thread_per_situation_and_one_group_per_kind(words: Words) -> None:
    data = sent(words)["data"]
    assert data["tag"] == tag_of(suggestion())
    assert data["group"].endswith("opening_left")
    assert data["alert_once"] is True
    assert data["visibility"] == "private"


async def test_only_security_asks_for_an_unlocked_phone(words: Words) -> None:
    assert all("authenticationRequired" not in row for row in sent(words, apple=True)["data"]["actions"])
    secure = sent(words, suggestion(risk=RiskClass.A3), apple=True)["data"]["actions"]
    assert [row.get("authenticationRequired") for row in secure] == [True, *[None] * 6]


async def test_the_risk_of_the_worst_action_counts_whatever_the_suggestion_says(words: Words) -> None:
    item = suggestion(risk=RiskClass.A1, actions=(light_off("light.a"), LOCK))
    assert sent(words, item)["data"]["actions"][0]["authenticationRequired"] is True


@pytest.mark.parametrize(
    ("item", "level"),
    [
        (suggestion(), "active"),
        (suggestion(urgency=Urgency.HIGH), "active"),
        (suggestion(urgency=Urgency.LOW), "passive"),
        (suggestion("bedtime", category=Category.COMFORT), "passive"),
        (suggestion("lock_check", urgency=Urgency.TIME_SENSITIVE), "time-sensitive"),
        (suggestion("cold_storage", urgency=Urgency.TIME_SENSITIVE), "time-sensitive"),
        (suggestion("heat_source_on", urgency=Urgency.TIME_SENSITIVE), "time-sensitive"),
        (suggestion("leave_now", urgency=Urgency.TIME_SENSITIVE), "active"),
        (suggestion("my_own", urgency=Urgency.TIME_SENSITIVE), "active"),
        (suggestion("safety", urgency=Urgency.TIME_SENSITIVE, safety=True), "time-sensitive"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.kind}-{value.urgency.name}",
)
async def test_interruption_levels(words: Words, item: Suggestion, level: str) -> None:
    assert sent(words, item)["data"]["push"]["interruption-level"] == level


async def test_critical_is_for_danger_alone_and_only_where_it_was_asked_for(words: Words) -> None:
    danger = suggestion("safety", urgency=Urgency.TIME_SENSITIVE, category=Category.SAFETY, safety=True)
    push = sent(words, danger, critical=True)["data"]["push"]
    assert push["interruption-level"] == "critical"
    assert push["sound"]["critical"] == 1
    fridge = suggestion("cold_storage", urgency=Urgency.TIME_SENSITIVE, category=Category.SAFETY)
    assert sent(words, fridge, critical=True)["data"]["push"]["interruption-level"] == "time-sensitive"


async def test_danger_is_acknowledged_not_put_off_and_sounds_every_time(words: Words) -> None:
    danger = sent(words, suggestion("safety", urgency=Urgency.TIME_SENSITIVE, safety=True), apple=True)
    assert titles(danger) == ["On it"]
    assert danger["data"]["alert_once"] is False
    assert danger["data"]["priority"] == "high"
    assert danger["data"]["importance"] == "high"


async def test_the_message_leaves_the_phone_when_the_suggestion_expires(words: Words) -> None:
    item = suggestion(expires=NOON + timedelta(minutes=20))
    assert payload(parcel(item), ANDROID, words, Preferences())["data"]["timeout"] == 1200
    late = parcel(item, now=NOON + timedelta(hours=1))
    assert payload(late, ANDROID, words, Preferences())["data"]["timeout"] == 60


@pytest.mark.parametrize(
    ("category", "channel"),
    [
        (Category.SAFETY, "Safety"),
        (Category.COMFORT, "Comfort"),
        (Category.MAINTENANCE, "Digest"),
        (Category.SECURITY, "Home check"),
        (Category.CHORES, "Home check"),
    ],
)
async def test_the_category_sets_the_android_channel(words: Words, category: Category, channel: str) -> None:
    assert sent(words, suggestion(category=category))["data"]["channel"] == channel


async def test_an_update_is_silent(words: Words) -> None:
    data = payload(parcel(again=True), IPHONE, words, Preferences())["data"]
    assert data["push"]["sound"] == "none"
    assert data["alert_once"] is True


async def test_private_wording_names_no_room_no_thing_and_no_lock(words: Words) -> None:
    item = suggestion("lock_check", actions=(LOCK,), risk=RiskClass.A3)
    told = parcel(item, message=Message(title="Unlocked", body="Hall: Front door · Ben's key"))
    data = payload(told, ANDROID, words, Preferences(private_wording=True))
    text = " ".join([data["title"], data["message"], *titles(data)]).lower()
    assert not [word for word in ("hall", "door", "ben", "lock", "kitchen", "window") if word in text]
    assert data["data"]["actions"][0]["authenticationRequired"] is True


async def test_private_wording_still_names_danger(words: Words) -> None:
    danger = parcel(suggestion("safety", safety=True), message=Message(title="Smoke", body="Hall: Detector"))
    data = payload(danger, ANDROID, words, Preferences(private_wording=True))
    assert (data["title"], data["message"]) == ("Smoke", "Hall: Detector")


# The way there ----------------------------------------------------------------------------------


def of(coordinator: Coordinator, **changes: Any) -> Parcel:
    return parcel(resident=coordinator.residents["anna"], **changes)


async def test_a_tap_on_the_message_opens_the_list(
    coordinator: Coordinator, house: House, phone: PretendPhone, clock: Clock
) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    [data] = [item["data"] for item in phone.messages]
    assert data["clickAction"] == data["url"] == "/todo?entity_id=todo.proactive_assistant_home_check"


async def test_every_phone_of_a_resident_gets_it_and_one_is_enough(
    hass: HomeAssistant, coordinator: Coordinator, house: House, phone: PretendPhone, clock: Clock
) -> None:
    second = add_phone(hass, "annas_tablet", phone.user_id)
    coordinator.residents["anna"].find_phones(hass)
    phone.dead = True
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert not phone.messages
    assert len(second.messages) == 1
    house.set(WINDOW, "off")
    phone.dead = False
    await clock.settle()
    assert second.cleared == phone.cleared == [tag_of(suggestion())]


@pytest.mark.parametrize(
    "error",
    [HomeAssistantError("away"), TimeoutError(), ServiceNotFound("notify", "gone"), KeyError("webhook"), ValueError()],
    ids=repr,
)
async def test_whatever_ails_a_notifier_is_a_dead_phone(
    hass: HomeAssistant, coordinator: Coordinator, phone: PretendPhone, error: Exception
) -> None:
    def fail(_call: object) -> None:
        raise error

    hass.services.async_register("notify", phone.service, fail)
    assert await coordinator.post.async_deliver(of(coordinator)) is None
    assert Channel.PHONE not in coordinator.post.channels(coordinator.residents["anna"], NOON)


async def test_a_phone_that_hangs_is_given_up(
    hass: HomeAssistant, coordinator: Coordinator, phone: PretendPhone, clock: Clock
) -> None:
    async def hang(_call: object) -> None:
        await asyncio.get_running_loop().create_future()

    hass.services.async_register("notify", phone.service, hang)
    sending = hass.async_create_task(coordinator.post.async_deliver(of(coordinator)))
    await asyncio.sleep(0)
    clock.freezer.tick(route.PATIENCE + 1)
    assert await sending is None


async def test_a_dead_phone_is_left_alone_for_a_while_but_not_about_danger(
    coordinator: Coordinator, phone: PretendPhone
) -> None:
    resident = coordinator.residents["anna"]
    phone.dead = True
    assert await coordinator.post.async_deliver(of(coordinator)) is None
    phone.dead = False
    assert await coordinator.post.async_deliver(of(coordinator)) is None, "not asked again yet"
    danger = of(coordinator, item=suggestion("safety", safety=True))
    carried = await coordinator.post.async_deliver(danger)
    assert carried is not None
    assert carried.key == "phone"
    assert Channel.PHONE in coordinator.post.channels(resident, NOON), "what answers is alive"


async def test_a_failed_clear_says_nothing_about_a_phone(coordinator: Coordinator, phone: PretendPhone) -> None:
    phone.dead = True
    await coordinator.post.async_withdraw(coordinator.residents["anna"], suggestion())
    assert Channel.PHONE in coordinator.post.channels(coordinator.residents["anna"], NOON)


def test_the_order_of_the_buttons_is_that_of_the_names() -> None:
    assert list(Button)[:3] == [Button.DO, Button.LATER, Button.NOT_NOW]
    assert replace(ANDROID, apple=True).apple
