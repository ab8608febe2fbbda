"""Percentile bootstrap over people: intervals for figures of a population."""

from collections.abc import Callable
from typing import Final

import numpy as np

from tools.results import Record

DRAWS: Final = 400
_SEED: Final = 20261123

type Array = np.ndarray


def interval(values: Array, statistic: Callable[[Array], float], groups: Array | None = None) -> tuple[float, float]:
    """Return the 95 % interval of a statistic of values, resampling groups of values (a person's days) if given.

    The percentiles are moved by the bootstrap's own bias: a distance between distributions always looks larger in a
    resample than in the sample (Efron 1987, without the acceleration). What cannot be negative stays so.
    """
    rng = np.random.default_rng(_SEED)
    if groups is None:
        sizes = len(values)
        found = [statistic(values[rng.integers(0, sizes, sizes)]) for _ in range(DRAWS)]
    else:
        order = np.argsort(groups, kind="stable")
        borders = np.flatnonzero(np.diff(groups[order])) + 1
        members = np.split(order, borders)
        found = []
        for _ in range(DRAWS):
            chosen = rng.integers(0, len(members), len(members))
            found.append(statistic(values[np.concatenate([members[i] for i in chosen])]))
    low, middle, high = np.percentile(found, [2.5, 50.0, 97.5])
    bias = float(middle) - statistic(values)
    return max(float(low) - bias, 0.0) if min(found) >= 0.0 else float(low) - bias, float(high) - bias


def measured(
    claim: str,
    values: Array,
    statistic: Callable[[Array], float],
    *,
    unit: str = "",
    family: str = "",
    command: str = "",
) -> Record:
    """Return a record of a statistic over people with its interval."""
    low, high = interval(values, statistic)
    return Record(
        claim=claim,
        value=round(float(statistic(values)), 5),
        low=round(low, 5),
        high=round(high, 5),
        unit=unit,
        family=family,
        command=command,
    )
