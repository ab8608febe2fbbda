"""The population network's weights: a GGUF of llama architecture with our own vocabulary."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .engine import ModelFileError
from .gguf_file import GgufFile, read_gguf
from .vocabulary import (
    PREFIX_LENGTH,
    SUFFIX_LENGTH,
    VOCABULARY_ID,
    VOCABULARY_SIZE,
)

type Array = NDArray[np.float32]

VOCABULARY_KEY: Final = "proactive_assistant.vocabulary_id"
"""Metadata key under which the exporter writes the identity of the token layout."""

_MIN_LAYERS: Final = 2
"""Layer 0 cannot be steered by llama.cpp, so fewer layers could not be steered at all."""


@dataclass(frozen=True, kw_only=True)
class LayerWeights:
    """One decoder block; matrices have shape (out, in)."""

    attention_norm: Array
    query: Array
    key: Array
    value: Array
    attention_output: Array
    feed_forward_norm: Array
    gate: Array
    up: Array
    down: Array


@dataclass(frozen=True, kw_only=True)
class Weights:
    """The whole network."""

    width: int
    heads: int
    hidden: int
    """Width of the feed-forward part."""
    epsilon: float
    rope_base: float
    embedding: Array
    """Shape (VOCABULARY_SIZE, width)."""
    layers: tuple[LayerWeights, ...]
    output_norm: Array
    output: Array
    """Shape (VOCABULARY_SIZE, width)."""
    sha256: str
    """Of the file."""


# field of LayerWeights, GGUF tensor, shape in the letters w(idth) and h(idden)
_LAYER_TENSORS: Final = (
    ("attention_norm", "attn_norm", "w"),
    ("query", "attn_q", "ww"),
    ("key", "attn_k", "ww"),
    ("value", "attn_v", "ww"),
    ("attention_output", "attn_output", "ww"),
    ("feed_forward_norm", "ffn_norm", "w"),
    ("gate", "ffn_gate", "hw"),
    ("up", "ffn_up", "hw"),
    ("down", "ffn_down", "wh"),
)


def _whole(file: GgufFile, key: str, low: int, high: int) -> int:
    value = file.metadata.get(key)
    if not isinstance(value, int) or not low <= value <= high:
        raise ModelFileError(f"the model file has no usable {key}: {value!r}")
    return value


def _positive(file: GgufFile, key: str) -> float:
    value = file.metadata.get(key)
    if not isinstance(value, float) or not 0 < value < float("inf"):
        raise ModelFileError(f"the model file has no usable {key}: {value!r}")
    return value


def _tensor(file: GgufFile, name: str, shape: tuple[int, ...]) -> Array:
    tensor = file.tensors.get(name)
    if tensor is None:
        raise ModelFileError(f"the model file lacks tensor {name!r}")
    if tensor.shape != shape:
        raise ModelFileError(f"tensor {name!r} has shape {tensor.shape}, not {shape}")
    return tensor


def _check_identity(file: GgufFile) -> None:
    architecture = file.metadata.get("general.architecture")
    if architecture != "llama":
        raise ModelFileError(f"the model file has architecture {architecture!r}, not 'llama'")
    vocabulary = file.metadata.get(VOCABULARY_KEY)
    if vocabulary != VOCABULARY_ID:
        raise ModelFileError(f"the model was trained on vocabulary {vocabulary!r}, this is {VOCABULARY_ID!r}")


def weights_from(file: GgufFile) -> Weights:
    """Return the network in a GGUF file.

    Raises ModelFileError when the file is another architecture, another vocabulary, or incomplete.
    """
    _check_identity(file)
    width = _whole(file, "llama.embedding_length", 8, 1024)
    hidden = _whole(file, "llama.feed_forward_length", 8, 8192)
    layers = _whole(file, "llama.block_count", _MIN_LAYERS, 32)
    heads = _whole(file, "llama.attention.head_count", 1, 64)
    _whole(file, "llama.attention.head_count_kv", heads, heads)
    if width % (2 * heads):
        raise ModelFileError(f"{heads} heads do not divide a width of {width} into pairs")
    _whole(file, "llama.rope.dimension_count", width // heads, width // heads)
    _whole(file, "llama.context_length", PREFIX_LENGTH + SUFFIX_LENGTH, 2**20)
    vocabulary = _whole(file, "llama.vocab_size", VOCABULARY_SIZE, VOCABULARY_SIZE)
    sizes = {"w": width, "h": hidden}
    blocks = tuple(
        LayerWeights(
            **{
                field: _tensor(file, f"blk.{index}.{name}.weight", tuple(sizes[letter] for letter in shape))
                for field, name, shape in _LAYER_TENSORS
            }
        )
        for index in range(layers)
    )
    weights = Weights(
        width=width,
        heads=heads,
        hidden=hidden,
        epsilon=_positive(file, "llama.attention.layer_norm_rms_epsilon"),
        rope_base=_positive(file, "llama.rope.freq_base"),
        embedding=_tensor(file, "token_embd.weight", (vocabulary, width)),
        layers=blocks,
        output_norm=_tensor(file, "output_norm.weight", (width,)),
        output=_tensor(file, "output.weight", (vocabulary, width)),
        sha256=file.sha256,
    )
    foreign = len(file.tensors) - 3 - len(_LAYER_TENSORS) * layers
    if foreign:
        raise ModelFileError(f"the model file holds {foreign} tensors that are not ours")
    return weights


def read_weights(path: Path) -> Weights:
    """Return the network stored at a path.

    Raises ModelFileError when the file is absent, damaged, foreign or of another vocabulary.
    """
    return weights_from(read_gguf(path))
