"""`lab evaluate claims`: learners compared on the same feedback of people the model has never met."""

import sys
from pathlib import Path
from typing import Annotated, cast

import typer

from ..groups import group


def register(app: typer.Typer) -> None:
    """Add the command to the group of evaluations."""
    group(app, "evaluate", "Measure the model on held-out people.").command("claims")(claims)


def claims(
    quick: Annotated[bool, typer.Option("--quick", help="24 people for two weeks: minutes on one core.")] = False,
    people: Annotated[int | None, typer.Option(help="Test people for each seed and family.")] = None,
    days: Annotated[int | None, typer.Option(help="Days each.")] = None,
    seeds: Annotated[int | None, typer.Option(help="Populations, drawn with seeds 1, 2, …")] = None,
    engine: Annotated[str, typer.Option(help="auto, numpy, llama or table.")] = "auto",
    model: Annotated[Path | None, typer.Option(help="Folder of the model; the shipped one if left out.")] = None,
    workers: Annotated[int, typer.Option(help="Processes on this machine.")] = 1,
    out: Annotated[
        Path | None, typer.Option(help="Folder for claims.json; docs/results if left out, none with --quick.")
    ] = None,
) -> None:
    """Compare steering with what learns without it, by how much feedback was given and by day."""
    from assistant.assistant import EngineChoice
    from tools.errors import ArgumentError
    from tools.evaluate.claims.command import Request, run

    if engine not in {"auto", "numpy", "llama", "table"}:
        raise ArgumentError(f"there is no engine '{engine}'; there are auto, numpy, llama and table")
    run(
        Request(
            people=people or (24 if quick else 80),
            days=days or (14 if quick else 28),
            seeds=tuple(range(1, (seeds or (1 if quick else 5)) + 1)),
            families=("A",) if quick else ("A", "B"),
            engine=cast("EngineChoice", engine),
            model=model,
            tuning=8 if quick else 40,
            counted=30 if quick else 300,
            workers=workers,
            out=out if quick else out or Path("docs/results"),
            command=" ".join(["python -m tools.lab", *sys.argv[1:]]),
        )
    )
