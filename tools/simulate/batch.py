"""`lab simulate`: plan, simulate and write a population, and go on where a run was interrupted."""

import platform
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from assistant.vocabulary import PREFIX_LENGTH, SUFFIX_LENGTH, VOCABULARY_ID
from tools.data.tables import priors_digest
from tools.errors import ArgumentError, InterruptedRunError, StorageError
from tools.personas.population import plan
from tools.streams import Family, parse_family

from .part import GENERATOR, Order, Part, orders
from .runners import here, on_dask, processes
from .storage import (
    MANIFEST,
    is_whole,
    part_path,
    read_manifest,
    remove_leftovers,
    sha256,
    write_manifest,
    write_whole,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to simulate and where to put it."""

    personas: int
    days: int
    family: str
    seed: int
    out: Path

    def checked(self) -> Family:
        """Return the family.

        Raises ArgumentError when an argument makes no sense.
        """
        if not 1 <= self.days <= 366:
            raise ArgumentError(f"the number of days must be from 1 to 366, not {self.days}")
        if self.out.exists() and not self.out.is_dir():
            raise ArgumentError(f"{self.out} is a file, not a folder to put partitions in")
        return parse_family(self.family)

    def described(self) -> dict[str, Any]:
        """Return what makes two jobs the same."""
        return {
            "personas": self.personas,
            "days": self.days,
            "family": self.family.strip().upper(),
            "seed": self.seed,
            "generator": GENERATOR,
            "vocabulary": VOCABULARY_ID,
            "priors": priors_digest(),
        }


def _open(job: Job) -> None:
    """Make the folder this job's own.

    Raises ArgumentError when it belongs to something else, StorageError when it cannot be made.
    """
    try:
        job.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"cannot make {job.out}: {error.strerror or error}") from error
    manifest = read_manifest(job.out)
    if manifest is None:
        if any(path for path in job.out.iterdir() if not path.name.endswith(".part")):
            raise ArgumentError(f"{job.out} is not empty and holds no {MANIFEST} of this lab: choose another folder")
    elif manifest["job"] != job.described():
        raise ArgumentError(
            f"{job.out} holds another population ({manifest['job']}); choose another folder or remove that one"
        )
    remove_leftovers(job.out)
    write_manifest(job.out, {"job": job.described(), "complete": False})


def _runner(missing: list[Order], workers: int, dask: str | None) -> Iterator[Part]:
    if dask:
        return on_dask(missing, dask, workers)
    if workers > 1 and len(missing) > 1:
        return processes(missing, workers)
    return here(missing)


def _fill(job: Job, parts: list[Order], *, workers: int, dask: str | None, console: Console) -> int:
    """Simulate and write the partitions that are missing, and return how many personas that were."""
    missing = [order for order in parts if not is_whole(part_path(job.out, order.number), order)]
    waiting = sum(order.personas for order in missing)
    began, counted = time.monotonic(), 0
    with Progress(
        SpinnerColumn(),
        TextColumn("[bold]personas"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(compact=True),
        console=console,
    ) as progress:
        task = progress.add_task("personas", total=job.personas, completed=job.personas - waiting, rate="")
        for part in _runner(missing, workers, dask):
            write_whole(part_path(job.out, part.number), part.data)
            counted += part.personas
            rate = counted / max(time.monotonic() - began, 1e-9)
            progress.update(task, advance=part.personas, rate=f"{rate:.1f}/s")
    return counted


def run(job: Job, *, workers: int = 1, dask: str | None = None, console: Console | None = None) -> dict[str, Any]:
    """Simulate a population into a folder and return its manifest.

    Raises ArgumentError for arguments that make no sense, PriorsError for damaged tables, StorageError when the disk
    does not take the data and InterruptedRunError on an interrupt. What was finished before is kept, and the same call
    goes on from there.
    """
    if workers < 1:
        raise ArgumentError(f"the number of workers must be at least 1, not {workers}")
    family = job.checked()
    population = plan(job.personas, job.seed, family)
    parts = orders(population.households, population.members, seed=job.seed, family=family, days=job.days)
    _open(job)
    shown = console or Console(stderr=True)
    began = time.monotonic()
    try:
        counted = _fill(job, parts, workers=workers, dask=dask, console=shown)
    except KeyboardInterrupt as interrupt:
        kept = sum(order.personas for order in parts if is_whole(part_path(job.out, order.number), order))
        raise InterruptedRunError(
            f"interrupted: {kept:,} of {job.personas:,} personas are kept in {job.out}; run the same command again to "
            "go on"
        ) from interrupt
    seconds = time.monotonic() - began
    manifest = _manifest(job, parts)
    write_manifest(job.out, manifest)
    shown.print(
        f"{job.personas:,} personas, {manifest['rows']:,} rows, {manifest['bytes'] / 1e6:.1f} MB in {job.out}; "
        f"{seconds:.0f} s for {counted:,} of them"
    )
    return manifest


def _manifest(job: Job, parts: list[Order]) -> dict[str, Any]:
    import pyarrow.parquet as pq  # noqa: PLC0415 - kept beside its one use

    files = []
    for order in parts:
        path = part_path(job.out, order.number)
        files.append(
            {
                "file": path.name,
                "personas": order.personas,
                "rows": pq.read_metadata(path).num_rows,
                "bytes": path.stat().st_size,
                "sha256": sha256(path),
            }
        )
    return {
        "job": job.described(),
        "complete": True,
        "rows": sum(item["rows"] for item in files),
        "bytes": sum(item["bytes"] for item in files),
        "tokens": {"prefix": PREFIX_LENGTH, "suffix": SUFFIX_LENGTH},
        "versions": {
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "pyarrow")},
        },
        "files": files,
    }
