"""From logits and a posterior to probabilities with their uncertainty."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.effects import OWN_KIND_LENGTH, OWN_KINDS, day_part, effect_keys
from assistant.engine import EngineError
from assistant.enums import Activity, Channel, Level, RiskClass
from assistant.facts import Moment, Suggestion
from assistant.judge import (
    BATCH,
    BINARY,
    FACTOR,
    FACTORS,
    Factors,
    _variances,
    factors_with_jacobian,
    judge,
    judge_many,
    judgement_from,
    noticed,
    sigmoid,
    softmax,
    steering,
    tolerated,
)
from assistant.kinds import KINDS
from assistant.model_files import load_model
from assistant.numpy_engine import NumpyEngine
from assistant.state import Effect, ResidentState, new_state
from tests.assistant import model_kit
from tests.assistant.cases import ENGINE, NOON, Constant, Unsteered, drawn, moment, probabilities, scenes, suggestion

STATE = new_state(ENGINE.model_id, ENGINE.prior)


def taught(seed: int) -> ResidentState:
    """Return a state somewhere in the population, with random effects."""
    rng = np.random.default_rng(seed)
    root = 0.3 * rng.normal(size=ENGINE.prior.covariance.shape)
    return replace(
        STATE,
        mean=rng.normal(size=STATE.mean.size),
        covariance=root @ root.T,
        effects={
            "kind:opening_left": Effect(mean=1.0, variance=0.2),
            "day_part:midday": Effect(mean=-1.0, variance=0.1),
        },
    )


@given(scenes(3), st.integers(0, 20))
@drawn(50)
def test_every_judgement_holds_probabilities_and_finite_deviations(
    scene: tuple[Moment, list[Suggestion]], seed: int
) -> None:
    at, found = scene
    for item in found:
        judgement = judge(ENGINE, taught(seed), at, item)
        assert all(0.0 <= value <= 1.0 for value in probabilities(judgement).values())
        assert sum(level.mean for level in judgement.level.values()) == pytest.approx(1.0)
        assert set(judgement.noticed) == {Channel.PHONE, Channel.SPEAKER, Channel.DASHBOARD}
        spreads = [judgement.content.sd, judgement.moment.sd, *(level.sd for level in judgement.level.values())]
        assert all(0.0 <= sd < 10.0 for sd in spreads)


@given(scenes(5), st.integers(0, 20))
@drawn(30)
def test_many_are_judged_as_one_by_one(scene: tuple[Moment, list[Suggestion]], seed: int) -> None:
    at, found = scene
    together = judge_many(ENGINE, taught(seed), at, found)
    for item, judgement in zip(found, together, strict=True):
        assert probabilities(judgement) == pytest.approx(probabilities(judge(ENGINE, taught(seed), at, item)))
        assert judgement.content.sd == 0.0


def test_nothing_to_judge_needs_no_engine() -> None:
    engine = Constant()
    assert judge_many(engine, new_state(engine.model_id, engine.prior), moment(), []) == []
    assert engine.calls == 0


def test_more_than_an_engine_takes_at_once_go_in_several_passes() -> None:
    engine = Constant(content=1.0)
    many = [suggestion()] * (2 * BATCH + 1)
    assert len(judge_many(engine, new_state(engine.model_id, engine.prior), moment(), many)) == len(many)
    assert engine.calls == 3


@pytest.mark.parametrize("odd", [np.nan, np.inf])
def test_numbers_that_are_none_are_an_error_of_the_engine(odd: float) -> None:
    engine = Constant(content=odd)
    with pytest.raises(EngineError, match="numbers that are none"):
        judge(engine, new_state(engine.model_id, engine.prior), moment(), suggestion())


def test_a_state_of_another_model_is_not_applied() -> None:
    foreign = replace(taught(3), model_id="another", mean=np.ones(3), covariance=np.eye(3))
    fresh = probabilities(judge(ENGINE, STATE, moment(), suggestion()))
    assert probabilities(judge(ENGINE, foreign, moment(), suggestion())) == fresh
    assert probabilities(judge_many(ENGINE, foreign, moment(), [suggestion()])[0]) == fresh


def test_a_resident_whose_steering_predicts_badly_gets_the_populations_answer() -> None:
    distrusted = replace(taught(3), loss_personal=50.0)
    assert np.allclose(steering(distrusted, ENGINE), ENGINE.prior.mean)
    fresh = probabilities(judge(ENGINE, STATE, moment(), suggestion()))
    assert probabilities(judge(ENGINE, distrusted, moment(), suggestion())) == pytest.approx(fresh)


def test_random_effects_move_their_factor_alone() -> None:
    state = replace(STATE, effects={"kind:opening_left": Effect(mean=1.0, variance=0.1)})
    before, after = (probabilities(judge(ENGINE, item, moment(), suggestion())) for item in (STATE, state))
    assert {name for name in before if before[name] != after[name]} == {"content"}
    assert after["content"] > before["content"]
    assert probabilities(judge(ENGINE, state, moment(), suggestion("bin_day"))) == probabilities(
        judge(ENGINE, STATE, moment(), suggestion("bin_day"))
    )


def test_knowing_more_narrows_the_deviation() -> None:
    sure = replace(
        STATE,
        covariance=0.01 * STATE.covariance,
        effects={key: Effect(mean=0.0, variance=0.01) for _, key in effect_keys(moment(), suggestion())},
    )
    wide, narrow = (judge(ENGINE, item, moment(), suggestion()) for item in (STATE, sure))
    assert narrow.content.sd < 0.2 * wide.content.sd
    assert narrow.moment.sd < 0.2 * wide.moment.sd


def test_the_deviation_is_what_drawing_from_the_posterior_gives() -> None:
    state = replace(STATE, covariance=0.04 * STATE.covariance)
    at, found = moment(), suggestion(risk=RiskClass.A1)
    rng = np.random.default_rng(0)
    draws = rng.multivariate_normal(state.mean, state.covariance, 400)
    levels = [probabilities(judge_many(ENGINE, replace(state, mean=mean), at, [found])[0]) for mean in draws]
    judgement = judge(ENGINE, state, at, found)
    for level, estimate in judgement.level.items():
        spread = np.std([item[f"level_{level.name}"] for item in levels])
        assert estimate.sd == pytest.approx(spread, rel=0.15, abs=0.002)


def test_a_deviation_is_never_imaginary() -> None:
    tilted = replace(STATE, covariance=-1e-18 * np.eye(STATE.mean.size))
    factors = factors_with_jacobian(ENGINE, STATE.mean, moment(), suggestion(), None)
    assert (_variances(factors, ENGINE, tilted, moment(), suggestion()) >= 0).all()
    assert not _variances(Factors(logits=factors.logits, jacobian=None), ENGINE, STATE, moment(), suggestion()).any()


def test_forward_differences_are_the_slopes_of_a_network(tmp_path: Path) -> None:
    engine = NumpyEngine(load_model(model_kit.write_model(tmp_path)))
    z = engine.prior.mean
    found = factors_with_jacobian(engine, z, moment(), suggestion(), None)
    assert found.logits.shape == (FACTORS,)
    assert found.jacobian is not None
    assert found.jacobian.shape == (FACTORS, z.size)
    direction = np.random.default_rng(0).normal(size=z.size)
    ahead = factors_with_jacobian(engine, z + 1e-2 * direction, moment(), suggestion(), None).logits
    behind = factors_with_jacobian(engine, z - 1e-2 * direction, moment(), suggestion(), None).logits
    slope = (ahead - behind) / 2e-2
    scale = float(np.abs(slope).max())
    assert np.abs(found.jacobian @ direction - slope).max() < 0.35 * scale, "forward, a quarter of a deviation wide"
    assert np.corrcoef(found.jacobian @ direction, slope)[0, 1] > 0.9


def test_an_engine_without_a_direction_judges_and_temperatures_soften() -> None:
    engine = Unsteered()
    state = new_state(engine.model_id, engine.prior)
    soft, sharp = judge(engine, state, moment(), suggestion()), judge(ENGINE, STATE, moment(), suggestion())
    assert 0.5 < soft.content.mean < sharp.content.mean
    assert soft.moment.mean == pytest.approx(sharp.moment.mean)
    assert 0.0 < soft.moment.sd < sharp.moment.sd, "only the effects of kind, day part and activity are unknown"
    assert max(item.mean for item in soft.level.values()) < max(item.mean for item in sharp.level.values())


@pytest.mark.parametrize(
    ("hour", "part"),
    [(0, "night"), (5, "night"), (6, "morning"), (10, "morning"), (11, "midday"), (14, "afternoon"), (18, "evening"),
     (21, "evening"), (22, "night"), (23, "night")],
)  # fmt: skip
def test_a_day_has_five_parts(hour: int, part: str) -> None:
    assert day_part(hour) == part


def test_effects_are_of_kind_day_part_and_known_activity() -> None:
    person = ["person:content", "person:moment"]
    keys = [key for _, key in effect_keys(moment(), suggestion("guest"))]
    assert keys == ["kind:guest", *person, "day_part:midday", "activity:idle"]
    blind = effect_keys(Moment(at=NOON, activity=Activity.UNKNOWN), suggestion())
    assert [key for _, key in blind] == ["kind:opening_left", *person, "day_part:midday"]


def test_kinds_of_ones_own_have_an_effect_each_while_there_is_room() -> None:
    def key(kind: str, known: list[str]) -> str:
        return effect_keys(moment(), suggestion(kind), dict.fromkeys(known))[0][1]

    full = [f"kind:own_{number}" for number in range(OWN_KINDS)]
    assert key("my_own", full[1:]) == "kind:my_own"
    assert key("my_own", [*full[1:], *(f"kind:{kind}" for kind in KINDS)]) == "kind:my_own"
    assert key("my_own", full) == "kind:unknown"
    assert key("own_3", full) == "kind:own_3"
    assert key("guest", full) == "kind:guest"
    for odd in ("", "x" * (OWN_KIND_LENGTH + 1), "grün"):
        assert key(odd, []) == "kind:unknown"


@given(st.floats(-1e6, 1e6))
@drawn(50)
def test_the_sigmoid_never_overflows(x: float) -> None:
    with np.errstate(all="raise", under="ignore"):
        p = float(sigmoid(x))
    assert 0.0 <= p <= 1.0
    assert p + float(sigmoid(-x)) == pytest.approx(1.0)


def test_the_softmax_never_overflows() -> None:
    with np.errstate(all="raise", under="ignore"):
        assert softmax(np.array([1e4, 0.0, -1e4])).tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("masses", "level"),
    [
        ((0.0, 0.0, 0.0, 1.0), Level.ACT),
        ((0.3, 0.0, 0.3, 0.4), Level.ASK),
        ((0.3, 0.3, 0.3, 0.1), Level.SUGGEST),
        ((0.9, 0.05, 0.05, 0.0), Level.OBSERVE),
        ((0.25, 0.25, 0.25, 0.25), Level.ASK),
    ],
)
def test_the_tolerated_level_is_one_that_half_the_mass_reaches(masses: tuple[float, ...], level: Level) -> None:
    logits = np.concatenate([np.zeros(len(BINARY)), np.log(np.maximum(masses, 1e-12))])
    judgement = judgement_from(logits, np.zeros(FACTORS))
    assert tolerated(judgement) is level
    assert tolerated(judgement, share=1.1) is Level.OBSERVE


def test_a_digest_is_noticed_when_it_is_opened() -> None:
    logits = np.zeros(FACTORS)
    logits[FACTOR["noticed_phone"]] = 9.0
    judgement = judgement_from(logits, np.zeros(FACTORS))
    assert noticed(judgement, Channel.PHONE) > 0.99
    assert noticed(judgement, Channel.DIGEST) == 0.9
