"""`lab card`: the model card with the metrics that were measured since."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("card")(card)


def card(
    model: Annotated[Path, typer.Option(help="Folder that `lab train` wrote.")],
    data: Annotated[Path, typer.Option(help="Folder of the rows it was trained on.")],
    results: Annotated[Path, typer.Option(help="Records of the cold start.")] = Path("docs/results/cold_start.json"),
) -> None:
    """Write the model card again, with its metrics on test personas."""
    from tools.results import read_records
    from tools.train.card import headline, read_facts, write_card

    write_card(model, read_facts(model, data), headline(read_records(results)))
