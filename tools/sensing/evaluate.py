"""`lab evaluate sensing`: what is noticed in simulated homes, and what is said of the people in them."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from rich.console import Console
from rich.progress import track

from tools.errors import ArgumentError
from tools.personas.draw import draw_household
from tools.report.bootstrap import interval
from tools.results import Record, at_least, at_most, read_records, write_records, write_text
from tools.simulate.clock import DAY, draw_calendar
from tools.streams import Family

from .activity_records import ACTIVITY
from .core import running_core
from .play import Player
from .pool import Lived
from .presence import tally
from .presence_records import PRESENCE, records_of
from .score import Counts, score
from .script import write_script

FIRST: Final = (
    "leave_home", "opening_left", "garage_open", "appliance_done", "lock_check", "window_climate", "bedtime",
    "battery_low", "cold_storage", "bin_day", "away_climate", "device_offline",
)  # fmt: skip
"""The kinds to ship first (product 3.4), held against 0.9; every other one against 0.8."""

KNOWN_AFTER: Final = 10
"""Days before the count begins: what the recorder would have told of on the first evening (product 3.1)."""

LAST_EVENING: Final = 6 * 60
"""Minutes at the end that are not counted: the night that they lead to is no more in the script."""

ENOUGH: Final = 5
"""Matters or messages of a kind in all homes from which a share of them says anything."""

SCARCE: Final = MappingProxyType(
    {
        "car": frozenset({"ev"}),
        "car and prices": frozenset({"ev", "tariff"}),
        "prices and sun": frozenset({"tariff", "solar", "appliances"}),
        "sprinkler": frozenset({"sprinkler"}),
        "alarm": frozenset({"alarm"}),
        "garage": frozenset({"garage"}),
        "cold": frozenset({"fridge"}),
        "hot": frozenset({"heat_sources"}),
        "awning": frozenset({"awning"}),
        "robot": frozenset({"vacuum"}),
        "children": frozenset({"media"}),
        "journey": frozenset({"climate"}),
    }
)  # fmt: skip
"""What few homes have or do, and what they need for it."""

TIMES: Final = MappingProxyType({"journey": 4})
"""How many times as many homes a scarce thing asks for: a home travels once at most, others have many cases each."""

SEARCHED: Final = 600
"""Homes that are looked through for them."""

RESTART: Final = 0.6
"""Share of the days after which Home Assistant restarts, once per home."""

BEGINS: Final = "noticing: "

BOTH: Final = ""
"""The family of records about the homes of both together: alone, many kinds have too few cases."""

type Rows = list[tuple[str, str, Counts]]
"""Family, kind and counts of one home."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked for."""

    out: Path
    homes: int
    """Of each family."""
    first: int
    """Id of the first household."""
    days: int
    seed: int
    workers: int
    scarce: int = 0
    """Of each family, how many homes at least are to have each thing that few have; 0 adds none."""
    mistakes: Path | None = None
    """Where every miss and every false message is listed; nowhere if left out."""
    command: str = ""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One home."""

    household: int
    family: Family
    days: int
    seed: int


def _households(request: Request, family: Family) -> list[int]:
    """Return the homes asked for, and the next ones that have what is scarce among them."""
    chosen = list(range(request.first, request.first + request.homes))
    had = [_scarce_of(request, household, family) for household in chosen]
    for household in range(chosen[-1] + 1, chosen[-1] + 1 + SEARCHED if request.scarce else chosen[-1] + 1):
        missing = {name for name in SCARCE if sum(name in names for names in had) < request.scarce * TIMES.get(name, 1)}
        found = _scarce_of(request, household, family) if missing else set()
        if found & missing:
            chosen.append(household)
            had.append(found)
    return chosen


def _scarce_of(request: Request, household: int, family: Family) -> set[str]:
    """Return what a home has of that which few have."""
    drawn = draw_household(household, request.seed, family)
    found = {name for name, needs in SCARCE.items() if needs <= drawn.home.devices}
    if not drawn.children:
        found.discard("children")
    trips = draw_calendar(drawn, request.days).trips
    if not any(end - begin > DAY + 120 and begin + DAY > KNOWN_AFTER * DAY for begin, end in trips):
        found.discard("journey")
    return found


def play_home(job: Job) -> tuple[Rows, list[str], dict[str, int], list[Lived]]:
    """Play one home; return its counts, a line for every mistake, what it could not show, and its people's counts."""
    logging.disable(logging.WARNING)  # every home's sensors fall silent on purpose
    stage = write_script(job.household, job.family, job.days, job.seed)

    begin, end = KNOWN_AFTER * DAY, stage.house.end - LAST_EVENING

    async def play() -> tuple[dict[str, Counts], list[str], list[Lived]]:
        async with running_core() as hass:
            player = Player(hass, stage)
            found = player.play(restart=RESTART * stage.house.end)
            people = [
                Lived(household=job.household, family=job.family.value, tally=tally(player.journal, member, begin, end))
                for member in range(len(stage.house.timelines))
            ]
        return *score(stage.truths, found, begin, end), people

    counts, lines, people = asyncio.run(play())
    head = f"home {job.household} {job.family.value} {stage.plan.language} {sorted(stage.plan.traits)}"
    return [(job.family.value, kind, row) for kind, row in counts.items()], [head, *lines], stage.dropped, people


def _shares(rows: list[Counts], over: Callable[[Counts], tuple[int, int]]) -> tuple[float, float, float, int]:
    """Return a share pooled over homes, its interval by resampling homes, and its base."""
    pairs = np.array([over(row) for row in rows], dtype=float)
    base = int(pairs[:, 1].sum())

    def pooled(values: np.ndarray) -> float:
        total = values[:, 1].sum()
        return float(values[:, 0].sum() / total) if total else 1.0

    low, high = interval(pairs, pooled) if base else (0.0, 1.0)
    return pooled(pairs), max(low, 0.0), min(high, 1.0), base


_MEASURES: Final[tuple[tuple[str, Callable[[Counts], tuple[int, int]]], ...]] = (
    ("recall", lambda row: (row.found, row.matters)),
    ("precision", lambda row: (row.right, row.told)),
    ("stale", lambda row: (row.stale, row.told)),
)


def _records(rows: Rows, request: Request) -> Iterator[Record]:
    kinds = sorted({kind for _, kind, _ in rows})
    for kind in kinds:
        for family in ("A", "B", BOTH):
            found = [row for name, sort, row in rows if sort == kind and family in (name, BOTH)]
            for name, over in _MEASURES:
                yield from _record(kind, family, name, found, over, request.command)
        delays = [delay for _, sort, row in rows if sort == kind for delay in row.delays]
        if delays:
            low, middle, high = np.percentile(delays, [10, 50, 90])
            yield Record(
                claim=f"{BEGINS}{kind}: minutes from worth saying to due, median with 10th and 90th percentile",
                value=round(float(middle), 1),
                low=round(float(low), 1),
                high=round(float(high), 1),
                unit="min",
                command=request.command,
            )
    told = [row for _, _, row in rows]
    value, low, high, base = _shares(told, lambda row: (row.asked, row.told))
    yield Record(
        claim=f"{BEGINS}share of {base} messages about what the world had asked to be told, not only allowed",
        value=round(value, 4),
        low=round(low, 4),
        high=round(high, 4),
        command=request.command,
    )


def _record(
    kind: str, family: str, name: str, rows: list[Counts], over: Callable[[Counts], tuple[int, int]], command: str
) -> Iterator[Record]:
    if not rows:
        return
    value, low, high, base = _shares(rows, over)
    if base < ENOUGH:
        return
    record = Record(
        claim=f"{BEGINS}{kind}: {name} ({base} in {len(rows)} homes)",
        value=round(value, 4),
        low=round(low, 4),
        high=round(high, 4),
        unit="share",
        family=family,
        command=command,
    )
    scripted = any(row.matters for row in rows)
    if name == "stale":
        yield at_most(record, 0.02)
    elif scripted:
        yield at_least(record, 0.9 if kind in FIRST else 0.8)
    else:
        # The world has no script for it yet: what is said of it is only counted.
        yield record


def evaluate(request: Request, console: Console | None = None) -> list[Record]:
    """Play every home and put the records into `sensing.json`, beside those of other commands.

    Raises ArgumentError when an argument makes no sense.
    """
    console = console or Console()
    if request.homes < 1 or not KNOWN_AFTER < request.days <= 366:
        raise ArgumentError(f"at least one home and more than {KNOWN_AFTER} days are needed")
    jobs = [
        Job(household=household, family=family, days=request.days, seed=request.seed)
        for family in Family
        for household in _households(request, family)
    ]
    rows: Rows = []
    mistakes: list[str] = []
    dropped: dict[str, int] = {}
    people: list[Lived] = []
    with ProcessPoolExecutor(request.workers, mp_context=get_context("spawn")) as pool:
        for found, lines, lost, lived in track(
            pool.map(play_home, jobs), total=len(jobs), description="homes", console=console
        ):
            rows += found
            mistakes += lines
            people += lived
            for kind, number in lost.items():
                dropped[kind] = dropped.get(kind, 0) + number
    records = list(_records(rows, request))
    merge_records(request.out, BEGINS, records)
    known = list(records_of(people, ("A", "B", BOTH), request.command))
    for begins in (PRESENCE, ACTIVITY):
        merge_records(request.out, begins, [record for record in known if record.claim.startswith(begins)])
    records += known
    if request.mistakes is not None:
        write_text(request.mistakes, "\n".join([*mistakes, f"not shown: {dropped}"]) + "\n")
    for record in records:
        if record.passed is False:
            console.print(f"missed: {record.claim} {record.family} {record.value} {record.threshold}", highlight=False)
    return records


def merge_records(path: Path, begins: str, records: list[Record]) -> None:
    """Replace the records of one command in a file that several write."""
    kept = [record for record in read_records(path) if not record.claim.startswith(begins)] if path.exists() else []
    write_records(path, sorted([*kept, *records], key=lambda record: record.claim.partition(":")[0]))
