"""Where a field's value comes from: columns, a constant, a map, bins, a default, or the first of several."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

from .table import ResponsesError, Table
from .values import Convert, number, text_of

JOIN: Final = " | "
"""Between the texts of several columns."""

MISSING: Final = ("", "na", "n/a", "nan", "null", "none", "?", "missing")
"""Texts that stand for no value, in small letters, unless the mapping says otherwise."""

_KEYS: Final = {"column", "columns", "value", "map", "bins", "default", "first", "at_least", "yes", "no"}
_SHOWN: Final = 4


@dataclass(slots=True)
class Complaints:
    """Values that no rule covers, gathered so that one message can name them all."""

    found: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def add(self, name: str, text: str, expected: str) -> None:
        """Remember one value."""
        self.found[name, text, expected] += 1

    def raise_any(self) -> None:
        """Raise ResponsesError when there were any."""
        if not self.found:
            return
        shown = [
            f"{name}: '{text}' ({times} rows) is {expected}"
            for (name, text, expected), times in self.found.most_common(_SHOWN)
        ]
        more = len(self.found) - len(shown)
        raise ResponsesError(
            "; ".join(shown) + (f"; and {more} more" if more > 0 else "") + ". Map it or set a default"
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """The rule that gives one field its value in every row."""

    name: str
    places: tuple[int, ...]
    """Columns, by place; empty for a constant."""
    convert: Convert
    missing: frozenset[str]
    constant: Any = None
    table: Mapping[str, Any] | None = None
    """Text in small letters, or a pattern with `*`, to converted value."""
    bins: tuple[tuple[float, Any], ...] = ()
    """(upper edge, exclusive; converted value), rising."""
    default: Any = None
    has_default: bool = False
    alternatives: tuple[Source, ...] = ()

    @property
    def columns(self) -> set[int]:
        """Return the places of all columns it reads."""
        return set(self.places).union(*(item.columns for item in self.alternatives))

    def text(self, row: Sequence[str]) -> str | None:
        """Return the text of a row under the columns; None when all of it is missing."""
        parts = ["" if row[place].casefold() in self.missing else row[place] for place in self.places]
        return JOIN.join(parts) if any(parts) else None

    def read(self, row: Sequence[str], complaints: Complaints) -> Any:
        """Return the value in a row; None when missing. What no rule covers is complained about."""
        for item in self.alternatives:
            value = item.read(row, complaints)
            if value is not None:
                return value
        text = self.text(row) if self.places else None
        if text is None:
            return self.constant if self.constant is not None else self.default
        try:
            return self._converted(text)
        except ValueError as error:
            if not self.has_default:
                complaints.add(self.name, text, str(error))
            return self.default

    def _converted(self, text: str) -> Any:
        if self.table is not None:
            return self._mapped(text.casefold())
        if self.bins:
            value = number(text)
            return next(result for edge, result in self.bins if value < edge)
        return self.convert(text)

    def _mapped(self, text: str) -> Any:
        assert self.table is not None
        for same in (text, text.removesuffix(".0")):
            if same in self.table:
                return self.table[same]
        for pattern, value in self.table.items():
            if "*" in pattern and fnmatchcase(text, pattern):
                return value
        raise ValueError("not in its map")


def _target(name: str, convert: Convert, value: object) -> Any:
    """Return what a mapping file wrote as a value; None stays None."""
    if value is None:
        return None
    try:
        return convert(text_of(value))
    except ValueError as error:
        raise ResponsesError(f"{name}: '{value}' is {error}") from None


def _bins(name: str, convert: Convert, spec: Any) -> tuple[tuple[float, Any], ...]:
    """Return bins from `[[upper edge, value], …, [null, value]]`."""
    try:
        pairs = [(math.inf if edge is None else float(edge), _target(name, convert, value)) for edge, value in spec]
    except TypeError, ValueError:
        raise ResponsesError(f"{name}: bins are pairs of an upper edge and a value, the last edge null") from None
    edges = [edge for edge, _ in pairs]
    if not edges or edges != sorted(set(edges)) or edges[-1] != math.inf:
        raise ResponsesError(f"{name}: the edges of bins must rise, and the last must be null")
    return tuple(pairs)


def _threshold(spec: Mapping[str, Any], name: str) -> list[list[Any]]:
    """Return bins for `at_least: 4, yes: …, no: …`."""
    if not isinstance(spec["at_least"], int | float) or not {"yes", "no"} <= set(spec):
        raise ResponsesError(f"{name}: at_least takes a number, and a yes and a no beside it")
    return [[spec["at_least"], spec["no"]], [None, spec["yes"]]]


@dataclass(frozen=True, slots=True)
class Sources:
    """What every source of one mapping shares."""

    table: Table
    missing: frozenset[str] = frozenset(MISSING)

    def read(self, name: str, spec: object, convert: Convert, extra: frozenset[str] = frozenset()) -> Source:
        """Return the source that a mapping file describes: a column's name, a list of columns, or a table of keys.

        `extra` names keys the caller has read itself. Raises ResponsesError.
        """
        if isinstance(spec, bool | int | float):
            spec = {"value": spec}
        elif isinstance(spec, str):
            spec = {"column": spec}
        elif isinstance(spec, list):
            spec = {"columns": spec}
        if not isinstance(spec, dict):
            raise ResponsesError(f"{name}: expected a column's name or a table of {', '.join(sorted(_KEYS))}")
        if unknown := {str(key) for key in spec} - _KEYS - extra:
            raise ResponsesError(f"{name}: no such key: {', '.join(sorted(unknown))}")
        if not {"column", "columns", "value", "first"} & set(spec):
            raise ResponsesError(f"{name}: needs a column, columns, a value, or first")
        return self._source(name, spec, convert)

    def _source(self, name: str, spec: dict[str, Any], convert: Convert) -> Source:
        if "at_least" in spec:
            spec = {**spec, "bins": _threshold(spec, name)}
        table = spec.get("map")
        if table is not None and not isinstance(table, dict):
            raise ResponsesError(f"{name}: map is not a table of text to value")
        alternatives = spec.get("first", [])
        if not isinstance(alternatives, list):
            raise ResponsesError(f"{name}: first is a list of sources")
        return Source(
            name=name,
            places=self._places(name, spec),
            convert=convert,
            missing=self.missing,
            constant=_target(name, convert, spec.get("value")),
            table=None if table is None else {_key(key): _target(name, convert, table[key]) for key in table},
            bins=_bins(name, convert, spec["bins"]) if "bins" in spec else (),
            default=_target(name, convert, spec.get("default")),
            has_default="default" in spec,
            alternatives=tuple(self.read(name, item, convert) for item in alternatives),
        )

    def _places(self, name: str, spec: dict[str, Any]) -> tuple[int, ...]:
        columns = spec.get("columns", [spec["column"]] if "column" in spec else [])
        if not isinstance(columns, list) or ("columns" in spec and not columns):
            raise ResponsesError(f"{name}: columns is a list of names")
        return tuple(self.table.place(str(column), name) for column in columns)


def _key(key: object) -> str:
    """Return a key of a map as the text of a cell."""
    return str(key).casefold()
