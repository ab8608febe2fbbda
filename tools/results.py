"""The shape of every measured result of this project, and how it is kept on disk."""

import contextlib
import json
import math
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from .errors import StorageError


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """One measured claim, with the interval and the threshold it is held against."""

    claim: str
    value: float
    low: float | None = None
    """Lower end of the 95 % interval; None where the value is exact or was measured once."""
    high: float | None = None
    unit: str = ""
    threshold: str | None = None
    """The bound in words and numbers, such as `<= 0.05`; None for a figure that only describes."""
    passed: bool | None = None
    """Whether the bound holds; None exactly where there is no threshold."""
    family: str = ""
    """Generator family, or empty where it does not matter."""
    command: str = ""
    """The command that wrote it."""

    def __post_init__(self) -> None:
        """Refuse a verdict without a bound, a bound without a verdict and a value that is no number."""
        if (self.threshold is None) != (self.passed is None):
            msg = f"{self.claim}: a threshold and its verdict belong together"
            raise ValueError(msg)
        if not math.isfinite(self.value):
            msg = f"{self.claim}: {self.value} is not a number that can be reported"
            raise ValueError(msg)


def at_most(record: Record, bound: float) -> Record:
    """Return the record held against an upper bound."""
    return replace(record, threshold=f"<= {bound:g}", passed=record.value <= bound)


def at_least(record: Record, bound: float) -> Record:
    """Return the record held against a lower bound."""
    return replace(record, threshold=f">= {bound:g}", passed=record.value >= bound)


def within(record: Record, low: float, high: float) -> Record:
    """Return the record held against a range."""
    return replace(record, threshold=f"{low:g} to {high:g}", passed=low <= record.value <= high)


def write_text(path: Path, text: str) -> None:
    """Write a file so that it is either the old one or the whole new one.

    Raises StorageError when it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        msg = f"cannot write {path}: {error.strerror or error}"
        raise StorageError(msg) from error


def write_records(path: Path, records: Iterable[Record]) -> None:
    """Write results as a JSON list, one object per record, in the given order."""
    write_text(path, json.dumps([asdict(record) for record in records], indent=1, ensure_ascii=False) + "\n")


def read_records(path: Path) -> list[Record]:
    """Read results back.

    Raises StorageError when the file is missing or not a list of records.
    """
    try:
        items = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(items, list):
            raise TypeError("not a list")
        return [Record(**item) for item in items]
    except (OSError, TypeError, ValueError) as error:
        msg = f"cannot read results from {path}: {error}"
        raise StorageError(msg) from error
