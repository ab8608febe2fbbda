"""What makes a situation arise: moments in a household's days, one function per trigger.

A trigger returns (minute, member) pairs; the member is whom it happened to, or -1 for the home. The chance that an
event becomes a situation is the kind's row; triggers that are rates make their own events.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from assistant.enums import Activity, Weather

from .clock import DAY
from .house import House
from .kinds import Arising

type Event = tuple[int, int]
type Trigger = Callable[[House, Arising, np.random.Generator], list[Event]]

HOME: Final = -1


def _thinned(events: list[Event], chance: float, rng: np.random.Generator) -> list[Event]:
    return [event for event in events if rng.random() < chance]


def _weekly(house: House, rate: float, rng: np.random.Generator, minutes: np.ndarray) -> list[Event]:
    """Return events at a weekly rate at some of the given minutes."""
    count = int(rng.poisson(rate * house.calendar.days / 7.0))
    if not count or not len(minutes):
        return []
    chosen = np.sort(rng.choice(minutes, size=count))
    return [(int(minute) + int(rng.integers(0, 5)), HOME) for minute in chosen]


def _forgetful(house: House) -> float:
    return float(np.mean([member.forgetful for member in house.household.members]))


def emptied(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return three minutes after the home became empty for a while."""
    spans = [(begin, house.last_out(begin)) for begin, end in house.empty if end - begin >= 20 and begin > 0]
    events = [(begin + 3, member) for begin, member in spans if not house.calendar.travelling(begin)]
    return _thinned(events, row.rate * _forgetful(house), rng)


def emptied_long(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return an hour after the home became empty, when it stays so."""
    return _thinned([(begin + 60, HOME) for begin, end in house.empty if end - begin >= 120], row.rate, rng)


def long_absence(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return a day after the home became empty."""
    events = [(begin + DAY, HOME) for begin, end in house.empty if end - begin > DAY + 120]
    return _thinned(events, row.rate, rng)


def present(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return moments at which somebody is at home and awake, at the row's weekly rate."""
    return _weekly(house, row.rate * _forgetful(house) ** 0.5, rng, house.active)


def any_time(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return moments of day and night at the row's weekly rate."""
    return _weekly(house, row.rate, rng, house.minutes)


def any_day(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return moments of daytime at the row's weekly rate."""
    hour = house.minutes % DAY // 60
    return _weekly(house, row.rate, rng, house.minutes[(hour >= 8) & (hour < 20)])


def night(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return a quarter of an hour before the last person falls asleep, once a night."""
    events = [(begin - 15, HOME) for begin, end in house.quiet if end - begin > 180 and begin > 30]
    return _thinned(events, row.rate * _forgetful(house), rng)


def bedtime(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return half an hour before the last person's night, once a night."""
    events = [(begin - 30, HOME) for begin, end in house.quiet if end - begin > 180 and begin > 60]
    return _thinned(events, row.rate * _forgetful(house), rng)


def _after(
    house: House, activities: frozenset[Activity], delay: tuple[int, int], rng: np.random.Generator
) -> list[Event]:
    return [
        (item.end + int(rng.integers(*delay)), item.member)
        for item in house.happenings
        if item.activity in activities and item.end < house.end
    ]


def cooking(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return shortly after the end of cooking."""
    return _thinned(_after(house, frozenset({Activity.COOKING}), (3, 15), rng), row.rate * _forgetful(house), rng)


def laundry(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return an hour or two after laundry and after some dinners: a machine has finished."""
    wash = [
        (item.end + int(rng.integers(50, 110)), HOME)
        for item in house.happenings
        if (item.laundry or (item.activity is Activity.COOKING and rng.random() < 0.3)) and item.end < house.end
    ]
    return _thinned(wash, row.rate, rng)


def media_left(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return three quarters of an hour after somebody stopped watching."""
    return _thinned(_after(house, frozenset({Activity.MEDIA}), (45, 50), rng), row.rate, rng)


def room_left(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return a while after an episode in some room ended."""
    busy = frozenset({Activity.HOUSEWORK, Activity.COOKING, Activity.GROOMING, Activity.WORKING, Activity.IDLE})
    return _thinned(_after(house, busy, (20, 40), rng), row.rate, rng)


def bins(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return the late afternoon before the household's collection day."""
    eve = int(rng.integers(0, 5))
    events = [
        (day * DAY + int(rng.integers(1020, 1140)), HOME)
        for day in range(house.calendar.days)
        if house.calendar.at(day * DAY).weekday() == eve
    ]
    return _thinned(events, row.rate, rng)


def rain(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return the onset of rain, snow or storm."""
    wet = {Weather.WET, Weather.STORM, Weather.SNOW}
    sky = house.calendar.weather
    events = [
        (quarter * 360 + int(rng.integers(0, 300)), HOME)
        for quarter in range(1, len(sky))
        if sky[quarter] in wet and sky[quarter - 1] not in wet
    ]
    return _thinned(events, row.rate * _forgetful(house), rng)


def evening_home(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return a quarter of an hour after a person came home in the evening."""
    events = [
        (item.end + 15, item.member)
        for item in house.happenings
        if item.activity is Activity.ARRIVING and 16 * 60 <= item.begin % DAY < 23 * 60
    ]
    return _thinned(events, row.rate, rng)


def price(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return windows of cheap or surplus energy: around noon and late in the evening."""
    hour = house.minutes % DAY // 60
    return _weekly(house, row.rate, rng, house.minutes[((hour >= 10) & (hour < 15)) | (hour >= 21)])


def sun(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return late mornings of warm days."""
    events = [
        (day * DAY + int(rng.integers(540, 780)), HOME)
        for day, warmth in enumerate(house.calendar.temperature)
        if warmth > 19.0
    ]
    return _thinned(events, row.rate, rng)


def returning(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return 15 to 30 minutes before a person comes home from three hours or more."""
    events: list[Event] = []
    for member, timeline in enumerate(house.timelines):
        for index, episode in enumerate(timeline.episodes):
            if not episode.home and timeline.end(index) - episode.begin >= 180 and timeline.end(index) < house.end:
                events.append((timeline.end(index) - int(rng.integers(15, 30)), member))
    return _thinned(sorted(events), row.rate, rng)


def departing(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return 15 to 35 minutes before a person leaves the home."""
    events = [
        (item.begin - int(rng.integers(15, 35)), item.member)
        for item in house.happenings
        if item.activity is Activity.LEAVING
    ]
    return _thinned(events, row.rate, rng)


def routine(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return the daily times of people who set themselves a reminder (one in four; judgement)."""
    events: list[Event] = []
    for member, person in enumerate(house.household.members):
        if rng.random() > 0.2 + 0.15 * (person.age >= 65):
            continue
        at = int(rng.choice((8 * 60, 13 * 60, 20 * 60))) + int(rng.integers(-60, 60))
        events += [(day * DAY + at, member) for day in range(house.calendar.days)]
    return _thinned(sorted(events), row.rate, rng)


def visit(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return ten minutes after guests came."""
    return _thinned([(begin + 10, HOME) for begin, _ in house.calendar.guests], row.rate, rng)


def children(house: House, row: Arising, rng: np.random.Generator) -> list[Event]:
    """Return evenings at the time children should have stopped."""
    if not house.household.children:
        return []
    at = int(rng.integers(1170, 1290))
    events = [(day * DAY + at + int(rng.integers(0, 30)), HOME) for day in range(house.calendar.days)]
    return _thinned(events, row.rate, rng)


TRIGGERS: Final[Mapping[str, Trigger]] = MappingProxyType(
    {
        function.__name__: function
        for function in (
            emptied, emptied_long, long_absence, present, any_time, any_day, night, bedtime, cooking, laundry,
            media_left, room_left, bins, rain, evening_home, price, sun, returning, departing, routine, visit,
            children,
        )
    }
)  # fmt: skip
