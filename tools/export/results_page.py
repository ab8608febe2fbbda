"""`docs/results.md`: every committed result as a table, with nothing typed by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tools.errors import StorageError
from tools.results import Record, read_records

_TITLES: Final = {
    "population": "The simulated population beside its sources",
    "cold_start": "The first evening: no feedback yet",
    "sweep": "How large the network should be",
    "claims": "From the first reply on",
    "bench": "Time and memory",
}
"""Files in the order of the page; others follow by name."""

_HEAD: Final = """# Results

<!-- Written by `python -m tools.lab results`; do not edit. -->

Everything here was measured on simulated people; no persona is a person. A threshold that was missed stays in the
table. Intervals are 95 %, over people unless the table is about time.
"""


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if value == int(value) and abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:,.3f}" if abs(value) < 10 else f"{value:,.1f}"


def _row(record: Record) -> str:
    interval = "" if record.low is None else f"{_number(record.low)} to {_number(record.high)}"
    met = {None: "", True: "yes", False: "**no**"}[record.passed]
    value = f"{_number(record.value)} {record.unit}".strip()
    return f"| {record.claim} | {record.family} | {value} | {interval} | {record.threshold or ''} | {met} |"


def _section(title: str, records: list[Record]) -> Iterator[str]:
    yield f"## {title}\n"
    held = [record for record in records if record.passed is not None]
    if held:
        missed = sum(not record.passed for record in held)
        yield f"{len(held)} thresholds, {missed} missed.\n"
    for command in sorted({record.command for record in records if record.command}):
        yield f"    {command}\n"
    yield "| claim | family | value | interval | threshold | met |\n|---|---|---|---|---|---|"
    yield from map(_row, records)
    yield ""


def page(folder: Path) -> str:
    """Return the page of all results in a folder.

    Raises StorageError when there are none or one cannot be read.
    """
    found = {path.stem: path for path in sorted(folder.glob("*.json"))}
    if not found:
        raise StorageError(f"{folder} holds no results")
    order = [name for name in _TITLES if name in found] + [name for name in found if name not in _TITLES]
    lines = [_HEAD]
    for name in order:
        lines += _section(_TITLES.get(name, name.replace("_", " ").capitalize()), read_records(found[name]))
    return "\n".join(lines)
