"""`lab evaluate opponent`: the transformer beside a two-layer network that is steered in the same way.

Both have twelve coefficients in the same five dimensions, learned by the same loop on the same rows, and both come to
know a person from the same ratings by the same posterior. What differs is how tokens are read: as a sequence, or as a
sum. People are judged on the second half of their days, after so many ratings of the first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import jax
import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from assistant.engine import Prior
from assistant.model_files import load_model
from assistant.vocabulary import OUTPUT_GROUPS
from tools.results import Record, write_records
from tools.train.calibrate import Budget, prior_of
from tools.train.data import Rows, load_rows
from tools.train.loop import Plan, Trainer, plan_of
from tools.train.mlp import new_mlp
from tools.train.network import Shape, parameter_count
from tools.train.worth import Loss, halves, judge_of, known_from, loss_of, some_of, steered_logits

from .measures import Tally, f1, interval, resamples, tally
from .people import People, load_people
from .policies import Costs, Judged, best_costs, speaks
from .shipped import judge_cold, network_of, probabilities

type Floats = NDArray[np.float64]

OURS: Final = "transformer"
THEIRS: Final = "two-layer network"
ALL: Final = -1
"""Stands for every rating of the first half."""
COUNTS: Final = (0, 10, 20, 50, ALL)
_ASKED: Final = [place for place, group in enumerate(OUTPUT_GROUPS) if group.name in ("content", "moment")]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What `lab evaluate opponent` was asked for."""

    data: Path
    other: Path | None
    out: Path
    work: Path = Path("runs/opponent")
    """For the opponent's checkpoints, so that measuring again is quick."""
    model: Path | None = None
    people: int | None = None
    """The first so many people of the splits that are measured; all if left out."""
    personas: int | None = None
    """The first so many training people."""
    plan: Plan
    """How the opponent is trained."""
    width: int = 128
    budget: Budget = field(default_factory=Budget)
    seed: int = 1
    command: str = ""


@dataclass(frozen=True, kw_only=True)
class Steerable:
    """A network with what a person's learning starts from, and the prices tuned for it."""

    network: Any
    prior: Prior
    costs: Costs


@dataclass(frozen=True, kw_only=True)
class Known:
    """How well people are judged after so many of their ratings."""

    loss: Loss
    tally: Tally


def usual_plan(*, network: int, joint: int, seed: int) -> Plan:
    """Return the stages of the model that ships but for the last, which lets in the attention it has not.

    It never stops early, so that the opponent has had the whole of them; the best look counts all the same.
    """
    usual = plan_of(network=network, joint=joint, attention=0, seed=seed)
    return replace(usual, patience=usual.looks)


def _steerable(network: Any, prior: Prior, validation: People) -> Steerable:
    judged = judge_cold(network, validation.rows.tokens, prior)
    return Steerable(network=network, prior=prior, costs=best_costs(validation, judged, "f1"))


def _opponent(request: Request, validation: Rows) -> tuple[Any, Prior]:
    """Train the two-layer network with its bases and latents; returns it and its prior."""
    train = load_rows(request.data, "train", request.personas)
    trainer = Trainer(request.plan, train, validation, request.work, lambda *_: None)
    fresh: Any = new_mlp(Shape(width=request.width, layers=3, k=12), jax.random.key(request.plan.seed))
    trained, _ = trainer.run(fresh)
    return trained.network, prior_of(trained.network, train, validation, request.budget)


def _later(people: People) -> People:
    """Return people's second half, in which they are judged."""
    _, second = halves(people.rows)
    chosen = people.rows.session >= second.session.min()
    return replace(
        people,
        rows=second,
        truth={name: values[chosen] for name, values in people.truth.items()},
        minute=people.minute[chosen],
        kind=people.kind[chosen],
    )


def _known(item: Steerable, people: People, seed: int) -> Iterator[tuple[int, Known]]:
    """Yield how well people are judged, by the number of ratings they were known from."""
    judge = judge_of(item.network)
    first, later = halves(people.rows)[0], _later(people)
    for count in COUNTS:
        heard = first if count == ALL else some_of(first, count, seed)
        logits = steered_logits(judge, later.rows, known_from(judge, heard, item.prior))
        judged = Judged(probabilities=probabilities(logits, item.prior.temperatures))
        spoken = speaks(later, judged.welcome, item.costs)
        yield count, Known(loss=loss_of(logits, later.rows, item.prior), tally=tally(later, spoken, judged.style))


def _after(count: int) -> str:
    return "knowing nobody" if not count else f"after {'two weeks of' if count == ALL else count} ratings"


def _figures(known: Known) -> dict[str, tuple[str, Any]]:
    """Return unit and value of every figure, as a function of chosen people."""
    return {
        "timing F1": ("points", lambda chosen: f1(known.tally, chosen)),
        "loss of all nine factors": ("nats", known.loss.sum),
        "loss of content and moment": ("nats", lambda chosen: float(known.loss.by_group(chosen)[_ASKED].sum())),
    }


def _records(found: dict[str, dict[int, Known]], family: str) -> Iterator[Record]:
    """Yield every figure of both, and what ours has more, by the number of ratings."""
    count = len(found[OURS][0].loss.total)
    everyone, draws = np.arange(count), resamples(count)
    for heard in COUNTS:
        figures = {name: _figures(found[name][heard]) for name in (OURS, THEIRS)}
        for figure, (unit, ours) in figures[OURS].items():
            theirs = figures[THEIRS][figure][1]
            drawn = {name: np.array([of(draw) for draw in draws]) for name, of in ((OURS, ours), (THEIRS, theirs))}
            value = {OURS: ours(everyone), THEIRS: theirs(everyone)}
            for name in (OURS, THEIRS):
                claim = f"{name}: {figure} {_after(heard)}"
                yield _with_interval(claim, value[name], drawn[name], unit, family)
            claim = f"{figure} {_after(heard)}: {OURS} less {THEIRS}"
            yield _with_interval(claim, value[OURS] - value[THEIRS], drawn[OURS] - drawn[THEIRS], unit, family)


def _with_interval(claim: str, value: float, drawn: Floats, unit: str, family: str) -> Record:
    low, high = interval(drawn)
    record = Record(claim=claim, value=value, low=low, high=high, unit=unit, family=family)
    if unit == "points" and "less" in claim:
        # The interval has to exclude 0, so the lower end answers, not the value.
        record = replace(record, threshold="interval above 0", passed=low > 0)
    return record


def evaluate(request: Request, console: Console | None = None) -> list[Record]:
    """Train the opponent, let both know test people better and better, and write the records.

    Raises StorageError when data are missing.
    """
    console = console or Console()
    model = load_model(request.model)
    validation = load_people(request.data, "validation", request.people)
    console.print("training the two-layer network")
    mlp, prior = _opponent(request, load_rows(request.data, "validation"))
    ours = network_of(model)
    networks = {
        OURS: _steerable(ours, model.steering.prior, validation),
        THEIRS: _steerable(mlp, prior, validation),
    }
    records = [
        Record(claim=f"{OURS}: parameters", value=parameter_count(ours)),
        Record(claim=f"{THEIRS}: parameters", value=parameter_count(mlp)),
    ]
    for family, folder in (("A", request.data), ("B", request.other)):
        if folder is None:
            continue
        people = load_people(folder, "test", request.people)
        console.print(f"family {family}: {len(people.rows):,} rows of {len(people.rows.personas)} test people")
        found = {name: dict(_known(item, people, request.seed)) for name, item in networks.items()}
        records += _records(found, family)
    records = [replace(record, command=request.command) for record in records]
    write_records(request.out / "opponent.json", records)
    return records
