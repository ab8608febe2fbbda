"""A screen or a light in a child's room is on past its end of the day. The parents decide; it only tells them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.components.media_player import MediaPlayerEntityFeature
from homeassistant.const import ATTR_SUPPORTED_FEATURES
from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..assistant.enums import RiskClass, Room
from ..assistant.facts import PlannedAction
from ..sensing.roles import HomeMap, Role, Thing
from .automated import automates
from .base import Detector, Finding

PRIOR_END: Final = (20 * 60 + 30, 21 * 60 + 30)
"""Minutes of the day at which a child's evening ends before a school day and before a free one (judgement)."""

READS: Final = timedelta(minutes=20)
"""A light that is on for less is somebody who looks in or fetches something."""

LATE: Final = timedelta(minutes=20)
"""Beyond the middle of the evenings that are known: late ones, which it is about, must not teach that late is usual."""

SET: Final = timedelta(minutes=5)
"""Beyond an end that the parents have set: nobody stops in the middle of a sentence."""

LATEST: Final = 23 * 60 + 30.0
"""Minute of the day after which no child's evening ends."""

LASTS: Final = timedelta(hours=3)
_EVENING: Final = range(17, 24)
_FREE: Final = frozenset({4, 5})
"""Weekdays before a free day."""


class KidsEvening(Detector):
    """Players and lights in rooms that are named as a child's."""

    kind = "kids_evening"
    roles = frozenset({Role.MEDIA, Role.LIGHT})

    @override
    def available(self, home_map: HomeMap) -> bool:
        return any(thing.room is Room.CHILD_ROOM for thing in home_map.of(Role.MEDIA, Role.LIGHT))

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None or thing.room is not Room.CHILD_ROOM or thing.role not in self.roles or old is None:
            return
        local = dt_util.as_local(now)
        went_off = old.state in ("on", "playing") and new.state in ("off", "idle", "standby", "paused")
        if went_off and local.hour in _EVENING and now - old.last_changed >= READS:
            self.home.habits.recent.add(_habit(thing, free=local.weekday() in _FREE), local.hour * 60 + local.minute)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        parents = self.home.parents()
        if self.home.empty_since is not None or not parents:
            return
        local = dt_util.as_local(now)
        late = [
            (thing, due)
            for thing in self.home.on(Role.MEDIA, Role.LIGHT)
            if thing.room is Room.CHILD_ROOM and (due := self._end(thing, local)) <= now < due + LASTS
        ]
        if not late or all(thing.role is Role.LIGHT and self._meant(thing) for thing, _ in late):
            return
        things = [thing for thing, _ in late if not self._meant(thing)]
        first, due = min(late, key=lambda item: item[1])
        why = "kids_usual" if self._set_end(first) is None else "kids_set"
        actions = self._actions(things)
        yield Finding(
            situation=f"{self.kind}:{local.date()}",
            due=due,
            began=due,
            expires=due + LASTS,
            entity_ids=tuple(thing.entity_id for thing in things),
            facts={"names": [thing.name for thing in things], "since": due.isoformat(), "why": why},
            actions=actions,
            automated=automates(self.home.hass, actions),
            persons=parents,
        )

    def _meant(self, thing: Thing) -> bool:
        """Return whether a thing is on all night, as a night light is."""
        return self.home.habits.meant_at_night(thing.entity_id)

    def _end(self, thing: Thing, local: datetime) -> datetime:
        """Return when the evening is over that an instant is in: as the parents have set it, else as is usual."""
        free = local.weekday() in _FREE
        chosen = self._set_end(thing)
        if chosen is not None:
            return _at(local, chosen + (PRIOR_END[True] - PRIOR_END[False] if free else 0.0)) + SET
        recent = self.home.habits.recent
        # Evenings of the one sort tell about where those of the other end, until enough of these are known.
        other = recent.usual(_habit(thing, free=not free), float(PRIOR_END[not free]))
        minutes = recent.usual(_habit(thing, free=free), other + PRIOR_END[free] - PRIOR_END[not free])
        return _at(local, minutes) + LATE

    def _set_end(self, thing: Thing) -> float | None:
        """Return the minute of the day that is set for a room: that of the child it is named after, else the latest."""
        ends = {
            person: profile.evening_end
            for person, profile in self.home.profiles.items()
            if profile.child and profile.evening_end is not None
        }
        own = [end for person, end in ends.items() if self._named_after(thing, person)]
        chosen = max(own or ends.values(), default=None)
        return None if chosen is None else float(chosen.hour * 60 + chosen.minute)

    def _named_after(self, thing: Thing, person: str) -> bool:
        state = self.home.hass.states.get(person)
        words = state.name.casefold().split() if state is not None else []
        return bool(words) and words[0] in (thing.area or "").casefold()

    def _actions(self, things: list[Thing]) -> tuple[PlannedAction, ...]:
        """Offer to pause what plays; a child is not left in the dark by a button."""
        ids = tuple(
            thing.entity_id
            for thing in things
            if thing.role is Role.MEDIA
            and (state := self.home.state(thing.entity_id)) is not None
            and state.state == "playing"
            and isinstance(features := state.attributes.get(ATTR_SUPPORTED_FEATURES), int)
            and features & MediaPlayerEntityFeature.PAUSE
        )
        if not ids:
            return ()
        return (PlannedAction(domain="media_player", action="media_pause", entity_ids=ids, risk=RiskClass.A1),)


def _at(local: datetime, minutes: float) -> datetime:
    minutes = min(minutes, LATEST)
    return dt_util.as_utc(local.replace(hour=int(minutes // 60), minute=int(minutes % 60), second=0, microsecond=0))


def _habit(thing: Thing, *, free: bool) -> str:
    return f"{'free' if free else 'school'}:{thing.entity_id}"
