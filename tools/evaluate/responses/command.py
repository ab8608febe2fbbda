"""`lab evaluate --responses`: from two files to a table on screen and records on disk."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import track
from rich.table import Table as Screen

from assistant.assistant import EngineChoice
from tools.errors import ArgumentError
from tools.results import Record, write_records

from . import baselines
from .baselines import Answers, Floats
from .cases import Person, people_of
from .mapping import Plan, bind, read_mapping
from .replay import Choice, Predicted, load, replay_all
from .scores import BUCKETS, Reliability, Score, in_bucket, reliability, score
from .table import read_table

ASSISTANT: Final = "assistant"
POPULATION: Final = "assistant, not learning"


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """What the command line asked for."""

    responses: Path
    mapping: Path
    engine: EngineChoice = "auto"
    model: Path | None = None
    target: str | None = None
    people: int | None = None
    workers: int = 1
    out: Path | None = None
    command: str = ""


@dataclass(frozen=True, kw_only=True)
class Result:
    """Everything measured on one table."""

    name: str
    predict: str
    engine: str
    answers: Answers
    skipped: int
    predictions: dict[str, Floats]
    """By method, shape (answers,)."""
    impossible: dict[str, str]
    """Methods that could not be computed, and why."""

    def score(self, method: str, first: int = 0, last: int | None = None) -> Score | None:
        """Return a method's score on answers that had so many before them."""
        return score(self.answers, self.predictions[method], in_bucket(self.answers, first, last))


def _predicted(people: list[Person], found: list[Predicted]) -> dict[str, Floats]:
    asked = [np.array([case.truth is not None for case in person.cases]) for person in people]
    return {
        ASSISTANT: np.concatenate([item.learning[mask] for item, mask in zip(found, asked, strict=True)]),
        POPULATION: np.concatenate([item.population[mask] for item, mask in zip(found, asked, strict=True)]),
    }


def evaluate(request: Request, console: Console) -> Result:
    """Replay a table and every baseline. Raises ResponsesError and LabError."""
    data = read_mapping(request.mapping)
    table = read_table(request.responses, data.get("delimiter"), str(data.get("encoding", "UTF-8")))
    plan: Plan = bind(data, table, name=request.responses.stem, target=request.target)
    people, skipped = people_of(plan, table)
    if request.people is not None and request.people < 1:
        raise ArgumentError("--people must be at least 1")
    if request.workers < 1:
        raise ArgumentError("--workers must be at least 1")
    people = people[: request.people]
    choice = Choice(engine=request.engine, model=request.model)
    assistant = load(choice)
    found = list(
        track(
            replay_all(choice, people, plan.predict, request.workers),
            "people",
            total=len(people),
            console=console,
            disable=not console.is_terminal,
        )
    )
    answers = baselines.answers_of(people)
    fold = baselines.folds(answers)
    predictions = {
        "constant": baselines.constant(answers, fold),
        "person's own rate": baselines.running_rate(answers, fold),
        **_predicted(people, found),
    }
    impossible = {}
    context = baselines.context_only(answers, fold)
    if isinstance(context, str):
        impossible["context-only logistic"] = context
    else:
        predictions["context-only logistic"] = context
    return Result(
        name=plan.name,
        predict=plan.predict,
        engine=assistant.engine.name,
        answers=answers,
        skipped=skipped.answer,
        predictions=predictions,
        impossible=impossible,
    )


def _remarks(result: Result) -> list[str]:
    """Return what a reader must know to read the numbers."""
    answers = result.answers
    found = [f"{method}: not computed, {why}" for method, why in result.impossible.items()]
    if len(np.unique(answers.truth)) < 2:
        found.append("all answers are the same: AUC cannot be computed")
    if answers.people == 1:
        found.append("one person only: constant is their own earlier rate, and intervals over people are empty")
    elif answers.number.max() == 0:
        found.append("one answer a person: nothing of learning can be seen; name `person` columns that repeat")
    if result.skipped:
        found.append(f"{result.skipped} rows without an answer were left out")
    return found


_SHOWN: Final[tuple[tuple[str, Callable[[Score], float | None]], ...]] = (
    ("log-loss, nats", lambda found: found.log_loss),
    ("area under the ROC curve", lambda found: found.auc),
    ("calibration error", lambda found: found.ece),
)
"""Figures on screen, one table each: together they would not fit a line of eighty characters."""


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def show(result: Result, console: Console) -> None:
    """Print the scores by answer number, the reliability of the assistant, and what could not be computed."""
    answers = result.answers
    console.print(
        f"{result.name}: {len(answers.truth)} answers of {answers.people} people, {answers.truth.mean():.1%} yes; "
        f"predicting {result.predict}, engine {result.engine}",
        markup=False,  # a name is the user's own
    )
    cuts = (("all", 0, None), *BUCKETS)
    scores = {method: [result.score(method, first, last) for _, first, last in cuts] for method in result.predictions}
    for title, read in _SHOWN:
        screen = Screen("earlier answers", *(name for name, _, _ in cuts), title=title, box=SIMPLE_HEAD, padding=(0, 1))
        for method, found in scores.items():
            screen.add_row(method, *(_cell(None if score is None else read(score)) for score in found))
        sizes = (int(in_bucket(answers, first, last).sum()) for _, first, last in cuts)
        screen.add_row("answers", *map(str, sizes), style="dim")
        console.print(screen)
    _show_reliability(result, console)
    for remark in _remarks(result):
        console.print(remark, style="yellow", highlight=False, markup=False)


def _show_reliability(result: Result, console: Console) -> None:
    screen = Screen(title="reliability: of answers predicted in a tenth, how many were yes")
    for title in ("predicted", *(f"{method}: mean → yes (answers)" for method in (ASSISTANT, POPULATION))):
        screen.add_column(title)
    rows: dict[float, dict[str, Reliability]] = {}
    for method in (ASSISTANT, POPULATION):
        for part in reliability(result.predictions[method], result.answers.truth):
            rows.setdefault(part.low, {})[method] = part
    for low, parts in sorted(rows.items()):
        cells = [
            f"{part.predicted:.2f} → {part.happened:.2f} ({part.answers})" if part else "–"
            for part in (parts.get(method) for method in (ASSISTANT, POPULATION))
        ]
        screen.add_row(f"{low:.1f}–{low + 0.1:.1f}", *cells)
    console.print(screen)


def _score_records(result: Result, method: str, name: str, found: Score, command: str) -> list[Record]:
    claim = f"{result.name}: {{}} of {result.predict}, {method}, earlier answers {name}"
    records = [
        Record(
            claim=claim.format("log-loss"),
            value=found.log_loss,
            low=found.low,
            high=found.high,
            unit="nats",
            command=command,
        ),
        Record(claim=claim.format("calibration error"), value=found.ece, unit="share", command=command),
    ]
    if found.auc is not None:
        records.append(Record(claim=claim.format("AUC"), value=found.auc, command=command))
    return records


def records_of(result: Result, command: str = "") -> list[Record]:
    """Return every number as a record: scores by method and answer number, sizes, and reliability."""
    answers = result.answers
    records = [
        Record(claim=f"{result.name}: answers", value=len(answers.truth), command=command),
        Record(claim=f"{result.name}: people", value=answers.people, command=command),
        Record(claim=f"{result.name}: share of yes", value=float(answers.truth.mean()), unit="share", command=command),
    ]
    for method in result.predictions:
        for name, first, last in (("all", 0, None), *BUCKETS):
            found = result.score(method, first, last)
            if found is not None:
                records += _score_records(result, method, name, found, command)
    for method in (ASSISTANT, POPULATION):
        for part in reliability(result.predictions[method], answers.truth):
            claim = f"{result.name}: yes when {method} said {part.low:.1f} to {part.high:.1f}"
            records.append(Record(claim=claim, value=part.happened, unit="share", command=command))
    return records


def run(request: Request) -> Result:
    """Evaluate a table, show the numbers, and write them where told. Raises LabError."""
    console = Console()
    result = evaluate(request, console)
    show(result, console)
    if request.out is not None:
        write_records(request.out, records_of(result, request.command))
        console.print(f"written to {request.out}", highlight=False)
    return result
