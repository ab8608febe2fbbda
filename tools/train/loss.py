"""What training minimises: the ratings' negative log-likelihood, the latents' prior, and leakage between dimensions."""

from collections.abc import Callable

import jax
import jax.numpy as jnp

from assistant.vocabulary import FIRST_OUTPUT, OUTPUT_GROUPS

type Array = jax.Array
type Judge = Callable[[Array, Array], Array]
"""Tokens (rows, LENGTH) and z (rows, k) to logits (rows, OUTPUT_COUNT)."""

DROPPED: float = 0.25
"""Share of rows judged at z = 0, so that z = 0 is the calibrated population answer."""
LEAKAGE_WEIGHT: float = 0.3
"""Of the squared logits by which a dimension moves outputs that are not its own (judgement)."""


def group_losses(logits: Array, targets: Array) -> Array:
    """Return the cross-entropy of every rating, shape (rows, output groups); 0 where nothing was rated."""
    losses = []
    for index, group in enumerate(OUTPUT_GROUPS):
        first = FIRST_OUTPUT[group.name]
        scores = jax.nn.log_softmax(logits[:, first : first + len(group.values)])
        target = targets[:, index]
        picked = jnp.take_along_axis(scores, jnp.maximum(target, 0)[:, None], axis=1)[:, 0]
        losses.append(jnp.where(target >= 0, -picked, 0.0))
    return jnp.stack(losses, axis=1)


def centred(logits: Array) -> Array:
    """Return logits less their group's mean, so that equal shifts of a whole group do not count."""
    parts = []
    for group in OUTPUT_GROUPS:
        first = FIRST_OUTPUT[group.name]
        part = logits[:, first : first + len(group.values)]
        parts.append(part - part.mean(axis=1, keepdims=True))
    return jnp.concatenate(parts, axis=1)


def leakage(judge: Judge, tokens: Array, z: Array, own: Array, permitted: Array) -> Array:
    """Return the mean squared shift, in logits, of outputs outside the steered dimension.

    `own` (rows, k) is 1 for the coefficients of the dimension drawn for the row, `permitted` (rows, OUTPUT_COUNT)
    for the outputs it may move.
    """
    moved = centred(judge(tokens, z * own)) - centred(judge(tokens, jnp.zeros_like(z)))
    return jnp.mean(jnp.sum((moved * (1 - permitted)) ** 2, axis=1))


def steered_loss(judge: Judge, batch: tuple[Array, Array, Array, Array], z: Array) -> Array:
    """Return the mean loss of rows under their personas' z.

    The batch holds tokens, targets, 1 where z is kept, and 1 / rows of the row's persona: weighted so, the sum
    over all rows counts every persona's prior N(0, I) exactly once.
    """
    tokens, targets, kept, weight = batch
    logits = judge(tokens, z * kept[:, None])
    likelihood = group_losses(logits, targets).sum(axis=1)
    prior = 0.5 * weight * kept * jnp.sum(z**2, axis=1)
    return jnp.mean(likelihood + prior)
