"""Push to the companion apps: three buttons, one thread per situation."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..assistant.enums import Category, RiskClass, Urgency
from ..assistant.facts import Suggestion
from ..const import ACTION_PREFIX
from ..sensing.phone import Phone
from .words import Message, Words

_LOGGER = logging.getLogger(__name__)


class Button(StrEnum):
    """The buttons of a message, in the order they are shown; Android has room for the first three."""

    DO = "DO"
    LATER = "LATER"
    NOT_NOW = "NOT_NOW"
    AT = "AT"
    """Later, with a text that says when."""
    WHY = "WHY"
    ON_PURPOSE = "ON_PURPOSE"
    NEVER = "NEVER"


class After(StrEnum):
    """The buttons of what is said later: about something done, or about doing more."""

    UNDO = "UNDO"
    LET_IT = "LET_IT"
    """Do it by itself from now on."""
    KEEP_ASKING = "KEEP_ASKING"
    STOP_OFFERING = "STOP_OFFERING"


_CHANNELS: Final = {
    Category.SAFETY: "channel_safety",
    Category.COMFORT: "channel_comfort",
    Category.MAINTENANCE: "channel_digest",
}
_LEVELS: Final = {
    Urgency.LOW: "passive",
    Urgency.NORMAL: "active",
    Urgency.HIGH: "active",
    Urgency.TIME_SENSITIVE: "time-sensitive",
}


def after_id(token: str, button: After) -> str:
    """Return the id of a later button; nobody can guess the token."""
    return f"{ACTION_PREFIX}_{button}_{token}"


def parse_after(action: object) -> tuple[str, After] | None:
    """Return token and button of a later button's id; None when it is not one of ours."""
    if not isinstance(action, str):
        return None
    for button in After:
        prefix = f"{ACTION_PREFIX}_{button}_"
        if action.startswith(prefix) and len(action) > len(prefix):
            return action.removeprefix(prefix), button
    return None


def action_id(token: str, button: Button) -> str:
    """Return the id of a button; nobody can guess the token."""
    return f"{ACTION_PREFIX}_{button}_{token}"


def parse_action(action: object) -> tuple[str, Button] | None:
    """Return token and button of an action id; None when it is not one of ours."""
    if not isinstance(action, str):
        return None
    for button in Button:
        prefix = f"{ACTION_PREFIX}_{button}_"
        if action.startswith(prefix) and len(action) > len(prefix):
            return action.removeprefix(prefix), button
    return None


def tag_of(suggestion: Suggestion) -> str:
    """Return the tag by which a phone replaces and clears messages about one situation."""
    return f"{ACTION_PREFIX.lower()}_{suggestion.situation}"


def payload(suggestion: Suggestion, message: Message, token: str, words: Words, now: datetime) -> dict[str, Any]:
    """Return the service data of an actionable message."""
    secure = suggestion.risk >= RiskClass.A3
    titles = {
        Button.DO: words.button(suggestion),
        Button.LATER: words.text("button_later"),
        Button.NOT_NOW: words.text("button_not_now"),
    }
    actions: list[dict[str, Any]] = [
        {"action": action_id(token, button), "title": title} for button, title in titles.items()
    ]
    if secure:
        actions[0]["authenticationRequired"] = True
    return {
        "title": message.title,
        "message": message.body,
        "data": {
            "tag": tag_of(suggestion),
            "group": f"{ACTION_PREFIX.lower()}_{suggestion.kind}",
            "channel": words.text(_CHANNELS.get(suggestion.category, "channel_home_check")),
            "importance": "high" if suggestion.urgency >= Urgency.HIGH else "default",
            "alert_once": True,
            "visibility": "private",
            "timeout": max(60, round((suggestion.expires - now).total_seconds())),
            "push": {"interruption-level": _LEVELS[suggestion.urgency]},
            "actions": actions,
        },
    }


def quiet_payload(
    suggestion: Suggestion, title: str, body: str, buttons: list[dict[str, Any]], words: Words, stays: timedelta
) -> dict[str, Any]:
    """Return the service data of a message that makes no sound and replaces the one about its situation."""
    return {
        "title": title,
        "message": body,
        "data": {
            "tag": tag_of(suggestion),
            "group": f"{ACTION_PREFIX.lower()}_{suggestion.kind}",
            "channel": words.text(_CHANNELS.get(suggestion.category, "channel_home_check")),
            "importance": "low",
            "alert_once": True,
            "visibility": "private",
            "timeout": max(1, round(stays.total_seconds())),
            "push": {"interruption-level": "passive", "sound": "none"},
            "actions": buttons,
        },
    }


async def async_send(hass: HomeAssistant, phones: Iterable[Phone], data: dict[str, Any]) -> bool:
    """Push to all phones of a resident; return whether any took it."""
    reached = False
    for phone in phones:
        try:
            await hass.services.async_call("notify", phone.service, data, blocking=True)
            reached = True
        except (HomeAssistantError, TimeoutError) as err:
            _LOGGER.debug("Phone %s could not be reached: %s", phone.service, err)
    return reached


async def async_clear(hass: HomeAssistant, phones: Iterable[Phone], suggestion: Suggestion) -> None:
    """Remove a situation's message from phones."""
    data = {"message": "clear_notification", "data": {"tag": tag_of(suggestion)}}
    await async_send(hass, phones, data)
