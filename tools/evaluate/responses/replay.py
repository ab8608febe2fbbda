"""Ask the assistant before every answer, then tell it the answer."""

import copyreg
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from assistant import judge as judging
from assistant.assistant import Assistant, EngineChoice
from assistant.engine import EngineError
from assistant.likelihood import accepted, agreed
from assistant.results import Decision, Judgement
from tools.errors import LabError

from .cases import Person

type Floats = NDArray[np.float64]


type _Facts = MappingProxyType[str, object]


def _frozen(facts: dict[str, object]) -> _Facts:
    return MappingProxyType(facts)


def _copied(facts: _Facts) -> tuple[Callable[[dict[str, object]], _Facts], tuple[dict[str, object]]]:
    return _frozen, (dict(facts),)


# The contracts' empty mappings cannot be changed, and as they come not be sent to another process either.
copyreg.pickle(MappingProxyType, _copied)

_TARGETS: Final[dict[str, Callable[[Judgement, Decision], float]]] = {
    "content": lambda judgement, _: judgement.content.mean,
    "moment": lambda judgement, _: judgement.moment.mean,
    "noticed": lambda judgement, decision: judging.noticed(judgement, decision.channel),
    "welcome": lambda judgement, _: float(agreed(np.array(judgement.welcome))),
    "accepted": lambda judgement, decision: float(
        accepted(np.array(judgement.welcome), np.array(judging.noticed(judgement, decision.channel)))
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Which assistant is asked; small, so that it travels to other processes."""

    engine: EngineChoice = "auto"
    model: Path | None = None


@cache
def load(choice: Choice) -> Assistant:
    """Return the assistant of a choice, once per process. Raises LabError when its engine cannot serve."""
    try:
        return Assistant.load(choice.engine, choice.model)
    except EngineError as error:
        raise LabError(f"the engine '{choice.engine}' cannot serve: {error}") from error


@dataclass(frozen=True, kw_only=True, slots=True)
class Predicted:
    """What was predicted for every case of one person, each before its answer was told; shape (cases,)."""

    learning: Floats
    population: Floats
    """The same assistant, never told anything."""


def replay(assistant: Assistant, person: Person, predict: str) -> Predicted:
    """Return a person's predictions, learning from each answer after predicting it."""
    state = assistant.new_resident()
    stranger = state
    read = _TARGETS[predict]
    learning, population = [], []
    for case in person.cases:
        judgement = assistant.judge(state, case.moment, case.suggestion)
        learning.append(read(judgement, case.decision))
        if state is not stranger:
            judgement = judging.judge_many(assistant.engine, stranger, case.moment, [case.suggestion])[0]
        population.append(read(judgement, case.decision))
        state = assistant.learn(state, case.moment, case.suggestion, case.decision, case.outcome)
    return Predicted(learning=np.array(learning), population=np.array(population))


def _replay_in(choice: Choice, predict: str, person: Person) -> Predicted:
    return replay(load(choice), person, predict)


def replay_all(choice: Choice, people: Sequence[Person], predict: str, workers: int = 1) -> Iterable[Predicted]:
    """Yield everybody's predictions in order, from this process or several."""
    job = partial(_replay_in, choice, predict)
    if workers <= 1:
        yield from map(job, people)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(job, people, chunksize=max(1, min(16, len(people) // (4 * workers))))
