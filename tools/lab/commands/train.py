"""`lab train`: the population network from simulated rows, with everything that ships beside it."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train")(train)


def train(
    data: Annotated[Path | None, typer.Option(help="Folder that `lab simulate` wrote, family A.")] = None,
    out: Annotated[Path, typer.Option(help="Folder for the model; a run that stopped goes on.")] = Path("runs/train"),
    width: Annotated[int, typer.Option(help="Width of the residual stream.")] = 64,
    layers: Annotated[int, typer.Option(help="Decoder blocks, at least 2.")] = 3,
    heads: Annotated[int, typer.Option(help="Attention heads.")] = 4,
    hidden: Annotated[int, typer.Option(help="Width of the feed-forward part.")] = 192,
    k: Annotated[int, typer.Option(help="Steering coefficients.")] = 12,
    network: Annotated[int, typer.Option(help="Updates of the weights alone.")] = 800,
    joint: Annotated[int, typer.Option(help="Updates of weights, steering bases and latents together.")] = 3000,
    attention: Annotated[int, typer.Option(help="Updates of all of it as the transformer that ships.")] = 600,
    batch: Annotated[int, typer.Option(help="Rows in an update; a quarter of it for attention.")] = 1024,
    seed: Annotated[int, typer.Option(help="Seed; the same seed and data give the same model.")] = 1,
    personas: Annotated[int | None, typer.Option(help="Train on the first so many personas only.")] = None,
    precision: Annotated[str, typer.Option(help="f32, or f16 for half the size and less agreement.")] = "f32",
    smoke: Annotated[bool, typer.Option("--smoke", help="The whole path on a tiny population.")] = False,
) -> None:
    """Train weights, steering bases and persona latents together and write the files that ship."""
    from tools.train.command import Options, run

    run(
        Options(
            data=data,
            out=out,
            shape={"width": width, "layers": layers, "heads": heads, "hidden": hidden, "k": k},
            plan={"network": network, "joint": joint, "attention": attention, "batch": batch, "seed": seed},
            personas=personas,
            precision=precision,
            smoke=smoke,
            command=" ".join(["python -m tools.lab", *sys.argv[1:]]),
        )
    )
