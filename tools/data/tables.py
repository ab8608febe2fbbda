"""Read the priors; refuse a file that is missing or not the one this code was written for."""

import csv
import gzip
import hashlib
import io
from functools import cache
from pathlib import Path
from typing import Final

from tools.errors import PriorsError

FOLDER: Final = Path(__file__).resolve().parent / "priors"

type Row = dict[str, str]


@cache
def _checksums() -> dict[str, str]:
    """Return the expected sha256 of every file, by name."""
    text = (Path(__file__).resolve().parent / "CHECKSUMS").read_text(encoding="ascii")
    return {name: digest for digest, name in (line.split() for line in text.splitlines())}


def read_table(name: str, folder: Path = FOLDER) -> list[Row]:
    """Return the rows of a table by its file name.

    Raises PriorsError when the file is missing, cannot be read or differs from the one that belongs here.
    """
    path = folder / name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PriorsError(
            f"the priors file {name} cannot be read from {folder}: {error.strerror or error}. "
            "Restore it with `git checkout -- tools/data`."
        ) from error
    if hashlib.sha256(data).hexdigest() != _checksums().get(name):
        raise PriorsError(
            f"the priors file {name} in {folder} is damaged or was changed (its sha256 is not the one in "
            "tools/data/CHECKSUMS). Restore it with `git checkout -- tools/data`."
        )
    text = gzip.decompress(data) if name.endswith(".gz") else data
    return list(csv.DictReader(io.StringIO(text.decode("utf-8"))))


@cache
def table(name: str) -> tuple[Row, ...]:
    """Return the rows of a shipped table, read once in a process.

    Raises PriorsError as `read_table` does.
    """
    return tuple(read_table(name))


def priors_digest() -> str:
    """Return one digest over all expected checksums: the identity of the priors in a manifest."""
    return hashlib.sha256(repr(sorted(_checksums().items())).encode()).hexdigest()[:12]
