"""`lab vocabulary`: the page of the vocabulary, from the code."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("vocabulary")(vocabulary)


def vocabulary(out: Annotated[Path, typer.Option(help="The page to write.")] = Path("docs/vocabulary.md")) -> None:
    """Write the table of everything the model reads and says."""
    from tools.export.vocabulary_table import page
    from tools.results import write_text

    write_text(out, page())
