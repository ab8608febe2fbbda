"""Checkpoints that are either the old one or the whole new one, and refuse another run's settings."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import equinox as eqx
import jax

from tools.errors import StorageError

type Tree = Any


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is."""

    step: int = 0
    seconds: float = 0.0
    """Of the whole run, resumed parts included."""
    before: float = 0.0
    """Seconds that earlier stages took."""
    best: float = float("inf")
    """Lowest validation loss so far."""
    best_step: int = 0
    curve: tuple[dict[str, Any], ...] = field(default=())
    """What was measured at every look at the validation personas."""


def save(path: Path, settings: dict[str, Any], progress: Progress, tree: Tree) -> None:
    """Write a checkpoint; raises StorageError when it cannot be written."""
    part = path.with_suffix(".part")
    header = {"settings": settings, "progress": {**vars(progress), "curve": list(progress.curve)}}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(json.dumps(header).encode() + b"\n")
            eqx.tree_serialise_leaves(file, tree)
        part.replace(path)
    except OSError as error:
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error


def load(path: Path, settings: dict[str, Any], like: Tree) -> tuple[Progress, Tree] | None:
    """Return a checkpoint's progress and arrays, or None when there is none.

    Raises StorageError when it is damaged or was made with other settings.
    """
    if not path.exists():
        return None
    try:
        with path.open("rb") as file:
            header = json.loads(file.readline())
            if header["settings"] != settings:
                raise StorageError(f"{path} belongs to a run with other settings; choose another folder")
            tree = eqx.tree_deserialise_leaves(file, like)
    except StorageError:
        raise
    except (OSError, ValueError, KeyError, RuntimeError, EOFError) as error:
        raise StorageError(f"{path} is damaged ({error}); delete it to start again") from error
    kept = header["progress"]
    return Progress(**{**kept, "curve": tuple(kept["curve"])}), jax.tree.map(jax.numpy.asarray, tree)
