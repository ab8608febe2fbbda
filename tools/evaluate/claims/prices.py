"""From beliefs to speaking: every learner's own prices, found on other people, and rules that need no beliefs."""

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from tools.evaluate.policies import Rules, obeyed

from .scores import Beliefs, Bits, Floats, Truth, satisfaction

_WRONG: Final = (0.0, 0.03, 0.06, 0.1, 0.14, 0.18, 0.23, 0.28, 0.34, 0.42, 0.52, 0.65, 0.8, 1.0)
_ATTENTION: Final = (0.0, 0.015, 0.03, 0.05, 0.07, 0.09, 0.12, 0.15, 0.19, 0.24, 0.3)


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Prices of the utility rule, on the scale of a suggestion's benefit."""

    wrong: float
    attention: float


def speaks(truth: Truth, beliefs: Beliefs, costs: Costs) -> Bits:
    """Return where speaking is worth it by a learner's beliefs (Horvitz 1999)."""
    p = beliefs.score
    return np.asarray(p * truth.benefit - (1 - p) * costs.wrong - costs.attention > 0)


def timing(truth: Truth, _: Beliefs, spoken: Bits) -> float:
    """Return F1 of speaking, 0 to 1."""
    hits = float((truth.need & spoken).sum())
    return 2 * hits / max(1.0, float(truth.need.sum()) + float(spoken.sum()))


def pleasing(truth: Truth, beliefs: Beliefs, spoken: Bits) -> float:
    """Return mean satisfaction, 0 to 4."""
    return float(satisfaction(truth, beliefs, spoken).mean())


GOALS: Final = {"timing": timing, "careful": pleasing}
"""What prices may be set for: the best F1, or the most satisfied people, which takes fewer messages."""


def best_costs(truth: Truth, beliefs: Beliefs, goal: str = "timing") -> Costs:
    """Return the prices that serve other people best.

    A price's figure is averaged with its neighbours' on the grid: the best of a noisy surface's single points is
    one that chance favoured.
    """
    score = GOALS[goal]
    surface = np.array(
        [
            [score(truth, beliefs, speaks(truth, beliefs, Costs(wrong=w, attention=a))) for a in _ATTENTION]
            for w in _WRONG
        ]
    )
    place = np.unravel_index(np.argmax(_smoothed(surface)), surface.shape)
    return Costs(wrong=_WRONG[int(place[0])], attention=_ATTENTION[int(place[1])])


def _smoothed(surface: Floats) -> Floats:
    """Return every point's mean with its neighbours, those beyond the edge being the edge's own."""
    wide = np.pad(surface, 1, mode="edge")
    rows, columns = surface.shape
    parts = [wide[down : down + rows, right : right + columns] for down, right in product(range(3), range(3))]
    return np.asarray(np.mean(parts, axis=0))


def follow(truth: Truth, rules: Rules) -> Bits:
    """Return where rules let a message through."""
    return obeyed(
        rules, day=truth.person * 1000 + truth.session, minute=truth.minute, hour=truth.hour, benefit=truth.benefit
    )


def best_rules(truth: Truth) -> Rules:
    """Return the rules with the best F1 on these people."""
    options = (
        Rules(quiet_from=start, quiet_until=end, cap=cap, gap=gap, least_benefit=least)
        for start, end, cap, gap, least in product((22, 24), (6, 8), (3, 6, 12, 99), (0, 30, 90), (0.0, 0.5, 0.6, 0.7))
    )
    return max(
        options,
        key=lambda rules: (
            2
            * float((truth.need & (said := follow(truth, rules))).sum())
            / max(1.0, float(truth.need.sum() + said.sum()))
        ),
    )
