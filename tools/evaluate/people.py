"""The test personas' rows with the simulator's truth: for judging a judge, never for training one."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assistant.vocabulary import FIRST_TOKEN, PREFIX_LENGTH, SUGGESTION_FIELDS
from tools.errors import StorageError
from tools.personas.draw import draw_persona
from tools.streams import parse_family
from tools.train.data import RATED, Rows, rows_of, scan

_TRUTH: Final = (
    "truth_content",
    "truth_moment",
    "truth_level",
    "truth_length",
    "truth_tone",
    "truth_reason",
    "truth_need",
)
_BENEFITS: Final = np.array([0.5, 0.3, 0.45, 0.65, 0.85])
"""Middle of every benefit bucket, by token; the first stands for not known."""
_PLACE: Final = {field.name: PREFIX_LENGTH + place for place, field in enumerate(SUGGESTION_FIELDS)}

type Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class People:
    """Rows of several people, their truth, and who they are."""

    rows: Rows
    truth: dict[str, NDArray[Any]]
    """By the column's name without `truth_`, shape (rows,)."""
    minute: NDArray[np.int64]
    """Since the simulation began, shape (rows,)."""
    kind: NDArray[np.str_]
    wish: Floats
    """Messages a day each persona wishes for, shape (personas,)."""
    groups: dict[str, NDArray[np.str_]]
    """Of the personas: by age, sex and household."""

    @property
    def need(self) -> NDArray[np.bool_]:
        """Return whether speaking was truly better than silence."""
        return self.truth["need"].astype(bool)

    @property
    def benefit(self) -> Floats:
        """Return the benefit the suggestion's tokens tell, a present risk included."""
        tokens = self.rows.tokens
        benefit = _BENEFITS[tokens[:, _PLACE["benefit"]] - FIRST_TOKEN["benefit"]]
        risk = tokens[:, _PLACE["risk_present"]] - FIRST_TOKEN["risk_present"] == 2  # 0 not known, 1 no, 2 yes
        return benefit * np.where(risk, 1.3, 1.0)


def job_of(folder: Path) -> dict[str, Any]:
    """Return what was simulated into a folder; raises StorageError when its manifest cannot be read."""
    try:
        job: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["job"]
    except (OSError, ValueError, KeyError) as error:
        raise StorageError(f"{folder}/manifest.json cannot be read: {error}") from error
    return job


def _age(age: int) -> str:
    return "under 35" if age < 35 else "35 to 64" if age < 65 else "65 and over"


def load_people(folder: Path, split: str, limit: int | None = None) -> People:
    """Return the people of a split, the first so many if limited.

    Raises StorageError when the folder has no such rows.
    """
    job = job_of(folder)
    frame = (
        scan(folder)
        .filter(pl.col("split") == split)
        .select("persona_id", "session", "minute", "situation", "kind", "tokens", *RATED, *_TRUTH)
        .collect()
        .sort("persona_id", "session", "minute", maintain_order=True)
    )
    if limit is not None:
        first = frame["persona_id"].unique().sort().head(limit)
        frame = frame.filter(pl.col("persona_id").is_in(first.implode()))
    if frame.is_empty():
        raise StorageError(f"{folder} holds no rows of the split '{split}'")
    rows = rows_of(frame)
    family = parse_family(job["family"])
    personas = [draw_persona(persona, job["seed"], family) for persona in rows.personas]
    return People(
        rows=rows,
        truth={name.removeprefix("truth_"): frame[name].to_numpy() for name in _TRUTH},
        minute=frame["minute"].to_numpy().astype(np.int64),
        kind=frame["kind"].to_numpy().astype(np.str_),
        wish=np.array([persona.preferences.scheduling.wish_per_day for persona in personas]),
        groups={
            "age": np.array([_age(persona.age) for persona in personas]),
            "sex": np.array([persona.sex for persona in personas]),
            "household": np.array([str(persona.household) for persona in personas]),
        },
    )
