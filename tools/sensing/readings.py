"""What the product says of everybody in a home, noted while its script is played.

A moment is built from the last reading that was taken (`Watch.moment`), at whatever instant somebody asks for it. So
every look of the player is noted, and between two of them the earlier one holds. Somebody for whom no person entity
stands is asked about as somebody whose person entity has no tracker: its state is unknown, and only the rooms tell.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from custom_components.proactive_assistant.assistant.enums import PhoneState
from custom_components.proactive_assistant.sensing.activity import Sensed, sense
from custom_components.proactive_assistant.sensing.home import Home
from custom_components.proactive_assistant.sensing.moment import Watch

from .stage import Stage


@dataclass(slots=True)
class Course[T]:
    """Values by minute; each holds until the next."""

    minutes: list[float] = field(default_factory=list)
    values: list[T] = field(default_factory=list)

    def note(self, minute: float, value: T) -> None:
        """Add what holds from a minute on; minutes come in order."""
        if not self.values or self.values[-1] != value:
            self.minutes.append(minute)
            self.values.append(value)

    def at(self, minute: float) -> T | None:
        """Return what holds at a minute; None before anything does."""
        place = bisect_right(self.minutes, minute) - 1
        return self.values[place] if place >= 0 else None

    def first(self, begin: float, end: float, holds: Callable[[T], bool]) -> float | None:
        """Return the first minute of a span at which the value is such; None if none is."""
        standing = self.at(begin)
        if standing is not None and holds(standing):
            return begin
        for place in range(bisect_left(self.minutes, begin), len(self.minutes)):
            if self.minutes[place] >= end:
                break
            if holds(self.values[place]):
                return self.minutes[place]
        return None


@dataclass(slots=True)
class Journal:
    """Everything that was said of the people of one home."""

    stage: Stage
    people: dict[int, Course[Sensed]] = field(default_factory=dict)
    """By member."""
    vacant: Course[bool] = field(default_factory=Course)
    """Whether nobody at all is said to be in."""

    def note(
        self, minute: float, now: datetime, home: Home, watches: Mapping[str, Watch], ids: Mapping[str, str]
    ) -> None:
        """Note what one look says."""
        self.vacant.note(minute, home.vacant_since(now) is not None)
        for member in range(len(self.stage.house.timelines)):
            person = ids.get(f"person:{member}")
            if person is None:
                said: Sensed | None = sense(home, f"person.of_member_{member}", now, PhoneState.UNKNOWN)
            else:
                said = watches[person].last
            if said is not None:
                self.people.setdefault(member, Course()).note(minute, said)
