"""A reminder that a resident marked as their own: said to them alone, in neutral words, used for nothing else."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, override

from homeassistant.core import State

from ..sensing.instants import instant
from ..sensing.roles import HomeMap, Role, Thing
from .base import Detector, Finding

LASTS: Final = timedelta(minutes=60)
_OPEN: Final = "needs_action"


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
                for key, due in self._items(thing, state):
                    if due - LASTS <= now < due + LASTS:
                        yield Finding(
                            situation=f"{self.kind}:{thing.entity_id}:{key}",
                            due=due,
                            began=due,
                            expires=due + LASTS,
                            entity_ids=(thing.entity_id,),
                            # What it is about stays in the list: neither name nor text leaves the home.
                            facts={"since": due.isoformat()},
                            persons=(person,),
                        )

    def _items(self, thing: Thing, state: State) -> Iterable[tuple[str, datetime]]:
        """Yield a stable key and the time of every open item."""
        if thing.role is Role.CALENDAR:
            start = state.attributes.get("start_time")
            at = instant(start)
            if at is not None and state.attributes.get("all_day") is not True:
                yield at.isoformat(), at
            return
        for item in self._todo_items(thing.entity_id):
            due = getattr(item, "due", None)
            # A day without a time is no reminder.
            at = instant(due) if isinstance(due, datetime) else None
            if at is not None and str(getattr(item, "status", "")) == _OPEN:
                yield str(getattr(item, "uid", None) or at.isoformat()), at

    def _todo_items(self, entity_id: str) -> list[Any]:
        """Return the items of a to-do list: only their number is in its state."""
        if "todo" not in self.home.hass.config.components:
            return []
        # Loaded by whoever has a list; without one the import is never made.
        from homeassistant.components.todo import DATA_COMPONENT  # noqa: PLC0415

        component = self.home.hass.data.get(DATA_COMPONENT)
        entity = component.get_entity(entity_id) if component is not None else None
        return list(entity.todo_items or ()) if entity is not None else []
