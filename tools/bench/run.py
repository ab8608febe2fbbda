"""`lab bench`: medians, spreads and budgets, as records."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from assistant.assistant import Assistant
from assistant.encoding import encode_moment, encode_suggestion
from assistant.engine import EngineError
from assistant.model_files import MODEL_DIR, STEERING_FILE, WEIGHTS_FILE
from tools.errors import LabError
from tools.evaluate.language_model import LanguageModel, find_model
from tools.results import Record, at_most, write_records

from .cases import Case, cases, moment, suggestions
from .memory import measure

_WARM_UP = 20


@dataclass(frozen=True, kw_only=True)
class Request:
    """What `lab bench` was asked for."""

    out: Path
    model: Path = MODEL_DIR
    rounds: int = 7
    calls: int = 100
    general: int = 20
    """Questions to the general language model; 0 leaves it out."""
    command: str = ""


def _processor_clock(pid: int) -> int:
    """Return the clock id of another process's processor time (Linux: include/linux/posix-timers.h)."""
    return (~pid << 3) | 2


def _processor_seconds(assistant: Assistant) -> float:
    """Return the processor time that this process and the engine's worker have used so far."""
    worker = getattr(getattr(assistant.engine, "_llama", assistant.engine), "worker_pid", None)
    own = time.process_time()
    return own + time.clock_gettime(_processor_clock(worker)) if worker else own


def _timed(call: Callable[[int], object], calls: int) -> NDArray[np.float64]:
    times = np.empty(calls)
    for number in range(calls):
        start = time.perf_counter()
        call(number)
        times[number] = time.perf_counter() - start
    return times * 1000


@dataclass(frozen=True, kw_only=True)
class _Times:
    """What one case took on one engine, in milliseconds."""

    wall: NDArray[np.float64]
    """Shape (rounds, calls)."""
    processor: NDArray[np.float64]
    """A call's mean processor time, worker included, shape (rounds,): what a busy machine does not change."""


def _latency(assistants: dict[str, Assistant], request: Request) -> dict[tuple[str, str], _Times]:
    """Return times by engine and case, engines taking turns so that a busy minute hits all."""
    todo: dict[tuple[str, str], Case] = {
        (engine, case.name): case for engine, assistant in assistants.items() for case in cases(assistant)
    }
    for case in todo.values():
        _timed(case.call, _WARM_UP)
    walls: dict[tuple[str, str], list[NDArray[np.float64]]] = {key: [] for key in todo}
    processors: dict[tuple[str, str], list[float]] = {key: [] for key in todo}
    for _ in range(request.rounds):
        for key, case in todo.items():
            before = _processor_seconds(assistants[key[0]])
            walls[key].append(_timed(case.call, request.calls))
            used = _processor_seconds(assistants[key[0]]) - before
            processors[key].append(1000 * used / request.calls)
    return {key: _Times(wall=np.stack(rounds), processor=np.array(processors[key])) for key, rounds in walls.items()}


def _latency_records(assistants: dict[str, Assistant], request: Request) -> Iterator[Record]:
    budgets = {case.name: case.budget for case in cases(next(iter(assistants.values())))}
    for (engine, name), taken in _latency(assistants, request).items():
        times = taken.wall
        yield Record(
            claim=f"{engine}: {name}: processor time",
            value=float(np.median(taken.processor)),
            low=float(taken.processor.min()),
            high=float(taken.processor.max()),
            unit="ms",
        )
        medians = np.median(times, axis=1)
        yield Record(
            claim=f"{engine}: {name}: median",
            value=float(np.median(times)),
            low=float(medians.min()),
            high=float(medians.max()),
            unit="ms",
        )
        ends = np.percentile(times, 95, axis=1)
        record = Record(
            claim=f"{engine}: {name}: 95th percentile",
            value=float(np.percentile(times, 95)),
            low=float(ends.min()),
            high=float(ends.max()),
            unit="ms",
        )
        budget = budgets[name].get(engine)
        yield record if budget is None else at_most(record, budget)


def _memory_records(engines: list[str], model: Path) -> Iterator[Record]:
    for engine in engines:
        found = [measure(engine, model) for _ in range(3)]
        for key, unit, text in (
            ("import_ms", "ms", "time to import"),
            ("load_ms", "ms", "time to load, self-test included"),
            ("added_mb", "MB", "memory added to a process with numpy"),
            ("worker_mb", "MB", "memory of the worker process"),
        ):
            values = [item[key] for item in found]
            if any(values):
                record = Record(
                    claim=f"{engine}: {text}",
                    value=float(np.median(values)),
                    low=min(values),
                    high=max(values),
                    unit=unit,
                )
                yield at_most(record, 60) if (engine, key) == ("numpy", "added_mb") else record
    size = sum((model / name).stat().st_size for name in (WEIGHTS_FILE, STEERING_FILE)) / 2**20
    yield at_most(Record(claim="model files together", value=size, unit="MB"), 4)


def _general_records(assistants: dict[str, Assistant], request: Request) -> Iterator[Record]:
    """Yield the time of SmolLM2 for the same question, and its ratio to ours through the same llama.cpp."""
    model = LanguageModel(threads=1)
    now = moment(0)
    rows = [np.array([*encode_moment(now), *encode_suggestion(now, item)]) for item in suggestions(now.at)]
    model.yes(rows[0])
    theirs = _timed(lambda number: model.yes(rows[number % len(rows)]), request.general)
    median = float(np.median(theirs))
    yield Record(
        claim="SmolLM2-135M: one question, one thread: median",
        value=median,
        low=float(theirs.min()),
        high=float(theirs.max()),
        unit="ms",
    )
    for engine, assistant in assistants.items():
        case = next(item for item in cases(assistant) if item.name == "one suggestion, new moment")
        ours = float(np.median(_timed(case.call, request.calls)))
        yield Record(
            claim=f"SmolLM2-135M takes as long as so many judgements of {engine}", value=median / ours, unit="×"
        )


def bench(request: Request, console: Console | None = None) -> list[Record]:
    """Time everything on one core and write the records.

    Raises LabError when no engine can be loaded, ArgumentError when the general model is asked for and absent.
    """
    console = console or Console()
    if request.general:
        find_model()  # minutes of timing must not end in what could have been said at once
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    busy = os.getloadavg()[0]
    assistants: dict[str, Assistant] = {}
    for engine in ("numpy", "llama", "auto"):
        try:
            assistants[engine] = Assistant.load(engine, request.model)
        except EngineError as error:
            console.print(f"{engine} is left out: {error}")
    if not assistants:
        raise LabError("no engine can be loaded")
    records = [Record(claim="load average when the run began, on all cores", value=busy)]
    records += _latency_records(assistants, request)
    records += _memory_records(list(assistants), request.model)
    if request.general:
        records += _general_records(assistants, request)
    for assistant in assistants.values():
        assistant.close()
    records = [replace(record, command=request.command) for record in records]
    write_records(request.out / "bench.json", records)
    _show(records, console)
    return records


def _show(records: list[Record], console: Console) -> None:
    table = Table("what", "value", "from", "to", "budget", "met")
    for record in records:
        met = {None: "", True: "yes", False: "NO"}[record.passed]
        spread = [f"{value:.2f}" if value is not None else "" for value in (record.low, record.high)]
        table.add_row(record.claim, f"{record.value:.2f} {record.unit}", *spread, record.threshold or "", met)
    console.print(table)
