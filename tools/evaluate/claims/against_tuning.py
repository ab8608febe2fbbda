"""Claim 3: steering against training the whole network for every person, on the same answers."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from typing import Final

import numpy as np
from rich.console import Console

from tools.evaluate.responses.replay import Choice
from tools.results import Record, at_least

from .figures import Figures, measured
from .live import Lived, Lives
from .prices import GOALS, Costs, best_costs
from .scores import Beliefs, Ints, Truth, joined
from .tuned import OBJECTIVES, Recipe, Tuner, best_recipe, looks_between
from .variants import COLD, OURS, SNAPSHOTS, held_at
from .verdicts import interval_above

_UNTIL: Final = {10: 19, 20: 49, 50: 80}
"""Answers up to which a network trained after so many is judged: until it would be trained again."""
_TUNED_AT: Final = 20
"""Answers after which rates, steps and prices are set."""
_FIGURES: Final = ("timing F1", "satisfaction", "AUC of need", "log-loss")
_MARGIN: Final = 2.0
"""Points of F1 that count as equal (learning evidence 4, claim 3)."""
_LEAST_GAIN: Final = {"timing F1": 0.5, "satisfaction": 0.005, "AUC of need": 0.002, "log-loss": 0.002}
"""A gain of tuning below which a share of it would be a share of noise."""


def _name(objective: str) -> str:
    return f"fine-tuned, {objective}"


def _part[T: Truth | Beliefs](whole: T, numbers: Ints) -> T:
    return type(whole)(**{item.name: getattr(whole, item.name)[numbers] for item in fields(whole)})


def _lives(people: Sequence[Lived], chosen: Sequence[Ints], tuned: dict[str, list[Beliefs]], held: str) -> Lives:
    """Return the chosen looks alone, with the beliefs of networks trained anew beside steering's."""
    cut = list(zip(people, chosen, strict=True))
    beliefs = {
        COLD: joined([_part(person.beliefs[COLD], numbers) for person, numbers in cut]),
        OURS: joined([_part(person.beliefs[held], numbers) for person, numbers in cut]),
    }
    beliefs |= {name: joined(found) for name, found in tuned.items()}
    truth = joined([_part(person.truth, numbers) for person, numbers in cut])
    return Lives(people=(), truth=truth, beliefs=beliefs)


def recipes(
    tuner: Tuner, people: Sequence[Lived], console: Console
) -> tuple[dict[str, Recipe], dict[tuple[str, str], Costs]]:
    """Return how each objective is trained and by which prices it decides, all set on these people."""
    found: dict[str, Recipe] = {}
    costs: dict[tuple[str, str], Costs] = {}
    chosen = [looks_between(person, _TUNED_AT, _UNTIL[_TUNED_AT]) for person in people]
    for objective in OBJECTIVES:
        recipe = best_recipe(tuner, people, objective, _TUNED_AT, _UNTIL[_TUNED_AT])
        console.print(f"{objective}: rate {recipe.rate:g}, {recipe.steps} steps")
        found[objective] = recipe
        [(_, beliefs)] = tuner.tuned(people, _TUNED_AT, chosen, recipe)
        lives = _lives(people, chosen, {_name(objective): beliefs}, held_at(_TUNED_AT))
        for goal in GOALS:
            costs[_name(objective), goal] = best_costs(lives.truth, lives.beliefs[_name(objective)], goal)
    return found, costs


def against_tuning(
    choice: Choice,
    people: Sequence[Lived],
    validation: Sequence[Lived],
    prices: dict[tuple[str, str], Costs],
    family: str,
    console: Console,
) -> Iterator[Record]:
    """Yield claim 3's records at every number of answers. Raises ModelFileError when there is no network."""
    tuner = Tuner(choice)
    found, costs = recipes(tuner, validation, console)
    for count in SNAPSHOTS:
        chosen = [looks_between(person, count, _UNTIL[count]) for person in people]
        if not sum(map(len, chosen)):
            continue
        tuned = {}
        for objective, recipe in found.items():
            console.print(f"training {len(people)} networks on {count} answers each: {objective}")
            [(_, beliefs)] = tuner.tuned(people, count, chosen, recipe)
            tuned[_name(objective)] = beliefs
        lives = _lives(people, chosen, tuned, held_at(count))
        yield from _compared(Figures(lives, prices | costs, family, {}), list(tuned), count)


def _compared(found: Figures, tuned: list[str], count: int) -> Iterator[Record]:
    after = f"after {count} answers"
    for figure in _FIGURES:
        cold, ours = found.drawn(figure, COLD), found.drawn(figure, OURS)
        for name in (COLD, OURS, *tuned):
            record = found.record(figure, name, "all")
            yield replace(record, claim=f"3 · {figure}, {name}, {after}")
        for name in tuned:
            theirs = found.drawn(figure, name)
            unit = found.record(figure, name, "all").unit
            lead = measured(f"3 · {figure}, {OURS} less {name}, {after}", ours - theirs, unit, found.family)
            yield interval_above(lead, -_MARGIN) if figure == "timing F1" else lead
            if figure in ("timing F1", "satisfaction"):
                ratio = ours / np.maximum(theirs, 1e-9)
                text = f"3 · {figure}, {OURS} over {name}, {after}"
                yield at_least(measured(text, ratio, "ratio", found.family), 0.97)
            gain = (theirs - cold) * (-1 if figure == "log-loss" else 1)
            if gain[0] > _LEAST_GAIN[figure]:
                share = (ours - cold) / np.where(np.abs(theirs - cold) > 1e-9, theirs - cold, np.nan)
                text = f"3 · share of the gain in {figure} of {name} recovered by {OURS}, {after}"
                yield at_least(measured(text, share, "share", found.family), 0.9)
