"""The engine that always works: the network's forward pass in numpy.

It follows llama.cpp's graph for architecture `llama` (pre-norm RMSNorm, rotary attention, SwiGLU), so both give the
same numbers. What makes it quick is what it leaves out:

- a moment's tokens are shared by all suggestions, so their keys and values are kept per (moment, z);
- nothing before the end of layer 1 depends on z, so it is computed once for all steering vectors;
- only the last position is judged, so the last layer computes one query, and one feed-forward, per suggestion;
- norm weights and the attention scale are folded into the matrices that follow them, and the rows of queries and
  keys are reordered so that rotary pairs lie half a head apart, which leaves every dot product as it was.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .engine import Floats, Prior, Tokens
from .model_files import Model, check_call
from .vocabulary import FIRST_OUTPUT_TOKEN, OUTPUT_COUNT, PREFIX_LENGTH, SUFFIX_LENGTH
from .weights import LayerWeights, Weights

type Array = NDArray[np.float32]

_CACHED_MOMENTS: Final = 8
"""Prefixes kept: the moment judged now for each resident of a large household."""
_LENGTH: Final = PREFIX_LENGTH + SUFFIX_LENGTH


@dataclass(frozen=True, kw_only=True)
class _Block:
    """A decoder block ready to run; matrices have shape (in, out)."""

    query: Array
    key_value: Array
    attention_output: Array
    gate_up: Array
    down: Array


@dataclass(frozen=True, kw_only=True)
class _Memory:
    """Keys and values of a moment's tokens at one layer, shape (b or 1, heads, width/heads, tokens) and transposed."""

    keys: Array
    values: Array


def _half_split(width: int, heads: int) -> NDArray[np.intp]:
    """Return the row order that moves a head's rotary pairs (2i, 2i+1) to (i, i + half)."""
    rows = np.arange(width).reshape(heads, -1)
    order: NDArray[np.intp] = np.concatenate([rows[:, 0::2], rows[:, 1::2]], axis=1).ravel()
    return order


def _block(layer: LayerWeights, heads: int) -> _Block:
    width = len(layer.attention_norm)
    order = _half_split(width, heads)
    scale = np.float32((width // heads) ** -0.5)
    norm = layer.attention_norm
    return _Block(
        query=np.ascontiguousarray((layer.query[order] * norm * scale).T),
        key_value=np.ascontiguousarray(np.concatenate([layer.key[order] * norm, layer.value * norm]).T),
        attention_output=np.ascontiguousarray(layer.attention_output.T),
        gate_up=np.ascontiguousarray(np.concatenate([layer.gate, layer.up]).T * layer.feed_forward_norm[:, None]),
        down=np.ascontiguousarray(layer.down.T),
    )


def _rotary(weights: Weights) -> tuple[Array, Array]:
    """Return cosine and signed sine of every position, each of shape (positions, width / heads)."""
    size = weights.width // weights.heads
    rates = weights.rope_base ** (-np.arange(0, size, 2, dtype=np.float64) / size)
    angles = np.arange(_LENGTH, dtype=np.float64)[:, None] * rates
    cosine, sine = np.cos(angles), np.sin(angles)
    return (
        np.concatenate([cosine, cosine], axis=1).astype(np.float32),
        np.concatenate([-sine, sine], axis=1).astype(np.float32),
    )


def _softmax(scores: Array) -> Array:
    """Return the softmax over the last axis; overwrites its argument."""
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return scores


class NumpyEngine:
    """The population network in numpy, float32 throughout. Safe to call from several threads."""

    name = "numpy"

    def __init__(self, model: Model) -> None:
        """Lay the weights out for a quick forward pass."""
        weights = model.weights
        self._model = model
        self._id = model.model_id
        self._heads = weights.heads
        self._width = weights.width
        self._epsilon = np.float32(weights.epsilon)
        self._embedding = weights.embedding
        self._blocks = tuple(_block(layer, weights.heads) for layer in weights.layers)
        self._cosine, self._sine = _rotary(weights)
        rows = weights.output[FIRST_OUTPUT_TOKEN : FIRST_OUTPUT_TOKEN + OUTPUT_COUNT]
        self._output = np.ascontiguousarray((rows * weights.output_norm).T)
        causal = np.tril(np.ones((SUFFIX_LENGTH, SUFFIX_LENGTH), bool))
        self._mask = np.where(causal, np.float32(0), np.float32(-np.inf))
        causal = np.tril(np.ones((PREFIX_LENGTH, PREFIX_LENGTH), bool))
        self._prefix_mask = np.where(causal, np.float32(0), np.float32(-np.inf))
        self._memories: OrderedDict[bytes, tuple[_Memory, ...]] = OrderedDict()
        self._lock = Lock()

    @property
    def model_id(self) -> str:
        """Return the identity of weights, basis and vocabulary together."""
        return self._id

    @property
    def prior(self) -> Prior:
        """Return the population prior that belongs to the weights."""
        return self._model.steering.prior

    def logits(self, prefix: Tokens, suffixes: Tokens, z: Floats) -> Floats:
        """Judge n suggestions at one moment under b steering vectors.

        prefix has shape (PREFIX_LENGTH,), suffixes (n, SUFFIX_LENGTH), z (b, k).
        Returns raw logits, shape (b, n, OUTPUT_COUNT). Raises EngineError for arguments of another shape.
        """
        check_call(prefix, suffixes, z, self._model.steering.dimensions)
        count = len(suffixes)
        if not count or not len(z):
            return np.zeros((len(z), count, OUTPUT_COUNT))
        shifts = self._model.shifts(z)
        memories = self._moment(prefix, z, shifts)
        state = self._embedding[suffixes][None]
        for index, (block, memory) in enumerate(zip(self._blocks, memories, strict=True)):
            last = index == len(self._blocks) - 1
            state = self._suffix_block(block, memory, state, last=last)
            if index:
                state = state + shifts[:, index - 1, None, None]
        outputs: Floats = (self._normed(state[:, :, 0]) @ self._output).astype(np.float64)
        return outputs

    def _moment(self, prefix: Tokens, z: Floats, shifts: Array) -> tuple[_Memory, ...]:
        """Return the keys and values of a moment under each steering vector, from the cache when there."""
        key = prefix.astype(np.int64).tobytes() + z.astype(np.float64).tobytes()
        with self._lock:
            memories = self._memories.get(key)
            if memories is not None:
                self._memories.move_to_end(key)
                return memories
        memories = self._read_moment(prefix, shifts)
        with self._lock:
            self._memories[key] = memories
            while len(self._memories) > _CACHED_MOMENTS:
                self._memories.popitem(last=False)
        return memories

    def _read_moment(self, prefix: Tokens, shifts: Array) -> tuple[_Memory, ...]:
        cosine, sine = self._cosine[:PREFIX_LENGTH], self._sine[:PREFIX_LENGTH]
        state = self._embedding[prefix][None, None]
        memories = []
        for index, block in enumerate(self._blocks):
            normed = self._normed(state)
            keys, values = self._keys_values(block, normed, cosine, sine)
            memories.append(
                _Memory(
                    keys=np.ascontiguousarray(keys[:, 0].swapaxes(-1, -2)),
                    values=np.ascontiguousarray(values[:, 0]),
                )
            )
            if index == len(self._blocks) - 1:
                break
            queries = self._turned(self._split(normed @ block.query), cosine, sine)
            scores = queries @ keys.swapaxes(-1, -2)
            scores += self._prefix_mask
            state = self._finished(block, state, _softmax(scores) @ values)
            if index:
                state = state + shifts[:, index - 1, None, None]
        return tuple(memories)

    def _suffix_block(self, block: _Block, memory: _Memory, state: Array, *, last: bool) -> Array:
        """Return the residual stream (b, n, positions, width) after a block, its last position alone if `last`."""
        cosine, sine = self._cosine[PREFIX_LENGTH:], self._sine[PREFIX_LENGTH:]
        normed = self._normed(state)
        keys, values = self._keys_values(block, normed, cosine, sine)
        mask = self._mask
        if last:
            state, normed, mask = state[:, :, -1:], normed[:, :, -1:], mask[-1:]
            cosine, sine = cosine[-1:], sine[-1:]
        queries = self._turned(self._split(normed @ block.query), cosine, sine)
        own = queries @ keys.swapaxes(-1, -2)
        own += mask
        past = queries @ memory.keys[:, None]
        weights = _softmax(np.concatenate([past, own], axis=-1))
        mixed = weights[..., PREFIX_LENGTH:] @ values
        mixed += weights[..., :PREFIX_LENGTH] @ memory.values[:, None]
        return self._finished(block, state, mixed)

    def _finished(self, block: _Block, state: Array, mixed: Array) -> Array:
        """Return the residual stream after a block, from what its heads read, shape (b, n, heads, positions, size)."""
        merged = mixed.swapaxes(-2, -3).reshape(*state.shape[:2], state.shape[2], self._width)
        state = state + merged @ block.attention_output
        both = self._normed(state) @ block.gate_up
        gate, up = np.split(both, 2, axis=-1)
        # Below -80 the gate is shut in float32 anyway; the bound keeps exp from overflowing.
        inner: Array = gate * up / (np.float32(1) + np.exp(np.minimum(-gate, np.float32(80))))
        return state + inner @ block.down

    def _normed(self, state: Array) -> Array:
        """Return the stream over its root mean square; the norm's weights are folded into the next matrix."""
        squares: Array = np.einsum("...w,...w->...", state, state)
        means: Array = squares / np.float32(self._width) + self._epsilon
        roots: Array = np.sqrt(means)
        return state / roots[..., None]

    def _keys_values(self, block: _Block, normed: Array, cosine: Array, sine: Array) -> tuple[Array, Array]:
        keys, values = np.split(normed @ block.key_value, 2, axis=-1)
        return self._turned(self._split(keys), cosine, sine), self._split(values)

    def _split(self, flat: Array) -> Array:
        """Return (b, n, positions, width) as (b, n, heads, positions, width / heads)."""
        return flat.reshape(*flat.shape[:-1], self._heads, -1).swapaxes(-2, -3)

    def _turned(self, split: Array, cosine: Array, sine: Array) -> Array:
        """Return queries or keys turned by their positions (rotary embedding, half-split order)."""
        half = split.shape[-1] // 2
        swapped: Array = np.concatenate([split[..., half:], split[..., :half]], axis=-1)
        turned: Array = split * cosine
        turned += swapped * sine
        return turned
