"""Train, validation and test by household, so that people who live together never straddle."""

import hashlib
from typing import Final

from tools.streams import Family

TRAIN: Final = "train"
VALIDATION: Final = "validation"
TEST: Final = "test"
_SHARES: Final = ((TRAIN, 0.7), (VALIDATION, 0.1), (TEST, 0.2))


def split_of(household_id: int, family: Family) -> str:
    """Return the split of a household: 70, 10 and 20 % by hash; family B tests and does nothing else."""
    if family is Family.B:
        return TEST
    digest = hashlib.sha256(f"household {household_id}".encode()).digest()
    position = int.from_bytes(digest[:8], "big") / 2**64
    for name, share in _SHARES:
        position -= share
        if position < 0:
            return name
    return TEST
