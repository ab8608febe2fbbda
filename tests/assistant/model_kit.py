"""Small random models written as the files the engines read, and random cases to ask them."""

import hashlib
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

import tools  # noqa: F401 - makes `assistant` importable
from assistant.engine import Prior
from assistant.steering_file import RANDOM_EFFECTS
from assistant.vocabulary import (
    FIRST_OUTPUT,
    FIRST_TOKEN,
    JUDGE_TOKEN,
    MOMENT_FIELDS,
    OUTPUT_GROUPS,
    STEERING_GROUPS,
    SUGGESTION_FIELDS,
    VOCABULARY_ID,
    VOCABULARY_SIZE,
)
from assistant.weights import VOCABULARY_KEY

WIDTH, HEADS, HIDDEN, K = 32, 2, 48, 4


def settings(layers: int = 3) -> dict[str, int | float | str]:
    return {
        VOCABULARY_KEY: VOCABULARY_ID,
        "tokenizer.ggml.model": "no_vocab",
        "llama.vocab_size": VOCABULARY_SIZE,
        "llama.context_length": 64,
        "llama.embedding_length": WIDTH,
        "llama.block_count": layers,
        "llama.feed_forward_length": HIDDEN,
        "llama.attention.head_count": HEADS,
        "llama.attention.head_count_kv": HEADS,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.dimension_count": WIDTH // HEADS,
        "llama.rope.freq_base": 10000.0,
    }


def tensors(layers: int = 3, seed: int = 0) -> dict[str, NDArray[np.float32]]:
    rng = np.random.default_rng(seed)

    def matrix(out: int, into: int) -> NDArray[np.float32]:
        return (rng.normal(size=(out, into)) * into**-0.5).astype(np.float32)

    def norm() -> NDArray[np.float32]:
        return rng.uniform(0.5, 1.5, WIDTH).astype(np.float32)

    found = {
        "token_embd.weight": matrix(VOCABULARY_SIZE, WIDTH) * 3,
        "output_norm.weight": norm(),
        "output.weight": matrix(VOCABULARY_SIZE, WIDTH) * 2,
    }
    for index in range(layers):
        found |= {
            f"blk.{index}.attn_norm.weight": norm(),
            f"blk.{index}.attn_q.weight": matrix(WIDTH, WIDTH),
            f"blk.{index}.attn_k.weight": matrix(WIDTH, WIDTH),
            f"blk.{index}.attn_v.weight": matrix(WIDTH, WIDTH),
            f"blk.{index}.attn_output.weight": matrix(WIDTH, WIDTH),
            f"blk.{index}.ffn_norm.weight": norm(),
            f"blk.{index}.ffn_gate.weight": matrix(HIDDEN, WIDTH),
            f"blk.{index}.ffn_up.weight": matrix(HIDDEN, WIDTH),
            f"blk.{index}.ffn_down.weight": matrix(WIDTH, HIDDEN),
        }
    return found


def write_weights(
    path: Path,
    values: dict[str, int | float | str],
    arrays: dict[str, NDArray[Any]],
    architecture: str = "llama",
) -> bytes:
    writer = gguf.GGUFWriter(path, architecture)
    add = {int: writer.add_uint32, float: writer.add_float32, str: writer.add_string}
    for key, value in values.items():
        add[type(value)](key, value)
    for name, array in arrays.items():
        writer.add_tensor(name, array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes()


def steering_arrays(sha256: str, layers: int = 3, seed: int = 0) -> dict[str, NDArray[Any]]:
    rng = np.random.default_rng(seed)
    return {
        "vocabulary_id": np.array(VOCABULARY_ID),
        "gguf_sha256": np.array(sha256),
        "basis": rng.normal(size=(layers - 1, K, WIDTH)).astype(np.float32) * 0.3,
        "prior_mean": np.zeros(K),
        "prior_covariance": np.eye(K),
        "groups": np.array(list(STEERING_GROUPS)[:K]),
        "random_effect_sd": np.full(len(RANDOM_EFFECTS), 0.5),
        "temperatures": np.ones(len(OUTPUT_GROUPS)),
        "drift": np.array(0.998),
    }


def write_model(folder: Path, layers: int = 3, seed: int = 0) -> Path:
    """Write a random model's two files and return their folder."""

    data = write_weights(folder / "population.gguf", settings(layers), tensors(layers, seed))
    arrays = steering_arrays(hashlib.sha256(data).hexdigest(), layers, seed)
    np.savez(folder / "steering.npz", **arrays)
    return folder


def random_case(
    rng: np.random.Generator, n: int, b: int, k: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return prefix, suffixes and z of a valid random call; the first z is zero."""

    def tokens(fields: Any) -> list[int]:
        return [int(rng.integers(FIRST_TOKEN[f.name], FIRST_TOKEN[f.name] + len(f.values) + 1)) for f in fields]

    prefix = np.array(tokens(MOMENT_FIELDS))
    suffixes = np.array([[*tokens(SUGGESTION_FIELDS), JUDGE_TOKEN] for _ in range(n)])
    z = rng.normal(size=(b, k))
    z[0] = 0
    return prefix, suffixes, z


def probabilities(logits: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Return every output group's softmax, in the order of the logits."""
    parts = []
    for group in OUTPUT_GROUPS:
        first = FIRST_OUTPUT[group.name]
        part = logits[..., first : first + len(group.values)]
        part = np.exp(part - part.max(-1, keepdims=True))
        parts.append(part / part.sum(-1, keepdims=True))
    return np.concatenate(parts, -1)


def prior_of(k: int) -> Prior:
    return Prior(
        mean=np.zeros(k),
        covariance=np.eye(k),
        groups=("scheduling",) * k,
        random_effect_sd=dict.fromkeys(RANDOM_EFFECTS, 0.5),
        temperatures={group.name: 1.0 for group in OUTPUT_GROUPS},
        drift=0.998,
    )
