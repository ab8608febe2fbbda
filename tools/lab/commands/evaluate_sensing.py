"""`lab evaluate sensing`: what the detectors notice in simulated homes."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tools.lab.groups import group


def register(app: typer.Typer) -> None:
    """Add the command."""
    group(app, "evaluate", "Measure the model on held-out people.").command("sensing")(sensing)


def sensing(
    out: Annotated[Path, typer.Option(help="The file of results.")] = Path("docs/results/sensing.json"),
    homes: Annotated[int, typer.Option(help="Homes of each family.")] = 24,
    first: Annotated[int, typer.Option(help="Id of the first household.")] = 200,
    scarce: Annotated[int, typer.Option(help="Homes of each family at least with each thing that few have.")] = 10,
    days: Annotated[int, typer.Option(help="Days of each; the first ten teach and are not counted.")] = 28,
    seed: Annotated[int, typer.Option(help="Seed of the population.")] = 1,
    workers: Annotated[int, typer.Option(help="Processes.")] = 2,
    mistakes: Annotated[Path | None, typer.Option(help="A file for every miss and false message.")] = None,
) -> None:
    """Play simulated homes on a real Home Assistant core and compare what is noticed with what is the matter."""
    from tools.sensing.evaluate import Request, evaluate

    command = " ".join(["python -m tools.lab", *sys.argv[1:]])
    evaluate(
        Request(
            out=out,
            homes=homes,
            scarce=scarce,
            first=first,
            days=days,
            seed=seed,
            workers=workers,
            mistakes=mistakes,
            command=command,
        )
    )
