"""`lab bench-load`: a large home under a storm of state changes."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("bench-load")(bench_load)


def bench_load(
    out: Annotated[Path, typer.Option(help="The file of results.")] = Path("docs/results/sensing.json"),
    seconds: Annotated[float, typer.Option(help="Seconds of the storm on the home of 2,000 entities.")] = 60.0,
    sizes: Annotated[str, typer.Option(help="Numbers of entities.")] = "500,1000,2000,4000",
) -> None:
    """Set the integration up on a real core and change 1,000 states a second."""
    from tools.sensing.load import bench

    command = " ".join(["python -m tools.lab", *sys.argv[1:]])
    bench(out, seconds, tuple(int(size) for size in sizes.split(",")), command)
