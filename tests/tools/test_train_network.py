"""The network that is trained, the files that are written from it, and the engines that read them agree."""

from pathlib import Path

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from assistant.gguf_file import read_gguf
from assistant.llama_engine import LlamaEngine
from assistant.model_files import load_model
from assistant.numpy_engine import NumpyEngine
from tests.assistant import model_kit
from tools.export.gguf_writer import Precision, write_gguf
from tools.export.steering_writer import write_steering
from tools.train.network import Network, Shape, new_network, parameter_count

SHAPE = Shape(width=48, layers=3, heads=4, hidden=64, k=5)


def random_network(seed: int = 0) -> Network:
    key = jax.random.key(seed)
    network = new_network(SHAPE, key)
    basis = jax.random.normal(key, network.basis.shape) * 0.3
    return eqx.tree_at(lambda n: (n.basis, n.output), network, (basis, network.output * 8))


def write(network: Network, folder: Path, precision: Precision) -> Path:
    write_gguf(network, folder / "population.gguf", precision)
    write_steering(
        folder / "steering.npz",
        basis=np.asarray(network.basis),
        prior=model_kit.prior_of(SHAPE.k),
        gguf_sha256=read_gguf(folder / "population.gguf").sha256,
    )
    return folder


@pytest.mark.parametrize(("precision", "tolerance"), [("f32", 1e-5), ("f16", 3e-3)])
def test_jax_numpy_and_llama_agree_over_a_thousand_cases(
    tmp_path: Path, precision: Precision, tolerance: float
) -> None:
    network = random_network()
    if precision == "f16":  # llama.cpp rounds activations too then, which is why the shipped file is F32
        network = jax.tree.map(
            lambda leaf: leaf.astype(jnp.float16).astype(jnp.float32) if leaf.ndim == 2 else leaf, network
        )
    model = load_model(write(network, tmp_path, precision))
    ours = NumpyEngine(model)
    llama = LlamaEngine(model, ours)
    judged = eqx.filter_jit(network)
    rng = np.random.default_rng(0)
    worst = worst_llama = 0.0
    for _ in range(42):
        prefix, suffixes, z = model_kit.random_case(rng, 8, 3, SHAPE.k)
        tokens = np.concatenate([np.broadcast_to(prefix, (8, len(prefix))), suffixes], 1)
        rows, vectors = np.tile(tokens, (3, 1)), np.repeat(z, 8, axis=0).astype(np.float32)
        wanted = model_kit.probabilities(np.asarray(judged(rows, vectors)).reshape(3, 8, -1))
        found = model_kit.probabilities(ours.logits(prefix, suffixes, z))
        worst = max(worst, float(np.abs(found - wanted).max()))
        found = model_kit.probabilities(llama.logits(prefix, suffixes, z))
        worst_llama = max(worst_llama, float(np.abs(found - wanted).max()))
    llama.close()
    assert worst <= 1e-5
    assert worst_llama <= tolerance


def test_the_same_network_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(random_network(), tmp_path / name, "f16")
    for file in ("population.gguf", "steering.npz"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_parameters_are_counted_without_the_basis() -> None:
    network = random_network()
    assert parameter_count(network) == sum(leaf.size for leaf in jax.tree.leaves(network)) - network.basis.size
