"""The factorised likelihood: instruments are probabilities, gradients are derivatives."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engine import Floats
from assistant.enums import Reason, Reply, Verdict, WrongPart
from assistant.judge import sigmoid
from assistant.likelihood import (
    BY_HAND,
    CONTENT,
    IGNORED,
    MOMENT,
    NO,
    PUT_OFF,
    REPLY,
    SETTLED,
    STATES,
    YES,
    Instrument,
    accepted,
    agreed,
    readings,
)
from assistant.results import Decision
from assistant.settings import LATER_SHARE, NOISE
from tests.assistant.cases import drawn, outcome, spoken

INSTRUMENTS = st.sampled_from([REPLY, CONTENT, MOMENT])
LOGITS = st.tuples(*[st.floats(-6, 6)] * 3).map(np.array)


def loss(instrument: Instrument, logits: Floats, observed: int) -> float:
    return instrument.read(sigmoid(logits), observed)[2]


def test_there_are_eight_states_of_three_facts() -> None:
    assert STATES.shape == (8, 3)
    assert len({tuple(row) for row in STATES}) == 8


@pytest.mark.parametrize("instrument", [REPLY, CONTENT, MOMENT])
def test_an_instruments_columns_are_distributions(instrument: Instrument) -> None:
    assert (instrument.table >= 0).all()
    assert instrument.table.sum(axis=0) == pytest.approx(np.ones(8))


@given(INSTRUMENTS, LOGITS, st.integers(0, 3))
@drawn(80)
def test_the_gradient_is_the_derivative_of_the_log_likelihood(
    instrument: Instrument, logits: Floats, observed: int
) -> None:
    observed %= len(instrument.table)
    gradient = instrument.read(sigmoid(logits), observed)[0]
    for axis in range(3):
        step = 1e-5 * np.eye(3)[axis]
        slope = -(loss(instrument, logits + step, observed) - loss(instrument, logits - step, observed)) / 2e-5
        assert gradient[axis] == pytest.approx(slope, abs=1e-5)


@given(INSTRUMENTS, LOGITS)
@drawn(60)
def test_the_information_is_the_expected_square_of_the_gradient(instrument: Instrument, logits: Floats) -> None:
    p = sigmoid(logits)
    reads = [instrument.read(p, observed) for observed in range(len(instrument.table))]
    chances = np.array([np.exp(-surprisal) for _, _, surprisal, _ in reads])
    gradients = np.array([gradient for gradient, *_ in reads])
    assert chances.sum() == pytest.approx(1.0)
    assert chances @ gradients == pytest.approx(np.zeros(3), abs=1e-9), "nothing is learned on average"
    assert reads[0][1] == pytest.approx(np.einsum("r,ri,rj->ij", chances, gradients, gradients))
    assert np.linalg.eigvalsh(reads[0][1]).min() >= -1e-12
    entropy = -float(chances @ np.log(chances))
    assert reads[0][3] == pytest.approx(entropy)


@pytest.mark.parametrize("p", [(0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (1.0, 0.0, 1.0)])
def test_certainty_is_read_without_a_number_that_is_none(p: tuple[float, ...]) -> None:
    for observed in range(4):
        gradient, information, surprisal, expected = REPLY.read(np.array(p), observed)
        assert np.isfinite(gradient).all()
        assert np.isfinite(information).all()
        assert np.isfinite([surprisal, expected]).all()


def chance(reply: int, content: int, moment: int, seen: int) -> float:
    return float(REPLY.table[reply, content * 4 + moment * 2 + seen])


def test_the_replies_mean_what_the_evidence_says() -> None:
    assert chance(0, 1, 1, 1) == pytest.approx((1 - SETTLED) * ((1 - NOISE) * (1 - PUT_OFF) + NOISE / 3))
    assert chance(3, 1, 1, 1) == SETTLED
    assert chance(1, 1, 0, 1) == pytest.approx((1 - IGNORED) * ((1 - NOISE) * LATER_SHARE + NOISE / 3))
    assert chance(2, 0, 1, 1) == pytest.approx((1 - IGNORED) * (1 - NOISE + NOISE / 3))
    assert chance(3, 0, 0, 1) == IGNORED
    assert all(chance(3, c, t, 0) == 1.0 for c in (0, 1) for t in (0, 1))


def test_chances_of_a_yes_are_those_of_the_table() -> None:
    for welcome, noticed in ((0.3, 0.6), (0.9, 1.0), (0.0, 0.2)):
        p = np.array([welcome, 1.0, noticed])
        said = [math.exp(-REPLY.read(p, reply)[2]) if p.all() or reply else 0.0 for reply in range(4)]
        if welcome:
            assert float(accepted(np.array(welcome), np.array(noticed))) == pytest.approx(said[0])
        if noticed == 1.0:
            assert float(agreed(np.array(welcome))) == pytest.approx(said[0] / (said[0] + said[1] + said[2]))
    never, always = agreed(np.array([0.0, 1.0]))
    assert 0 < never < 0.05
    assert 0.8 < always < 1


@given(LOGITS)
@drawn(60)
def test_each_reply_pulls_the_facts_its_way(logits: Floats) -> None:
    p = sigmoid(logits)
    accepted, later, refused, nothing = (REPLY.read(p, reply)[0] for reply in range(4))
    assert (accepted >= -1e-12).all()
    assert later[0] >= -1e-12
    assert later[1] <= 1e-12
    assert (refused[:2] <= 1e-12).all()
    assert refused[2] >= -1e-12, "who says no has seen it"
    assert (nothing <= 1e-12).all()


@given(LOGITS)
@drawn(40)
def test_a_direct_answer_is_about_one_fact_alone(logits: Floats) -> None:
    p = sigmoid(logits)
    for instrument, fact in ((CONTENT, 0), (MOMENT, 1)):
        for observed in (NO, YES):
            gradient, information, _, _ = instrument.read(p, observed)
            others = [axis for axis in range(3) if axis != fact]
            assert gradient[others] == pytest.approx(np.zeros(2), abs=1e-12)
            assert information[others] == pytest.approx(np.zeros((2, 3)), abs=1e-12)
            assert gradient[fact] * (1 if observed == YES else -1) >= 0


# What an outcome is evidence of -----------------------------------------------------------------

HELD = Decision(verdict=Verdict.HOLD, reason=Reason.LOW_CONFIDENCE)
ACTED = Decision(verdict=Verdict.ACT, reason=Reason.WELCOME)


@pytest.mark.parametrize("reply", [Reply.RESOLVED, Reply.UNDONE])
@pytest.mark.parametrize("decision", [spoken(), HELD, ACTED], ids=["spoken", "held", "acted"])
def test_what_says_nothing_of_content_or_moment_is_not_read(decision: Decision, reply: Reply) -> None:
    assert readings(decision, outcome(reply)) == ()


def test_no_answer_is_about_noticing_and_says_nothing_of_an_act() -> None:
    for reply in (Reply.UNSEEN, Reply.EXPIRED):
        [(instrument, observed, weight)] = readings(spoken(), outcome(reply))
        assert (instrument, observed, weight) == (REPLY, 3, 1.0)
        content, moment, noticed = instrument.read(np.array([0.6, 0.6, 0.6]), observed)[0]
        assert noticed < 3 * min(content, moment), "that it was not wanted is the lesser part"
        assert readings(ACTED, outcome(reply)) == readings(HELD, outcome(reply)) == ()


@pytest.mark.parametrize("decision", [spoken(), HELD, ACTED], ids=["spoken", "held", "acted"])
def test_never_is_about_content_and_counts_double_whatever_was_done(decision: Decision) -> None:
    assert readings(decision, outcome(Reply.NEVER)) == ((CONTENT, NO, 2.0),)


@pytest.mark.parametrize(
    ("part", "instruments"),
    [
        (WrongPart.CONTENT, {CONTENT: NO}),
        (WrongPart.TIME, {MOMENT: NO}),
        (WrongPart.TOO_OFTEN, {MOMENT: NO}),
        (WrongPart.PRESENCE, {}),
        (WrongPart.AUTONOMY, {}),
        (None, {REPLY: 2}),
    ],
)
def test_wrong_blames_the_named_part(part: WrongPart | None, instruments: dict[Instrument, int]) -> None:
    found = readings(spoken(), outcome(Reply.WRONG, part=part))
    assert {instrument: observed for instrument, observed, _ in found} == instruments


def test_silence_that_was_filled_by_hand_or_from_the_dashboard_was_a_missed_need() -> None:
    for reply in (Reply.DONE_BY_HAND, Reply.ACCEPTED):
        found = readings(HELD, outcome(reply))
        assert {instrument: observed for instrument, observed, _ in found} == {CONTENT: YES, MOMENT: YES}
        assert all(weight < 1.0 for *_, weight in found)


def test_every_spoken_answer_is_read() -> None:
    for reply, row in ((Reply.ACCEPTED, 0), (Reply.LATER, 1), (Reply.NOT_NOW, 2)):
        assert readings(spoken(), outcome(reply)) == ((REPLY, row, 1.0),)
    assert readings(spoken(), outcome(Reply.DONE_BY_HAND)) == ((CONTENT, YES, BY_HAND),)
    assert readings(ACTED, outcome(Reply.ACCEPTED)) == ((CONTENT, YES, 1.0),)
