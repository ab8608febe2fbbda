"""From a judge's probabilities to speaking or silence, and the policies that need no judge."""

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant.vocabulary import FIRST_OUTPUT, FIRST_TOKEN, MOMENT_FIELDS, OUTPUT_GROUPS

from .measures import Style, f1, satisfaction, tally
from .people import People

type Floats = NDArray[np.float64]
type Bits = NDArray[np.bool_]
type Ints = NDArray[np.integer]

_WRONG_COSTS: Final = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.9)
_ATTENTION_COSTS: Final = (0.0, 0.03, 0.06, 0.1, 0.15, 0.2)
_TIME: Final = [field.name for field in MOMENT_FIELDS].index("time")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A judge's probabilities of every output, shape (rows, OUTPUT_COUNT)."""

    probabilities: Floats

    def of(self, group: str) -> Floats:
        """Return the probability of the second value of a two-valued group, or all of a larger one."""
        first = FIRST_OUTPUT[group]
        size = next(len(item.values) for item in OUTPUT_GROUPS if item.name == group)
        part = self.probabilities[:, first : first + size]
        return part[:, 1] if size == 2 else part

    @property
    def welcome(self) -> Floats:
        """Return P(content wanted and good moment)."""
        return self.of("content") * self.of("moment")

    @property
    def style(self) -> Style:
        """Return the likeliest style, and the highest level that is tolerated with a chance of half."""
        above = np.cumsum(self.of("level")[:, ::-1], axis=1)[:, ::-1]
        return Style(
            level=(above >= 0.5).sum(axis=1) - 1,
            length=self.of("length") > 0.5,
            tone=self.of("tone") > 0.5,
            reason=self.of("reason") > 0.5,
        )


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Prices of the utility rule, on the scale of a suggestion's benefit."""

    wrong: float
    attention: float


def speaks(people: People, welcome: Floats, costs: Costs) -> Bits:
    """Return where the expected utility of speaking is above that of silence (Horvitz 1999)."""
    gain = welcome * people.benefit - (1 - welcome) * costs.wrong - costs.attention
    return gain > 0


def best_costs(people: People, judged: Judged, goal: str) -> Costs:
    """Return the prices that serve other people best: by `f1`, or by `satisfaction`."""

    def score(costs: Costs) -> float:
        spoken = speaks(people, judged.welcome, costs)
        if goal == "satisfaction":
            return float(satisfaction(people, spoken, judged.style).mean())
        return f1(tally(people, spoken), np.arange(len(people.rows.personas)))

    options = [Costs(wrong=w, attention=a) for w, a in product(_WRONG_COSTS, _ATTENTION_COSTS)]
    return max(options, key=score)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a careful person would set up without any learning."""

    quiet_from: int
    """Hour at which the quiet hours begin."""
    quiet_until: int
    cap: int
    """Messages a day at most."""
    gap: int
    """Minutes between two messages at least."""
    least_benefit: float


def follow(people: People, rules: Rules) -> Bits:
    """Return where the rules let a message through: quiet hours, cap, gap, and a least benefit."""
    slot = people.rows.tokens[:, _TIME] - FIRST_TOKEN["time"] - 1
    return obeyed(
        rules,
        day=people.rows.persona.astype(np.int64) * 1000 + people.rows.session,
        minute=people.minute,
        hour=np.where(slot < 0, 12, slot // 2),
        benefit=people.benefit,
    )


def obeyed(rules: Rules, *, day: Ints, minute: Ints, hour: Ints, benefit: Floats) -> Bits:
    """Return where the rules let a message through; rows are in order of person and time, `day` is of one person."""
    open_now = (hour >= rules.quiet_until) & (hour < rules.quiet_from) & (benefit >= rules.least_benefit)
    spoken = np.zeros(len(hour), bool)
    current, count, last = -1, 0, -np.inf
    for row in np.flatnonzero(open_now):
        if day[row] != current:
            current, count, last = day[row], 0, -np.inf
        if count < rules.cap and minute[row] - last >= rules.gap:
            spoken[row] = True
            count, last = count + 1, minute[row]
    return spoken


def best_rules(people: People) -> Rules:
    """Return the rules with the best F1 on these people."""
    everyone = np.arange(len(people.rows.personas))
    options = (
        Rules(quiet_from=start, quiet_until=end, cap=cap, gap=gap, least_benefit=least)
        for start, end, cap, gap, least in product((22, 24), (6, 8), (3, 6, 12, 99), (0, 30, 90), (0.0, 0.5, 0.6))
    )
    return max(options, key=lambda rules: f1(tally(people, follow(people, rules)), everyone))


def direct(people: People) -> Bits:
    """Return speaking at every opportunity."""
    return np.ones(len(people.rows), bool)
