"""Random streams: one per purpose and person, so that no partition and no order changes a number."""

import hashlib
from enum import IntEnum, StrEnum
from typing import Final

import numpy as np

from .errors import ArgumentError


class Family(StrEnum):
    """A generator family: A is trained on, B, of another mechanism, only tests."""

    A = "A"
    B = "B"


class Stream(IntEnum):
    """What a stream is for; the numbers are part of every seed and never change."""

    HOUSEHOLD = 1
    TRAITS = 2
    PREFERENCES = 3
    HOME = 4
    CALENDAR = 5
    DAYS = 6
    EPISODES = 7
    SITUATIONS = 8
    SENSING = 9
    LATENT = 10
    ANSWERS = 11
    EXPLORATION = 12
    DRIFT = 13


_FAMILY: Final = {Family.A: 1, Family.B: 2}


def parse_family(text: str) -> Family:
    """Return the family of that name.

    Raises ArgumentError for any other name.
    """
    try:
        return Family(text.strip().upper())
    except ValueError as error:
        raise ArgumentError(f"there is no generator family {text!r}; the families are A and B") from error


def generator(seed: int, family: Family, stream: Stream, *keys: int) -> np.random.Generator:
    """Return the generator of a stream for a household or persona (its id, and a member or day if need be)."""
    sequence = np.random.SeedSequence(seed, spawn_key=(_FAMILY[family], int(stream), *keys))
    return np.random.Generator(np.random.PCG64(sequence))


def hash_uniform(seed: int, family: Family, stream: Stream, ids: np.ndarray) -> np.ndarray:
    """Return one uniform number in [0, 1) per id, shape of `ids`: for draws that a planner makes for everyone.

    A SplitMix64 finaliser (Steele, Lea and Flood 2014) over a hashed key and the id; stateless, so any subset of ids
    gets the same numbers.
    """
    key = hashlib.sha256(f"{seed}/{_FAMILY[family]}/{int(stream)}".encode()).digest()
    x = ids.astype(np.uint64) + np.uint64(int.from_bytes(key[:8], "little"))
    with np.errstate(over="ignore"):
        x = (x + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
    return (x >> np.uint64(11)).astype(np.float64) / float(1 << 53)
