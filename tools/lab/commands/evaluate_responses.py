"""`lab evaluate --responses`: any table of people's answers through the unchanged assistant."""

import sys
from pathlib import Path
from typing import Annotated, cast

import typer

from ..groups import group


def register(app: typer.Typer) -> None:
    """Let the group of evaluations take a table by itself."""
    group(app, "evaluate", "Measure the model on held-out people.").callback(invoke_without_command=True)(responses)


def responses(
    context: typer.Context,
    responses: Annotated[Path | None, typer.Option(help="Table of answers: CSV, TSV, or either gzipped.")] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="Its mapping: .yaml, .json or .toml; see docs/responses.md.")
    ] = None,
    engine: Annotated[str, typer.Option(help="auto, numpy, llama or table.")] = "auto",
    model: Annotated[Path | None, typer.Option(help="Folder of the model; the shipped one if left out.")] = None,
    target: Annotated[
        str | None, typer.Option(help="accepted, content, moment, noticed or welcome; overrides the mapping.")
    ] = None,
    people: Annotated[int | None, typer.Option(help="The first so many people only.")] = None,
    workers: Annotated[int, typer.Option(help="Processes on this machine.")] = 1,
    out: Annotated[Path | None, typer.Option(help="A .json file for the records.")] = None,
) -> None:
    """Measure the model on held-out people, or with --responses on any table of real answers."""
    if context.invoked_subcommand is not None:
        return
    from assistant.assistant import EngineChoice
    from tools.errors import ArgumentError
    from tools.evaluate.responses.command import Request, run

    if responses is None or mapping is None:
        raise ArgumentError("--responses and --mapping belong together")
    if engine not in {"auto", "numpy", "llama", "table"}:
        raise ArgumentError(f"there is no engine '{engine}'; there are auto, numpy, llama and table")
    run(
        Request(
            responses=responses,
            mapping=mapping,
            engine=cast("EngineChoice", engine),
            model=model,
            target=target,
            people=people,
            workers=workers,
            out=out,
            command=" ".join(["python -m tools.lab", *sys.argv[1:]]),
        )
    )
