"""`lab sweep`: size of the network and number of steering coefficients against what they are worth."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

# Spinning threads of two processes on the same cores cost more than they gain; must be set before JAX loads.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sweep")(sweep)


def sweep(
    data: Annotated[Path, typer.Option(help="Folder that `lab simulate` wrote, family A.")],
    out: Annotated[Path, typer.Option(help="Folder for sweep.json.")] = Path("docs/results"),
    picture: Annotated[Path, typer.Option(help="Where the picture goes.")] = Path("docs/images/sweep.png"),
    work: Annotated[Path, typer.Option(help="Folder that keeps what is done; goes on there.")] = Path("runs/sweep"),
    personas: Annotated[int | None, typer.Option(help="Training people; all if left out.")] = None,
    network: Annotated[int, typer.Option(help="Updates of the weights alone.")] = 300,
    joint: Annotated[int, typer.Option(help="Updates of weights, bases and latents together.")] = 1200,
    batch: Annotated[int, typer.Option(help="Rows in an update.")] = 512,
    seed: Annotated[int, typer.Option(help="Seed of the first network; others of the usual shape follow.")] = 1,
) -> None:
    """Train small and large networks alike and say where more stops paying, on validation people."""
    from tools.train.sweep import Request
    from tools.train.sweep import sweep as run

    command = " ".join(["python -m tools.lab", *sys.argv[1:]])
    run(
        Request(
            data=data,
            out=out,
            picture=picture,
            work=work,
            personas=personas,
            network=network,
            joint=joint,
            batch=batch,
            seed=seed,
            command=command,
        )
    )
