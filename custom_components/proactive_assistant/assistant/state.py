"""What the assistant knows of one resident, and its form on disk."""

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from .engine import Floats, Prior
from .enums import Reply

STATE_VERSION: Final = 1
MAX_DIMENSIONS: Final = 32
"""As the steering file: the covariance of more would not fit into 8 KB."""
MAX_EFFECTS: Final = 128
"""More random effects than kinds, day parts and activities together; a larger file is not ours."""
MAX_NAME: Final = 64
"""Characters of an effect's key or a model id."""
MAX_NUMBER: Final = 1e6
"""No coefficient or covariance is larger; what is, would overflow in the first product."""


class StateError(ValueError):
    """Data that is not a resident's state; nothing of it is used."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """One random effect in logits: a Gaussian of its own."""

    mean: float
    variance: float


@dataclass(frozen=True, kw_only=True)
class ResidentState:
    """A resident's posterior; immutable, at most 8 KB as JSON."""

    model_id: str
    mean: Floats
    """Steering coefficients, shape (k,)."""
    covariance: Floats
    """Shape (k, k)."""
    effects: Mapping[str, Effect] = field(default_factory=lambda: MappingProxyType({}))
    """Random effects by key, such as `kind:opening_left` or `activity:media`."""
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Outcomes learned from, per reply."""
    loss_personal: float = 0.0
    """Recent mean log-loss of the steered model on this resident's replies, in nats."""
    loss_population: float = 0.0
    """The same for the unsteered model."""
    surprise: float = 0.0
    """Cumulative sum of the change detector."""
    updated: datetime | None = None

    @property
    def learned(self) -> int:
        """Return how many outcomes have been learned from."""
        return sum(self.counts.values())

    @property
    def trust(self) -> float:
        """Return how far to steer, 0 to 1: less when steering has predicted worse than the population.

        The never-worse rule of learning evidence 3.4 (conservative bandits): a margin of 0.02 nats is
        noise, beyond it the steering fades smoothly.
        """
        excess = self.loss_personal - self.loss_population - 0.02
        return 1.0 if excess <= 0 else math.exp(-8.0 * excess)


def new_state(model_id: str, prior: Prior) -> ResidentState:
    """Return the state of a resident nobody knows yet: the population prior."""
    return ResidentState(model_id=model_id, mean=prior.mean.copy(), covariance=prior.covariance.copy())


def _pack(values: Floats) -> str:
    return base64.b64encode(values.astype("<f4").tobytes()).decode()


def _unpack(text: object, shape: tuple[int, ...], name: str) -> Floats:
    if not isinstance(text, str):
        msg = f"{name} is not text"
        raise StateError(msg)
    try:
        raw = np.frombuffer(base64.b64decode(text, validate=True), "<f4").astype(np.float64)
    except ValueError as err:
        msg = f"{name} is not base64 of float32"
        raise StateError(msg) from err
    if raw.size != math.prod(shape) or not (np.abs(raw) <= MAX_NUMBER).all():
        msg = f"{name} has the wrong size or holds a number that is none, or too large"
        raise StateError(msg)
    return raw.reshape(shape)


def state_to_dict(state: ResidentState) -> dict[str, Any]:
    """Return the state as plain JSON data."""
    return {
        "version": STATE_VERSION,
        "model_id": state.model_id,
        "k": int(state.mean.size),
        "mean": _pack(state.mean),
        "covariance": _pack(state.covariance[np.tril_indices(state.mean.size)]),
        "effects": {
            key: [round(effect.mean, 5), round(effect.variance, 5)] for key, effect in sorted(state.effects.items())
        },
        "counts": dict(sorted(state.counts.items())),
        "loss": [round(state.loss_personal, 5), round(state.loss_population, 5)],
        "surprise": round(state.surprise, 5),
        "updated": state.updated.isoformat() if state.updated else None,
    }


def _finite(value: object, name: str, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        msg = f"{name} is not a number"
        raise StateError(msg)
    if not low <= value <= high:
        msg = f"{name} is out of bounds"
        raise StateError(msg)
    return float(value)


def _name(value: object, name: str) -> str:
    if not isinstance(value, str) or len(value) > MAX_NAME:
        msg = f"{name} is not a short text"
        raise StateError(msg)
    return value


def _counts(data: object) -> dict[str, int]:
    if not isinstance(data, dict) or not set(data) <= set(Reply):
        msg = "counts is not an object of replies"
        raise StateError(msg)
    counts = {str(reply): _finite(count, "count", 0, 1e9) for reply, count in data.items()}
    if not all(count.is_integer() for count in counts.values()):
        msg = "a count is not whole"
        raise StateError(msg)
    return {reply: int(count) for reply, count in counts.items()}


def _updated(text: object) -> datetime | None:
    if text is None:
        return None
    if not isinstance(text, str):
        msg = "updated is not text"
        raise StateError(msg)
    try:
        updated = datetime.fromisoformat(text)
    except ValueError as err:
        msg = "updated is not a time"
        raise StateError(msg) from err
    if updated.tzinfo is None:
        msg = "updated has no time zone"
        raise StateError(msg)
    return updated


def _effects(data: object) -> dict[str, Effect]:
    if not isinstance(data, dict) or len(data) > MAX_EFFECTS:
        msg = "effects is not a small object"
        raise StateError(msg)
    effects: dict[str, Effect] = {}
    for key, value in data.items():
        if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - mean and variance
            msg = "an effect is not a pair"
            raise StateError(msg)
        effects[_name(key, "effect")] = Effect(
            mean=_finite(value[0], "effect mean", -20, 20),
            variance=_finite(value[1], "effect variance", 0, 100),
        )
    return effects


def _covariance(data: Mapping[str, Any], k: int) -> Floats:
    lower = _unpack(data.get("covariance"), (k * (k + 1) // 2,), "covariance")
    covariance = np.zeros((k, k))
    covariance[np.tril_indices(k)] = lower
    covariance = covariance + np.tril(covariance, -1).T
    if k and np.linalg.eigvalsh(covariance).min() < -1e-6 * max(1.0, np.abs(lower).max()):  # rounding of float32
        msg = "covariance is not positive"
        raise StateError(msg)
    return covariance


def state_from_dict(data: object) -> ResidentState:
    """Return the state that plain JSON data describes.

    Raises StateError on anything that is not a whole, sane state of this version.
    """
    if not isinstance(data, dict) or data.get("version") != STATE_VERSION:
        msg = "not a resident state of this version"
        raise StateError(msg)
    k = data.get("k")
    if isinstance(k, bool) or not isinstance(k, int) or not 0 <= k <= MAX_DIMENSIONS:
        msg = "k is out of bounds"
        raise StateError(msg)
    loss = data.get("loss")
    if not isinstance(loss, list) or len(loss) != 2:  # noqa: PLR2004 - personal and population
        msg = "loss is not a pair"
        raise StateError(msg)
    return ResidentState(
        model_id=_name(data.get("model_id"), "model_id"),
        mean=_unpack(data.get("mean"), (k,), "mean"),
        covariance=_covariance(data, k),
        effects=_effects(data.get("effects")),
        counts=_counts(data.get("counts")),
        loss_personal=_finite(loss[0], "loss", -100, 100),
        loss_population=_finite(loss[1], "loss", -100, 100),
        surprise=_finite(data.get("surprise"), "surprise", 0, 1e6),
        updated=_updated(data.get("updated")),
    )
