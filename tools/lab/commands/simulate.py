"""`lab simulate`: personas × days of opportunities with rated answers, as parquet."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("simulate")(simulate)


def simulate(
    out: Annotated[Path, typer.Option(help="Folder for the partitions; an interrupted run goes on in it.")],
    personas: Annotated[int, typer.Option(help="How many personas.")] = 1000,
    days: Annotated[int, typer.Option(help="Days each; a session is a day.")] = 28,
    family: Annotated[str, typer.Option(help="Generator family: A to train on, B to test on.")] = "A",
    seed: Annotated[int, typer.Option(help="Seed; the same seed gives the same bytes.")] = 1,
    workers: Annotated[int, typer.Option(help="Processes on this machine.")] = 1,
    dask: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, or `local` for a cluster on this machine.")
    ] = None,
) -> None:
    """Simulate homes, situations and answers under an exploring policy, and write them as parquet."""
    from tools.simulate.batch import Job, run

    run(
        Job(personas=personas, days=days, family=family, seed=seed, out=out),
        workers=workers,
        dask=dask,
    )
