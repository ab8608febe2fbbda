"""The desk: what goes out to residents, and what comes back from them."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import CALLBACK_TYPE, Context, Event, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..actions.execute import async_execute
from ..actions.risk import ForbiddenActionError
from ..assistant.engine import EngineError
from ..assistant.enums import Channel, Reason, Reply, Verdict
from ..assistant.facts import Moment, Suggestion
from ..assistant.insight import dimension_moves, effect_moves
from ..assistant.results import Decision, Outcome
from ..assistant.settings import NEVER_HOURS
from ..const import DOMAIN, EVENT_DECISION, ISSUE_NO_PHONE, ISSUE_PERSON_GONE
from ..resident import Resident
from ..storage.ledger import Lesson, Offer, Silence, entry_for
from ..threads import Thread
from .channels import Parcel
from .errors import NothingToAnswerError
from .phone import Button, parse_action
from .words import Message, Words

if TYPE_CHECKING:
    from ..coordinator import Coordinator

_LOGGER = logging.getLogger(__name__)

EVENT_ACTION: Final = "mobile_app_notification_action"

BY_HAND: Final = timedelta(minutes=15)
"""A situation that ends this soon after a message was ended because of it (product 5.2)."""

MISSED: Final = timedelta(minutes=30)
"""A situation held back and then ended by hand within this time was a missed need (product 5.2)."""

LATER: Final = timedelta(minutes=60)
"""What the Later button means; a choice of times comes with the text reply."""

_BUTTONS: Final = {Reply.ACCEPTED: Button.DO, Reply.LATER: Button.LATER, Reply.NOT_NOW: Button.NOT_NOW}

_DOUBTED: Final = frozenset({Reason.LOW_CONFIDENCE, Reason.BETTER_MOMENT_AHEAD})
"""Reasons of the model's own; only these silences can be the model's mistake."""


class Desk:
    """Sends offers, takes replies, and lets the assistant learn from how they end."""

    def __init__(self, coordinator: Coordinator, words: Words) -> None:
        """Serve a coordinator in one language."""
        self._owner = coordinator
        self._hass = coordinator.hass
        self._ledger = coordinator.files.ledger
        self.words = words
        self._event_listeners: list[Callable[[str, dict[str, Any]], None]] = []

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
        )
        parcel = Parcel(
            resident=resident, suggestion=suggestion, decision=decision, message=message, now=now, token=offer.token
        )
        # The promise is on the books before it is made: a reply can be faster than the send returns.
        self._ledger.offers[offer.token] = offer
        route = await self._owner.post.async_deliver(parcel)
        if route is None:
            del self._ledger.offers[offer.token]
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
                self._ledger.offers[offer.token] = replace(offer, decision=decision)
        await self._owner.post.async_withdraw(resident, suggestion, Channel.DASHBOARD)
        self._note("offered", resident, suggestion, decision, now, title=offer.title, message=offer.message)

    async def async_shown(self, resident: Resident, thread: Thread, decision: Decision, now: datetime) -> None:
        """Account for a suggestion that is shown without interrupting anybody."""
        message = await self._async_show(resident, thread.suggestion, decision, now)
        self._note("offered", resident, thread.suggestion, decision, now, title=message.title, message=message.body)

    async def async_held_back(self, resident: Resident, thread: Thread, decision: Decision, now: datetime) -> None:
        """Account for a silence."""
        await self._async_show(resident, thread.suggestion, decision, now)
        self._note("held_back", resident, thread.suggestion, decision, now)

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
            by_hand = now - offer.at <= BY_HAND
            reply = Reply.DONE_BY_HAND if by_hand else Reply.RESOLVED
            await self._async_ended(resident, offer, Outcome(reply=reply, at=now), offer.at)
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
            if decision.reason in _DOUBTED and recent and home:
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
                await self._async_ended(resident, offer, outcome, offer.at)
            elif decision.verdict is Verdict.HOLD:
                self._note("resolved", resident, thread.suggestion, decision, now)

    @callback
    def async_expired(self, thread: Thread, now: datetime) -> None:
        """Account for a silence that lasted to the end of its time."""
        for resident_id, decision in thread.decisions.items():
            resident = self._owner.residents.get(resident_id)
            if resident is not None and decision.verdict is Verdict.HOLD:
                self._note("expired", resident, thread.suggestion, decision, now)

    async def async_sweep(self, now: datetime, *, settled: bool) -> None:
        """Close offers whose time is up; no answer is almost no evidence.

        Once the home has settled after a start, also those whose situation is gone: it ended while nobody
        was looking, which says nothing about the message.
        """
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
                reply = Reply.UNSEEN if late else Reply.RESOLVED
                await self._async_ended(resident, offer, Outcome(reply=reply, at=now), offer.at)

    # In -----------------------------------------------------------------------------------------

    @callback
    def async_listen(self) -> CALLBACK_TYPE:
        """Listen to the phones' buttons."""
        return self._hass.bus.async_listen(EVENT_ACTION, self._async_action)

    @callback
    def _async_action(self, event: Event[Any]) -> None:
        """Take a button press, if it is ours, open, and from a phone of the resident it was sent to."""
        parsed = parse_action(event.data.get("action"))
        if parsed is None:
            return
        token, button = parsed
        offer = self._ledger.offers.get(token)
        resident = self._owner.residents.get(offer.resident) if offer else None
        if offer is None or resident is None:
            _LOGGER.debug("A reply to no open message was ignored")
            return
        if event.context.user_id not in {phone.user_id for phone in resident.phones}:
            _LOGGER.debug("A reply from a phone that was not asked was ignored")
            return
        if offer.suggestion.expires <= dt_util.utcnow():
            _LOGGER.debug("A reply after its time was ignored")
            return
        # Taken off the table at once: the second tap of an impatient finger finds nothing.
        del self._ledger.offers[token]
        self._owner.files.ledger_changed()
        self._owner.entry.async_create_background_task(
            self._hass,
            self._async_reply(resident, offer, button, event.context),
            "reply to a suggestion",
        )

    async def async_answered(self, token: str, reply: Reply) -> None:
        """Take a spoken reply to an open message. Raises NothingToAnswerError when it is not open any more."""
        offer = self._ledger.offers.get(token)
        resident = self._owner.residents.get(offer.resident) if offer else None
        if offer is None or resident is None or offer.suggestion.expires <= dt_util.utcnow():
            raise NothingToAnswerError
        del self._ledger.offers[token]
        self._owner.files.ledger_changed()
        await self._async_reply(resident, offer, _BUTTONS[reply], Context())

    async def _async_reply(self, resident: Resident, offer: Offer, button: Button, context: Context) -> None:
        """Do what was asked, then learn from it."""
        now = dt_util.utcnow()
        situation = offer.suggestion.situation
        if button is Button.DO:
            outcome = Outcome(reply=Reply.ACCEPTED, at=now)
            self._ledger.silence(resident.id, situation, Silence(reason=Reason.ON_PURPOSE))
            await self._async_do(resident, offer, context)
        elif button is Button.LATER:
            until = now + LATER
            outcome = Outcome(reply=Reply.LATER, at=now, later_until=until)
            silence = Silence(reason=Reason.SNOOZED, until=until)
            self._ledger.silence(resident.id, situation, silence)
        else:
            outcome = Outcome(reply=Reply.NOT_NOW, at=now)
            until = now + timedelta(hours=NEVER_HOURS)
            silence = Silence(reason=Reason.SAID_NO_BEFORE, until=until)
            self._ledger.silence(resident.id, situation, silence)
        await self._async_ended(resident, offer, outcome, offer.at)
        await self._owner.post.async_withdraw(resident, offer.suggestion)
        self._owner.async_look_soon()

    async def _async_do(self, resident: Resident, offer: Offer, context: Context) -> None:
        """Carry out the accepted actions with the context of the person who tapped."""
        own = Context(user_id=context.user_id, parent_id=context.id)
        try:
            changed = await async_execute(self._hass, self._owner.home, offer.suggestion, own)
        except ForbiddenActionError:
            _LOGGER.exception("Refused to act")
            return
        if changed:
            now = dt_util.utcnow()
            self._note("executed", resident, offer.suggestion, offer.decision, now, entities=list(changed))

    # Learning -----------------------------------------------------------------------------------

    async def _async_ended(self, resident: Resident, offer: Offer, outcome: Outcome, since: datetime) -> None:
        """Learn from an outcome and account for it."""
        outcome = replace(outcome, delay_minutes=(outcome.at - since).total_seconds() / 60)
        learned = await self._async_learn(resident, offer, outcome)
        self._note(
            outcome.reply.value,
            resident,
            offer.suggestion,
            offer.decision,
            outcome.at,
            learned=learned,
        )

    async def _async_learn(self, resident: Resident, offer: Offer, outcome: Outcome) -> dict[str, float] | None:
        """Move a resident's state by an outcome; return by how much, or None when nothing was learned.

        The safety lane is not learned from: how one answers a smoke alarm is no preference (product 3.2).
        """
        if offer.suggestion.safety:
            return None
        before = resident.state
        assistant = self._owner.assistant
        try:
            after = await self._hass.async_add_executor_job(
                assistant.learn,
                before,
                offer.moment,
                offer.suggestion,
                offer.decision,
                outcome,
                resident.person,
            )
        except EngineError:
            _LOGGER.exception("The model could not learn")
            return None
        if after is before:
            return None
        resident.state = after
        self._owner.files.states[resident.id] = after
        self._owner.files.states_changed()
        self._ledger.learned(
            Lesson(
                resident=resident.id,
                suggestion=offer.suggestion,
                moment=offer.moment,
                decision=offer.decision,
                outcome=outcome,
            )
        )
        return dimension_moves(before, after, assistant.engine.prior) | effect_moves(before, after)

    # Account ------------------------------------------------------------------------------------

    @callback
    def async_on_event(self, listener: Callable[[str, dict[str, Any]], None]) -> CALLBACK_TYPE:
        """Call a listener with the type and data of every event of the account."""
        self._event_listeners.append(listener)
        return lambda: self._event_listeners.remove(listener)

    @callback
    def _note(
        self,
        kind: str,
        resident: Resident,
        suggestion: Suggestion,
        decision: Decision,
        now: datetime,
        **extra: Any,
    ) -> None:
        """Write a line of the account and tell whoever listens."""
        self._ledger.note(entry_for(kind, now, resident.id, suggestion, decision))
        self._owner.files.ledger_changed()
        data = {
            "type": kind,
            "person_id": resident.person,
            "kind": suggestion.kind,
            "situation": suggestion.situation,
            "suggestion_id": suggestion.id,
            "verdict": decision.verdict.value,
            "reason": decision.reason.value,
            "channel": decision.channel.value,
            "numbers": dict(decision.numbers),
            **extra,
        }
        self._hass.bus.async_fire(EVENT_DECISION, data)
        for listener in list(self._event_listeners):
            listener(kind, data)

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
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key=key,
            translation_placeholders={"resident": resident.name},
        )
