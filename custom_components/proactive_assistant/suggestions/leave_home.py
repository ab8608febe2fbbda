"""Everybody left, and something is still on."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction
from ..sensing.bookkeeping import CAN_STAY_ON, is_way_out
from ..sensing.home import STILL, Home
from ..sensing.roles import Role, Thing
from .automated import automates
from .base import Detector, Finding, by_room
from .garage_open import told_by_cover
from .hot_runs import HotRuns, is_hot

SETTLED: Final = timedelta(minutes=3)
"""People turn back for their keys; learned between 2 and 8 later (product 3.3)."""

LASTS: Final = timedelta(minutes=20)

OPEN_LASTS: Final = timedelta(hours=13)
"""With something hot or open in it: longer than any of these has to tell of itself (12 h), for it tells for them."""

DOUBTED: Final = timedelta(minutes=10)
"""A tracker that strays opens no door: where doors tell, a departure without one has to last (product 3.5)."""

HOT_SETTLED: Final = timedelta(minutes=4)
"""With something hot on there is no doubting for long; shortly before its own kind would tell (heat_source_on)."""

_LONELY: Final = frozenset({Role.LOCK, Role.GARAGE, Role.HOT})
"""What alone is no matter for the check at the door: each has a kind of its own, with a button of its own."""

_LASTING: Final = frozenset({Role.HOT, Role.GARAGE, Role.OPENING})
"""What is no less a matter hours later; a lamp is none once whoever left it on is far away."""

_OPEN: Final = frozenset({Role.OPENING, Role.LOCK, Role.GARAGE})
"""What is not on but open."""

_OFF: Final[dict[Role, tuple[str, str]]] = {
    Role.LIGHT: ("light", "turn_off"),
    Role.MEDIA: ("media_player", "turn_off"),
    Role.FAN: ("fan", "turn_off"),
}
"""A closed table of what turns what off: never a name made up from domain and state (product 1.2)."""


class LeaveHome(Detector):
    """The check at the door."""

    kind = "leave_home"
    roles = frozenset({Role.PERSON, Role.HOT, *CAN_STAY_ON})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._hot = HotRuns(home)

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        self._hot.observe(old, new, now)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        left = self.home.vacant_since(now)
        if left is None or now - left > self._settled(left) + OPEN_LASTS:
            return
        sun = self.home.state("sun.sun")
        dark = sun is not None and sun.state == "below_horizon"
        hot = self._still_hot(left, now)
        # What changed after the last one had gone was not left on: the door that opens for the one who returns.
        on = hot + [
            thing
            for thing in self._of_one_door(self.home.on(*CAN_STAY_ON))
            if not self._meant(thing, dark=dark) and (self.home.since(thing) or now) <= left
        ]
        # The heating is on all winter, and has a kind of its own.
        roles = {thing.role for thing in on} - {Role.CLIMATE}
        if not roles or (len(roles) == 1 and roles <= _LONELY):
            return
        leaver = self.home.last_to_leave
        settled, lasts = self._settled(left), OPEN_LASTS if roles & _LASTING else LASTS
        if now - left > settled + lasts:
            return
        if hot and not self.home.lives_unseen():
            settled = min(settled, HOT_SETTLED)
        actions = _actions(on)
        everything = sum(len(action.entity_ids) for action in actions) == len(on)
        yield Finding(
            situation=self.kind,
            due=left + settled,
            began=left,
            expires=left + settled + lasts,
            entity_ids=tuple(thing.entity_id for thing in on),
            facts={"rooms": by_room(on), "left": left.isoformat(), "sort": _sort(on)},
            actions=actions,
            automated=everything and automates(self.home.hass, actions),
            persons=(leaver,) if leaver else (),
            risk_present=bool(hot),
        )

    def _still_hot(self, left: datetime, now: datetime) -> list[Thing]:
        """Return what was hot when they left and is now, one of each device; nothing hot is meant to stay on."""
        found: dict[str, Thing] = {}
        for thing in self.home.map.of(Role.HOT):
            run, state = self._hot.run(thing, now), self.home.state(thing.entity_id)
            if run is None or state is None or run.began > left:
                continue
            # A pause longer than any before is the end.
            if is_hot(thing, state) or now - run.last_hot <= run.pause:
                found.setdefault(thing.device_id or thing.entity_id, replace(thing, name=thing.device or thing.name))
        return list(found.values())

    @staticmethod
    def _of_one_door(things: list[Thing]) -> list[Thing]:
        """Return things without the sensors of garage doors that are there as covers too."""
        covers = [thing for thing in things if thing.role is Role.GARAGE and thing.entity_id.startswith("cover.")]
        return [thing for thing in things if thing.role is not Role.GARAGE or not told_by_cover(thing, covers)]

    def _meant(self, thing: Thing, *, dark: bool) -> bool:
        """Return whether a thing is meant to stay on: in most absences, or after dark a light that burns every night.

        A porch light is off in every absence by day, so these alone would never tell (product 3.3).
        """
        habits = self.home.habits
        nightly = dark and thing.role is Role.LIGHT and habits.meant_at_night(thing.entity_id)
        return nightly or habits.meant_on(thing.entity_id)

    def _settled(self, left: datetime) -> timedelta:
        """Return how long a departure has to last: longer where a door would have told of it and has not.

        Where somebody lives without a phone, only stillness tells that they have gone as well.
        """
        if self.home.lives_unseen():
            return STILL
        door = self.home.last_door
        told = door is not None and door >= left - DOUBTED
        tells = any(is_way_out(thing) for thing in self.home.map.of(Role.OPENING))
        return SETTLED if told or not tells else DOUBTED


def _sort(things: list[Thing]) -> str:
    """Return whether things are on, open, or some on and some open."""
    is_open = {thing.role in _OPEN for thing in things}
    return "mixed" if len(is_open) > 1 else "open" if True in is_open else "on"


def _actions(things: list[Thing]) -> tuple[PlannedAction, ...]:
    """Return one action per sort of thing that can safely be turned off."""
    found = []
    for role, (domain, action) in _OFF.items():
        ids = tuple(thing.entity_id for thing in things if thing.role is role)
        if ids:
            found.append(PlannedAction(domain=domain, action=action, entity_ids=ids, risk=RiskClass.A1))
    return tuple(found)
