"""Let several learners live through the same people's days, hearing the same answers."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from multiprocessing import get_context
from typing import Final

import numpy as np

from assistant.engine import Engine
from assistant.likelihood import readings
from assistant.model_files import Model, load_model
from tools.evaluate.responses.replay import Choice, load
from tools.personas.model import Persona
from tools.personas.population import MEMBERS_PER_ID
from tools.streams import Family

from .engines import Ints, LookEngine, Plain, Remembering, tokens_of
from .learners import Belief, Learner
from .scores import Beliefs, Floats, Truth, beliefs_of, joined, truth_of
from .stated import Interviews
from .trace import Look, Trace, anybody, persona_ids, traces
from .variants import Kit, Part, Structure, living

NETWORK: Final = frozenset({"auto", "numpy"})
"""Engines whose numbers the remembering engine gives."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lessons:
    """What one person's outcomes say of the hidden facts, in the order in which they became known."""

    look: Ints
    """Number of the look, shape (lessons,)."""
    answers: Ints
    """Answers given up to and with this one."""
    table: Floats
    """P(what was seen | content, moment, noticed) in `likelihood.STATES`, shape (lessons, 8)."""
    weight: Floats
    accepted: Ints
    """1 for an acceptance, -1 for another answer, 0 for what is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lived:
    """One person's looks, what every learner believed on the way, and the lessons there were."""

    truth: Truth
    beliefs: dict[str, Beliefs]
    lessons: Lessons
    tokens: Ints


@dataclass(frozen=True, kw_only=True)
class Lives:
    """Several people's lives."""

    people: tuple[Lived, ...]
    truth: Truth
    beliefs: dict[str, Beliefs]


def together(people: Iterable[Lived]) -> Lives:
    """Return people's lives as one; a learner that only some lived with is left out."""
    found = tuple(people)
    names = [name for name in found[0].beliefs if all(name in item.beliefs for item in found)]
    return Lives(
        people=found,
        truth=joined([item.truth for item in found]),
        beliefs={name: joined([item.beliefs[name] for item in found]) for name in names},
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """One household to live through; small, so that it travels to other processes."""

    personas: tuple[int, ...]
    seed: int
    family: Family
    days: int
    parts: frozenset[Part] = field(repr=False)
    """A set's order differs from run to run, so it is no part of the name under which a result is kept."""
    steady: bool = field(default=False, repr=False)
    """Whether nobody's tastes change abruptly; such lives have a name of their own."""


def errands(
    split: str,
    count: int,
    seed: int,
    family: Family,
    days: int,
    parts: frozenset[Part],
    counts: Callable[[Persona], bool] = anybody,
) -> Iterator[Errand]:
    """Yield the households of the first so many personas of a split that count.

    Raises ArgumentError where there are too few.
    """
    ids = persona_ids(split, count, seed, family, counts)
    for _, members in groupby(ids, key=lambda persona: persona // MEMBERS_PER_ID):
        yield Errand(personas=tuple(members), seed=seed, family=family, days=days, parts=parts)


@cache
def _model(choice: Choice) -> Model:
    return load_model(choice.model)


@cache
def engine_of(choice: Choice) -> Engine:
    """Return the engine of a choice, once per process. Raises LabError when it cannot serve."""
    return Remembering(_model(choice)) if choice.engine in NETWORK else load(choice).engine


def reading(choice: Choice, trace: Trace) -> LookEngine:
    """Return an engine for one person's looks, the next one's call makes it another's."""
    engine = engine_of(choice)
    if isinstance(engine, Remembering):
        engine.remember(trace)
        return engine
    return Plain(engine, trace)


@cache
def _interviews(choice: Choice) -> Interviews:
    return Interviews(engine_of(choice))


def known_in_order(trace: Trace) -> list[Look]:
    """Return the looks with an outcome in the order in which it became known."""
    return sorted(
        (look for look in trace.looks if look.outcome is not None), key=lambda look: (look.known, look.number)
    )


def lessons_of(trace: Trace) -> Lessons:
    """Return the evidence of a person's outcomes."""
    rows: list[tuple[int, int, np.ndarray, float, int]] = []
    answers = 0
    for look in known_in_order(trace):
        assert look.outcome is not None
        answers += look.answers
        accepted = 0 if not look.answers else 1 if look.outcome.reply == "accepted" else -1
        for instrument, observed, weight in readings(look.decision, look.outcome):
            rows.append((look.number, answers, instrument.table[observed], weight, accepted))
            accepted = 0  # an answer with two readings is one answer
    return Lessons(
        look=np.array([row[0] for row in rows], np.int64),
        answers=np.array([row[1] for row in rows], np.int64),
        table=np.array([row[2] for row in rows], np.float64).reshape(len(rows), 8),
        weight=np.array([row[3] for row in rows], np.float64),
        accepted=np.array([row[4] for row in rows], np.int64),
    )


def steps(trace: Trace) -> Iterator[tuple[list[Look], list[Look], int]]:
    """Yield stretches of looks: what became known before, then the looks, then the answers given until then.

    A stretch ends before the first look at which something new is known.
    """
    waiting: list[tuple[float, int]] = []
    stretch: list[Look] = []
    told: list[Look] = []
    answers = 0
    for look in trace.looks:
        heard = []
        while waiting and waiting[0][0] <= look.minute:
            heard.append(trace.looks[heapq.heappop(waiting)[1]])
        if heard:
            if stretch:
                yield told, stretch, answers
                told, stretch = [], []
            told += heard
            answers += sum(item.answers for item in heard)
        stretch.append(look)
        if look.outcome is not None:
            heapq.heappush(waiting, (look.known, look.number))
    if stretch:
        yield told, stretch, answers


def live(choice: Choice, structure: Structure, trace: Trace, parts: frozenset[Part] = frozenset(Part)) -> Lived:
    """Return what every learner believes of each look; outcomes reach all of them when they are known."""
    kit = Kit(reading(choice, trace), structure, trace, _interviews(choice))
    rows = living(parts)
    learners: dict[str, Learner] = {name: row.make(kit) for name, row in rows.items()}
    ears = {name: row.hears(kit.seed) for name, row in rows.items()}
    beliefs: dict[str, list[Belief]] = {name: [] for name in learners}
    feedback: list[int] = []
    for told, stretch, answers in steps(trace):
        feedback += [answers] * len(stretch)
        for name, learner in learners.items():
            for look in told:
                heard = ears[name](look)
                if heard is not None:
                    learner.learn(heard)
            beliefs[name] += learner.judge(stretch)
    return Lived(
        truth=truth_of(trace, feedback),
        beliefs={name: beliefs_of(found) for name, found in beliefs.items()},
        lessons=lessons_of(trace),
        tokens=tokens_of(trace),
    )


def _household(choice: Choice, structure: Structure, errand: Errand) -> list[Lived]:
    people = traces(list(errand.personas), errand.seed, errand.days, errand.family, steady=errand.steady)
    return [live(choice, structure, trace, errand.parts) for trace in people if trace.looks]


def everybody[T](workers: int, job: Callable[[Errand], T], found: Iterable[Errand]) -> Iterator[T]:
    """Yield what a job makes of every household, in order, from this process or several."""
    if workers <= 1:
        yield from map(job, found)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(job, found)


class Household:
    """The job of living through a household with all learners; carries what they are made of."""

    def __init__(self, choice: Choice, structure: Structure) -> None:
        self._choice = choice
        self._structure = structure

    def __call__(self, errand: Errand) -> list[Lived]:
        """Return its people's lives."""
        return _household(self._choice, self._structure, errand)
