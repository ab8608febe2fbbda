"""One replay from the command line to the report."""

import asyncio
import signal
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from tools.errors import ArgumentError, InterruptedRunError
from tools.streams import Family

from .connection import Connection
from .errors import InstanceGoneError, ReplayError
from .journal import Journal
from .life import Life
from .persona import persona_scene
from .remote import RemotePort
from .scene import Scene
from .start import own_instance
from .trace import read_scene
from .visit import checked

_WEEK: Final = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What the command line asked for."""

    days: float
    persona: int | None = None
    trace: Path | None = None
    seed: int = 2
    family: str = "A"
    url: str | None = None
    token: str | None = None
    keep: bool = False
    known_test: bool = False
    start: bool = False
    speed: int = 600
    port: int = 8129
    command: str = ""


def scene_of(request: Request, *, spare: int = 0) -> Scene:
    """Return the scene that is asked for; `spare` days more, from which a weekday can be chosen."""
    if (request.persona is None) == (request.trace is None):
        raise ArgumentError("say whose days are lived: --persona N, or --trace FILE")
    if request.trace is not None:
        return read_scene(request.trace)
    assert request.persona is not None
    days = max(1, round(request.days + 0.4999)) + spare
    return persona_scene(request.persona, days=days, seed=request.seed, family=Family(request.family))


@dataclass(slots=True)
class Ended:
    """What is left of a replay."""

    scene: Scene
    journal: Journal
    speed: float
    """Of the scene's time over real time, while it was lived."""
    gone: list[str]
    """What was taken away from the instance again."""
    restarts: int = 0


async def live_at(request: Request, url: str, token: str, console: Console, home: Any = None) -> Ended:
    """Live at an instance behind a URL and leave it as it was.

    Raises ReplayError in all the ways an instance can refuse, and InstanceGoneError when it is gone for good.
    """
    scene = scene_of(request, spare=_WEEK)
    journal = Journal()
    async with Connection(url, token) as connection:
        await connection.get("/api/")
        await connection.open()
        config = await checked(connection, known_test=request.known_test or home is not None)
        console.print(f"{url}: Home Assistant {config['version']}, “{config.get('location_name')}”", highlight=False)
        port = RemotePort(connection, scene)
        gone: list[str] = []
        failed: BaseException | None = None
        begun = time.monotonic()
        first = last = 0.0
        try:
            port.life = life = Life(scene, port, journal)
            await port.furnish()
            if home is not None:
                await home.let_go()
                await port.anew()
            first = last = port.begin
            scene.minutes = min(scene.minutes, port.begin + request.days * 1440)
            console.print(
                f"{scene.name} moves in: {len(scene.fittings)} entities, {request.days:g} days at "
                f"{port.speed:g} × real time, about {request.days * 24 / port.speed:.1f} h",
                highlight=False,
            )
            begun = time.monotonic()
            await life.live(port.begin, lambda day: console.print(_day(journal, day), highlight=False))
            last = port.now
        except BaseException as error:
            failed = error
            raise
        finally:
            took = time.monotonic() - begun
            if request.keep and failed is None:
                await port.hang_up()
                console.print("kept as it is; the next replay at this instance takes it away first")
            else:
                gone = await asyncio.shield(_leave(port, console, failed))
    return Ended(scene, journal, (last - first) * 60 / max(took, 1e-9), gone, port.restarts)


async def _leave(port: RemotePort, console: Console, failed: BaseException | None) -> list[str]:
    try:
        gone = await port.leave()
    except ReplayError as error:
        console.print(
            f"[yellow]what the replay brought could not be taken away[/] ({error}). Pushed states end with the "
            "process; for the rest run [bold]lab replay --clean-up --url … --token …[/] when it is back",
            highlight=False,
        )
        if failed is None:
            raise
        return []
    console.print(f"left as it was: {len(gone)} things taken away", highlight=False)
    return gone


def _day(journal: Journal, day: int) -> str:
    today = [line for line in journal.lines if line["at"] // 1440 == day - 1]
    counts = {name: sum(line["is"] == name for line in today) for name in ("push", "press", "held")}
    return f"day {day}: {counts['push']} messages, {counts['press']} answers, {counts['held']} held back"


async def clean_up(url: str, token: str, console: Console) -> None:
    """Take away what a replay that was cut short has left."""
    from .visit import clean  # noqa: PLC0415 - beside its one use

    async with Connection(url, token) as connection:
        await connection.open()
        gone = await clean(connection)
    console.print(f"taken away: {', '.join(gone) or 'nothing was left'}", highlight=False)


def run(request: Request, console: Console) -> Ended:
    """Run a replay at an instance of the user's or of our own. Raises LabError."""
    try:
        return asyncio.run(_until_told(request, console))
    except (KeyboardInterrupt, asyncio.CancelledError) as interrupt:
        raise InterruptedRunError("interrupted; the instance was left as it was") from interrupt


async def _until_told(request: Request, console: Console) -> Ended:
    """Live, and leave in order also when a service manager or a closing terminal says to end."""
    task = asyncio.current_task()
    assert task is not None
    for name in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    return await _run(request, console)


async def _run(request: Request, console: Console) -> Ended:
    async with AsyncExitStack() as stack:
        url, token, home = request.url, request.token, None
        if request.start:
            home, token = await stack.enter_async_context(own_instance(request.port, request.speed))
            url = home.url
        if not url or not token:
            raise ArgumentError("an instance is reached by --url and --token; --start brings up one of its own")
        try:
            return await live_at(request, url, token, console, home)
        except InstanceGoneError as error:
            if home is not None:
                home.check()
            raise InstanceGoneError(f"{error}. The replay ends here") from error
