"""Moment and Suggestion to tokens: a total function, stable in order."""

from bisect import bisect_right
from typing import Final

from .clock import minutes_between
from .facts import Moment, RecentReply, Suggestion
from .kinds import KINDS
from .vocabulary import (
    FIELDS,
    FORECAST_HOURS,
    JUDGE_TOKEN,
    MINUTE_EDGES,
    MOMENT_FIELDS,
    RECENT_SLOTS,
    SUGGESTION_FIELDS,
    token,
)

SURE: Final = 0.7
"""Confidence from which an activity counts as sure."""

_BENEFIT_EDGES: Final = (0.35, 0.55, 0.75)
_VALUES: Final = {field.name: field.values for field in FIELDS}
_COUNTED: Final = len(_VALUES["delivered_today"]) - 1


def minutes_value(minutes: float | None) -> str | None:
    """Return the bucket of a duration in minutes; None stays None, negative counts as zero."""
    if minutes is None or minutes != minutes:  # noqa: PLR0124 - NaN is the only value unequal to itself
        return None
    return _VALUES["minutes_since_delivery"][bisect_right(MINUTE_EDGES, max(0.0, minutes))]


def _benefit(benefit: float) -> str | None:
    if benefit != benefit:  # noqa: PLR0124 - as above
        return None
    return _VALUES["benefit"][bisect_right(_BENEFIT_EDGES, benefit)]


def _recent(replies: tuple[RecentReply, ...], slot: int) -> str | None:
    if slot >= len(replies):
        return None
    return f"{replies[slot].category}/{replies[slot].reply}"


def _forecast(moment: Moment, hours: int) -> str | None:
    return moment.forecast[hours - 1] if len(moment.forecast) >= hours else None


def encode_moment(moment: Moment) -> tuple[int, ...]:
    """Return the prefix tokens, shape (PREFIX_LENGTH,)."""
    slot = moment.at.hour * 2 + moment.at.minute // 30
    trust = "sure" if moment.activity_confidence >= SURE else "unsure"
    values: dict[str, str | None] = {
        "time": _VALUES["time"][slot],
        "day_type": moment.day_type,
        "activity": f"{moment.activity}/{trust}",
        "activity_minutes": minutes_value(moment.activity_minutes),
        "household": moment.household,
        "company": moment.company,
        "room": moment.room,
        "transition": moment.transition,
        "phone": moment.phone,
        "mode": moment.mode,
        "weather": moment.weather,
        "delivered_today": _VALUES["delivered_today"][min(max(moment.delivered_today, 0), _COUNTED)],
        "minutes_since_delivery": minutes_value(moment.minutes_since_delivery),
    }
    for hours in FORECAST_HOURS:
        values[f"forecast_{hours}h"] = _forecast(moment, hours)
    for index in range(RECENT_SLOTS):
        values[f"recent_{index + 1}"] = _recent(moment.recent, index)
    return tuple(token(field.name, values[field.name]) for field in MOMENT_FIELDS)


def encode_suggestion(moment: Moment, suggestion: Suggestion, person: str | None = None) -> tuple[int, ...]:
    """Return the suffix tokens with the judge token last, shape (SUFFIX_LENGTH,).

    The moment gives the clock and the latest reply to this kind; `person` tells whether the
    suggestion concerns the resident who is asked about.
    """
    began = suggestion.began
    last = next((reply for reply in moment.recent if reply.kind == suggestion.kind), None)
    concerns = "household"
    if suggestion.persons:
        concerns = "resident" if person in suggestion.persons else "other"
    values: dict[str, str | None] = {
        "kind": suggestion.kind if suggestion.kind in KINDS else None,
        "category": suggestion.category,
        "risk": suggestion.risk.name,
        "urgency": suggestion.urgency.name.lower(),
        "benefit": _benefit(suggestion.benefit),
        "situation_minutes": minutes_value(None if began is None else minutes_between(moment.at, began)),
        "minutes_left": minutes_value(minutes_between(suggestion.expires, moment.at)),
        "concerns": concerns,
        "risk_present": "yes" if suggestion.risk_present else "no",
        "last_reply_to_kind": last.reply if last else None,
        "minutes_since_kind": minutes_value(last.minutes_ago if last else None),
    }
    tokens = tuple(token(field.name, values[field.name]) for field in SUGGESTION_FIELDS)
    return (*tokens, JUDGE_TOKEN)
