"""Start the steering bases where personas pull a briefly trained network.

Latents learned from zero beside the weights converge slowly. So the network is first trained without steering; then,
for every persona, the gradient of its ratings' likelihood by a shift of the residual stream is taken, dimension by
dimension, and the leading singular vectors over personas become that dimension's directions.
"""

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from assistant.vocabulary import OUTPUT_GROUPS, STEERING_GROUPS

from .data import Rows
from .loss import group_losses
from .network import Network

type Array = jax.Array

_CHUNK = 256
_TARGET_SHIFT = 0.6
"""Standard deviation over personas, in logits, that a fresh direction should give its outputs."""
_START_SPREAD = 0.5
"""Standard deviation of the fresh latents: below 1, because gradients of few rows are noisy."""


type _Gradient = Callable[[Array, Array, Array], Array]


def _make_gradient(network: Network) -> _Gradient:
    """Return the gradient of chosen groups' log-likelihood by each row's shift, shape (rows, (layers - 1) * width)."""
    layers, _, width = network.basis.shape
    size = layers * width
    # With an identity basis z itself is the shift, so its gradient by row is what is wanted.
    identity = jnp.eye(size).reshape(size, layers, width).transpose(1, 0, 2)
    free = eqx.tree_at(lambda item: item.basis, network, identity)

    @jax.jit
    def gradient(tokens: Array, targets: Array, chosen: Array) -> Array:
        def likelihood(z: Array) -> Array:
            return -jnp.sum(group_losses(free.bag(tokens, z), targets) * chosen)

        return jax.grad(likelihood)(jnp.zeros((tokens.shape[0], size)))

    return gradient


def _persona_gradients(gradient: _Gradient, rows: Rows, dimension: str) -> NDArray[np.float64]:
    """Return each persona's summed gradient over the root of its rows, shape (personas, (layers - 1) * width)."""
    chosen = jnp.array([float(group.name in STEERING_GROUPS[dimension]) for group in OUTPUT_GROUPS])
    total: NDArray[np.float64] | None = None
    for start in range(0, len(rows), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        at = rows.persona[chunk]
        spare = _CHUNK - len(at)
        tokens = np.pad(rows.tokens[chunk], ((0, spare), (0, 0)))
        targets = np.pad(rows.targets[chunk], ((0, spare), (0, 0)), constant_values=-1)
        found = np.asarray(gradient(tokens, targets, chosen))[: len(at)]
        if total is None:
            total = np.zeros((len(rows.personas), found.shape[1]))
        np.add.at(total, at, found)
    assert total is not None, "there are rows to learn from"
    return total / np.sqrt(np.maximum(rows.counts, 1))[:, None]


_judge = eqx.filter_jit(lambda network, tokens, z: network.bag(tokens, z))


def _effect(network: Network, direction: NDArray[np.float64], tokens: NDArray[np.int32], outputs: Array) -> float:
    """Return the mean absolute shift of a dimension's logits by one unit along a direction."""
    layers, _, width = network.basis.shape
    basis = jnp.asarray(direction.reshape(layers, 1, width), jnp.float32)
    steered = eqx.tree_at(lambda item: item.basis, network, basis)
    rows = len(tokens)
    moved = _judge(steered, tokens, jnp.ones((rows, 1))) - _judge(steered, tokens, jnp.zeros((rows, 1)))
    return float(jnp.sum(jnp.abs(moved) * outputs) / (rows * jnp.sum(outputs)))


def warm_start(
    network: Network,
    rows: Rows,
    groups: tuple[str, ...],
    permitted: NDArray[np.float32],
) -> tuple[Network, NDArray[np.float32]]:
    """Return the network with a basis, and first latents of shape (personas, k)."""
    layers, _, width = network.basis.shape
    basis = np.zeros((layers * width, len(groups)))
    latents = np.zeros((len(rows.personas), len(groups)), np.float32)
    sample = rows.tokens[:: max(1, len(rows) // _CHUNK)][:_CHUNK]
    found = np.zeros((layers * width, 0))
    gradient = _make_gradient(network)
    for number, dimension in enumerate(STEERING_GROUPS):
        columns = [index for index, name in enumerate(groups) if name == dimension]
        if not columns:
            continue
        gradients = _persona_gradients(gradient, rows, dimension)
        gradients -= gradients.mean(axis=0)
        if dimension == "context":  # what it shares with content and moment has been given to those
            gradients -= gradients @ found @ found.T
        left, _, right = np.linalg.svd(gradients, full_matrices=False)
        for column, direction, pull in zip(columns, right, left.T, strict=False):
            effect = _effect(network, direction, sample, jnp.asarray(permitted[number]))
            basis[:, column] = direction * _TARGET_SHIFT / max(effect, 1e-6)
            latents[:, column] = pull / pull.std() * _START_SPREAD
        found = np.linalg.qr(np.concatenate([found, right[: len(columns)].T], axis=1))[0]
    shaped = basis.reshape(layers, width, len(groups)).transpose(0, 2, 1)
    return eqx.tree_at(lambda item: item.basis, network, jnp.asarray(shaped, jnp.float32)), latents
