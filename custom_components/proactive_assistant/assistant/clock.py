"""Real time between local times.

Python's arithmetic on two times of one zone moves the hands of the wall clock, so on the two nights a year that
have 23 or 25 hours it is an hour out.
"""

from datetime import UTC, datetime, timedelta


def minutes_between(later: datetime, earlier: datetime) -> float:
    """Return the minutes that pass from one instant to another; negative when they are the other way round."""
    return (later.timestamp() - earlier.timestamp()) / 60


def after(at: datetime, minutes: float) -> datetime:
    """Return the local time some minutes later."""
    return (at.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(at.tzinfo)
