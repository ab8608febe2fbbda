"""The night of a home: when it usually goes to bed, and whether it sleeps now."""

from datetime import datetime, timedelta
from statistics import median, quantiles
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

SLEEPS: Final = timedelta(hours=3)
"""Nobody sits still for this long; whoever is up in the night for a glass of water has slept before."""

NIGHTS: Final = 4
"""From which the middle of them is the usual time."""

IN_DEVIATIONS: Final = 0.74
"""Standard deviations of a normal distribution in the range between its quartiles."""

WIDEST: Final = timedelta(minutes=75)
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


def spread_of(home: Home, least: timedelta) -> timedelta:
    """Return how far evenings mostly are from the usual one: their standard deviation, by quartiles, within limits."""
    times = home.habits.recent.latest(CAME_TO_REST)
    if len(times) < NIGHTS:
        return least
    low, _, high = quantiles(times, n=4, method="inclusive")
    return min(max(timedelta(minutes=IN_DEVIATIONS * (high - low)), least), WIDEST)


def came_to_rest(home: Home, stirred: datetime, now: datetime) -> float | None:
    """Return how many minutes after noon a home went to sleep, that stirs now for the first time since; else None."""
    local = dt_util.as_local(stirred)
    evening = local.hour >= EARLIEST - 1 or local.hour < NIGHT_ENDS
    came = any((state := home.state(person)) is not None and state.last_changed > stirred for person in home.people)
    if now - stirred < SLEEPS or not evening or came or home.empty_since is not None:
        return None
    noon = local.replace(hour=_NOON, minute=0, second=0, microsecond=0)
    return ((local - noon).total_seconds() / 60) % (24 * 60)


def tells_of_rest(thing: Thing) -> bool:
    """Return whether something stirs for the last time when people go to sleep: also a bedroom's light."""
    if thing.role in (Role.LIGHT, Role.MEDIA):
        return thing.room is Room.BEDROOM or thing.room not in _FOR_THE_NIGHT
    return thing.role in (Role.MOTION, Role.SEAT, Role.COOKING) and thing.room not in _FOR_THE_NIGHT


def _outside_bedrooms(home: Home) -> list[Thing]:
    """Return what tells of somebody in the rooms that are not for the night."""
    found = home.map.of(Role.MOTION, Role.SEAT, Role.COOKING)
    return [thing for thing in found if thing.room not in _FOR_THE_NIGHT]


def last_outside_bedrooms(home: Home, now: datetime) -> datetime | None:
    """Return when something last moved in a room that is not for the night; None where nothing there tells."""
    times = (now if home.is_on(thing) else home.since(thing) for thing in _outside_bedrooms(home))
    return max((at for at in times if at is not None), default=None)


def moved_outside_bedrooms(home: Home, after: datetime) -> bool:
    """Return whether anything has moved since in a room that is not for the night."""
    return any(
        home.is_on(thing) or ((since := home.since(thing)) is not None and since > after)
        for thing in _outside_bedrooms(home)
    )


def asleep(home: Home, now: datetime) -> bool:
    """Return whether the home sleeps: a bed in use, or stillness where something would tell."""
    if home.on(Role.BED):
        return True
    return bool(home.map.of(Role.MOTION)) and not home.moved_since(now - STILL)
