"""Over time: drift, a change of mind, and never worse than the population."""

from datetime import timedelta

import numpy as np
import pytest

from assistant.enums import Reply
from assistant.judge import judge
from assistant.learner import drifted, learn
from assistant.state import new_state
from tests.assistant.cases import (
    ENGINE,
    NOON,
    moment,
    outcome,
    spoken,
    suggestion,
    taught,
)

STATE = new_state(ENGINE.model_id, ENGINE.prior)


def test_a_resident_not_heard_of_for_long_drifts_back_to_the_population() -> None:
    known = taught(*[Reply.NEVER] * 5)
    assert known.updated is not None
    after = drifted(known, ENGINE.prior, known.updated + timedelta(days=3650))
    assert np.allclose(after.mean, ENGINE.prior.mean, atol=1e-2)
    assert np.allclose(after.covariance, ENGINE.prior.covariance, atol=1e-2)
    effect = after.effects["kind:opening_left"]
    assert effect.mean == pytest.approx(0.0, abs=1e-2)
    assert effect.variance == pytest.approx(0.49, abs=1e-2)


def test_drift_in_two_halves_is_drift_at_once() -> None:
    known = taught(Reply.NEVER, Reply.ACCEPTED)
    assert known.updated is not None
    once = drifted(known, ENGINE.prior, known.updated + timedelta(days=20))
    half = drifted(known, ENGINE.prior, known.updated + timedelta(days=8))
    twice = drifted(half, ENGINE.prior, known.updated + timedelta(days=20))
    assert np.allclose(once.mean, twice.mean)
    assert np.allclose(once.covariance, twice.covariance)
    assert once.effects.keys() == twice.effects.keys()


def test_a_clock_that_was_set_back_drifts_nothing() -> None:
    known = taught(Reply.NEVER)
    back = drifted(known, ENGINE.prior, NOON - timedelta(days=400))
    assert np.allclose(back.mean, known.mean)
    assert np.allclose(back.covariance, known.covariance)
    assert drifted(STATE, ENGINE.prior, NOON).updated == NOON


def test_a_change_of_mind_widens_the_posterior_and_is_followed() -> None:
    fond = taught(*[Reply.ACCEPTED] * 25)
    widest, state = fond.effects["kind:opening_left"].variance, fond
    for day in range(12):
        ended = outcome(Reply.NOT_NOW, at=NOON + timedelta(days=25 + day))
        state = learn(ENGINE, state, moment(), suggestion(), spoken(), ended)
        widest = max(widest, state.effects["kind:opening_left"].variance)
    before = judge(ENGINE, fond, moment(), suggestion()).welcome
    narrow = fond.effects["kind:opening_left"].variance
    assert widest > narrow + 0.35 * (0.49 - narrow), "half way back to that of a stranger, less what was learned since"
    assert judge(ENGINE, state, moment(), suggestion()).welcome < 0.5 * before


def test_steering_that_predicts_worse_than_the_population_loses_trust() -> None:
    soured = taught(*[Reply.NEVER] * 4)
    assert soured.trust == 1.0
    for day in range(6):
        ended = outcome(Reply.ACCEPTED, at=NOON + timedelta(days=4 + day))
        soured = learn(ENGINE, soured, moment(), suggestion(), spoken(), ended)
        if soured.trust < 1.0:
            break
    assert soured.trust < 1.0
    assert soured.loss_personal > soured.loss_population


def test_the_first_loss_is_taken_whole_and_equals_the_populations() -> None:
    after = taught(Reply.ACCEPTED)
    assert after.loss_personal == pytest.approx(after.loss_population)
    assert after.loss_personal > 0
