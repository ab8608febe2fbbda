"""One row per opportunity: the tokens a model sees, what was done, what came back, and the truth."""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from assistant.encoding import encode_moment, encode_suggestion
from assistant.enums import Channel, Verdict
from assistant.results import Decision, Outcome
from assistant.vocabulary import CHANNELS, PREFIX_LENGTH, SUFFIX_LENGTH
from tools.streams import Family

from .explore import Explorer
from .factors import Factors
from .resident import GOOD, LENGTH, NOTICED, RATED_LEVEL, RATINGS, REASON, TONE, Resident
from .world import Opportunity, World

TOKENS: Final = PREFIX_LENGTH + SUFFIX_LENGTH
_FLIPPED: Final = {Family.A: 0.05, Family.B: 0.08}
"""Share of ratings that come out wrong (A: the design's default; B: another noise, see `_flip`)."""
_NAMES: Final = tuple(str(channel) for channel in CHANNELS)

type Row = dict[str, Any]


def _flip(truth: bool, draw: float, family: Family) -> bool:  # noqa: FBT001 - the bit itself is the operand
    """Return a rating of a bit. Family B's mistakes are one-sided: people say no to what they wanted."""
    if draw >= _FLIPPED[family]:
        return truth
    return False if family is Family.B else not truth


def _ratings(opportunity: Opportunity, factors: Factors, world: World) -> Row:
    """Return what the person would answer if asked: drawn with the same chances as the outcome, then flipped."""
    draws, family = opportunity.draws, world.persona.family
    bits = {
        "content": opportunity.content_draw < factors.content,
        "moment": draws[GOOD] < factors.moment,
        "noticed_phone": draws[NOTICED] < factors.noticed[Channel.PHONE],
        "noticed_speaker": draws[NOTICED] < factors.noticed[Channel.SPEAKER],
        "noticed_dashboard": draws[NOTICED] < factors.noticed[Channel.DASHBOARD],
        "length": draws[LENGTH] < factors.length,
        "tone": draws[TONE] < factors.tone,
        "reason": draws[REASON] < factors.reason,
    }
    row: Row = {
        f"rated_{name}": int(_flip(bit, draws[RATINGS + place], family))
        for place, (name, bit) in enumerate(bits.items())
    }
    for channel, device in ((Channel.SPEAKER, "speaker"), (Channel.DASHBOARD, "dashboard")):
        if device not in world.persona.home.devices:
            row[f"rated_noticed_{channel}"] = -1
    row["rated_level"] = _rated_level(factors, draws[RATED_LEVEL], opportunity.matter.ceiling())
    return row


def _rated_level(factors: Factors, draw: float, ceiling: int) -> int:
    """Return the stated level: the nearer a person is to the next one, the more often they name that."""
    wavering = 0.05 + 0.2 * float(np.exp(-factors.level_margin / 0.2))
    if draw >= wavering:
        return factors.level
    step = 1 if draw < wavering / 2 else -1
    return min(max(factors.level + step, 0), ceiling)


def _truth(factors: Factors) -> Row:
    return {
        "truth_content": factors.content,
        "truth_moment": factors.moment,
        **{f"truth_noticed_{channel}": factors.noticed[channel] for channel in CHANNELS},
        "truth_level": factors.level,
        "truth_length": factors.length,
        "truth_tone": factors.tone,
        "truth_reason": factors.reason,
        "truth_need": factors.need,
        "truth_utility": factors.utility,
    }


def _done(decision: Decision, outcome: Outcome | None) -> Row:
    """Return the columns of what was done and what came back."""
    offered = decision.verdict in (Verdict.SPEAK, Verdict.ACT)
    later = None
    if outcome is not None and outcome.later_until is not None:
        later = (outcome.later_until - outcome.at).total_seconds() / 60.0
    return {
        "offered": offered,
        "channel": str(decision.channel) if offered else None,
        "level": int(decision.level) if offered else None,
        "length": str(decision.style.length) if offered else None,
        "tone": str(decision.style.tone) if offered else None,
        "with_reason": decision.style.with_reason if offered else None,
        "outcome": None if outcome is None else str(outcome.reply),
        "delay_min": None if outcome is None else outcome.delay_minutes,
        "later_min": later,
    }


def explore(world: World, seed: int) -> Iterable[Row]:
    """Yield the rows of one persona under the exploring policy, in order of time."""
    persona = world.persona
    resident = Resident(world, _FLIPPED[persona.family])
    policy = Explorer(persona, seed, world.days)
    fixed = {
        "persona_id": persona.persona_id,
        "household_id": persona.household_id,
        "family": str(persona.family),
        "split": persona.split,
    }
    for opportunity in world.opportunities:
        if not resident.is_open(opportunity):
            continue
        moment = resident.moment(opportunity)
        factors = resident.factors(opportunity)
        tokens = encode_moment(moment) + encode_suggestion(moment, opportunity.suggestion, world.person)
        decision = policy.decide(opportunity, resident)
        outcome = resident.respond(opportunity, decision)
        yield {
            **fixed,
            "session": opportunity.session,
            "minute": opportunity.minute,
            "situation": opportunity.situation.number,
            "kind": opportunity.suggestion.kind,
            "tokens": tokens,
            **_done(decision, outcome),
            **_ratings(opportunity, factors, world),
            **_truth(factors),
        }
