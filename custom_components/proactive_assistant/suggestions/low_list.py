"""What the kinds share that keep a standing list of things running out: one list, never one message each."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, Final, override

from homeassistant.core import State

from ..sensing.home import Home
from ..sensing.roles import Role, Thing
from .base import Detector, Finding
from .telling import tells

SETTLED: Final = timedelta(minutes=30)
"""A first reading after a change is often wrong."""

LASTS: Final = timedelta(days=7)


class LowList(Detector):
    """Things of one role that report how little is left, or that they are low."""

    role: ClassVar[Role]
    low: ClassVar[float]
    """How much is little: percent, or what else a kind reads."""
    again: ClassVar[float]
    """Above which it counts as replaced: a reading on the edge comes and goes with the weather."""

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._low: dict[str, datetime] = {}

    def label(self, thing: Thing) -> str:
        """Return what a thing is called in the list."""
        return thing.name

    def one(self, thing: Thing) -> str:
        """Return what a thing is one of: of several with the same answer the first is listed."""
        return thing.entity_id

    def amount(self, thing: Thing) -> float | None:
        """Return how much is left, or None."""
        return self.home.number(thing)

    def said(self, thing: Thing) -> str | None:
        """Return how much is left, as it stands in the list."""
        amount = self.amount(thing)
        return None if amount is None else f"{amount:.0f} %"

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or thing.role is not self.role:
            return
        if self._is_low(thing):
            self._low.setdefault(new.entity_id, now)
        else:
            self._low.pop(new.entity_id, None)

    def _is_low(self, thing: Thing) -> bool:
        if thing.entity_id.startswith("binary_sensor."):
            return self.home.is_on(thing)
        amount = self.amount(thing)
        return amount is not None and 0 <= amount <= (self.again if thing.entity_id in self._low else self.low)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        low: dict[str, tuple[Thing, datetime]] = {}
        for thing in self.home.map.of(self.role):
            since = self._low.get(thing.entity_id) or self.home.since(thing)
            if self._is_low(thing) and since is not None:
                low.setdefault(self.one(thing), (thing, since))
        if not low:
            return
        began = min(since for _, since in low.values())
        yield Finding(
            situation=self.kind,
            due=began + SETTLED,
            began=began,
            # A standing list has no end but the last thing replaced.
            expires=now + LASTS,
            entity_ids=tuple(thing.entity_id for thing, _ in low.values()),
            facts={"rooms": self._by_room([thing for thing, _ in low.values()]), "since": began.isoformat()},
            automated=tells(self.home.hass, [thing.entity_id for thing, _ in low.values()]),
        )

    def _by_room(self, things: list[Thing]) -> dict[str, list[str]]:
        rooms: dict[str, list[str]] = {}
        for thing in things:
            line = " ".join(filter(None, (self.label(thing), self.said(thing))))
            rooms.setdefault(thing.area or "", []).append(line)
        return rooms
