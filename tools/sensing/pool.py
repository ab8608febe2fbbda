"""Counts of people by home, and records of them with intervals by resampling homes.

Every home is one row of counts, so a resample is a sum.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.report.bootstrap import interval
from tools.results import Record

from .presence import Tally

ENOUGH: Final = 30
"""Instants or edges below which there is no share of them."""

type Counts = np.ndarray
"""One row of counts for each home."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lived:
    """One home's counts of one person."""

    household: int
    family: str
    tally: Tally


class Pool:
    """The people of some homes: counts by home, and records of them."""

    def __init__(self, people: Sequence[Lived], family: str, command: str) -> None:
        """Take people who are counted together."""
        self._homes: dict[tuple[str, int], list[Tally]] = {}
        for one in people:
            self._homes.setdefault((one.family, one.household), []).append(one.tally)
        self.family = family
        self.command = command

    def rows(self, of: Callable[[Tally], np.ndarray]) -> Counts:
        """Return flattened counts by home, shape (homes, counts)."""
        return np.array([np.sum([of(tally).ravel() for tally in home], axis=0) for home in self._homes.values()])

    def record(self, claim: str, rows: Counts, statistic: Callable[[Counts], float], unit: str = "share") -> Record:
        """Return a record of a statistic over homes."""
        low, high = interval(rows, statistic)
        return Record(
            claim=claim,
            value=round(statistic(rows), 4),
            low=round(low, 4),
            high=round(min(high, 1.0) if unit == "share" else high, 4),
            unit=unit,
            family=self.family,
            command=self.command,
        )

    def share(self, claim: str, rows: Counts, over: tuple[int, ...], of: tuple[int, ...]) -> Record:
        """Return a record of the share that some columns have in others, over the homes that have any of these."""
        having = rows[rows[:, list(of)].sum(axis=1) > 0]

        def share(chosen: Counts) -> float:
            total = chosen.sum(axis=0)
            return float(total[list(over)].sum() / total[list(of)].sum())

        return self.record(claim, having, share)

    def delays(self, edge: str) -> list[np.ndarray]:
        """Return the minutes until an edge is sensed, by home."""
        found = [np.array([late for tally in home for late in tally.delays[edge]]) for home in self._homes.values()]
        return [values for values in found if len(values)]


def base_of(rows: Counts, columns: tuple[int, ...]) -> int:
    """Return how many instants some columns count."""
    return int(rows.sum(axis=0)[list(columns)].sum()) if len(rows) else 0
