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
    """Write every committed result as a table, the claims' pictures, and the summary on the page of learning."""
    from tools.export.claims_page import summary
    from tools.export.results_page import page
    from tools.report.page import put_between
    from tools.results import read_records, write_text

    pictures: dict[str, str] = {}
    claims, cold, learning = folder / "claims.json", folder / "cold_start.json", out.parent / "learning.md"
    if claims.exists():
        from tools.export.claims_pictures import CAPTIONS, draw

        records = read_records(claims)
        images = out.parent / "images" / "claims"
        pictures = {f"images/claims/{name}": CAPTIONS[name] for name in draw(records, images)}
        if learning.exists():
            put_between(learning, "claims", summary(records, read_records(cold) if cold.exists() else []))
    write_text(out, page(folder, pictures))
