"""What a resident's state says in plain numbers, for the account of what was learned."""

import math

import numpy as np

from .engine import Prior
from .state import ResidentState


def dimension_moves(before: ResidentState, after: ResidentState, prior: Prior) -> dict[str, float]:
    """Return how far each preference dimension moved, in prior standard deviations.

    The sign is that of the largest coordinate of the move; dimensions that did not move are left out.
    """
    scale = np.sqrt(np.maximum(np.diag(prior.covariance), 1e-12))
    step = (after.mean - before.mean) / scale
    moves: dict[str, float] = {}
    for name in dict.fromkeys(prior.groups):
        part = step[[i for i, group in enumerate(prior.groups) if group == name]]
        size = math.sqrt(float(part @ part))
        if size >= 0.005:  # noqa: PLR2004 - below what a person would call a change
            sign = 1.0 if part[np.argmax(np.abs(part))] >= 0 else -1.0
            moves[name] = round(sign * size, 3)
    return moves


def effect_moves(before: ResidentState, after: ResidentState) -> dict[str, float]:
    """Return how far each random effect moved, in logits; those that did not move are left out."""
    moves: dict[str, float] = {}
    for key, effect in after.effects.items():
        old = before.effects.get(key)
        step = effect.mean - (old.mean if old else 0.0)
        if abs(step) >= 0.005:  # noqa: PLR2004 - as above
            moves[key] = round(step, 3)
    return moves
