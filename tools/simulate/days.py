"""A household's days by family: diary activities per half-hour, habits shared and own, and the timelines."""

from dataclasses import dataclass

import numpy as np

from tools.personas.model import Persona, PersonaHousehold
from tools.streams import Family, Stream, generator

from .clock import WARM_UP, Calendar, draw_calendar
from .curves import LETTERS, SLOTS, stratum
from .episodes import Timeline, build_timeline
from .markov import TASTE, Rhythm, sample_days, weekday_chain, weekend_chain
from .templates import template_days

_TOGETHER = 0.2
"""Share of half-hours in which people of one household follow the same chance (judgement: shared meals, nights)."""
_REPEATED = 0.75
"""Share of half-hours that a wholly regular person (habit 1) decides as ever (judgement)."""

type Array = np.ndarray


@dataclass(frozen=True, slots=True)
class HouseholdDays:
    """The household's calendar and its members' days."""

    calendar: Calendar
    activities: tuple[Array, ...]
    """By member: diary activities, shape (days + WARM_UP, SLOTS)."""
    timelines: tuple[Timeline, ...]


def _uniforms(persona: Persona, shared: Array, rng: np.random.Generator) -> Array:
    """Return the chances of a person's days, shape (days, SLOTS).

    Each is uniform and independent within its day, so the group's curve stays; across days a part repeats (habit),
    and a part is the household's own of that day.
    """
    days = len(shared)
    fresh = rng.random((days, SLOTS))
    usual = rng.random(SLOTS)
    kind = rng.random((days, SLOTS))
    habit = _REPEATED * persona.habit * (1.0 - _TOGETHER)
    return np.where(kind < _TOGETHER, shared, np.where(kind < _TOGETHER + habit, usual, fresh))


def _markov(persona: Persona, calendar: Calendar, shared: Array, member: int, seed: int) -> Array:
    """Return family A's activities, shape (days + WARM_UP, SLOTS)."""
    rng = generator(seed, persona.family, Stream.DAYS, persona.persona_id)
    tastes = TASTE * rng.standard_normal(len(LETTERS))
    uniforms = _uniforms(persona, shared, rng)
    week = weekday_chain(persona.age_group, persona.employment, persona.household_type)
    rest = weekend_chain(stratum(persona.employment, persona.children, persona.age))
    result = np.empty((calendar.days + WARM_UP, SLOTS), dtype=np.int64)
    numbers = np.arange(-WARM_UP, calendar.days)
    free = np.array([calendar.is_free(int(day)) for day in numbers])
    ill = np.array([int(day) in calendar.ill[member] for day in numbers])
    for chain, on, sick in ((week, ~free & ~ill, False), (rest, free & ~ill, False), (rest, ill, True)):
        if on.any():
            rhythm = Rhythm(persona.chronotype, tastes, sick)
            result[on] = sample_days(chain, rhythm, uniforms[on])
    return result


def household_days(household: PersonaHousehold, days: int) -> HouseholdDays:
    """Return the days of everyone in a household."""
    calendar = draw_calendar(household, days)
    shared = generator(household.seed, household.family, Stream.DAYS, household.household_id, 1).random(
        (days + WARM_UP, SLOTS)
    )
    activities: list[Array] = []
    timelines: list[Timeline] = []
    for persona in household.members:
        if household.family is Family.A:
            letters = _markov(persona, calendar, shared, persona.member, household.seed)
        else:
            letters = template_days(persona, calendar, household.seed)
        rng = generator(household.seed, household.family, Stream.EPISODES, persona.persona_id)
        activities.append(letters)
        timelines.append(build_timeline(persona, letters, calendar, rng))
    return HouseholdDays(calendar, tuple(activities), tuple(timelines))
