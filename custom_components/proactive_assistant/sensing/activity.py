"""What a resident is doing: signals in order of how telling they are.

Every rule reads the home and answers with an activity and the sign that told of it, or with nothing. The first answer
counts. Doubt is kept as a number: how often each sign is right, of somebody who is alone and of one of several.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final

from homeassistant.util import dt as dt_util

from ..assistant.enums import Activity, Company, PhoneState, Room
from .guests import guests_in
from .home import Home, finite
from .rest import GETS_UP, NIGHT, last_moved, outside, sleeps, wakes
from .roles import Role, Thing
from .words import RUNNING_WORDS

JUST: Final = timedelta(minutes=5)
"""Someone who came or went within this time is arriving or leaving."""

FRESH: Final = timedelta(minutes=3)
"""A motion sensor that switched off this recently still places a person."""

LINGERS: Final = timedelta(minutes=20)
"""Where something moved last, somebody probably still is: who sits moves every few minutes only."""

WAKING: Final = timedelta(minutes=20)
"""How long after leaving the bed a morning still counts as waking, while nothing moves elsewhere."""

UNPLACED: Final = 0.8
"""Factor on the trust in what is said of somebody of whom no person entity tells whether they are in, as `TRUST`."""

SETTLED: Final = timedelta(minutes=10)
HOT_WATTS: Final = 300.0


class Sign(StrEnum):
    """What told of an activity."""

    OUT = "out"
    CAME = "came"
    CALL = "call"
    BED = "bed"
    BED_JUST = "bed_just"
    STILL = "still"
    CLOCK = "clock"
    CHARGING = "charging"
    LATE = "late"
    LEFT_BED = "left_bed"
    STIRS = "stirs"
    HOB = "hob"
    OVEN = "oven"
    BATHROOM = "bathroom"
    SCREEN = "screen"
    SCREEN_BESIDE = "screen_beside"
    OFFICE = "office"
    KITCHEN = "kitchen"
    CHORES = "chores"
    ROOM = "room"
    LINGERS = "lingers"
    GUEST = "guest"
    HOME = "home"


TRUST: Final[Mapping[Sign, tuple[float, float]]] = MappingProxyType(
    {
        Sign.OUT: (0.99, 0.99),
        Sign.CAME: (0.95, 0.95),
        Sign.CALL: (0.9, 0.9),
        Sign.BED: (0.99, 0.9),
        Sign.BED_JUST: (0.95, 0.6),
        Sign.STILL: (0.98, 0.98),
        Sign.CLOCK: (0.85, 0.9),
        Sign.CHARGING: (0.99, 0.99),
        Sign.LATE: (0.8, 0.75),
        Sign.LEFT_BED: (0.7, 0.55),
        Sign.STIRS: (0.7, 0.6),
        Sign.HOB: (0.8, 0.45),
        Sign.OVEN: (0.95, 0.45),
        Sign.BATHROOM: (0.55, 0.4),
        Sign.SCREEN: (0.75, 0.4),
        Sign.SCREEN_BESIDE: (0.95, 0.55),
        Sign.OFFICE: (0.95, 0.55),
        Sign.KITCHEN: (0.5, 0.3),
        Sign.CHORES: (0.8, 0.45),
        Sign.ROOM: (0.35, 0.2),
        Sign.LINGERS: (0.25, 0.15),
        Sign.GUEST: (0.65, 0.5),
        Sign.HOME: (0.1, 0.1),
    }
)
"""How sure each sign is of the activity it tells, alone at home and with others there.

Shares of instants at which it was right, rounded, in 36 homes of family A of the simulated population, seeds 11 to 13,
whom the records of docs/sensing.md leave out. Nothing there shows a call, a hob's own sensor or a charging phone:
these three are judged.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sensed:
    """What the home can tell of one resident at one instant."""

    activity: Activity
    confidence: float
    room: Room
    company: Company
    phone: PhoneState


@dataclass(frozen=True, kw_only=True)
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

    @cached_property
    def placed(self) -> tuple[Room, bool] | None:
        """Return the room in which somebody was seen last, and whether that is fresh."""
        fresh = self.recent(Role.MOTION, Role.SEAT)
        if fresh:
            return fresh[0].room, True
        last = last_moved(self.home)
        return (last[1].room, False) if last is not None and self.now - last[0] <= LINGERS else None


type Answer = tuple[Activity, Sign] | None


def _away(scene: Scene) -> Answer:
    state = scene.home.state(scene.person)
    if state is None:
        return None
    recently = scene.now - state.last_changed <= JUST
    if state.state == "home":
        return (Activity.ARRIVING, Sign.CAME) if recently and scene.home.hass.is_running else None
    return (Activity.LEAVING if recently else Activity.AWAY), Sign.OUT


def _call(scene: Scene) -> Answer:
    return (Activity.CALL, Sign.CALL) if scene.phone is PhoneState.CALL else None


def _bed(scene: Scene) -> Answer:
    """Take a bed in use for sleep at once: waking somebody costs more than waiting for certainty."""
    for bed in scene.home.on(Role.BED):
        since = scene.home.since(bed)
        settled = since is not None and scene.now - since >= SETTLED
        return Activity.ASLEEP, Sign.BED if settled else Sign.BED_JUST
    placed = scene.placed
    elsewhere = placed is not None and placed[0] not in (Room.BEDROOM, Room.HALL, Room.UNKNOWN)
    for bed in scene.home.map.of(Role.BED):
        since = scene.home.since(bed)
        morning = dt_util.as_local(scene.now).hour in GETS_UP
        if since is not None and scene.now - since <= WAKING and morning and not elsewhere:
            return Activity.WAKING, Sign.LEFT_BED
    return None


def _rest(scene: Scene) -> Answer:
    """Take a still home at night to be asleep, also one in which somebody turns over or a screen was left on."""
    if sleeps(scene.home, scene.now):
        known = outside(scene.home, scene.now) is not None
        still = Sign.STILL if known else Sign.CLOCK
        return Activity.ASLEEP, Sign.CHARGING if scene.phone is PhoneState.CHARGING else still
    # Where a bed tells of getting up, it has been asked.
    if any(scene.home.state(bed.entity_id) is not None for bed in scene.home.map.of(Role.BED)):
        return None
    if not wakes(scene.home, scene.now):
        return None
    # Of several, one who gets up mostly leaves others asleep.
    return Activity.ASLEEP if scene.companions else Activity.WAKING, Sign.STIRS


def _cooking(scene: Scene) -> Answer:
    if scene.recent(Role.COOKING):
        return Activity.COOKING, Sign.HOB
    placed = scene.placed
    there = placed is not None and placed[0] is Room.KITCHEN
    return (Activity.COOKING, Sign.OVEN) if there and _oven_on(scene.home) else None


def _oven_on(home: Home) -> bool:
    """Return whether an oven or a hob is hot, as it says itself or by its power."""
    for thing in home.map.of(Role.HOT):
        state = home.state(thing.entity_id)
        if state is None:
            continue
        if thing.detail != "power" and state.state.lower() in RUNNING_WORDS:
            return True
        watts = finite(state.state) if thing.detail == "power" else None
        kilo = state.attributes.get("unit_of_measurement") == "kW"
        if watts is not None and (watts * 1000 if kilo else watts) > HOT_WATTS:
            return True
    return False


def _grooming(scene: Scene) -> Answer:
    placed = scene.placed
    return (Activity.GROOMING, Sign.BATHROOM) if placed == (Room.BATHROOM, True) else None


def _media(scene: Scene) -> Answer:
    playing = scene.home.on(Role.MEDIA)
    if not playing:
        return None
    if guests_in(scene.home, scene.now):
        return Activity.HOSTING, Sign.GUEST
    rooms = {thing.room for thing in scene.recent(Role.MOTION, Role.SEAT)}
    beside = any(thing.room in rooms for thing in playing)
    return Activity.MEDIA, Sign.SCREEN_BESIDE if beside else Sign.SCREEN


_ROOMS: Final[Mapping[Room, tuple[Activity, Sign]]] = MappingProxyType(
    {
        Room.OFFICE: (Activity.WORKING, Sign.OFFICE),
        Room.KITCHEN: (Activity.EATING, Sign.KITCHEN),
        Room.UTILITY: (Activity.HOUSEWORK, Sign.CHORES),
    }
)
"""What people mostly do in a room; whoever cooks in a kitchen does so before they eat there, and for less long."""


def _room(scene: Scene) -> Answer:
    placed = scene.placed
    if placed is None:
        return None
    room, fresh = placed
    activity, sign = _ROOMS.get(room, (Activity.IDLE, Sign.ROOM))
    if activity in (Activity.IDLE, Activity.EATING) and guests_in(scene.home, scene.now):
        return Activity.HOSTING, Sign.GUEST
    if sign is not Sign.ROOM:
        return activity, sign
    if dt_util.as_local(scene.now).hour in NIGHT and (scene.companions or not fresh):
        # By night little but a movement of one's own tells of somebody awake.
        return Activity.ASLEEP, Sign.LATE
    return activity, Sign.ROOM if fresh else Sign.LINGERS


def _at_home(scene: Scene) -> Answer:
    state = scene.home.state(scene.person)
    if state is None or state.state != "home":
        return None
    return (Activity.HOSTING, Sign.GUEST) if guests_in(scene.home, scene.now) else (Activity.IDLE, Sign.HOME)


RULES: Final[tuple[Callable[[Scene], Answer], ...]] = (
    _away,
    _call,
    _bed,
    _rest,
    _cooking,
    _grooming,
    _media,
    _room,
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
    if guests_in(scene.home, scene.now):
        return Company.GUESTS
    return Company.HOUSEHOLD if scene.companions else Company.ALONE


def _trust(scene: Scene, sign: Sign | None) -> float:
    if sign is None:
        return 0.0
    known = scene.home.state(scene.person) is not None
    return TRUST[sign][bool(scene.companions)] * (1.0 if known else UNPLACED)


def sense(home: Home, person: str, now: datetime, phone: PhoneState) -> Sensed:
    """Return what the home can tell of a resident now."""
    others = [other for other in home.at_home() if other != person]
    scene = Scene(home=home, person=person, now=now, phone=phone, companions=len(others))
    activity, sign = next((answer for rule in RULES if (answer := rule(scene)) is not None), (Activity.UNKNOWN, None))
    return Sensed(
        activity=activity,
        confidence=_trust(scene, sign),
        room=_place(scene, activity),
        company=_company(scene, activity),
        phone=phone,
    )
