"""Draw a household: its people, their traits and tastes, and the home they share."""

from functools import cache
from typing import Final

import numpy as np

from tools.data.tables import table
from tools.errors import ArgumentError
from tools.streams import Family, Stream, generator, hash_uniform

from .demographics import AGES, HOUSEHOLDS, Cell, adults, anchor_cells, companion_cell, joint
from .homes import draw_home
from .model import Home, Persona, PersonaHousehold, Traits
from .population import MEMBERS_PER_ID
from .preferences import draw_preferences
from .split import split_of

_FACTORS: Final = ("O", "C", "E", "A", "N")
_HOME_OFFICE: Final = ((), (1,), (0, 4), (1, 3), (0, 1, 2, 3, 4))
_HOME_OFFICE_SHARES: Final = (0.54, 0.1, 0.11, 0.1, 0.15)
"""Weekdays worked at home; their mean is a quarter of working days, as in ATUS 2022-23 (published_numbers)."""


@cache
def _trait_tables() -> tuple[dict[tuple[str, str], tuple[np.ndarray, np.ndarray]], np.ndarray]:
    """Return means and SDs by age group and sex, and the Cholesky factor of the correlations, shape (5, 5)."""
    rows = table("bigfive_by_age_sex.csv")
    means = {
        (r["age_group"], r["sex"]): (
            np.array([float(r[f"z_{f}"]) for f in _FACTORS]),
            np.array([float(r[f"sd_{f}"]) for f in _FACTORS]),
        )
        for r in rows
    }
    for sex in ("female", "male"):  # the source has too few people over 64
        means["65+", sex] = means["45-64", sex]
    correlations = np.array([[float(r[f]) for f in _FACTORS] for r in table("bigfive_correlations.csv")])
    return means, np.linalg.cholesky(correlations)


def _traits(cell: Cell, rng: np.random.Generator) -> Traits:
    means, factor = _trait_tables()
    mean, spread = means[cell.age_group, cell.sex]
    values = mean + spread * (factor @ rng.standard_normal(len(_FACTORS)))
    openness, conscientiousness, extraversion, agreeableness, neuroticism = values.tolist()
    return Traits(
        openness=openness,
        conscientiousness=conscientiousness,
        extraversion=extraversion,
        agreeableness=agreeableness,
        neuroticism=neuroticism,
    )


def _children(household_type: str, rng: np.random.Generator) -> int:
    """Return the number of children; one to three where the diary's household has any (judgement)."""
    if household_type not in ("partner_child", "single_with_child_in_home"):
        return 0
    return int(rng.choice((1, 2, 3), p=(0.42, 0.4, 0.18)))


def _persona(
    cell: Cell, member: int, household_id: int, *, seed: int, family: Family, children: int, home: Home
) -> Persona:
    persona_id = household_id * MEMBERS_PER_ID + member
    rng = generator(seed, family, Stream.TRAITS, persona_id)
    low, high = AGES[cell.age_group]
    age = int(rng.integers(low, high + 1))
    traits = _traits(cell, rng)
    chronotype = float(rng.standard_normal())
    works = cell.employment in ("full_time", "part_time")
    office = _HOME_OFFICE[int(rng.choice(len(_HOME_OFFICE), p=_HOME_OFFICE_SHARES))]
    return Persona(
        persona_id=persona_id,
        household_id=household_id,
        member=member,
        family=family,
        split=split_of(household_id, family),
        age=age,
        age_group=cell.age_group,
        sex=cell.sex,
        employment=cell.employment,
        household_type=cell.household,
        household=HOUSEHOLDS[cell.household],
        children=children,
        traits=traits,
        chronotype=chronotype,
        habit=float(rng.beta(5.0, 4.0)),
        home_office_days=office if works else (),
        reveals_phone=bool(rng.random() < 0.6),
        forgetful=float(np.exp(rng.normal(-0.15 * traits.conscientiousness, 0.35))),
        sociable=float(np.exp(rng.normal(0.25 * traits.extraversion, 0.4))),
        preferences=draw_preferences(traits, chronotype, generator(seed, family, Stream.PREFERENCES, persona_id)),
        home=home,
    )


def draw_household(index: int, seed: int, family: Family) -> PersonaHousehold:
    """Return household `index` of a population; the same three arguments always give the same people.

    Raises ArgumentError for a negative index or seed, and PriorsError when a table cannot be read.
    """
    if index < 0 or seed < 0:
        raise ArgumentError("a household's index and the seed are whole numbers from 0")
    uniform = hash_uniform(seed, family, Stream.HOUSEHOLD, np.array([index]))
    anchor = int(anchor_cells(uniform)[0])
    cells = joint().cells
    rng = generator(seed, family, Stream.HOUSEHOLD, index)
    members = [cells[anchor]]
    while len(members) < adults(cells[anchor]):
        members.append(cells[companion_cell(anchor, float(rng.random()))])
    children = _children(cells[anchor].household, rng)
    home = draw_home(cells[anchor].household, children, generator(seed, family, Stream.HOME, index))
    return PersonaHousehold(
        household_id=index,
        family=family,
        seed=seed,
        household_type=cells[anchor].household,
        children=children,
        home=home,
        members=tuple(
            _persona(cell, member, index, seed=seed, family=family, children=children, home=home)
            for member, cell in enumerate(members)
        ),
    )


def draw_persona(persona_id: int, seed: int, family: Family) -> Persona:
    """Return one persona by id.

    Raises ArgumentError when no household of that id has such a member.
    """
    household = draw_household(persona_id // MEMBERS_PER_ID, seed, family)
    member = persona_id % MEMBERS_PER_ID
    if member >= len(household.members):
        raise ArgumentError(f"there is no persona {persona_id} in the population of seed {seed}")
    return household.members[member]
