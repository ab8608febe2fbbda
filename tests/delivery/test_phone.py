"""The payload of a message."""

from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.proactive_assistant.assistant.enums import Category, RiskClass, Urgency
from custom_components.proactive_assistant.delivery.phone import payload, tag_of
from custom_components.proactive_assistant.delivery.words import Message, Words

from ..conftest import NOON
from ..factories import suggestion

WORDS = Words({"button_do": "Do it", "button_ok": "On it", "button_later": "Later", "button_not_now": "Not now"})
MESSAGE = Message(title="Still open", body="Kitchen window")


def test_a_message_has_three_buttons_in_the_fixed_order_and_one_thread_per_situation() -> None:
    data = payload(suggestion(), MESSAGE, "token", WORDS, NOON)
    assert [action["title"] for action in data["data"]["actions"]] == ["On it", "Later", "Not now"]
    assert data["data"]["tag"] == tag_of(suggestion())
    assert data["data"]["visibility"] == "private"


def test_only_security_asks_for_an_unlocked_phone() -> None:
    plain = payload(suggestion(), MESSAGE, "token", WORDS, NOON)
    secure = payload(replace(suggestion(), risk=RiskClass.A3), MESSAGE, "token", WORDS, NOON)
    assert "authenticationRequired" not in plain["data"]["actions"][0]
    assert secure["data"]["actions"][0]["authenticationRequired"] is True


@pytest.mark.parametrize(
    ("urgency", "level"),
    [(Urgency.LOW, "passive"), (Urgency.HIGH, "active"), (Urgency.TIME_SENSITIVE, "time-sensitive")],
)
def test_urgency_sets_the_interruption_level(urgency: Urgency, level: str) -> None:
    data = payload(replace(suggestion(), urgency=urgency), MESSAGE, "token", WORDS, NOON)
    assert data["data"]["push"]["interruption-level"] == level


def test_the_message_leaves_the_phone_when_the_suggestion_expires() -> None:
    item = replace(suggestion(), expires=NOON + timedelta(minutes=20))
    assert payload(item, MESSAGE, "token", WORDS, NOON)["data"]["timeout"] == 1200
    assert payload(item, MESSAGE, "token", WORDS, NOON + timedelta(hours=1))["data"]["timeout"] == 60


@pytest.mark.parametrize(
    ("category", "channel"),
    [
        (Category.SAFETY, "channel_safety"),
        (Category.COMFORT, "channel_comfort"),
        (Category.MAINTENANCE, "channel_digest"),
        (Category.SECURITY, "channel_home_check"),
    ],
)
def test_the_category_sets_the_android_channel(category: Category, channel: str) -> None:
    data = payload(replace(suggestion(), category=category), MESSAGE, "token", WORDS, NOON)
    assert data["data"]["channel"] == channel
