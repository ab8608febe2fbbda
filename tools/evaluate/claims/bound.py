"""How near learning comes to the ideal observer: a bound beside claim 4, and no claim itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from tools.evaluate.measures import best_cut
from tools.evaluate.policies import Rules
from tools.results import Record

from .figures import ALL, DAYS, FEEDBACKS, Figures, measured
from .ideal import Thought, doubt
from .live import Lived, together
from .prices import Costs, best_costs, follow, speaks, timing
from .scores import Beliefs, Bits, Truth, joined
from .variants import COLD, OURS, RULES
from .verdicts import gains_drawn

IDEAL: Final = "ideal observer"
STRANGER: Final = "ideal observer, never told"
LATE_DAYS: Final = f"days {DAYS[-1][0]}"
_CUTS: Final = (ALL, *(f"feedbacks {name}" for name, _, _ in FEEDBACKS), LATE_DAYS)
_FIGURES: Final = ("timing F1", "AUC of need", "log-loss")


@dataclass(frozen=True, kw_only=True, slots=True)
class Decider:
    """How the ideal observer decides: by P(speaking is needed), or by P(welcome) at prices."""

    least: float = 0.0
    costs: Costs | None = None

    def speaks(self, truth: Truth, beliefs: Beliefs) -> Bits:
        """Return where it speaks."""
        if self.costs is not None:
            return speaks(truth, replace(beliefs, score=beliefs.welcome), self.costs)
        return np.asarray(beliefs.score >= self.least)


def best_decider(truth: Truth, beliefs: Beliefs) -> Decider:
    """Return the way to decide that serves these people best; as a bound, it may choose."""
    costs = Decider(costs=best_costs(truth, replace(beliefs, score=beliefs.welcome)))
    cut = Decider(least=best_cut(beliefs.score, truth.need))
    return max(cut, costs, key=lambda way: timing(truth, beliefs, way.speaks(truth, beliefs)))


def deciders(thoughts: Sequence[Thought]) -> dict[str, Decider]:
    """Return how the ideal observer decides, told and never told, set on these people."""
    truth, beliefs = _joined(thoughts)
    return {name: best_decider(truth, found) for name, found in beliefs.items()}


def _joined(thoughts: Sequence[Thought]) -> tuple[Truth, dict[str, Beliefs]]:
    beliefs = {
        IDEAL: joined([item.beliefs for item in thoughts]),
        STRANGER: joined([item.stranger for item in thoughts]),
    }
    return joined([item.truth for item in thoughts]), beliefs


def same_people(lived: Sequence[Lived], thoughts: Sequence[Thought]) -> list[Lived]:
    """Return the lives of those who were thought of, in that order; true utilities say who is who."""
    known = {person.truth.utility.tobytes(): person for person in lived}
    return [known[item.truth.utility.tobytes()] for item in thoughts]


def bound(
    thoughts: Sequence[Thought],
    ways: Mapping[str, Decider],
    lived: Sequence[Lived],
    costs: Mapping[tuple[str, str], Costs],
    rules: Rules,
    strongest: str,
    family: str,
) -> Iterator[Record]:
    """Yield the ideal observer's figures by cut, and the leads over it, on the people it was asked about."""
    lives = together(same_people(lived, thoughts))
    truth, beliefs = _joined(thoughts)
    silent = {name: ways[name].speaks(truth, found) for name, found in beliefs.items()}
    lives = replace(lives, beliefs=lives.beliefs | beliefs)
    found = Figures(lives, costs, family, silent | {RULES: follow(truth, rules)})
    yield Record(claim=f"4 · {IDEAL}, test people", value=float(len(thoughts)), unit="people", family=family)
    middle, share = doubt(thoughts)
    text = f"4 · {IDEAL}, split R-hat of P(welcome) between chains"
    yield Record(claim=f"{text}, median look", value=middle, family=family)
    yield Record(claim=f"{text}, looks above 1.1", value=share, unit="share", family=family)
    for cut in (name for name in _CUTS if name in found.cuts):
        records = [found.record(figure, name, cut) for name in (IDEAL, STRANGER) for figure in _FIGURES]
        records.append(found.lead("timing F1", IDEAL, strongest, cut))
        for name, over in ((IDEAL, STRANGER), (IDEAL, COLD), (STRANGER, COLD), (OURS, IDEAL)):
            records += [found.lead(figure, name, over, cut) for figure in _FIGURES]
        for record in records:
            yield replace(record, claim=f"4 · {record.claim}")
    if LATE_DAYS in found.cuts:
        yield from _worse_off(found)


def _worse_off(found: Figures) -> Iterator[Record]:
    """Yield who ends below the population policy by learning all there is to learn: what of it is chance (claim 11)."""
    for name in (IDEAL, OURS):
        for figure in ("timing F1", "log-loss"):
            below = (gains_drawn(found, figure, name, LATE_DAYS) < 0).mean(axis=1)
            text = f"11 · share of the same people below the population policy in {figure}, {name}, {LATE_DAYS}"
            yield measured(text, below, "share", found.family)
