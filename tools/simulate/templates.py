"""Family B's days: a few template days per person, replayed with perturbations.

Nothing here is a chain: a person owns a small library of days written down as plans (get up, wash, breakfast, …);
each day one of them is replayed with its times shifted, some of its episodes dropped, swapped or lengthened. Only the
clock times of getting up and going to bed and the hours of work come from the diary tables.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from tools.data.tables import table
from tools.personas.model import Persona
from tools.streams import Stream, generator

from .clock import WARM_UP, Calendar
from .curves import FIRST_HOUR, INDEX, SLOTS

_LIBRARY: Final = 4
"""Template days a person has for working days, and as many for free ones (judgement)."""
_DROP: Final = 0.12
_SHIFT: Final = 18.0
"""SD in minutes of a day's shift of each planned episode, scaled by irregularity."""

type Array = np.ndarray
type Plan = list[tuple[float, str]]
"""Episodes as (minute of the diary day, letter), in order; each lasts until the next."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Percentiles of a group's getting up and going to bed, in minutes from 04:00, and hours worked."""

    wake: Array
    bed: Array
    work: float


_QUANTILES: Final = np.array([0.05, 0.25, 0.5, 0.75, 0.95])


@cache
def _clock(age: str, employment: str) -> Clock:
    rows = {(r["age_group"], r["employment"], r["household"]): r for r in table("atus_weekday_wake_bed.csv")}
    row = rows.get((age, employment, "all")) or rows["all", employment, "all"]
    return Clock(
        np.array([_minute(row[f"wake_p{q}"]) for q in (5, 25, 50, 75, 95)]),
        np.array([_minute(row[f"bed_p{q}"]) for q in (5, 25, 50, 75, 95)]),
        float(row["work_h_mean_if_any"]),
    )


def _minute(text: str) -> float:
    hour, minute = text.split(":")
    return float((int(hour) - FIRST_HOUR) % 24 * 60 + int(minute))


def _usual(persona: Persona, rng: np.random.Generator, *, free: bool) -> tuple[float, float]:
    """Return a person's usual minutes of getting up and going to bed, from 04:00."""
    clock = _clock(persona.age_group, persona.employment)
    late = 1.0 / (1.0 + np.exp(-1.6 * persona.chronotype))
    wake = float(np.interp(np.clip(late + rng.normal(0, 0.08), 0.05, 0.95), _QUANTILES, clock.wake))
    bed = float(np.interp(np.clip(late + rng.normal(0, 0.08), 0.05, 0.95), _QUANTILES, clock.bed))
    return wake + (float(rng.uniform(20, 100)) if free else 0.0), bed + (20.0 if free else 0.0)


def _working_plan(persona: Persona, rng: np.random.Generator, wake: float, bed: float) -> Plan:
    clock = _clock(persona.age_group, persona.employment)
    hours = clock.work * float(rng.uniform(0.85, 1.1))
    what = "education" if persona.employment == "student" else "work"
    start = wake + float(rng.uniform(60, 110))
    end = min(start + hours * 60 + 40, bed - 150)
    lunch = (start + end) / 2
    plan: Plan = [(wake, "personal_care"), (wake + 30, "eating"), (start, what), (lunch, "eating"), (lunch + 35, what)]
    at = end
    if rng.random() < 0.35:
        plan.append((at, "shopping"))
        at += 50
    if persona.children and rng.random() < 0.7:
        plan.append((at, "care_household"))
        at += 45
    if rng.random() < 0.25:
        plan.append((at, "sports"))
        at += 60
    plan += [(at, "household"), (at + 45, "eating"), (at + 80, "leisure")]
    if rng.random() < 0.4:
        plan += [(at + 130, "household"), (at + 165, "leisure")]
    return plan


def _free_plan(persona: Persona, rng: np.random.Generator, wake: float, bed: float) -> Plan:
    plan: Plan = [
        (wake, "personal_care"),
        (wake + 35, "eating"),
        (wake + 75, str(rng.choice(("leisure", "household")))),
    ]
    at = wake + 75 + float(rng.uniform(60, 150))
    middle = ["shopping", "household", "leisure", "care_other", "sports", "services", "volunteer", "religious"]
    weights = np.array([3, 4, 4, 1, 1.5, 1, 0.5, 0.7])
    if persona.children:
        middle.append("care_household")
        weights = np.append(weights, 3.0)
    while at < bed - 330:
        plan.append((at, str(rng.choice(middle, p=weights / weights.sum()))))
        at += float(rng.uniform(50, 140))
        if not any(letter == "eating" for _, letter in plan[3:]) and at > 480:
            plan.append((at, "eating"))
            at += 45
    plan += [(at, "household"), (at + 50, "eating"), (at + 90, "leisure")]
    return plan


def _replay(plan: Plan, wake: float, bed: float, irregular: float, rng: np.random.Generator) -> Array:
    """Return one day's activities, shape (SLOTS,), from a perturbed replay of a plan."""
    moved: Plan = []
    shift = rng.normal(0.0, _SHIFT * irregular)
    for minute, letter in plan:
        if moved and rng.random() < _DROP * irregular:
            continue
        moved.append((minute + shift + rng.normal(0.0, _SHIFT * irregular), letter))
    moved.sort()
    end = bed + rng.normal(0.0, 25.0 * irregular)
    day = np.full(SLOTS, INDEX["sleep"])
    begin = wake + shift
    for slot in range(SLOTS):
        minute = slot * 30 + 15.0
        if begin <= minute < end:
            now = [letter for at, letter in moved if at <= minute]
            day[slot] = INDEX[now[-1] if now else "personal_care"]
    if rng.random() < 0.08:  # a nap or a bad night
        at = int(rng.integers(16, 30))
        day[at : at + 2] = INDEX["sleep"]
    return day


def template_days(persona: Persona, calendar: Calendar, seed: int) -> Array:
    """Return family B's activities, shape (days + WARM_UP, SLOTS)."""
    rng = generator(seed, persona.family, Stream.DAYS, persona.persona_id)
    working = persona.employment in ("full_time", "part_time", "student")
    clocks = {free: _usual(persona, rng, free=free) for free in (False, True)}
    library = {
        True: [_free_plan(persona, rng, *clocks[True]) for _ in range(_LIBRARY)],
        False: [(_working_plan if working else _free_plan)(persona, rng, *clocks[False]) for _ in range(_LIBRARY)],
    }
    irregular = 1.6 * (1.0 - persona.habit) + 0.3
    at_work = 1.0 if persona.employment == "full_time" else 0.75
    result = np.empty((calendar.days + WARM_UP, SLOTS), dtype=np.int64)
    for row, day in enumerate(range(-WARM_UP, calendar.days)):
        free = calendar.is_free(day) or rng.random() > at_work or day in calendar.ill[persona.member]
        wake, bed = clocks[free]
        if day in calendar.ill[persona.member]:
            wake, bed = wake + 90, bed - 60
        plan = library[free][min(int(rng.exponential(0.9)), _LIBRARY - 1)]
        result[row] = _replay(plan, wake, bed, irregular, rng)
    return result
