"""`lab cost`: what simulating costs per persona, measured on the real command in a process of its own."""

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from tools.errors import LabError, StorageError
from tools.results import write_text

_LOOK = 0.5
"""Seconds between two looks at the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One measured run."""

    personas: int
    days: int
    workers: int
    rows: int
    wall_seconds: float
    cpu_seconds: float
    """Of the command and all its processes: on a shared machine this is the steadier number."""
    peak_megabytes: float
    """Resident memory of the command and all its processes together, as far as looks every half second see."""
    command: str


def _usage(process: psutil.Process, seen: dict[int, float]) -> float:
    """Note each process's CPU seconds and return resident megabytes now."""
    total = 0.0
    for member in [process, *process.children(recursive=True)]:
        try:
            times = member.cpu_times()
            seen[member.pid] = times.user + times.system
            total += member.memory_info().rss
        except psutil.Error:  # it has just ended
            continue
    return total / 1e6


def measure(*, personas: int, days: int, workers: int, seed: int = 1) -> Cost:
    """Run `lab simulate` once into a folder that is then removed, and return what it took.

    Raises LabError when the run fails.
    """
    with tempfile.TemporaryDirectory(prefix="lab-cost-") as folder:
        arguments = ["simulate", "--personas", str(personas), "--days", str(days), "--seed", str(seed)]
        arguments += ["--workers", str(workers), "--out", str(Path(folder) / "population")]
        began = time.monotonic()
        seen: dict[int, float] = {}
        peak = 0.0
        with subprocess.Popen(
            [sys.executable, "-m", "tools.lab", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as running:
            process = psutil.Process(running.pid)
            while running.poll() is None:
                peak = max(peak, _usage(process, seen))
                time.sleep(_LOOK)
            wall = time.monotonic() - began
            if running.returncode:
                said = running.stderr.read().decode() if running.stderr else ""
                raise LabError(f"the measured run failed: {said.strip()[-500:]}")
        manifest = json.loads((Path(folder) / "population" / "manifest.json").read_text(encoding="utf-8"))
    return Cost(
        personas=personas,
        days=days,
        workers=workers,
        rows=int(manifest["rows"]),
        wall_seconds=round(wall, 1),
        cpu_seconds=round(sum(seen.values()), 1),
        peak_megabytes=round(peak, 1),
        command=f"lab simulate --personas {personas} --days {days} --workers {workers}",
    )


def read_costs(path: Path) -> list[Cost]:
    """Return measured costs.

    Raises StorageError when the file cannot be read.
    """
    try:
        return [Cost(**item) for item in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, TypeError, ValueError) as error:
        raise StorageError(f"cannot read costs from {path}: {error}") from error


def add_cost(path: Path, cost: Cost) -> None:
    """Put a measured cost into a file, in place of an earlier one of the same size."""
    costs = read_costs(path) if path.exists() else []
    size = (cost.personas, cost.days, cost.workers)
    kept = [item for item in costs if (item.personas, item.days, item.workers) != size]
    ordered = sorted([*kept, cost], key=lambda item: (item.days, item.workers, item.personas))
    write_text(path, json.dumps([asdict(item) for item in ordered], indent=1) + "\n")
