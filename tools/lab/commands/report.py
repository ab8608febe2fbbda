"""`lab report`: what the lab made, compared with its sources."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the group of reports."""
    reports = typer.Typer(help="Reports on what the lab made.", no_args_is_help=True)
    reports.callback()(lambda: None)
    reports.command("population")(population)
    app.add_typer(reports, name="report")


def population(
    data: Annotated[Path, typer.Option(help="Folder that `lab simulate` wrote, family A.")],
    other: Annotated[Path | None, typer.Option(help="The same of family B.")] = None,
    costs: Annotated[Path | None, typer.Option(help="Measured costs, as `lab cost` writes them.")] = None,
    lived: Annotated[int, typer.Option(help="Personas whose days are compared with the diaries.")] = 4000,
    out: Annotated[Path, typer.Option(help="Folder of the documentation.")] = Path("docs"),
) -> None:
    """Compare the simulated population with its sources: figures, HTML and results."""
    from tools.report.population import report

    report(data=data, other=other, costs=costs, out=out, lived=lived)
