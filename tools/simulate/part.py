"""One partition: a fixed run of households, simulated without knowing of any other."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from assistant.vocabulary import VOCABULARY_ID
from tools.data.tables import priors_digest
from tools.personas.draw import draw_household
from tools.streams import Family

from .rows import explore
from .schema import SCHEMA, batch, parquet_bytes
from .world import household_worlds

HOUSEHOLDS: Final = 32
"""Households in a partition: small enough to stream, large enough to be worth a file."""
GENERATOR: Final = 5
"""Version of the generator: raised whenever the same seed would no longer give the same rows."""


@dataclass(frozen=True, slots=True)
class Order:
    """What one partition is made of; everything a worker needs."""

    number: int
    seed: int
    family: Family
    days: int
    households: tuple[int, ...]
    members: tuple[int, ...]
    """Personas that count, by household."""

    @property
    def personas(self) -> int:
        """Return how many personas the partition has."""
        return sum(self.members)

    def identity(self) -> dict[str, str]:
        """Return what is written into the file, so that a later run knows it for its own."""
        order = json.dumps(asdict(self), sort_keys=True)
        digest = hashlib.sha256(f"{order}/{GENERATOR}/{VOCABULARY_ID}/{priors_digest()}".encode()).hexdigest()
        return {"order": digest, "vocabulary": VOCABULARY_ID, "generator": str(GENERATOR)}


@dataclass(frozen=True, slots=True)
class Part:
    """A simulated partition, ready to be written."""

    number: int
    personas: int
    rows: int
    data: bytes


def simulate_part(order: Order) -> Part:
    """Return a partition; the same order gives the same bytes on any machine with the same libraries."""
    batches: list[pa.RecordBatch] = []
    for household_id, members in zip(order.households, order.members, strict=True):
        household = draw_household(household_id, order.seed, order.family)
        worlds = household_worlds(household, order.days)[:members]
        batches.extend(batch(explore(world, order.seed)) for world in worlds)
    rows = sum(len(item) for item in batches)
    return Part(order.number, order.personas, rows, parquet_bytes(batches or [_empty()], order.identity()))


def _empty() -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], type=field.type) for field in SCHEMA], schema=SCHEMA)


def orders(households: np.ndarray, members: np.ndarray, *, seed: int, family: Family, days: int) -> list[Order]:
    """Return the partitions of a plan; their borders depend on nothing but the households' ids."""
    return [
        Order(
            number=number,
            seed=seed,
            family=family,
            days=days,
            households=tuple(households[first : first + HOUSEHOLDS].tolist()),
            members=tuple(members[first : first + HOUSEHOLDS].tolist()),
        )
        for number, first in enumerate(range(0, len(households), HOUSEHOLDS))
    ]
