"""A resident's state on disk: whole and small on the way out, sane or refused on the way in."""

import base64
import json
import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.effects import DAY_PARTS, OWN_KIND_LENGTH, OWN_KINDS
from assistant.engine import Floats, Prior
from assistant.enums import Activity, Reply
from assistant.kinds import KINDS
from assistant.state import (
    MAX_DIMENSIONS,
    Effect,
    ResidentState,
    StateError,
    new_state,
    state_from_dict,
    state_to_dict,
)
from tests.assistant.cases import ENGINE, NOON, drawn

KEYS = [
    *(f"kind:{kind}" for kind in (*KINDS, "unknown")),
    *(f"day_part:{part}" for part in DAY_PARTS),
    *(f"activity:{activity}" for activity in Activity),
    *("person:content", "person:moment"),
    *(f"kind:{number:x>{OWN_KIND_LENGTH}}" for number in range(OWN_KINDS)),
]


def prior(k: int, scale: float = 1.0) -> Prior:
    return Prior(
        mean=np.zeros(k),
        covariance=scale * np.eye(k),
        groups=("context",) * k,
        random_effect_sd={},
        temperatures={},
        drift=1.0,
    )


@st.composite
def states(draw: st.DrawFn) -> ResidentState:
    k = draw(st.integers(0, MAX_DIMENSIONS))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    root = rng.normal(size=(k, draw(st.integers(0, k)))) * draw(st.sampled_from([1e-6, 0.3, 1.0, 100.0]))
    return ResidentState(
        model_id=draw(st.text(max_size=40)),
        mean=rng.normal(size=k),
        covariance=root @ root.T,
        effects={
            key: Effect(mean=draw(st.floats(-20, 20)), variance=draw(st.floats(0, 100)))
            for key in draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=6))
        },
        counts=draw(st.dictionaries(st.sampled_from([reply.value for reply in Reply]), st.integers(0, 10**6))),
        loss_personal=draw(st.floats(0, 30)),
        loss_population=draw(st.floats(0, 30)),
        surprise=draw(st.floats(0, 4)),
        updated=draw(st.none() | st.integers(0, 10**6).map(lambda minutes: NOON + timedelta(minutes=minutes))),
    )


def close(left: Floats, right: Floats) -> bool:
    return bool(np.allclose(left, right, rtol=1e-5, atol=1e-6))


@given(states())
@drawn(60)
def test_a_state_comes_back_from_json_as_it_went(state: ResidentState) -> None:
    back = state_from_dict(json.loads(json.dumps(state_to_dict(state))))
    assert close(back.mean, state.mean)
    assert close(back.covariance, state.covariance)
    assert (back.model_id, back.counts, back.updated) == (state.model_id, state.counts, state.updated)
    assert back.effects.keys() == state.effects.keys()
    for key, effect in back.effects.items():
        assert effect.mean == pytest.approx(state.effects[key].mean, abs=1e-5)
        assert effect.variance == pytest.approx(state.effects[key].variance, abs=1e-5)
    assert back.loss_personal == pytest.approx(state.loss_personal, abs=1e-5)
    assert back.surprise == pytest.approx(state.surprise, abs=1e-5)
    again = state_to_dict(back)
    assert again == state_to_dict(state_from_dict(again)), "what was rounded once stays"


def largest() -> ResidentState:
    rng = np.random.default_rng(0)
    root = rng.normal(size=(MAX_DIMENSIONS, MAX_DIMENSIONS))
    return ResidentState(
        model_id="x" * 64,
        mean=rng.normal(size=MAX_DIMENSIONS),
        covariance=root @ root.T,
        effects={key: Effect(mean=-12.34567, variance=12.34567) for key in KEYS},
        counts=dict.fromkeys((reply.value for reply in Reply), 999_999),
        loss_personal=12.34567,
        loss_population=12.34567,
        surprise=3.21098,
        updated=NOON.replace(microsecond=123456),
    )


def test_the_largest_state_fits_into_eight_kilobytes() -> None:
    text = json.dumps(state_to_dict(largest()))
    assert len(text.encode()) <= 8192
    assert state_from_dict(json.loads(text)).effects.keys() == set(KEYS)


def test_a_new_resident_is_the_population_and_shares_nothing_with_it() -> None:
    state = new_state(ENGINE.model_id, ENGINE.prior)
    assert close(state.mean, ENGINE.prior.mean)
    assert state.learned == 0
    assert state.trust == 1.0
    state.mean[0] = 5.0
    assert ENGINE.prior.mean[0] == 0.0


def test_a_state_without_a_coordinate_is_a_state() -> None:
    state = new_state("none", prior(0))
    assert state_from_dict(state_to_dict(state)).mean.shape == (0,)


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e4])
def test_a_covariance_of_any_scale_survives_its_rounding(scale: float) -> None:
    direction = np.arange(1.0, 9.0)
    state = replace(new_state("wide", prior(8)), covariance=scale * np.outer(direction, direction))
    back = state_from_dict(state_to_dict(state))
    assert np.allclose(back.covariance, state.covariance, rtol=1e-5)


@pytest.mark.parametrize(
    ("personal", "population", "trust"),
    [(0.5, 0.5, 1.0), (0.3, 0.9, 1.0), (0.52, 0.5, 1.0), (0.62, 0.5, math.exp(-0.8)), (100.0, -100.0, 0.0)],
)
def test_steering_fades_when_it_predicts_worse_than_the_population(
    personal: float, population: float, trust: float
) -> None:
    state = replace(new_state("x", prior(1)), loss_personal=personal, loss_population=population)
    assert state.trust == pytest.approx(trust)


# Hostile input ----------------------------------------------------------------------------------


def plain() -> dict[str, Any]:
    state = replace(
        new_state(ENGINE.model_id, ENGINE.prior),
        effects={"kind:bin_day": Effect(mean=0.5, variance=0.2)},
        counts={"accepted": 2},
        updated=NOON,
    )
    data: dict[str, Any] = json.loads(json.dumps(state_to_dict(state)))
    return data


def packed(*values: float, dtype: str = "<f4") -> str:
    return base64.b64encode(np.array(values, dtype).tobytes()).decode()


K = ENGINE.prior.mean.size
HUGE = packed(*[3e38] * (K * (K + 1) // 2))

REFUSED: list[tuple[str, Any]] = [
    *(("version", value) for value in (None, 0, 2, "1", [], math.nan)),
    *(("model_id", value) for value in (None, 5, "x" * 65, ["x"])),
    *(("k", value) for value in (None, -1, K - 1, K + 1, MAX_DIMENSIONS + 1, 10**400, "10", 1.0, True, math.nan)),
    *(("mean", value) for value in (None, "", "!", "AAAA", "ÄÖ", 5, packed(*[math.nan] * K), packed(*[1e30] * K))),
    ("mean", packed(*[math.inf] * K)),
    ("mean", packed(*[0.0] * K, dtype="<f8")),
    *(("covariance", value) for value in (None, "", "A", "AAA=", packed(1.0), HUGE, [])),
    ("covariance", packed(*[-1.0] * (K * (K + 1) // 2))),
    *(("effects", value) for value in (None, [], "x", {"a": 1}, {"a": [1]}, {"a": [1, 2, 3]}, {"a": ["1", 1]})),
    *(("effects", {"a": pair}) for pair in ([21, 1], [0, -1], [math.nan, 1], [0, math.inf], [True, 1], [10**400, 1])),
    ("effects", {"a" * 65: [0, 1]}),
    ("effects", {5: [0, 1]}),
    ("effects", {f"kind:{i}": [0, 1] for i in range(129)}),
    *(("counts", value) for value in (None, [], {"accepted": -1}, {"accepted": 2.5}, {"accepted": "2"})),
    *(("counts", {"accepted": value}) for value in (True, None, math.nan, 1e10)),
    ("counts", {"cheered": 1}),
    ("counts", {5: 1}),
    *(("loss", value) for value in (None, {}, [], [1], [1, 2, 3], ["a", 1], [math.nan, 1], [1, math.inf], [1, 1e9])),
    *(("surprise", value) for value in (None, -1, math.nan, math.inf, "0", [])),
    *(
        ("updated", value)
        for value in (5, 0, False, "", [], "yesterday", "2026-11-24T12:00:00", "2026-99-01T00:00+00:00")
    ),
]


@pytest.mark.parametrize(("key", "value"), REFUSED, ids=lambda item: repr(item)[:30])
def test_a_damaged_part_refuses_the_whole(key: str, value: Any) -> None:
    with pytest.raises(StateError):
        state_from_dict({**plain(), key: value})


@pytest.mark.parametrize("key", sorted(set(plain()) - {"updated"}))
def test_a_missing_part_refuses_the_whole(key: str) -> None:
    data = plain()
    del data[key]
    with pytest.raises(StateError):
        state_from_dict(data)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400)])
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=60).map(lambda raw: base64.b64encode(raw).decode())
    | st.sampled_from([*plain().values(), HUGE]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def accepted(data: object) -> ResidentState | None:
    try:
        return state_from_dict(data)
    except StateError:
        return None


@given(st.dictionaries(st.sampled_from(sorted(plain())), JSON, min_size=1, max_size=3))
@drawn(300)
def test_a_mutated_state_is_sane_or_refused(changes: dict[str, Any]) -> None:
    state = accepted({**plain(), **changes})
    if state is not None:
        k = state.mean.size
        assert np.isfinite(state.mean).all()
        assert state.covariance.shape == (k, k)
        assert np.isfinite(state.covariance).all()
        assert 0.0 <= state.trust <= 1.0
        assert len(json.dumps(state_to_dict(state))) <= 16_384


@given(JSON)
@drawn(100)
def test_anything_else_is_refused(data: object) -> None:
    assert accepted(data) is None


@given(st.sampled_from(["mean", "covariance"]), st.integers(0, 300), st.text(max_size=3))
@drawn(80)
def test_truncated_or_spoiled_base64_is_sane_or_refused(key: str, at: int, junk: str) -> None:
    data = plain()
    whole = data[key]
    state = accepted({**data, key: whole[:at] + junk})
    assert state is None or whole[:at] + junk == whole or np.isfinite(state.covariance).all()


def test_what_may_stand_after_an_old_clock_is_read() -> None:
    data = plain()
    del data["updated"]
    assert state_from_dict(data).updated is None
