"""Read `steering.npz`: the basis, the population's prior and what calibrates the logits."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .effects import PERSON_SD
from .engine import ModelFileError, Prior
from .gguf_file import read_bytes
from .vocabulary import OUTPUT_GROUPS, STEERING_GROUPS, VOCABULARY_ID

MAX_FILE_BYTES: Final = 2 * 2**20
MAX_DIMENSIONS: Final = 32
"""Coordinates of z; a learning step costs one pass more than this."""

RANDOM_EFFECTS: Final = ("kind", "day_part", "activity")
"""Those whose spread the simulated population tells."""


@dataclass(frozen=True, kw_only=True)
class Steering:
    """Everything that turns steering coefficients into a shift of the residual stream."""

    basis: NDArray[np.float32]
    """Shape (layers - 1, k, width): row l - 1 is added after layer l, as llama.cpp counts them."""
    prior: Prior
    sha256: str

    @property
    def dimensions(self) -> int:
        """Return k, the number of steering coefficients."""
        return int(self.basis.shape[1])


def _array(archive: Mapping[str, Any], name: str, shape: tuple[int | None, ...]) -> NDArray[np.float64]:
    array = np.asarray(archive[name])
    fits = array.ndim == len(shape) and all(
        wanted in (None, length) for wanted, length in zip(shape, array.shape, strict=True)
    )
    if not fits or array.dtype.kind != "f" or not np.isfinite(array).all():
        raise ModelFileError(f"steering.npz has no usable {name}")
    return array.astype(np.float64)


def _text(archive: Mapping[str, Any], name: str) -> str:
    array = np.asarray(archive[name])
    if array.dtype.kind != "U" or array.ndim:
        raise ModelFileError(f"steering.npz has no usable {name}")
    return str(array)


def _prior(archive: Mapping[str, Any], k: int) -> Prior:
    covariance = _array(archive, "prior_covariance", (k, k))
    if not np.allclose(covariance, covariance.T) or np.linalg.eigvalsh(covariance)[0] <= 0:
        raise ModelFileError("steering.npz has a prior covariance that is not positive definite")
    groups = tuple(_text({"groups": name}, "groups") for name in np.asarray(archive["groups"]))
    if len(groups) != k or not set(groups) <= set(STEERING_GROUPS):
        raise ModelFileError("steering.npz names preference dimensions that are not ours")
    effects = _array(archive, "random_effect_sd", (len(RANDOM_EFFECTS),))
    temperatures = _array(archive, "temperatures", (len(OUTPUT_GROUPS),))
    drift = float(_array(archive, "drift", ()))
    if (effects < 0).any() or (temperatures <= 0).any() or not 0 < drift <= 1:
        raise ModelFileError("steering.npz holds a deviation, temperature or drift out of range")
    return Prior(
        mean=_array(archive, "prior_mean", (k,)),
        covariance=covariance,
        groups=groups,
        random_effect_sd={**dict(zip(RANDOM_EFFECTS, effects.tolist(), strict=True)), "person": PERSON_SD},
        temperatures=dict(zip((group.name for group in OUTPUT_GROUPS), temperatures.tolist(), strict=True)),
        drift=drift,
    )


def parse_steering(data: bytes, *, gguf_sha256: str, layers: int, width: int) -> Steering:
    """Return the steering that belongs to a network of so many layers and such a width.

    Raises ModelFileError when the bytes are damaged, or belong to other weights or another vocabulary.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(item.file_size for item in packed.infolist()) > MAX_FILE_BYTES:
                raise ModelFileError("steering.npz unpacks to more than it may hold")
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            if _text(archive, "vocabulary_id") != VOCABULARY_ID:
                raise ModelFileError("steering.npz was made for another vocabulary")
            if _text(archive, "gguf_sha256") != gguf_sha256:
                raise ModelFileError("steering.npz belongs to other weights")
            basis = _array(archive, "basis", (layers - 1, None, width))
            k = basis.shape[1]
            if not 1 <= k <= MAX_DIMENSIONS:
                raise ModelFileError(f"steering.npz has {k} directions")
            prior = _prior(archive, k)
    except ModelFileError:
        raise
    except Exception as error:
        raise ModelFileError(f"steering.npz is damaged: {error}") from error
    return Steering(basis=basis.astype(np.float32), prior=prior, sha256=hashlib.sha256(data).hexdigest())


def read_steering(path: Path, *, gguf_sha256: str, layers: int, width: int) -> Steering:
    """Return the steering stored at a path.

    Raises ModelFileError when the file is absent, damaged, oversized, or not of these weights.
    """
    data = read_bytes(path, MAX_FILE_BYTES)
    return parse_steering(data, gguf_sha256=gguf_sha256, layers=layers, width=width)
