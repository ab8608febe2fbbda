"""What is done in the home: begun on disk first, done once, told with a way back, and undone exactly.

The order is that of a write-ahead log. A deed with snapshots of all it will touch is on disk before its first call
goes out; when it is done that is written too. A deed that is found begun after a restart was cut short: it is
reported and never repeated, and its snapshots serve the Undo all the same.
"""

import logging
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.core import Context, CoreState, State, callback
from homeassistant.util import dt as dt_util

from ..actions.execute import async_execute, effective
from ..actions.hands import Hands, by_hand
from ..actions.limits import Scene, forbids
from ..actions.restore import async_restore, mode_stands, stands
from ..actions.risk import TICK, ForbiddenActionError
from ..actions.snapshot import take
from ..assistant.enums import Reason, Reply, RiskClass
from ..assistant.facts import Moment, Suggestion
from ..assistant.levels import risk_of
from ..assistant.results import Decision, Outcome
from ..options import Conduct
from ..resident import Resident
from ..sensing.roles import Role
from ..storage.ledger import Deed, DeedStatus, Offer, Silence
from ..threads import Thread
from .account import Account
from .learning import Learning
from .told import Told

if TYPE_CHECKING:
    from ..coordinator import Coordinator

_LOGGER = logging.getLogger(__name__)

TURNED_BACK: Final = timedelta(minutes=10)
"""What a person turns back within this time was undone by hand (product 3.1)."""

_UNDOABLE: Final = frozenset({DeedStatus.DONE, DeedStatus.UNFINISHED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Undone:
    """What an undo came to."""

    deed: Deed
    restored: tuple[str, ...]
    missing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What could not be put back, by entity."""


def _secure(suggestion: Suggestion) -> bool:
    """Return whether something takes a tap on an unlocked phone."""
    return risk_of(suggestion) >= RiskClass.A3


class Doer:
    """Does what was accepted or may be done by itself, and undoes it."""

    def __init__(self, owner: Coordinator, account: Account, learning: Learning, told: Told) -> None:
        """Act in the home of a coordinator."""
        self._owner = owner
        self._hass = owner.hass
        self._ledger = owner.files.ledger
        self._account = account
        self._learning = learning
        self._told = told
        self.hands = Hands(owner.hass)
        self.ours: set[str] = {item for deed in self._ledger.deeds.values() for item in deed.context_ids}
        """Ids of the contexts of our calls in the last day."""
        self._busy: set[str] = set()
        """Situations that are being acted on."""

    @callback
    def tidy(self, now: datetime) -> None:
        """Let go of what is no longer of use."""
        self.hands.tidy(now)
        self.ours &= {item for deed in self._ledger.deeds.values() for item in deed.context_ids}

    # By a tap -----------------------------------------------------------------------------------

    @callback
    def prepare(
        self,
        offer: Offer,
        now: datetime,
        context: Context,
        *,
        secure: bool,
        automatic: bool = False,
    ) -> Deed | None:
        """Put a deed on the books; None when there is nothing to change, or it may not be changed this way.

        It is not on disk yet: the caller commits before it goes on.
        """
        suggestion = offer.suggestion
        if (_secure(suggestion) and (automatic or not secure)) or risk_of(suggestion) >= RiskClass.A4:
            return None
        # What is ticked on a list of one's own is no deed: it leaves nothing in the home to put back.
        deeds = [action for action in suggestion.actions if (action.domain, action.action) != TICK]
        targets = {item: None for action in deeds for item in effective(self._owner.home, action)}
        states = [state for item in targets if (state := self._hass.states.get(item)) is not None]
        if not states or self._owner.home.in_danger():
            return None
        self.ours.add(context.id)
        deed = Deed(
            id=offer.token,
            resident=offer.resident,
            suggestion=suggestion,
            moment=offer.moment,
            decision=offer.decision,
            at=now,
            automatic=automatic,
            status=DeedStatus.BEGUN,
            snapshots=tuple(take(state) for state in states),
            context_ids=(context.id,),
        )
        self._ledger.deeds[deed.id] = deed
        self._owner.promises.async_plan_tidy()
        return deed

    async def async_carry_out(self, deed: Deed, context: Context) -> tuple[str, ...]:
        """Do what is on disk as begun; return what was changed."""
        resident = self._owner.residents.get(deed.resident)
        try:
            changed = await async_execute(self._hass, self._owner.home, deed.suggestion, context)
        except ForbiddenActionError:
            _LOGGER.exception("Refused to act")
            changed = ()
        if not changed:
            self._ledger.deeds.pop(deed.id, None)
            return ()
        self._ledger.deeds[deed.id] = replace(deed, status=DeedStatus.DONE, changed=changed)
        if resident is not None:
            now = dt_util.utcnow()
            self._account.note("executed", resident, deed.suggestion, deed.decision, now, entities=changed)
        return changed

    async def async_without_targets(self, suggestion: Suggestion, context: Context, *, secure: bool) -> None:
        """Do what leaves nothing to put back, such as a change of the home's mode or a tick on a list."""
        if _secure(suggestion) and not secure:
            return
        try:
            await async_execute(self._hass, self._owner.home, suggestion, context)
        except ForbiddenActionError:
            _LOGGER.exception("Refused to act")

    # By itself ----------------------------------------------------------------------------------

    def scene(self, suggestion: Suggestion, now: datetime) -> Scene:
        """Return everything that the rules of acting alone look at."""
        owner, orders = self._owner, self._ledger.orders
        return Scene(
            hass=self._hass,
            home=owner.home,
            suggestion=suggestion,
            now=now,
            started=owner.started_at if self._hass.state is CoreState.running else None,
            deeds=tuple(self._ledger.deeds.values()),
            hands=self.hands,
            ours=self.ours,
            cooled={kind for kind, until in orders.cooled.items() if until > now},
            paused=orders.paused_until is not None and orders.paused_until > now,
            domains=Conduct.of(owner.entry.options).action_domains,
            quiet=owner.settings.quiet(dt_util.as_local(now)),
        )

    def may_act(self, suggestions: Iterable[Suggestion], now: datetime) -> frozenset[str]:
        """Return the situations that may be acted on by itself now."""
        return frozenset(
            item.situation
            for item in suggestions
            if item.actions and not item.safety and forbids(self.scene(item, now)) is None
        )

    async def async_act(self, resident: Resident, thread: Thread, moment: Moment, decision: Decision) -> Reason | None:
        """Act by itself and tell; return why not, or None when it was done."""
        now = dt_util.utcnow()
        suggestion = thread.suggestion
        situation = suggestion.situation
        if situation in self._busy:
            return Reason.DUPLICATE
        if not self._owner.threads.still_true(situation, now):
            return Reason.RESOLVED
        forbidden = forbids(self.scene(suggestion, now))
        if forbidden is not None:
            return forbidden
        self._busy.add(situation)
        try:
            return await self._async_act(resident, thread, moment, decision, now)
        finally:
            self._busy.discard(situation)

    async def _async_act(
        self, resident: Resident, thread: Thread, moment: Moment, decision: Decision, now: datetime
    ) -> Reason | None:
        suggestion = thread.suggestion
        cause = next(
            (state.context for item in suggestion.entity_ids if (state := self._hass.states.get(item)) is not None),
            None,
        )
        # Nobody asked for it, so no user stands behind it; what made the situation does.
        context = Context(parent_id=cause.id if cause else None)
        message = self._owner.desk.words.message(suggestion, decision.style)
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
        deed = self.prepare(offer, now, context, secure=False, automatic=True)
        if deed is None:
            return Reason.NO_EFFECT
        await self._owner.files.async_commit()
        # The disk may have taken its time, and a hand is faster than a disk.
        without = self.scene(suggestion, dt_util.utcnow())
        late = forbids(replace(without, deeds=[item for item in without.deeds if item.id != deed.id]))
        if late is not None:
            del self._ledger.deeds[deed.id]
            await self._owner.files.async_commit()
            return late
        changed = await self.async_carry_out(deed, context)
        if changed:
            # What is left of the situation, such as an open window, has a kind of its own; a second message about
            # this one would take the place of the way back.
            for item in self._told.concerned(suggestion):
                self._ledger.silence(item.id, suggestion.situation, Silence(reason=Reason.ON_PURPOSE))
        await self._owner.files.async_commit()
        if not changed:
            return Reason.NO_EFFECT
        await self._told.async_done(self._ledger.deeds[deed.id])
        return None

    # Back ---------------------------------------------------------------------------------------

    def undoable(self, deed: Deed) -> bool:
        """Return whether a deed can still be undone."""
        return deed.status in _UNDOABLE and deed.id in self._ledger.deeds

    async def async_undo(self, deed: Deed, resident: Resident, context: Context, *, wrong: bool = False) -> Undone:
        """Put back what a deed changed, learn that it was not wanted, and say so."""
        now = dt_util.utcnow()
        self._ledger.deeds[deed.id] = replace(deed, status=DeedStatus.UNDOING)
        own = Context(user_id=context.user_id, parent_id=context.id)
        self.ours.add(own.id)
        await self._owner.files.async_commit()
        touched = set(deed.changed) or {item.entity_id for item in deed.snapshots}
        missing: dict[str, tuple[str, ...]] = {}
        for kept in deed.snapshots:
            if kept.entity_id not in touched:
                continue
            state = self._hass.states.get(kept.entity_id)
            set_since = not mode_stands(kept, state, deed.suggestion.actions, deed.at)
            if set_since or self._changed_since(deed, kept.entity_id):
                # A person or a schedule has set it since, and their hand wins over our memory.
                missing[kept.entity_id] = ("changed_since",)
                continue
            left = await async_restore(self._hass, kept, own, guarded=self._guarded(kept.entity_id))
            if left:
                missing[kept.entity_id] = left
        restored = tuple(item for item in touched if item not in missing)
        deed = replace(deed, status=DeedStatus.UNDONE, context_ids=(*deed.context_ids, own.id))
        self._ledger.deeds[deed.id] = deed
        await self._async_regretted(deed, resident, now, restored, wrong=wrong)
        undone = Undone(deed=deed, restored=restored, missing=missing)
        await self._told.async_undone(deed, restored, missing)
        return undone

    async def async_put_back(self, now: datetime) -> None:
        """Put back what was done for a while, once that is over (product 3.3): nothing is learned, nobody is told."""
        if self._owner.home.in_danger():
            return  # no heating goes on, and no fan, while it smells of smoke
        detectors = {detector.kind: detector for detector in self._owner.threads.detectors}
        for deed in list(self._ledger.deeds.values()):
            detector = detectors.get(deed.suggestion.kind)
            if deed.status is DeedStatus.DONE and detector and detector.over(deed.suggestion, deed.at, now):
                # What does not answer now is put back when it does: a heating must not stay off for a flat battery.
                silent = tuple(item for item in deed.changed if self._owner.home.state(item) is None)
                if len(silent) < len(deed.changed):
                    await self._async_put_back(deed, silent)

    async def _async_put_back(self, deed: Deed, silent: tuple[str, ...]) -> None:
        own = Context(parent_id=deed.context_ids[0] if deed.context_ids else None)
        self.ours.add(own.id)
        # Cut short here it counts as unfinished, as any deed: reported, never repeated.
        self._ledger.deeds[deed.id] = replace(deed, status=DeedStatus.UNDOING, context_ids=(*deed.context_ids, own.id))
        await self._owner.files.async_commit()
        for kept in deed.snapshots:
            mine = kept.entity_id in deed.changed and kept.entity_id not in silent
            state = self._hass.states.get(kept.entity_id)
            kept_up = stands(kept, state, deed.suggestion.actions, deed.at)
            if mine and kept_up and not self._changed_since(deed, kept.entity_id):
                await async_restore(self._hass, kept, own, guarded=self._guarded(kept.entity_id))
        status = DeedStatus.DONE if silent else DeedStatus.UNDONE
        self._ledger.deeds[deed.id] = replace(
            self._ledger.deeds[deed.id], status=status, changed=silent or deed.changed
        )
        await self._owner.files.async_commit()
        if not silent:
            await self._told.async_withdraw(deed)

    def _guarded(self, entity_id: str) -> bool:
        """Return whether a thing is one that moves with force, by its role."""
        thing = self._owner.home.map.things.get(entity_id)
        return thing is not None and thing.role in (Role.GARAGE, Role.COVER_WINDOW)

    def _changed_since(self, deed: Deed, entity_id: str) -> bool:
        """Return whether a person changed an entity after it was touched."""
        state = self._hass.states.get(entity_id)
        if state is None:
            return False
        context = state.context
        ours = context.id in self.ours or context.parent_id in self.ours
        return not ours and context.user_id is not None and state.last_updated > deed.at

    async def _async_regretted(
        self, deed: Deed, resident: Resident, now: datetime, entities: tuple[str, ...], *, wrong: bool
    ) -> None:
        """Learn from an undo, and let the level fall where something had been done by itself."""
        owner = self._owner.residents.get(deed.resident, resident)
        offer = Offer(
            token=deed.id,
            resident=owner.id,
            suggestion=deed.suggestion,
            moment=deed.moment,
            decision=deed.decision,
            at=deed.at,
            title="",
            message="",
        )
        await self._learning.async_ended(owner, offer, Outcome(reply=Reply.UNDONE, at=now), deed.at, entities)
        if deed.automatic:
            await self._owner.desk.promotion.async_undone(deed, now, wrong=wrong)
        # Who undoes it does not want to hear of it again while it lasts.
        self._ledger.situation_refused(deed.suggestion.situation, now)
        await self._owner.files.async_commit()

    @callback
    def changed(self, old: State | None, new: State) -> None:
        """Take note of one change of a watched thing: whose hand it was, and whether it takes back a deed."""
        if not by_hand(old, new, self.ours):
            return
        now = dt_util.utcnow()
        self.hands.noted(new.entity_id, now)
        for deed in list(self._ledger.deeds.values()):
            fresh = now - deed.at <= TURNED_BACK
            if deed.status is not DeedStatus.DONE or not fresh or new.entity_id not in deed.changed:
                continue
            kept = next(item for item in deed.snapshots if item.entity_id == new.entity_id)
            if new.state == kept.state and old is not None and old.state != new.state:
                self._owner.entry.async_create_background_task(
                    self._hass, self._async_turned_back(deed, now), "undone by hand"
                )

    async def _async_turned_back(self, deed: Deed, now: datetime) -> None:
        """Learn from a deed that a person took back by hand; there is nothing left to restore."""
        resident = self._owner.residents.get(deed.resident)
        known = self._ledger.deeds.get(deed.id)
        if resident is None or known is None or known.status is not DeedStatus.DONE:
            return
        deed = replace(deed, status=DeedStatus.UNDONE)
        self._ledger.deeds[deed.id] = deed
        await self._async_regretted(deed, resident, now, (), wrong=False)
        await self._told.async_withdraw(deed)

    # After a restart ----------------------------------------------------------------------------

    @callback
    def recover(self) -> list[Deed]:
        """Mark what a kill cut short; return it, to be told once it is on disk that it was."""
        cut: list[Deed] = []
        for deed in list(self._ledger.deeds.values()):
            if deed.status not in (DeedStatus.BEGUN, DeedStatus.UNDOING):
                continue
            undoing = deed.status is DeedStatus.UNDOING
            touched = tuple(item.entity_id for item in deed.snapshots)
            late = replace(deed, status=DeedStatus.UNFINISHED, changed=deed.changed or touched)
            self._ledger.deeds[deed.id] = late
            cut.append(late)
            resident = self._owner.residents.get(deed.resident)
            if resident is not None:
                now = dt_util.utcnow()
                self._account.note("unfinished", resident, deed.suggestion, deed.decision, now, entities=late.changed)
            if not undoing:
                # A close that may have gone out is not sent again (product 4.3).
                closes = {
                    item
                    for action in deed.suggestion.actions
                    if (action.domain, action.action) == ("cover", "close_cover")
                    for item in action.entity_ids
                }
                self._owner.home.close_sent.update(closes & set(touched))
        return cut
