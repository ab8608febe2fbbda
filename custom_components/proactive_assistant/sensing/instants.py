"""Times as the home reports them: text or not, with a zone or without, and now and then of no clock."""

from datetime import datetime
from typing import Final

from homeassistant.util import dt as dt_util

_YEARS: Final = range(1970, 9000)


A_DAY: Final = 1440
"""Minutes."""


def minute_of(at: datetime) -> float:
    """Return the local minute since the calendar began: one number that tells day and hour."""
    local = dt_util.as_local(at)
    return float(local.toordinal() * A_DAY + local.hour * 60 + local.minute)


def instant(value: object) -> datetime | None:
    """Return a value as an instant in UTC, or None; what has no zone is local, as calendars write it."""
    try:
        found = dt_util.parse_datetime(value) if isinstance(value, str) else value
        at = dt_util.as_utc(found) if isinstance(found, datetime) else None
    except ValueError, OverflowError:
        return None
    # Hours are added to it; a year that ends the calendar is no time of a home.
    return at if at is not None and at.year in _YEARS else None
