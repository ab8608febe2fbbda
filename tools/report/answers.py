"""The rated interactions of a simulated population, measured against published numbers."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from assistant.enums import Activity
from assistant.vocabulary import FIELDS, FIRST_TOKEN, token
from tools.simulate.storage import finished

POSITION: Final = {field.name: place for place, field in enumerate(FIELDS)}
_ASLEEP: Final = [token("activity", f"{Activity.ASLEEP}/{trust}") for trust in ("sure", "unsure")]

type Array = np.ndarray


def load(folder: Path) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Return the rows of a finished run, with a few token columns made readable, and its manifest.

    Raises StorageError when there is no finished run.
    """
    manifest = finished(folder)
    frame = pl.read_parquet(folder / "part-*.parquet")
    tokens = pl.col("tokens").arr
    return frame.with_columns(
        asleep=tokens.get(POSITION["activity"]).is_in(_ASLEEP),
        delivered=tokens.get(POSITION["delivered_today"]).cast(pl.Int32) - FIRST_TOKEN["delivered_today"] - 1,
        welcome=pl.col("truth_content") * pl.col("truth_moment"),
    ).drop("tokens"), manifest


def per_person(frame: pl.DataFrame, expression: pl.Expr) -> Array:
    """Return one value per persona, shape (personas,), of those that have any."""
    found = frame.group_by("persona_id", maintain_order=True).agg(expression.alias("value"))["value"].drop_nulls()
    return found.to_numpy()


def phone(frame: pl.DataFrame) -> pl.DataFrame:
    """Return suggestions sent to the phone of somebody the home believes awake; acts are left out."""
    return frame.filter(pl.col("offered") & (pl.col("channel") == "phone") & ~pl.col("asleep") & (pl.col("level") < 4))


def mix(frame: pl.DataFrame) -> dict[str, float]:
    """Return the share of each outcome."""
    counted = frame.group_by("outcome").len().sort("outcome")
    total = counted["len"].sum()
    return {str(name): count / total for name, count in counted.iter_rows() if name is not None}


def auc(score: Array, label: Array) -> float:
    """Return the area under the ROC curve (Mann-Whitney, ties halved)."""
    order = np.argsort(score, kind="stable")
    ordered = score[order]
    first = np.searchsorted(ordered, score, side="left")
    last = np.searchsorted(ordered, score, side="right")
    ranks = (first + last + 1) / 2.0
    positive = label.astype(bool)
    count = int(positive.sum())
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (len(label) - count)))
