"""The engine of last resort: sensible without any model, and steerable along its traits."""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.encoding import encode_moment, encode_suggestion
from assistant.engine import Floats
from assistant.enums import Activity, Category, Channel, Level, PhoneState, RiskClass, Transition, Urgency
from assistant.facts import Moment, Suggestion
from assistant.judge import judge, steering, tolerated
from assistant.results import Judgement
from assistant.state import new_state
from assistant.table_engine import TableEngine, load
from assistant.vocabulary import FIRST_OUTPUT, OUTPUT_COUNT, OUTPUT_GROUPS, STEERING_GROUPS, VOCABULARY_ID
from tests.assistant.cases import ENGINE, NOON, drawn, moment, scenes, suggestion

STATE = new_state(ENGINE.model_id, ENGINE.prior)


def judged(at: Moment, found: Suggestion | None = None) -> Judgement:
    return judge(ENGINE, STATE, at, found or suggestion())


def logits(scene: tuple[Moment, list[Suggestion]], z: Floats) -> Floats:
    at, found = scene
    suffixes = np.array([encode_suggestion(at, item) for item in found])
    return ENGINE.logits(np.array(encode_moment(at)), suffixes, z)


def test_it_names_itself_and_its_vocabulary() -> None:
    engine = load()
    assert engine.name == "table"
    assert VOCABULARY_ID in engine.model_id
    assert engine.model_id == TableEngine().model_id


def test_its_prior_is_whole() -> None:
    prior = ENGINE.prior
    k = prior.mean.size
    assert prior.covariance.shape == (k, k)
    assert len(prior.groups) == k
    assert set(prior.groups) == set(STEERING_GROUPS)
    assert np.linalg.eigvalsh(prior.covariance).min() > 0
    assert 0 < prior.drift <= 1
    assert set(prior.random_effect_sd) == {"kind", "day_part", "activity", "person"}


@given(scenes(4), st.integers(0, 3))
@drawn(40)
def test_every_case_has_finite_logits_of_the_right_shape(scene: tuple[Moment, list[Suggestion]], vectors: int) -> None:
    z = np.random.default_rng(vectors).normal(size=(vectors, ENGINE.prior.mean.size))
    found = logits(scene, z)
    assert found.shape == (vectors, len(scene[1]), OUTPUT_COUNT)
    assert np.isfinite(found).all()


@given(scenes(4))
@drawn(30)
def test_one_by_one_or_together_is_the_same(scene: tuple[Moment, list[Suggestion]]) -> None:
    at, found = scene
    z = np.random.default_rng(1).normal(size=(2, ENGINE.prior.mean.size))
    together = logits(scene, z)
    alone = np.concatenate([logits((at, [item]), z) for item in found], axis=1)
    assert np.allclose(together, alone)


@given(scenes(1))
@drawn(30)
def test_steering_is_linear_and_a_trait_moves_only_its_dimension(scene: tuple[Moment, list[Suggestion]]) -> None:
    k = ENGINE.prior.mean.size
    base, *moved = logits(scene, np.vstack([np.zeros(k), np.eye(k), 2 * np.eye(k)]))
    for index, group in enumerate(ENGINE.prior.groups):
        step = moved[index][0] - base[0]
        assert np.allclose(moved[k + index][0] - base[0], 2 * step)
        allowed = np.zeros(OUTPUT_COUNT, bool)
        for name in STEERING_GROUPS[group]:
            allowed[_columns(name)] = True
        assert not step[~allowed].any()


def _columns(name: str) -> slice:
    group = next(item for item in OUTPUT_GROUPS if item.name == name)
    return slice(FIRST_OUTPUT[name], FIRST_OUTPUT[name] + len(group.values))


@pytest.mark.parametrize(
    "worse",
    [
        {"activity": Activity.ASLEEP},
        {"activity": Activity.CALL},
        {"activity": Activity.COOKING},
        {"phone": PhoneState.DRIVING},
        {"phone": PhoneState.FOCUS},
        {"transition": Transition.GOING_TO_BED},
        {"delivered_today": 6},
        {"minutes_since_delivery": 1.0},
    ],
    ids=str,
)
def test_a_bad_moment_is_worse_than_an_idle_one(worse: dict[str, object]) -> None:
    assert judged(moment(**worse)).moment.mean < judged(moment()).moment.mean


@pytest.mark.parametrize("change", [Transition.ARRIVED, Transition.LEFT, Transition.FINISHED_ACTIVITY])
def test_a_transition_is_a_good_moment(change: Transition) -> None:
    assert judged(moment(transition=change)).moment.mean > judged(moment()).moment.mean


def test_what_is_urgent_or_risky_is_more_welcome() -> None:
    calm = judged(moment())
    urgent = judged(moment(), suggestion(urgency=Urgency.TIME_SENSITIVE))
    risky = judged(moment(), suggestion(risk_present=True))
    assert urgent.moment.mean > calm.moment.mean
    assert risky.content.mean > calm.content.mean


def test_somebody_elses_matter_and_what_was_refused_for_good_are_less_wanted() -> None:
    mine = judge(ENGINE, STATE, moment(), suggestion(persons=("person.anna",)), "person.anna")
    other = judge(ENGINE, STATE, moment(), suggestion(persons=("person.ben",)), "person.anna")
    assert other.content.mean < mine.content.mean


@pytest.mark.parametrize(
    ("risk", "most"),
    [(RiskClass.A0, Level.SUGGEST), (RiskClass.A1, Level.ASK), (RiskClass.A2, Level.ASK), (RiskClass.A3, Level.ASK)],
)
def test_nobody_is_thought_to_tolerate_acting_from_the_start(risk: RiskClass, most: Level) -> None:
    assert tolerated(judged(moment(), suggestion(risk=risk))) <= most


def test_an_unreachable_phone_and_an_empty_room_are_not_noticed() -> None:
    silent = judged(moment(phone=PhoneState.UNREACHABLE))
    away = judged(moment(activity=Activity.AWAY))
    assert silent.noticed[Channel.PHONE].mean < 0.1
    assert away.noticed[Channel.SPEAKER].mean < 0.02


def test_an_unknown_kind_at_an_unknown_moment_is_judged_too() -> None:
    found = judged(Moment(at=NOON), suggestion("my_own", category=Category.OTHER, expires=NOON - timedelta(days=1)))
    assert 0 < found.welcome < 1
    assert steering(STATE, ENGINE).shape == (ENGINE.prior.mean.size,)
