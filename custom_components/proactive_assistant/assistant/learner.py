"""One outcome, one extended-Kalman step: the posterior of one resident.

The network gives factor logits eta(z); a resident's logits are eta(z) + e. For an outcome with gradient g
and Fisher information F with respect to the logits, and J the Jacobian of the logits, the Laplace step is
P' = (P^-1 + w J^T F J)^-1 and m' = m + w P' J^T g (learning evidence 3.2). Random effects are independent
Gaussians of their own, so that a state stays small; they enter the step jointly with z.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .ahead import expected
from .effects import effect_keys, effect_sd
from .engine import Engine, Floats, Prior
from .enums import Activity, Channel, HomeMode, Level, Reply, RiskClass, Verdict, WrongPart
from .facts import Moment, Suggestion
from .judge import (
    BINARY,
    FACTOR,
    FACTORS,
    factor_logits,
    factors_with_jacobian,
    sigmoid,
    softmax,
    with_effects,
)
from .likelihood import CONTENT, NO, YES, Reading, readings
from .results import Decision, Outcome
from .state import Effect, ResidentState
from .vocabulary import CHANNELS, LEVELS

TRUST_REGION: Final = 1.5
"""Longest step for one piece of evidence, in posterior standard deviations."""

CHANGE_ALLOWANCE: Final = 0.35
"""Nats of excess surprise per reply that count as chance, not as change."""

CHANGE_THRESHOLD: Final = 4.0
"""Cumulative excess, in nats, at which the posterior is widened."""

LOSS_MEMORY: Final = 0.95
"""Weight of the past in the running log-losses: about the last twenty replies."""

LATER_WEIGHT: Final = 0.1
"""Weight of "the chosen time is a good moment" after *later*.

People choose round times, this evening or tomorrow morning (Weber et al. 2018), and what the moment will be like is
guessed. At 0.5 it raised P(good moment) by a third of a logit for everybody, and cost simulated validation people 1.1
points of timing F1 (2.8 after fifty answers); they choose without regard to their own taste, so a little is left of it.
"""

_FACTOR_OF_PART: Final = {
    WrongPart.CONTENT: "content",
    WrongPart.TIME: "moment",
    WrongPart.TOO_OFTEN: "moment",
    WrongPart.AUTONOMY: "level",
}
_DIMENSION_OF_FACTOR: Final = {"content": "domain", "moment": "scheduling", "level": "autonomy"}

_HUMBLE: Final = 0.3
"""Weight of what an accepted offer says about tolerated autonomy: saying yes is not asking for more."""


def ball_radius(k: int) -> float:
    """Return the 99 % radius of a k-dimensional standard Gaussian, k > 0 (Wilson and Hilferty 1931)."""
    return math.sqrt(k * (1 - 2 / (9 * k) + 2.326 * math.sqrt(2 / (9 * k))) ** 3)


def drifted(state: ResidentState, prior: Prior, now: datetime) -> ResidentState:
    """Return the state after mean-reverting drift since its last update."""
    if state.updated is None:
        return replace(state, updated=now)
    days = max(0.0, (now - state.updated).total_seconds() / 86_400)
    rho = prior.drift**days
    wide = 1 - rho**2
    return replace(
        state,
        mean=prior.mean + rho * (state.mean - prior.mean),
        covariance=rho**2 * state.covariance + wide * prior.covariance,
        effects={
            key: Effect(
                mean=rho * effect.mean,
                variance=rho**2 * effect.variance + wide * _effect_variance(prior, key),
            )
            for key, effect in state.effects.items()
        },
        updated=now,
    )


def _effect_variance(prior: Prior, key: str) -> float:
    """Return the prior variance of a random effect, in squared logits."""
    return effect_sd(prior, key) ** 2


@dataclass(frozen=True)
class _Frame:
    """The variables one outcome can move: z first, then the random effects that applied."""

    keys: tuple[str, ...]
    """Of the random effects."""
    factors: tuple[str, ...]
    """That each random effect is of."""
    covariance: Floats
    """Prior covariance of the step, shape (d, d)."""
    jacobian: Floats
    """Shape (FACTORS, d)."""
    logits: Floats
    """Shape (FACTORS,), random effects included."""


def _frame(engine: Engine, state: ResidentState, moment: Moment, suggestion: Suggestion, person: str | None) -> _Frame:
    """Linearise the model around the resident's mean."""
    factors = factors_with_jacobian(engine, state.mean, moment, suggestion, person)
    pairs = effect_keys(moment, suggestion, state.effects)
    k = state.mean.size
    covariance = np.zeros((k + len(pairs), k + len(pairs)))
    covariance[:k, :k] = state.covariance
    jacobian = np.zeros((FACTORS, k + len(pairs)))
    jacobian[:, :k] = factors.jacobian
    logits = factors.logits.copy()
    for index, (factor, key) in enumerate(pairs, start=k):
        effect = state.effects.get(key)
        covariance[index, index] = effect.variance if effect else _effect_variance(engine.prior, key)
        jacobian[FACTOR[factor], index] = 1.0
        logits[FACTOR[factor]] += effect.mean if effect else 0.0
    return _Frame(
        keys=tuple(key for _, key in pairs),
        factors=tuple(factor for factor, _ in pairs),
        covariance=covariance,
        jacobian=jacobian,
        logits=logits,
    )


def _rows(channel: Channel) -> list[int]:
    """Return the factor rows of content, moment and noticing on a channel."""
    known = channel if channel in CHANNELS else Channel.DASHBOARD
    return [FACTOR["content"], FACTOR["moment"], FACTOR[f"noticed_{known}"]]


def _too_much(decision: Decision, outcome: Outcome) -> bool:
    """Return whether an outcome says that the level was too high.

    Undoing what one has asked for is a change of mind; only the undoing of an act is about the level.
    """
    if outcome.reply is Reply.UNDONE:
        return decision.verdict is Verdict.ACT or decision.level is Level.ACT
    return outcome.reply is Reply.WRONG and outcome.part is WrongPart.AUTONOMY


def _agreed(suggestion: Suggestion, decision: Decision, outcome: Outcome) -> bool:
    """Return whether an outcome says that the level was not too high: where nothing is done, none is tried."""
    spoken = decision.verdict in (Verdict.SPEAK, Verdict.ACT)
    return outcome.reply is Reply.ACCEPTED and spoken and suggestion.risk > RiskClass.A0


def _level_evidence(
    logits: Floats, suggestion: Suggestion, decision: Decision, outcome: Outcome
) -> tuple[Floats, Floats]:
    """Return the gradient (4,) and Fisher information (4, 4) over the level logits.

    The observation is a set: an undone act says the tolerated level lies below; an accepted offer says it
    is at least the one offered. The gradient of log P(set) is g = q - p, with q renormalised on the set; that
    of its complement is -g P / (1 - P), so the expected outer product is g g^T P / (1 - P).
    """
    below = _too_much(decision, outcome)
    allowed = np.array([(level < decision.level) if below else (level >= decision.level) for level in LEVELS])
    relevant = below or _agreed(suggestion, decision, outcome)
    if not relevant or allowed.all() or not allowed.any():
        return np.zeros(len(LEVELS)), np.zeros((len(LEVELS), len(LEVELS)))
    p = softmax(logits)
    inside, outside = max(float(p[allowed].sum()), 1e-9), max(float(p[~allowed].sum()), 1e-9)
    part = np.where(allowed, p / inside, 0.0) - p
    weight = 1.0 if below else _HUMBLE
    return weight * part, np.asarray(weight * inside / outside * np.outer(part, part))


def _evidence(
    frame: _Frame, suggestion: Suggestion, decision: Decision, outcome: Outcome, found: Iterable[Reading]
) -> tuple[Floats, Floats]:
    """Return the gradient (FACTORS,) and information (FACTORS, FACTORS) of an outcome."""
    gradient = np.zeros(FACTORS)
    information = np.zeros((FACTORS, FACTORS))
    rows = _rows(decision.channel)
    p = sigmoid(frame.logits[rows])
    for instrument, observed, weight in found:
        part, fisher, _, _ = instrument.read(p, observed)
        gradient[rows] += weight * part
        information[np.ix_(rows, rows)] += weight * fisher
    levels = slice(len(BINARY), FACTORS)
    gradient[levels], information[levels, levels] = _level_evidence(frame.logits[levels], suggestion, decision, outcome)
    return gradient, information


def _named(outcome: Outcome) -> str | None:
    """Return the factor a person named as the one that was wrong; None when they left it open."""
    if outcome.reply is Reply.NEVER:
        return "content"
    return _FACTOR_OF_PART.get(outcome.part) if outcome.reply is Reply.WRONG and outcome.part else None


def _own_variables(prior: Prior, frame: _Frame, named: str | None) -> NDArray[np.bool_]:
    """Return which variables of a step an outcome may move, shape (d,).

    Where a person says which part was wrong, only that part's own coefficients and effects learn: that they are told
    apart is what makes an explicit reason worth giving. Otherwise the likelihood decides.
    """
    if named is None:
        return np.ones(len(frame.covariance), bool)
    dimension = _DIMENSION_OF_FACTOR[named]
    return np.array([*(group == dimension for group in prior.groups), *(factor == named for factor in frame.factors)])


def _posterior(covariance: Floats, curvature: Floats, free: NDArray[np.bool_]) -> Floats:
    """Return the covariance after evidence about the free variables alone, shape (d, d).

    The others are considered, not estimated (Schmidt 1966): their variances stay, and what they share with the free
    ones shrinks as those do. All free: the plain Laplace step.
    """
    # (P^-1 + A)^-1 = (I + P A)^-1 P needs no inverse of P, which may be singular.
    inner = covariance[np.ix_(free, free)]
    shrink = np.linalg.inv(np.eye(len(inner)) + inner @ curvature[np.ix_(free, free)])
    posterior = covariance.copy()
    posterior[np.ix_(free, free)] = shrink @ inner
    posterior[np.ix_(free, ~free)] = shrink @ covariance[np.ix_(free, ~free)]
    posterior[np.ix_(~free, free)] = posterior[np.ix_(free, ~free)].T
    return (posterior + posterior.T) / 2


def _step(
    state: ResidentState,
    prior: Prior,
    frame: _Frame,
    gradient: Floats,
    information: Floats,
    named: str | None = None,
) -> ResidentState:
    """Return the state after one Laplace step inside the trust region and the prior's 99 % ball."""
    k = state.mean.size
    free = _own_variables(prior, frame, named)
    posterior = _posterior(frame.covariance, frame.jacobian.T @ information @ frame.jacobian, free)
    pull = np.where(free, frame.jacobian.T @ gradient, 0.0)
    move = np.where(free, posterior @ pull, 0.0)
    length = math.sqrt(max(0.0, float(pull @ move)))
    if length > TRUST_REGION:
        move *= TRUST_REGION / length
    effects = dict(state.effects)
    for index, key in enumerate(frame.keys, start=k):
        before = effects[key].mean if key in effects else 0.0
        effects[key] = Effect(mean=before + float(move[index]), variance=max(0.0, float(posterior[index, index])))
    return replace(
        state,
        mean=_bounded(state.mean + move[:k], prior),
        covariance=posterior[:k, :k],
        effects=effects,
    )


def prior_distance(mean: Floats, prior: Prior) -> float:
    """Return the Mahalanobis distance of coefficients of shape (k,) from the prior's mean, in standard deviations."""
    offset = mean - prior.mean
    ridge = prior.covariance + 1e-9 * np.eye(mean.size)
    return math.sqrt(max(0.0, float(offset @ np.linalg.solve(ridge, offset)))) if mean.size else 0.0


def _bounded(mean: Floats, prior: Prior) -> Floats:
    """Return the mean pulled back onto the prior's 99 % ball when it left it."""
    if mean.size == 0:
        return mean
    offset = mean - prior.mean
    distance = prior_distance(mean, prior)
    radius = ball_radius(mean.size)
    return mean if distance <= radius else prior.mean + offset * (radius / distance)


def _monitored(
    state: ResidentState,
    engine: Engine,
    moment: Moment,
    suggestion: Suggestion,
    person: str | None,
    decision: Decision,
    found: tuple[Reading, ...],
) -> ResidentState:
    """Update the running losses and the change detector with an outcome, before learning from it."""
    vectors = np.vstack([state.mean, engine.prior.mean])
    rows = factor_logits(engine, vectors, moment, [suggestion], person)[:, 0]
    # Judged at full trust: the question is how good steering would be, not how much of it is used.
    certain = replace(state, loss_personal=0.0, loss_population=0.0)
    personal = with_effects(rows[0], certain, moment, suggestion)
    wanted = _rows(decision.channel)
    instrument, observed, weight = found[0]
    weight = min(1.0, weight)
    _, _, loss, usual = instrument.read(sigmoid(personal[wanted]), observed)
    _, _, reference, _ = instrument.read(sigmoid(rows[1][wanted]), observed)
    first = state.learned == 0
    keep = 0.0 if first else 1.0 - weight * (1.0 - LOSS_MEMORY)
    surprise = max(0.0, state.surprise + weight * (loss - usual - CHANGE_ALLOWANCE))
    state = replace(
        state,
        loss_personal=keep * state.loss_personal + (1 - keep) * loss,
        loss_population=keep * state.loss_population + (1 - keep) * reference,
        surprise=surprise,
    )
    return state if surprise <= CHANGE_THRESHOLD else _widened(state, engine.prior)


def _widened(state: ResidentState, prior: Prior) -> ResidentState:
    """Return the state half as sure as before, towards the prior: the person seems to have changed."""
    return replace(
        state,
        covariance=(state.covariance + prior.covariance) / 2,
        effects={
            key: Effect(mean=effect.mean, variance=(effect.variance + _effect_variance(prior, key)) / 2)
            for key, effect in state.effects.items()
        },
        surprise=0.0,
    )


def _counted(counts: Mapping[str, int], reply: Reply) -> dict[str, int]:
    return {**counts, reply.value: counts.get(reply.value, 0) + 1}


def learn(
    engine: Engine,
    state: ResidentState,
    moment: Moment,
    suggestion: Suggestion,
    decision: Decision,
    outcome: Outcome,
    person: str | None = None,
) -> ResidentState:
    """Return the state after one outcome; the given one is unchanged, and returned when there is nothing to learn.

    With guests nothing is learned (product specification 4.4). Raises EngineError when the engine cannot
    judge, ValueError when the state belongs to another model or a time has no zone.
    """
    if state.model_id != engine.model_id:
        msg = f"state of model {state.model_id} given to model {engine.model_id}"
        raise ValueError(msg)
    if any(at is not None and at.tzinfo is None for at in (outcome.at, outcome.later_until)):
        msg = "a time of the outcome has no zone"
        raise ValueError(msg)
    found = readings(decision, outcome)
    if moment.mode is HomeMode.GUEST or not (found or _too_much(decision, outcome)):
        return state
    state = drifted(state, engine.prior, outcome.at)
    if found:
        state = _monitored(state, engine, moment, suggestion, person, decision, found)
    frame = _frame(engine, state, moment, suggestion, person)
    gradient, information = _evidence(frame, suggestion, decision, outcome, found)
    state = _step(state, engine.prior, frame, gradient, information, _named(outcome))
    until = outcome.later_until
    if outcome.reply is Reply.LATER and until is not None and until > outcome.at:
        state = _learn_chosen_time(engine, state, moment, suggestion, until, person)
    return replace(state, counts=_counted(state.counts, outcome.reply))


def _learn_chosen_time(
    engine: Engine,
    state: ResidentState,
    moment: Moment,
    suggestion: Suggestion,
    until: datetime,
    person: str | None,
) -> ResidentState:
    """Return the state after "this other time suits me": the moment factor alone, half weight.

    What the person will be doing then is the habits' guess, unless that is to be asleep, which nobody chooses;
    what they do now is what did not suit.
    """
    chosen = expected(moment, until.astimezone(moment.at.tzinfo))
    if chosen.activity is Activity.ASLEEP:
        chosen = replace(chosen, activity=Activity.UNKNOWN, activity_confidence=0.0)
    return informed(engine, state, chosen, suggestion, "moment", person, weight=LATER_WEIGHT)


def informed(
    engine: Engine,
    state: ResidentState,
    moment: Moment,
    suggestion: Suggestion,
    factor: str,
    person: str | None = None,
    *,
    yes: bool = True,
    weight: float,
) -> ResidentState:
    """Return the state after being told one yes/no factor of a judgement as soft evidence: one Laplace step.

    `factor` is a name of `judge.BINARY`, `weight` its trust, 1 for an observed fact. Raises EngineError when the
    engine cannot judge.
    """
    frame = _frame(engine, state, moment, suggestion, person)
    row = FACTOR[factor]
    alone = np.array([float(sigmoid(frame.logits[row])), 0.5, 0.5])
    part, fisher, _, _ = CONTENT.read(alone, YES if yes else NO)
    gradient = np.zeros(FACTORS)
    information = np.zeros((FACTORS, FACTORS))
    gradient[row] = weight * part[0]
    information[row, row] = weight * fisher[0, 0]
    return _step(state, engine.prior, frame, gradient, information)
