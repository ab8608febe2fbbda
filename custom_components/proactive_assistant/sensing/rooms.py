"""Rooms in which nobody seems to be."""

from datetime import datetime, timedelta
from typing import Final

from ..assistant.enums import Room
from .home import Home
from .roles import Role, Thing, together

PASSING: Final = timedelta(minutes=3)
"""A visit this short is somebody who fetches something, if nothing moves for a while after it."""

PASSED: Final = timedelta(minutes=10)

FETCHES: Final = timedelta(minutes=4)
"""In which who fetches something from another room is back."""

LATELY: Final = timedelta(minutes=15)
"""Who stays in a room moves there within this, mostly more than once."""

HOLDS_ON: Final = timedelta(minutes=1)
"""Who has gone is seen next door a moment before the sensor of the room they left goes off."""

_TELLS: Final = (Role.MOTION, Role.SEAT, Role.COOKING, Role.BED)


def deserted_for(home: Home, thing: Thing, now: datetime) -> timedelta | None:
    """Return how long a thing's room has been still while somebody was elsewhere; None when that is not known.

    Stillness alone may be somebody who reads: only who has since been noticed in another room has left this one.
    """
    still = home.still_for(thing, now)
    if not still:
        return None
    gone = now - still
    left = _left_before_passing(home, thing, gone, still)
    others = (other for other in home.map.of(*_TELLS) if other.place is not None and not together(thing, other))
    return now - left if any(_seen_at(home, other, gone, now) for other in others) else None


def _seen_at(home: Home, other: Thing, gone: datetime, now: datetime) -> bool:
    """Return whether somebody was noticed at a sensor since: not just now, for who fetches something comes back."""
    gone -= HOLDS_ON
    visits = home.visits.get(other.place or "", [])
    noticed = next((begin for begin, _ in visits if begin > gone), None)
    since = home.since(other)
    if noticed is None and since is not None and (home.is_on(other) or since > gone):
        noticed = since
    return noticed is not None and now - noticed >= FETCHES


def all_elsewhere(home: Home, thing: Thing, now: datetime) -> bool:
    """Return whether everybody at home has been noticed elsewhere lately, in a room each."""
    lately = {
        other.place
        for other in home.map.of(*_TELLS)
        if other.place is not None
        and not together(thing, other)
        and (home.is_on(other) or ((since := home.since(other)) is not None and now - since <= PASSED))
    }
    return len(lately) >= max(len(home.at_home()), 1)


def all_settled_elsewhere(home: Home, thing: Thing, now: datetime) -> bool:
    """Return whether everybody at home is seen to stay in other rooms than a thing's: more than to fetch something."""
    places = {
        other.place for other in home.map.of(*_TELLS) if other.room is not Room.HALL and not together(thing, other)
    }
    return sum(_settled(home, place, now) for place in places if place is not None) >= max(len(home.at_home()), 1)


def _settled(home: Home, place: str, now: datetime) -> bool:
    visits = [visit for visit in home.visits.get(place, []) if now - visit[1] <= LATELY]
    return len(visits) > 1 or any(end - begin >= PASSING for begin, end in visits)


def _left_before_passing(home: Home, thing: Thing, gone: datetime, still: timedelta) -> datetime:
    """Return when the room was left: who only passed through a while ago has not used it."""
    visits = home.visits.get(thing.place or "", [])
    if len(visits) < 2 or still < PASSED or abs(visits[-1][1] - gone) > PASSING:  # noqa: PLR2004 - this and the one before
        return gone
    (begin, end), before = visits[-1], visits[-2]
    return before[1] if end - begin <= PASSING else gone
