"""What *later* means in hours, for a duration, a time, or an event such as coming home."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.util import dt as dt_util

from ..assistant.kinds import KINDS, REPEAT_MINUTES
from ..storage.promises import Until
from .errors import BadTimeError

if TYPE_CHECKING:
    from ..coordinator import Coordinator

LATER: Final = timedelta(minutes=60)
"""What the Later button means when nothing is said with it."""

REPEATED: Final = timedelta(minutes=REPEAT_MINUTES)
"""What it means about what is said again by itself: a reminder is for about its time."""

EVENING: Final = time(18, 0)
MORNING: Final = time(8, 0)
"""When nobody has quiet hours to end."""

LONGEST: Final = timedelta(days=30)

_WAITING: Final = frozenset({Until.HOME, Until.CHANGED})


def later(kind: str) -> timedelta:
    """Return for how long the Later button puts a kind off."""
    policy = KINDS.get(kind)
    return REPEATED if policy is not None and policy.repeats else LATER


def resolved(
    owner: Coordinator, until: datetime | timedelta | Until, now: datetime
) -> tuple[datetime | None, Until | None]:
    """Return the instant and the event that *later* waits for; either may be none. Raises BadTimeError."""
    if isinstance(until, Until):
        return (None, until) if until in _WAITING else (_clock(owner, until, now), None)
    try:
        at = now + until if isinstance(until, timedelta) else dt_util.as_utc(until)
    except (OverflowError, ValueError) as err:
        raise BadTimeError from err
    if not now < at <= now + LONGEST:
        raise BadTimeError
    return at, None


def _clock(owner: Coordinator, until: Until, now: datetime) -> datetime:
    """Return the next evening, or the next end of the quiet hours."""
    local = dt_util.as_local(now)
    if until is Until.EVENING:
        return _next(local, EVENING)
    # Past midnight the morning is today's, and it begins when messages are welcome again.
    night = dt_util.as_local(_next(local, time(3, 0))) if local.hour >= MORNING.hour else local
    ends = owner.settings.quiet_until(night)
    return dt_util.as_utc(ends) if ends is not None else _next(local, MORNING)


def _next(local: datetime, clock: time) -> datetime:
    at = datetime.combine(local.date(), clock, local.tzinfo)
    if at <= local:
        at = datetime.combine(local.date() + timedelta(days=1), clock, local.tzinfo)
    return dt_util.as_utc(at)
