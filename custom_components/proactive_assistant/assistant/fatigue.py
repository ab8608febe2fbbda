"""How a kind thins out when its messages are refused or left unanswered (product specification 4.4)."""

from typing import Final

from .enums import Reply
from .facts import Moment
from .settings import KIND_GAP_MINUTES, REFUSALS, REFUSALS_DAYS, UNANSWERED, UNANSWERED_HOURS

_REFUSAL_MINUTES: Final = REFUSALS_DAYS * 24 * 60
_PAUSE_MINUTES: Final = UNANSWERED_HOURS * 60


def _unanswered(moment: Moment, kind: str) -> float | None:
    """Return the age in minutes of the latest message if it and those before it stayed unanswered."""
    latest = [reply for reply in moment.recent if reply.kind == kind][:UNANSWERED]
    ignored = len(latest) == UNANSWERED and all(reply.reply is Reply.UNSEEN for reply in latest)
    return latest[0].minutes_ago if ignored else None


def pause(moment: Moment, kind: str) -> float:
    """Return for how many more minutes a kind keeps to the dashboard; 0 when it need not."""
    age = _unanswered(moment, kind)
    return 0.0 if age is None else max(0.0, _PAUSE_MINUTES - max(0.0, age))


def kind_gap(moment: Moment, kind: str) -> float:
    """Return the minutes between two messages of a kind: twice as many for one that is not welcome."""
    refusals = sum(
        reply.kind == kind and reply.reply is Reply.NOT_NOW and reply.minutes_ago <= _REFUSAL_MINUTES
        for reply in moment.recent
    )
    worn = refusals >= REFUSALS or _unanswered(moment, kind) is not None
    return KIND_GAP_MINUTES * (2.0 if worn else 1.0)
