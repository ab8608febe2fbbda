"""The front desk: everything that entities, services, intents, tools and the panel may ask for, in one place.

`coordinator.front` is the only object they need. Rules for all of it:

- `who` is a Caller: get one with `front.caller(context)` (a service call, an entity's method, a websocket message).
  A call without a user (an automation, a script) speaks for any resident that it names. A user who belongs to a
  resident speaks for that resident only and sees what is theirs and the household's; any other user (a wall tablet,
  an administrator who is no resident) may answer for any resident, but sees household items only.
- `person` names a resident: a resident's id or a person entity; None means
  the caller's own, else the only one there is.
- `what` names a thing to answer, undo or explain: a situation, a suggestion id, an offer's token, a deed's id, or
  a kind; None means the latest.
- Errors are those of `delivery.errors`: translated, and nothing has changed when one is raised.
- Times are aware datetimes. Everything returned is plain data, fit for a service response.

| method | does |
|---|---|
| `async_reply(who, Reply.ACCEPTED, …)` | accept; class A3 raises UnlockedPhoneError: that takes a tap on the phone |
| `async_reply(who, Reply.LATER, until=…)` | a timedelta, a datetime or an Until (evening, morning, home, changed) |
| `async_reply(who, Reply.NOT_NOW / WRONG / NEVER, why=…, scope=…)` | dismiss, with a Why and a Scope |
| `async_undo(who, what)` | restore what was; says what it could not |
| `explain(who, what)` | the record of one decision: what, why, how sure, what would change it |
| `current(who)`, `recent(who, …)`, `held_back(who, …)` | lists; filters person, kind, outcome, since, limit |
| `counts(who)` | numbers for sensors: today, waiting, acceptance in 30 days |
| `check_now(who, person)` | what it would say now; nothing is sent, learned or written down |
| `level(kind)`, `ceiling(kind)`, `levels(kind)` | the level in force, the highest one possible, the choices |
| `async_set_level(who, level, kind=None)` | per kind, or the ceiling of the home with kind None |
| `pause(who, until)`, `resume(who)` | nobody is told anything but danger, and nothing is done |
| `mute(who, person, until)`, `unmute(who, person)` | the same for one resident |
| `mark_exception(who, begin, end)` | nothing is learned in that window |
| `silences(who, person)`, `lift(who, key, person)` | what was silenced for good, and its end |
| `async_forget(who, Forget…, value, person)` | kind, entity, area, person, day or all |
| `async_export(who, person)`, `async_import(who, text, person)` | what was learned of a resident, as JSON text |
| `async_reset(who, person)` | back to the population's answer |
| `rate(who, question, score, person)` | one of the human questions, 1 to 7 |
| `good_moment(person)`, `kind_allowed(kind, person)` | for conditions and binary sensors |
| `async_subscribe(listener)` | every line of the account: (type, data) |
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..assistant.enums import Level, Reply, RiskClass, Verdict, WrongPart
from ..assistant.kinds import KINDS
from ..assistant.levels import risk_of
from ..resident import Resident
from ..storage.ledger import Offer
from ..storage.promises import Until
from .asking import NOBODY, Caller, Forget, Scope, Why, is_about
from .errors import (
    AdminNeededError,
    BadTimeError,
    LevelTooHighError,
    NothingToAnswerError,
    NothingToUndoError,
    UnlockedPhoneError,
)
from .inquiries import Inquiries
from .memory import Memory
from .promises import ENTITY, EVERYTHING
from .replies import Said
from .until import later, resolved
from .words import async_level_names

__all__ = ["Caller", "Forget", "FrontDesk", "Scope", "Why"]

FOR_GOOD: Final = datetime.max.replace(tzinfo=dt_util.UTC)

_PARTS: Final[Mapping[Why, WrongPart]] = MappingProxyType(
    {
        Why.TOO_EARLY: WrongPart.TIME,
        Why.TOO_OFTEN: WrongPart.TOO_OFTEN,
        Why.NOT_USEFUL: WrongPart.CONTENT,
        Why.WRONG_DEVICE: WrongPart.CONTENT,
        Why.PRESENCE: WrongPart.PRESENCE,
        Why.NOT_MY_JOB: WrongPart.CONTENT,
        Why.ON_PURPOSE: WrongPart.CONTENT,
        Why.TOO_BOLD: WrongPart.AUTONOMY,
    }
)

_SILENT_FOR: Final[Mapping[Why, timedelta]] = MappingProxyType({Why.TOO_EARLY: timedelta(hours=1)})
"""How long a situation is silent after a reason, where it is not as long as after *not now*."""


class FrontDesk(Inquiries, Memory):
    """What may be asked of the assistant; see the module's docstring."""

    # Replies ------------------------------------------------------------------------------------

    async def async_reply(
        self,
        who: Caller,
        reply: Reply,
        what: str | None = None,
        *,
        person: str | None = None,
        until: datetime | timedelta | Until | None = None,
        why: Why | None = None,
        scope: Scope = Scope.SITUATION,
    ) -> dict[str, Any]:
        """Answer a suggestion; return `{situation, kind, reply, done: [entities], until}` once it is on disk."""
        residents = self._residents(who, person)
        offer = next((found for item in residents if (found := self._answerable(item, what)) is not None), None)
        if offer is None:
            raise NothingToAnswerError
        suggestion = offer.suggestion
        if reply is Reply.ACCEPTED and suggestion.actions and risk_of(suggestion) >= RiskClass.A3:
            # Whoever calls a service has not unlocked the phone the message was sent to.
            raise UnlockedPhoneError
        said = self._said(offer, reply, until, why, scope)
        replies = self._owner.desk.replies
        answer = replies.take(offer, said, who.context, secure=False)
        done = await replies.async_see_through(answer, who.context)
        return {
            "situation": suggestion.situation,
            "kind": suggestion.kind,
            "reply": said.reply.value,
            "done": list(done.changed),
            "until": said.until.isoformat() if said.until else said.waits_for.value if said.waits_for else None,
        }

    def _answerable(self, resident: Resident, what: str | None) -> Offer | None:
        """Return what a resident can answer: a message in front of them, else what is shown or held for them."""
        now = dt_util.utcnow()
        for offer in reversed(self._ledger.offers_to(resident.id)):
            if offer.suggestion.expires > now and is_about(offer.suggestion, what, offer.token):
                return offer
        shown = [
            (thread, decision)
            for thread in self._owner.threads.due(now)
            if (decision := thread.decisions.get(resident.id)) is not None
            and is_about(thread.suggestion, what)
            and (what is not None or decision.verdict is not Verdict.DROP)
        ]
        if not shown:
            return None
        thread, decision = max(shown, key=lambda item: (item[0].suggestion.urgency, item[0].suggestion.benefit))
        return Offer(
            token=secrets.token_urlsafe(16),
            resident=resident.id,
            suggestion=thread.suggestion,
            moment=self._owner.moment(resident, now),
            decision=decision,
            at=thread.decided_at.get(resident.id, now),
            title="",
            message="",
        )

    def _said(
        self,
        offer: Offer,
        reply: Reply,
        until: datetime | timedelta | Until | None,
        why: Why | None,
        scope: Scope,
    ) -> Said:
        """Return a reply in full, as the desk takes it."""
        now = dt_util.utcnow()
        suggestion = offer.suggestion
        if reply is Reply.LATER:
            at, waits_for = resolved(self._owner, until or later(suggestion.kind), now)
            return Said(reply=reply, until=at, waits_for=waits_for)
        keys: tuple[str, ...] = ()
        if reply is Reply.NEVER or scope is not Scope.SITUATION:
            keys = {
                Scope.SITUATION: (suggestion.situation,),
                Scope.KIND: (suggestion.kind,),
                Scope.ENTITY: tuple(f"{ENTITY}{item}" for item in suggestion.entity_ids),
                Scope.PERSON: (EVERYTHING,),
            }[scope]
        if why is None:
            return Said(reply=reply, keys=keys)
        silent = _SILENT_FOR.get(why)
        return Said(
            reply=Reply.NEVER if reply is Reply.NEVER else Reply.WRONG,
            part=_PARTS[why],
            until=now + silent if silent else None,
            keys=keys,
            on_purpose=why is Why.ON_PURPOSE,
        )

    async def async_undo(
        self, who: Caller, what: str | None = None, *, person: str | None = None, wrong: bool = False
    ) -> dict[str, Any]:
        """Restore what was before; return `{situation, kind, restored: [...], not_restored: {entity: [why]}}`.

        `wrong` says that it should not have been done at all ("that was wrong"), which weighs more.
        """
        doer = self._owner.desk.doer
        mine = {item.id for item in self._residents(who, person)}
        deeds = [
            deed
            for deed in self._ledger.deeds.values()
            if doer.undoable(deed)
            and is_about(deed.suggestion, what, deed.id)
            and (deed.resident in mine or not deed.suggestion.persons)
        ]
        if not deeds:
            raise NothingToUndoError
        deed = max(deeds, key=lambda item: item.at)
        resident = self._owner.residents.get(who.resident or deed.resident) or next(
            iter(self._owner.residents.values())
        )
        undone = await doer.async_undo(deed, resident, who.context, wrong=wrong)
        return {
            "situation": deed.suggestion.situation,
            "kind": deed.suggestion.kind,
            "restored": list(undone.restored),
            "not_restored": {key: list(value) for key, value in undone.missing.items()},
        }

    # Levels -------------------------------------------------------------------------------------

    async def async_set_level(self, who: Caller, level: Level, kind: str | None = None) -> None:
        """Set the level of a kind, or the ceiling of the home.

        Raises LevelTooHighError, and AdminNeededError when somebody who may not do so lets the home act by itself.
        """
        choices = self.levels(kind)
        if level not in choices:
            raise LevelTooHighError(**await async_level_names(self._owner.hass, kind, max(choices)))
        # An automation may lower a level at any time; that the home acts is for a person to say.
        owner = self._owner.residents.get(who.resident or "")
        owns = owner is not None and kind is not None and self._owner.desk.promotion.owns(owner, kind)
        if level is Level.ACT and not (who.user and (who.admin or owns)):
            raise AdminNeededError
        self._owner.desk.promotion.set_level(kind, level, dt_util.utcnow())
        await self._owner.files.async_commit()

    # Silence ------------------------------------------------------------------------------------

    def _end(self, until: datetime | timedelta | Until) -> datetime:
        at, waits_for = resolved(self._owner, until, dt_util.utcnow())
        if at is None or waits_for is not None:
            raise BadTimeError
        return at

    async def async_pause(self, who: Caller, until: datetime | timedelta | Until) -> datetime:
        """Say and do nothing until then, but for danger; return the time."""
        at = self._end(until)
        self._ledger.orders.paused_until = at
        await self._async_heeded()
        return at

    async def async_resume(self, who: Caller) -> None:
        """End a pause."""
        self._ledger.orders.paused_until = None
        await self._async_heeded()

    async def async_mute(
        self, who: Caller, person: str | None = None, until: datetime | timedelta | Until | None = None
    ) -> datetime | None:
        """Tell one resident nothing but danger until then, or for good; return the time."""
        resident = self._resident(who, person)
        at = None if until is None else self._end(until)
        self._ledger.orders.muted[resident.id] = at
        await self._async_heeded()
        return at

    async def async_unmute(self, who: Caller, person: str | None = None) -> None:
        """End that."""
        self._ledger.orders.muted.pop(self._resident(who, person).id, None)
        await self._async_heeded()

    @callback
    def paused_until(self, person: str | None = None) -> datetime | None:
        """Return until when nothing is said to a resident, or to anybody; the last day there is when for good."""
        now = dt_util.utcnow()
        orders = self._ledger.orders
        ends = [orders.paused_until]
        if person is not None:
            muted = orders.muted.get(self._resident(NOBODY, person).id, now)
            ends.append(FOR_GOOD if muted is None else muted)
        return max((end for end in ends if end is not None and end > now), default=None)

    async def _async_heeded(self) -> None:
        """Write down what was ordered, and look at the home with it."""
        for thread in self._owner.threads.open.values():
            thread.look_again.clear()
        await self._owner.files.async_commit()
        self._owner.async_updated()
        self._owner.async_look_soon()

    @callback
    def silences(self, who: Caller, person: str | None = None) -> list[dict[str, Any]]:
        """Return what is kept from a resident for good: `{key, scope, reason, until}`."""
        resident = self._resident(who, person)
        return [
            {
                "key": key,
                "scope": _scope_of(key),
                "reason": silence.reason.value,
                "until": silence.until.isoformat() if silence.until else None,
                "lasting": silence.lasting,
            }
            for key, silence in self._ledger.silences.get(resident.id, {}).items()
        ]

    async def async_lift(self, who: Caller, key: str, person: str | None = None) -> None:
        """End such a silence."""
        mine = self._ledger.silences.get(self._resident(who, person).id, {})
        if mine.pop(key, None) is None:
            raise NothingToAnswerError
        await self._async_heeded()


def _scope_of(key: str) -> str:
    if key == EVERYTHING:
        return Scope.PERSON.value
    if key.startswith(ENTITY):
        return Scope.ENTITY.value
    return Scope.KIND.value if key in KINDS else Scope.SITUATION.value
