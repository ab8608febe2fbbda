"""`lab bench`: latency, memory and load time of the engines."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("bench")(bench)


def bench(
    out: Annotated[Path, typer.Option(help="Folder for bench.json.")] = Path("docs/results"),
    model: Annotated[Path | None, typer.Option(help="Folder of the model; the shipped one if left out.")] = None,
    rounds: Annotated[int, typer.Option(help="Rounds in which the engines take turns.")] = 7,
    calls: Annotated[int, typer.Option(help="Calls of a kind in a round.")] = 100,
    general: Annotated[int, typer.Option(help="Questions to SmolLM2; 0 leaves it out.")] = 20,
) -> None:
    """Time the engines on one core against their budgets, with SmolLM2 in the same run for scale."""
    from assistant.model_files import MODEL_DIR
    from tools.bench.run import Request
    from tools.bench.run import bench as run

    command = " ".join(["python -m tools.lab", *sys.argv[1:]])
    run(Request(out=out, model=model or MODEL_DIR, rounds=rounds, calls=calls, general=general, command=command))
