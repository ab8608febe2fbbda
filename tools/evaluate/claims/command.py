"""`lab evaluate claims`: learners on the same feedback, their figures by feedback and day, and the claims."""

import heapq
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table as Screen

from assistant.assistant import EngineChoice
from assistant.engine import Engine
from tools.personas.split import TEST, TRAIN, VALIDATION
from tools.results import Record, at_least, write_records
from tools.streams import Family

from ..responses.replay import Choice, load
from .learners import Belief, Learner, Oracle, Population, Steered, Without
from .scores import (
    DAYS,
    FEEDBACKS,
    MEASURES,
    Beliefs,
    Costs,
    Tally,
    Truth,
    beliefs_of,
    best_costs,
    draws,
    speaks,
    truth_of,
)
from .scores import tally as tallied
from .scratch import BetaTable, LinUcb, Table, ThompsonLogistic
from .trace import Trace, persona_ids, traces

OURS: Final = "steering"
COLD: Final = "population only"
ORACLE: Final = "oracle"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What the command line asked for."""

    people: int
    """Test people for each seed and family."""
    days: int
    seeds: tuple[int, ...] = (1,)
    families: tuple[str, ...] = ("A",)
    engine: EngineChoice = "auto"
    model: Path | None = None
    tuning: int = 12
    """Validation people whose looks set every learner's prices."""
    counted: int = 60
    """Training people the Beta table is counted from."""
    workers: int = 1
    out: Path | None = None
    command: str = ""


@dataclass(frozen=True, slots=True)
class Kit:
    """What a learner may be made of."""

    engine: Engine
    table: Table
    seed: int


LEARNERS: Final[dict[str, Callable[[Kit], Learner]]] = {
    COLD: lambda kit: Population(kit.engine),
    OURS: lambda kit: Steered(kit.engine),
    "steering without random effects": lambda kit: Steered(Without(kit.engine, effects=False)),
    "random effects alone": lambda kit: Steered(Without(kit.engine, directions=False)),
    "Beta table": lambda kit: BetaTable(kit.table),
    "LinUCB": lambda _: LinUcb(),
    "Thompson logistic": lambda kit: ThompsonLogistic(kit.seed),
    ORACLE: lambda _: Oracle(),
}
"""Everybody who is compared, made anew for each person."""


@dataclass(frozen=True, slots=True)
class Lived:
    """One person's trace and what every learner believed on the way."""

    trace: Trace
    feedback: list[int]
    beliefs: dict[str, list[Belief]]


def live(choice: Choice, table: Table, trace: Trace) -> Lived:
    """Return what every learner believes of each look; outcomes reach all of them when they are known."""
    kit = Kit(load(choice).engine, table, trace.persona)
    learners = {name: make(kit) for name, make in LEARNERS.items()}
    beliefs: dict[str, list[Belief]] = {name: [] for name in learners}
    waiting: list[tuple[float, int]] = []
    feedback, count = [], 0
    for number, look in enumerate(trace.looks):
        while waiting and waiting[0][0] <= look.minute:
            told = trace.looks[heapq.heappop(waiting)[1]]
            count += told.answers
            for learner in learners.values():
                learner.learn(told)
        feedback.append(count)
        for name, learner in learners.items():
            beliefs[name].append(learner.judge(look))
        if look.outcome is not None:
            heapq.heappush(waiting, (look.known, number))
    return Lived(trace, feedback, beliefs)


@dataclass(frozen=True, kw_only=True)
class Lives:
    """Several people's lives as arrays."""

    truth: Truth
    beliefs: dict[str, Beliefs]


def _lives(found: list[Lived]) -> Lives:
    truth = truth_of([item.trace for item in found], [item.feedback for item in found])
    names = found[0].beliefs
    return Lives(
        truth=truth,
        beliefs={name: beliefs_of(belief for item in found for belief in item.beliefs[name]) for name in names},
    )


def _all(request: Request, table: Table, lived: list[Trace], console: Console, text: str) -> list[Lived]:
    job = partial(live, Choice(engine=request.engine, model=request.model), table)
    show = partial(track, description=text, total=len(lived), console=console, disable=not console.is_terminal)
    if request.workers <= 1:
        return list(show(map(job, lived)))
    with ProcessPoolExecutor(request.workers, mp_context=get_context("spawn")) as pool:
        return list(show(pool.map(job, lived)))


def _traces(request: Request, split: str, count: int, family: Family, *, seeds: int | None = None) -> Iterator[Trace]:
    for seed in request.seeds[:seeds]:
        yield from traces(persona_ids(split, count, seed, family), seed, request.days, family)


def prices(lives: Lives) -> dict[str, Costs]:
    """Return the prices every learner decides by: those that served it best on other people.

    Each has its own: one set for all would reward whoever shares the bias of the learner it was tuned on.
    """
    found = {name: best_costs(lives.truth, beliefs) for name, beliefs in lives.beliefs.items()}
    # The oracle's score is need itself, which any price leaves as it is while speaking for nothing is free.
    return found | {ORACLE: Costs(wrong=0.05, attention=0.0)}


def _cuts(truth: Truth) -> Iterator[tuple[str, np.ndarray]]:
    yield "all", np.ones(len(truth.person), bool)
    for name, first, last in FEEDBACKS:
        yield f"feedbacks {name}", (truth.feedback >= first) & (truth.feedback <= last)
    for name, first, last in DAYS:
        yield f"days {name}", (truth.session >= first) & (truth.session <= last)


def records_of(lives: Lives, costs: dict[str, Costs], family: str) -> list[Record]:
    """Return every learner's figures, and steering's lead over each other learner, by feedback and by day."""
    truth = lives.truth
    records: list[Record] = []
    choices = draws(int(truth.person.max()) + 1)
    spoken = {name: speaks(truth, beliefs, costs[name]) for name, beliefs in lives.beliefs.items()}
    for cut, chosen in _cuts(truth):
        if not chosen.any():
            continue
        tallies = {name: tallied(truth, lives.beliefs[name], spoken[name], chosen) for name in lives.beliefs}
        for figure in MEASURES:
            records += _figure(figure, tallies, choices, cut, family)
    return records


def _figure(figure: str, tallies: dict[str, Tally], choices: np.ndarray, cut: str, family: str) -> Iterator[Record]:
    unit, measure = MEASURES[figure]
    values = {name: measure(item, choices) for name, item in tallies.items()}

    def record(claim: str, found: np.ndarray) -> Record:
        low, high = np.percentile(found[1:], [2.5, 97.5])
        return Record(claim=claim, value=float(found[0]), low=float(low), high=float(high), unit=unit, family=family)

    for name, found in values.items():
        yield record(f"{figure}, {name}, {cut}", found)
    for name, found in values.items():
        if name != OURS:
            yield _held(record(f"{figure}, {OURS} less {name}, {cut}", values[OURS] - found))


_GAINS: Final = {
    f"timing F1, {OURS} less {COLD}, feedbacks 10–19": 8.0,
    f"timing F1, {OURS} less {COLD}, feedbacks 20–49": 15.0,
}
"""Leads the specification asks for (learning evidence 4, claim 4)."""
_BEATEN: Final = ("Beta table", "LinUCB", "Thompson logistic")


def _held(record: Record) -> Record:
    """Return the record with the specification's bound, where it has one."""
    if record.claim in _GAINS:
        return at_least(record, _GAINS[record.claim])
    ahead = any(f"{OURS} less {name}, feedbacks" in record.claim for name in _BEATEN)
    return at_least(record, 0.0) if ahead and record.claim.startswith("timing F1") else record


def evaluate(request: Request, console: Console) -> list[Record]:
    """Return every figure of every learner. Raises ArgumentError and LabError."""
    load(Choice(engine=request.engine, model=request.model))
    records: list[Record] = []
    home = Family.A
    table = Table(_traces(request, TRAIN, request.counted, home, seeds=1))
    tuning = _lives(
        _all(request, table, list(_traces(request, VALIDATION, request.tuning, home, seeds=1)), console, "prices")
    )
    costs = prices(tuning)
    for family in (Family(name) for name in request.families):
        lived = list(_traces(request, TEST, request.people, family))
        lives = _lives(_all(request, table, lived, console, f"family {family}"))
        console.print(
            f"family {family}: {len(lived)} people, {len(lives.truth.person):,} opportunities, "
            f"{lives.truth.need.mean():.1%} of them needed"
        )
        records += records_of(lives, costs, str(family))
    return [replace(record, command=request.command) for record in records]


def _screen(figure: str, family: str, by_claim: dict[tuple[str, str], Record]) -> Screen:
    """Return one figure of every learner, by feedback and by day."""
    names = ["all", *(f"feedbacks {name}" for name, _, _ in FEEDBACKS), *(f"days {name}" for name, _, _ in DAYS)]
    cuts = [cut for cut in names if (f"{figure}, {COLD}, {cut}", family) in by_claim]
    screen = Screen("learner", *cuts, title=f"{figure} ({MEASURES[figure][0]}), family {family}")
    for name in LEARNERS:
        screen.add_row(name, *(f"{by_claim[f'{figure}, {name}, {cut}', family].value:.3g}" for cut in cuts))
    return screen


def show(records: list[Record], console: Console) -> None:
    """Print the figures by feedback count and by day, and the bounds that hold or do not."""
    by_claim = {(record.claim, record.family): record for record in records}
    for family in dict.fromkeys(record.family for record in records):
        for figure in MEASURES:
            console.print(_screen(figure, family, by_claim))
    for record in records:
        if record.passed is not None:
            word = "holds" if record.passed else "FAILS"
            line = f"{word}: {record.claim} (family {record.family}): {record.value:.1f}, asked for {record.threshold}"
            console.print(line, highlight=False)


def run(request: Request) -> list[Record]:
    """Evaluate, show, and write claims.json into the folder asked for. Raises LabError."""
    console = Console()
    records = evaluate(request, console)
    show(records, console)
    if request.out is not None:
        write_records(request.out / "claims.json", records)
        console.print(f"written to {request.out / 'claims.json'}", highlight=False)
    return records
