"""The rated interactions as arrays: what the network sees and what people answered, never the simulator's truth."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assistant.vocabulary import OUTPUT_GROUPS, PREFIX_LENGTH, SUFFIX_LENGTH
from tools.errors import StorageError

LENGTH: Final = PREFIX_LENGTH + SUFFIX_LENGTH
UNKNOWN: Final = -1
"""Stands for a rating nobody could give, such as noticing a speaker in a home without one."""

RATED: Final = tuple(f"rated_{group.name}" for group in OUTPUT_GROUPS)


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rated rows of several personas."""

    tokens: NDArray[np.int32]
    """Shape (rows, LENGTH)."""
    targets: NDArray[np.int32]
    """Shape (rows, output groups): the index rated within each group, or UNKNOWN."""
    persona: NDArray[np.int32]
    """Index into `personas`, shape (rows,)."""
    session: NDArray[np.int32]
    """Day of the simulation, shape (rows,)."""
    share: NDArray[np.float32]
    """One over the looks at the row's situation, shape (rows,).

    Whether the content is wanted is settled once for a situation, however often it is looked at: counted by look, one
    answer would pass for several and what a person wants would seem surer, and more varied, than it is.
    """
    personas: tuple[int, ...]
    """Ids, in rising order."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.tokens)

    @property
    def counts(self) -> NDArray[np.int64]:
        """Return the rows of every persona, shape (personas,)."""
        return np.bincount(self.persona, minlength=len(self.personas))

    def take(self, chosen: NDArray[np.integer] | NDArray[np.bool_]) -> Rows:
        """Return some of the rows; persona indices stay as they are."""
        return Rows(
            tokens=self.tokens[chosen],
            targets=self.targets[chosen],
            persona=self.persona[chosen],
            session=self.session[chosen],
            share=self.share[chosen],
            personas=self.personas,
        )

    def of_personas(self, count: int) -> Rows:
        """Return the rows of the first so many personas, with them alone."""
        rows = self.take(self.persona < count)
        return Rows(
            tokens=rows.tokens,
            targets=rows.targets,
            persona=rows.persona,
            session=rows.session,
            share=rows.share,
            personas=self.personas[:count],
        )


def scan(folder: Path) -> pl.LazyFrame:
    """Return the simulated rows of a folder that `lab simulate` wrote.

    Raises StorageError when there are none.
    """
    if not any(folder.glob("**/*.parquet")):
        raise StorageError(f"{folder} holds no simulated rows; run: python -m tools.lab simulate --out {folder}")
    return pl.scan_parquet(folder / "**/*.parquet", hive_partitioning=False)


def rows_of(frame: pl.DataFrame) -> Rows:
    """Return a data frame of simulated rows as arrays.

    Raises StorageError when the rows were written with another vocabulary's length.
    """
    tokens = frame["tokens"].to_numpy()
    if tokens.dtype == object:
        tokens = np.array(frame["tokens"].to_list(), np.int32).reshape(len(frame), -1)
    if tokens.shape != (len(frame), LENGTH):
        raise StorageError(f"the rows hold {tokens.shape[-1]} tokens, not {LENGTH}: simulate again")
    personas, index = np.unique(frame["persona_id"].to_numpy(), return_inverse=True)
    return Rows(
        tokens=np.ascontiguousarray(tokens, np.int32),
        targets=frame.select(RATED).fill_null(UNKNOWN).to_numpy().astype(np.int32),
        persona=index.astype(np.int32),
        session=frame["session"].to_numpy().astype(np.int32),
        share=(1 / frame.select(pl.len().over("persona_id", "situation")).to_series().to_numpy()).astype(np.float32),
        personas=tuple(int(persona) for persona in personas),
    )


def load_rows(folder: Path, split: str, personas: int | None = None) -> Rows:
    """Return the rated rows of a split, of its first so many personas if limited.

    Raises StorageError when the folder has no such rows.
    """
    frame = (
        scan(folder)
        .filter(pl.col("split") == split)
        .select("persona_id", "session", "minute", "situation", "tokens", *RATED)
        .collect()
        .sort("persona_id", "session", "minute", maintain_order=True)
    )
    if frame.is_empty():
        raise StorageError(f"{folder} holds no rows of the split '{split}'")
    rows = rows_of(frame)
    return rows if personas is None else rows.of_personas(personas)
