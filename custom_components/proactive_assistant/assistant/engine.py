"""The one interface every engine has, and the prior that ships with it."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Tokens = NDArray[np.int64]


class EngineError(Exception):
    """An engine cannot serve; the message says why in one line."""


class ModelFileError(EngineError):
    """A model file is damaged, truncated, oversized or foreign."""


@dataclass(frozen=True, kw_only=True)
class Prior:
    """The population as a resident's prior: z ~ N(mean, covariance)."""

    mean: Floats
    """Shape (k,)."""
    covariance: Floats
    """Shape (k, k)."""
    groups: tuple[str, ...]
    """The preference dimension of every coordinate, length k."""
    random_effect_sd: dict[str, float]
    """Standard deviation, in logits, of the random effects: kind, day_part, activity, person."""
    temperatures: dict[str, float]
    """Divisor of the logits of every output group."""
    drift: float
    """Share of the distance to the prior mean that remains after a day, 0 to 1."""


class Engine(Protocol):
    """Something that turns tokens and steering coefficients into logits."""

    @property
    def name(self) -> str:
        """Return a short name for diagnostics: `table`, `numpy` or `llama`."""

    @property
    def model_id(self) -> str:
        """Return the identity of weights, basis and vocabulary together."""

    @property
    def prior(self) -> Prior:
        """Return the population prior that belongs to the weights."""

    def logits(self, prefix: Tokens, suffixes: Tokens, z: Floats) -> Floats:
        """Judge n suggestions at one moment under b steering vectors.

        prefix has shape (PREFIX_LENGTH,), suffixes (n, SUFFIX_LENGTH), z (b, k).
        Returns raw logits, shape (b, n, OUTPUT_COUNT). Raises EngineError.
        """
