"""The safety lane: said at once, then again until it is over, whatever the model, the caps or the clock say.

Product specification 3.2: again after ten minutes, then every thirty, until cleared or acknowledged. Doubt is
resolved towards speaking. Silent is only what an automation of the user's has surely told, where nobody wants both.
"""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from .clock import after, minutes_between
from .enums import Channel, Reason, Verdict
from .gates import Case
from .results import Decision
from .settings import SAFETY_GAP_MINUTES

_ORDER: Final = (Channel.PHONE, Channel.SPEAKER)
_TOLERANCE_MINUTES: Final = 0.1
"""A message sent in the instant a situation began belongs to it."""


def _since_told(case: Case) -> float | None:
    """Return the minutes since this occurrence of a situation was last told; None when it was not."""
    standing, suggestion = case.standing, case.suggestion
    situation = suggestion.situation
    since = standing.minutes_since_situation.get(situation)
    if since is None and (situation in standing.delivered or situation in standing.silenced):
        since = standing.minutes_since_kind.get(suggestion.kind)
    if since is None or situation in standing.delivered:
        return since
    age = minutes_between(case.moment.at, suggestion.began or suggestion.created)
    return since if 0 <= since <= age + _TOLERANCE_MINUTES else None


def decide_safety(case: Case) -> Decision:
    """Return the decision on a suggestion of the safety lane; it needs no judgement."""
    suggestion, now = case.suggestion, case.moment.at
    decision = Decision(
        verdict=Verdict.SPEAK,
        reason=Reason.SAFETY,
        channel=next((channel for channel in _ORDER if channel in case.standing.channels), Channel.DASHBOARD),
        numbers=MappingProxyType({"benefit": suggestion.benefit}),
    )
    if suggestion.automated and not case.settings.danger_always:
        # Shown all the same, and looked at with every change of the home.
        return replace(decision, verdict=Verdict.HOLD, reason=Reason.ALREADY_AUTOMATED, channel=Channel.DASHBOARD)
    since = _since_told(case)
    if since is None:
        return decision
    soon, then = SAFETY_GAP_MINUTES
    first = minutes_between(now, suggestion.created) - since < soon
    gap = soon if first else then
    acknowledged = suggestion.situation in case.standing.silenced
    if not acknowledged and not since < gap:
        return decision
    return Decision(
        verdict=Verdict.HOLD,
        reason=Reason.DUPLICATE,
        channel=Channel.DASHBOARD,
        look_again=None if acknowledged else after(now, min(gap, gap - since)),
        numbers=MappingProxyType({"benefit": suggestion.benefit, "minutes_since": round(since, 1)}),
    )
