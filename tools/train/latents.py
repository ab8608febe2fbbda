"""Where personas lie in steering space, by Gauss-Newton, and the prior that follows from it."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from assistant.vocabulary import FIRST_OUTPUT, OUTPUT_GROUPS

from .data import Rows
from .steering_layout import coefficient_permissions, groups_of

type Array = jax.Array
type Judge = Callable[[Array, Array], Array]

_CHUNK = 256


def make_jacobian(judge: Judge, k: int) -> Callable[[Array, Array], tuple[Array, Array]]:
    """Return a function giving logits (rows, outputs) and their derivative by z (rows, outputs, k).

    Forward mode: what lies below the first shift does not depend on z and is computed once. A coefficient has no
    slope on outputs that its dimension may not move: what leaks there is noise, and evidence read through it would
    push the coefficient far out of bounds to explain a little.
    """
    permitted = jnp.asarray(coefficient_permissions(groups_of(k)))

    @jax.jit
    def jacobian(tokens: Array, z: Array) -> tuple[Array, Array]:
        base, slope = jax.linearize(lambda at: judge(tokens, at), z)
        slopes = jax.vmap(lambda direction: slope(jnp.broadcast_to(direction, z.shape)))(jnp.eye(k))
        return base, jnp.moveaxis(slopes, 0, -1) * permitted.T

    return jacobian


def evidence(
    logits: NDArray[np.floating],
    slopes: NDArray[np.floating],
    targets: NDArray[np.integer],
    share: NDArray[np.floating],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the score (rows, k) and Fisher information (rows, k, k) of ratings about z.

    `share` (rows,) is one over the looks at a row's situation: content is rated once for all of them.
    """
    rows, _, k = slopes.shape
    score, information = np.zeros((rows, k)), np.zeros((rows, k, k))
    for index, group in enumerate(OUTPUT_GROUPS):
        part = slice(FIRST_OUTPUT[group.name], FIRST_OUTPUT[group.name] + len(group.values))
        known = targets[:, index] >= 0
        scores = logits[known, part].astype(np.float64)
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        rated = np.eye(len(group.values))[targets[known, index]]
        slope = slopes[known, part].astype(np.float64)
        weight = share[known].astype(np.float64) if group.name == "content" else np.ones(len(p))
        score[known] += weight[:, None] * np.einsum("rv,rvk->rk", rated - p, slope)
        mean = np.einsum("rv,rvk->rk", p, slope)
        fisher = np.einsum("rv,rvk,rvl->rkl", p, slope, slope) - mean[:, :, None] * mean[:, None]
        information[known] += weight[:, None, None] * fisher
    return score, information


def posteriors(
    judge: Judge, rows: Rows, k: int, *, blocks: NDArray[np.integer] | None = None, iterations: int = 1
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean (blocks, k) and covariance (blocks, k, k) of z under N(0, I) after all ratings of each block.

    A block is a persona unless `blocks` numbers the rows otherwise. One Gauss-Newton step from 0 by default: on
    people's later ratings a second full step did worse (5.06 against 4.97 nats): it overshoots where levels saturate.
    """
    index = rows.persona if blocks is None else blocks
    count = int(index.max()) + 1
    jacobian = make_jacobian(judge, k)
    mean: NDArray[np.float64] = np.zeros((count, k))
    covariance: NDArray[np.float64] = np.tile(np.eye(k), (count, 1, 1))
    for _ in range(iterations):
        gradient, precision = -mean.copy(), np.tile(np.eye(k), (count, 1, 1))
        for start in range(0, len(rows), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            at = index[chunk]
            spare = _CHUNK - len(at)  # one shape, so that it is compiled once
            tokens = np.pad(rows.tokens[chunk], ((0, spare), (0, 0)))
            z = np.pad(mean[at].astype(np.float32), ((0, spare), (0, 0)))
            logits, slopes = (np.asarray(part)[: len(at)] for part in jacobian(tokens, z))
            score, information = evidence(logits, slopes, rows.targets[chunk], rows.share[chunk])
            np.add.at(gradient, at, score)
            np.add.at(precision, at, information)
        covariance = np.linalg.inv(precision).astype(np.float64)
        mean += np.einsum("pkl,pl->pk", covariance, gradient)
    return mean, covariance


def prior_covariance(
    mean: NDArray[np.floating], covariance: NDArray[np.floating], rounds: int = 30
) -> NDArray[np.float64]:
    """Return the population's covariance of z about mean 0, by expectation maximisation.

    The posteriors were taken under N(0, I); what the ratings alone say of each block, a Gaussian of precision
    P^-1 - I, is kept and met with the covariance found so far.
    """
    k = mean.shape[1]
    precision = np.linalg.inv(covariance)
    pull = np.einsum("pkl,pl->pk", precision, mean)
    evidence_only = precision - np.eye(k)
    spread: NDArray[np.float64] = np.eye(k)
    for _ in range(rounds):
        after = np.linalg.inv(np.linalg.inv(spread) + evidence_only)
        centre = np.einsum("pkl,pl->pk", after, pull)
        spread = (np.einsum("pk,pl->kl", centre, centre) / len(mean) + after.mean(axis=0)).astype(np.float64)
        spread = (spread + spread.T) / 2
    return spread


def update(
    mean: NDArray[np.floating], covariance: NDArray[np.floating], prior: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Return posterior means taken under N(0, I) as they are under N(0, prior)."""
    precision = np.linalg.inv(covariance)
    pull = np.einsum("pkl,pl->pk", precision, mean)
    found: NDArray[np.float64] = np.linalg.solve(
        precision - np.eye(len(prior)) + np.linalg.inv(prior), pull[..., None]
    )[..., 0]
    return found
