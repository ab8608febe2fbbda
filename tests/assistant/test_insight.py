"""What a resident's state says in plain numbers."""

from dataclasses import replace

import numpy as np
import pytest

from assistant.enums import Reply
from assistant.insight import dimension_moves, effect_moves
from assistant.learner import learn
from assistant.state import Effect, new_state
from tests.assistant.cases import ENGINE, moment, outcome, spoken, suggestion

PRIOR = replace(
    ENGINE.prior,
    mean=np.zeros(3),
    covariance=np.diag([4.0, 1.0, 1.0]),
    groups=("domain", "domain", "style"),
)
STATE = new_state("x", PRIOR)


@pytest.mark.parametrize(
    ("mean", "moves"),
    [
        ((0.0, 0.0, 0.0), {}),
        ((2.0, 0.0, 0.0), {"domain": 1.0}),
        ((-0.6, 0.4, 0.0), {"domain": 0.5}),
        ((-1.6, 0.6, 0.5), {"domain": -1.0, "style": 0.5}),
        ((0.0, 0.0, -0.004), {}),
        ((0.0, 0.0, -0.25), {"style": -0.25}),
    ],
)
def test_a_dimension_moves_in_deviations_with_the_sign_of_its_largest_part(
    mean: tuple[float, ...], moves: dict[str, float]
) -> None:
    assert dimension_moves(STATE, replace(STATE, mean=np.array(mean)), PRIOR) == moves


def test_effects_are_told_by_their_change() -> None:
    before = replace(
        STATE, effects={"kind:bin_day": Effect(mean=0.5, variance=0.1), "kind:guest": Effect(mean=1.0, variance=0.1)}
    )
    after = replace(
        STATE,
        effects={
            "kind:bin_day": Effect(mean=0.25, variance=0.1),
            "kind:guest": Effect(mean=1.004, variance=0.1),
            "activity:media": Effect(mean=-0.1, variance=0.2),
        },
    )
    assert effect_moves(before, after) == {"kind:bin_day": -0.25, "activity:media": -0.1}
    assert effect_moves(after, after) == {}


def test_a_refusal_is_told_as_it_was_learned() -> None:
    before = new_state(ENGINE.model_id, ENGINE.prior)
    after = learn(ENGINE, before, moment(), suggestion(), spoken(), outcome(Reply.NEVER))
    assert set(dimension_moves(before, after, ENGINE.prior)) == {"domain"}
    about_content = ("kind:opening_left", "person:content")
    assert effect_moves(before, after) == {key: round(after.effects[key].mean, 3) for key in about_content}


def test_a_model_without_directions_has_no_dimension_to_tell() -> None:
    prior = replace(PRIOR, mean=np.zeros(0), covariance=np.zeros((0, 0)), groups=())
    state = new_state("x", prior)
    assert dimension_moves(state, state, prior) == {}
