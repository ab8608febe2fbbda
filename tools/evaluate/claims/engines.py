"""Engines for comparing many learners on one person's looks: quick, or lacking a part of another.

All learners of a person judge the same looks. What of a look no steering changes, everything before the end of
layer 1, is computed once; and all looks between two outcomes are judged in one pass. The numbers are those of the
engine that ships, which a test holds them against.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.encoding import encode_moment, encode_suggestion
from assistant.engine import Engine, Floats, Prior, Tokens
from assistant.model_files import Model
from assistant.numpy_engine import NumpyEngine
from assistant.vocabulary import PREFIX_LENGTH, SUFFIX_LENGTH

from .trace import Look, Trace

LENGTH = PREFIX_LENGTH + SUFFIX_LENGTH
_CHUNK = 64
"""Looks in one pass: more do not fit into a processor's cache."""

type Ints = NDArray[np.int64]


def tokens_of(trace: Trace) -> Ints:
    """Return the tokens of every look, shape (looks, LENGTH)."""
    rows = [
        encode_moment(look.moment) + encode_suggestion(look.moment, look.suggestion, look.person)
        for look in trace.looks
    ]
    return np.array(rows, np.int64).reshape(len(rows), LENGTH)


class LookEngine(Engine, Protocol):
    """An engine that also judges several looks of one person, of many moments, at once."""

    def rows(self, looks: Sequence[Look], z: Floats) -> Floats:
        """Return raw logits (looks, OUTPUT_COUNT) under one steering vector (k,)."""


class Plain:
    """Any engine, look by look."""

    def __init__(self, engine: Engine, trace: Trace) -> None:
        self._engine = engine
        self._tokens = tokens_of(trace)
        self.name = engine.name
        self.model_id = engine.model_id
        self.prior = engine.prior

    def logits(self, prefix: Tokens, suffixes: Tokens, z: Floats) -> Floats:
        """Judge as the engine does."""
        return self._engine.logits(prefix, suffixes, z)

    def rows(self, looks: Sequence[Look], z: Floats) -> Floats:
        """Return raw logits (looks, OUTPUT_COUNT) under one steering vector (k,)."""
        chosen = self._tokens[[look.number for look in looks]]
        found = [self.logits(row[:PREFIX_LENGTH], row[None, PREFIX_LENGTH:], z[None])[0] for row in chosen]
        return np.concatenate(found)


class Remembering(NumpyEngine):
    """The numpy engine, which remembers of one person's looks what no steering changes."""

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        causal = np.tril(np.ones((LENGTH, LENGTH), bool))
        self._whole_mask = np.where(causal, np.float32(0), np.float32(-np.inf))
        self._places: dict[bytes, int] = {}
        self._stems: NDArray[np.float32] = np.zeros((0, LENGTH, self._width), np.float32)

    def remember(self, trace: Trace) -> None:
        """Forget whoever came before, and read this person's looks."""
        tokens = tokens_of(trace)
        # Two looks with the same tokens are the same to the model.
        self._places = {row.tobytes(): place for place, row in enumerate(tokens)}
        parts = [self._stem(tokens[at : at + _CHUNK]) for at in range(0, len(tokens), _CHUNK)]
        self._stems = np.concatenate(parts) if parts else self._stems[:0]

    def _stem(self, tokens: Ints) -> NDArray[np.float32]:
        state = self._embedding[tokens][None]
        for block in self._blocks[:2]:
            state = self._whole_block(block, state, last=False)
        return np.asarray(state[0])

    def _whole_block(self, block: object, state: NDArray[np.float32], *, last: bool) -> NDArray[np.float32]:
        """Return the residual stream (b, n, positions, width) after a block, its last position alone if `last`."""
        normed = self._normed(state)
        keys, values = self._keys_values(block, normed, self._cosine, self._sine)  # type: ignore[arg-type]
        read = slice(LENGTH - 1, LENGTH) if last else slice(0, LENGTH)
        queries = self._split(normed[:, :, read] @ block.query)  # type: ignore[attr-defined]
        scores = self._turned(queries, self._cosine[read], self._sine[read]) @ keys.swapaxes(-1, -2)
        scores += self._whole_mask[read]
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        return self._finished(block, state[:, :, read], scores @ values)  # type: ignore[arg-type]

    def _tail(self, places: Ints, z: Floats) -> Floats:
        """Return raw logits (b, n, OUTPUT_COUNT) of remembered looks under b steering vectors."""
        shifts = self._model.shifts(z)
        state = self._stems[places][None] + shifts[:, 0, None, None]
        rest = self._blocks[2:]
        for index, block in enumerate(rest, start=2):
            state = self._whole_block(block, state, last=block is rest[-1])
            state = state + shifts[:, index - 1, None, None]
        outputs: Floats = (self._normed(state[:, :, -1]) @ self._output).astype(np.float64)
        return outputs

    def logits(self, prefix: Tokens, suffixes: Tokens, z: Floats) -> Floats:
        """Judge as the engine does; a remembered look takes the short way."""
        if len(suffixes) == 1:
            place = self._places.get(np.concatenate([prefix, suffixes[0]]).astype(np.int64).tobytes())
            if place is not None:
                return self._tail(np.array([place]), z)
        return super().logits(prefix, suffixes, z)

    def rows(self, looks: Sequence[Look], z: Floats) -> Floats:
        """Return raw logits (looks, OUTPUT_COUNT) of remembered looks under one steering vector (k,)."""
        places = np.array([look.number for look in looks])
        return np.concatenate(
            [self._tail(places[at : at + _CHUNK], z[None])[0] for at in range(0, len(places), _CHUNK)]
        )


class View:
    """An engine with another prior, or with some of its directions alone."""

    def __init__(self, engine: LookEngine, prior: Prior, kept: Sequence[int] | None = None) -> None:
        """Serve through an engine; `prior` is of the kept directions, of all when `kept` is None."""
        self._engine = engine
        self._kept = kept
        self.name = engine.name
        self.model_id = engine.model_id
        self.prior = prior

    def _whole(self, z: Floats) -> Floats:
        if self._kept is None:
            return z
        whole = np.tile(self._engine.prior.mean, (len(z), 1))
        whole[:, list(self._kept)] = z
        return whole

    def logits(self, prefix: Tokens, suffixes: Tokens, z: Floats) -> Floats:
        """Judge as the whole engine does, with the population's coefficients in place of those that lack."""
        return self._engine.logits(prefix, suffixes, self._whole(z))

    def rows(self, looks: Sequence[Look], z: Floats) -> Floats:
        """Return raw logits (looks, OUTPUT_COUNT), likewise."""
        return self._engine.rows(looks, self._whole(z[None])[0])


def with_directions(engine: LookEngine, kept: Sequence[int]) -> LookEngine:
    """Return the engine with some of its directions alone."""
    prior, places = engine.prior, list(kept)
    part = replace(
        prior,
        mean=prior.mean[places],
        covariance=prior.covariance[np.ix_(places, places)],
        groups=tuple(prior.groups[place] for place in places),
    )
    return View(engine, part, places)


def without_effects(engine: LookEngine) -> LookEngine:
    """Return the engine without random effects."""
    return View(engine, replace(engine.prior, random_effect_sd={}))


def with_prior(engine: LookEngine, mean: Floats, covariance: Floats) -> LookEngine:
    """Return the engine with another Gaussian prior of its coefficients."""
    return View(engine, replace(engine.prior, mean=mean, covariance=covariance))


def with_drift(engine: LookEngine, drift: float) -> LookEngine:
    """Return the engine with another share of a person's distance left after a day."""
    return View(engine, replace(engine.prior, drift=drift))
