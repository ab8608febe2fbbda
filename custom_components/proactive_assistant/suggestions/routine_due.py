"""A reminder that a resident marked as their own: said to them alone, in neutral words, used for nothing else."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State

from ..actions.risk import TICK
from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction, Suggestion
from ..sensing.instants import instant
from ..sensing.roles import HomeMap, Role, Thing
from ..sensing.todo_lists import COMPLETED, is_open, items_on, tickable
from .base import Detector, Finding
from .repeats import EVERY, REPEATS, WHOLE, first_of, situation_at

AHEAD: Final = timedelta(minutes=60)
"""So long before its time an item is followed; nothing is said of it until then."""


class RoutineDue(Detector):
    """Items with a time in the to-do lists and calendars that residents ticked; nothing is ever inferred."""

    kind = "routine_due"
    roles = frozenset({Role.TODO, Role.CALENDAR})

    @override
    def available(self, home_map: HomeMap) -> bool:
        return bool(home_map.of(Role.TODO, Role.CALENDAR))

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        for person in self.home.people:
            for entity_id in self.home.profile(person).routines:
                thing = self.home.map.things.get(entity_id)
                state = self.home.state(entity_id)
                if thing is None or state is None:
                    continue
                for key, due, uid in self._items(thing, state):
                    if due - AHEAD <= now < due + WHOLE:
                        yield from self._turns(person, thing, key, due, uid, now)

    def _turns(
        self, person: str, thing: Thing, key: str, due: datetime, uid: str | None, now: datetime
    ) -> Iterable[Finding]:
        """Yield the turn that it is: each ends by the clock when the next begins, and nothing is learned from that."""
        turn = min(max(0, (now - due) // EVERY), REPEATS)
        begin = due + turn * EVERY
        yield Finding(
            situation=self._name(person, thing, key, due, turn),
            due=begin,
            began=due,
            expires=begin + EVERY,
            entity_ids=(thing.entity_id,),
            # What it is about stays in the list: neither name nor text leaves the home.
            facts={"since": due.isoformat()},
            actions=self._tick(thing, uid),
            persons=(person,),
        )

    def _name(self, person: str, thing: Thing, key: str, due: datetime, turn: int = 0) -> str:
        # By person too: a list that two people chose reminds both of them, and each answers for themselves.
        return situation_at(f"{self.kind}:{person}:{thing.entity_id}:{key}", int(due.timestamp()), turn)

    @override
    def lasts(self, suggestion: Suggestion) -> bool | None:
        first = first_of(suggestion.situation)
        return any(
            self._stands(person, entity_id, first)
            for person in suggestion.persons
            for entity_id in suggestion.entity_ids
            if entity_id in self.home.profile(person).routines
        )

    def _stands(self, person: str, entity_id: str, first: str) -> bool:
        """Return whether what a resident put off still stands in their list."""
        thing, state = self.home.map.things.get(entity_id), self.home.state(entity_id)
        if thing is None or state is None or thing.role is Role.CALENDAR:
            # An appointment that has passed is in no state any more: only the clock tells. Nor does a list that is
            # out of reach say that anything was done.
            return thing is not None
        return any(self._name(person, thing, key, due) == first for key, due, _ in self._items(thing, state))

    def _tick(self, thing: Thing, uid: str | None) -> tuple[PlannedAction, ...]:
        """Offer to tick the item where its list allows that."""
        if uid is None or not tickable(self.home, thing.entity_id, uid):
            return ()
        domain, action = TICK
        data = {"item": uid, "status": COMPLETED}
        return (
            PlannedAction(domain=domain, action=action, entity_ids=(thing.entity_id,), risk=RiskClass.A0, data=data),
        )

    def _items(self, thing: Thing, state: State) -> Iterable[tuple[str, datetime, str | None]]:
        """Yield a stable key, the time, and the list's own id of every open item."""
        if thing.role is Role.CALENDAR:
            start = state.attributes.get("start_time")
            at = instant(start)
            if at is not None and state.attributes.get("all_day") is not True:
                yield at.isoformat(), at, None
            return
        for item in items_on(self.home, thing.entity_id):
            due = getattr(item, "due", None)
            # A day without a time is no reminder.
            at = instant(due) if isinstance(due, datetime) else None
            if at is not None and is_open(item):
                uid = getattr(item, "uid", None)
                yield str(uid or at.isoformat()), at, uid if isinstance(uid, str) and uid else None
