"""A household's calendar: dates, kinds of day, weather, guests, absences and illness."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from assistant.enums import DayType, Weather
from tools.personas.model import PersonaHousehold
from tools.streams import Family, Stream, generator

DAY: Final = 1440
"""Minutes a day."""
WARM_UP: Final = 1
"""Days simulated before day 0, so that its first hours have a yesterday."""

_HOLIDAYS_A_YEAR: Final = 10.0
"""About what US federal and most European calendars have."""
_TRIPS_A_YEAR: Final = 2.5
"""Absences of two nights or more of the whole household (judgement)."""
_ILL_DAYS_A_YEAR: Final = 7.0
"""Judgement, near common sick-leave statistics."""
_GUEST_EVENINGS_A_WEEK: Final = 0.6
"""Judgement; scaled by how sociable the household is."""
_OVERNIGHT: Final = 0.15


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is given from outside for a household's days; day d begins at minute d × 1440."""

    start: datetime
    """Local midnight of day 0; the zone is a stand-in, for nothing here crosses a change of clocks."""
    days: int
    day_types: tuple[DayType, ...]
    """By day + WARM_UP."""
    weather: tuple[Weather, ...]
    """By quarter of a day, from day 0."""
    temperature: tuple[float, ...]
    """Degrees Celsius outside at midday, by day."""
    guests: tuple[tuple[int, int], ...]
    """First and last minute of visits."""
    trips: tuple[tuple[int, int], ...]
    """First and last minute of absences of the whole household."""
    ill: tuple[frozenset[int], ...]
    """Days of illness, by member."""

    def at(self, minute: float) -> datetime:
        """Return the local time of a minute since day 0's midnight."""
        return self.start + timedelta(minutes=minute)

    def day_type(self, minute: int) -> DayType:
        """Return the type of a minute's day."""
        return self.day_types[minute // DAY + WARM_UP]

    def is_free(self, day: int) -> bool:
        """Return whether a day (−WARM_UP or later) has the rhythm of a weekend."""
        return self.day_types[day + WARM_UP] is not DayType.WEEKDAY

    def weather_at(self, minute: int) -> Weather:
        """Return the weather of a minute."""
        return self.weather[min(max(minute, 0) // 360, len(self.weather) - 1)]

    def visited(self, minute: int) -> bool:
        """Return whether guests are there."""
        return any(begin <= minute < end for begin, end in self.guests)

    def travelling(self, minute: int) -> bool:
        """Return whether the household is on a trip."""
        return any(begin <= minute < end for begin, end in self.trips)


def _day_type(date: datetime, *, holiday: bool) -> DayType:
    if holiday:
        return DayType.HOLIDAY
    return {5: DayType.SATURDAY, 6: DayType.SUNDAY}.get(date.weekday(), DayType.WEEKDAY)


def _weather(start: datetime, days: int, climate: float, rng: np.random.Generator) -> tuple[list[Weather], list[float]]:
    """Return weather by quarter day and midday temperatures: seasons, a slow swing, and fronts that persist."""
    quarters: list[Weather] = []
    midday: list[float] = []
    swing, wet = 0.0, rng.random() < 0.3
    for day in range(days):
        phase = 2 * np.pi * ((start + timedelta(days=day)).timetuple().tm_yday - 15) / 365.25
        swing = 0.8 * swing + rng.normal(0.0, 2.0)
        warmth = 11.0 - 10.0 * np.cos(phase) + climate + swing
        midday.append(float(warmth))
        for _ in range(4):
            wet = rng.random() < (0.62 if wet else 0.14)
            quarters.append(_quarter(float(warmth), wet=wet, draw=float(rng.random())))
    return quarters, midday


def _quarter(warmth: float, *, wet: bool, draw: float) -> Weather:
    if wet:
        if draw < 0.07:
            return Weather.STORM
        return Weather.SNOW if warmth < 1.0 else Weather.WET
    if warmth > 26.0:
        return Weather.HOT
    if warmth < 0.0:
        return Weather.COLD
    return Weather.CLEAR if draw < 0.5 else Weather.CLOUDY


def _trips(days: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    if rng.random() > 1.0 - np.exp(-_TRIPS_A_YEAR * days / 365.0) or days < 7:
        return []
    first = int(rng.integers(2, max(days - 3, 3)))
    length = int(rng.integers(2, 9))
    begin = first * DAY + int(rng.integers(420, 960))
    end = min((first + length) * DAY + int(rng.integers(720, 1260)), days * DAY)
    return [(begin, end)]


def _visits(
    days: int, sociable: float, trips: list[tuple[int, int]], rng: np.random.Generator
) -> list[tuple[int, int]]:
    visits: list[tuple[int, int]] = []
    for day in range(days):
        if rng.random() > _GUEST_EVENINGS_A_WEEK * sociable / 7.0:
            continue
        begin = day * DAY + int(rng.integers(960, 1170))
        end = begin + int(rng.integers(90, 260))
        if rng.random() < _OVERNIGHT:
            end = (day + int(rng.integers(1, 3))) * DAY + int(rng.integers(540, 960))
        if not any(begin < stop and end > start for start, stop in trips + visits):
            visits.append((begin, min(end, days * DAY)))
    return visits


def _illness(days: int, rng: np.random.Generator) -> frozenset[int]:
    ill: set[int] = set()
    for day in range(-WARM_UP, days):
        if rng.random() < _ILL_DAYS_A_YEAR / 365.0 / 2.5:
            ill.update(range(day, day + int(rng.integers(1, 5))))
    return frozenset(day for day in ill if day < days)


def draw_calendar(household: PersonaHousehold, days: int) -> Calendar:
    """Return the calendar of a household for a number of days."""
    rng = generator(household.seed, household.family, Stream.CALENDAR, household.household_id)
    start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=int(rng.integers(0, 365)))
    holidays = rng.random(days + WARM_UP) < _HOLIDAYS_A_YEAR / 365.0
    day_types = tuple(
        _day_type(start + timedelta(days=day - WARM_UP), holiday=bool(holidays[day])) for day in range(days + WARM_UP)
    )
    weather, temperature = _weather(start, days, household.home.climate, rng)
    trips = _trips(days, rng)
    # Family B's guests come in clusters, from a mechanism of the same name below.
    sociable = float(np.mean([member.sociable for member in household.members]))
    if household.family is Family.B:
        sociable *= float(rng.choice((0.3, 1.0, 2.5), p=(0.4, 0.35, 0.25)))
    return Calendar(
        start=start,
        days=days,
        day_types=day_types,
        weather=tuple(weather),
        temperature=tuple(temperature),
        guests=tuple(_visits(days, sociable, trips, rng)),
        trips=tuple(trips),
        ill=tuple(_illness(days, rng) for _ in household.members),
    )
