"""Write a network as a GGUF of architecture `llama` that stock llama.cpp loads."""

from pathlib import Path
from typing import Literal

import gguf
import numpy as np
from numpy.typing import NDArray

from assistant.vocabulary import (
    FIRST_OUTPUT_TOKEN,
    OUTPUT_COUNT,
    VOCABULARY_ID,
    VOCABULARY_SIZE,
)
from assistant.weights import VOCABULARY_KEY
from tools.train.network import LENGTH, Block, Network

type Precision = Literal["f16", "f32"]

_BLOCK_TENSORS = {
    "attention_norm": "attn_norm",
    "query": "attn_q",
    "key": "attn_k",
    "value": "attn_v",
    "attention_output": "attn_output",
    "feed_forward_norm": "ffn_norm",
    "gate": "ffn_gate",
    "up": "ffn_up",
    "down": "ffn_down",
}


def _add_settings(writer: gguf.GGUFWriter, network: Network, precision: Precision) -> None:
    shape = network.shape
    writer.add_name("Proactive Assistant population network")
    writer.add_license("apache-2.0")
    writer.add_string(VOCABULARY_KEY, VOCABULARY_ID)
    writer.add_vocab_size(VOCABULARY_SIZE)
    # llama.cpp keeps room for this many positions at most; a judgement needs LENGTH.
    writer.add_context_length(1024)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.hidden)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_rope_freq_base(shape.rope_base)
    kinds = gguf.LlamaFileType
    writer.add_file_type(kinds.MOSTLY_F16 if precision == "f16" else kinds.ALL_F32)
    writer.add_tokenizer_model("no_vocab")
    writer.add_uint32("proactive_assistant.judgement_length", LENGTH)


def _add_block(writer: gguf.GGUFWriter, index: int, block: Block, precision: Precision) -> None:
    for field, name in _BLOCK_TENSORS.items():
        _add(writer, f"blk.{index}.{name}.weight", np.asarray(getattr(block, field)), precision)


def _add(writer: gguf.GGUFWriter, name: str, values: NDArray[np.floating], precision: Precision) -> None:
    # llama.cpp multiplies by norm weights in float32 only, so vectors keep full precision.
    narrow = precision == "f16" and values.ndim > 1
    writer.add_tensor(name, values.astype(np.float16 if narrow else np.float32))


def write_gguf(network: Network, path: Path, precision: Precision) -> None:
    """Write the network's weights; the steering basis goes into steering.npz."""
    writer = gguf.GGUFWriter(path, "llama")
    _add_settings(writer, network, precision)
    width = network.shape.width
    embedding = np.array(network.embedding)
    embedding[FIRST_OUTPUT_TOKEN:] = 0  # never read; zeros compress and cannot leak anything
    output = np.zeros((VOCABULARY_SIZE, width), np.float32)
    output[FIRST_OUTPUT_TOKEN : FIRST_OUTPUT_TOKEN + OUTPUT_COUNT] = np.asarray(network.output)
    _add(writer, "token_embd.weight", embedding, precision)
    _add(writer, "output_norm.weight", np.asarray(network.output_norm), precision)
    _add(writer, "output.weight", output, precision)
    for index, block in enumerate(network.blocks):
        _add_block(writer, index, block, precision)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
