"""What no home can know about a row: why a thing is as it is, and the tastes of whom it is told.

Rows keep what a model may see and the verdict. The rest is found again by living the same days once more from the
population's seed, and by looking up there every row by person, minute and situation.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tools.errors import StorageError
from tools.personas.draw import draw_household
from tools.personas.model import Preferences
from tools.personas.population import MEMBERS_PER_ID
from tools.simulate.world import Opportunity, household_worlds
from tools.streams import parse_family
from tools.train.data import scan

from .people import job_of

type Floats = NDArray[np.float64]
type Facts = Callable[[Opportunity, Preferences], tuple[float, ...]]


def _purpose(opportunity: Opportunity, _: Preferences) -> tuple[float, ...]:
    return (float(opportunity.situation.on_purpose),)


def _content(opportunity: Opportunity, tastes: Preferences) -> tuple[float, ...]:
    suggestion, domain = opportunity.suggestion, tastes.domain
    return domain.base, domain.by_category[suggestion.category], domain.by_kind[suggestion.kind]


def _moments(opportunity: Opportunity, tastes: Preferences) -> tuple[float, ...]:
    return tastes.scheduling.base, tastes.scheduling.by_activity[opportunity.state.activity]


def _prices(_: Opportunity, tastes: Preferences) -> tuple[float, ...]:
    times = tastes.scheduling
    wishes = (times.wish_per_day, times.patience, float(times.only_at_transitions))
    return *wishes, tastes.cost_wrong, tastes.cost_attention


PURPOSE: Final = "whether it is on purpose"
CONTENT: Final = "the person's tastes of content"
MOMENTS: Final = "the person's tastes of moments"
PRICES: Final = "the person's wish, patience and prices"
HIDDEN: Final[dict[str, Facts]] = {PURPOSE: _purpose, CONTENT: _content, MOMENTS: _moments, PRICES: _prices}
"""Tastes are those of the first day: how a person drifts from there stays hidden here as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    minute: int
    situation: int
    kind: str


def _rows(folder: Path, split: str, personas: tuple[int, ...]) -> dict[int, list[_Row]]:
    """Return what identifies each row by person, in the order in which `load_people` has them."""
    frame = (
        scan(folder)
        .filter((pl.col("split") == split) & pl.col("persona_id").is_in(personas))
        .select("persona_id", "session", "minute", "situation", "kind")
        .collect()
        .sort("persona_id", "session", "minute", maintain_order=True)
    )
    found: dict[int, list[_Row]] = {persona: [] for persona in personas}
    for persona, minute, situation, kind in frame.select("persona_id", "minute", "situation", "kind").iter_rows():
        found[persona].append(_Row(minute=minute, situation=situation, kind=kind))
    return found


def _lived(
    folder: Path, personas: tuple[int, ...]
) -> Iterator[tuple[int, Preferences, dict[tuple[int, int], Opportunity]]]:
    """Yield every person's tastes and opportunities, by minute and situation, in rising order of ids."""
    job = job_of(folder)
    family = parse_family(job["family"])
    wanted = set(personas)
    for household in sorted({persona // MEMBERS_PER_ID for persona in personas}):
        for world in household_worlds(draw_household(household, job["seed"], family), job["days"]):
            if world.persona.persona_id in wanted:
                looks = {(look.minute, look.situation.number): look for look in world.opportunities}
                yield world.persona.persona_id, world.persona.preferences, looks


def hidden_of(folder: Path, split: str, personas: tuple[int, ...]) -> dict[str, Floats]:
    """Return every group of hidden facts of these people's rows, shape (rows, facts), in the order of `load_people`.

    Raises StorageError when the days lived again are not those the rows were written from.
    """
    rows = _rows(folder, split, personas)
    found: dict[str, list[tuple[float, ...]]] = {name: [] for name in HIDDEN}
    for persona, tastes, looks in _lived(folder, personas):
        for row in rows[persona]:
            look = looks.get((row.minute, row.situation))
            if look is None or look.suggestion.kind != row.kind:
                raise StorageError(
                    f"{folder} was written by another generator: persona {persona} has no {row.kind} at minute "
                    f"{row.minute} of these days; simulate again"
                )
            for name, facts in HIDDEN.items():
                found[name].append(facts(look, tastes))
    return {name: np.array(values, np.float64) for name, values in found.items()}
