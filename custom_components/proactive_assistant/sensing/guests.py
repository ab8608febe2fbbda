"""Guests, as far as their devices tell of them, and a party."""

from datetime import datetime, timedelta
from typing import Final

from homeassistant.const import STATE_HOME
from homeassistant.util import dt as dt_util

from .home import Home
from .roles import Role

STAYS: Final = timedelta(minutes=10)
"""A guest's device that is in for this long has not just passed by."""

SEVERAL: Final = 2
"""Devices of guests from which it is a party: one guest before a film is an evening in company."""


def guests_in(home: Home, now: datetime) -> int:
    """Return how many devices of guests are in the home, and have not just passed by."""
    states = (home.state(thing.entity_id) for thing in home.map.of(Role.GUEST_DEVICE))
    came = [state.last_changed for state in states if state is not None and state.state == STATE_HOME]
    return sum(now - at >= STAYS for at in came)


def party(home: Home) -> bool:
    """Return whether there is a party: somebody is at home with several guests, and music or a film plays.

    Only devices of guests tell it: more rooms in use than there are phones is how any family's evening looks.
    """
    if not home.map.of(Role.GUEST_DEVICE):
        return False
    return guests_in(home, dt_util.utcnow()) >= SEVERAL and bool(home.at_home()) and bool(home.on(Role.MEDIA))
