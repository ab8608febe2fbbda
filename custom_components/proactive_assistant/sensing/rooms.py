"""Rooms in which nobody seems to be."""

from datetime import datetime, timedelta
from typing import Final

from .home import Home
from .roles import Role, Thing, together

PASSING: Final = timedelta(minutes=3)
"""A visit this short is somebody who fetches something, if nothing moves for a while after it."""

PASSED: Final = timedelta(minutes=10)

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
    elsewhere = any(
        home.is_on(other) or ((since := home.since(other)) is not None and since > gone) for other in others
    )
    return now - left if elsewhere else None


def all_elsewhere(home: Home, thing: Thing, now: datetime) -> bool:
    """Return whether everybody at home has been noticed elsewhere: one has by leaving, several by moving at once."""
    people = len(home.at_home())
    if people <= 1:
        return True
    lately = {
        other.place
        for other in home.map.of(*_TELLS)
        if other.place is not None
        and not together(thing, other)
        and (home.is_on(other) or ((since := home.since(other)) is not None and now - since <= PASSED))
    }
    return len(lately) >= people


def _left_before_passing(home: Home, thing: Thing, gone: datetime, still: timedelta) -> datetime:
    """Return when the room was left: who only passed through a while ago has not used it."""
    visits = home.visits.get(thing.place or "", [])
    if len(visits) < 2 or still < PASSED or abs(visits[-1][1] - gone) > PASSING:  # noqa: PLR2004 - this and the one before
        return gone
    (begin, end), before = visits[-1], visits[-2]
    return before[1] if end - begin <= PASSING else gone
