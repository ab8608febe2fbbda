"""The desk: what goes out to residents, how it ends, and the rooms behind it."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..assistant.enums import Channel, Level, Reason, Reply, Verdict
from ..assistant.facts import Moment, Suggestion
from ..assistant.results import Decision, Outcome
from ..const import DOMAIN, ISSUE_NO_PHONE, ISSUE_PERSON_GONE
from ..resident import Resident
from ..storage.ledger import Offer
from ..threads import Thread
from .account import Account
from .channels import Parcel
from .cleared import Cleared
from .doing import Doer
from .learning import Learning
from .promotion import Promotion
from .replies import EVENT_ACTION, Replies
from .told import Told
from .words import Message, Words

if TYPE_CHECKING:
    from ..coordinator import Coordinator

__all__ = ["EVENT_ACTION", "Desk"]

_LOGGER = logging.getLogger(__name__)

BY_HAND: Final = timedelta(minutes=15)
"""A situation that ends this soon after a message was ended because of it (product 5.2)."""

MISSED: Final = timedelta(minutes=30)
"""A situation held back and then ended by hand within this time was a missed need (product 5.2)."""

_DOUBTED: Final = frozenset({Reason.LOW_CONFIDENCE, Reason.BETTER_MOMENT_AHEAD})
"""Reasons of the model's own; only these silences can be the model's mistake."""


class Desk:
    """Sends offers, closes them, and lets the assistant learn from how they end."""

    def __init__(self, coordinator: Coordinator, words: Words) -> None:
        """Serve a coordinator in one language."""
        self._owner = coordinator
        self._hass = coordinator.hass
        self._ledger = coordinator.files.ledger
        self.words = words
        self.account = Account(coordinator)
        self.learning = Learning(coordinator, self.account)
        self.told = Told(coordinator)
        self.promotion = Promotion(coordinator, self.account)
        self.doer = Doer(coordinator, self.account, self.learning, self.told)
        self.cleared = Cleared(coordinator)
        self.replies = Replies(coordinator, self.account, self.learning, self.doer, self.told, self.promotion)

    # Out ----------------------------------------------------------------------------------------

    async def async_offer(self, resident: Resident, thread: Thread, moment: Moment, decision: Decision) -> None:
        """Send a suggestion to a resident's phones, after one last look at the home."""
        now = dt_util.utcnow()
        suggestion = thread.suggestion
        if not self._owner.threads.still_true(suggestion.situation, now):
            return
        message = self.words.message(suggestion, decision.style)
        offer = Offer(
            token=secrets.token_urlsafe(16),
            resident=resident.id,
            suggestion=suggestion,
            moment=moment,
            decision=decision,
            at=now,
            title=message.title,
            message=message.body,
            sent=False,
        )
        parcel = Parcel(
            resident=resident, suggestion=suggestion, decision=decision, message=message, now=now, token=offer.token
        )
        # The promise is on disk before it is made: a reply can be faster than the send returns, and whatever happens
        # in between, a message that may have gone out is not sent again.
        self._ledger.offers[offer.token] = offer
        await self._owner.files.async_commit()
        if self._ledger.offers.get(offer.token) is not offer:
            return
        if not self._owner.threads.still_true(suggestion.situation, dt_util.utcnow()):
            del self._ledger.offers[offer.token]
            self._owner.files.ledger_changed()
            return
        route = await self._owner.post.async_deliver(parcel)
        if route is None:
            self._ledger.offers.pop(offer.token, None)
            missed = replace(
                decision,
                verdict=Verdict.HOLD,
                reason=Reason.NOBODY_TO_TELL,
                channel=Channel.DASHBOARD,
            )
            thread.decisions[resident.id] = missed
            thread.look_again[resident.id] = now + BY_HAND
            await self.async_held_back(resident, thread, missed, now)
            return
        if route.channel is not decision.channel:
            # What was said counts by the way it really went.
            decision = replace(decision, channel=route.channel)
            thread.decisions[resident.id] = decision
        if offer.token in self._ledger.offers:
            self._ledger.offers[offer.token] = replace(offer, decision=decision, sent=True)
        await self._owner.post.async_withdraw(resident, suggestion, Channel.DASHBOARD)
        self.account.note("offered", resident, suggestion, decision, now, title=offer.title, message=offer.message)

    async def async_act(self, resident: Resident, thread: Thread, moment: Moment, decision: Decision) -> None:
        """Act by itself and tell; where that may not be any more, ask."""
        now = dt_util.utcnow()
        why_not = await self.doer.async_act(resident, thread, moment, decision)
        if why_not is None or why_not in (Reason.RESOLVED, Reason.DUPLICATE):
            return
        asked = replace(decision, verdict=Verdict.SPEAK, level=Level.ASK)
        thread.decisions[resident.id] = asked
        if asked.channel in (Channel.PHONE, Channel.SPEAKER):
            await self.async_offer(resident, thread, moment, asked)
        else:
            await self.async_shown(resident, thread, asked, now)

    async def async_shown(self, resident: Resident, thread: Thread, decision: Decision, now: datetime) -> None:
        """Account for a suggestion that is shown without interrupting anybody."""
        message = await self._async_show(resident, thread.suggestion, decision, now)
        self.account.note(
            "offered", resident, thread.suggestion, decision, now, title=message.title, message=message.body
        )

    async def async_held_back(self, resident: Resident, thread: Thread, decision: Decision, now: datetime) -> None:
        """Account for a silence."""
        await self._async_show(resident, thread.suggestion, decision, now)
        self.account.note("held_back", resident, thread.suggestion, decision, now)

    async def _async_show(
        self, resident: Resident, suggestion: Suggestion, decision: Decision, now: datetime
    ) -> Message:
        """Show in the sidebar what no phone can; whatever else interrupts nobody stands on the list by itself."""
        message = self.words.message(suggestion, decision.style)
        parcel = Parcel(resident=resident, suggestion=suggestion, decision=decision, message=message, now=now)
        await self._owner.post.async_show(parcel)
        return message

    # Ends ---------------------------------------------------------------------------------------

    async def async_situation_over(self, thread: Thread, now: datetime) -> None:
        """Close a thread whose situation ended: clear phones, learn from how it ended."""
        situation = thread.suggestion.situation
        self._ledger.situation_over(situation)
        offers = [o for o in self._ledger.offers.values() if o.suggestion.situation == situation]
        for offer in offers:
            del self._ledger.offers[offer.token]
            resident = self._owner.residents.get(offer.resident)
            if resident is None:
                continue
            await self._owner.post.async_withdraw(resident, offer.suggestion)
            by_hand = now - offer.at <= BY_HAND and self._owner.threads.by_hand(thread)
            reply = Reply.DONE_BY_HAND if by_hand else Reply.RESOLVED
            await self.learning.async_ended(resident, offer, Outcome(reply=reply, at=now), offer.at)
        for resident in self._owner.residents.values():
            await self._owner.post.async_withdraw(resident, thread.suggestion, Channel.DASHBOARD)
        if not offers:
            await self._async_missed(thread, now)

    async def _async_missed(self, thread: Thread, now: datetime) -> None:
        """Learn from a silence of the model's own that somebody filled by hand."""
        for resident in self._owner.residents.values():
            decision = thread.decisions.get(resident.id)
            if decision is None:
                continue
            recent = now - thread.decided_at[resident.id] <= MISSED
            home = resident.person in self._owner.home.at_home()
            by_hand = recent and home and self._owner.threads.by_hand(thread)
            if decision.reason in _DOUBTED and by_hand:
                offer = Offer(
                    token="",
                    resident=resident.id,
                    suggestion=thread.suggestion,
                    moment=self._owner.moment(resident, now),
                    decision=decision,
                    at=thread.decided_at[resident.id],
                    title="",
                    message="",
                )
                outcome = Outcome(reply=Reply.DONE_BY_HAND, at=now)
                await self.learning.async_ended(resident, offer, outcome, offer.at)
            elif decision.verdict is Verdict.HOLD:
                self.account.note("resolved", resident, thread.suggestion, decision, now)

    @callback
    def async_expired(self, thread: Thread, now: datetime) -> None:
        """Account for a silence that lasted to the end of its time."""
        for resident_id, decision in thread.decisions.items():
            resident = self._owner.residents.get(resident_id)
            if resident is not None and decision.verdict is Verdict.HOLD:
                self.account.note("expired", resident, thread.suggestion, decision, now)

    async def async_sweep(self, now: datetime, *, settled: bool) -> None:
        """Close offers whose time is up; no answer is almost no evidence.

        Once the home has settled after a start, also those whose situation is gone: it ended while nobody
        was looking, which says nothing about the message.
        """
        await self.doer.async_put_back(now)
        for offer in list(self._ledger.offers.values()):
            resident = self._owner.residents.get(offer.resident)
            late = offer.suggestion.expires <= now
            gone = settled and offer.suggestion.situation not in self._owner.threads.open
            if resident is not None and not late and not gone:
                continue
            del self._ledger.offers[offer.token]
            self._owner.files.ledger_changed()
            if resident is not None:
                await self._owner.post.async_withdraw(resident, offer.suggestion)
                if late and self.cleared.says_nothing(offer.token):
                    self.account.note(Reply.EXPIRED.value, resident, offer.suggestion, offer.decision, now)
                    continue
                reply = Reply.UNSEEN if late else Reply.RESOLVED
                await self.learning.async_ended(resident, offer, Outcome(reply=reply, at=now), offer.at)

    # In -----------------------------------------------------------------------------------------

    @callback
    def async_listen(self) -> CALLBACK_TYPE:
        """Listen to what phones report: a button, or a message that was swiped away."""
        stops = (self.replies.async_listen(), self.cleared.async_listen())

        def stop() -> None:
            for each in stops:
                each()

        return stop

    async def async_answered(self, token: str, reply: Reply) -> None:
        """Take a spoken reply to an open message. Raises NothingToAnswerError when it is not open any more."""
        await self.replies.async_answered(token, reply)

    # Account ------------------------------------------------------------------------------------

    @callback
    def async_on_event(self, listener: Callable[[str, dict[str, Any]], None]) -> CALLBACK_TYPE:
        """Call a listener with the type and data of every event of the account."""
        return self.account.on_event(listener)

    @callback
    def async_check_reach(self) -> None:
        """Raise or withdraw the issues about residents who cannot be reached."""
        for resident in self._owner.residents.values():
            if resident.person is None:
                continue
            gone = self._hass.states.get(resident.person) is None
            self._issue(ISSUE_PERSON_GONE, resident, wanted=gone and self._hass.is_running)
            no_phone = not gone and not resident.phones and self._hass.is_running
            self._issue(ISSUE_NO_PHONE, resident, wanted=no_phone)

    def _issue(self, key: str, resident: Resident, *, wanted: bool) -> None:
        issue_id = f"{key}_{resident.id}"
        if not wanted:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)
            return
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            issue_id,
            # Who is no longer a person here can only be removed.
            is_fixable=key == ISSUE_PERSON_GONE,
            severity=ir.IssueSeverity.WARNING,
            translation_key=key,
            translation_placeholders={"resident": resident.name},
        )
