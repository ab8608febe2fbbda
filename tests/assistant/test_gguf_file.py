"""Every file that is not exactly sound is refused by name."""

import struct
from pathlib import Path

import gguf
import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from assistant.engine import ModelFileError
from assistant.gguf_file import MAX_FILE_BYTES, parse_gguf, read_gguf
from assistant.weights import read_weights, weights_from
from tests.assistant import model_kit


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("gguf") / "model.gguf"
    return model_kit.write_weights(path, model_kit.settings(2), model_kit.tensors(2))


def test_reads_what_the_reference_writer_wrote(sound: bytes) -> None:
    file = parse_gguf(sound)
    assert file.metadata["general.architecture"] == "llama"
    assert file.metadata["llama.block_count"] == 2
    for name, wanted in model_kit.tensors(2).items():
        np.testing.assert_array_equal(file.tensors[name], wanted)


def test_half_precision_is_widened(tmp_path: Path) -> None:
    arrays = {name: array.astype(np.float16) for name, array in model_kit.tensors(2).items()}
    file = parse_gguf(model_kit.write_weights(tmp_path / "half.gguf", model_kit.settings(2), arrays))
    for name, wanted in arrays.items():
        assert file.tensors[name].dtype == np.float32
        np.testing.assert_array_equal(file.tensors[name], wanted.astype(np.float32))


def test_arrays_and_other_metadata_types_are_read(tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "kinds.gguf", "llama")
    writer.add_array("a.list", [1, 2, 3])
    writer.add_array("a.texts", ["x", "y"])
    writer.add_bool("a.flag", val=True)
    writer.add_int8("a.small", -3)
    writer.add_float64("a.double", 0.5)
    writer.add_tensor("t", np.ones(4, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    found = read_gguf(tmp_path / "kinds.gguf").metadata
    assert found["a.list"] == (1, 2, 3)
    assert found["a.texts"] == ("x", "y")
    assert (found["a.flag"], found["a.small"], found["a.double"]) == (True, -3, 0.5)


@given(data=st.data())
@hypothesis_settings(max_examples=150, deadline=None)
def test_a_file_cut_anywhere_is_refused(sound: bytes, data: st.DataObject) -> None:
    # The writer pads the last tensor to the alignment; without that padding the file is still whole.
    cut = data.draw(st.integers(0, len(sound) - 33))
    with pytest.raises(ModelFileError):
        weights_from(parse_gguf(sound[:cut]))


@given(data=st.data())
@hypothesis_settings(max_examples=300, deadline=None)
def test_changed_header_bytes_never_do_worse_than_a_named_error(sound: bytes, data: st.DataObject) -> None:
    changed = bytearray(sound)
    for _ in range(data.draw(st.integers(1, 8))):
        changed[data.draw(st.integers(0, 2000))] = data.draw(st.integers(0, 255))
    try:
        weights = weights_from(parse_gguf(bytes(changed)))
    except ModelFileError:
        return
    assert all(np.isfinite(layer.attention_norm).all() for layer in weights.layers)


@given(garbage=st.binary(max_size=4096))
def test_garbage_is_refused(garbage: bytes) -> None:
    with pytest.raises(ModelFileError):
        parse_gguf(garbage)


@given(tail=st.binary(max_size=512))
def test_garbage_behind_a_right_magic_is_refused(tail: bytes) -> None:
    with pytest.raises(ModelFileError):
        weights_from(parse_gguf(b"GGUF" + struct.pack("<I", 3) + tail))


def test_a_file_that_goes_on_is_refused(sound: bytes) -> None:
    with pytest.raises(ModelFileError, match="more than its tensors"):
        parse_gguf(sound + bytes(64))


def test_an_oversized_file_is_refused_without_reading_it_all(tmp_path: Path) -> None:
    path = tmp_path / "huge.gguf"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES * 64)
    with pytest.raises(ModelFileError, match="larger than"):
        read_gguf(path)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"absent\.gguf cannot be read"):
        read_gguf(tmp_path / "absent.gguf")


def test_another_format_version_is_refused(sound: bytes) -> None:
    with pytest.raises(ModelFileError, match="version 2"):
        parse_gguf(sound[:4] + struct.pack("<I", 2) + sound[8:])


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("proactive_assistant.vocabulary_id", "other", "vocabulary"),
        ("llama.vocab_size", 32000, "vocab_size"),
        ("llama.block_count", 1, "block_count"),
        ("llama.block_count", 4, "lacks tensor"),
        ("llama.block_count", 2, "not ours"),
        ("llama.feed_forward_length", 64, "shape"),
        ("llama.attention.head_count", 3, "head_count_kv"),
        ("llama.rope.dimension_count", 8, "dimension_count"),
        ("llama.context_length", 16, "context_length"),
        ("llama.rope.freq_base", -1.0, "freq_base"),
        ("llama.attention.layer_norm_rms_epsilon", float("nan"), "epsilon"),
    ],
)
def test_a_foreign_model_is_refused_and_told_why(tmp_path: Path, key: str, value: object, message: str) -> None:
    path = tmp_path / "foreign.gguf"
    model_kit.write_weights(path, {**model_kit.settings(), key: value}, model_kit.tensors())  # type: ignore[dict-item]
    with pytest.raises(ModelFileError, match=message):
        read_weights(path)


def test_another_architecture_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.gguf"
    model_kit.write_weights(path, model_kit.settings(), model_kit.tensors(), architecture="gpt2")
    with pytest.raises(ModelFileError, match="gpt2"):
        read_weights(path)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_not_numbers_are_refused(tmp_path: Path, bad: float) -> None:
    arrays = model_kit.tensors()
    arrays["blk.1.ffn_up.weight"][3, 4] = bad
    path = tmp_path / "nan.gguf"
    model_kit.write_weights(path, model_kit.settings(), arrays)
    with pytest.raises(ModelFileError, match="not finite"):
        read_weights(path)


def test_quantised_tensors_are_refused(tmp_path: Path) -> None:
    writer = gguf.GGUFWriter(tmp_path / "q.gguf", "llama")
    writer.add_tensor("t", np.zeros((1, 34), np.uint8), raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    with pytest.raises(ModelFileError, match="neither F32 nor F16"):
        read_gguf(tmp_path / "q.gguf")
