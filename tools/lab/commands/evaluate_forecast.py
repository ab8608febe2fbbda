"""`lab evaluate forecast`: how well habits foretell people's hours."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tools.lab.groups import group


def register(app: typer.Typer) -> None:
    """Add the command."""
    group(app, "evaluate", "Measure the model on held-out people.").command("forecast")(forecast)


def forecast(
    out: Annotated[Path, typer.Option(help="The file of results.")] = Path("docs/results/sensing.json"),
    homes: Annotated[int, typer.Option(help="Homes of each family.")] = 50,
    first: Annotated[int, typer.Option(help="Id of the first household.")] = 200,
    days: Annotated[int, typer.Option(help="Days of each; the last seven are foretold.")] = 28,
    seed: Annotated[int, typer.Option(help="Seed of the population.")] = 1,
) -> None:
    """Teach rhythms with simulated people's days and ask them about the last week."""
    from tools.sensing.foresight import evaluate

    evaluate(out, homes, first, days, seed, " ".join(["python -m tools.lab", *sys.argv[1:]]))
