"""The assistant as the other rooms use it: judge, decide, learn."""

import logging
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Literal, Self

from . import engines, history, learner, policy, table_engine
from . import judge as judging
from .engine import Engine, EngineError
from .facts import Moment, Suggestion
from .receptive import Receptive, receptive
from .results import Decision, Judgement, Outcome
from .settings import Settings, Standing
from .state import ResidentState, new_state

type EngineChoice = Literal["auto", "numpy", "llama", "table"]

_LOGGER = logging.getLogger(__name__)


class Assistant:
    """One engine and the pure functions around it. Calls may block: use an executor."""

    def __init__(self, engine: Engine, why: str = "", *, fault: str | None = None) -> None:
        """Wrap an engine.

        `why` says how it was chosen, for diagnostics; `fault` says what is wrong when the trained model could
        not be used and the table of judgements serves instead.
        """
        self.engine = engine
        self.why = why
        self.fault = fault

    @classmethod
    def load(cls, engine: EngineChoice = "auto", model_dir: Path | None = None) -> Self:
        """Return an assistant on an engine; "auto" takes the best that works and never fails.

        Blocks for up to half a minute while llama.cpp starts. Raises EngineError when an engine was asked for by
        name and cannot serve.
        """
        if engine == "table":
            return cls(table_engine.load(), "the table was chosen")
        try:
            loaded = engines.load_engine(engine, model_dir)
        except EngineError as error:
            if engine != "auto":
                raise
            _LOGGER.warning("The trained model cannot be used, a table of judgements serves: %s", error)
            return cls(table_engine.load(), str(error), fault=str(error))
        return cls(loaded.engine, loaded.reason)

    def close(self) -> None:
        """End what the engine started, such as a worker process."""
        end = getattr(self.engine, "close", None)
        if end is not None:
            end()

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

    def receptive(
        self, state: ResidentState, moment: Moment, settings: Settings, person: str | None = None
    ) -> Receptive:
        """Return whether an ordinary message would be welcome now. Raises EngineError."""
        return receptive(self.engine, state, moment, settings, person)

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

    def rebuild(self, lessons: Iterable[history.Lesson], person: str | None = None) -> ResidentState:
        """Return the state of a resident who was told nothing but these outcomes, in this order."""
        return history.rebuild(self.engine, lessons, person)

    def forget(
        self,
        lessons: Iterable[history.Lesson],
        person: str | None = None,
        *,
        kind: str | None = None,
        day: date | None = None,
    ) -> ResidentState:
        """Return the state without the outcomes of a kind, of a local day, of both together, or without any."""
        return history.forget(self.engine, lessons, person, kind=kind, day=day)
