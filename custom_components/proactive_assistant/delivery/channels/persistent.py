"""A notification in the sidebar: for residents whom no phone reaches, and for danger in a home without phones."""

from datetime import datetime
from typing import ClassVar, override

from homeassistant.components import persistent_notification

from ...assistant.enums import Channel, Reason, Verdict
from ...assistant.facts import Suggestion
from ...assistant.kinds import KINDS
from ...resident import Resident
from ..phone import tag_of
from .base import Parcel, Route
from .todo import is_private


class PersistentRoute(Route):
    """Show in the sidebar. Everybody who is logged in sees it, and it has no buttons: the list answers for it."""

    key: ClassVar[str] = "persistent"
    channel: ClassVar[Channel] = Channel.DASHBOARD

    @override
    def reaches(self, resident: Resident, now: datetime) -> bool:
        return True

    @override
    def accepts(self, parcel: Parcel) -> bool:
        """Take what a phone would have shown; what is for the dashboard anyway stands there already."""
        suggestion, decision = parcel.suggestion, parcel.decision
        if suggestion.safety:
            return True
        if is_private(self._owner, suggestion) or parcel.resident.is_household:
            return False
        policy = KINDS.get(suggestion.kind)
        wished = Channel.PHONE if policy is None else policy.channel
        return decision.reason is Reason.NOBODY_TO_TELL or (
            decision.verdict is Verdict.SPEAK and decision.channel is Channel.DASHBOARD and wished is Channel.PHONE
        )

    @override
    async def async_deliver(self, parcel: Parcel) -> None:
        target = self._owner.post.target()
        body = parcel.message.body
        if target is not None:
            body = f"{body}\n\n[{self._words.text('open_list')}]({target})"
        persistent_notification.async_create(self._hass, body, parcel.message.title, tag_of(parcel.suggestion))

    @override
    async def async_withdraw(self, resident: Resident, suggestion: Suggestion) -> None:
        persistent_notification.async_dismiss(self._hass, tag_of(suggestion))
