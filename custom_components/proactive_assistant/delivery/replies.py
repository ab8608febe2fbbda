"""What comes back from residents: taken once, on disk before it is acknowledged, learned from once.

A reply is put on the books in the same instant in which its offer leaves them, and both are written in one piece. A
kill before that loses a reply that nobody was told had arrived; a kill after it finds the reply on the books and
finishes it: the outcome is learned and noted, but nothing is done in the home that was not done before.
"""

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import CALLBACK_TYPE, Context, Event, EventOrigin, callback
from homeassistant.util import dt as dt_util

from ..actions.risk import TICK
from ..assistant.enums import Channel, HomeMode, Reason, Reply, RiskClass, WrongPart
from ..assistant.levels import risk_of
from ..assistant.results import Outcome
from ..assistant.settings import NEVER_HOURS
from ..resident import Resident
from ..storage.ledger import Answer, Deed, Offer, Silence
from ..storage.promises import Until
from ..suggestions.repeats import WHOLE, other_turns, series_of
from .account import Account
from .doing import Doer
from .errors import NothingToAnswerError
from .later_text import parse_later
from .learning import Learning
from .phone import After, Button, parse_action, parse_after
from .promotion import Promotion
from .told import Told
from .until import later, resolved

if TYPE_CHECKING:
    from ..coordinator import Coordinator

_LOGGER = logging.getLogger(__name__)

EVENT_ACTION: Final = "mobile_app_notification_action"

SPARED: Final = timedelta(hours=3)
"""So long a resident hears nothing about what somebody else of the home has just answered."""

_BUTTONS: Final = MappingProxyType(
    {
        Button.DO: Reply.ACCEPTED,
        Button.LATER: Reply.LATER,
        Button.AT: Reply.LATER,
        Button.NOT_NOW: Reply.NOT_NOW,
        Button.ON_PURPOSE: Reply.WRONG,
        Button.NEVER: Reply.NEVER,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A reply in full."""

    reply: Reply
    until: datetime | None = None
    waits_for: Until | None = None
    part: WrongPart | None = None
    keys: tuple[str, ...] = ()
    """What shall stay silent for good: situations, kinds, `entity:…` or everything, `*`."""
    on_purpose: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What a reply led to."""

    answer: Answer
    changed: tuple[str, ...] = ()
    refused: bool = False
    """Whether something was asked for that this way of asking may not bring about."""
    missing: tuple[str, ...] = field(default=())


class Replies:
    """Takes replies and sees them through."""

    def __init__(
        self,
        owner: Coordinator,
        account: Account,
        learning: Learning,
        doer: Doer,
        told: Told,
        promotion: Promotion,
    ) -> None:
        """Serve a coordinator."""
        self._owner = owner
        self._hass = owner.hass
        self._ledger = owner.files.ledger
        self._account = account
        self._learning = learning
        self._doer = doer
        self._told = told
        self._promotion = promotion

    # From a phone -------------------------------------------------------------------------------

    @callback
    def async_listen(self) -> CALLBACK_TYPE:
        """Listen to the phones' buttons."""
        return self._hass.bus.async_listen(EVENT_ACTION, self._async_action)

    @callback
    def _async_action(self, event: Event[Any]) -> None:
        """Take a button press, if it is ours, open, and from a phone of the resident it was sent to."""
        later = parse_after(event.data.get("action"))
        if later is not None:
            self._async_after(*later, event)
            return
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
        elif button is Button.WHY:
            self._owner.entry.async_create_background_task(
                self._hass, self._owner.post.async_explain(resident, offer), "explain a suggestion"
            )
        else:
            self._async_press(button, offer, event)

    @callback
    def _async_press(self, button: Button, offer: Offer, event: Event[Any]) -> None:
        """Take a press of one of the buttons of an open message."""
        said = self._said(button, offer, event.data.get("reply_text"))
        if said is None:
            return
        # An automation that fires the event of a phone has its origin here; a phone's comes in from outside. Only
        # the latter went through the phone's lock, which class A3 needs.
        secure = event.origin is EventOrigin.remote and event.context.parent_id is None
        # Taken off the table at once: the second tap of an impatient finger finds nothing.
        self._start(self.take(offer, said, event.context, secure=secure), event.context)

    def _said(self, button: Button, offer: Offer, text: object) -> Said | None:
        """Return what a button means; None when it asks for no reply."""
        reply = _BUTTONS.get(button)
        if reply is None:
            return None
        now = dt_util.utcnow()
        situation = offer.suggestion.situation
        if reply is Reply.LATER:
            wanted = parse_later(text, dt_util.now()) or later(offer.suggestion.kind)
            until, waits_for = resolved(self._owner, wanted, now)
            return Said(reply=reply, until=until, waits_for=waits_for)
        if button is Button.ON_PURPOSE:
            return Said(reply=reply, part=WrongPart.CONTENT, on_purpose=True)
        if reply is Reply.NEVER:
            return Said(reply=reply, keys=(situation,))
        return Said(reply=reply)

    @callback
    def _async_after(self, token: str, button: After, event: Event[Any]) -> None:
        """Take a press of a later button: undo, or let it act."""
        resident = next(
            (
                item
                for item in self._owner.residents.values()
                if event.context.user_id is not None
                and event.context.user_id in {phone.user_id for phone in item.phones}
            ),
            None,
        )
        if resident is None:
            return
        create = self._owner.entry.async_create_background_task
        if button is not After.UNDO:
            if event.origin is EventOrigin.remote or button is not After.LET_IT:
                create(
                    self._hass, self._async_promotion(token, button, resident, event.context), "answer about a level"
                )
            return
        deed = self._ledger.deeds.get(token)
        concerned = deed is not None and resident in self._told.concerned(deed.suggestion)
        if deed is not None and concerned and self._doer.undoable(deed):
            create(self._hass, self._doer.async_undo(deed, resident, event.context), "undo")

    async def _async_promotion(self, token: str, button: After, resident: Resident, context: Context) -> None:
        user = await self._hass.auth.async_get_user(context.user_id) if context.user_id else None
        await self._promotion.async_answered(token, button, resident, admin=user is not None and user.is_admin)

    # From anywhere ------------------------------------------------------------------------------

    @callback
    def take(self, offer: Offer, said: Said, context: Context, *, secure: bool) -> Answer:
        """Put a reply on the books and its offer off them; what it silences is silent at once."""
        now = dt_util.utcnow()
        self._ledger.offers.pop(offer.token, None)
        answer = Answer(
            offer=offer,
            reply=said.reply,
            at=now,
            user_id=context.user_id,
            context_id=context.id,
            secure=secure,
            until=said.until,
            part=said.part,
        )
        self._ledger.answers[offer.token] = answer
        self._silence(offer, said, now)
        home = self._owner.home
        if said.part is WrongPart.PRESENCE and home.empty_since is not None and home.mode is not HomeMode.GUEST:
            # Somebody is in whom nothing tells of: as after the question about a guest, until midnight (product 3.3).
            home.enter(HomeMode.GUEST, now)
        return answer

    def _silence(self, offer: Offer, said: Said, now: datetime) -> None:
        """Keep silent what a reply asks to be kept silent."""
        resident, situation = offer.resident, offer.suggestion.situation
        silence = self._ledger.silence
        for turn in other_turns(situation):
            # Whatever was said to one turn was said to all of them; what was put off comes back itself.
            silence(resident, turn, Silence(reason=Reason.ON_PURPOSE, until=now + WHOLE))
        if said.reply is Reply.LATER:
            mark = self._owner.mark(offer.suggestion.entity_ids) if said.waits_for is Until.CHANGED else ""
            silence(
                resident,
                situation,
                Silence(reason=Reason.SNOOZED, until=said.until, waits_for=said.waits_for, mark=mark),
            )
        elif said.on_purpose or said.reply in (Reply.ACCEPTED, Reply.DONE_BY_HAND):
            if said.on_purpose:
                self._owner.threads.meant(offer.suggestion, now)
            # It is dealt with: silent until it ends, for everybody; danger is acknowledged by each for themselves.
            everybody = set() if offer.suggestion.safety else set(self._owner.residents)
            for person in {resident} | everybody:
                silence(person, situation, Silence(reason=Reason.ON_PURPOSE))
        elif said.keys:
            for key in said.keys:
                # Never again means the next days too.
                silence(resident, series_of(key) or key, Silence(reason=Reason.SAID_NO_BEFORE, lasting=True))
        else:
            until = said.until or now + timedelta(hours=NEVER_HOURS)
            silence(resident, situation, Silence(reason=Reason.SAID_NO_BEFORE, until=until))

    def _start(self, answer: Answer, context: Context) -> None:
        self._owner.entry.async_create_background_task(
            self._hass, self.async_see_through(answer, context), "reply to a suggestion"
        )

    async def async_see_through(self, answer: Answer, context: Context) -> Done:
        """Do what was asked, learn from it, account for it, and only then take the message away."""
        offer = answer.offer
        resident = self._owner.residents[offer.resident]
        own = Context(user_id=context.user_id, parent_id=context.id)
        deed: Deed | None = None
        if answer.reply is Reply.ACCEPTED:
            deed = self._doer.prepare(offer, answer.at, own, secure=answer.secure)
        # The reply, the end of its offer, the silence and the deed with its snapshots, in one piece.
        await self._owner.files.async_commit()
        changed: tuple[str, ...] = ()
        if deed is not None:
            changed = await self._doer.async_carry_out(deed, own)
        elif answer.reply is Reply.ACCEPTED:
            await self._doer.async_without_targets(offer.suggestion, own, secure=answer.secure)
        await self._async_finish(resident, answer)
        await self._async_others(answer)
        if changed:
            await self._told.async_done(self._ledger.deeds[offer.token])
            await self._promotion.async_accepted(resident, offer.suggestion, dt_util.utcnow())
        else:
            await self._owner.post.async_withdraw(resident, offer.suggestion)
            if answer.reply is Reply.ACCEPTED and self._in_vain(answer):
                await self._told.async_nothing(resident, offer.suggestion)
        self._owner.async_look_soon()
        return Done(answer=answer, changed=changed)

    @staticmethod
    def _in_vain(answer: Answer) -> bool:
        """Return whether something should have been done that a tap on the phone may bring about."""
        offer = answer.offer
        acts = any(action.entity_ids and (action.domain, action.action) != TICK for action in offer.suggestion.actions)
        allowed = answer.secure or risk_of(offer.suggestion) < RiskClass.A3
        return acts and allowed and offer.decision.channel is Channel.PHONE

    async def _async_finish(self, resident: Resident, answer: Answer) -> None:
        """Learn from a reply and take it off the books, in one step."""
        outcome = Outcome(reply=answer.reply, at=answer.at, later_until=answer.until, part=answer.part)
        await self._learning.async_ended(resident, answer.offer, outcome, answer.offer.at)
        self._ledger.answers.pop(answer.offer.token, None)
        await self._owner.files.async_commit()

    async def _async_others(self, answer: Answer) -> None:
        """Take the message from everybody else: one answer is enough for a home.

        What was put off or refused is not refused by the others: it comes back to them later, if it still holds.
        """
        situation = answer.offer.suggestion.situation
        for offer in [item for item in self._ledger.offers.values() if item.suggestion.situation == situation]:
            if offer.suggestion.safety:
                continue
            resident = self._owner.residents.get(offer.resident)
            self._ledger.offers.pop(offer.token, None)
            if situation not in self._ledger.silences.get(offer.resident, {}):
                until = answer.until or answer.at + SPARED
                self._ledger.silence(offer.resident, situation, Silence(reason=Reason.SNOOZED, until=until))
            if resident is not None:
                await self._owner.post.async_withdraw(resident, offer.suggestion)
                outcome = Outcome(reply=Reply.RESOLVED, at=dt_util.utcnow())
                await self._learning.async_ended(resident, offer, outcome, offer.at)

    def open_offer(self, token: str) -> Offer:
        """Return an open message. Raises NothingToAnswerError when it is not open any more."""
        offer = self._ledger.offers.get(token)
        if offer is None or offer.resident not in self._owner.residents:
            raise NothingToAnswerError
        if offer.suggestion.expires <= dt_util.utcnow():
            raise NothingToAnswerError
        return offer

    async def async_answered(self, token: str, reply: Reply) -> None:
        """Take a spoken reply to an open message; nothing of class A3 is done by voice.

        Raises NothingToAnswerError when the message is not open any more.
        """
        offer = self.open_offer(token)
        now = dt_util.utcnow()
        until = now + later(offer.suggestion.kind) if reply is Reply.LATER else None
        context = Context()
        answer = self.take(offer, Said(reply=reply, until=until), context, secure=False)
        await self.async_see_through(answer, context)

    # After a restart ----------------------------------------------------------------------------

    async def async_recover(self) -> None:
        """Finish the replies that a kill cut short; what they asked to be done is reported, not done."""
        for offer in [item for item in self._ledger.offers.values() if not item.sent]:
            # It may have gone out: it counts as said, and is not said again.
            self._ledger.offers[offer.token] = replace(offer, sent=True)
            resident = self._owner.residents.get(offer.resident)
            if resident is not None:
                self._account.note(
                    "offered",
                    resident,
                    offer.suggestion,
                    offer.decision,
                    offer.at,
                    title=offer.title,
                    message=offer.message,
                )
        await self._learning.async_catch_up()
        cut = self._doer.recover()
        for answer in list(self._ledger.answers.values()):
            resident = self._owner.residents.get(answer.offer.resident)
            if resident is None:
                self._ledger.answers.pop(answer.offer.token, None)
                continue
            await self._async_finish(resident, answer)
            if answer.offer.token not in self._ledger.deeds:
                await self._owner.post.async_withdraw(resident, answer.offer.suggestion)
        await self._owner.files.async_commit()
        for deed in cut:
            await self._told.async_unfinished(deed)
        self._told.resume()
