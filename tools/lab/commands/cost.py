"""`lab cost`: measure what simulating costs."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("cost")(cost)


def cost(
    out: Annotated[Path, typer.Option(help="A JSON file that gathers measured costs.")],
    personas: Annotated[int, typer.Option(help="How many personas.")] = 100,
    days: Annotated[int, typer.Option(help="Days each.")] = 28,
    workers: Annotated[int, typer.Option(help="Processes on this machine.")] = 1,
) -> None:
    """Run `lab simulate` once and keep its seconds, memory and rows."""
    from tools.simulate.cost import add_cost, measure

    measured = measure(personas=personas, days=days, workers=workers)
    add_cost(out, measured)
    typer.echo(
        f"{measured.personas:,} personas × {measured.days} days: {measured.cpu_seconds / measured.personas:.3f} CPU s "
        f"each, {measured.wall_seconds:.0f} s in all, {measured.peak_megabytes:.0f} MB at the peak"
    )
