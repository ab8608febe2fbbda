"""Whether, when and how: expected utility over now, later and silence.

Speak iff P·benefit - (1-P)·cost(wrong) - cost(interruption | load) is above zero and above the best later
moment before expiry (Horvitz 1999; learning evidence 3.4). Units: one fully wanted message of benefit 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from .engine import Engine
from .enums import Activity, Channel, Length, Level, Reason, RiskClass, Room, Tone, Transition, Verdict
from .facts import Moment, Suggestion
from .gates import Case, Gate, first_gate, level_of
from .judge import judge, judge_many, noticed, tolerated
from .results import Decision, Judgement, Style
from .settings import (
    COST_INTERRUPTION,
    COST_WRONG,
    DELAY_COST_PER_HOUR,
    HOLD_MARGIN,
    LOAD_FACTOR,
    LOOK_AGAIN_MINUTES,
    OPTIMISM,
    Settings,
    Standing,
)
from .state import ResidentState

_SLIDER: Final = 0.15
"""Utility that the quieter-to-more-helpful slider moves at its ends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """What one way of speaking at one time is worth."""

    at: datetime
    utility: float
    wanted: float
    """P(content wanted and good moment), 0 to 1."""


def utility(wanted: float, suggestion: Suggestion, channel: Channel, delivered_today: int, seen: float) -> float:
    """Return the expected utility of speaking on a channel.

    An unseen message earns nothing, but its sound has interrupted all the same (Stothart 2015).
    """
    load = 1 + LOAD_FACTOR * delivered_today
    earned = wanted * suggestion.benefit - (1 - wanted) * COST_WRONG[channel] * suggestion.benefit
    return seen * earned - COST_INTERRUPTION[channel] * load


def _channel(case: Case) -> Channel:
    """Return the channel of the kind's table row when it can reach the resident, else the dashboard."""
    policy = case.policy
    wished = Channel.PHONE if policy is None else policy.channel
    return wished if wished in case.standing.channels else Channel.DASHBOARD


def _style(judgement: Judgement) -> Style:
    return Style(
        length=Length.FULL if judgement.length.mean > 0.5 else Length.SHORT,  # noqa: PLR2004 - more likely than not
        tone=Tone.WARM if judgement.tone.mean > 0.5 else Tone.PLAIN,  # noqa: PLR2004
        with_reason=judgement.reason.mean > 0.5,  # noqa: PLR2004
    )


def _value(judgement: Judgement, case: Case, channel: Channel, extra: float = 0.0) -> Option:
    wanted = min(1.0, judgement.welcome + extra)
    return Option(
        at=case.moment.at,
        wanted=wanted,
        utility=utility(
            wanted,
            case.suggestion,
            channel,
            case.moment.delivered_today,
            noticed(judgement, channel),
        )
        + _SLIDER * case.settings.helpfulness,
    )


def _later_moments(case: Case) -> list[Moment]:
    """Return the forecast moments before expiry at which speaking is allowed."""
    moments = []
    for hours, activity in enumerate(case.moment.forecast, start=1):
        at = case.moment.at + timedelta(hours=hours)
        quiet = case.settings.quiet(at.time()) or activity is Activity.ASLEEP
        if at >= case.suggestion.expires:
            break
        if not quiet:
            moments.append(_imagined(case.moment, at, activity, hours))
    return moments


def _imagined(moment: Moment, at: datetime, activity: Activity, hours: int) -> Moment:
    """Return a moment as the habits expect it: what cannot be foreseen is not known."""
    since = moment.minutes_since_delivery
    return replace(
        moment,
        at=at,
        activity=activity,
        activity_confidence=0.5,
        activity_minutes=None,
        room=Room.NOT_HOME if activity is Activity.AWAY else Room.UNKNOWN,
        transition=Transition.NONE,
        minutes_since_delivery=None if since is None else since + 60 * hours,
        forecast=moment.forecast[hours:],
    )


def _best_later(engine: Engine, state: ResidentState, case: Case, channel: Channel) -> Option | None:
    """Return the best forecast moment, less the cost of waiting for it."""
    options = []
    for moment in _later_moments(case):
        judgement = judge_many(engine, state, moment, [case.suggestion], case.standing.person)[0]
        option = _value(judgement, replace(case, moment=moment), channel)
        hours = (moment.at - case.moment.at).total_seconds() / 3600
        lost = min(1.0, DELAY_COST_PER_HOUR[case.suggestion.urgency] * hours)
        options.append(replace(option, utility=option.utility - lost * case.suggestion.benefit))
    return max(options, key=lambda option: option.utility, default=None)


def _numbers(**values: float | None) -> Mapping[str, float]:
    return MappingProxyType({k: round(v, 4) for k, v in values.items() if v is not None})


def _gated(case: Case, gate: Gate, judgement: Judgement, channel: Channel) -> Decision:
    """Return the decision of a gate: an interrupting-only gate still lets the dashboard show it."""
    visible = gate.interrupting_only and level_of(case.suggestion, case.settings) >= Level.OBSERVE
    return Decision(
        verdict=Verdict.HOLD if visible else Verdict.DROP,
        reason=gate.reason,
        channel=Channel.DASHBOARD if visible else channel,
        level=level_of(case.suggestion, case.settings),
        look_again=gate.until(case),
        numbers=_numbers(content=judgement.content.mean, moment=judgement.moment.mean),
    )


def _may_explore(case: Case) -> bool:
    """Return whether an uncertain push is allowed: cheap if wrong, and within the weekly budget."""
    return (
        case.suggestion.risk <= RiskClass.A1 and case.standing.explored_this_week < case.settings.exploration_per_week
    )


def _weigh(engine: Engine, state: ResidentState, case: Case, judgement: Judgement) -> Decision:
    """Return the decision by utility, once no gate holds."""
    channel = _channel(case)
    now = _value(judgement, case, channel)
    exploring = False
    if now.utility <= 0 and _may_explore(case):
        judgement = judge(engine, state, case.moment, case.suggestion, case.standing.person)
        doubt = judgement.content.sd * judgement.moment.mean
        now_hoped = _value(judgement, case, channel, OPTIMISM * doubt)
        exploring = now_hoped.utility > 0
        now = now_hoped if exploring else now
    later = _best_later(engine, state, case, channel)
    wait = later is not None and later.utility > max(0.0, now.utility) + HOLD_MARGIN
    level = min(level_of(case.suggestion, case.settings), tolerated(judgement))
    base = Decision(
        verdict=Verdict.SPEAK,
        reason=Reason.WELCOME,
        channel=channel,
        level=max(level, Level.SUGGEST),
        style=_style(judgement),
        numbers=_numbers(
            content=judgement.content.mean,
            content_sd=judgement.content.sd or None,
            moment=judgement.moment.mean,
            noticed=noticed(judgement, channel),
            utility=now.utility,
            later_utility=later.utility if later else None,
            benefit=case.suggestion.benefit,
        ),
    )
    if wait and later is not None and not case.pressing:
        return replace(base, verdict=Verdict.HOLD, reason=Reason.BETTER_MOMENT_AHEAD, look_again=later.at)
    if now.utility <= 0:
        again = case.moment.at + timedelta(minutes=LOOK_AGAIN_MINUTES)
        return replace(base, verdict=Verdict.HOLD, reason=Reason.LOW_CONFIDENCE, look_again=again)
    if exploring:
        return replace(base, reason=Reason.EXPLORING)
    if case.pressing:
        return replace(base, reason=Reason.URGENT)
    return replace(base, reason=Reason.NO_BETTER_MOMENT if later else Reason.WELCOME)


def decide(
    engine: Engine,
    state: ResidentState,
    moment: Moment,
    suggestions: Sequence[Suggestion],
    settings: Settings,
    standing: Standing,
) -> list[Decision]:
    """Return one decision per suggestion, most valuable first served within the caps.

    Raises EngineError. Decisions are made in order of urgency and benefit, and each message spoken counts
    against the next, so that one moment never brings two interruptions.
    """
    if not suggestions:
        return []
    judgements = judge_many(engine, state, moment, suggestions, standing.person)
    order = sorted(
        range(len(suggestions)),
        key=lambda i: (
            not suggestions[i].safety,
            -suggestions[i].urgency,
            -suggestions[i].benefit * judgements[i].welcome,
        ),
    )
    decided: dict[int, Decision] = {}
    for index in order:
        case = Case(moment=moment, suggestion=suggestions[index], settings=settings, standing=standing)
        decision = _one(engine, state, case, judgements[index])
        decided[index] = decision
        if decision.verdict is Verdict.SPEAK and decision.channel is not Channel.DASHBOARD:
            standing, moment = _counted(standing, moment, suggestions[index])
    return [decided[index] for index in range(len(suggestions))]


def _one(engine: Engine, state: ResidentState, case: Case, judgement: Judgement) -> Decision:
    """Return the decision on one suggestion."""
    if case.suggestion.safety:
        channel = Channel.PHONE if Channel.PHONE in case.standing.channels else Channel.DASHBOARD
        return Decision(verdict=Verdict.SPEAK, reason=Reason.SAFETY, channel=channel)
    gate = first_gate(case)
    if gate is not None:
        return _gated(case, gate, judgement, _channel(case))
    return _weigh(engine, state, case, judgement)


def _counted(standing: Standing, moment: Moment, suggestion: Suggestion) -> tuple[Standing, Moment]:
    """Return standing and moment after one more push."""
    return (
        replace(
            standing,
            pushes_today=standing.pushes_today + 1,
            home_pushes_today=standing.home_pushes_today + 1,
            minutes_since_push=0.0,
            minutes_since_kind={**standing.minutes_since_kind, suggestion.kind: 0.0},
        ),
        replace(moment, delivered_today=moment.delivered_today + 1, minutes_since_delivery=0.0),
    )
