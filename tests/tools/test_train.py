"""Training: the whole path on a tiny population, and the parts whose numbers can be known."""

from dataclasses import replace
from pathlib import Path

import equinox as eqx
import jax
import numpy as np
import pytest

from assistant.model_files import load_model
from assistant.numpy_engine import NumpyEngine
from assistant.vocabulary import OUTPUT_GROUPS, STEERING_GROUPS
from tests.assistant import model_kit
from tools.errors import ArgumentError, StorageError
from tools.train import calibrate, checkpoint, loop, steering_layout
from tools.train.command import Options, run
from tools.train.data import UNKNOWN, Rows, load_rows
from tools.train.latents import make_jacobian, posteriors, prior_covariance
from tools.train.loop import Trainer, plan_of
from tools.train.loss import group_losses
from tools.train.network import Network, Shape, new_network
from tools.train.steering_layout import coefficient_permissions, groups_of

SHAPE = Shape(width=16, layers=3, heads=2, hidden=24, k=4)
PLAN = plan_of(network=6, joint=6, attention=4, batch=64)


def rows(personas: int = 4, each: int = 40, seed: int = 0) -> Rows:
    rng = np.random.default_rng(seed)
    tokens = []
    for _ in range(personas * each):
        prefix, suffixes, _ = model_kit.random_case(rng, 1, 1, 1)
        tokens.append(np.concatenate([prefix, suffixes[0]]))
    targets = np.stack([rng.integers(0, len(group.values), personas * each) for group in OUTPUT_GROUPS], 1)
    return Rows(
        tokens=np.array(tokens, np.int32),
        targets=targets.astype(np.int32),
        persona=np.repeat(np.arange(personas, dtype=np.int32), each),
        session=np.tile(np.arange(each, dtype=np.int32) * 28 // each, personas),
        share=np.ones(personas * each, np.float32),
        personas=tuple(range(personas)),
    )


def trainer(folder: Path, plan: object = PLAN) -> Trainer:
    return Trainer(plan, rows(), rows(2, seed=1), folder, lambda *_: None)  # type: ignore[arg-type]


def steerable(network: Network, scale: float) -> Network:
    basis = jax.random.normal(jax.random.key(3), network.basis.shape) * scale
    return eqx.tree_at(lambda item: item.basis, network, basis)


@pytest.mark.timeout(900)  # compiling is what takes long, most of all on a busy machine
def test_smoke_writes_files_that_the_engine_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["lab"])
    shape = {"width": 64, "layers": 4, "heads": 4, "hidden": 160, "k": 12}
    run(
        Options(
            data=None,
            out=tmp_path,
            shape=shape,
            plan={"seed": 1},
            personas=None,
            precision="f32",
            smoke=True,
            command="python -m tools.lab train --smoke",
        )
    )
    model = load_model(tmp_path)
    engine = NumpyEngine(model)
    logits = engine.logits(*model_kit.random_case(np.random.default_rng(0), 3, 2, model.steering.dimensions))
    assert np.isfinite(logits).all()
    assert set(engine.prior.groups) <= set(STEERING_GROUPS)
    card = (tmp_path / "model_card.md").read_text()
    assert model.weights.sha256 in card
    assert "python -m tools.lab train --smoke" in card
    assert (tmp_path / "training.png").stat().st_size > 0


def test_a_fresh_network_is_its_own_bag() -> None:
    network = steerable(new_network(SHAPE, jax.random.key(0)), 0.3)
    data = rows()
    z = np.random.default_rng(0).normal(size=(len(data), SHAPE.k)).astype(np.float32)
    np.testing.assert_allclose(network(data.tokens, z), network.bag(data.tokens, z), atol=2e-5)


def test_a_run_that_was_interrupted_ends_as_one_that_was_not(tmp_path: Path) -> None:
    whole, _ = trainer(tmp_path / "whole").run(new_network(SHAPE, jax.random.key(1)))
    stopped = trainer(tmp_path / "stopped")

    class StopError(Exception):
        pass

    def stop(stage: object, progress: checkpoint.Progress, loss: float) -> None:
        if progress.curve[-1]["stage"] == "joint" and progress.step >= 3:
            raise StopError

    stopped.report = stop
    with pytest.raises(StopError):
        stopped.run(new_network(SHAPE, jax.random.key(1)))
    again, _ = trainer(tmp_path / "stopped").run(new_network(SHAPE, jax.random.key(1)))
    for one, two in zip(jax.tree.leaves(whole), jax.tree.leaves(again), strict=True):
        np.testing.assert_array_equal(one, two)


def test_a_stage_that_has_begun_is_not_started_warm_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _ = trainer(tmp_path).run(new_network(SHAPE, jax.random.key(1)))
    monkeypatch.setattr(loop, "warm_start", None)
    again, _ = trainer(tmp_path).run(new_network(SHAPE, jax.random.key(1)))
    for one, two in zip(jax.tree.leaves(whole), jax.tree.leaves(again), strict=True):
        np.testing.assert_array_equal(one, two)


def test_another_plan_does_not_go_on_in_the_same_folder(tmp_path: Path) -> None:
    trainer(tmp_path).run(new_network(SHAPE, jax.random.key(1)))
    with pytest.raises(StorageError, match="other settings"):
        trainer(tmp_path, replace(PLAN, seed=2)).run(new_network(SHAPE, jax.random.key(1)))


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    trainer(tmp_path).run(new_network(SHAPE, jax.random.key(1)))
    whole = (tmp_path / "joint.ckpt").read_bytes()
    (tmp_path / "joint.ckpt").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StorageError, match="damaged"):
        trainer(tmp_path).run(new_network(SHAPE, jax.random.key(1)))


def test_unrated_factors_cost_nothing() -> None:
    logits = np.random.default_rng(0).normal(size=(5, 20)).astype(np.float32)
    targets = np.zeros((5, len(OUTPUT_GROUPS)), np.int32)
    targets[2, 3] = UNKNOWN
    losses = np.asarray(group_losses(logits, targets))
    assert losses[2, 3] == 0
    assert (np.delete(losses.ravel(), 2 * len(OUTPUT_GROUPS) + 3) > 0).all()


@pytest.mark.parametrize("true", [0.5, 1.0, 2.0])
def test_temperature_recovers_overconfidence(true: float) -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(20000, 20)) * 1.5
    targets = np.full((20000, len(OUTPUT_GROUPS)), UNKNOWN)
    p = 1 / (1 + np.exp(-(logits[:, 1] - logits[:, 0])))
    targets[:, 0] = rng.random(20000) < p
    found = calibrate.temperatures(logits * true, targets)
    assert found["content"] == pytest.approx(true, rel=0.1)
    assert found["level"] == 1.0  # nothing was rated


@pytest.mark.parametrize("sd", [0.0, 0.4, 0.8])
def test_random_effect_sd_is_recovered(sd: float) -> None:
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(2000), 30)
    base = rng.normal(size=len(groups)) * 0.5
    effect = rng.normal(size=2000) * sd
    rated = rng.random(len(groups)) < 1 / (1 + np.exp(-(base + effect[groups])))
    p = 1 / (1 + np.exp(-base))
    assert calibrate.effect_sd(rated - p, p * (1 - p), groups) == pytest.approx(
        sd, abs=0.15
    )  # large ones come out a little low


def test_posterior_finds_the_persona_that_made_the_ratings() -> None:
    network = steerable(new_network(SHAPE, jax.random.key(0)), 1.0)
    data = rows(3, 400)
    true = np.random.default_rng(5).normal(size=(3, SHAPE.k)) * 0.7
    # A trained network's dimensions stay apart; a random one's do so by taking each answer under its own alone.
    own = coefficient_permissions(groups_of(SHAPE.k)).T
    z = true[data.persona].astype(np.float32)
    each = np.stack([np.asarray(network(data.tokens, z * mask)) for mask in own])
    logits = each[np.arange(len(own)), :, np.arange(len(own))].T
    rng = np.random.default_rng(6)
    targets = data.targets.copy()
    first = 0
    for index, group in enumerate(OUTPUT_GROUPS):
        part = logits[:, first : first + len(group.values)]
        targets[:, index] = np.argmax(part + rng.gumbel(size=part.shape), axis=1)
        first += len(group.values)
    mean, covariance = posteriors(eqx.filter_jit(network), replace(data, targets=targets), SHAPE.k, iterations=4)
    apart = (mean - true) / np.sqrt(np.einsum("pkk->pk", covariance))
    assert np.abs(apart).max() < 4
    assert (np.linalg.eigvalsh(prior_covariance(mean, covariance)) > 0).all()


def test_every_layout_names_k_dimensions() -> None:
    for k in steering_layout.SIZES:
        groups = steering_layout.groups_of(k)
        assert len(groups) == k
        assert list(groups) == sorted(groups, key=list(STEERING_GROUPS).index)
        assert steering_layout.membership(groups).sum() == k


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"precision": "q4"}, "precision"),
        ({"data": None}, "--data"),
        ({"shape": {"width": 10, "layers": 3, "heads": 4, "hidden": 8, "k": 4}}, "heads"),
        ({"shape": {"width": 16, "layers": 1, "heads": 2, "hidden": 8, "k": 4}}, "layers"),
        ({"shape": {"width": 16, "layers": 2, "heads": 2, "hidden": 8, "k": 7}}, "k must be"),
    ],
)
def test_options_that_make_no_sense_are_named(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    options = Options(
        data=tmp_path,
        out=tmp_path,
        shape={"width": 16, "layers": 3, "heads": 2, "hidden": 24, "k": 4},
        plan={},
        personas=None,
        precision="f32",
        smoke=False,
        command="",
    )
    with pytest.raises(ArgumentError, match=message):
        run(replace(options, **changes))  # type: ignore[arg-type]


def test_a_folder_without_rows_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no simulated rows"):
        load_rows(tmp_path, "train")


def content_alone(data: Rows) -> Rows:
    """Return the rows with nothing rated but the content."""
    targets = np.full_like(data.targets, -1)
    targets[:, 0] = data.targets[:, 0]
    return replace(data, targets=targets)


def test_looks_at_one_situation_count_as_one_answer() -> None:
    network = steerable(new_network(SHAPE, jax.random.key(1)), 0.5)
    judge = eqx.filter_jit(network)
    once = content_alone(rows(personas=3, each=12))
    repeated = np.repeat(np.arange(len(once)), 5)
    often = replace(once.take(repeated), share=np.full(len(repeated), 0.2, np.float32))
    mean, covariance = posteriors(judge, once, SHAPE.k)
    again, spread = posteriors(judge, often, SHAPE.k)
    np.testing.assert_allclose(again, mean, atol=1e-4)
    np.testing.assert_allclose(spread, covariance, atol=1e-4)
    # Counted by look, the same answers would pass for five times as many.
    _, surer = posteriors(judge, once.take(repeated), SHAPE.k)
    assert np.trace(surer.sum(axis=0)) < np.trace(covariance.sum(axis=0))


def test_evidence_reaches_a_coefficient_only_through_the_outputs_of_its_dimension() -> None:
    network = steerable(new_network(SHAPE, jax.random.key(1)), 0.5)
    data = rows(personas=1, each=8)
    _, slopes = make_jacobian(eqx.filter_jit(network), SHAPE.k)(data.tokens, np.zeros((8, SHAPE.k), np.float32))
    moved = np.abs(np.asarray(slopes)).max(axis=0) > 0
    np.testing.assert_array_equal(moved.T, coefficient_permissions(groups_of(SHAPE.k)) > 0)
