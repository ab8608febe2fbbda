"""The product in closed loop, what people say of themselves, and feedback that names one dimension."""

import numpy as np
import pytest

import tools  # noqa: F401 - makes `assistant` importable
from assistant.onboarding import MOST, QUESTIONS, Answer
from assistant.settings import Settings
from assistant.table_engine import TableEngine
from tools.evaluate.claims.autonomy import Trust
from tools.evaluate.claims.closed import SETTINGS, Days, Loop, stacked
from tools.evaluate.claims.leakage import NAMED, Leaks, leakage
from tools.evaluate.claims.live import Errand, errands
from tools.evaluate.claims.loop_verdicts import in_loop
from tools.evaluate.claims.stated import Interviews, says
from tools.evaluate.claims.trace import Trace, persona_ids, traces
from tools.evaluate.claims.variants import Part
from tools.evaluate.responses.replay import Choice
from tools.personas.split import TEST
from tools.streams import Family

CHOICE = Choice(engine="table")
DAYS = 10


@pytest.fixture(scope="module")
def home() -> Errand:
    return next(errands(TEST, 2, 2, Family.A, DAYS, frozenset({Part.MAIN})))


@pytest.fixture(scope="module")
def people(home: Errand) -> list[dict[str, Days]]:
    return Loop(CHOICE)(home)


def test_everybody_lives_under_every_setting_and_all_is_counted_once(people: list[dict[str, Days]]) -> None:
    assert people
    for name in SETTINGS:
        messages = stacked(people, name, "messages")
        assert messages.sum() > 0
        assert stacked(people, name, "shown").sum() > 0
        told = stacked(people, name, "told")
        false = stacked(people, name, "false") + stacked(people, name, "shown_false")
        assert (stacked(people, name, "hits") + false == told).all()
        assert (stacked(people, name, "missed") + told <= stacked(people, name, "looks")).all()
        assert (stacked(people, name, "satisfaction") <= 4 * stacked(people, name, "looks")).all()


def test_no_setting_passes_the_caps(people: list[dict[str, Days]]) -> None:
    for name, setting in SETTINGS.items():
        assert stacked(people, name, "messages").max() <= setting.settings.push_cap == Settings().push_cap
        if setting.trust is Trust.NONE:
            assert stacked(people, name, "acts").sum() == 0, "nothing was allowed to act"
        assert (stacked(people, name, "overreach") <= stacked(people, name, "acts")).all()
        assert (stacked(people, name, "undone") <= stacked(people, name, "acts")).all()


def test_without_a_budget_nothing_is_explored(people: list[dict[str, Days]]) -> None:
    assert stacked(people, "steering, no exploration", "explored_false").sum() == 0


def test_the_loop_answers_its_claims(people: list[dict[str, Days]]) -> None:
    found = list(in_loop(people, "A"))
    assert {"5", "6", "11", "12"} <= {record.claim.split(" · ")[0] for record in found}
    assert all(np.isfinite(record.value) for record in found)
    acts = [record for record in found if record.claim.startswith("12 · acts nobody allowed")]
    assert acts
    assert all(record.passed for record in acts)


@pytest.fixture(scope="module")
def trace() -> Trace:
    return next(iter(traces(persona_ids(TEST, 1, 2, Family.A), 2, 2, Family.A)))


def test_people_can_say_something_to_every_question(trace: Trace) -> None:
    for question in QUESTIONS:
        given = [says(trace.preferences, question.key, np.random.default_rng(seed)) for seed in range(200)]
        assert set(given) <= set(Answer)
        assert 0.02 < np.mean([answer is Answer.YES for answer in given]) < 0.98, "nobody answers alike for ever"


def test_an_interview_is_as_long_as_asked_and_the_same_twice(trace: Trace) -> None:
    interviews = Interviews(TableEngine())
    doubts = [np.trace(interviews.after(trace, questions).covariance) for questions in range(MOST + 2)]
    assert doubts[0] > doubts[1] > doubts[2] > doubts[3]
    assert doubts[MOST] == doubts[MOST + 1], "three are the most"
    again = Interviews(TableEngine()).after(trace, MOST)
    assert (again.mean == interviews.after(trace, MOST).mean).all()


def test_feedback_that_names_a_factor_moves_it_most(home: Errand) -> None:
    found = Leaks(CHOICE)(home)
    assert found
    for person in found:
        for about in NAMED:
            assert person[about][about] > 0
            assert person[about][about] == max(person[about].values())
    records = list(leakage(found, "A"))
    assert len(records) == len(NAMED) * 5
    assert all(record.threshold == "<= 0.1" for record in records)
