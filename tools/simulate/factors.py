"""The true factors of an answer, and what both families' tastes have to offer."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from assistant.enums import Category, Channel, RiskClass, Urgency
from assistant.facts import Suggestion
from assistant.kinds import KINDS
from assistant.vocabulary import LEVELS

from .situations import Situation
from .state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What earlier messages left behind in a person."""

    delivered_today: int = 0
    since: float = math.inf
    """Minutes since the last message that interrupted."""
    of_kind_this_week: int = 0
    refused_kind_today: bool = False
    """Whether this person turned this kind down in the last 20 hours."""


NO_LOAD: Final = Load()


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """The truth about one suggestion at one moment for one person."""

    content: float
    """P(the content is wanted)."""
    moment: float
    """P(this is a good moment), whatever the channel."""
    noticed: Mapping[Channel, float]
    level: int
    """Index into LEVELS of the highest level tolerated."""
    level_margin: float
    """Distance to the nearest cut between levels: how surely it is that level."""
    length: float
    """P(full is preferred)."""
    tone: float
    """P(warm is preferred)."""
    reason: float
    """P(a reason is wanted)."""
    utility: float
    """Expected utility of speaking over silence, on the scale of a kind's benefit."""

    @property
    def need(self) -> bool:
        """Whether speaking is truly better than silence."""
        return self.utility > 0.0


@dataclass(frozen=True, slots=True)
class Matter:
    """A suggestion together with what is hidden about its situation."""

    situation: Situation
    suggestion: Suggestion
    pressing: bool = field(init=False)
    """Whether it cannot wait: urgent, or harm is possible."""

    def __post_init__(self) -> None:
        object.__setattr__(
            self,
            "pressing",
            self.suggestion.risk_present or self.suggestion.urgency >= Urgency.TIME_SENSITIVE,
        )

    @property
    def category(self) -> Category:
        """Return what it is about."""
        return self.suggestion.category

    @property
    def risk(self) -> RiskClass:
        """Return the highest risk of its actions."""
        return self.suggestion.risk

    def ceiling(self) -> int:
        """Return the index into LEVELS of the highest level the kind allows at all."""
        return LEVELS.index(KINDS[self.suggestion.kind].ceiling)


class Taste(Protocol):
    """How a family turns truth into factors."""

    def factors(self, state: State, matter: Matter, load: Load) -> Factors:
        """Return the true factors."""
        ...

    def channel_shift(self, state: State, channel: Channel) -> float:
        """Return the shift of the logit of a good moment that a channel brings."""
        ...


def sigmoid(x: float) -> float:
    """Return the logistic function."""
    return 1.0 / (1.0 + math.exp(-x)) if x > -60.0 else 0.0


def logit(p: float) -> float:
    """Return its inverse; p is kept away from 0 and 1."""
    p = min(max(p, 1e-6), 1.0 - 1e-6)
    return math.log(p / (1.0 - p))


def utility(welcome: float, matter: Matter, cost_wrong: float, cost_attention: float, *, asleep: bool) -> float:
    """Return the expected utility of speaking now over silence.

    Horvitz 1999: benefit if welcome, a cost if not, and attention in any case; waking somebody doubles the costs.
    """
    benefit = matter.suggestion.benefit * (1.3 if matter.situation.risk_present else 1.0)
    price = 2.0 if asleep else 1.0
    return welcome * benefit - (1.0 - welcome) * cost_wrong * price - cost_attention * price
