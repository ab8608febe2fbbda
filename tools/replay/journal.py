"""The account of a replay: what happened at which minute, as plain lines that can be written down."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

type Line = dict[str, Any]


@dataclass
class Journal:
    """Lines in order of time; every line has `at`, a minute since the start, and `is`, what it tells."""

    lines: list[Line] = field(default_factory=list)

    def note(self, at: float, what: str, **data: Any) -> None:
        """Write a line; what is None is left out."""
        self.lines.append({"at": round(at, 3), "is": what} | {k: v for k, v in data.items() if v is not None})

    def of(self, *what: str) -> Iterator[Line]:
        """Return the lines that tell one of some things."""
        return (line for line in self.lines if line["is"] in what)
