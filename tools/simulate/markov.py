"""Family A's days: a Markov chain over the diaries' activities that keeps the diaries' curves.

Transitions by two-hour block alone drift away from the half-hour curves, and people who differ drift further. So
every step's transition probabilities are multiplied by one factor per next activity, found on a cloud of people who
differ as personas do, such that the cloud's shares are the curve's (iterative proportional fitting, one slot after
the other; within a day the fitted chain is the one nearest to the table's in relative entropy).
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from .curves import INDEX, LETTERS, LONGEST, SLOTS, staying, transitions, weekday_curve, weekend_curve

CHRONOTYPE: Final = 0.8
"""Shift of the logit of being asleep per SD of chronotype: later mornings, later evenings (judgement; it makes about
half of the variance of waking times lie between people, the other half between days)."""
TASTE: Final = 0.3
"""SD between people of the log weight of each activity (judgement)."""
_CLOUD: Final = 800
_SWEEPS: Final = 14

type Array = np.ndarray

_MORNING: Final = np.array([1.0 if slot < 16 else -1.0 if slot >= 28 else 0.0 for slot in range(SLOTS)])


@dataclass(frozen=True, slots=True)
class Chain:
    """A fitted chain for one kind of person and day."""

    log_transitions: Array
    """Shape (12, letters, letters)."""
    log_factors: Array
    """Shape (SLOTS, letters): the correction on entering each slot."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How one person's days differ from the group's."""

    chronotype: float
    tastes: Array
    """Log weight per letter, shape (letters,)."""
    ill: bool = False


_ILL: Final = {"sleep": 0.9, "leisure": 0.5, "work": -1.6, "sports": -1.5, "shopping": -1.0, "household": -0.7}


def tilts(chronotype: Array, tastes: Array) -> Array:
    """Return log weights on entering each slot, shape (people, SLOTS, letters)."""
    result = np.repeat(tastes[:, None, :], SLOTS, axis=1)
    result[:, :, INDEX["sleep"]] += CHRONOTYPE * chronotype[:, None] * _MORNING[None, :]
    return result


def _step(chain_log: Array, state: Array, age: Array, tilt: Array) -> Array:
    """Return unnormalised weights of the next activity, shape (people, letters)."""
    logits = chain_log[state] + tilt
    people = np.arange(len(state))
    logits[people, state] += staying()[state, np.minimum(age, LONGEST) - 1]
    return np.exp(logits)


def _pick(weights: Array, uniforms: Array) -> Array:
    cumulated = np.cumsum(weights, axis=1)
    picked = (cumulated < (uniforms * cumulated[:, -1])[:, None]).sum(axis=1)
    return np.minimum(picked, len(LETTERS) - 1)


def _fit(weights: Array, target: Array) -> Array:
    """Return the factor per activity that brings the people's mean probabilities to the target, shape (letters,)."""
    factors = np.ones(len(LETTERS))
    for _ in range(_SWEEPS):
        scaled = weights * factors
        mean = (scaled / scaled.sum(axis=1, keepdims=True)).mean(axis=0)
        factors = factors * (target + 1e-7) / (mean + 1e-7)
    return factors


def _fitted(curve: Array, log_transitions: Array) -> Chain:
    """Return the chain whose cloud of people follows the curve."""
    rng = np.random.Generator(np.random.PCG64(20261123))
    tilt = tilts(rng.standard_normal(_CLOUD), TASTE * rng.standard_normal((_CLOUD, len(LETTERS))))
    factors = np.empty((SLOTS, len(LETTERS)))
    state = np.zeros(_CLOUD, dtype=np.int64)
    age = np.ones(_CLOUD, dtype=np.int64)
    for slot in range(SLOTS):
        weights = _step(log_transitions[slot // 4], state, age, tilt[:, slot]) if slot else np.exp(tilt[:, 0])
        factors[slot] = _fit(weights, curve[slot])
        # Stratified uniforms, so that the cloud's own shares stay close to its probabilities.
        uniforms = (rng.permutation(_CLOUD) + rng.random(_CLOUD)) / _CLOUD
        following = _pick(weights * factors[slot], uniforms)
        age = np.where(following == state, age + 1, 1) if slot else age
        state = following
    return Chain(log_transitions, np.log(factors))


@cache
def weekday_chain(age: str, employment: str, household: str) -> Chain:
    """Return the fitted weekday chain of a cell of the population."""
    return _fitted(weekday_curve(age, employment, household), transitions(employment))


@cache
def weekend_chain(stratum: str) -> Chain:
    """Return the fitted weekend chain of a stratum of the 2022-23 table."""
    return _fitted(weekend_curve(stratum), transitions("all"))


def sample_days(chain: Chain, rhythm: Rhythm, uniforms: Array) -> Array:
    """Return activities of days, shape (days, SLOTS), as indices of LETTERS.

    `uniforms` has shape (days, SLOTS). Within a day they must be independent; across days they may repeat, which is
    how a person's habits come in without moving the group's curve.
    """
    days = len(uniforms)
    tilt = tilts(np.array([rhythm.chronotype]), rhythm.tastes[None, :])[0] + chain.log_factors
    if rhythm.ill:
        for letter, shift in _ILL.items():
            tilt[:, INDEX[letter]] += shift
    result = np.empty((days, SLOTS), dtype=np.int64)
    state = _pick(np.repeat(np.exp(tilt[:1]), days, axis=0), uniforms[:, 0])
    age = np.ones(days, dtype=np.int64)
    result[:, 0] = state
    for slot in range(1, SLOTS):
        weights = _step(chain.log_transitions[slot // 4], state, age, tilt[slot])
        following = _pick(weights, uniforms[:, slot])
        age = np.where(following == state, age + 1, 1)
        state = following
        result[:, slot] = state
    return result
