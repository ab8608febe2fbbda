"""What a resident's state says in plain numbers."""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import pytest

from assistant.enums import Activity, Reply, WrongPart
from assistant.facts import Moment, Suggestion
from assistant.history import rebuild
from assistant.insight import (
    DimensionFact,
    dimension_facts,
    dimension_moves,
    effect_facts,
    effect_moves,
    influences,
    insight,
    kind_facts,
    receptivity,
)
from assistant.kinds import KINDS
from assistant.learner import learn
from assistant.results import Decision, Outcome
from assistant.state import Effect, new_state
from tests.assistant.cases import ENGINE, NOON, moment, outcome, spoken, suggestion

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


# The whole account ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Told:
    """A lesson of a test."""

    moment: Moment
    suggestion: Suggestion
    decision: Decision
    outcome: Outcome


def told(reply: Reply, day: int, kind: str = "opening_left") -> Told:
    at = NOON + timedelta(days=day)
    return Told(
        moment=moment(at=at),
        suggestion=suggestion(kind),
        decision=spoken(),
        outcome=replace(outcome(reply), at=at),
    )


LESSONS = (told(Reply.NEVER, 0), told(Reply.UNSEEN, 1), told(Reply.ACCEPTED, 2, "my_own"), told(Reply.NOT_NOW, 3))
LEARNED = rebuild(ENGINE, LESSONS)
STRANGER = new_state(ENGINE.model_id, ENGINE.prior)


def test_of_a_stranger_nothing_is_known() -> None:
    facts = dimension_facts(STRANGER, ENGINE.prior)
    assert [fact.name for fact in facts] == list(dict.fromkeys(ENGINE.prior.groups))
    assert all((fact.move, fact.sd) == (0.0, pytest.approx(1.0)) for fact in facts)
    assert effect_facts(STRANGER) == ()


def test_a_dimension_is_surer_of_its_move_the_more_was_told() -> None:
    once, often = (
        {
            fact.name: fact
            for fact in dimension_facts(rebuild(ENGINE, [told(Reply.NEVER, day) for day in days]), ENGINE.prior)
        }
        for days in (range(1), range(12))
    )
    assert often["domain"].move < once["domain"].move < 0
    assert often["domain"].sd < once["domain"].sd < 1
    assert often["style"] == once["style"]


def test_the_deviation_is_along_the_move() -> None:
    state = replace(STATE, mean=np.array([2.0, 0.0, 0.0]), covariance=np.diag([0.16, 1.0, 1.0]))
    assert dimension_facts(state, PRIOR)[0] == DimensionFact(name="domain", move=1.0, sd=pytest.approx(0.2))


def test_effects_come_largest_first() -> None:
    facts = effect_facts(LEARNED)
    assert [abs(fact.move) for fact in facts] == sorted((abs(fact.move) for fact in facts), reverse=True)
    assert {"kind:my_own", "kind:opening_left"} <= {fact.key for fact in facts}


def test_the_outcome_that_moved_most_comes_first() -> None:
    found = influences(ENGINE, LESSONS, most=2)
    first, second = found["domain"]
    assert (first.kind, first.reply, first.at) == ("opening_left", Reply.NEVER, NOON)
    assert abs(first.move) >= abs(second.move)
    assert all(len(items) <= 2 for items in found.values())
    assert influences(ENGINE, ()) == {}


def test_every_kind_has_a_welcome_and_ones_own_too() -> None:
    facts = {fact.kind: fact for fact in kind_facts(ENGINE, LEARNED, moment())}
    assert list(facts) == [*KINDS, "my_own"]
    assert facts["opening_left"].welcome < facts["opening_left"].population
    assert 0 < facts["opening_left"].content.sd < 0.5


def test_a_week_has_an_hour_that_suits_and_one_that_does_not() -> None:
    wrong = [told(Reply.WRONG, day) for day in range(6)]
    sour = rebuild(ENGINE, [replace(one, outcome=replace(one.outcome, part=WrongPart.TIME)) for one in wrong])
    found = receptivity(ENGINE, sour, moment())
    assert [len(row) for row in found.resident] == [24] * 7
    assert found.resident[0] == found.resident[4], "working days are alike"
    assert found.resident[1][12] < found.population[1][12]
    drop = [mine - others for mine, others in zip(found.resident[1], found.population[1], strict=True)]
    assert drop[12] < drop[4], "noon was complained about, not the night"
    stranger = receptivity(ENGINE, STRANGER, moment())
    assert stranger.resident == stranger.population


def test_habits_shape_the_week() -> None:
    asleep = receptivity(ENGINE, STRANGER, moment(), lambda _, hour: Activity.ASLEEP if hour < 7 else Activity.IDLE)
    assert max(asleep.resident[2][:7]) < 0.2 < min(asleep.resident[2][7:])


def test_the_whole_account_of_a_state() -> None:
    found = insight(ENGINE, LEARNED, LESSONS, moment())
    assert found.outcomes == LEARNED.learned == 4
    assert found.trust == LEARNED.trust
    assert found.dimensions == dimension_facts(LEARNED, ENGINE.prior)
    assert set(found.influences) <= {fact.name for fact in found.dimensions}
    foreign = insight(ENGINE, replace(LEARNED, model_id="other"), (), moment())
    assert foreign.outcomes == 0, "what another model learned is nothing here"
