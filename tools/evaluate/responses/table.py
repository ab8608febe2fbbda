"""Read a table of answers: any delimited text file with a header, everything as text."""

import csv
import gzip
import io
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.errors import LabError

_DELIMITERS: Final = (",", ";", "\t", "|")
_MOST_SHOWN: Final = 30


class ResponsesError(LabError):
    """A table of answers or its mapping cannot be used as it is; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under named columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def place(self, column: str, field: str) -> int:
        """Return the place of a column. Raises ResponsesError when the table has none of that name."""
        try:
            return self.columns.index(column)
        except ValueError:
            shown = ", ".join(self.columns[:_MOST_SHOWN]) + (", …" if len(self.columns) > _MOST_SHOWN else "")
            raise ResponsesError(
                f"{field}: the table has no column '{column}' (it has {shown}); for a constant write {{value: …}}"
            ) from None


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        return data.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error) as error:
        raise ResponsesError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    except UnicodeDecodeError as error:
        raise ResponsesError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error


def _header(names: list[str], path: Path) -> tuple[str, ...]:
    columns = tuple(name.strip() for name in names)
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise ResponsesError(f"{path} names a column twice: {', '.join(twice) or 'one without a name'}")
    return columns


def read_table(path: Path, delimiter: str | None = None) -> Table:
    """Return a delimited file, gzipped or not; the delimiter is the commonest candidate of the header if not given.

    Raises ResponsesError when the file is missing, empty, no text, or has a row of another length than its header.
    """
    text = _text(path)
    first = text.partition("\n")[0].strip()
    if not first:
        raise ResponsesError(f"{path} is empty: the first line must name the columns")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or max(_DELIMITERS, key=first.count))
    try:
        columns = _header(next(reader), path)
        rows = []
        for values in reader:
            if not any(values):
                continue
            if len(values) != len(columns):
                raise ResponsesError(
                    f"{path}, line {reader.line_num}: {len(values)} values under {len(columns)} columns"
                )
            rows.append(tuple(value.strip() for value in values))
    except csv.Error as error:
        raise ResponsesError(f"{path}, line {reader.line_num}: {error}") from error
    if not rows:
        raise ResponsesError(f"{path} has a header and no rows")
    return Table(columns, tuple(rows))
