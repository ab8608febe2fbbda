"""The last few times or amounts of one thing: at which hour, how full, how many minutes.

A percentile of a dozen numbers is all that most kinds have to learn about a home; they cost a hundred bytes each.
"""

from collections.abc import Mapping
from typing import Any, Final, Self

from .number import finite

KEPT: Final = 21
"""Numbers per thing: three weeks of a daily habit."""

MOST: Final = 600
"""Things; the ones untouched for longest are let go first (habits stay within 2 MB)."""


class Recent:
    """Lists of the latest numbers, by key."""

    def __init__(self) -> None:
        """Start knowing nothing."""
        self._lists: dict[str, list[float]] = {}

    def add(self, key: str, value: float) -> None:
        """Note a number; it becomes the latest of its key, and the key the latest touched."""
        numbers = self._lists.pop(key, [])
        self._lists[key] = [*numbers[1 - KEPT :], round(value, 2)]
        if len(self._lists) > MOST:
            del self._lists[next(iter(self._lists))]

    def absorb(self, older: Self) -> None:
        """Put what was noted earlier, elsewhere, before what is known; keys of long ago go first."""
        merged = {key: numbers for key, numbers in older._lists.items() if key not in self._lists}
        for key, numbers in self._lists.items():
            merged[key] = [*older._lists.get(key, ()), *numbers][-KEPT:]
        self._lists = dict(list(merged.items())[-MOST:])

    def count(self, key: str) -> int:
        """Return how many numbers are known."""
        return len(self._lists.get(key, ()))

    def latest(self, key: str) -> tuple[float, ...]:
        """Return the numbers, oldest first."""
        return tuple(self._lists.get(key, ()))

    def usual(self, key: str, prior: float, *, share: float = 0.5, enough: int = 5) -> float:
        """Return the number that a share of the latest do not exceed; the prior while there are too few."""
        numbers = sorted(self._lists.get(key, ()))
        if len(numbers) < enough:
            return prior
        return numbers[min(len(numbers) - 1, int(share * len(numbers)))]

    def renamed(self, old: str, new: str) -> None:
        """Keep what is known of an entity under its new id; keys end in the id they are about."""
        for key in [key for key in self._lists if key.partition(":")[2] == old]:
            self._lists[f"{key.partition(':')[0]}:{new}"] = self._lists.pop(key)

    def to_dict(self) -> dict[str, list[float]]:
        """Return the numbers for storage; called in a thread, so the table is copied in one step."""
        return dict(self._lists)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the numbers of stored data; raises ValueError when it is not such."""
        recent = cls()
        for key, stored in data.items():
            numbers = [finite(item) for item in stored] if isinstance(stored, list) else [None]
            if None in numbers:
                msg = "not a list of numbers"
                raise ValueError(msg)
            recent._lists[key] = [number for number in numbers if number is not None][-KEPT:]
        return recent
