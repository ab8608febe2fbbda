"""The population network in JAX: the same arithmetic as llama.cpp's architecture `llama`, with gradients.

Two things differ from a language model of that architecture. Only the judge token's position is read, so the last
block computes queries and feed-forward for that position alone. And the residual stream after every block from
block 1 on is shifted by B_l z of the row's persona, exactly where llama.cpp adds a control vector.

A fresh network's first block attends evenly to all tokens and its later blocks attend to nothing. Such a network is
a sum of embeddings followed by feed-forward layers, and `bag` computes it at the judge's position alone: the same
function at a fiftieth of the cost. Training starts there and lets attention in afterwards.
"""

from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp

from assistant.vocabulary import JUDGE_TOKEN, OUTPUT_COUNT, PREFIX_LENGTH, SUFFIX_LENGTH, VOCABULARY_SIZE

LENGTH = PREFIX_LENGTH + SUFFIX_LENGTH

type Array = jax.Array
type Tree = Any
"""A tree of arrays; JAX itself types trees no closer."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The size of a network."""

    width: int = 128
    layers: int = 4
    heads: int = 4
    hidden: int = 256
    k: int = 12
    """Steering coefficients."""
    epsilon: float = 1e-5
    rope_base: float = 10000.0


class Block(eqx.Module):
    """One decoder block; matrices have shape (out, in)."""

    attention_norm: Array
    query: Array
    key: Array
    value: Array
    attention_output: Array
    feed_forward_norm: Array
    gate: Array
    up: Array
    down: Array


class Network(eqx.Module):
    """Weights and steering bases; a call judges a batch of rows."""

    embedding: Array
    """Shape (VOCABULARY_SIZE, width); rows of output tokens are never read."""
    blocks: tuple[Block, ...]
    output_norm: Array
    output: Array
    """Shape (OUTPUT_COUNT, width)."""
    basis: Array
    """Shape (layers - 1, k, width)."""
    shape: Shape = eqx.field(static=True)

    def __call__(self, tokens: Array, z: Array) -> Array:
        """Return logits (rows, OUTPUT_COUNT) for tokens (rows, LENGTH) and z (rows, k)."""
        cosine, sine = rotary(self.shape)
        mask = jnp.where(jnp.tril(jnp.ones((LENGTH, LENGTH), bool)), 0.0, -jnp.inf)
        state = self.embedding[tokens]
        for index, block in enumerate(self.blocks):
            last = index == len(self.blocks) - 1
            read = slice(LENGTH - 1, LENGTH) if last else slice(0, LENGTH)
            state = _block(block, self.shape, state, read, (cosine, sine, mask))
            if index:
                state = state + (z @ self.basis[index - 1])[:, None]
        return self._read(state[:, 0])

    def bag(self, tokens: Array, z: Array) -> Array:
        """Return what a call would while block 0 attends evenly and later blocks attend to nothing."""
        first = self.blocks[0]
        normed = _normed(self.embedding, self.shape) * first.attention_norm
        table = normed @ first.value.T @ first.attention_output.T
        rows = jnp.arange(tokens.shape[0])[:, None]
        counts = jnp.zeros((tokens.shape[0], VOCABULARY_SIZE)).at[rows, tokens].add(1 / LENGTH)
        state = self.embedding[JUDGE_TOKEN] + counts @ table
        for index, block in enumerate(self.blocks):
            state = state + _feed_forward(block, self.shape, state)
            if index:
                state = state + z @ self.basis[index - 1]
        return self._read(state)

    def _read(self, state: Array) -> Array:
        return _normed(state, self.shape) * self.output_norm @ self.output.T


def rotary(shape: Shape) -> tuple[Array, Array]:
    """Return cosine and sine of every position and pair, each of shape (LENGTH, width / heads / 2)."""
    size = shape.width // shape.heads
    rates = shape.rope_base ** (-jnp.arange(0, size, 2) / size)
    angles = jnp.arange(LENGTH)[:, None] * rates
    return jnp.cos(angles), jnp.sin(angles)


def _normed(state: Array, shape: Shape) -> Array:
    return state * jax.lax.rsqrt(jnp.mean(state**2, axis=-1, keepdims=True) + shape.epsilon)


def _turned(flat: Array, shape: Shape, cosine: Array, sine: Array) -> Array:
    """Return (rows, positions, width) as (rows, heads, positions, size), pairs (2i, 2i + 1) turned by position."""
    rows, positions, _ = flat.shape
    pairs = flat.reshape(rows, positions, shape.heads, -1, 2).transpose(0, 2, 1, 3, 4)
    even, odd = pairs[..., 0], pairs[..., 1]
    turned = jnp.stack([even * cosine - odd * sine, even * sine + odd * cosine], axis=-1)
    return turned.reshape(rows, shape.heads, positions, -1)


def _block(block: Block, shape: Shape, state: Array, read: slice, tables: tuple[Array, Array, Array]) -> Array:
    """Return the residual stream after a block at the positions `read`."""
    cosine, sine, mask = tables
    rows = state.shape[0]
    normed = _normed(state, shape) * block.attention_norm
    keys = _turned(normed @ block.key.T, shape, cosine, sine)
    values = normed @ block.value.T
    values = values.reshape(rows, LENGTH, shape.heads, -1).transpose(0, 2, 1, 3)
    queries = _turned(normed[:, read] @ block.query.T, shape, cosine[read], sine[read])
    scores = queries @ keys.swapaxes(-1, -2) * (shape.width // shape.heads) ** -0.5
    mixed = jax.nn.softmax(scores + mask[read], axis=-1) @ values
    merged = mixed.transpose(0, 2, 1, 3).reshape(rows, -1, shape.width)
    state = state[:, read] + merged @ block.attention_output.T
    return state + _feed_forward(block, shape, state)


def _feed_forward(block: Block, shape: Shape, state: Array) -> Array:
    normed = _normed(state, shape) * block.feed_forward_norm
    inner = jax.nn.silu(normed @ block.gate.T) * (normed @ block.up.T)
    return inner @ block.down.T


def new_network(shape: Shape, key: Array) -> Network:
    """Return a network of random weights that is a bag of tokens still, and whose steering basis is zero."""
    keys = iter(jax.random.split(key, 2 + 7 * shape.layers))
    width, hidden = shape.width, shape.hidden

    def matrix(out: int, into: int, gain: float = 1.0) -> Array:
        return jax.random.normal(next(keys), (out, into)) * gain * into**-0.5

    def block(index: int) -> Block:
        return Block(
            attention_norm=jnp.ones(width),
            query=matrix(width, width, 1.0 if index else 0.0),
            key=matrix(width, width),
            value=matrix(width, width),
            # The mean of LENGTH unrelated vectors is short; the gain makes up for it.
            attention_output=matrix(width, width, 0.0 if index else LENGTH**0.5 / 2),
            feed_forward_norm=jnp.ones(width),
            gate=matrix(hidden, width),
            up=matrix(hidden, width),
            down=matrix(width, hidden, (2 * shape.layers) ** -0.5),
        )

    return Network(
        embedding=jax.random.normal(next(keys), (VOCABULARY_SIZE, width)) * 0.5,
        output=matrix(OUTPUT_COUNT, width, 0.2),
        blocks=tuple(block(index) for index in range(shape.layers)),
        output_norm=jnp.ones(width),
        basis=jnp.zeros((shape.layers - 1, shape.k, width)),
        shape=shape,
    )


def parameter_count(network: Network) -> int:
    """Return how many numbers the weights hold, the steering basis not counted."""
    leaves = jax.tree.leaves(eqx.filter(network, eqx.is_array))
    return sum(leaf.size for leaf in leaves) - network.basis.size
