"""Networks trained anew for every person: they learn what they are told, in time, and nothing else."""

from pathlib import Path

import numpy as np
import pytest

import tools  # noqa: F401 - makes `assistant` importable
from assistant.likelihood import CONTENT, NO, YES
from tests.assistant import model_kit
from tools.evaluate.claims.live import Lessons, Lived, live
from tools.evaluate.claims.scores import Truth
from tools.evaluate.claims.structure import structure_of
from tools.evaluate.claims.trace import persona_ids, traces
from tools.evaluate.claims.tuned import OBJECTIVES, Recipe, Tuner, _heard, looks_between
from tools.evaluate.claims.variants import Part
from tools.evaluate.responses.replay import Choice
from tools.personas.split import TEST
from tools.streams import Family


@pytest.fixture(scope="module")
def choice(tmp_path_factory: pytest.TempPathFactory) -> Choice:
    return Choice(engine="numpy", model=model_kit.write_model(Path(tmp_path_factory.mktemp("model"))))


@pytest.fixture(scope="module")
def person(choice: Choice) -> Lived:
    trace = next(iter(traces(persona_ids(TEST, 1, 2, Family.A), 2, 6, Family.A)))
    return live(choice, structure_of(choice, [trace, trace, trace], 3), trace, frozenset({Part.MAIN}))


@pytest.fixture(scope="module")
def tuner(choice: Choice) -> Tuner:
    return Tuner(choice)


def told(person: Lived, *, yes: bool) -> Lived:
    """Return somebody who was told of the first look alone, that it was wanted or not."""
    lessons = Lessons(
        look=np.array([0]),
        answers=np.array([1]),
        table=CONTENT.table[[YES if yes else NO]],
        weight=np.array([1.0]),
        accepted=np.array([1 if yes else -1]),
    )
    return Lived(truth=person.truth, beliefs=person.beliefs, lessons=lessons, tokens=person.tokens)


@pytest.mark.parametrize("objective", list(OBJECTIVES))
def test_it_learns_what_it_is_told_and_two_people_do_not_mix(tuner: Tuner, person: Lived, objective: str) -> None:
    recipe = Recipe(objective=objective, rate=1e-5, steps=2)
    people = [told(person, yes=True), told(person, yes=False)]
    chosen = [np.array([0]), np.array([0])]
    [(_, untrained)] = tuner.tuned(people, 0, chosen, recipe)
    [(_, found)] = tuner.tuned(people, 1, chosen, recipe)
    assert found[0].welcome[0] > untrained[0].welcome[0] > found[1].welcome[0]
    assert untrained[0].welcome[0] == pytest.approx(untrained[1].welcome[0]), "nobody had told it anything"


def test_only_lessons_known_by_then_are_heard() -> None:
    answers = np.array([0, 1, 1, 2, 3, 3])
    lessons = Lessons(
        look=np.arange(6), answers=answers, table=np.ones((6, 8)), weight=np.ones(6), accepted=np.zeros(6, np.int64)
    )
    assert _heard(lessons, 2).tolist() == [True, True, True, True, False, False]
    assert _heard(lessons, 1).tolist() == [True, True, False, False, False, False]
    assert not _heard(lessons, 0)[1:].any()


def test_looks_are_those_of_the_answers_asked_for(person: Lived) -> None:
    truth: Truth = person.truth
    numbers = looks_between(person, 1, 3)
    assert set(truth.feedback[numbers]) <= {1, 2, 3}
    assert len(numbers) == ((truth.feedback >= 1) & (truth.feedback <= 3)).sum()
