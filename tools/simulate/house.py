"""What goes on in a home as a whole: who is in, who is up, and the events that situations hang on."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from assistant.enums import Activity
from tools.personas.model import PersonaHousehold

from .clock import DAY, Calendar
from .days import HouseholdDays
from .episodes import Timeline

STEP: Final = 5
"""Minutes between two looks at the home."""

type Array = np.ndarray
type Span = tuple[int, int]


def runs(flags: Array) -> list[Span]:
    """Return first and last minute of every stretch in which a flag by STEP is set."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return [(int(a) * STEP, int(b) * STEP) for a, b in zip(edges[::2], edges[1::2], strict=True)]


@dataclass(frozen=True, slots=True)
class Happening:
    """An episode of somebody at home that a situation can follow from."""

    member: int
    begin: int
    end: int
    activity: Activity
    laundry: bool


class House:
    """A household's days seen from the home."""

    def __init__(self, household: PersonaHousehold, days: HouseholdDays) -> None:
        self.household = household
        self.calendar: Calendar = days.calendar
        self.timelines: tuple[Timeline, ...] = days.timelines
        self.end = days.calendar.days * DAY
        minutes = np.arange(0, self.end, STEP)
        self.minutes = minutes
        home, awake = [], []
        for timeline in days.timelines:
            begins = np.array([episode.begin for episode in timeline.episodes])
            place = np.maximum(np.searchsorted(begins, minutes, side="right") - 1, 0)
            home.append(np.array([episode.home for episode in timeline.episodes])[place])
            asleep = np.array([episode.activity is Activity.ASLEEP for episode in timeline.episodes])
            awake.append(~asleep[place])
        self.home = np.array(home)
        """Whether a member is at home, shape (members, looks)."""
        self.awake = np.array(awake)
        """Whether a member is awake, wherever, shape (members, looks)."""

    @cached_property
    def empty(self) -> list[Span]:
        """Stretches in which every adult is away."""
        return runs(~np.any(self.home, axis=0))

    @cached_property
    def quiet(self) -> list[Span]:
        """Stretches in which somebody is at home and nobody there is awake."""
        return runs(np.any(self.home, axis=0) & ~np.any(self.home & self.awake, axis=0))

    @cached_property
    def active(self) -> Array:
        """Minutes, by STEP, at which somebody is at home and awake."""
        return self.minutes[np.any(self.home & self.awake, axis=0)]

    @cached_property
    def happenings(self) -> list[Happening]:
        """Episodes of everyone at home, in order of time."""
        found = [
            Happening(member, episode.begin, timeline.end(index), episode.activity, episode.laundry)
            for member, timeline in enumerate(self.timelines)
            for index, episode in enumerate(timeline.episodes)
            if episode.home and 0 <= episode.begin < self.end
        ]
        return sorted(found, key=lambda item: item.begin)

    def somebody_active(self, minute: float) -> bool:
        """Return whether somebody is at home and awake."""
        look = min(max(int(minute) // STEP, 0), self.home.shape[1] - 1)
        return bool(np.any(self.home[:, look] & self.awake[:, look]))

    def next_active(self, minute: float) -> int | None:
        """Return the first minute from the given one at which somebody is at home and awake."""
        index = int(np.searchsorted(self.active, minute))
        return int(self.active[index]) if index < len(self.active) else None

    def last_out(self, minute: int) -> int:
        """Return the member who left last before an empty stretch that begins at a minute."""
        return max(
            range(len(self.timelines)),
            key=lambda member: self.timelines[member].at(minute + STEP).begin,
        )

    def who_acts(self, minute: float, draw: float) -> int:
        """Return a member who is at home and awake at a minute; any member when nobody is."""
        look = min(max(int(minute) // STEP, 0), self.home.shape[1] - 1)
        there = np.flatnonzero(self.home[:, look] & self.awake[:, look])
        choice = there if len(there) else np.arange(len(self.timelines))
        return int(choice[int(draw * len(choice)) % len(choice)])
