"""Logits and a resident's posterior to probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from .effects import effect_keys, effect_sd
from .encoding import encode_moment, encode_suggestion
from .engine import Engine, EngineError, Floats
from .enums import Channel, Level
from .facts import Moment, Suggestion
from .results import Estimate, Judgement
from .state import ResidentState, new_state
from .vocabulary import CHANNELS, FIRST_OUTPUT, LEVELS, OUTPUT_GROUPS

STEP: Final = 0.25
"""Forward difference along each steering coefficient, in prior standard deviations (runtime evidence 7)."""

BATCH: Final = 32
"""Suggestions in one pass: half of what an engine takes, and more than a home has open."""

BINARY: Final = tuple(group.name for group in OUTPUT_GROUPS if len(group.values) == 2)  # noqa: PLR2004 - yes and no
FACTOR: Final = {name: index for index, name in enumerate(BINARY)}
"""Row of every yes/no factor in an array of factor logits; the level logits follow."""
FACTORS: Final = len(BINARY) + len(LEVELS)

_HIGH: Final = np.array([FIRST_OUTPUT[name] + 1 for name in BINARY])
_LOW: Final = np.array([FIRST_OUTPUT[name] for name in BINARY])
_LEVEL: Final = slice(FIRST_OUTPUT["level"], FIRST_OUTPUT["level"] + len(LEVELS))


def sigmoid(x: Floats | float) -> Floats:
    """Return 1 / (1 + exp(-x)) without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * np.asarray(x, np.float64))))


def softmax(x: Floats) -> Floats:
    """Return the softmax of a vector without overflow."""
    weights = np.exp(x - x.max())
    return np.asarray(weights / weights.sum())


@dataclass(frozen=True, kw_only=True)
class Factors:
    """Factor logits of one judgement: yes/no factors first, then the level logits."""

    logits: Floats
    """Shape (FACTORS,), temperature applied, random effects not."""
    jacobian: Floats | None
    """Shape (FACTORS, k): change of the logits per unit of each steering coefficient."""


def applicable(state: ResidentState, engine: Engine) -> ResidentState:
    """Return the state, or a new resident's when it was made with another model: its numbers mean nothing here."""
    return state if state.model_id == engine.model_id else new_state(engine.model_id, engine.prior)


def steering(state: ResidentState, engine: Engine) -> Floats:
    """Return the coefficients to steer with, shape (k,): shrunk while steering predicts worse."""
    prior = engine.prior.mean
    return np.asarray(prior + state.trust * (state.mean - prior))


def collected(raw: Floats, temperatures: dict[str, float]) -> Floats:
    """Turn engine outputs (…, outputs) into factor logits (…, FACTORS)."""
    scale = np.array([temperatures.get(name, 1.0) for name in BINARY])
    binary = (raw[..., _HIGH] - raw[..., _LOW]) / scale
    level = raw[..., _LEVEL] / temperatures.get("level", 1.0)
    return np.concatenate([binary, level], axis=-1)


def factor_logits(
    engine: Engine,
    z: Floats,
    moment: Moment,
    suggestions: Sequence[Suggestion],
    person: str | None,
) -> Floats:
    """Return factor logits of n suggestions under b steering vectors.

    z has shape (b, k); returns (b, n, FACTORS). Raises EngineError.
    """
    prefix = np.array(encode_moment(moment))
    suffixes = np.array([encode_suggestion(moment, item, person) for item in suggestions])
    passes = [engine.logits(prefix, suffixes[at : at + BATCH], z) for at in range(0, len(suffixes), BATCH)]
    logits = collected(np.concatenate(passes, axis=1), engine.prior.temperatures)
    if not np.isfinite(logits).all():
        raise EngineError(f"{engine.name} answers with numbers that are none")
    return logits


def factors_with_jacobian(
    engine: Engine, z: Floats, moment: Moment, suggestion: Suggestion, person: str | None
) -> Factors:
    """Return one judgement's factor logits and their slope, in k + 1 passes of one batch."""
    scale = np.sqrt(np.diag(engine.prior.covariance))
    steps = STEP * np.where(scale > 0, scale, 1.0)
    vectors = np.vstack([z, z + np.diag(steps)])
    rows = factor_logits(engine, vectors, moment, [suggestion], person)[:, 0]
    return Factors(logits=rows[0], jacobian=((rows[1:] - rows[0]) / steps[:, None]).T)


def with_effects(logits: Floats, state: ResidentState, moment: Moment, suggestion: Suggestion) -> Floats:
    """Add a resident's random effects to factor logits, shape (FACTORS,)."""
    result = logits.copy()
    for factor, key in effect_keys(moment, suggestion, state.effects):
        effect = state.effects.get(key)
        if effect is not None:
            result[FACTOR[factor]] += state.trust * effect.mean
    return result


def _variances(
    factors: Factors, engine: Engine, state: ResidentState, moment: Moment, suggestion: Suggestion
) -> Floats:
    """Return the posterior variance of every factor's log-odds, shape (FACTORS,).

    A yes/no factor's logit is its log-odds. A level's are against the other levels together: with p the
    softmax, d log-odds_i = (d logit_i - sum_j p_j d logit_j) / (1 - p_i).
    """
    if factors.jacobian is None:
        return np.zeros(FACTORS)
    slopes = factors.jacobian.copy()
    level = softmax(factors.logits[len(BINARY) :])
    ladder = slopes[len(BINARY) :]
    slopes[len(BINARY) :] = (ladder - level @ ladder) / np.maximum(1 - level, 1e-9)[:, None]
    variance = np.einsum("fk,kl,fl->f", slopes, state.covariance, slopes)
    for factor, key in effect_keys(moment, suggestion, state.effects):
        known = state.effects.get(key)
        variance[FACTOR[factor]] += known.variance if known else effect_sd(engine.prior, key) ** 2
    return np.asarray(np.maximum(variance, 0.0))


def judgement_from(logits: Floats, variance: Floats) -> Judgement:
    """Return the judgement of factor logits (FACTORS,) with the variances of their log-odds (delta method)."""
    p = sigmoid(logits[: len(BINARY)])
    sd = p * (1 - p) * np.sqrt(variance[: len(BINARY)])

    def estimate(name: str) -> Estimate:
        return Estimate(mean=float(p[FACTOR[name]]), sd=float(sd[FACTOR[name]]))

    level = softmax(logits[len(BINARY) :])
    level_sd = level * (1 - level) * np.sqrt(variance[len(BINARY) :])
    return Judgement(
        content=estimate("content"),
        moment=estimate("moment"),
        noticed={channel: estimate(f"noticed_{channel}") for channel in CHANNELS},
        level={name: Estimate(mean=float(level[i]), sd=float(level_sd[i])) for i, name in enumerate(LEVELS)},
        length=estimate("length"),
        tone=estimate("tone"),
        reason=estimate("reason"),
    )


def judge(
    engine: Engine,
    state: ResidentState,
    moment: Moment,
    suggestion: Suggestion,
    person: str | None = None,
) -> Judgement:
    """Judge one suggestion with its uncertainty. Raises EngineError."""
    state = applicable(state, engine)
    factors = factors_with_jacobian(engine, steering(state, engine), moment, suggestion, person)
    variance = _variances(factors, engine, state, moment, suggestion)
    return judgement_from(with_effects(factors.logits, state, moment, suggestion), variance)


def judge_many(
    engine: Engine,
    state: ResidentState,
    moment: Moment,
    suggestions: Sequence[Suggestion],
    person: str | None = None,
) -> list[Judgement]:
    """Judge several suggestions at one moment, means only: one pass. Raises EngineError."""
    if not suggestions:
        return []
    state = applicable(state, engine)
    rows = factor_logits(engine, steering(state, engine)[None], moment, suggestions, person)[0]
    nothing = np.zeros(FACTORS)
    return [
        judgement_from(with_effects(row, state, moment, suggestion), nothing)
        for row, suggestion in zip(rows, suggestions, strict=True)
    ]


def tolerated(judgement: Judgement, share: float = 0.5) -> Level:
    """Return the highest level that at least a share of the probability mass tolerates."""
    mass = 0.0
    for level in reversed(LEVELS):
        mass += judgement.level[level].mean
        if mass >= share:
            return level
    return Level.OBSERVE


def noticed(judgement: Judgement, channel: Channel) -> float:
    """Return P(noticed) on a channel; a digest is read when it is opened."""
    found = judgement.noticed.get(channel)
    return 0.9 if found is None else found.mean
