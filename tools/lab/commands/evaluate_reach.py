"""`lab evaluate reach`: kills, attacks and undos, counted."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ..groups import group


def register(app: typer.Typer) -> None:
    """Add the command to the group of evaluations."""
    group(app, "evaluate", "Measure the model on held-out people.").command("reach")(reach)


def reach(
    kills: Annotated[int, typer.Option(help="Kills −9 at random instants of scripted days.")] = 200,
    rounds: Annotated[int, typer.Option(help="Rounds of the attack on the risk table.")] = 400,
    undos: Annotated[int, typer.Option(help="Random states of each domain to put back.")] = 400,
    seed: Annotated[int, typer.Option(help="Seed of everything drawn.")] = 7,
    out: Annotated[Path, typer.Option(help="Folder for reach.json.")] = Path("docs/results"),
) -> None:
    """Kill the house, attack the risk table, undo random states. Needs the test group besides the lab."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from tools.reach.command import Request, run

    command = " ".join(["python -m tools.lab", *sys.argv[1:]])
    records = run(Request(kills=kills, rounds=rounds, undos=undos, seed=seed, out=out, command=command))
    failed = [record.claim for record in records if record.passed is False]
    if failed:
        raise typer.Exit(1)
