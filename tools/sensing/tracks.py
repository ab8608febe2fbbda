"""What one entity does over the days: values over spans of minutes, and readings, merged into changes."""

from dataclasses import dataclass, field
from typing import Any

type Value = str | tuple[str, dict[str, Any]]
"""A state, or a state with attributes that change with it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One write of a state."""

    minute: float
    key: str
    state: str
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Track:
    """One entity's days. A later span covers an earlier one of the same rank, a higher rank every lower one."""

    key: str
    base: Value
    spans: list[tuple[float, float, Value, int]] = field(default_factory=list)
    readings: list[tuple[float, Value]] = field(default_factory=list)
    """Values that hold until the next one, under all spans."""

    def hold(self, begin: float, end: float, value: Value, rank: int = 0) -> None:
        """Hold a value for a span."""
        if end > begin:
            self.spans.append((begin, end, value, rank))

    def read(self, minute: float, value: Value) -> None:
        """Set what holds from here on where no span does."""
        self.readings.append((minute, value))

    def held(self, minute: float) -> bool:
        """Return whether a span holds at a minute."""
        return any(begin <= minute < end for begin, end, _, _ in self.spans)

    def changes(self, end: float) -> list[Change]:
        """Return every write in order of time, beginning with the one at minute 0."""
        marks = sorted((minute, index) for index, (minute, _) in enumerate(self.readings))
        edges = {0.0}
        for begin, finish, _, _ in self.spans:
            edges |= {begin, finish}
        edges |= {minute for minute, _ in marks}
        starts = sorted(range(len(self.spans)), key=lambda index: self.spans[index][0])
        active: set[int] = set()
        pointer = reading = 0
        under: Value = self.base
        last: Value | None = None
        found: list[Change] = []
        for minute in sorted(edge for edge in edges if edge < end):
            while pointer < len(starts) and self.spans[starts[pointer]][0] <= minute:
                active.add(starts[pointer])
                pointer += 1
            active = {index for index in active if self.spans[index][1] > minute}
            while reading < len(marks) and marks[reading][0] <= minute:
                under = self.readings[marks[reading][1]][1]
                reading += 1
            top = max(active, key=lambda index: (self.spans[index][3], index), default=None)
            value = under if top is None else self.spans[top][2]
            if minute >= 0 and value != last:
                last = value
                state, attributes = (value, {}) if isinstance(value, str) else value
                found.append(Change(max(minute, 0.0), self.key, state, attributes))
        return found
