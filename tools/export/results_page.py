"""`docs/results.md`: every committed result as a table, with nothing typed by hand."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tools.errors import StorageError
from tools.results import Record, read_records

from . import claims_page

_TITLES: Final = {
    "population": "The simulated population beside its sources",
    "cold_start": "The first evening: no feedback yet",
    "ceiling": "How far the facts reach on the first evening",
    "opponent": "The transformer beside a two-layer network, steered alike",
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


def _section(name: str, records: list[Record], pictures: list[str]) -> Iterator[str]:
    yield f"## {_TITLES.get(name, name.replace('_', ' ').capitalize())}\n"
    held = [record for record in records if record.passed is not None]
    if held:
        missed = sum(not record.passed for record in held)
        yield f"{len(held)} thresholds, {missed} missed.\n"
    for command in sorted({record.command for record in records if record.command}):
        yield f"    {command}\n"
    if name == "claims":
        yield from pictures
        yield from claims_page.section(records)
        return
    yield "| claim | family | value | interval | threshold | met |\n|---|---|---|---|---|---|"
    yield from map(claims_page.row, records)
    yield ""


def _shown(pictures: Mapping[str, str]) -> Iterator[str]:
    for path, caption in pictures.items():
        yield f"![{caption}]({path})\n"


def page(folder: Path, pictures: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return the page of all results in a folder; `pictures` are the claims', captions by path from the page.

    Raises StorageError when there are none or one cannot be read.
    """
    found = {path.stem: path for path in sorted(folder.glob("*.json"))}
    if not found:
        raise StorageError(f"{folder} holds no results")
    order = [name for name in _TITLES if name in found] + [name for name in found if name not in _TITLES]
    lines = [_HEAD]
    for name in order:
        lines += _section(name, read_records(found[name]), list(_shown(pictures)))
    return "\n".join(lines)
