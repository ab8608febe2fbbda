"""From half-hours of diary activities to a minute's episode: what, where, at home or not."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.enums import Activity, Room
from tools.personas.model import Persona

from .clock import DAY, WARM_UP, Calendar
from .curves import FIRST_HOUR, INDEX, LETTERS, SLOTS, parts, stratum

LEAVING: Final = 5
ARRIVING: Final = 8
WAKING: Final = 15
"""Minutes of the short episodes at an edge."""
_NIGHT: Final = 120
"""Minutes of sleep from which getting up is *waking up*, not the end of a nap."""

# Chance that an episode of a letter is out of the home. Work is decided by the working place; eating 30 % out and
# exercise 60 % out are BuildOcc's 2022-23 counts; the rest is judgement.
_AWAY: Final = {
    "personal_care": 0.03, "care_household": 0.2, "care_other": 0.85, "education": 0.75, "shopping": 1.0,
    "services": 0.85, "eating": 0.3, "sports": 0.6, "religious": 0.9, "volunteer": 0.85, "other": 0.5,
}  # fmt: skip
_LEISURE_AWAY: Final = 0.4
"""Of leisure that is not television."""
_CALL: Final = 0.07
"""Of leisure that is not television: telephone minutes over other leisure minutes, ATUS 2009-2016."""


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch of one activity; `begin` is in minutes since day 0."""

    begin: int
    activity: Activity
    room: Room
    letter: int
    laundry: bool = False
    night: bool = False
    """Whether it is the sleep of a night."""

    @property
    def home(self) -> bool:
        """Whether the person is at home."""
        return self.room is not Room.NOT_HOME


class Timeline:
    """A person's episodes in order, found by minute."""

    def __init__(self, episodes: list[Episode]) -> None:
        self.episodes = episodes
        self._begins = [episode.begin for episode in episodes]

    def index(self, minute: float) -> int:
        """Return the position of the episode that holds a minute."""
        return max(bisect_right(self._begins, minute) - 1, 0)

    def at(self, minute: float) -> Episode:
        """Return the episode that holds a minute."""
        return self.episodes[self.index(minute)]

    def home(self, minute: float) -> bool:
        """Return whether the person is at home at a minute."""
        return self.at(minute).home

    def end(self, index: int) -> int:
        """Return the minute at which an episode ends."""
        return self._begins[index + 1] if index + 1 < len(self._begins) else self._begins[-1] + DAY


def _slot_activity(letter: str, part: tuple[float, float, float], draw: float, company: float) -> tuple[Activity, bool]:
    """Return the fine activity at home of a slot, and whether it is laundry."""
    cooking, laundry, television = part
    if letter == "household":
        return (Activity.COOKING if draw < cooking else Activity.HOUSEWORK), cooking <= draw < cooking + laundry
    if letter == "leisure":
        if draw < television:
            return Activity.MEDIA, False
        return (Activity.CALL if company < _CALL else Activity.IDLE), False
    return _PLAIN.get(letter, Activity.IDLE), False


_PLAIN: Final = {
    "sleep": Activity.ASLEEP,
    "personal_care": Activity.GROOMING,
    "care_household": Activity.CARING,
    "care_other": Activity.CARING,
    "work": Activity.WORKING,
    "education": Activity.WORKING,
    "services": Activity.WORKING,
    "eating": Activity.EATING,
    "sports": Activity.EXERCISING,
    "volunteer": Activity.WORKING,
}
_ROOMS: Final = {
    Activity.ASLEEP: Room.BEDROOM,
    Activity.WAKING: Room.BEDROOM,
    Activity.GROOMING: Room.BATHROOM,
    Activity.COOKING: Room.KITCHEN,
    Activity.EATING: Room.KITCHEN,
    Activity.MEDIA: Room.LIVING_ROOM,
    Activity.CALL: Room.LIVING_ROOM,
    Activity.HOSTING: Room.LIVING_ROOM,
    Activity.IDLE: Room.LIVING_ROOM,
    Activity.EXERCISING: Room.LIVING_ROOM,
    Activity.ARRIVING: Room.HALL,
    Activity.LEAVING: Room.HALL,
}


def _room(activity: Activity, rooms: tuple[str, ...], draw: float, *, laundry: bool) -> Room:
    if activity is Activity.WORKING:
        return Room.OFFICE if "office" in rooms else Room.LIVING_ROOM
    if activity is Activity.CARING:
        return Room.CHILD_ROOM if "child_room" in rooms and draw < 0.5 else Room.LIVING_ROOM
    if activity is Activity.HOUSEWORK:
        return _room_of_chores(rooms, draw, laundry=laundry)
    if activity is Activity.IDLE and draw < 0.25:
        return Room.BEDROOM if draw < 0.15 else Room.OTHER
    return _ROOMS.get(activity, Room.LIVING_ROOM)


def _room_of_chores(rooms: tuple[str, ...], draw: float, *, laundry: bool) -> Room:
    if laundry and "utility" in rooms:
        return Room.UTILITY
    if "outdoors" in rooms and draw < 0.25:
        return Room.OUTDOORS
    return (Room.KITCHEN, Room.BEDROOM, Room.LIVING_ROOM, Room.BATHROOM)[int(draw * 3.999)]


def _leaves(letter: str, index: int, days: np.ndarray, draw: float, *, home_office: bool) -> bool:
    """Return whether an episode of a letter happens out of the home."""
    if letter == "work":
        return not home_office
    if letter == "eating":
        before = LETTERS[days[index - 1]] if index else "sleep"
        if before in ("work", "education", "shopping") and not (before == "work" and home_office):
            return draw < 0.75
        return draw < 0.12
    return draw < _AWAY.get(letter, 0.0)


def build_timeline(persona: Persona, days: np.ndarray, calendar: Calendar, rng: np.random.Generator) -> Timeline:
    """Return the timeline of a person from activities by day and slot, shape (days + WARM_UP, SLOTS).

    Edges of episodes fall anywhere within their half-hour: the diaries do not know more.
    """
    flat = days.reshape(-1)
    name = stratum(persona.employment, persona.children, persona.age)
    tables = {free: parts(name, weekend=free).tolist() for free in (False, True)}
    draws = rng.random((len(flat), 4)).tolist()
    jitter = rng.integers(-14, 15, len(flat)).tolist()
    changes = np.flatnonzero(np.diff(flat, prepend=-1)).tolist()
    episodes: list[Episode] = []
    for position, first in enumerate(changes):
        last = changes[position + 1] if position + 1 < len(changes) else len(flat)
        letter = LETTERS[flat[first]]
        draw = draws[first]
        day = first // SLOTS - WARM_UP
        weekday = calendar.at(day * DAY).weekday()
        out = _leaves(letter, first, flat, draw[0], home_office=weekday in persona.home_office_days)
        begin = (first // SLOTS - WARM_UP) * DAY + FIRST_HOUR * 60 + first % SLOTS * 30
        begin += jitter[first] if first else 0
        part = tables[calendar.is_free(day)]
        previous: Activity | None = None
        for slot in range(first, last):
            here, laundry = _slot_activity(letter, tuple(part[slot % SLOTS]), draw[1], draws[first][2])
            away = out or (letter == "leisure" and here is not Activity.MEDIA and draw[0] < _LEISURE_AWAY)
            activity = Activity.AWAY if away else here
            if activity is previous:
                continue
            room = Room.NOT_HOME if away else _room(activity, persona.home.rooms, draw[3], laundry=laundry)
            at = begin if slot == first else begin + (slot - first) * 30 + jitter[slot] // 2
            night = activity is Activity.ASLEEP and (last - first) * 30 >= _NIGHT
            if activity is not Activity.AWAY or not episodes or episodes[-1].home:
                episodes.append(Episode(at, activity, room, int(flat[first]), laundry, night))
            previous = activity
    return Timeline(_with_edges(_without(episodes, calendar)))


def _without(episodes: list[Episode], calendar: Calendar) -> list[Episode]:
    """Return the episodes with the household's trips cut out of them."""
    for begin, end in calendar.trips:
        kept = [episode for episode in episodes if not begin <= episode.begin < end]
        kept.append(Episode(begin, Activity.AWAY, Room.NOT_HOME, INDEX["other"]))
        if end < calendar.days * DAY:
            kept.append(Episode(end, Activity.IDLE, Room.LIVING_ROOM, INDEX["leisure"]))
        episodes = sorted(kept, key=lambda episode: episode.begin)
    return episodes


def _with_edges(episodes: list[Episode]) -> list[Episode]:
    """Return the episodes with getting up, leaving and arriving as short episodes of their own."""
    result: list[Episode] = []
    for index, episode in enumerate(episodes):
        following = episodes[index + 1].begin if index + 1 < len(episodes) else episode.begin + DAY
        before = result[-1] if result else None
        begin = max(episode.begin, before.begin + 1) if before else episode.begin
        if before is not None and episode.home and not before.home and following - begin > ARRIVING:
            result.append(Episode(begin, Activity.ARRIVING, Room.HALL, episode.letter))
            begin += ARRIVING
        elif before is not None and before.night and episode.home and following - begin > WAKING:
            result.append(Episode(begin, Activity.WAKING, Room.BEDROOM, episode.letter))
            begin += WAKING
        leaves = index + 1 < len(episodes) and episode.home and not episodes[index + 1].home
        result.append(Episode(begin, episode.activity, episode.room, episode.letter, episode.laundry, episode.night))
        if leaves and following - begin > LEAVING + 3 and episode.activity is not Activity.ASLEEP:
            result.append(Episode(following - LEAVING, Activity.LEAVING, Room.HALL, episode.letter))
    return result
