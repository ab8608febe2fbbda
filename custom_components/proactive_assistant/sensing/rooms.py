"""Rooms in which nobody seems to be."""

from datetime import datetime, timedelta
from typing import Final

from .home import Home
from .roles import Role, Thing

_TELLS: Final = (Role.MOTION, Role.SEAT, Role.COOKING, Role.BED)


def deserted_for(home: Home, thing: Thing, now: datetime) -> timedelta | None:
    """Return how long a thing's room has been still while somebody was elsewhere; None when that is not known.

    Stillness alone may be somebody who reads: only who has since been noticed in another room has left this one.
    """
    still = home.still_for(thing, now)
    if not still:
        return None
    left = now - still
    others = [other for other in home.map.of(*_TELLS) if other.area is not None and other.area != thing.area]
    elsewhere = any(
        home.is_on(other) or ((since := home.since(other)) is not None and since > left) for other in others
    )
    return still if elsewhere else None
