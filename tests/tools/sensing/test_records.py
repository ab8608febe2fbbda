"""What is recorded of many homes: every kind by family and over both, each held against its bound."""

from pathlib import Path

import pytest

from tools.results import Record
from tools.sensing.evaluate import BOTH, Request, _records
from tools.sensing.score import Counts

REQUEST = Request(out=Path("unused.json"), homes=2, first=1, days=28, seed=1, workers=1, command="again")


def counts(matters: int, found: int, told: int, right: int, stale: int = 0) -> Counts:
    made = Counts()
    made.matters, made.found, made.told, made.right, made.stale = matters, found, told, right, stale
    return made


@pytest.fixture
def records() -> dict[tuple[str, str], Record]:
    rows = [("A", "bedtime", counts(10, 10, 10, 10)), ("B", "bedtime", counts(10, 8, 10, 9, stale=1))]
    return {(record.claim, record.family): record for record in _records(rows, REQUEST)}


def test_both_families_count_alone_and_together(records: dict[tuple[str, str], Record]) -> None:
    found = {
        family: records[f"noticing: bedtime: recall ({base} in {homes} homes)", family]
        for family, base, homes in (("A", 10, 1), ("B", 10, 1), (BOTH, 20, 2))
    }
    assert [record.value for record in found.values()] == [1.0, 0.8, 0.9]
    assert [record.passed for record in found.values()] == [True, False, True]


def test_a_stale_message_is_one_too_many(records: dict[tuple[str, str], Record]) -> None:
    record = records["noticing: bedtime: stale (20 in 2 homes)", BOTH]
    assert record.value == pytest.approx(0.05)
    assert record.threshold == "<= 0.02"
    assert record.passed is False
