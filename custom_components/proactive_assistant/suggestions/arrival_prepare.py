"""Somebody is on the way home, to a cold or dark one. Never a lock, a door or the alarm: those stay as they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State
from homeassistant.util.location import distance

from ..assistant.enums import RiskClass, Room
from ..assistant.facts import PlannedAction, Suggestion
from ..sensing.home import DEAD, Home, finite, listed
from ..sensing.roles import HomeMap, Role, Thing
from .automated import automates
from .away_climate import SAVING
from .base import Detector, Finding, by_room

STEADY: Final = timedelta(minutes=5)
"""An errand near home goes back and forth; the way home does not (product 3.3)."""

STANDS: Final = timedelta(minutes=4)
"""Without coming nearer for longer somebody is in a shop, or only passes by."""

LOST: Final = timedelta(minutes=15)
"""A phone that is silent for so long may be anywhere."""

IN_TIME: Final = timedelta(minutes=10)
"""Who is here sooner needs no message that would still have to be read; nothing gets warm by then either."""

NEAREST: Final = 200.0
FARTHEST: Final = 30_000.0
"""Metres between which a way home is worth preparing for."""

NOISE: Final = 100.0
"""Metres by which positions scatter."""

FROM_AFAR: Final = 500.0
"""Metres from which somebody comes home at all: positions of who stays at the neighbours' do not scatter so far."""

STRAYS: Final = timedelta(minutes=20)
"""A shorter absence of all may be a tracker's only."""

IN_A_MOMENT: Final = timedelta(minutes=2)
"""Phones report every few minutes on the way, and seldom within sight of home."""

AT_THE_DOOR: Final = timedelta(minutes=2)
"""After an arrival light at the entrance is still of use; most phones report none of the last metres before it."""

LIVELY: Final = timedelta(minutes=45)
"""Since something stirred inside, after which nobody seems to be in."""

_WARM: Final = ("comfort", "home")
_ENTRANCE: Final = frozenset({Room.HALL, Room.OUTDOORS})


@dataclass(slots=True)
class _Approach:
    since: datetime
    first: float
    """Metres from home when it began."""
    nearest: float
    last: datetime
    moved: datetime
    """When it last came nearer."""
    worth: bool | None = None
    """Whether there was time left when it became a way home; None until then."""

    def left(self) -> timedelta:
        """Return how long the rest of the way takes at the pace so far."""
        minutes = max((self.last - self.since).total_seconds() / 60, 1.0)
        pace = (self.first - self.nearest) / minutes
        return timedelta(minutes=min(self.nearest / pace, 600.0)) if pace > 0 else timedelta.max


def _nearer(known: _Approach, metres: float, now: datetime) -> None:
    """Follow a way home: it begins where standing about ends, and is one after five minutes of coming nearer."""
    if known.nearest - metres > NOISE:
        if known.first == known.nearest:
            known.since = max(known.since, now - STANDS)
        known.nearest, known.moved, known.last = metres, now, now
        if known.worth is None and now - known.since >= STEADY:
            known.worth = known.left() >= IN_TIME
    elif now - known.moved > STANDS:
        known.since = known.moved = now
        known.first = known.nearest = metres
        known.worth = None
    known.last = now


class ArrivalPrepare(Detector):
    """People who come nearer, by their position or by a sensor of direction; and those who are about to come in."""

    kind = "arrival_prepare"
    roles = frozenset({Role.PERSON, Role.CLIMATE, Role.LIGHT, Role.DIRECTION})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._approaching: dict[str, _Approach] = {}
        self._afar: set[str] = set()
        """Who has been seen afar, and neither near nor home since."""
        self._near: dict[str, datetime] = {}
        """Since when those are within sight who came from afar."""
        self._left: datetime | None = None
        """Since when the home was empty, the last time that it was."""
        self._came: datetime | None = None
        """When somebody last came into an empty home."""

    @override
    def available(self, home_map: HomeMap) -> bool:
        return bool(home_map.of(Role.PERSON)) and bool(home_map.of(Role.CLIMATE, Role.LIGHT))

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        if new.domain != "person":
            return
        metres = self._metres(new)
        known = self._approaching.get(new.entity_id)
        if new.state == "home" or metres is None or not NEAREST <= metres <= FARTHEST:
            self._approaching.pop(new.entity_id, None)
        elif known is None or now - known.last > LOST or metres > known.nearest + NOISE:
            # Turned away, or first seen: the way home begins here, if it is one.
            self._approaching[new.entity_id] = _Approach(now, metres, metres, now, now)
        else:
            _nearer(known, metres, now)
        self._follow_to_the_door(old, new, metres, now)

    def _follow_to_the_door(self, old: State | None, new: State, metres: float | None, now: datetime) -> None:
        """Note who comes within sight, and who comes in; it takes more than a scattered position to be gone again."""
        person = new.entity_id
        if self.home.empty_since is not None:
            self._left = self.home.empty_since
        if new.state == "home":
            afar = person in self._afar or person in self._near
            self._afar.discard(person)
            self._near.pop(person, None)
            came = old is not None and old.state != "home" and old.state not in DEAD
            # A tracker that strays for a moment comes home to somebody who is in, and one that tells no place may be
            # a router's that was restarted: who comes home has been seen afar.
            away = self._left is not None and now - self._left >= STRAYS
            if came and away and afar and self.home.at_home() == [person]:
                self._came, self._left = now, None
        elif metres is not None and (metres <= NEAREST or self._here_in_a_moment(person)):
            if person in self._afar:
                self._afar.discard(person)
                self._near.setdefault(person, now)
        elif metres is None or metres > NEAREST + NOISE:
            self._near.pop(person, None)
            if metres is not None and metres >= FROM_AFAR:
                self._afar.add(person)

    def _here_in_a_moment(self, person: str) -> bool:
        """Return whether somebody on the way home is here before their phone reports again, at the pace so far."""
        known = self._approaching.get(person)
        return known is not None and known.worth is True and known.left() <= IN_A_MOMENT

    def _metres(self, state: State) -> float | None:
        latitude, longitude = (finite(state.attributes.get(key)) for key in ("latitude", "longitude"))
        if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004
            return None
        config = self.home.hass.config
        return distance(config.latitude, config.longitude, latitude, longitude)

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        stirred = self.home.last_stir
        if self.home.lives_unseen() and stirred is not None and now - stirred <= LIVELY:
            # Nothing is prepared for one where another is in without a phone.
            return
        # Who is in has it as they like it.
        began = self._on_the_way(now) if self.home.empty_since is not None else None
        if began is not None:
            yield from self._finding("", self._cold(), began, began + STEADY)
        # Light is for the last steps, not for the whole way.
        at_door = self._at_the_door(now)
        if at_door is not None:
            yield from self._finding(":light", self._dark(), at_door, at_door)

    def _finding(self, matter: str, things: list[Thing], began: datetime, due: datetime) -> Iterable[Finding]:
        if not things:
            return
        actions = _actions(self.home, things)
        yield Finding(
            situation=f"{self.kind}{matter}",
            due=due,
            began=began,
            entity_ids=tuple(thing.entity_id for thing in things),
            facts={
                "rooms": by_room(things),
                "since": began.isoformat(),
                "why": "arrive_light" if matter else "arrive_warm",
            },
            actions=actions,
            automated=automates(self.home.hass, actions),
        )

    def _at_the_door(self, now: datetime) -> datetime | None:
        """Return since when somebody is about to come into an empty home, or has just done so."""
        if self.home.empty_since is not None:
            near = [since for since in self._near.values() if now - since <= LOST]
            return None if self.home.somebody_in(now) else min(near, default=None)
        came = self._came
        if came is None or not timedelta() <= now - came <= AT_THE_DOOR or self.home.lives_unseen():
            # Where somebody lives without a phone they may be asleep behind that light.
            return None
        return came

    @override
    def by_hand(self, suggestion: Suggestion) -> bool:
        # Whoever arrives or turns away has prepared nothing by that.
        wanting = {thing.entity_id for thing in (*self._cold(), *self._dark())}
        return not set(suggestion.entity_ids) <= wanting

    def _on_the_way(self, now: datetime) -> datetime | None:
        """Return since when somebody has been coming nearer, steadily and until now."""
        found = [
            state.last_changed
            for thing in self.home.map.of(Role.DIRECTION)
            if (state := self.home.state(thing.entity_id)) is not None and state.state == "towards"
        ]
        found += [
            approach.since
            for approach in self._approaching.values()
            if now - approach.last <= LOST and approach.first - approach.nearest > NOISE and approach.worth
        ]
        return min(found, default=None)

    def _cold(self) -> list[Thing]:
        return [thing for thing in self.home.map.of(Role.CLIMATE) if _warm_preset(self.home, thing) is not None]

    def _dark(self) -> list[Thing]:
        """Return the entrance's lights that are off, after sunset."""
        sun = self.home.state("sun.sun")
        if sun is None or sun.state != "below_horizon":
            return []
        return [
            thing
            for thing in self.home.map.of(Role.LIGHT)
            if thing.room in _ENTRANCE
            and (state := self.home.state(thing.entity_id)) is not None
            and state.state == "off"
        ]


def _warm_preset(home: Home, thing: Thing) -> str | None:
    """Return the preset of everyday of a thermostat that saves; None when it has none or does not save."""
    state = home.state(thing.entity_id)
    preset = state.attributes.get("preset_mode") if state else None
    if state is None or not isinstance(preset, str) or preset.lower() not in SAVING:
        return None
    return next((name for name in _WARM if name in listed(state, "preset_modes")), None)


def _actions(home: Home, things: list[Thing]) -> tuple[PlannedAction, ...]:
    presets: dict[str, list[str]] = {}
    for thing in things:
        if thing.role is Role.CLIMATE and (preset := _warm_preset(home, thing)) is not None:
            presets.setdefault(preset, []).append(thing.entity_id)
    calls = [
        PlannedAction(
            domain="climate",
            action="set_preset_mode",
            entity_ids=tuple(ids),
            risk=RiskClass.A2,
            data={"preset_mode": preset},
        )
        for preset, ids in presets.items()
    ]
    lights = tuple(thing.entity_id for thing in things if thing.role is Role.LIGHT)
    if lights:
        calls.append(PlannedAction(domain="light", action="turn_on", entity_ids=lights, risk=RiskClass.A1))
    return tuple(calls)
