"""The assistant as the other rooms use it: judge, decide, learn."""

from collections.abc import Sequence
from typing import Literal, Self

from . import judge as judging
from . import learner, policy, table_engine
from .engine import Engine
from .facts import Moment, Suggestion
from .results import Decision, Judgement, Outcome
from .settings import Settings, Standing
from .state import ResidentState, new_state

type EngineChoice = Literal["auto", "numpy", "llama", "table"]


class Assistant:
    """One engine and the pure functions around it. Calls may block: use an executor."""

    def __init__(self, engine: Engine, why: str = "") -> None:
        """Wrap an engine; `why` says how it was chosen, for diagnostics."""
        self.engine = engine
        self.why = why

    @classmethod
    def load(cls, engine: EngineChoice = "auto") -> Self:
        """Return an assistant on the best engine that works; never fails with "auto"."""
        del engine
        return cls(table_engine.load(), "no trained model is shipped yet")

    def new_resident(self) -> ResidentState:
        """Return the state of a resident nobody knows yet."""
        return new_state(self.engine.model_id, self.engine.prior)

    def judge(
        self,
        state: ResidentState,
        moment: Moment,
        suggestion: Suggestion,
        person: str | None = None,
    ) -> Judgement:
        """Return the judgement of one suggestion with its uncertainty."""
        return judging.judge(self.engine, state, moment, suggestion, person)

    def decide(
        self,
        state: ResidentState,
        moment: Moment,
        suggestions: Sequence[Suggestion],
        settings: Settings,
        standing: Standing,
    ) -> list[Decision]:
        """Return one decision per suggestion, in their order."""
        return policy.decide(self.engine, state, moment, suggestions, settings, standing)

    def learn(
        self,
        state: ResidentState,
        moment: Moment,
        suggestion: Suggestion,
        decision: Decision,
        outcome: Outcome,
        person: str | None = None,
    ) -> ResidentState:
        """Return the state after an outcome; the given one is unchanged."""
        return learner.learn(self.engine, state, moment, suggestion, decision, outcome, person)
