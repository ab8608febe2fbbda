"""The numpy engine: its arguments, its cache, and that shortcuts do not change numbers."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.engine import EngineError
from assistant.model_files import load_model
from assistant.numpy_engine import NumpyEngine
from assistant.vocabulary import FIRST_OUTPUT_TOKEN, OUTPUT_COUNT, PREFIX_LENGTH, SUFFIX_LENGTH
from assistant.weights import Weights
from tests.assistant import model_kit


@pytest.fixture
def engine(tmp_path: Path) -> NumpyEngine:
    return NumpyEngine(load_model(model_kit.write_model(tmp_path)))


def plainly(weights: Weights, shifts: NDArray[np.float32], tokens: NDArray[np.int64]) -> NDArray[np.float64]:
    """Judge one sequence in float64 as the papers write it, with no shortcut; shifts (layers - 1, width)."""

    def norm(x: NDArray[np.float64], weight: NDArray[np.float32]) -> NDArray[np.float64]:
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + weights.epsilon) * weight

    def turn(x: NDArray[np.float64]) -> NDArray[np.float64]:
        size = x.shape[-1]
        for position in range(len(x)):
            for pair in range(size // 2):
                angle = position * weights.rope_base ** (-2 * pair / size)
                a, b = x[position, 2 * pair], x[position, 2 * pair + 1]
                x[position, 2 * pair] = a * np.cos(angle) - b * np.sin(angle)
                x[position, 2 * pair + 1] = a * np.sin(angle) + b * np.cos(angle)
        return x

    state = weights.embedding[tokens].astype(np.float64)
    size = weights.width // weights.heads
    for index, layer in enumerate(weights.layers):
        x = norm(state, layer.attention_norm)
        q, k, v = x @ layer.query.T, x @ layer.key.T, x @ layer.value.T
        heads = []
        for head in range(weights.heads):
            part = slice(head * size, (head + 1) * size)
            scores = turn(q[:, part].copy()) @ turn(k[:, part].copy()).T / np.sqrt(size)
            scores[np.triu_indices(len(tokens), 1)] = -np.inf
            share = np.exp(scores - scores.max(-1, keepdims=True))
            heads.append(share / share.sum(-1, keepdims=True) @ v[:, part])
        state = state + np.concatenate(heads, -1) @ layer.attention_output.T
        x = norm(state, layer.feed_forward_norm)
        gate = x @ layer.gate.T
        state = state + (gate / (1 + np.exp(-gate)) * (x @ layer.up.T)) @ layer.down.T
        if index:
            state = state + shifts[index - 1]
    rows = weights.output[FIRST_OUTPUT_TOKEN : FIRST_OUTPUT_TOKEN + OUTPUT_COUNT]
    return norm(state[-1], weights.output_norm) @ rows.T


@pytest.mark.parametrize("layers", [2, 3, 4])
def test_shortcuts_do_not_change_the_numbers(tmp_path: Path, layers: int) -> None:
    model = load_model(model_kit.write_model(tmp_path, layers))
    engine = NumpyEngine(model)
    prefix, suffixes, z = model_kit.random_case(np.random.default_rng(1), 3, 3, model_kit.K)
    found = engine.logits(prefix, suffixes, z)
    for vector, shifts in enumerate(model.shifts(z)):
        for row, suffix in enumerate(suffixes):
            wanted = plainly(model.weights, shifts, np.concatenate([prefix, suffix]))
            np.testing.assert_allclose(found[vector, row], wanted, atol=2e-5)


def test_suggestions_and_vectors_do_not_influence_each_other(engine: NumpyEngine) -> None:
    prefix, suffixes, z = model_kit.random_case(np.random.default_rng(2), 5, 4, model_kit.K)
    together = engine.logits(prefix, suffixes, z)
    alone = [[engine.logits(prefix, s[None], v[None])[0, 0] for s in suffixes] for v in z]
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_a_cached_moment_gives_the_same_numbers(engine: NumpyEngine) -> None:
    rng = np.random.default_rng(3)
    cases = [model_kit.random_case(rng, 2, 2, model_kit.K) for _ in range(20)]
    first = [engine.logits(*case) for case in cases]
    again = [engine.logits(*case) for case in cases for _ in range(2)][::2]
    for one, two in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, two)


def test_a_moment_cached_under_one_vector_is_not_used_under_another(engine: NumpyEngine) -> None:
    prefix, suffixes, z = model_kit.random_case(np.random.default_rng(4), 1, 2, model_kit.K)
    plain = engine.logits(prefix, suffixes, z[:1])
    steered = engine.logits(prefix, suffixes, z[1:])
    assert np.abs(plain - steered).max() > 1e-3
    np.testing.assert_array_equal(engine.logits(prefix, suffixes, z[:1]), plain)


def test_several_threads_get_the_right_numbers(engine: NumpyEngine) -> None:
    rng = np.random.default_rng(5)
    cases = [model_kit.random_case(rng, 2, 1, model_kit.K) for _ in range(12)]
    wanted = [engine.logits(*case) for case in cases]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda index: engine.logits(*cases[index % 12]), range(120)))
    for index, logits in enumerate(found):
        np.testing.assert_array_equal(logits, wanted[index % 12])


def test_nothing_to_judge_gives_nothing(engine: NumpyEngine) -> None:
    prefix, suffixes, z = model_kit.random_case(np.random.default_rng(6), 2, 1, model_kit.K)
    assert engine.logits(prefix, suffixes[:0], z).shape == (1, 0, OUTPUT_COUNT)
    assert engine.logits(prefix, suffixes, z[:0]).shape == (0, 2, OUTPUT_COUNT)


@pytest.mark.parametrize(
    ("prefix", "suffixes", "z", "message"),
    [
        (np.zeros(3, int), np.zeros((1, SUFFIX_LENGTH), int), np.zeros((1, 4)), "prefix"),
        (np.zeros(PREFIX_LENGTH, int), np.zeros((1, 3), int), np.zeros((1, 4)), "suffixes"),
        (np.zeros(PREFIX_LENGTH, int), np.zeros((1, SUFFIX_LENGTH), int), np.zeros((1, 9)), "z has"),
        (np.zeros(PREFIX_LENGTH, int), np.zeros((1, SUFFIX_LENGTH), int), np.full((1, 4), np.nan), "finite"),
        (np.full(PREFIX_LENGTH, -1), np.zeros((1, SUFFIX_LENGTH), int), np.zeros((1, 4)), "vocabulary"),
        (np.zeros(PREFIX_LENGTH, int), np.full((1, SUFFIX_LENGTH), 9999), np.zeros((1, 4)), "vocabulary"),
        (np.zeros(PREFIX_LENGTH), np.zeros((1, SUFFIX_LENGTH), int), np.zeros((1, 4)), "integers"),
        (np.zeros(PREFIX_LENGTH, int), np.zeros((65, SUFFIX_LENGTH), int), np.zeros((1, 4)), "too many"),
    ],
)
def test_a_wrong_argument_is_named(
    engine: NumpyEngine, prefix: NDArray[np.int64], suffixes: NDArray[np.int64], z: NDArray[np.float64], message: str
) -> None:
    with pytest.raises(EngineError, match=message):
        engine.logits(prefix, suffixes, z)


def test_the_identity_changes_with_weights_and_with_steering(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for folder in folders:
        folder.mkdir()
        model_kit.write_model(folder, seed=int(folder.name == "two"))
    arrays = dict(np.load(folders[2] / "steering.npz"))
    np.savez(folders[2] / "steering.npz", **{**arrays, "drift": np.array(0.9)})
    ids = [NumpyEngine(load_model(folder)).model_id for folder in folders]
    assert len(set(ids)) == 3
