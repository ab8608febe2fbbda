"""What `lab replay` was asked for, and who does it."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from tools.errors import ArgumentError
from tools.streams import Family

from .journal import Journal, Line
from .metrics import Metrics, metrics_of, together
from .spread import Order, spread


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What the command line asked for."""

    personas: tuple[int, ...] = ()
    trace: Path | None = None
    days: float = 1.0
    url: str | None = None
    token: str | None = None
    start: bool = False
    in_process: bool = False
    speed: int = 600
    port: int = 8129
    keep: bool = False
    known_test: bool = False
    clean_up: bool = False
    write_trace: Path | None = None
    export: Path | None = None
    reproduce: bool = False
    people: int = 20
    seed: int = 2
    family: str = "A"
    workers: int = 1
    dask: str | None = None
    out: Path = Path("replay")
    command: str = ""

    def checked(self) -> None:
        """Raise ArgumentError when the wishes make no sense together."""
        ways = [name for name in ("start", "in_process", "reproduce", "clean_up") if getattr(self, name)]
        ways += ["url"] if self.url and not self.clean_up else []
        ways += ["write_trace"] if self.write_trace else []
        if len(ways) != 1:
            raise ArgumentError("choose one of --url, --start, --in-process, --write-trace, --reproduce and --clean-up")
        if not 0 < self.days <= 359:
            raise ArgumentError(f"the number of days must be above 0 and at most 359, not {self.days:g}")
        if (self.url or self.clean_up) and not (self.url and self.token):
            raise ArgumentError("an instance is reached by --url and --token (or the variable HASS_TOKEN)")


def run(wish: Wish, console: Console | None = None) -> None:
    """Do what was asked for. Raises LabError."""
    console = console or Console()
    wish.checked()
    if wish.reproduce:
        _reproduce(wish, console)
    elif wish.clean_up or wish.export:
        _visit(wish, console)
    elif wish.write_trace:
        _write_trace(wish, wish.write_trace, console)
    elif wish.in_process:
        _in_process(wish, console)
    else:
        _at_instance(wish, console)


def _one(wish: Wish) -> int | None:
    if len(wish.personas) > 1:
        raise ArgumentError("an instance has room for one persona; several live with --in-process")
    return wish.personas[0] if wish.personas else None


def _visit(wish: Wish, console: Console) -> None:
    from .export import export  # noqa: PLC0415
    from .run import clean_up  # noqa: PLC0415

    assert wish.url
    assert wish.token
    if wish.export:
        count = asyncio.run(export(wish.url, wish.token, wish.days, wish.export))
        console.print(f"{count} lines in {wish.export}; read it before you share it", highlight=False)
    else:
        asyncio.run(clean_up(wish.url, wish.token, console))


def _write_trace(wish: Wish, path: Path, console: Console) -> None:
    from .persona import persona_scene  # noqa: PLC0415
    from .trace import lines_of, write_scene  # noqa: PLC0415

    persona = _one(wish)
    if persona is None:
        raise ArgumentError("say whose days are written: --persona N")
    days = max(1, round(wish.days))
    scene = persona_scene(persona, days=days, seed=wish.seed, family=Family(wish.family))
    drawn = {"id": persona, "seed": wish.seed, "family": wish.family}
    count = write_scene(path, lines_of(scene, source="persona", persona=drawn))
    console.print(f"{count} lines in {path}", highlight=False)


def _at_instance(wish: Wish, console: Console) -> None:
    from .report import write_report  # noqa: PLC0415
    from .run import Request  # noqa: PLC0415
    from .run import run as live  # noqa: PLC0415

    ended = live(
        Request(
            days=wish.days, persona=_one(wish), trace=wish.trace, seed=wish.seed, family=wish.family, url=wish.url,
            token=wish.token, keep=wish.keep, known_test=wish.known_test, start=wish.start, speed=wish.speed,
            port=wish.port, command=wish.command,
        ),
        console,
    )  # fmt: skip
    days = wish.days
    lines = [line for line in ended.journal.lines if line.get("member") in (ended.scene.watched, None)]
    found = metrics_of(lines, days)
    write_report(wish.out, [(ended.scene.name, lines)], found, ended.scene.start, wish.command, console, ended.speed)


@dataclass(slots=True)
class Lived:
    """One scene lived in a process."""

    name: str
    start: Any
    lines: list[Line]
    metrics: Metrics
    seconds: float
    days: float


def lived(persona: int | None, trace: Path | None, days: float, seed: int, family: str) -> Lived:
    """Live one scene in this process; everybody who is watched is counted."""
    import time  # noqa: PLC0415

    from .inprocess import replay  # noqa: PLC0415
    from .persona import persona_scene  # noqa: PLC0415
    from .trace import read_scene  # noqa: PLC0415

    if trace is not None:
        scene = read_scene(trace)
        scene.minutes = min(scene.minutes, days * 1440)
    else:
        assert persona is not None
        scene = persona_scene(persona, days=max(1, round(days)), seed=seed, family=Family(family))
    begun = time.process_time()
    journal: Journal = replay(scene)
    seconds = time.process_time() - begun
    lines = [line for line in journal.lines if line.get("member") in (scene.watched, None)]
    lasted = scene.minutes / 1440
    return Lived(scene.name, scene.start, lines, metrics_of(lines, lasted), seconds, lasted)


def _in_process(wish: Wish, console: Console) -> None:
    from .report import write_report  # noqa: PLC0415

    if bool(wish.personas) == bool(wish.trace):
        raise ArgumentError("say whose days are lived: --persona N (as often as you like), or --trace FILE")
    whom: list[tuple[int | None, Path | None]] = [(persona, None) for persona in wish.personas] or [(None, wish.trace)]
    orders: list[Order] = [
        ("tools.replay.command:lived", (persona, trace, wish.days, wish.seed, wish.family)) for persona, trace in whom
    ]
    found: list[Lived] = []
    for item in spread(orders, workers=wish.workers, dask=wish.dask):
        found.append(item)
        speed = item.days * 86_400 / max(item.seconds, 1e-9)
        console.print(
            f"{item.name}: {item.days:g} days in {item.seconds:.1f} s of a processor, {speed:,.0f} × real time",
            highlight=False,
        )
    total = together([item.metrics for item in found])
    speed = sum(item.days for item in found) * 86_400 / max(sum(item.seconds for item in found), 1e-9)
    accounts = [(item.name, item.lines) for item in found]
    write_report(wish.out, accounts, total, found[0].start, wish.command, console, speed)


def _reproduce(wish: Wish, console: Console) -> None:
    from .reproduce import Request  # noqa: PLC0415
    from .reproduce import run as reproduce  # noqa: PLC0415
    from .reproduction_page import write_page  # noqa: PLC0415

    records, _ = reproduce(
        Request(
            people=wish.people, days=max(1, round(wish.days)), seed=wish.seed, family=wish.family, workers=wish.workers,
            dask=wish.dask, command=wish.command,
        ),
        console,
    )  # fmt: skip
    write_page(wish.out, records, console)
