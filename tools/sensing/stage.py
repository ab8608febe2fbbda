"""A home's script: what every entity does, and what is really the matter, minute by minute.

The truth is written here, by the world, before anything looks at it: a situation of the simulated population is
given a place, a thing and its physical course. Nothing in this folder asks a detector what counts.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from math import asin, atan2, cos, degrees, pi, radians, sin
from typing import Any, Final

import numpy as np

from assistant.enums import Activity, Room
from tools.simulate.clock import DAY
from tools.simulate.house import House
from tools.simulate.situations import Situation

from .fittings import Plan
from .tracks import Change, Track, Value

HOME: Final = "home"
"""Subject of a matter of the whole home."""

NOON: Final = 12.5
"""Hour at which the sun is highest."""

STILLNESS: Final = 20.0
"""Minutes after which people who sit in a home have moved, nearly always."""

type Span = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Truth:
    """Something that is the matter."""

    kind: str
    subjects: frozenset[str]
    """Keys of entities, or HOME."""
    began: float
    created: float
    """Worth saying from here on."""
    over: float
    required: bool
    """Whether missing it is a miss; otherwise it may be told or not."""
    also: frozenset[str] = frozenset()
    """Kinds under which the same facts count as told: one situation is one message (product 3.1)."""


@dataclass(slots=True)
class Stage:
    """The script while it is written."""

    plan: Plan
    house: House
    rng: np.random.Generator
    tracks: dict[str, Track] = field(default_factory=dict)
    truths: list[Truth] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    """Situations that this home cannot show at all, by kind."""
    absences: list[Span] = field(default_factory=list)
    nights: list[Span] = field(default_factory=list)
    promised: dict[str, list[Situation]] = field(default_factory=dict)
    """The world's situations by kind: ordinary life keeps out of their way."""
    pushed: list[tuple[str, float, float]] = field(default_factory=list)
    """When a thermostat heats against an open window."""
    extras: frozenset[str] = frozenset()
    """Traits of what was added by `extras.draw_extras`."""
    visitors: list[Span] = field(default_factory=list)
    """Stretches in which somebody who does not live here is in the home."""
    saves: list[Span] = field(default_factory=list)
    """Stretches of absences in which the heating is set back."""
    sky: list[tuple[int, float]] = field(default_factory=list)
    """What is forecast, by quarter of a day: chance of rain in percent, and millimetres an hour."""
    returns: dict[tuple[int, int], float] = field(default_factory=dict)
    """When a member set out for home, by member and minute of arrival."""
    appointments: dict[str, list[tuple[float, str, str]]] = field(default_factory=dict)
    """By calendar: when, where and what."""
    noticed: dict[tuple[int, int], float] = field(default_factory=dict)
    """When a phone reports an arrival, by member and minute of it; missing where it never left."""
    ways: list[tuple[str, float, float, float]] = field(default_factory=list)
    """Sensor of a way, from when to when it takes how many minutes."""
    reminders: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    """By list: when due, and when ticked off."""
    late: list[tuple[str, float, float]] = field(default_factory=list)
    """What a child leaves on past the usual end, and until when."""
    plug_level: float = 50.0
    """Percent below which the car's owner puts it on its cable."""
    waiting: list[Span] = field(default_factory=list)
    """Stretches in which the car hangs on its cable, charged little, and waits for its timer."""

    def track(self, key: str, base: Value | None = None) -> Track:
        """Return an entity's track; a base says what it is when nothing else does."""
        track = self.tracks.setdefault(key, Track(key, "off"))
        if base is not None:
            track.base = base
        return track

    def hold(self, key: str, begin: float, end: float, value: Value = "on", rank: int = 0) -> None:
        """Hold a value, where the home has the entity."""
        if self.plan.has(key):
            self.track(key).hold(begin, end, value, rank)

    def jitter(self, low: float, high: float) -> float:
        """Return some minutes."""
        return float(self.rng.uniform(low, high))

    def chance(self, share: float) -> bool:
        """Return whether something happens."""
        return bool(self.rng.random() < share)

    def absence_at(self, minute: float) -> Span | None:
        """Return the absence of everybody that holds a minute."""
        return next(((a, b) for a, b in self.absences if a <= minute < b), None)

    def unseen(self) -> bool:
        """Return whether an adult lives here whom no person entity stands for: their going no phone tells of."""
        return any(not self.plan.has(f"person:{item.member}") for item in self.plan.household.members)

    def told_empty(self, begin: float, end: float) -> bool:
        """Return whether a home could know in a span that nobody at all is in.

        Persons tell it. Where somebody has no phone, only stillness does (product 3.5), for a quarter of an hour and
        more, and only to sensors of movement.
        """
        return not self.unseen() or (bool(self.plan.keys("motion")) and end - begin >= STILLNESS)

    def visited(self, begin: float, end: float) -> bool:
        """Return whether a visitor is in the home at any time of a span."""
        return any(low < end and begin < high for low, high in self.visitors)

    def usual_night(self) -> tuple[float, float]:
        """Return the minute after noon at which this home usually turns in, and its standard deviation by quartiles."""
        after_noon = sorted((begin - 720) % DAY for begin, _ in self.nights)
        if not after_noon:
            return 660.0, 60.0
        low, middle, high = np.percentile(after_noon, [25, 50, 75])
        return float(middle), float(min(max(0.74 * (high - low), 30.0), 75.0))

    def bedtime_of_children(self, day: int) -> float:
        """Return the minute of a day at which the children's evening usually ends; later before a free day."""
        early = 19 * 60 + 20 + 7.0 * (self.plan.household.household_id % 12)
        return early + 45 * (self.house.calendar.at(day * DAY).weekday() in (4, 5))

    @staticmethod
    def minutes(count: float) -> timedelta:
        """Return minutes as a stretch of time, to the whole minute."""
        return timedelta(minutes=round(count))

    def rain_ahead(self, minute: float, hours: float) -> tuple[float, float]:
        """Return the highest forecast chance of rain in percent within some hours, and the millimetres by then."""
        if not self.sky:
            return 0.0, 0.0
        last = len(self.sky) - 1
        until = minute + hours * 60
        quarters = range(max(int(minute // 360), 0), int((until - 1) // 360) + 1)
        chance = max(self.sky[min(quarter, last)][0] for quarter in quarters)
        fallen = sum(
            self.sky[min(quarter, last)][1] * (min(until, quarter * 360 + 360) - max(minute, quarter * 360)) / 60
            for quarter in quarters
        )
        return float(chance), fallen

    def forecast(self, minute: float) -> list[dict[str, Any]]:
        """Return what `weather.get_forecasts` answers by the hour, for a day and a half."""
        first, last = int(minute // 60), len(self.sky) - 1
        return [
            {
                "datetime": (self.house.calendar.start + timedelta(hours=hour)).isoformat(),
                "precipitation_probability": self.sky[min(hour // 6, last)][0],
                "precipitation": self.sky[min(hour // 6, last)][1],
                "condition": "rainy" if self.sky[min(hour // 6, last)][0] >= 60 else "cloudy",
                "temperature": round(self.warmth(hour * 60.0), 1),
            }
            for hour in range(first, first + 36)
        ]

    def departure_after(self, minute: float) -> float:
        """Return when everybody next leaves; the end of days if never."""
        return next((begin for begin, _ in self.absences if begin > minute), float(self.house.end))

    def night_after(self, minute: float) -> Span:
        """Return the night that begins next."""
        return next(((a, b) for a, b in self.nights if a > minute), (float(self.house.end), float(self.house.end)))

    def dark(self, minute: float) -> bool:
        """Return whether it is dark outside at 52° north."""
        at = self.house.calendar.at(minute)
        half = (12.0 + 4.4 * sin(2 * pi * (at.timetuple().tm_yday - 80) / 365)) / 2
        return not NOON - half + 0.4 < minute % DAY / 60 < NOON + half - 0.4

    def sun(self, minute: float) -> tuple[float, float]:
        """Return degrees of the sun above the horizon and from north by east, at 52° north."""
        day = self.house.calendar.at(minute).timetuple().tm_yday
        declination = radians(23.44) * sin(2 * pi * (day - 81) / 365)
        hour, latitude = radians((minute % DAY / 60 - NOON) * 15), radians(52.0)
        high = asin(sin(latitude) * sin(declination) + cos(latitude) * cos(declination) * cos(hour))
        east = -cos(declination) * sin(hour)
        north = cos(latitude) * sin(declination) - sin(latitude) * cos(declination) * cos(hour)
        return degrees(high), degrees(atan2(east, north)) % 360

    def warmth(self, minute: float) -> float:
        """Return degrees outside: warmest in mid-afternoon, coldest before dawn."""
        days = self.house.calendar.temperature
        midday = days[min(max(int(minute // DAY), 0), len(days) - 1)]
        return midday + 4.0 * sin(2 * pi * (minute % DAY / 60 - 9) / 24) - 2.0

    def in_room(self, room: Room, begin: float, end: float) -> bool:
        """Return whether somebody awake is in a room at any time of a span."""
        for timeline in self.house.timelines:
            for index in range(timeline.index(begin), len(timeline.episodes)):
                episode = timeline.episodes[index]
                if episode.begin >= end:
                    break
                if episode.room is room and episode.activity is not Activity.ASLEEP:
                    return True
        return False

    def until_used(self, room: Room, begin: float, end: float) -> float:
        """Return when somebody awake is in a room again, at the latest at the end of a span."""
        return next(
            (float(at) for at in np.arange(begin, end, 1.0) if self.in_room(room, float(at), float(at) + 1)), end
        )

    def matter(
        self,
        kind: str,
        subjects: str | list[str],
        began: float,
        created: float,
        over: float,
        *,
        required: bool = True,
        least: float = 15.0,
        also: tuple[str, ...] = (),
    ) -> None:
        """Write down that something is the matter; what is over within a quarter of an hour need not be told."""
        every = [subjects] if isinstance(subjects, str) else subjects
        found = frozenset(item for item in every if item == HOME or self.plan.has(item))
        if not found or over < began:
            return
        enough = over - max(created, began) >= least
        self.truths.append(
            Truth(
                kind=kind,
                subjects=found,
                began=began,
                created=created,
                over=over,
                required=required and enough,
                also=frozenset(also),
            )
        )

    def allow(self, kinds: tuple[str, ...], subjects: str | list[str], began: float, over: float) -> None:
        """Write down what the same facts may also be called, without asking for it."""
        for kind in kinds:
            self.matter(kind, subjects, began, began, over, required=False)

    def drop(self, kind: str) -> None:
        """Count a situation that this home has no way to show."""
        self.dropped[kind] = self.dropped.get(kind, 0) + 1

    def changes(self) -> list[Change]:
        """Return everything that happens, in order."""
        had = [track for key, track in self.tracks.items() if self.plan.has(key)]
        found = [change for track in had for change in track.changes(self.house.end)]
        return sorted(found, key=lambda change: change.minute)


def empty_spans(house: House) -> list[Span]:
    """Return to the minute when every adult is away."""
    edges: list[tuple[float, int]] = []
    for timeline in house.timelines:
        begin: float | None = None
        for episode in timeline.episodes:
            if not episode.home and begin is None:
                begin = max(float(episode.begin), 0.0)
            elif episode.home and begin is not None:
                edges += [(begin, 1), (float(episode.begin), -1)]
                begin = None
        if begin is not None:
            edges += [(begin, 1), (float(house.end), -1)]
    found: list[Span] = []
    out, since = 0, 0.0
    for minute, step in sorted(edges, key=lambda edge: (edge[0], -edge[1])):
        out += step
        if out == len(house.timelines) and step > 0:
            since = minute
        elif out == len(house.timelines) - 1 and step < 0 and minute > since:
            found.append((since, minute))
    return found


def absences_of(house: House, member: int) -> list[Span]:
    """Return when a member is away; who has not come back by the end of days stays away until then."""
    timeline = house.timelines[member]
    found: list[Span] = []
    last = len(timeline.episodes) - 1
    for index, episode in enumerate(timeline.episodes):
        if not episode.home:
            # The length of a last episode is a guess of the timeline's: a journey does not end by it.
            end = float(house.end if index == last else min(timeline.end(index), house.end))
            begin = float(episode.begin)
            if found and abs(found[-1][1] - begin) < 1:
                found[-1] = (found[-1][0], end)
            else:
                found.append((begin, end))
    return [(max(a, -1.0), b) for a, b in found if b > 0]
