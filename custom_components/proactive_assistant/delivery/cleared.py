"""Messages swiped away: only Android tells, "Clear all" looks the same, and neither is an answer (product 6.3).

A message that was swiped away alone was at least seen: it stays open on the list, and when its time is up it counts as
any message without an answer does, which is next to nothing. One that went with others was perhaps never looked at: its
silence is no evidence at all.
"""

from collections import defaultdict
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import CALLBACK_TYPE, Event, HassJob, callback
from homeassistant.helpers.event import async_call_later

from ..const import ACTION_PREFIX
from .phone import tag_of

if TYPE_CHECKING:
    from ..coordinator import Coordinator

EVENT_CLEARED: Final = "mobile_app_notification_cleared"

TOGETHER: Final = 5.0
"""Seconds within which messages of one phone that go are one gesture."""


class Cleared:
    """Follows what is swiped away."""

    def __init__(self, owner: Coordinator) -> None:
        """Serve a coordinator."""
        self._owner = owner
        self._gone: dict[str, list[str]] = defaultdict(list)
        """Tags that went a moment ago, by the user of the phone."""
        self._waiting: dict[str, CALLBACK_TYPE] = {}
        self.together: set[str] = set()
        """Tokens of messages that went with others."""

    @callback
    def async_listen(self) -> CALLBACK_TYPE:
        """Listen; return how to stop."""
        stop_listening = self._owner.hass.bus.async_listen(EVENT_CLEARED, self._async_cleared)

        def stop() -> None:
            stop_listening()
            for cancel in self._waiting.values():
                cancel()
            self._waiting.clear()

        return stop

    @callback
    def _async_cleared(self, event: Event[Any]) -> None:
        """Note that something went; wait for what else goes with it."""
        user_id, tag = event.context.user_id, event.data.get("tag")
        if user_id is None or not any(
            user_id in {phone.user_id for phone in resident.phones} for resident in self._owner.residents.values()
        ):
            return
        # Messages of others count too: together they are one gesture.
        self._gone[user_id].append(tag if isinstance(tag, str) else "")
        if user_id not in self._waiting:
            job = HassJob(partial(self._settle, user_id))
            self._waiting[user_id] = async_call_later(self._owner.hass, TOGETHER, job)

    @callback
    def _settle(self, user_id: str, _now: datetime) -> None:
        self._waiting.pop(user_id, None)
        tags = self._gone.pop(user_id, [])
        mine = {tag for tag in tags if tag.startswith(ACTION_PREFIX.lower())}
        if len(tags) == 1:
            return
        for offer in self._owner.files.ledger.offers.values():
            resident = self._owner.residents.get(offer.resident)
            if resident is None or user_id not in {phone.user_id for phone in resident.phones}:
                continue
            if tag_of(offer.suggestion) in mine:
                self.together.add(offer.token)

    @callback
    def says_nothing(self, token: str) -> bool:
        """Return whether a message's lack of an answer is no evidence; asked once, when it ends."""
        known = token in self.together
        self.together.discard(token)
        return known
