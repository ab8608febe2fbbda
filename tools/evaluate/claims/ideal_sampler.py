"""Draws of a person's latents given answers: elliptical slice sampling (Murray, Adams and MacKay 2010)."""

from collections.abc import Callable
from functools import partial
from typing import Final

import jax
import jax.numpy as jnp
import numpy as np

from .ideal_answers import log_likelihood
from .ideal_model import SIZE, Array, Facts
from .scores import Floats

CHAINS: Final = 16
_SHRINKS: Final = 40
"""Times a bracket is halved or so at most; what is not found by then stays where it was."""

type Target = Callable[[Array], Array]
"""Log-likelihood of every chain, shape (chains, size) to (chains,)."""


def _step(key: Array, x: Array, level: Array, target: Target) -> tuple[Array, Array]:
    """Return the next state of every chain and its log-likelihood."""
    ellipse, threshold, angle, shrink = jax.random.split(key, 4)
    chains = x.shape[0]
    other = jax.random.normal(ellipse, x.shape)
    least = level + jnp.log(jax.random.uniform(threshold, (chains,), minval=1e-12))
    first = jax.random.uniform(angle, (chains,), maxval=2 * jnp.pi)

    def going(carry: tuple[Array, ...]) -> Array:
        count, *_, done = carry
        return (count < _SHRINKS) & ~done.all()

    def tried(carry: tuple[Array, ...]) -> tuple[Array, ...]:
        count, found, best, theta, low, high, done = carry
        place = x * jnp.cos(theta)[:, None] + other * jnp.sin(theta)[:, None]
        there = target(place)
        taken = (there > least) & ~done
        found = jnp.where(taken[:, None], place, found)
        best = jnp.where(taken, there, best)
        done = done | taken
        low = jnp.where(~done & (theta < 0), theta, low)
        high = jnp.where(~done & (theta >= 0), theta, high)
        chance = jax.random.uniform(jax.random.fold_in(shrink, count), (chains,))
        return count + 1, found, best, low + (high - low) * chance, low, high, done

    start = (jnp.int32(0), x, level, first, first - 2 * jnp.pi, first, jnp.zeros(chains, bool))
    _, found, best, *_ = jax.lax.while_loop(going, tried, start)
    return found, best


@partial(jax.jit, static_argnames=("steps", "kept"))
def sample(key: Array, start: Array, answers: Facts, count: Array, *, steps: int, kept: int) -> Array:
    """Return states of chains after a third of the steps, evenly apart, shape (kept, chains, SIZE).

    `start` has shape (chains, SIZE). `steps` is a multiple of 3, two thirds of it one of `kept`. Answers from `count`
    on are padding, so that few shapes are compiled.
    """
    target = jax.vmap(lambda x: log_likelihood(x, answers, count))
    apart = 2 * steps // (3 * kept)

    def one(carry: tuple[Array, Array], mine: Array) -> tuple[tuple[Array, Array], None]:
        return _step(mine, *carry, target), None

    def several(carry: tuple[Array, Array], mine: Array) -> tuple[tuple[Array, Array], Array]:
        carry, _ = jax.lax.scan(one, carry, jax.random.split(mine, apart))
        return carry, carry[0]

    before, after = jax.random.split(key)
    carry, _ = jax.lax.scan(one, (start, target(start)), jax.random.split(before, steps // 3))
    _, found = jax.lax.scan(several, carry, jax.random.split(after, kept))
    return found


def from_prior(key: Array, chains: int = CHAINS) -> Array:
    """Return people of the population, shape (chains, SIZE)."""
    return jax.random.normal(key, (chains, SIZE))


def agreement(values: Floats) -> Floats:
    """Return split R-hat of every column (Gelman et al. 2013), shape (draws, chains, columns) to (columns,).

    Near 1 where the halves of all chains agree; at least 4 draws are needed.
    """
    half = len(values) // 2
    parts = np.concatenate([values[:half], values[half : 2 * half]], axis=1)
    within = parts.var(axis=0, ddof=1).mean(axis=0)
    between = parts.mean(axis=0).var(axis=0, ddof=1)
    found = np.sqrt(((half - 1) / half * within + between) / np.maximum(within, 1e-12))
    return np.asarray(found, np.float64)
