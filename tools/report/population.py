"""`lab report population`: figures, a page, and a record for every number."""

from pathlib import Path
from typing import Any, Final

import polars as pl
from rich.console import Console

from tools.errors import ArgumentError
from tools.results import Record, read_records, write_records
from tools.simulate.cost import Cost, read_costs
from tools.streams import Family

from . import claims, figures
from .answers import load
from .lives import Lives, live
from .page import put_between, rates_table, results_table, write_html

_CAPTIONS: Final = {
    "activity.png": "Weekday activity against the diaries",
    "clocks.png": "Getting up and going to bed",
    "weekend.png": "Weekends",
    "wishes.png": "Messages wished",
    "acceptance.png": "How people differ",
    "outcomes.png": "What became of messages",
    "delays.png": "Time until an answer",
    "rates.png": "How often each kind comes up",
    "leanings.png": "Preferences and traits",
    "costs.png": "Cost per persona",
}


def _records(lives: dict[str, Lives], frames: dict[str, pl.DataFrame], costs: list[Cost]) -> list[Record]:
    records: list[Record] = []
    for family, found in lives.items():
        for part in (claims.curves, claims.clocks, claims.weekends, claims.people, claims.leanings, claims.rates):
            records += part(found, family)
        records += claims.answers(frames[family], family)
        rows = len(frames[family]) / frames[family]["persona_id"].n_unique()
        claim = "looks written per persona"
        records.append(Record(claim=claim, value=round(rows, 1), unit="rows", family=family, command=claims.COMMAND))
    return records + list(claims.costs(costs))


def _earlier_costs(path: Path) -> list[Record]:
    """Return the costs of an earlier report: measuring them takes an hour, and a new figure does not change them."""
    if not path.exists():
        return []
    commands = ("lab cost", "lab simulate")
    return [record for record in read_records(path) if record.command.startswith(commands)]


def _draw(lives: dict[str, Lives], frames: dict[str, pl.DataFrame], costs: list[Cost], folder: Path) -> list[str]:
    first = lives["A"]
    names = [
        figures.activity(first, folder),
        figures.clocks(first, folder),
        figures.weekend(first, folder),
        figures.wishes(first, folder),
        figures.acceptance(frames, folder),
        figures.outcomes(frames, folder),
        figures.delays(frames, folder),
        figures.rates(lives, folder),
        figures.leanings(first, folder),
    ]
    return names + ([figures.costs(costs, folder)] if costs else [])


def _family(manifest: dict[str, Any], expected: Family, folder: Path) -> None:
    if manifest["job"]["family"] != expected:
        raise ArgumentError(f"{folder} holds family {manifest['job']['family']}, not {expected}")


def report(*, data: Path, other: Path | None, costs: Path | None, out: Path, lived: int) -> None:
    """Compare a simulated population with its sources and write figures, page and results under `out`.

    Days are lived again from the seed, by `lived` personas if the folder holds fewer: small groups need many.

    Raises StorageError when a folder holds no finished run or the page lacks its marks, ArgumentError when a folder
    holds the other family.
    """
    console = Console(stderr=True)
    lives: dict[str, Lives] = {}
    frames: dict[str, pl.DataFrame] = {}
    for folder, family in ((data, Family.A), (other, Family.B)):
        if folder is None:
            continue
        frame, manifest = load(folder)
        _family(manifest, family, folder)
        job = manifest["job"]
        console.print(f"family {family}: {job['personas']:,} personas, {len(frame):,} rows; living their days again …")
        frames[str(family)] = frame
        enough = max(job["personas"], lived if family is Family.A else 0)
        lives[str(family)] = live(enough, job["seed"], family, job["days"])
    measured = read_costs(costs) if costs else []
    path = out / "results" / "population.json"
    records = _records(lives, frames, measured) + (_earlier_costs(path) if not measured else [])
    images = out / "images" / "population"
    drawn = [(_CAPTIONS[name], name) for name in _draw(lives, frames, measured, images)]
    write_html(images / "report.html", drawn, records, claims.COMMAND)
    write_records(path, records)
    put_between(out / "population.md", "results", results_table(records))
    put_between(out / "population.md", "rates", rates_table(records))
    held = [record for record in records if record.passed is not None]
    console.print(f"{len(records)} figures; {sum(bool(r.passed) for r in held)} of {len(held)} thresholds hold")
    for record in held:
        if not record.passed:
            console.print(
                f"[yellow]not held[/] {record.claim}: {record.value} {record.unit}, wanted {record.threshold}"
            )
