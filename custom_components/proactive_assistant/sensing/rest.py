"""Whether people rest, by what moves and where: a bedroom moves while one sleeps, the rest of the home does not."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from homeassistant.util import dt as dt_util

from ..assistant.enums import Room
from .home import STUCK, Home
from .roles import Role, Thing

MOVES: Final = (Role.MOTION, Role.SEAT, Role.COOKING)

IN_BED: Final = timedelta(minutes=15)
"""Stillness after which whoever was last seen going to the bedroom sleeps."""

WENT: Final = timedelta(minutes=3)
SETTLES: Final = timedelta(minutes=60)
"""Within this of the last movement elsewhere somebody has only just gone to bed, and undresses or reads there."""

SITS_STILL: Final = timedelta(minutes=30)
"""Stillness after which whoever was last seen elsewhere sleeps: by then who sits and reads has moved."""

NOBODY_WATCHES: Final = timedelta(minutes=45)
"""Stillness before a screen that plays, after which it plays to nobody, as for `media_idle` (product 3.3)."""

TURNS: Final = timedelta(minutes=20)
"""Sleepers turn over once in hours: two movements within this, or a long one, are of somebody who is up."""

LONG: Final = timedelta(minutes=3)
RESTED: Final = timedelta(hours=3)
"""Stillness of the other rooms after which a restless bedroom is somebody who wakes."""

NIGHT: Final = frozenset({23, 0, 1, 2, 3, 4, 5})
EVENING: Final = frozenset({21, 22})
"""Hours in which a home also sleeps if the last movement was in a bedroom."""

MORNING: Final = range(6, 12)
"""Hours in which a home still sleeps if nobody has been up since the night."""

WATCHED: Final = 3
"""Sensors outside the bedrooms from which a morning without movement says that nobody is up: one sees a room only."""

GETS_UP: Final = range(4, 14)
_NIGHT_ENDS: Final = 5
_BEDROOMS: Final = frozenset({Room.BEDROOM, Room.CHILD_ROOM})


def moved(home: Home) -> Iterator[tuple[datetime, Thing]]:
    """Yield what tells of movement, and since when it is as it is."""
    for thing in home.map.of(*MOVES):
        since = home.since(thing)
        if since is not None:
            yield since, thing


def last_moved(home: Home) -> tuple[datetime, Thing] | None:
    """Return what moved last, and when."""
    return max(moved(home), default=None, key=lambda item: item[0])


def outside(home: Home, now: datetime) -> datetime | None:
    """Return when something last moved outside the bedrooms; None where nothing there tells."""
    times = (
        now if home.is_on(thing) and now - since < STUCK else since
        for since, thing in moved(home)
        if thing.room not in _BEDROOMS
    )
    return max(times, default=None)


def restless(home: Home, now: datetime, up: datetime) -> bool:
    """Return whether somebody is up in a bedroom; radar that stays on sees somebody who lies there.

    The visit with which they went there, when something moved elsewhere last, is no unrest.
    """
    places = {thing.place for thing in home.map.of(Role.MOTION) if thing.room is Room.BEDROOM}
    for place in places - {None}:
        visits = home.visits.get(place or "", [])
        late = [(begin, end) for begin, end in visits if now - end <= TURNS and begin > up + WENT]
        if len(late) > 1 or any(end - begin >= LONG for begin, end in late):
            return True
    return False


def sleeps(home: Home, now: datetime) -> bool:
    """Return whether the home is as still as it is while people sleep, at an hour at which they do."""
    local = dt_util.as_local(now)
    if local.hour not in NIGHT and local.hour not in EVENING and local.hour not in MORNING:
        return False
    last, up = last_moved(home), outside(home, now)
    if last is None or up is None:
        # Nothing could tell of it: only the clock.
        return local.hour in NIGHT and not home.moved_since(now - SITS_STILL)
    if restless(home, now, up) or any(not _unwatched(home, thing, now) for thing in home.on(Role.MEDIA)):
        return False
    went = last[1].room is Room.BEDROOM
    if now - up < SETTLES and now - last[0] < IN_BED:
        return False
    if local.hour in NIGHT or (local.hour in EVENING and went):
        return now - up >= (IN_BED if went else SITS_STILL)
    return local.hour in MORNING and _nobody_up(home, now, up, went=went)


def _nobody_up(home: Home, now: datetime, up: datetime, *, went: bool) -> bool:
    """Return whether nobody has been up since the night, or whoever was has gone back to bed."""
    if not went and sum(thing.room not in _BEDROOMS for _, thing in moved(home)) < WATCHED:
        return False
    ended = dt_util.as_local(now).replace(hour=_NIGHT_ENDS, minute=0, second=0, microsecond=0)
    return up < ended or (went and now - up >= SETTLES)


def _unwatched(home: Home, screen: Thing, now: datetime) -> bool:
    """Return whether a screen plays to nobody, as far as something beside it tells."""
    still = home.still_for(screen, now)
    return still is not None and still >= NOBODY_WATCHES


def wakes(home: Home, now: datetime) -> bool:
    """Return whether somebody gets up: the bedroom is restless, and nobody has been elsewhere since the night."""
    if dt_util.as_local(now).hour not in GETS_UP:
        return False
    up = outside(home, now)
    return up is not None and now - up >= RESTED and restless(home, now, up)
