"""The numbers of trust: kills, attacks and undos, held against what was promised."""

from .clock import frozen  # isort:skip - before anything of Home Assistant

import asyncio
import logging
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from homeassistant.core import CoreState, HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.proactive_assistant.assistant.assistant import Assistant
from tools.results import Record, at_least, at_most, write_records

from .attack import Breaches, async_attack
from .core import async_core
from .day import START
from .judge import Verdict
from .kills import kill_days
from .stronghold import async_house
from .undo import Undos, async_undos

if TYPE_CHECKING:
    from freezegun.api import FrozenDateTimeFactory

NOON: Final = START + timedelta(hours=6)
STEP: Final = timedelta(seconds=30)

HOW: Final = "forked process, real core object and stores, frozen clock"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What to run, and where the numbers go."""

    kills: int = 200
    rounds: int = 400
    undos: int = 400
    """Random states of each domain."""
    seed: int = 7
    out: Path | None = None
    """Folder for reach.json; None writes nothing."""
    command: str = ""


def run(request: Request, tell: Callable[[str], None] = print) -> list[Record]:
    """Run all three and return the records; writes them when asked to."""
    killed = kill_days(request.kills, request.seed, tell)
    for broken in killed.broken:
        tell(f"broken: {broken}")
    breaches = _in_core(lambda hass, wait: _async_attacked(hass, wait, request))
    for breach in (*breaches.never, *breaches.without_tap):
        tell(f"breach: {breach}")
    undone = _in_core(lambda hass, _wait: async_undos(hass, request.undos, request.seed))
    for undos in undone.values():
        for silent in undos.silent:
            tell(f"not exact: {silent}")
    records = [*_of_kills(killed, request), *_of_attack(breaches, request), *_of_undos(undone, request)]
    if request.out is not None:
        write_records(request.out / "reach.json", records)
    return records


type Wait = Callable[[timedelta], Awaitable[None]]


def _in_core[T](work: Callable[[HomeAssistant, Wait], Awaitable[T]]) -> T:
    """Return what comes of work on a running core whose time stands until it is moved."""
    table = Assistant.load("table")
    Assistant.load = classmethod(lambda _cls, *_args, **_kwargs: table)  # type: ignore[assignment,method-assign]
    # What is refused is logged, and nearly everything here is refused.
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder, frozen(NOON) as freezer:
        loop = asyncio.new_event_loop()
        loop.slow_callback_duration = float("inf")
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(_async_in_core(Path(folder), freezer, work))


async def _async_in_core[T](
    folder: Path, freezer: FrozenDateTimeFactory, work: Callable[[HomeAssistant, Wait], Awaitable[T]]
) -> T:
    hass = await async_core(folder)
    hass.set_state(CoreState.running)

    async def wait(time: timedelta) -> None:
        end = dt_util.utcnow() + time
        while dt_util.utcnow() < end:
            freezer.tick(STEP)
            async_fire_time_changed(hass, dt_util.utcnow())
            await hass.async_block_till_done(wait_background_tasks=True)

    try:
        return await work(hass, wait)
    finally:
        await hass.async_stop(force=True)


async def _async_attacked(hass: HomeAssistant, wait: Wait, request: Request) -> Breaches:
    owner, received = await async_house(hass)
    return await async_attack(hass, owner, received, request.rounds, request.seed, wait)


def _record(request: Request, claim: str, value: float, unit: str) -> Record:
    return Record(claim=claim, value=value, unit=unit, command=request.command)


def _of_kills(found: Verdict, request: Request) -> list[Record]:
    def record(claim: str, value: int, unit: str) -> Record:
        return _record(request, f"kill -9 ({HOW}): {claim}", value, unit)

    return [
        at_least(record("kills at random instants of scripted days", found.kills, "kills"), request.kills),
        at_most(record("acknowledged replies lost or counted twice", len(found.replies_lost), "replies"), 0),
        record("checks of acknowledged replies, after each kill and at the end of each day", found.replies, "checks"),
        at_most(record("suggestions delivered twice", len(found.delivered_twice), "messages"), 0),
        record("messages delivered", found.deliveries, "messages"),
        at_most(record("actions executed twice", len(found.executed_twice), "calls"), 0),
        record("actions executed", found.actions, "calls"),
        at_most(record("snapshots lost within 24 h", len(found.snapshots_lost), "snapshots"), 0),
        record("checks of snapshots, after each kill", found.snapshots, "checks"),
        at_most(record("ledgers that did not read after a kill", len(found.unreadable), "ledgers"), 0),
    ]


def _of_attack(found: Breaches, request: Request) -> list[Record]:
    return [
        at_most(_record(request, "attack: class A4 actions executed", len(found.never), "calls"), 0),
        at_most(
            _record(request, "attack: class A3 actions without an authenticated tap", len(found.without_tap), "calls"),
            0,
        ),
        *(_record(request, f"attack: tries by {name}", count, "tries") for name, count in found.tried.items()),
        at_least(_record(request, "attack: calls to devices that were seen and judged", found.calls, "calls"), 1),
        at_least(_record(request, "attack: class A3 actions by a phone's own tap", found.taps, "calls"), 1),
    ]


def _of_undos(found: dict[str, Undos], request: Request) -> list[Record]:
    records = []
    for domain, undos in found.items():
        claim = f"undo: random {domain} states restored exactly, of {undos.tried}"
        records.append(at_least(_record(request, claim, undos.exact, "states"), undos.tried))
        claim = f"undo: {domain} states not restored without saying so"
        records.append(at_most(_record(request, claim, len(undos.silent), "states"), 0))
    return records


__all__ = ["Request", "run"]
