"""How an outcome is learned from: once, in order, and not where it says nothing of a preference."""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ..assistant.engine import EngineError
from ..assistant.enums import HomeMode
from ..assistant.insight import dimension_moves, effect_moves
from ..assistant.kinds import KINDS
from ..assistant.results import Outcome
from ..assistant.state import ResidentState
from ..const import CONF_LEARNING
from ..resident import Resident
from ..storage.ledger import Lesson, Offer
from .account import Account

if TYPE_CHECKING:
    from ..coordinator import Coordinator

_LOGGER = logging.getLogger(__name__)


class Learning:
    """Lets the assistant learn from how things ended."""

    def __init__(self, owner: Coordinator, account: Account) -> None:
        """Teach the residents of a coordinator."""
        self._owner = owner
        self._ledger = owner.files.ledger
        self._account = account
        # A state is replaced by the one that comes of it: two at once would lose one of the outcomes.
        self._one = asyncio.Lock()

    async def async_ended(
        self,
        resident: Resident,
        offer: Offer,
        outcome: Outcome,
        since: datetime,
        entities: tuple[str, ...] | None = None,
    ) -> None:
        """Learn from an outcome and account for it; nothing is awaited after the state has moved."""
        outcome = replace(outcome, delay_minutes=(outcome.at - since).total_seconds() / 60)
        async with self._one:
            learned = await self._async_learn(resident, offer, outcome)
        self._account.note(
            outcome.reply.value,
            resident,
            offer.suggestion,
            offer.decision,
            outcome.at,
            entities=entities,
            learned=learned,
        )

    def _may_learn(self, resident_id: str) -> bool:
        """Return whether anything may be learned of a resident: by the options, by their own choice, by their age."""
        owner = self._owner
        resident, subentry = owner.residents.get(resident_id), owner.entry.subentries.get(resident_id)
        own = subentry is None or subentry.data.get(CONF_LEARNING) is not False
        child = resident is not None and resident.person is not None and owner.home.profile(resident.person).child
        return owner.conduct.learning and own and not child

    def _teaches(self, offer: Offer, outcome: Outcome) -> bool:
        """Return whether an outcome may be learned from.

        The safety lane is not (how one answers a smoke alarm is no preference, product 3.2), nor are reminders that
        a resident set up, which may be about their health (kind 27), nor what happens with guests in the house (4.4)
        or in a stretch that was marked as an exception (4.1).
        """
        policy = KINDS.get(offer.suggestion.kind)
        reminder = policy is not None and policy.asked_for
        orders = self._ledger.orders
        marked = orders.excepted(outcome.at) or orders.excepted(offer.at)
        return self._may_learn(offer.resident) and not (
            offer.suggestion.safety or reminder or marked or self._owner.mode in (HomeMode.GUEST, HomeMode.PARTY)
        )

    async def async_catch_up(self) -> None:
        """Learn again what a kill took: outcomes that the ledger kept and the state on disk has not seen."""
        counts = self._owner.files.learned.learned
        async with self._one:
            for resident in self._owner.residents.values():
                known = self._ledger.learned_count.get(resident.id, 0)
                behind = known - counts.get(resident.id, 0)
                lessons = [item for item in self._ledger.lessons if item.resident == resident.id]
                for lesson in lessons[-behind:] if behind > 0 else ():
                    after = await self._async_moved(resident, lesson)
                    if after is not None:
                        resident.state = self._owner.files.states[resident.id] = after
                if behind > 0:
                    counts[resident.id] = known
                    self._owner.files.states_changed()

    async def _async_moved(self, resident: Resident, lesson: Lesson) -> ResidentState | None:
        """Return a resident's state after a lesson; None when the model cannot learn."""
        try:
            return await self._owner.hass.async_add_executor_job(
                self._owner.assistant.learn,
                resident.state,
                lesson.moment,
                lesson.suggestion,
                lesson.decision,
                lesson.outcome,
                resident.person,
            )
        except EngineError:
            _LOGGER.exception("The model could not learn")
            return None

    async def _async_learn(self, resident: Resident, offer: Offer, outcome: Outcome) -> dict[str, float] | None:
        """Move a resident's state by an outcome; return by how much, or None when nothing was learned."""
        if not self._teaches(offer, outcome):
            return None
        lesson = Lesson(
            resident=resident.id,
            suggestion=offer.suggestion,
            moment=offer.moment,
            decision=offer.decision,
            outcome=outcome,
        )
        counts = self._owner.files.learned.learned
        if counts.get(resident.id, 0) > self._ledger.learned_count.get(resident.id, 0):
            # The state was written in the instant before a kill and has this outcome in it.
            self._ledger.learned(lesson)
            return None
        before = resident.state
        after = await self._async_moved(resident, lesson)
        if after is None:
            return None
        if after is before:
            return None
        resident.state = after
        self._ledger.learned(lesson)
        self._owner.files.states[resident.id] = after
        counts[resident.id] = self._ledger.learned_count[resident.id]
        self._owner.files.states_changed()
        return dimension_moves(before, after, self._owner.assistant.engine.prior) | effect_moves(before, after)
