"""When a kind has earned the offer to act by itself, and when it loses the right to (product specification 4.4).

More autonomy is offered and never taken; less happens by itself. This is the rule alone, over days and answers; who
offers, where and with which words is the delivery's business.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Final

from .enums import Level, RiskClass
from .facts import Suggestion
from .kinds import KINDS
from .levels import RISK_CEILINGS, risk_of

LEAST_ACCEPTED: Final = 5
LEAST_SHARE: Final = 0.9
LEAST_DAYS: Final = 3
WINDOW: Final = timedelta(days=14)
"""Without an undo for so long, and offered at most once in so long."""

COOL_OFF: Final = timedelta(hours=24)
"""After an undo the kind does nothing by itself for so long."""

UNDOS: Final = 2
"""So many undos in the window, and the level falls."""


def may_rise(suggestion: Suggestion, chosen: Level) -> bool:
    """Return whether a suggestion's kind could act by itself at all and does not yet, at the level chosen for it."""
    policy = KINDS.get(suggestion.kind)
    if policy is None or min(policy.ceiling, RISK_CEILINGS[risk_of(suggestion)]) < Level.ACT:
        return False
    return bool(suggestion.actions) and chosen not in (Level.OFF, Level.ACT)


def earned(accepted_on: Collection[date], answers: int) -> bool:
    """Return whether answers since the level last changed earn the offer: enough of them yes, on enough days.

    `accepted_on` has the local day of every acceptance, `answers` counts all answers, those included.
    """
    count = len(accepted_on)
    return count >= LEAST_ACCEPTED and count >= LEAST_SHARE * answers and len(set(accepted_on)) >= LEAST_DAYS


def falls(undos: int, suggestion: Suggestion, *, wrong: bool) -> bool:
    """Return whether a kind's level falls after an act was undone for the so-manieth time in the window.

    One is enough where it was called wrong and is slow to mend.
    """
    return undos >= UNDOS or (wrong and risk_of(suggestion) >= RiskClass.A2)


def recent(days: Iterable[float], now: float) -> int:
    """Return how many of the given times, in days, lie within the window before `now`."""
    return sum(now - WINDOW.days <= day <= now for day in days)
