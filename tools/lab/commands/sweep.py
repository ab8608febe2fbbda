"""`lab sweep`: width of the network and number of steering coefficients against what they are worth."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sweep")(sweep)


def sweep(
    data: Annotated[Path, typer.Option(help="Folder that `lab simulate` wrote, family A.")],
    out: Annotated[Path, typer.Option(help="Folder for sweep.json.")] = Path("docs/results"),
    personas: Annotated[int, typer.Option(help="Training people.")] = 300,
    network: Annotated[int, typer.Option(help="Updates of the weights alone.")] = 150,
    joint: Annotated[int, typer.Option(help="Updates of weights, bases and latents together.")] = 500,
    seed: Annotated[int, typer.Option(help="Seed.")] = 1,
) -> None:
    """Train small and large networks on a part of the people and say where more stops paying."""
    from tools.train.sweep import Request
    from tools.train.sweep import sweep as run

    command = " ".join(["python -m tools.lab", *sys.argv[1:]])
    run(Request(data=data, out=out, personas=personas, network=network, joint=joint, seed=seed, command=command))
