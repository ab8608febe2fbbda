"""The hierarchical Beta table: running rates of kind × day part × activity, shrunk toward coarser rates."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.vocabulary import FIRST_OUTPUT, FIRST_TOKEN, MOMENT_FIELDS, OUTPUT_COUNT, OUTPUT_GROUPS, PREFIX_LENGTH
from tools.train.calibrate import day_parts
from tools.train.data import Rows

from .policies import Judged

_PLACE: Final = {field.name: place for place, field in enumerate(MOMENT_FIELDS)}
STRENGTHS: Final = (5.0, 20.0, 80.0)
"""Pseudo-counts with which a cell is drawn toward its parent; the best on validation people is taken."""

type Floats = NDArray[np.float64]


def keys(rows: Rows) -> list[NDArray[np.int64]]:
    """Return the cells of every row, from coarse to fine."""
    kind = rows.tokens[:, PREFIX_LENGTH].astype(np.int64)
    part = day_parts(rows.tokens[:, _PLACE["time"]]) + 1
    activity = rows.tokens[:, _PLACE["activity"]].astype(np.int64) - FIRST_TOKEN["activity"]
    coarse = kind * 8 + part
    return [np.zeros_like(kind), kind, coarse, coarse * 64 + activity]


class BetaTable:
    """Rates of every output group by cell, each level drawn toward the one above it."""

    def __init__(self, rows: Rows, strength: float) -> None:
        """Count the training ratings."""
        self._levels: list[tuple[NDArray[np.int64], Floats]] = []
        even = np.concatenate([np.full(len(group.values), 1 / len(group.values)) for group in OUTPUT_GROUPS])
        parent = np.tile(even, (len(rows), 1))
        for cells in keys(rows):
            found, index = np.unique(cells, return_inverse=True)
            rates = np.zeros((len(found), OUTPUT_COUNT))
            above = np.zeros((len(found), OUTPUT_COUNT))
            above[index] = parent  # rows of a cell share a parent
            for place, group in enumerate(OUTPUT_GROUPS):
                known = rows.targets[:, place] >= 0
                total = np.bincount(index[known], minlength=len(found))
                for value in range(len(group.values)):
                    column = FIRST_OUTPUT[group.name] + value
                    hits = np.bincount(index[known & (rows.targets[:, place] == value)], minlength=len(found))
                    rates[:, column] = (hits + strength * above[:, column]) / (total + strength)
            self._levels.append((found, rates))
            parent = rates[index]

    def judge(self, rows: Rows) -> Judged:
        """Return the rate of the finest cell that was ever seen for every row."""
        found = np.zeros((len(rows), OUTPUT_COUNT))
        for cells, (known, rates) in zip(keys(rows), self._levels, strict=True):
            place = np.minimum(np.searchsorted(known, cells), len(known) - 1)
            seen = known[place] == cells
            found[seen] = rates[place[seen]]
        return Judged(probabilities=found)
