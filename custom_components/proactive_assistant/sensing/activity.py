"""What a resident is doing: signals in order of how telling they are.

Every rule reads the home and answers with an activity and how sure it is, or with nothing. The first answer
counts. Doubt is kept as a number: several people at home halve what a room sensor says of any one of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from homeassistant.util import dt as dt_util

from ..assistant.enums import Activity, Company, PhoneState, Room
from .home import Home
from .roles import Role, Thing

JUST: Final = timedelta(minutes=5)
"""Someone who came or went within this time is arriving or leaving."""

FRESH: Final = timedelta(minutes=3)
"""A motion sensor that switched off this recently still places a person."""

WAKING: Final = timedelta(minutes=20)
"""How long after leaving the bed a morning still counts as waking."""

SHARED: Final = 0.5
"""Factor on the confidence of room signals when several people are at home."""

_MORNING: Final = range(4, 14)
_EVENING: Final = frozenset({21, 22, 6, 7})
"""Hours in which a home also sleeps if the last movement was in a bedroom."""

_NIGHT: Final = frozenset({23, 0, 1, 2, 3, 4, 5})


@dataclass(frozen=True, kw_only=True, slots=True)
class Sensed:
    """What the home can tell of one resident at one instant."""

    activity: Activity
    confidence: float
    room: Room
    company: Company
    phone: PhoneState


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """What the rules look at."""

    home: Home
    person: str
    now: datetime
    phone: PhoneState
    companions: int
    """Other residents at home."""

    def recent(self, *roles: Role) -> list[Thing]:
        """Return things of some roles that are on or went off a moment ago, latest change first."""
        found: list[tuple[datetime, Thing]] = []
        for thing in self.home.map.of(*roles):
            since = self.home.since(thing)
            if since is not None and (self.home.is_on(thing) or self.now - since <= FRESH):
                found.append((since, thing))
        # Off things changed last when they went off, so what is on now comes first.
        found.sort(key=lambda item: (self.home.is_on(item[1]), item[0]), reverse=True)
        return [thing for _, thing in found]

    def room_trust(self, confidence: float) -> float:
        """Return a room signal's confidence, shared among those at home."""
        return confidence * SHARED if self.companions else confidence


type Answer = tuple[Activity, float] | None


def _away(scene: Scene) -> Answer:
    state = scene.home.state(scene.person)
    if state is None:
        return None
    recently = scene.now - state.last_changed <= JUST
    if state.state == "home":
        return (Activity.ARRIVING, 0.8) if recently and scene.home.hass.is_running else None
    return (Activity.LEAVING, 0.8) if recently else (Activity.AWAY, 0.9)


def _call(scene: Scene) -> Answer:
    return (Activity.CALL, 0.9) if scene.phone is PhoneState.CALL else None


def _bed(scene: Scene) -> Answer:
    """Take a bed in use for sleep at once: waking somebody costs more than waiting for certainty."""
    for bed in scene.home.on(Role.BED):
        since = scene.home.since(bed)
        settled = since is not None and scene.now - since >= timedelta(minutes=10)
        return Activity.ASLEEP, scene.room_trust(0.9 if settled else 0.7)
    local = dt_util.as_local(scene.now)
    for bed in scene.home.map.of(Role.BED):
        since = scene.home.since(bed)
        if since is not None and scene.now - since <= WAKING and local.hour in _MORNING:
            return Activity.WAKING, scene.room_trust(0.8)
    return None


def _cooking(scene: Scene) -> Answer:
    return (Activity.COOKING, scene.room_trust(0.8)) if scene.recent(Role.COOKING) else None


def _grooming(scene: Scene) -> Answer:
    placed = scene.recent(Role.MOTION, Role.SEAT)
    if placed and placed[0].room is Room.BATHROOM:
        return Activity.GROOMING, scene.room_trust(0.7)
    return None


def _media(scene: Scene) -> Answer:
    playing = scene.home.on(Role.MEDIA)
    if not playing:
        return None
    rooms = {thing.room for thing in scene.recent(Role.MOTION, Role.SEAT)}
    beside = any(thing.room in rooms for thing in playing)
    return Activity.MEDIA, scene.room_trust(0.8 if beside else 0.5)


def _room(scene: Scene) -> Answer:
    placed = scene.recent(Role.MOTION, Role.SEAT)
    if not placed:
        return None
    if placed[0].room is Room.OFFICE:
        return Activity.WORKING, scene.room_trust(0.6)
    return Activity.IDLE, scene.room_trust(0.6)


def _night(scene: Scene) -> Answer:
    """Take a home that has been still for half an hour at night to be asleep; earlier if it was last seen in bed."""
    hour = dt_util.as_local(scene.now).hour
    if hour not in _NIGHT and not (hour in _EVENING and _last_moved(scene) is Room.BEDROOM):
        return None
    quiet = not scene.home.moved_since(scene.now - timedelta(minutes=30))
    charging = scene.phone is PhoneState.CHARGING
    return (Activity.ASLEEP, 0.75 if charging else 0.6) if quiet else None


def _last_moved(scene: Scene) -> Room | None:
    """Return the room in which something moved last."""
    moved = [
        (since, thing.room)
        for thing in scene.home.map.of(Role.MOTION, Role.SEAT, Role.COOKING)
        if (since := scene.home.since(thing)) is not None
    ]
    return max(moved, default=(None, None), key=lambda item: item[0])[1]


def _at_home(scene: Scene) -> Answer:
    state = scene.home.state(scene.person)
    return (Activity.IDLE, 0.3) if state is not None and state.state == "home" else None


RULES: Final[tuple[Callable[[Scene], Answer], ...]] = (
    _away,
    _call,
    _bed,
    _cooking,
    _grooming,
    _media,
    _room,
    _night,
    _at_home,
)


def _place(scene: Scene, activity: Activity) -> Room:
    if activity in (Activity.AWAY, Activity.LEAVING):
        return Room.NOT_HOME
    if scene.companions:
        return Room.UNKNOWN
    placed = scene.recent(Role.MOTION, Role.SEAT, Role.COOKING, Role.BED)
    return placed[0].room if placed else Room.UNKNOWN


def _company(scene: Scene, activity: Activity) -> Company:
    if activity in (Activity.AWAY, Activity.LEAVING):
        return Company.UNKNOWN
    return Company.HOUSEHOLD if scene.companions else Company.ALONE


def sense(home: Home, person: str, now: datetime, phone: PhoneState) -> Sensed:
    """Return what the home can tell of a resident now."""
    others = [other for other in home.at_home() if other != person]
    scene = Scene(home=home, person=person, now=now, phone=phone, companions=len(others))
    activity, confidence = next(
        (answer for rule in RULES if (answer := rule(scene)) is not None), (Activity.UNKNOWN, 0.0)
    )
    return Sensed(
        activity=activity,
        confidence=confidence,
        room=_place(scene, activity),
        company=_company(scene, activity),
        phone=phone,
    )
