"""Claim 10: what an abrupt change of taste costs, against the same people's lives without it."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from tools.results import Record, at_least

from .figures import Figures, measured
from .scores import Bits, Floats, Ints
from .variants import COLD, OURS

_NOT_YET: Final = 10**6
WINDOWS: Final = {"0–9": (0, 10), "10–19": (10, 20), "20–39": (20, 40)}
"""Answers since the change: first, and one past the last."""
_AT_FIRST, _IN_THE_END = "0–9", "20–39"
_LEAST: Final = 0.2
"""Points of F1 below which a share of what was lost would be a share of noise."""


def _since(found: Figures, change: Ints) -> Ints:
    """Return how many answers each look has had since a person's change; below zero before it."""
    truth = found.lives.truth
    first = np.full(len(change), _NOT_YET)
    after = truth.session >= change[truth.person]
    np.minimum.at(first, truth.person[after], truth.feedback[after])
    return np.asarray(np.where(after, truth.feedback - first[truth.person], -1))


def _lead(found: Figures, name: str, chosen: Bits, figure: str) -> Floats:
    found.cuts[name] = chosen
    return found.drawn(figure, OURS, name) - found.drawn(figure, COLD, name)


def drift(changed: Figures, twins: Figures) -> Iterator[Record]:
    """Yield what people's change of taste costs of the lead over the population, and how much of that comes back.

    The twins are the same people in the same order, living on without the change: they differ in nothing else, so
    that what is lost is not what other people, or other weeks, would have brought anyway. There is no share of what
    was not lost in the first place.
    """
    family, people = changed.family, changed.weights.shape[1]
    change = np.zeros(people, np.int64)
    change[changed.lives.truth.person] = changed.lives.truth.change
    yield Record(claim="10 · people whose tastes change abruptly", value=float(people), unit="people", family=family)
    since = {"changed": _since(changed, change), "unchanged": _since(twins, change)}
    lost: dict[str, Floats] = {}
    for name, (low, high) in WINDOWS.items():
        chosen = {kind: (count >= low) & (count < high) for kind, count in since.items()}
        if not all(looks.any() for looks in chosen.values()):
            return
        for figure, unit in (("AUC of need", ""), ("timing F1", "points")):
            leads = {}
            for kind, found in (("changed", changed), ("unchanged", twins)):
                leads[kind] = _lead(found, f"{name} answers after", chosen[kind], figure)
                text = f"10 · {figure}, {OURS} less {COLD}, {name} answers after an abrupt change, {kind}"
                yield measured(text, leads[kind], unit, family)
            lost[name] = leads["unchanged"] - leads["changed"]
            text = f"10 · {figure} of the lead lost by an abrupt change, {name} answers after it"
            yield measured(text, lost[name], unit, family)
    at_first = lost[_AT_FIRST]
    regained = 1 - lost[_IN_THE_END] / np.where(at_first > _LEAST, at_first, np.nan)
    text = "10 · share of the lost timing F1 regained 20 answers after an abrupt change"
    if np.isfinite(regained[0]):
        yield at_least(measured(text, regained, "share", family), 0.8)
