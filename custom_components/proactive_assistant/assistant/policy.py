"""Whether, when and how: expected utility over now, later and silence.

Speak iff P·benefit - (1-P)·benefit·cost(wrong) - cost(interruption | load) is above zero and above the best
later moment before expiry (Horvitz 1999; learning evidence 3.4). Units: one fully wanted message of benefit 1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from .ahead import Outlook
from .bundles import names
from .clock import after, minutes_between
from .engine import Engine
from .enums import Channel, HomeMode, Length, Level, Reason, RiskClass, Tone, Verdict
from .facts import Moment, Suggestion
from .gates import GATES, INTERRUPTING, Case, Gate, first_gate
from .judge import judge, judge_many, noticed, tolerated
from .levels import level_of, risk_of
from .results import Decision, Judgement, Style
from .safety import decide_safety
from .settings import (
    COST_INTERRUPTION,
    COST_WRONG,
    DELAY_COST_PER_HOUR,
    EXPLORATION_MOST,
    HOLD_MARGIN,
    LOAD_FACTOR,
    LOOK_AGAIN_MINUTES,
    OPTIMISM,
    Settings,
    Standing,
)
from .state import ResidentState

SLIDER: Final = 0.15
"""Utility that the quieter-to-more-helpful slider moves at its ends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """What one way of speaking at one time is worth."""

    at: datetime
    utility: float
    wanted: float
    """P(content wanted and good moment), 0 to 1."""


def _bounded(value: float, low: float) -> float:
    """Return a number between a lower end and 1; the lower end for a number that is none."""
    return min(1.0, max(low, value))


def utility(wanted: float, suggestion: Suggestion, channel: Channel, delivered_today: int, seen: float) -> float:
    """Return the expected utility of speaking on a channel.

    An unseen message earns nothing, but its sound has interrupted all the same (Stothart 2015).
    """
    load = 1 + LOAD_FACTOR * max(0, delivered_today)
    earned = (wanted - (1 - wanted) * COST_WRONG[channel]) * _bounded(suggestion.benefit, 0.0)
    return seen * earned - COST_INTERRUPTION[channel] * load


def _channel(case: Case) -> Channel:
    """Return the channel of the kind's table row when it can reach the resident, else the dashboard."""
    return case.wished if case.wished in case.standing.channels else Channel.DASHBOARD


def _best_channel(case: Case, judgement: Judgement) -> Channel:
    """Return the channel to weigh: a speaker in reach takes over from the kind's own where it is worth more.

    To speak is to interrupt, so every gate has to be open, those too that spare a kind of the dashboard.
    """
    usual = _channel(case)
    spoken = case.policy is not None and case.policy.spoken and Channel.SPEAKER in case.standing.channels
    if not spoken or any(gate.holds(case) for gate in GATES):
        return usual
    aloud = _value(judgement, case, Channel.SPEAKER).utility
    return Channel.SPEAKER if aloud > _value(judgement, case, usual).utility else usual


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
        + SLIDER * _bounded(case.settings.helpfulness, -1.0),
    )


def _best_later(outlook: Outlook, case: Case, index: int, channel: Channel) -> Option | None:
    """Return the best forecast moment at which no gate would hold, less the cost of waiting for it."""
    options = []
    for moment, judged in outlook.ahead():
        later = replace(case, moment=moment)
        if index not in judged or first_gate(later) is not None:
            continue
        option = _value(judged[index], later, channel)
        hours = minutes_between(moment.at, case.moment.at) / 60
        lost = min(1.0, DELAY_COST_PER_HOUR[case.suggestion.urgency] * hours)
        options.append(replace(option, utility=option.utility - lost * _bounded(case.suggestion.benefit, 0.0)))
    return max(options, key=lambda option: option.utility, default=None)


def _numbers(**values: float | None) -> Mapping[str, float]:
    return MappingProxyType({k: round(v, 4) for k, v in values.items() if v is not None})


def _gated(case: Case, gate: Gate, numbers: Mapping[str, float]) -> Decision:
    """Return the decision of a gate: an interrupting-only gate still lets the dashboard show it."""
    level = level_of(case.suggestion, case.settings)
    visible = gate.interrupting_only and level >= Level.OBSERVE
    return Decision(
        verdict=Verdict.HOLD if visible else Verdict.DROP,
        reason=gate.reason,
        channel=Channel.DASHBOARD if visible else _channel(case),
        level=level,
        look_again=gate.until(case),
        numbers=numbers,
    )


def _may_explore(case: Case, channel: Channel) -> bool:
    """Return whether an uncertain push is allowed: cheap if wrong, and within the weekly budget."""
    budget = min(case.settings.exploration_per_week, EXPLORATION_MOST)
    return (
        channel in INTERRUPTING
        and risk_of(case.suggestion) <= RiskClass.A1
        and case.standing.explored_this_week < budget
    )


def _level(case: Case, judgement: Judgement) -> Level:
    """Return the level to speak or act at.

    With guests, or when it is not clear who is home, nothing acts by itself. Whoever let a kind act has said how much
    of it they want: the model's guess about that does not outweigh their word.
    """
    certain = case.standing.presence_clear and case.moment.mode is not HomeMode.GUEST
    free = certain and case.suggestion.situation in case.standing.may_act
    allowed = min(level_of(case.suggestion, case.settings), Level.ACT if free else Level.ASK)
    asked_for = case.settings.levels.get(case.suggestion.kind) is Level.ACT
    return max(Level.SUGGEST, allowed if asked_for else min(allowed, tolerated(judgement)))


def _weigh(outlook: Outlook, case: Case, index: int, judgement: Judgement) -> Decision:
    """Return the decision by utility, once no gate holds."""
    channel = _best_channel(case, judgement)
    now = _value(judgement, case, channel)
    exploring = False
    if now.utility <= 0 and _may_explore(case, channel):
        judgement = judge(outlook.engine, outlook.state, case.moment, case.suggestion, case.standing.person)
        doubt = judgement.content.sd * judgement.moment.mean
        now_hoped = _value(judgement, case, channel, OPTIMISM * doubt)
        exploring = now_hoped.utility > 0
        now = now_hoped if exploring else now
    later = _best_later(outlook, case, index, channel)
    base = Decision(
        verdict=Verdict.SPEAK,
        reason=Reason.WELCOME,
        channel=channel,
        level=_level(case, judgement),
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
    if later is not None and not case.pressing and later.utility > max(0.0, now.utility) + HOLD_MARGIN:
        return replace(base, verdict=Verdict.HOLD, reason=Reason.BETTER_MOMENT_AHEAD, look_again=later.at)
    if now.utility <= 0:
        again = after(case.moment.at, LOOK_AGAIN_MINUTES)
        return replace(base, verdict=Verdict.HOLD, reason=Reason.LOW_CONFIDENCE, look_again=again)
    if exploring:
        return replace(base, reason=Reason.EXPLORING, level=min(base.level, Level.ASK))
    if base.level is Level.ACT and case.suggestion.actions:
        base = replace(base, verdict=Verdict.ACT)
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

    The safety lane comes first and needs no model. The rest is decided in order of urgency and benefit, and each
    message spoken counts against the next, so that one moment never brings two interruptions. Raises EngineError
    when the model cannot judge, unless a safety message has to go out all the same.
    """
    decided: dict[int, Decision] = {}
    for index, suggestion in enumerate(suggestions):
        if suggestion.safety:
            case = Case(moment=moment, suggestion=suggestion, settings=settings, standing=standing)
            decided[index] = decide_safety(case)
            standing, moment = _counted(standing, moment, suggestion, decided[index])
    rest = {
        index: Case(moment=moment, suggestion=suggestion, settings=settings, standing=standing)
        for index, suggestion in enumerate(suggestions)
        if not suggestion.safety
    }
    try:
        decided |= _ranked(engine, state, rest) if rest else {}
    except Exception:  # whatever ails the model, it does not silence the safety lane
        if not any(decision.verdict is Verdict.SPEAK for decision in decided.values()):
            raise
        decided |= {index: _unjudged(case) for index, case in rest.items()}
    return [decided[index] for index in range(len(suggestions))]


def _ranked(engine: Engine, state: ResidentState, cases: Mapping[int, Case]) -> dict[int, Decision]:
    """Return the decisions on cases of one moment and one standing."""
    first = next(iter(cases.values()))
    moment, standing = first.moment, first.standing
    suggestions = {index: case.suggestion for index, case in cases.items()}
    judged = dict(
        zip(suggestions, judge_many(engine, state, moment, list(suggestions.values()), standing.person), strict=True)
    )
    passing = {index: case.suggestion for index, case in cases.items() if first_gate(case) is None}
    outlook = Outlook(engine, state, moment, passing, standing.person)
    decided: dict[int, Decision] = {}
    for index in _in_order(suggestions, {index: _rank(suggestions[index], judged[index]) for index in cases}):
        case = replace(cases[index], moment=moment, standing=standing)
        gate = first_gate(case)
        if gate is None:
            decided[index] = _weigh(outlook, case, index, judged[index])
        else:
            numbers = _numbers(content=judged[index].content.mean, moment=judged[index].moment.mean)
            decided[index] = _gated(case, gate, numbers)
        standing, moment = _counted(standing, moment, case.suggestion, decided[index])
        if decided[index].verdict is Verdict.SPEAK and decided[index].channel in INTERRUPTING:
            told = {other.situation for other in suggestions.values() if names(case.suggestion, other)}
            standing = replace(standing, delivered=standing.delivered | told)
        outlook = outlook.moved(moment)
    return decided


def _in_order(suggestions: Mapping[int, Suggestion], ranks: Mapping[int, tuple[float, float]]) -> list[int]:
    """Return the order of decisions: by rank, and a bundle before the first of what it names."""
    first = {
        index: min([ranks[index], *(ranks[other] for other in suggestions if names(bundle, suggestions[other]))])
        for index, bundle in suggestions.items()
    }
    return sorted(suggestions, key=lambda index: (first[index], first[index] == ranks[index]))


def _rank(suggestion: Suggestion, judgement: Judgement) -> tuple[float, float]:
    return -suggestion.urgency, -_bounded(suggestion.benefit, 0.0) * judgement.welcome


def _unjudged(case: Case) -> Decision:
    """Return the decision on a suggestion that the model could not judge."""
    numbers = _numbers(benefit=case.suggestion.benefit)
    gate = first_gate(case)
    if gate is not None:
        return _gated(case, gate, numbers)
    return Decision(
        verdict=Verdict.HOLD,
        reason=Reason.LOW_CONFIDENCE,
        channel=Channel.DASHBOARD,
        level=level_of(case.suggestion, case.settings),
        look_again=after(case.moment.at, LOOK_AGAIN_MINUTES),
        numbers=numbers,
    )


def _counted(standing: Standing, moment: Moment, suggestion: Suggestion, decision: Decision) -> tuple[Standing, Moment]:
    """Return standing and moment after a decision: what was spoken, and what of it was a push."""
    if decision.verdict is not Verdict.SPEAK:
        return standing, moment
    standing = replace(standing, delivered=standing.delivered | {suggestion.situation})
    if decision.channel not in INTERRUPTING:
        return standing, moment
    return (
        replace(
            standing,
            pushes_today=standing.pushes_today + 1,
            home_pushes_today=standing.home_pushes_today + 1,
            minutes_since_push=0.0,
            minutes_since_kind={**standing.minutes_since_kind, suggestion.kind: 0.0},
            minutes_since_situation={**standing.minutes_since_situation, suggestion.situation: 0.0},
            explored_this_week=standing.explored_this_week + (decision.reason is Reason.EXPLORING),
        ),
        replace(moment, delivered_today=moment.delivered_today + 1, minutes_since_delivery=0.0),
    )
