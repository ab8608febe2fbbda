"""Everybody is away for long: the home can save, and chores can wait."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.const import STATE_ON
from homeassistant.core import State
from homeassistant.util.location import distance

from ..actions.risk import SET_MODE
from ..assistant.enums import HomeMode, RiskClass
from ..assistant.facts import PlannedAction, Suggestion
from ..sensing.bookkeeping import is_way_out
from ..sensing.home import HOLDS_ON, Home, finite
from ..sensing.instants import instant
from ..sensing.roles import HomeMap, Role
from ..sensing.words import VACATION_WORDS, mentions
from .automated import automates
from .away_climate import set_backs
from .base import Detector, Finding

AWAY_FOR: Final = timedelta(hours=24)
FAR_METRES: Final = 100_000
FAR_FOR: Final = timedelta(hours=6)
BY_CALENDAR: Final = timedelta(hours=2)
"""With an entry in the calendar, an absence this long is the journey."""

LIVED_IN: Final = timedelta(hours=12)
HOURS: Final = 3
"""A home in which something moved in so many hours of the last twelve is lived in; a sitter looks in for less."""

LASTS: Final = timedelta(hours=24)

_MOVES: Final = frozenset({Role.MOTION, Role.SEAT, Role.BED, Role.COOKING})


class Vacation(Detector):
    """Absences of all who live here, by their length, their distance or the calendar."""

    kind = "vacation"
    roles = frozenset({Role.PERSON, *_MOVES})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._far_since: dict[str, datetime] = {}
        self._stirred: dict[int, datetime] = {}
        """When something last moved in an hour, by the hour, while everybody is out."""

    @override
    def available(self, home_map: HomeMap) -> bool:
        return bool(home_map.of(Role.PERSON))

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        if new.domain != "person":
            self._stir(new, now)
            return
        if self._is_far(new):
            self._far_since.setdefault(new.entity_id, now)
        else:
            self._far_since.pop(new.entity_id, None)

    def _stir(self, new: State, now: datetime) -> None:
        """Note the hours in which something moves in the empty home."""
        thing = self.home.map.things.get(new.entity_id)
        left = self.home.empty_since
        if thing is None or thing.role not in _MOVES or new.state != STATE_ON:
            return
        if left is not None and now - left > HOLDS_ON:
            self._stirred = {hour: at for hour, at in self._stirred.items() if now - at <= LIVED_IN}
            self._stirred[int(now.timestamp() // 3600)] = now

    def _lived_in(self, left: datetime, now: datetime) -> bool:
        """Return whether somebody lives in the home while all are away: no pet, and no more than a visit."""
        if self.home.pets():
            return False
        door, ways = self.home.last_door, self.home.map.of(Role.OPENING, Role.LOCK, Role.GARAGE)
        if any(is_way_out(thing) for thing in ways) and (door is None or door <= left + HOLDS_ON):
            return False  # nobody has come in
        hours = [at for at in self._stirred.values() if at > left and now - at <= LIVED_IN]
        return len(hours) >= HOURS or self.home.seen_until(now)

    def _is_far(self, state: State) -> bool:
        config = self.home.hass.config
        latitude, longitude = (finite(state.attributes.get(key)) for key in ("latitude", "longitude"))
        if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004
            return False
        metres = distance(config.latitude, config.longitude, latitude, longitude)
        return metres is not None and metres > FAR_METRES

    @override
    def over(self, suggestion: Suggestion, done: datetime, now: datetime) -> bool:
        """Put everything back when somebody is home again."""
        return self.home.empty_since is None and bool(self.home.at_home())

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        left = self.home.empty_since
        if left is None or self.home.mode is not HomeMode.NORMAL:
            return
        if self._lived_in(left, now):
            return
        due = min(
            (at for at in (left + AWAY_FOR, self._far_from(left), self._by_calendar(left, now)) if at is not None),
        )
        actions = (
            PlannedAction(
                domain=SET_MODE[0], action=SET_MODE[1], entity_ids=(), risk=RiskClass.A0, data={"mode": "vacation"}
            ),
            *set_backs(self.home, self.home.map.of(Role.CLIMATE, Role.WATER_HEATER)),
        )
        ids = tuple(target for action in actions for target in action.entity_ids)
        yield Finding(
            situation=self.kind,
            due=due,
            began=left,
            expires=due + LASTS,
            entity_ids=ids,
            facts={"left": left.isoformat(), "names": [self.home.map.things[target].name for target in ids]},
            actions=actions,
            automated=bool(ids) and automates(self.home.hass, actions[1:]),
        )

    def _far_from(self, left: datetime) -> datetime | None:
        """Return when the last one has been far away for long; None while somebody is near."""
        if not self.home.people or not all(person in self._far_since for person in self.home.people):
            return None
        return max(left, *(self._far_since[person] for person in self.home.people)) + FAR_FOR

    def _by_calendar(self, left: datetime, now: datetime) -> datetime | None:
        """Return when a journey of the calendar counts as begun."""
        for thing in self.home.map.of(Role.CALENDAR):
            state = self.home.state(thing.entity_id)
            if state is None or state.attributes.get("all_day") is not True:
                continue
            text = state.attributes.get("message")
            begun = instant(state.attributes.get("start_time"))
            if not isinstance(text, str) or not mentions(text, VACATION_WORDS) or begun is None:
                continue
            if begun <= now:
                return left + BY_CALENDAR
        return None
