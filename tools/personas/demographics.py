"""Who lives with whom: cells of the population joint, and households whose members together follow it."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from assistant.enums import Household
from tools.data.tables import table

AGE_GROUPS: Final = ("15-24", "25-44", "45-64", "65+")
AGES: Final = {"15-24": (18, 24), "25-44": (25, 44), "45-64": (45, 64), "65+": (65, 88)}
"""Personas are adults: the youngest group's diaries include people from 15, its personas start at 18."""

HOUSEHOLDS: Final = {
    "alone": Household.SINGLE,
    "partner_no_child": Household.COUPLE,
    "partner_child": Household.FAMILY,
    "single_with_child_in_home": Household.FAMILY,
    "other_adults": Household.SHARED,
}
MAX_MEMBERS: Final = 3

_SWEEPS: Final = 400


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the joint table."""

    age_group: str
    sex: str
    employment: str
    household: str


@dataclass(frozen=True, slots=True)
class Joint:
    """The joint table prepared for drawing whole households."""

    cells: tuple[Cell, ...]
    shares: np.ndarray
    """Share of people per cell, shape (cells,)."""
    anchors: np.ndarray
    """Cumulated share of households per cell of their first member, shape (cells,)."""
    companions: np.ndarray
    """Cumulated P(a companion's cell | anchor's cell), shape (cells, cells); zeros where none can be."""


def adults(cell: Cell) -> int:
    """Return how many adults a household has whose first member is of this cell.

    Living with a parent makes two of a young adult; other shared homes have two (the commonest size; judgement).
    """
    if cell.household == "alone":
        return 1
    if cell.household == "single_with_child_in_home":
        return 2 if cell.age_group == "15-24" else 1
    return 2


def _fits(anchor: Cell, other: Cell) -> float:
    """Return how readily two cells live together, up to a factor (judgement, kept coarse)."""
    if anchor.household != other.household or adults(anchor) == 1:
        return 0.0
    apart = abs(AGE_GROUPS.index(anchor.age_group) - AGE_GROUPS.index(other.age_group))
    if anchor.household == "single_with_child_in_home":  # a young adult and a parent
        return 1.0 if apart in (1, 2) else 0.0
    if anchor.household == "other_adults":
        return (1.0, 0.5, 0.5, 0.2)[apart]
    return (1.0 if anchor.sex != other.sex else 0.04) * (1.0, 0.08, 0.0, 0.0)[apart]


@cache
def joint() -> Joint:
    """Return the prepared joint table.

    The table counts people; households are drawn by their first member. The weights of first members are found by
    iterative proportional fitting so that *all* members together follow the table.
    """
    rows = table("atus_population_joint_2012_2016.csv")
    cells = tuple(Cell(r["age_group"], r["sex"], r["employment"], r["household"]) for r in rows)
    shares = np.array([float(r["p"]) for r in rows])
    shares /= shares.sum()
    fits = np.array([[_fits(a, b) for b in cells] for a in cells]) * shares
    totals = fits.sum(axis=1, keepdims=True)
    companions = np.divide(fits, totals, out=np.zeros_like(fits), where=totals > 0)
    members = np.eye(len(cells)) + companions
    weights = shares.copy()
    for _ in range(_SWEEPS):
        weights *= members @ (shares / np.maximum(weights @ members, 1e-12)) / members.sum(axis=1)
    weights /= weights.sum()
    return Joint(cells, shares, np.cumsum(weights), np.cumsum(companions, axis=1))


def anchor_cells(uniforms: np.ndarray) -> np.ndarray:
    """Return the index of each household's first member's cell, shape of `uniforms`."""
    cumulated = joint().anchors
    return np.minimum(np.searchsorted(cumulated, uniforms * cumulated[-1], side="right"), len(cumulated) - 1)


def sizes(anchors: np.ndarray) -> np.ndarray:
    """Return the number of adults per household from its first member's cell, shape of `anchors`."""
    by_cell = np.array([adults(cell) for cell in joint().cells])
    return by_cell[anchors]


def companion_cell(anchor: int, uniform: float) -> int:
    """Return the index of the cell of the person who lives with an anchor."""
    cumulated = joint().companions[anchor]
    return int(min(np.searchsorted(cumulated, uniform * cumulated[-1], side="right"), len(cumulated) - 1))
