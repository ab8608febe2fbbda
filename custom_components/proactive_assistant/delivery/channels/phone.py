"""The companion app: one thread per situation, the same buttons in the same order, little on the lock screen."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar, Final, override

from ...assistant.enums import Category, Channel, RiskClass, Urgency
from ...assistant.facts import Suggestion
from ...assistant.kinds import KINDS
from ...assistant.levels import risk_of
from ...const import ACTION_PREFIX
from ...resident import Resident
from ...sensing.phone import Phone
from ..phone import Button, action_id, tag_of
from ..preferences import Preferences
from ..words import Words
from .base import Parcel, Route, UndeliverableError

_LOGGER = logging.getLogger(__name__)

PATIENCE: Final = 15.0
"""Seconds until a phone that neither takes a message nor refuses it counts as dead."""

LEAST_SECONDS: Final = 60
"""A message that is about to expire still stands long enough to be read."""

CLEAR: Final = "clear_notification"

_ANDROID_CHANNELS: Final[Mapping[Category, str]] = MappingProxyType(
    {
        Category.SAFETY: "channel_safety",
        Category.COMFORT: "channel_comfort",
        Category.MAINTENANCE: "channel_digest",
    }
)
"""Of four channels, so that a person can mute one; everything else is the home check (product 4.1, Android ranking)."""

_TITLES: Final[Mapping[Button, str]] = MappingProxyType(
    {
        Button.LATER: "button_later",
        Button.NOT_NOW: "button_not_now",
        Button.AT: "button_at",
        Button.WHY: "button_why",
        Button.ON_PURPOSE: "button_on_purpose",
        Button.NEVER: "button_never",
    }
)

_EVERYWHERE: Final = (Button.DO, Button.LATER, Button.NOT_NOW)
"""What Android has room for (product 6.3)."""
_APPLE: Final = (*_EVERYWHERE, Button.AT, Button.WHY, Button.ON_PURPOSE, Button.NEVER)
_SAFETY: Final = (Button.DO,)
"""Danger is acknowledged; it is neither put off nor refused."""


def interruption_level(suggestion: Suggestion, preferences: Preferences) -> str:
    """Return how an iPhone may interrupt: critical is for danger alone, and only where it was asked for.

    Time-sensitive is for what passes the quiet hours too; comfort stays silent (product 4.1 and 6.3).
    """
    if suggestion.safety:
        return "critical" if preferences.critical else "time-sensitive"
    policy = KINDS.get(suggestion.kind)
    passes = policy is not None and policy.in_quiet_hours
    if passes and (suggestion.urgency is Urgency.TIME_SENSITIVE or suggestion.risk_present):
        return "time-sensitive"
    if suggestion.urgency is Urgency.LOW or suggestion.category is Category.COMFORT:
        return "passive"
    return "active"


def buttons_of(suggestion: Suggestion, *, apple: bool) -> tuple[Button, ...]:
    """Return the buttons of a message on a phone, in their order."""
    if suggestion.safety and not suggestion.actions:
        return _SAFETY
    return _APPLE if apple else _EVERYWHERE


def _actions(parcel: Parcel, phone: Phone, words: Words, preferences: Preferences) -> list[dict[str, Any]]:
    suggestion = parcel.suggestion
    private = preferences.private_wording
    rows: list[dict[str, Any]] = []
    for button in buttons_of(suggestion, apple=phone.apple):
        if button is Button.DO:
            title = words.button(suggestion, private=private)
        else:
            title = words.label(_TITLES[button], suggestion, private=private)
        row: dict[str, Any] = {"action": action_id(parcel.token, button), "title": title}
        if button is Button.DO and risk_of(suggestion) >= RiskClass.A3:
            row["authenticationRequired"] = True
        if button is Button.AT:
            row |= {
                "behavior": "textInput",
                "textInputButtonTitle": words.text("button_later"),
                "textInputPlaceholder": words.text("later_placeholder"),
            }
        if button is Button.NEVER:
            row["destructive"] = True
        rows.append(row)
    return rows


def payload(
    parcel: Parcel, phone: Phone, words: Words, preferences: Preferences, target: str | None = None
) -> dict[str, Any]:
    """Return the data of a message for the action that notifies one phone; a tap on its body opens the target."""
    suggestion = parcel.suggestion
    message = words.private(suggestion, parcel.message) if preferences.private_wording else parcel.message
    level = interruption_level(suggestion, preferences)
    pressing = level in ("time-sensitive", "critical")
    loud = suggestion.urgency >= Urgency.HIGH and level != "passive"
    push: dict[str, Any] = {"interruption-level": level}
    if level == "critical":
        push["sound"] = {"name": "default", "critical": 1, "volume": 1.0}
    elif parcel.again or level == "passive":
        push["sound"] = "none"
    data: dict[str, Any] = {
        "tag": tag_of(suggestion),
        "group": f"{ACTION_PREFIX.lower()}_{suggestion.kind}",
        "channel": words.text(_ANDROID_CHANNELS.get(suggestion.category, "channel_home_check")),
        "importance": "high" if loud or suggestion.safety else "default",
        "alert_once": not suggestion.safety or parcel.again,
        "visibility": "private",
        "timeout": max(LEAST_SECONDS, round((suggestion.expires - parcel.now).total_seconds())),
        "push": push,
        "actions": _actions(parcel, phone, words, preferences),
    }
    if pressing:
        # Wakes an Android phone that dozes; anything else may wait until it wakes by itself.
        data |= {"ttl": 0, "priority": "high"}
    if target is not None:
        data |= {"url": target, "clickAction": target}
    return {"title": message.title, "message": message.body, "data": data}


class PhoneRoute(Route):
    """Push to every phone of a resident."""

    key: ClassVar[str] = "phone"
    channel: ClassVar[Channel] = Channel.PHONE

    @override
    def reaches(self, resident: Resident, now: datetime) -> bool:
        return any(self._health.usable(phone.service, now) for phone in resident.phones)

    @override
    async def async_deliver(self, parcel: Parcel) -> None:
        preferences = self._owner.preferences
        phones = parcel.resident.phones
        if not parcel.suggestion.safety:
            # Danger is tried on every phone every time, whatever is known about it.
            phones = tuple(phone for phone in phones if self._health.usable(phone.service, parcel.now))
        target = self._owner.post.target()
        sent = await asyncio.gather(
            *(
                self._async_push(phone, payload(parcel, phone, self._words, preferences, target), parcel.now)
                for phone in phones
            )
        )
        if not any(sent):
            raise UndeliverableError(self.key)

    @override
    async def async_withdraw(self, resident: Resident, suggestion: Suggestion) -> None:
        data = {"message": CLEAR, "data": {"tag": tag_of(suggestion)}}
        await asyncio.gather(*(self._async_push(phone, data, None) for phone in resident.phones))

    async def async_tell(self, resident: Resident, data: Mapping[str, Any], now: datetime) -> bool:
        """Push something that is no suggestion; return whether any phone took it."""
        phones = [phone for phone in resident.phones if self._health.usable(phone.service, now)]
        return any(await asyncio.gather(*(self._async_push(phone, dict(data), now) for phone in phones)))

    async def _async_push(self, phone: Phone, data: dict[str, Any], now: datetime | None) -> bool:
        """Push to one phone; return whether it took the message. Without a time a failure says nothing about it."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._hass.services.async_call("notify", phone.service, data, blocking=True)
        except Exception as err:  # noqa: BLE001 - somebody else's notifier; whatever ails it must not stop the others
            if now is not None and self._health.failed(phone.service, now):
                _LOGGER.warning("Phone %s cannot be reached: %r", phone.service, err)
            return False
        if self._health.worked(phone.service):
            _LOGGER.info("Phone %s can be reached again", phone.service)
        return True
