"""The assistant's own learners: whole, without one of its parts, and without learning; and one who knows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from assistant.engine import Floats
from assistant.enums import Channel
from assistant.judge import FACTORS, collected, judgement_from, steering, tolerated, with_effects
from assistant.learner import learn
from assistant.likelihood import readings
from assistant.results import Judgement
from assistant.state import ResidentState, new_state
from assistant.vocabulary import LEVELS

from .engines import LookEngine
from .trace import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What a learner thinks of one look before it is told anything about it."""

    welcome: float
    """P(wanted, at a good moment)."""
    score: float
    """What it decides by: the same, or more where it is curious."""
    content: float = math.nan
    """P(the content is wanted), where it has an opinion of that alone."""
    moment: float = math.nan
    noticed: float = math.nan
    """P(noticed on the phone)."""
    level: int = 1
    """Index into LEVELS of the autonomy it would use."""
    length: bool = False
    tone: bool = False
    reason: bool = True


class Learner(Protocol):
    """Somebody who judges looks and learns from outcomes, of one person."""

    def judge(self, looks: Sequence[Look]) -> list[Belief]:
        """Return the beliefs about looks, all at the present state of knowledge."""

    def learn(self, look: Look) -> None:
        """Take in the outcome of a look."""


def belief_of(judgement: Judgement) -> Belief:
    """Return the belief a judgement states."""
    return Belief(
        welcome=judgement.welcome,
        score=judgement.welcome,
        content=judgement.content.mean,
        moment=judgement.moment.mean,
        noticed=judgement.noticed[Channel.PHONE].mean,
        level=LEVELS.index(tolerated(judgement)),
        length=judgement.length.mean > 0.5,
        tone=judgement.tone.mean > 0.5,
        reason=judgement.reason.mean > 0.5,
    )


_NOTHING = np.zeros(FACTORS)


class Steered:
    """The assistant that ships, on an engine that may lack a part."""

    def __init__(self, engine: LookEngine, state: ResidentState | None = None) -> None:
        self._engine = engine
        self.state = state or new_state(engine.model_id, engine.prior)

    def judge(self, looks: Sequence[Look]) -> list[Belief]:
        """Return what the assistant says."""
        raw = self._engine.rows(looks, steering(self.state, self._engine))
        logits = collected(raw, self._engine.prior.temperatures)
        return [
            belief_of(judgement_from(with_effects(row, self.state, look.moment, look.suggestion), _NOTHING))
            for look, row in zip(looks, logits, strict=True)
        ]

    def learn(self, look: Look) -> None:
        """Take one learning step."""
        assert look.outcome is not None
        self.state = learn(
            self._engine, self.state, look.moment, look.suggestion, look.decision, look.outcome, look.person
        )


class Population(Steered):
    """The same, never told anything."""

    def learn(self, look: Look) -> None:
        """Stay as it is."""


class Mixture:
    """Several priors at once, each believed as far as it foresaw the answers (a latent bandit's components)."""

    def __init__(self, parts: Sequence[Steered], weights: Floats) -> None:
        self._parts = tuple(parts)
        self._logs = np.log(weights)

    def judge(self, looks: Sequence[Look]) -> list[Belief]:
        """Return the average belief; of level and style, the likeliest part's."""
        shares = np.exp(self._logs - self._logs.max())
        shares /= shares.sum()
        found = [part.judge(looks) for part in self._parts]
        first = found[int(shares.argmax())]
        return [
            Belief(
                welcome=_mean(shares, [beliefs[place].welcome for beliefs in found]),
                score=_mean(shares, [beliefs[place].score for beliefs in found]),
                content=_mean(shares, [beliefs[place].content for beliefs in found]),
                moment=_mean(shares, [beliefs[place].moment for beliefs in found]),
                noticed=likely.noticed,
                level=likely.level,
                length=likely.length,
                tone=likely.tone,
                reason=likely.reason,
            )
            for place, likely in enumerate(first)
        ]

    def learn(self, look: Look) -> None:
        """Weigh the parts by the answer's likelihood, then let each learn it."""
        assert look.outcome is not None
        for place, part in enumerate(self._parts):
            [belief] = part.judge([look])
            p = np.array([belief.content, belief.moment, belief.noticed])
            for instrument, observed, weight in readings(look.decision, look.outcome):
                self._logs[place] -= weight * instrument.read(p, observed)[2]
            part.learn(look)


def _mean(shares: Floats, values: list[float]) -> float:
    return float(shares @ np.array(values))


class Oracle:
    """Somebody who knows the person: the most that can be had."""

    def judge(self, looks: Sequence[Look]) -> list[Belief]:
        """Return the truth."""
        return [
            Belief(
                welcome=truth.content * truth.moment,
                score=1.0 if truth.need else 0.0,
                content=truth.content,
                moment=truth.moment,
                noticed=truth.noticed[Channel.PHONE],
                level=truth.level,
                length=truth.length > 0.5,
                tone=truth.tone > 0.5,
                reason=truth.reason > 0.5,
            )
            for truth in (look.factors for look in looks)
        ]

    def learn(self, look: Look) -> None:
        """Learn nothing new."""
