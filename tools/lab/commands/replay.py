"""`lab replay`: a persona, or a recorded home, lives with the assistant in a test instance or in this process."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("replay")(replay)


def replay(
    persona: Annotated[list[int] | None, typer.Option(help="Whose days are lived; several with --in-process.")] = None,
    trace: Annotated[Path | None, typer.Option(help="A trace to live instead of a persona.")] = None,
    days: Annotated[float, typer.Option(help="How many days.")] = 1.0,
    url: Annotated[str | None, typer.Option(help="A running test instance, such as http://127.0.0.1:8123.")] = None,
    token: Annotated[
        str | None, typer.Option(help="A long-lived token of an administrator; or in the variable HASS_TOKEN.")
    ] = None,
    start: Annotated[bool, typer.Option("--start", help="Bring up an instance of its own, on a fast clock.")] = False,
    in_process: Annotated[
        bool, typer.Option("--in-process", help="Drive a core in a process by time travel: thousands of times faster.")
    ] = False,
    speed: Annotated[int, typer.Option(help="Of the instance that --start brings up.")] = 600,
    port: Annotated[int, typer.Option(help="Of the instance that --start brings up.")] = 8129,
    keep: Annotated[bool, typer.Option("--keep", help="Leave home, phone and resident at the instance.")] = False,
    known_test: Annotated[
        bool, typer.Option("--yes-this-is-a-test-instance", help="Come in although somebody seems to live there.")
    ] = False,
    clean_up: Annotated[
        bool, typer.Option("--clean-up", help="Only take away what a replay that was cut short has left.")
    ] = False,
    write_trace: Annotated[Path | None, typer.Option(help="Write the days as a trace and live nothing.")] = None,
    export: Annotated[
        Path | None, typer.Option(help="Write the instance's own last days as a trace without names, and live nothing.")
    ] = None,
    reproduce: Annotated[
        bool, typer.Option("--reproduce", help="Hold the integration against the laboratory, person by person.")
    ] = False,
    people: Annotated[int, typer.Option(help="Test people of --reproduce.")] = 20,
    seed: Annotated[int, typer.Option(help="Of the population.")] = 2,
    family: Annotated[str, typer.Option(help="Generator family, A or B.")] = "A",
    workers: Annotated[int, typer.Option(help="Processes on this machine.")] = 1,
    dask: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, or `local` for a cluster on this machine.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the report, or docs/ with --reproduce.")] = Path("replay"),
) -> None:
    """Let a simulated person live with the assistant, and report whether it earned its place."""
    from tools.replay.command import Wish, run

    run(
        Wish(
            personas=tuple(persona or ()), trace=trace, days=days, url=url, token=token or os.environ.get("HASS_TOKEN"),
            start=start, in_process=in_process, speed=speed, port=port, keep=keep, known_test=known_test,
            clean_up=clean_up, write_trace=write_trace, export=export, reproduce=reproduce, people=people, seed=seed,
            family=family, workers=workers, dask=dask, out=out,
            command=" ".join(["lab", *_without_token(sys.argv[1:])]),
        )
    )  # fmt: skip


def _without_token(words: list[str]) -> list[str]:
    """Return a command line without its secret."""
    hidden = ["…" if before == "--token" else word for before, word in zip(["", *words], words, strict=False)]
    return ["--token=…" if word.startswith("--token=") else word for word in hidden]
