"""`lab personas`: draw personas and write their records."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("personas")(personas)


def personas(
    n: Annotated[int, typer.Option("--n", help="How many personas.")] = 10,
    seed: Annotated[int, typer.Option(help="Seed; the same seed gives the same personas.")] = 1,
    family: Annotated[str, typer.Option(help="Generator family, A or B.")] = "A",
    out: Annotated[Path | None, typer.Option(help="A .json or .yaml file; standard output if left out.")] = None,
) -> None:
    """Draw personas that live together in households and write one readable record each."""
    from tools.personas.export import export_personas

    export_personas(n=n, seed=seed, family=family, out=out)
