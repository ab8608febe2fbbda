"""The reproduction as a table in docs/replay.md, a picture, and docs/results/replay.json."""

import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import matplotlib as mpl
from rich.console import Console

from tools.report.page import put_between
from tools.results import Record, read_records, write_records

mpl.use("Agg")
from matplotlib import pyplot as plt

from .ladder import OURS
from .reproduce import CLOSED, DAYS, FIGURES, LAB, OPEN, STEPS

FAST: Final = "fast clock: "
"""In front of what `tools.replay.fast` has written, which another reproduction leaves alone."""
ROOT: Final = Path(__file__).resolve().parents[2]
_UNITS: Final = {"timing F1": "points", "satisfaction": "of 4", "regret": "per opportunity", "log-loss": "nats"}


def write_page(folder: Path, records: list[Record], console: Console) -> None:
    """Write results/replay.json, the picture and, where the page is, its table. Raises StorageError."""
    by_claim = {record.claim: record for record in records}
    path = folder / "results" / "replay.json"
    kept = [record for record in read_records(path) if record.claim.startswith(FAST)] if path.exists() else []
    write_records(path, [*records, *kept])
    picture(by_claim, folder / "images")
    page = folder / "replay.md"
    if page.exists():
        put_between(page, "reproduction", f"{table(by_claim)}\n\n{_made(records)}")
    held = [record for record in records if record.passed is not None]
    inside = sum(bool(record.passed) for record in held)
    console.print(f"{len(records)} figures; {inside} of {len(held)} lie within the laboratory's intervals")
    console.print(f"written to {folder / 'results' / 'replay.json'}", highlight=False)


def _made(records: list[Record]) -> str:
    """Say by which command, from which code and when a table was made."""
    git = shutil.which("git")
    asked = [git, "rev-parse", "--short", "HEAD"] if git else []
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout if asked else ""
    code = f", the code of commit {said.strip()}" if said.strip() else ""
    command = next((record.command for record in records if record.command), "lab replay --reproduce")
    return f"Made by `{command}` on {datetime.now(UTC):%d %B %Y at %H:%M} UTC{code}."


def _cell(record: Record | None) -> str:
    if record is None:
        return "–"
    if record.low is None or record.high is None:
        return f"{record.value:.3g}"
    mark = "" if record.passed is None else " ✓" if record.passed else " ✗"
    return f"{record.value:.3g} ({record.low:.3g} to {record.high:.3g}){mark}"


def table(found: Mapping[str, Record]) -> str:
    """Return the figures of every rung, the cost of every step, and what came through."""
    cuts = [name for name, _, _ in DAYS if f"{FIGURES[0]}, {LAB}, {OURS}, {name}" in found]
    lines = [f"| figure | rung | {' | '.join(cuts)} |", f"|---|---|{'---|' * len(cuts)}"]
    for figure in FIGURES:
        for rung in (*OPEN, *CLOSED):
            middle = f"{rung}, {OURS}" if rung in OPEN else rung
            cells = [_cell(found.get(f"{figure}, {middle}, {cut}")) for cut in cuts]
            lines.append(f"| {figure} ({_UNITS[figure]}) | {rung} | {' | '.join(cells)} |")
    lines += ["", f"| cost of a step | {' | '.join(FIGURES)} |", f"|---|{'---|' * len(FIGURES)}"]
    for name, _, _ in STEPS:
        cells = [_cell(found.get(f"cost of {name}: {figure}")) for figure in FIGURES]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += ["", "| what came through | value (95 % interval) | unit |", "|---|---|---|"]
    for claim, record in found.items():
        if claim.startswith(("sensing:", "delivery:", "integration:", "speed")):
            lines.append(f"| {claim} | {_cell(record)} | {record.unit} |")
    return "\n".join(lines)


def picture(found: Mapping[str, Record], folder: Path) -> None:
    """Draw every rung's figures by day with their intervals."""
    cuts = [name for name, _, _ in DAYS[1:] if f"{FIGURES[0]}, {LAB}, {OURS}, {name}" in found]
    folder.mkdir(parents=True, exist_ok=True)
    figure, axes = plt.subplots(1, len(FIGURES), figsize=(13, 3.6))
    for axis, name in zip(axes, FIGURES, strict=True):
        for index, rung in enumerate((*OPEN, *CLOSED)):
            middle = f"{rung}, {OURS}" if rung in OPEN else rung
            rows = [found.get(f"{name}, {middle}, {cut}") for cut in cuts]
            points = [
                (place + 0.12 * (index - 2), row.value, row.value - row.low, row.high - row.value)
                for place, row in enumerate(rows)
                if row is not None and row.low is not None and row.high is not None
            ]
            if points:
                x, y, below, above = zip(*points, strict=True)
                spread = [[max(v, 0) for v in below], [max(v, 0) for v in above]]
                axis.errorbar(x, y, yerr=spread, fmt="o-" if rung in OPEN else "s--", markersize=4, label=rung)
        axis.set_xticks(range(len(cuts)), [cut.removeprefix("days ") for cut in cuts])
        axis.set_title(f"{name} ({_UNITS[name]})", fontsize=10)
        axis.set_xlabel("days")
    figure.tight_layout(rect=(0, 0.1, 1, 1))
    axes[0].legend(frameon=False, fontsize=8, ncols=5, loc="lower left", bbox_to_anchor=(0, -0.42))
    figure.savefig(folder / "replay.png", dpi=110, bbox_inches="tight")
    plt.close(figure)
