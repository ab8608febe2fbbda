"""Questions of the first evening: few, the most telling, to be skipped, and softer than what people do."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.enums import Reason, Reply, Verdict
from assistant.facts import Moment
from assistant.insight import typical
from assistant.judge import judge
from assistant.kinds import KINDS
from assistant.learner import learn
from assistant.onboarding import (
    MOST,
    QUESTIONS,
    Answer,
    Question,
    answered,
    gain,
    next_question,
)
from assistant.results import Decision, Outcome
from assistant.state import new_state
from assistant.table_engine import TableEngine
from assistant.vocabulary import STEERING_GROUPS
from tests.assistant.cases import drawn

ENGINE = TableEngine()
BASE = Moment(at=datetime(2026, 11, 2, 18, 0, tzinfo=UTC))
FRESH = new_state(ENGINE.model_id, ENGINE.prior)
BY_KEY = {question.key: question for question in QUESTIONS}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_a_question_asks_about_what_its_dimension_may_move(question: Question) -> None:
    assert question.factor in STEERING_GROUPS[question.dimension]
    assert set(question.kinds) <= set(KINDS)
    assert len(BY_KEY) == len(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_yes_raises_what_was_asked_about_and_no_lowers_it(question: Question) -> None:
    moment = replace(
        BASE, at=BASE.at.replace(hour=question.hours[0]), activity=question.activity, activity_confidence=1.0
    )
    offer = typical(question.kinds[0], moment.at)
    before = getattr(judge(ENGINE, FRESH, moment, offer), question.factor).mean
    for answer, sign in ((Answer.YES, 1), (Answer.NO, -1)):
        told = answered(ENGINE, FRESH, question, answer, BASE)
        assert sign * (getattr(judge(ENGINE, told, moment, offer), question.factor).mean - before) > 0


def test_at_most_three_questions_each_of_another_dimension() -> None:
    state, asked, dimensions = FRESH, [], []
    while (question := next_question(ENGINE, state, BASE, asked)) is not None:
        asked.append(question.key)
        dimensions.append(question.dimension)
        state = answered(ENGINE, state, question, Answer.YES, BASE)
    assert 0 < len(asked) <= MOST
    assert len(set(dimensions)) == len(dimensions)


def test_the_first_question_is_the_one_that_tells_most() -> None:
    best = next_question(ENGINE, FRESH, BASE)
    assert best is not None
    gains = {question.key: gain(ENGINE, FRESH, question, BASE) for question in QUESTIONS}
    assert gains[best.key] == max(gains.values())


def test_somebody_who_is_known_well_is_asked_nothing() -> None:
    known = replace(FRESH, covariance=FRESH.covariance * 1e-6)
    assert next_question(ENGINE, known, BASE) is None


def test_a_skipped_question_teaches_nothing_and_is_not_asked_again() -> None:
    first = next_question(ENGINE, FRESH, BASE)
    assert first is not None
    assert answered(ENGINE, FRESH, first, None, BASE) is FRESH
    second = next_question(ENGINE, FRESH, BASE, [first.key])
    assert second is not None
    assert second.dimension != first.dimension


def test_an_answer_is_no_outcome() -> None:
    told = answered(ENGINE, FRESH, BY_KEY["chores"], Answer.NO, BASE)
    assert told.learned == 0
    assert told.updated is None
    assert told.counts == FRESH.counts


def test_what_people_do_soon_outweighs_what_they_said() -> None:
    told = answered(ENGINE, FRESH, BY_KEY["chores"], Answer.NO, BASE)
    moment = replace(BASE, at=BASE.at.replace(hour=17))
    offer = typical("appliance_done", moment.at)
    before = judge(ENGINE, FRESH, moment, offer).content.mean
    assert judge(ENGINE, told, moment, offer).content.mean < before
    decision = Decision(verdict=Verdict.SPEAK, reason=Reason.WELCOME)
    for _ in range(3):
        told = learn(ENGINE, told, moment, offer, decision, Outcome(reply=Reply.ACCEPTED, at=moment.at))
    assert judge(ENGINE, told, moment, offer).content.mean > before


@drawn(40)
@given(st.lists(st.tuples(st.sampled_from(QUESTIONS), st.sampled_from([*Answer, None])), max_size=8))
def test_whatever_is_answered_the_posterior_stays_one(answers: list[tuple[Question, Answer | None]]) -> None:
    state = FRESH
    for question, answer in answers:
        state = answered(ENGINE, state, question, answer, BASE)
    assert np.isfinite(state.mean).all()
    assert np.linalg.eigvalsh(state.covariance).min() > 0
    assert np.trace(state.covariance) <= np.trace(FRESH.covariance) + 1e-9
