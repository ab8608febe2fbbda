"""The assistant's own learners: whole, without one of its parts, and without learning; and one who knows."""

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from assistant.engine import Engine, Floats, Prior, Tokens
from assistant.judge import judge_many, tolerated
from assistant.learner import learn
from assistant.results import Judgement
from assistant.state import new_state
from assistant.vocabulary import LEVELS

from .trace import Look


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What a learner thinks of one look before it is told anything about it."""

    welcome: float
    """P(wanted, at a good moment)."""
    score: float
    """What it decides by: the same, or more where it is curious."""
    level: int = 1
    """Index into LEVELS of the autonomy it would use."""
    length: bool = False
    tone: bool = False
    reason: bool = True


class Learner(Protocol):
    """Somebody who judges looks and learns from outcomes, of one person."""

    def judge(self, look: Look) -> Belief:
        """Return the belief about a look."""

    def learn(self, look: Look) -> None:
        """Take in the outcome of a look."""


class Without:
    """An engine that lacks the directions or the random effects of another."""

    def __init__(self, engine: Engine, *, directions: bool = True, effects: bool = True) -> None:
        self._engine = engine
        self._directions = directions
        self.name = engine.name
        self.model_id = engine.model_id
        prior = engine.prior if effects else replace(engine.prior, random_effect_sd={})
        nothing = np.zeros(0)
        self.prior: Prior = (
            prior if directions else replace(prior, mean=nothing, covariance=np.zeros((0, 0)), groups=())
        )

    def logits(self, prefix: Tokens, suffixes: Tokens, z: Floats) -> Floats:
        """Judge as the whole engine does, for the population's coefficients where there are no directions."""
        if not self._directions:
            z = np.tile(self._engine.prior.mean, (len(z), 1))
        return self._engine.logits(prefix, suffixes, z)


def belief_of(judgement: Judgement) -> Belief:
    """Return the belief a judgement states."""
    return Belief(
        welcome=judgement.welcome,
        score=judgement.welcome,
        level=LEVELS.index(tolerated(judgement)),
        length=judgement.length.mean > 0.5,
        tone=judgement.tone.mean > 0.5,
        reason=judgement.reason.mean > 0.5,
    )


class Steered:
    """The assistant that ships, on an engine that may lack a part."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._state = new_state(engine.model_id, engine.prior)

    def judge(self, look: Look) -> Belief:
        """Return what the assistant says."""
        found = judge_many(self._engine, self._state, look.moment, [look.suggestion], look.person)
        return belief_of(found[0])

    def learn(self, look: Look) -> None:
        """Take one learning step."""
        assert look.outcome is not None
        self._state = learn(
            self._engine, self._state, look.moment, look.suggestion, look.decision, look.outcome, look.person
        )


class Population(Steered):
    """The same, never told anything."""

    def learn(self, look: Look) -> None:
        """Stay as it is."""


class Oracle:
    """Somebody who knows the person: the most that can be had."""

    def judge(self, look: Look) -> Belief:
        """Return the truth."""
        truth = look.factors
        return Belief(
            welcome=truth.content * truth.moment,
            score=1.0 if truth.need else 0.0,
            level=truth.level,
            length=truth.length > 0.5,
            tone=truth.tone > 0.5,
            reason=truth.reason > 0.5,
        )

    def learn(self, look: Look) -> None:
        """Learn nothing new."""
