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
    quick: Annotated[bool, typer.Option("--quick", help="A few people for two weeks: minutes on one core.")] = False,
    people: Annotated[int | None, typer.Option(help="Test people of family A for each seed.")] = None,
    others: Annotated[int | None, typer.Option(help="Test people of family B for each seed.")] = None,
    days: Annotated[int | None, typer.Option(help="Days each.")] = None,
    seeds: Annotated[int | None, typer.Option(help="Populations, drawn with seeds 2, 3, …")] = None,
    tuning: Annotated[int | None, typer.Option(help="Validation people who set the prices.")] = None,
    ablated: Annotated[int | None, typer.Option(help="Test people for each seed who live with the ablations.")] = None,
    trained: Annotated[
        int | None, typer.Option(help="Test people for each seed who get a network of their own.")
    ] = None,
    ideal: Annotated[
        int | None, typer.Option(help="Test people of family A for each seed whom the ideal observer thinks about.")
    ] = None,
    looped: Annotated[int | None, typer.Option(help="Test people for each seed who live with the product.")] = None,
    changed: Annotated[int | None, typer.Option(help="Test people for each seed whose tastes change.")] = None,
    lasting: Annotated[int | None, typer.Option(help="Test people for each seed who live twice as long.")] = None,
    engine: Annotated[str, typer.Option(help="auto, numpy, llama or table.")] = "auto",
    model: Annotated[Path | None, typer.Option(help="Folder of the model; the shipped one if left out.")] = None,
    workers: Annotated[int, typer.Option(help="Processes on this machine.")] = 1,
    work: Annotated[
        Path | None, typer.Option(help="Folder that keeps what is done; runs/claims if left out, none with --quick.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for claims.json; docs/results if left out, none with --quick.")
    ] = None,
) -> None:
    """Compare steering with what learns without it, by how much feedback was given and by day; hold the claims."""
    from assistant.assistant import EngineChoice
    from tools.errors import ArgumentError
    from tools.evaluate.claims.command import Request, run

    if engine not in {"auto", "numpy", "llama", "table"}:
        raise ArgumentError(f"there is no engine '{engine}'; there are auto, numpy, llama and table")

    def chosen(given: int | None, full: int, small: int) -> int:
        return given if given is not None else small if quick else full

    run(
        Request(
            people=chosen(people, 40, 12),
            others=chosen(others, 12, 4),
            days=chosen(days, 28, 14),
            # The weight of what people do by hand was chosen after a look at seed 1's test people.
            seeds=tuple(range(2, chosen(seeds, 5, 1) + 2)),
            families=("A", "B"),
            engine=cast("EngineChoice", engine),
            model=model,
            tuning=chosen(tuning, 60, 10),
            ablated=chosen(ablated, 12, 3),
            trained=chosen(trained, 6, 0),
            ideal=chosen(ideal, 8, 0),
            looped=chosen(looped, 8, 1),
            changed=chosen(changed, 24, 1),
            lasting=chosen(lasting, 24, 1),
            counted=300 if not quick else 30,
            workers=workers,
            work=work if quick else work or Path("runs/claims"),
            out=out if quick else out or Path("docs/results"),
            command=" ".join(["python -m tools.lab", *sys.argv[1:]]),
        )
    )
