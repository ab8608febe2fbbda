"""Partitions and their manifest on disk: written whole or not at all, and known again."""

import contextlib
import errno
import hashlib
import json
import os
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from tools.errors import StorageError
from tools.results import write_text

from .part import Order

MANIFEST: Final = "manifest.json"


def part_path(folder: Path, number: int) -> Path:
    """Return the path of a partition."""
    return folder / f"part-{number:06d}.parquet"


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under a temporary name, flush it to the disk, and only then give it its name.

    Raises StorageError, after removing what was written, when the disk is full or refuses.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if error.errno == errno.ENOSPC:
            raise StorageError(
                f"the disk of {path.parent} is full; {len(data) / 1e6:.1f} MB did not fit. What was finished is "
                "kept: make room and run the same command again to go on."
            ) from error
        raise StorageError(f"cannot write {path}: {error.strerror or error}") from error


def is_whole(path: Path, order: Order) -> bool:
    """Return whether a partition is on disk, readable and made by this very order."""
    try:
        metadata = pq.read_schema(path).metadata or {}
    except OSError, pa.ArrowInvalid:
        return False
    return bool(metadata.get(b"order") == order.identity()["order"].encode())


def remove_leftovers(folder: Path) -> None:
    """Remove what an interrupted run was in the middle of writing."""
    for path in folder.glob(".*.part"):
        path.unlink(missing_ok=True)


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a folder, or None where there is none.

    Raises StorageError when it cannot be understood.
    """
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StorageError(f"the manifest {path} is damaged: {error}. Choose another folder.") from error
    if not isinstance(manifest, dict) or "job" not in manifest:
        raise StorageError(f"{path} is not a manifest of this lab. Choose another folder.")
    return manifest


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest, whole or not at all."""
    write_text(folder / MANIFEST, json.dumps(manifest, indent=1) + "\n")


def sha256(path: Path) -> str:
    """Return the digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def finished(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run that was finished.

    Raises StorageError when there is none or the run is not whole.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise StorageError(f"{folder} holds no simulated population: there is no {MANIFEST}")
    if not manifest.get("complete"):
        raise StorageError(f"the run in {folder} was not finished: run the same `lab simulate` again to go on")
    return manifest
