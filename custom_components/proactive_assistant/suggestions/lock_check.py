"""A door is unlocked at bedtime, or after everybody has left."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.util.location import distance

from ..assistant.enums import RiskClass
from ..assistant.facts import PlannedAction
from ..sensing.bookkeeping import CAN_STAY_ON
from ..sensing.home import finite
from ..sensing.night import asleep, last_outside_bedrooms, night_of
from ..sensing.roles import Role, Thing
from .automated import automates
from .base import Detector, Finding

AFTER_LEAVING: Final = timedelta(minutes=5)
AFTER_THE_CHECK: Final = timedelta(minutes=15)
"""Where the departure check names the lock with all else; what is unlocked then deserves a message of its own."""

AFTER_BEDTIME: Final = timedelta(minutes=15)
FOR_THE_LAST: Final = timedelta(minutes=60)
"""How long after bedtime the last resident may come home before an unlocked door is worth a word."""

UP_LATE: Final = timedelta(hours=2)
"""How long after bedtime somebody who moves about puts the check off."""

SETTLED: Final = timedelta(minutes=15)
"""Who has just come in is not done yet."""

LASTS: Final = timedelta(minutes=60)
NEAR_METRES: Final = 200


class LockCheck(Detector):
    """Locks, and the sensors that only tell."""

    kind = "lock_check"
    roles = frozenset({Role.LOCK})

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        for thing in self.home.on(Role.LOCK):
            began = self.home.since(thing)
            if began is None or self.home.door_open(thing) or self._told_by_a_lock(thing):
                continue
            if self.home.empty_since is None:
                yield from self._at_night(thing, began, now)
            else:
                yield from self._away(thing, began, self.home.empty_since, now)

    def _told_by_a_lock(self, thing: Thing) -> bool:
        return not thing.entity_id.startswith("lock.") and any(
            other.entity_id.startswith("lock.") for other in self.home.map.siblings(thing, Role.LOCK)
        )

    def _away(self, thing: Thing, began: datetime, left: datetime, now: datetime) -> Iterable[Finding]:
        """Yield what stays unlocked after the last one left; not while somebody is in or at the door."""
        meant = self.home.habits.meant_on(thing.entity_id)
        if meant or self.home.somebody_in(now) or self._somebody_near(now):
            return
        named = any(
            thing.role is not Role.LOCK and not self.home.habits.meant_on(thing.entity_id)
            for thing in self.home.on(*CAN_STAY_ON)
        )
        due = max(left + (AFTER_THE_CHECK if named else AFTER_LEAVING), began + AFTER_LEAVING)
        yield self._finding(thing, began, due, "away", pressing=True)

    def _at_night(self, thing: Thing, began: datetime, now: datetime) -> Iterable[Finding]:
        start, end = night_of(self.home, now)
        if not start <= now < end or self._somebody_near(now):
            return
        expected = any(
            (state := self.home.state(person)) is not None and state.state != "home" for person in self.home.people
        )
        due = max(start + (FOR_THE_LAST if expected else AFTER_BEDTIME), began + SETTLED)
        stirred = last_outside_bedrooms(self.home, now)
        if stirred is not None:
            # Who is still up locks when they go; until then it is evening, however late they are.
            due = max(due, min(stirred + SETTLED, start + UP_LATE))
        # Nobody is woken for it: an unlocked door is a risk that the waking can do something about.
        yield self._finding(thing, began, due, "night", pressing=self._up(now))

    def _up(self, now: datetime) -> bool:
        """Return whether somebody is up: who sits still on the sofa or before a film moves nothing, and sleeps not."""
        if self.home.on(Role.BED) and len(self.home.at_home()) <= 1:
            return False
        return bool(self.home.on(Role.SEAT, Role.MEDIA)) or not asleep(self.home, now)

    def _finding(self, thing: Thing, began: datetime, due: datetime, why: str, *, pressing: bool) -> Finding:
        actions = self._actions(thing)
        return Finding(
            situation=f"{self.kind}:{thing.entity_id}:{why}",
            due=due,
            began=began,
            expires=due + LASTS,
            entity_ids=(thing.entity_id,),
            facts={"name": thing.name, "area": thing.area, "since": began.isoformat(), "why": f"lock_{why}"},
            actions=actions,
            automated=automates(self.home.hass, actions),
            risk_present=pressing,
        )

    def _actions(self, thing: Thing) -> tuple[PlannedAction, ...]:
        state = self.home.state(thing.entity_id)
        # A code is neither stored nor asked for.
        if state is None or state.domain != "lock" or state.state != "unlocked" or state.attributes.get("code_format"):
            return ()
        return (PlannedAction(domain="lock", action="lock", entity_ids=(thing.entity_id,), risk=RiskClass.A3),)

    def _somebody_near(self, now: datetime) -> bool:
        """Return whether a resident who is not in is within sight of the door: locking might lock them out."""
        config = self.home.hass.config
        for person in self.home.people:
            state = self.home.state(person)
            if state is None or state.state == "home":
                continue
            latitude, longitude = (finite(state.attributes.get(key)) for key in ("latitude", "longitude"))
            if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004
                continue
            metres = distance(config.latitude, config.longitude, latitude, longitude)
            fresh = now - state.last_updated <= timedelta(minutes=30)
            if metres is not None and metres <= NEAR_METRES and fresh:
                return True
        return False
