"""What ships beside the weights: temperatures, the prior of z, random-effect variances and the drift of people."""

from dataclasses import dataclass
from typing import Any, Final

import equinox as eqx
import numpy as np
from numpy.typing import NDArray

from assistant.effects import DAY_PARTS, day_part
from assistant.engine import Prior
from assistant.vocabulary import (
    FIRST_OUTPUT,
    FIRST_TOKEN,
    MOMENT_FIELDS,
    OUTPUT_GROUPS,
    PREFIX_LENGTH,
    token_text,
)

from .data import Rows
from .latents import posteriors, prior_covariance, update
from .loop import cold_logits
from .network import Network
from .steering_layout import groups_of
from .worth import steered_logits

_TEMPERATURES: Final = np.exp(np.linspace(np.log(0.5), np.log(2.0), 121))
_BLOCKS: Final = 4
"""Parts of the simulated weeks between which drift is measured."""
_DRIFT_BOUNDS: Final = (0.95, 0.998)
"""Learning evidence 3.4 found forgetting by 0.998 a decision nearly free, and none at all costly after a change."""
_FIELD: Final = {field.name: place for place, field in enumerate(MOMENT_FIELDS)}

type Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How many personas the slower estimates are taken from."""

    latents: int = 60
    drift: int = 40


def _log_softmax(scores: Floats) -> Floats:
    scores = scores - scores.max(axis=1, keepdims=True)
    logs: Floats = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return logs


def temperatures(logits: NDArray[np.floating], targets: NDArray[np.integer]) -> dict[str, float]:
    """Return the divisor of every output group's logits that makes ratings of other people likeliest."""
    found = {}
    for index, group in enumerate(OUTPUT_GROUPS):
        known = targets[:, index] >= 0
        first = FIRST_OUTPUT[group.name]
        if not known.any():  # a handful of personas may have no speaker among them
            found[group.name] = 1.0
            continue
        scores = logits[known, first : first + len(group.values)].astype(np.float64)
        picked = (np.arange(len(scores)), targets[known, index])
        losses = [-_log_softmax(scores / value)[picked].mean() for value in _TEMPERATURES]
        found[group.name] = float(_TEMPERATURES[int(np.argmin(losses))])
    return found


def _yes(logits: Floats, group: str, temperature: float) -> Floats:
    first = FIRST_OUTPUT[group]
    yes: Floats = 1 / (1 + np.exp((logits[:, first] - logits[:, first + 1]) / temperature))
    return yes


def effect_sd(score: Floats, information: Floats, groups: NDArray[np.integer]) -> float:
    """Return the standard deviation, in logits, of a random intercept shared by the rows of a group.

    A group's score S has variance I + s^2 I^2 for information I and effect variance s^2, so the moment estimate is
    (sum S^2 - sum I) / sum I^2, not below zero. `score` is y - p and `information` p (1 - p), by row.
    """
    _, index = np.unique(groups, return_inverse=True)
    s, i = np.bincount(index, score), np.bincount(index, information)
    variance = float((np.sum(s**2) - np.sum(i)) / np.sum(i**2))
    return max(0.0, variance) ** 0.5


def day_parts(times: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return the number of the day part of every time token, -1 where the time is not known."""
    tokens, index = np.unique(times, return_inverse=True)
    parts = [
        -1 if token == FIRST_TOKEN["time"] else DAY_PARTS.index(day_part(int(token_text(token, "time")[:2])))
        for token in tokens.tolist()
    ]
    return np.array(parts, np.int64)[index]


def random_effects(logits: Floats, rows: Rows, scale: dict[str, float]) -> dict[str, float]:
    """Return what is left between people, by kind, day part and activity, once their z is known."""
    # Sure and unsure of the same activity are one habit of a person.
    activity = (rows.tokens[:, _FIELD["activity"]] - FIRST_TOKEN["activity"] + 1) // 2
    shared: dict[str, tuple[str, NDArray[Any]]] = {
        "kind": ("content", rows.tokens[:, PREFIX_LENGTH]),
        "day_part": ("moment", day_parts(rows.tokens[:, _FIELD["time"]])),
        "activity": ("moment", activity),
    }
    found = {}
    for name, (output, levels) in shared.items():
        p = _yes(logits, output, scale[output])
        rated = rows.targets[:, [group.name for group in OUTPUT_GROUPS].index(output)]
        known = rated >= 0
        key = rows.persona.astype(np.int64) * 4096 + levels
        share = rows.share.astype(np.float64) if output == "content" else np.ones(len(p))
        found[name] = effect_sd((share * (rated - p))[known], (share * p * (1 - p))[known], key[known])
    return found


def drift_rate(judge: Any, rows: Rows, k: int) -> float:
    """Return the share of a person's distance to the population that is left after a day.

    z is estimated apart in four parts of the simulated time; errors of different parts are independent, so the
    cross products fall off with the distance of the parts as the person's own change does.
    """
    days = int(rows.session.max()) + 1
    part = rows.session * _BLOCKS // days
    mean, _ = posteriors(judge, rows, k, blocks=rows.persona * _BLOCKS + part)
    full = np.zeros((len(rows.personas) * _BLOCKS, k))
    full[: len(mean)] = mean
    blocks = full.reshape(-1, _BLOCKS, k)
    near = np.mean([np.sum(blocks[:, i] * blocks[:, i + 1]) for i in range(_BLOCKS - 1)])
    far = np.sum(blocks[:, 0] * blocks[:, -1])
    if near <= 0 or far <= 0:
        return _DRIFT_BOUNDS[0]
    apart = (_BLOCKS - 2) * days / _BLOCKS
    return float(np.clip((far / near) ** (1 / apart), *_DRIFT_BOUNDS))


def prior_of(network: Network, train: Rows, validation: Rows, budget: Budget) -> Prior:
    """Return everything about the population that a resident's learning starts from."""
    k = network.shape.k
    judge = eqx.filter_jit(network)
    scale = temperatures(cold_logits(network, validation.tokens), validation.targets)
    sample = train.of_personas(min(budget.latents, len(train.personas)))
    mean, covariance = posteriors(judge, sample, k)
    spread = prior_covariance(mean, covariance)
    steered = steered_logits(judge, sample, update(mean, covariance, spread))
    drifting = train.of_personas(min(budget.drift, len(train.personas)))
    return Prior(
        mean=np.zeros(k),
        covariance=spread,
        groups=groups_of(k),
        random_effect_sd=random_effects(steered, sample, scale),
        temperatures=scale,
        drift=drift_rate(judge, drifting, k),
    )
