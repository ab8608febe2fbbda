"""The shipped model: weights and steering together, checked against one another."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .engine import EngineError, Floats, Tokens
from .steering_file import Steering, read_steering
from .vocabulary import PREFIX_LENGTH, SUFFIX_LENGTH, VOCABULARY_ID, VOCABULARY_SIZE
from .weights import Weights, read_weights

MODEL_DIR: Final = Path(__file__).parent / "model"
WEIGHTS_FILE: Final = "population.gguf"
STEERING_FILE: Final = "steering.npz"

MAX_SUGGESTIONS: Final = 64
"""Suggestions in one call; a home has far fewer open at once."""
MAX_VECTORS: Final = 64
"""Steering vectors in one call; a learning step needs k + 1."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """A network, its steering, and the identity of both."""

    path: Path
    """Of the GGUF file."""
    weights: Weights
    steering: Steering

    @property
    def model_id(self) -> str:
        """Return the identity of weights, steering and vocabulary together."""
        parts = (self.weights.sha256, self.steering.sha256, VOCABULARY_ID)
        return hashlib.sha256(":".join(parts).encode()).hexdigest()[:16]

    def shifts(self, z: Floats) -> NDArray[np.float32]:
        """Return what z (b, k) adds after layers 1, 2, …; shape (b, layers - 1, width)."""
        shifts: NDArray[np.float32] = np.einsum("bk,lkw->blw", z.astype(np.float32), self.steering.basis)
        return shifts


def load_model(directory: Path | None = None) -> Model:
    """Return the model of a directory, the shipped one by default.

    Raises ModelFileError when a file is absent, damaged, or belongs to another vocabulary or other weights.
    """
    directory = directory or MODEL_DIR
    weights = read_weights(directory / WEIGHTS_FILE)
    steering = read_steering(
        directory / STEERING_FILE,
        gguf_sha256=weights.sha256,
        layers=len(weights.layers),
        width=weights.width,
    )
    return Model(path=directory / WEIGHTS_FILE, weights=weights, steering=steering)


def _check_tokens(name: str, tokens: Tokens) -> None:
    if tokens.dtype.kind not in "iu":
        raise EngineError(f"{name} are not integers")
    if tokens.size and not 0 <= int(tokens.min()) <= int(tokens.max()) < VOCABULARY_SIZE:
        raise EngineError(f"{name} hold a token outside the vocabulary")


def check_call(prefix: Tokens, suffixes: Tokens, z: Floats, dimensions: int) -> None:
    """Check the arguments of `Engine.logits`; raises EngineError naming the one that is wrong."""
    if prefix.shape != (PREFIX_LENGTH,):
        raise EngineError(f"prefix has shape {prefix.shape}, not {(PREFIX_LENGTH,)}")
    if suffixes.ndim != 2 or suffixes.shape[1] != SUFFIX_LENGTH:  # noqa: PLR2004 - two axes
        raise EngineError(f"suffixes have shape {suffixes.shape}, not (n, {SUFFIX_LENGTH})")
    if z.ndim != 2 or z.shape[1] != dimensions:  # noqa: PLR2004 - two axes
        raise EngineError(f"z has shape {z.shape}, not (b, {dimensions})")
    if len(suffixes) > MAX_SUGGESTIONS or len(z) > MAX_VECTORS:
        raise EngineError(f"{len(suffixes)} suggestions under {len(z)} vectors are too many at once")
    if not np.isfinite(z).all():
        raise EngineError("z is not finite")
    _check_tokens("prefix tokens", prefix)
    _check_tokens("suffix tokens", suffixes)
