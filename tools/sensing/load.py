"""`lab bench-load`: a large home under a storm of state changes, on a real core with the integration set up.

Times of the event loop are processor times of its thread: on a shared machine the wall clock also measures the others.
The wall clock's figure stands beside it. Python's garbage collector walks through everything the core holds whenever it
likes, with us or without; its pauses are taken out of the callbacks they fall into and stand beside them too.
"""

import asyncio
import gc
import logging
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from rich.console import Console

from custom_components.proactive_assistant.const import CONF_PERSON, DOMAIN, SUBENTRY_RESIDENT
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.sensing.roles import async_survey
from tools.results import Record, at_least, at_most

from .core import running_core
from .evaluate import merge_records

SIZES: Final = (500, 1000, 2000, 4000)
MAIN: Final = 2000
A_SECOND: Final = 1000
BATCH: Final = 10
BEGINS: Final = "load: "

# Of ten entities of a large home three or four have a role; most others are power, link quality, config and the like.
_MIX: Final[tuple[tuple[str, dict[str, Any], tuple[str, str]], ...]] = (
    ("sensor", {"device_class": "power", "unit_of_measurement": "W"}, ("10", "20")),
    ("sensor", {"device_class": "voltage", "unit_of_measurement": "V"}, ("230", "231")),
    ("binary_sensor", {"device_class": "connectivity"}, ("on", "off")),
    ("switch", {}, ("on", "off")),
    ("sensor", {"device_class": "temperature", "unit_of_measurement": "°C"}, ("20", "21")),
    ("light", {}, ("on", "off")),
    ("binary_sensor", {"device_class": "motion"}, ("on", "off")),
    ("binary_sensor", {"device_class": "window"}, ("on", "off")),
    ("sensor", {"device_class": "battery", "unit_of_measurement": "%"}, ("60", "61")),
    ("number", {}, ("1", "2")),
)  # fmt: skip


@dataclass(slots=True)
class LoopTimes:
    """How long single callbacks of the event loop took, in milliseconds."""

    processor: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    collector: list[float] = field(default_factory=list)
    """Pauses of the garbage collector."""
    slow: list[str] = field(default_factory=list)
    waiting: int = 0
    """Most callbacks that were ready at once."""


@contextmanager
def timed_loop(loop: asyncio.AbstractEventLoop) -> Iterator[LoopTimes]:
    """Time every callback of an event loop."""
    times = LoopTimes()
    run = asyncio.Handle._run  # noqa: SLF001 - asyncio tells in no other way
    driver = asyncio.current_task()
    here, collecting, collected = threading.get_ident(), 0.0, 0.0

    def collector(phase: str, _info: dict[str, int]) -> None:
        nonlocal collecting, collected
        if threading.get_ident() != here:
            return
        if phase == "start":
            collecting = time.thread_time()
        else:
            pause = (time.thread_time() - collecting) * 1000
            collected += pause
            times.collector.append(pause)

    def timed(handle: asyncio.Handle) -> None:
        nonlocal collected
        busy, begun, collected = time.thread_time(), time.perf_counter(), 0.0
        run(handle)
        busy, taken = (time.thread_time() - busy) * 1000 - collected, (time.perf_counter() - begun) * 1000
        callback = getattr(handle._callback, "__self__", None)  # type: ignore[attr-defined] # noqa: SLF001
        if callback is driver:
            # The benchmark's own steps: ten changes each, with what listens to them, and what it does in between.
            return
        times.processor.append(busy)
        times.wall.append(taken)
        if busy > 3.0:
            times.slow.append(f"{busy:.1f} ms {callback or handle!r}"[:400])
        times.waiting = max(times.waiting, len(loop._ready))  # type: ignore[attr-defined] # noqa: SLF001

    gc.callbacks.append(collector)
    asyncio.Handle._run = timed  # type: ignore[method-assign,assignment] # noqa: SLF001
    try:
        yield times
    finally:
        gc.callbacks.remove(collector)
        asyncio.Handle._run = run  # type: ignore[method-assign] # noqa: SLF001


def furnish(hass: HomeAssistant, entities: int) -> list[Thing]:
    """Fill the registries with a large home; return what can change."""
    entry = _entry("zha", {})
    hass.config_entries._entries[entry.entry_id] = entry  # noqa: SLF001 - a core without that integration
    areas = [ar.async_get(hass).async_create(f"Room {number}") for number in range(max(entities // 60, 2))]
    registry, devices = er.async_get(hass), dr.async_get(hass)
    found: list[Thing] = []
    device_id = ""
    for number in range(entities):
        if number % 5 == 0:
            device = devices.async_get_or_create(
                config_entry_id=entry.entry_id, identifiers={("zha", str(number))}, name=f"Device {number}"
            )
            devices.async_update_device(device.id, area_id=areas[number // 60 % len(areas)].id)
            device_id = device.id
        domain, attributes, states = _MIX[number % len(_MIX)]
        registered = registry.async_get_or_create(
            domain, "zha", str(number), config_entry=entry, device_id=device_id, original_name=f"Thing {number}"
        )
        hass.states.async_set(registered.entity_id, states[1], attributes)
        found.append((registered.entity_id, states, attributes))
    hass.states.async_set("person.anna", "home", {"friendly_name": "Anna"})
    return found


def _entry(domain: str, data: dict[str, Any], subentries: tuple[dict[str, Any], ...] = ()) -> ConfigEntry[Any]:
    return ConfigEntry(
        data=data,
        discovery_keys=MappingProxyType({}),
        domain=domain,
        minor_version=1,
        options={},
        source="user",
        subentries_data=subentries,  # type: ignore[arg-type]
        title=domain,
        unique_id=None,
        version=1,
    )


@asynccontextmanager
async def set_up(hass: HomeAssistant) -> AsyncIterator[Coordinator]:
    """Set the integration up as Home Assistant does, with one resident."""
    hass.config.skip_pip = True
    resident = {
        "data": {CONF_PERSON: "person.anna"},
        "subentry_type": SUBENTRY_RESIDENT,
        "title": "Anna",
        "unique_id": "person.anna",
        "subentry_id": "anna",
    }
    entry = _entry(DOMAIN, {}, (resident,))
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    coordinator: Coordinator = entry.runtime_data
    try:
        yield coordinator
    finally:
        await hass.config_entries.async_unload(entry.entry_id)


@dataclass(frozen=True, kw_only=True)
class Storm:
    """What one storm did."""

    times: LoopTimes
    fired: int
    heard: int
    """Transitions of watched entities, fired and received by the bookkeeping."""
    seconds: float
    changes: int
    left: int
    """Tasks of ours still open at the end."""


type Thing = tuple[str, tuple[str, str], dict[str, Any]]
"""Something that changes: its id, its two states, its attributes."""


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What was changed in a storm, and how the event loop fared."""

    times: LoopTimes
    fired: int
    """Transitions of watched entities."""
    done: int
    seconds: float


async def change(hass: HomeAssistant, things: list[Thing], watched: AbstractSet[str], seconds: float) -> Changes:
    """Change states at the full rate for some seconds."""
    order = np.random.default_rng(3).permutation(len(things))
    flip: dict[str, bool] = {}
    done = fired = 0
    gc.collect()
    with timed_loop(hass.loop) as times:
        begun = time.perf_counter()
        while (now := time.perf_counter() - begun) < seconds:
            while done < now * A_SECOND:
                for _ in range(BATCH):
                    entity_id, states, attributes = things[order[done % len(order)]]
                    flip[entity_id] = not flip.get(entity_id, False)
                    hass.states.async_set(entity_id, states[0] if flip[entity_id] else states[1], attributes)
                    fired += entity_id in watched
                    done += 1
                await asyncio.sleep(0)
            await asyncio.sleep(0.002)
    return Changes(times=times, fired=fired, done=done, seconds=time.perf_counter() - begun)


async def storm(hass: HomeAssistant, coordinator: Coordinator, things: list[Thing], seconds: float) -> Storm:
    """Let a storm of changes pass over the integration."""
    heard, changed = 0, coordinator.bookkeeper.changed

    def count(*arguments: Any, **named: Any) -> None:
        nonlocal heard
        heard += 1
        changed(*arguments, **named)

    coordinator.bookkeeper.changed = count  # type: ignore[method-assign]
    made = await change(hass, things, set(coordinator.home.map.things), seconds)
    await asyncio.sleep(1.5)
    left = len(coordinator.entry._background_tasks) + len(coordinator.entry._tasks)  # noqa: SLF001
    return Storm(
        times=made.times, fired=made.fired, heard=heard, seconds=made.seconds, changes=made.done, left=left
    )  # fmt: skip


def cost_of_a_change(hass: HomeAssistant, things: list[Thing]) -> float:
    """Return microseconds of processor time per state change."""
    begun = time.thread_time()
    for states in (0, 1) * 2:
        for entity_id, values, attributes in things:
            hass.states.async_set(entity_id, values[states], attributes)
    return (time.thread_time() - begun) / (4 * len(things)) * 1e6


@callback
def _heard(_event: Event[EventStateChangedData]) -> None:
    """Hear a change and do nothing."""


async def _one(entities: int, seconds: float, rounds: int) -> tuple[Storm, Changes, list[float], LoopTimes]:
    """Measure a home of one size: a storm without us, set-up, cost of an unwatched change, a storm with us."""
    async with running_core() as hass:
        things = furnish(hass, entities)
        # As the recorder or a dashboard hears every change: without any listener a core makes no events at all.
        deaf = hass.bus.async_listen(EVENT_STATE_CHANGED, _heard)
        control = await change(hass, things, frozenset(), seconds)
        deaf()
        unwatched = [thing for thing in things if thing[0].startswith(("number.", "switch."))]
        without = [cost_of_a_change(hass, unwatched) for _ in range(rounds)]
        async with set_up(hass) as coordinator:
            with timed_loop(hass.loop) as surveying:
                await asyncio.create_task(async_survey(hass))
            unwatched = [thing for thing in unwatched if thing[0] not in coordinator.home.map.things]
            costs = [cost_of_a_change(hass, unwatched) for _ in range(rounds)]
            added = [with_us - float(np.median(without)) for with_us in costs]
            return await storm(hass, coordinator, things, seconds), control, added, surveying


def bench(
    out: Path, seconds: float, sizes: tuple[int, ...], command: str, console: Console | None = None
) -> list[Record]:
    """Run the storms and put the records into the file."""
    console = console or Console()
    # The to-do list needs a server, which this core does not have; all else of the integration is set up.
    logging.disable(logging.ERROR)
    sys.setswitchinterval(0.0005)
    records: list[Record] = []
    for size in sizes:
        whole = seconds if size == MAIN else min(seconds, 10.0)
        result, control, costs, surveying = asyncio.run(_one(size, whole, 15))
        for line in (*surveying.slow[:5], *result.times.slow[:12]):
            console.print(f"{size}: {line}", highlight=False, markup=False)
        records += list(_records(size, result, control, costs, surveying, command))
    merge_records(out, BEGINS, records)
    for record in records:
        console.print(f"{record.claim}: {record.value} {record.unit} {record.threshold or ''} {record.passed}")
    return records


def _records(
    size: int, result: Storm, control: Changes, costs: list[float], surveying: LoopTimes, command: str
) -> Iterator[Record]:
    what = f"{BEGINS}{size:,} entities, {result.changes / result.seconds:,.0f} changes/s for {result.seconds:.0f} s: "
    busy = np.array(result.times.processor)
    yield at_most(
        Record(
            claim=f"{what}longest block of the event loop, processor time, with median and 99.9th percentile",
            value=round(float(busy.max()), 2),
            low=round(float(np.median(busy)), 3),
            high=round(float(np.percentile(busy, 99.9)), 2),
            unit="ms",
            command=command,
        ),
        5.0,
    )
    pauses = result.times.collector
    yield at_most(
        Record(
            claim=f"{what}longest pause of Python's garbage collector, of {len(pauses)}, processor time",
            value=round(max(pauses, default=0.0), 2),
            unit="ms",
            command=command,
        ),
        5.0,
    )
    apart = control.times.collector
    yield Record(
        claim=f"{what}longest pause of Python's garbage collector of the same storm without us, of {len(apart)}",
        value=round(max(apart, default=0.0), 2),
        unit="ms",
        command=command,
    )
    yield Record(
        claim=f"{what}longest block by the wall clock",
        value=round(max(result.times.wall), 2),
        unit="ms",
        command=command,
    )
    yield at_least(
        Record(
            claim=f"{what}share of {result.fired:,} transitions of watched entities that arrived",
            value=round(result.heard / max(result.fired, 1), 6),
            command=command,
        ),
        1.0,
    )
    yield at_most(Record(claim=f"{what}callbacks waiting at most", value=result.times.waiting, command=command), 200)
    yield at_most(Record(claim=f"{what}tasks left afterwards", value=result.left, command=command), 2)
    low, middle, high = np.percentile(costs, [2.5, 50, 97.5])
    yield at_most(
        Record(
            claim=f"{BEGINS}{size:,} entities: cost of an unwatched state change that we add",
            value=round(float(middle), 2),
            low=round(float(low), 2),
            high=round(float(high), 2),
            unit="µs",
            command=command,
        ),
        20.0,
    )
    yield at_most(
        Record(
            claim=f"{BEGINS}{size:,} entities: longest block of the event loop by a survey, processor time",
            value=round(max(surveying.processor), 2),
            unit="ms",
            command=command,
        ),
        5.0,
    )
