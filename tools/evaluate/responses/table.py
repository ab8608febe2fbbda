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


def _text(path: Path, encoding: str) -> str:
    try:
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        return data.decode(encoding).removeprefix("\ufeff")
    except (OSError, EOFError, zlib.error) as error:
        raise ResponsesError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    except UnicodeDecodeError as error:
        raise ResponsesError(
            f"{path} is not {encoding} text (byte {error.start}); name its own in the mapping, as `encoding: latin-1`"
        ) from error
    except (LookupError, ValueError) as error:
        raise ResponsesError(f"encoding: '{encoding}' is no encoding of text such as latin-1 or utf-16") from error


def _header(names: list[str], path: Path) -> tuple[str, ...]:
    columns = tuple(name.strip() for name in names)
    twice = sorted({name for name in columns if columns.count(name) > 1})
    if twice:
        raise ResponsesError(f"{path} names a column twice: {', '.join(twice) or 'one without a name'}")
    return columns


def read_table(path: Path, delimiter: str | None = None, encoding: str = "UTF-8") -> Table:
    """Return a delimited file, gzipped or not; the delimiter is the commonest candidate of the header if not given.

    Raises ResponsesError when the file is missing, empty, not text of the encoding, or has a row of another length
    than its header, and when the delimiter or the encoding is none.
    """
    text = _text(path, encoding)
    first = text.partition("\n")[0].strip()
    if not first:
        raise ResponsesError(f"{path} is empty: the first line must name the columns")
    if delimiter is None:
        delimiter = max(_DELIMITERS, key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except (TypeError, ValueError) as error:
        raise ResponsesError(f"delimiter: {delimiter!r} is not one character such as ';'") from error
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
