"""The plan of a population: which households it has and which personas live in them."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tools.errors import ArgumentError
from tools.streams import Family, Stream, hash_uniform

from .demographics import anchor_cells, sizes

MEMBERS_PER_ID: Final = 4
"""A persona's id is its household's id times this, plus its place there: known without knowing the others."""

LARGEST: Final = 100_000_000
"""Personas at most, far below what their ids (signed 32 bits) can tell apart."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The households of a population and how many personas of each belong to it."""

    households: np.ndarray
    """Ids, shape (households,)."""
    members: np.ndarray
    """Personas that count, shape (households,); the last household may be cut to reach the number asked for."""


def plan(personas: int, seed: int, family: Family) -> Plan:
    """Return the first households that hold the given number of personas.

    Raises ArgumentError when the number is not positive or is larger than ids can tell apart.
    """
    if not 1 <= personas <= LARGEST:
        raise ArgumentError(f"the number of personas must be from 1 to {LARGEST:,}, not {personas:,}")
    if seed < 0:
        raise ArgumentError(f"a seed is a whole number from 0, not {seed}")
    ids = np.arange(personas)  # a household has at least one adult
    members = sizes(anchor_cells(hash_uniform(seed, family, Stream.HOUSEHOLD, ids)))
    total = np.cumsum(members)
    count = int(np.searchsorted(total, personas)) + 1
    members = members[:count].copy()
    members[-1] -= int(total[count - 1]) - personas
    return Plan(ids[:count], members)
