"""The days of a population, lived again from their seed, and measured against the diary tables."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from assistant.enums import Activity, DayType
from tools.data.tables import table
from tools.personas.draw import draw_household
from tools.personas.model import Persona
from tools.personas.population import plan
from tools.simulate.clock import DAY, WARM_UP
from tools.simulate.curves import CATEGORIES, INDEX, LETTERS, SLOTS, group_curve, hourly, stratum
from tools.simulate.days import household_days
from tools.simulate.episodes import Episode
from tools.simulate.house import House
from tools.simulate.kinds import ARISING
from tools.simulate.situations import household_situations
from tools.streams import Family

type Array = np.ndarray

GROUPS: Final = {
    "age_group": ("15-24", "25-44", "45-64", "65+"),
    "employment": ("full_time", "part_time", "student", "unemployed", "not_in_labour_force"),
    "household_type": ("alone", "other_adults", "partner_child", "partner_no_child", "single_with_child_in_home"),
}
_TABLE_NAMES: Final = {"age_group": "age", "employment": "employment", "household_type": "household"}
PERCENTILES: Final = (5, 25, 50, 75, 95)


@dataclass(frozen=True, slots=True)
class Lives:
    """What the report needs of a population's days."""

    personas: list[Persona]
    weekdays: Array
    """Share of each letter by slot on weekdays, shape (personas, SLOTS, letters)."""
    weekends: Array
    """Share of each category of the hourly table by hour on free days, shape (personas, 24, categories)."""
    weekday_hours: Array
    """The same on weekdays."""
    wake: list[Array]
    """By persona: minutes of the clock of getting up on weekdays."""
    bed: list[Array]
    """By persona: minutes of the clock of going to bed on weekdays, past midnight counted on."""
    weekly: dict[str, float]
    """Situations a week per kind in homes that can have it."""
    homes: dict[str, int]
    """Homes that can have a kind."""


def category(episode: Episode) -> str:
    """Return the hourly table's category of an episode; travel and edges count with *other*."""
    letter = LETTERS[episode.letter]
    if episode.activity is Activity.COOKING:
        return "food_prep"
    if episode.laundry:
        return "laundry"
    if episode.activity is Activity.MEDIA:
        return "tv"
    return {"sleep": "sleeping", "work": "work", "eating": "eating", "sports": "exercise"}.get(letter, "other")


def _nights(days: Array, rng: np.random.Generator) -> tuple[list[float], list[float]]:
    """Return minutes of the clock of getting up and going to bed per day, as the diaries' table defines them.

    Getting up is the end of the sleep at 04:00; going to bed is the start of the sleep that lasts to the day's end.
    Edges fall anywhere within 15 minutes of their slot, as in the timelines.
    """
    up: list[float] = []
    down: list[float] = []
    for day in days == INDEX["sleep"]:
        if day[0] and not day.all():
            up.append(240 + 30 * int(np.argmin(day)) + rng.uniform(-15, 15))
        if day[-1] and not day.all():
            awake = SLOTS - int(np.argmin(day[::-1]))
            down.append(240 + 30 * awake + rng.uniform(-15, 15))
    return up, down


def live(personas: int, seed: int, family: Family, days: int = 28) -> Lives:
    """Return the measured days of a population."""
    population = plan(personas, seed, family)
    rng = np.random.default_rng(seed)
    people: list[Persona] = []
    weekdays, free_hours, work_hours = [], [], []
    wake: list[Array] = []
    bed: list[Array] = []
    counts = dict.fromkeys(ARISING, 0)
    homes = dict.fromkeys(ARISING, 0)
    for index in population.households.tolist():
        household = draw_household(index, seed, family)
        lived = household_days(household, days)
        house = House(household, lived)
        for situation in household_situations(house):
            counts[situation.kind] += 1
        for kind, row in ARISING.items():
            possible = set(row.needs) <= household.home.devices and (kind != "kids_evening" or household.children > 0)
            homes[kind] += possible
        types = np.array(lived.calendar.day_types[WARM_UP:])
        for persona, letters, timeline in zip(household.members, lived.activities, lived.timelines, strict=True):
            people.append(persona)
            work = letters[WARM_UP:][types == DayType.WEEKDAY]
            weekdays.append(np.stack([(work == letter).mean(axis=0) for letter in range(len(LETTERS))], axis=1))
            up, down = _nights(work, rng)
            wake.append(np.array(up))
            bed.append(np.array(down))
            names = [category(timeline.at(minute)) for minute in range(15, days * DAY, 30)]
            codes = np.array([CATEGORIES.index(name) for name in names]).reshape(days, 24, 2)
            shares = np.stack([(codes == code).mean(axis=2) for code in range(len(CATEGORIES))], axis=2)
            free_hours.append(shares[types != DayType.WEEKDAY].mean(axis=0))
            work_hours.append(shares[types == DayType.WEEKDAY].mean(axis=0))
    weeks = days / 7.0
    return Lives(
        personas=people,
        weekdays=np.array(weekdays),
        weekends=np.array(free_hours),
        weekday_hours=np.array(work_hours),
        wake=wake,
        bed=bed,
        weekly={kind: counts[kind] / max(homes[kind], 1) / weeks for kind in ARISING},
        homes=homes,
    )


def members(lives: Lives, attribute: str, value: str) -> Array:
    """Return the positions of the personas of a group."""
    return np.flatnonzero([getattr(persona, attribute) == value for persona in lives.personas])


def distance_to(target: Array) -> Callable[[Array], float]:
    """Return a statistic: the mean total variation distance per slot between people's mean shares and a target."""

    def statistic(shares: Array) -> float:
        return float((np.abs(shares.mean(axis=0) - target).sum(axis=1) / 2).mean())

    return statistic


def source_curve(attribute: str, value: str) -> Array:
    """Return the diaries' curve of a main group, shape (SLOTS, letters)."""
    curve = group_curve(**{_TABLE_NAMES[attribute]: value})
    assert curve is not None
    return curve


def source_hours(name: str) -> Array:
    """Return the weekend table of a stratum, shape (24, categories)."""
    return hourly(name, "weekend")


def in_stratum(lives: Lives, name: str) -> Array:
    """Return the positions of the personas who take a stratum's weekends."""
    return np.flatnonzero([stratum(p.employment, p.children, p.age) == name for p in lives.personas])


def clock_table(attribute: str, value: str) -> dict[str, Any]:
    """Return the diaries' percentiles of getting up and going to bed of a group, in minutes of the clock."""
    wanted = {"age_group": "all", "employment": "all", "household": "all"}
    if attribute:
        wanted["household" if attribute == "household_type" else attribute] = value
    row = next(r for r in table("atus_weekday_wake_bed.csv") if all(r[name] == item for name, item in wanted.items()))
    return {
        "wake": [_minutes(row[f"wake_p{p}"]) for p in PERCENTILES],
        "bed": [_minutes(row[f"bed_p{p}"]) for p in PERCENTILES],
    }


def _minutes(text: str) -> float:
    """Return minutes of the clock; the hours after midnight and before 04:00 count on from 24:00."""
    hour, minute = text.split(":")
    return (int(hour) + (24 if int(hour) < 4 else 0)) * 60.0 + int(minute)
