"""The night of a home: when it usually goes to bed, and whether it sleeps now."""

from datetime import datetime, timedelta
from statistics import median
from typing import Final

from homeassistant.util import dt as dt_util

from ..assistant.enums import Activity, Room
from .home import Home
from .roles import Role, Thing

PRIOR_BEDTIME: Final = 23
"""Hour, until the rhythm of a resident is known (product 2.1: time gates cluster at 22 to 23 h)."""

EARLIEST: Final = 20
NIGHT_ENDS: Final = 5
_NOON: Final = 12
CAME_TO_REST: Final = "night:home"
"""Under which habits know when the home turned in: minutes after noon."""

NIGHTS: Final = 4
"""From which the middle of them is the usual time."""

_FOR_THE_NIGHT: Final = frozenset({Room.BEDROOM, Room.CHILD_ROOM, Room.BATHROOM, Room.HALL})

STILL: Final = timedelta(minutes=30)
"""A home that has not moved for this long at night sleeps, as far as it can tell."""


def night_of(home: Home, now: datetime) -> tuple[datetime, datetime]:
    """Return usual bedtime and end of the night that an instant is nearest to; the latest resident counts."""
    local = dt_util.as_local(now)
    evening = local.replace(hour=EARLIEST - 1, minute=0, second=0, microsecond=0)
    if local.hour < _NOON:
        evening -= timedelta(days=1)
    end = (evening + timedelta(days=1)).replace(hour=NIGHT_ENDS)
    times = home.habits.recent.latest(CAME_TO_REST)
    if len(times) >= NIGHTS:
        noon = evening.replace(hour=_NOON)
        return dt_util.as_utc(noon + timedelta(minutes=median(times))), dt_util.as_utc(end)
    hours = [PRIOR_BEDTIME - EARLIEST]
    learned = []
    for rhythm in home.habits.rhythm.values():
        usual = rhythm.forecast(evening)
        if Activity.ASLEEP in usual[:8]:
            learned.append(usual.index(Activity.ASLEEP))
    start = evening + timedelta(hours=1 + max(learned or hours))
    return dt_util.as_utc(start), dt_util.as_utc(end)


def turned_in(home: Home, changed: str, local: datetime) -> float | None:
    """Return how many minutes after noon the living rooms came to rest last evening; None when nothing tells.

    Asked at the end of the night, before anything but `changed` has moved again.
    """
    noon = local.replace(hour=_NOON, minute=0, second=0, microsecond=0) - timedelta(days=1)
    times = [
        dt_util.as_local(since)
        for thing in home.map.of(Role.MOTION, Role.SEAT, Role.COOKING, Role.LIGHT, Role.MEDIA)
        if thing.entity_id != changed and _tells_of_rest(thing) and (since := home.since(thing)) is not None
    ]
    evening = [at for at in times if noon.replace(hour=EARLIEST - 1) <= at]
    return (max(evening) - noon).total_seconds() / 60 if evening else None


def _tells_of_rest(thing: Thing) -> bool:
    """Return whether something stirs for the last time when people go to sleep: also a bedroom's light."""
    lit = thing.role in (Role.LIGHT, Role.MEDIA) and thing.room is Room.BEDROOM
    return lit or thing.room not in _FOR_THE_NIGHT


def moved_outside_bedrooms(home: Home, after: datetime) -> bool:
    """Return whether anything has moved since in a room that is not for the night."""
    return any(
        home.is_on(thing) or ((since := home.since(thing)) is not None and since > after)
        for thing in home.map.of(Role.MOTION, Role.SEAT, Role.COOKING)
        if thing.room not in _FOR_THE_NIGHT
    )


def asleep(home: Home, now: datetime) -> bool:
    """Return whether the home sleeps: a bed in use, or stillness where something would tell."""
    if home.on(Role.BED):
        return True
    return bool(home.map.of(Role.MOTION)) and not home.moved_since(now - STILL)
