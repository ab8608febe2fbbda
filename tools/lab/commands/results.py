"""`lab results`: the page of all results, from the records that the other commands wrote."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("results")(results)


def results(
    folder: Annotated[Path, typer.Option(help="Folder of the records.")] = Path("docs/results"),
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("docs/results.md"),
) -> None:
    """Write every committed result as a table."""
    from tools.export.results_page import page
    from tools.results import write_text

    write_text(out, page(folder))
