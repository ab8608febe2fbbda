"""steering.npz is refused unless it is sound and belongs to the weights beside it."""

import io
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.engine import ModelFileError
from assistant.steering_file import MAX_FILE_BYTES, Steering, parse_steering
from tests.assistant import model_kit

SHA = "a" * 64


def packed(**changes: Any) -> bytes:
    arrays: dict[str, NDArray[Any]] = model_kit.steering_arrays(SHA)
    arrays.update(changes)
    buffer = io.BytesIO()
    np.savez(buffer, **{name: array for name, array in arrays.items() if array is not None})
    return buffer.getvalue()


def parse(data: bytes) -> Steering:
    return parse_steering(data, gguf_sha256=SHA, layers=3, width=model_kit.WIDTH)


def test_reads_what_was_written() -> None:
    steering = parse(packed())
    assert steering.dimensions == model_kit.K
    assert steering.basis.dtype == np.float32
    assert steering.prior.drift == 0.998
    assert steering.prior.random_effect_sd["kind"] == 0.5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"gguf_sha256": np.array("b" * 64)}, "other weights"),
        ({"vocabulary_id": np.array("old")}, "another vocabulary"),
        ({"basis": None}, "damaged"),
        ({"basis": np.zeros((3, model_kit.K, model_kit.WIDTH), np.float32)}, "basis"),
        ({"basis": np.full((2, model_kit.K, model_kit.WIDTH), np.nan, np.float32)}, "basis"),
        ({"basis": np.zeros((2, 99, model_kit.WIDTH), np.float32)}, "99 directions"),
        ({"prior_mean": np.zeros(3)}, "prior_mean"),
        ({"prior_covariance": -np.eye(model_kit.K)}, "positive definite"),
        ({"prior_covariance": np.triu(np.ones((4, 4)))}, "positive definite"),
        ({"groups": np.array(["scheduling"])}, "dimensions"),
        ({"groups": np.array(["scheduling", "domain", "style", "mood"])}, "dimensions"),
        ({"temperatures": np.zeros(9)}, "temperature"),
        ({"drift": np.array(1.5)}, "drift"),
        ({"random_effect_sd": np.array([0.1, -0.1, 0.1])}, "deviation"),
        ({"prior_mean": np.array([object()] * 4)}, "damaged"),
    ],
)
def test_a_wrong_content_is_refused_and_told_why(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelFileError, match=message):
        parse(packed(**changes))


@given(data=st.data())
@hypothesis_settings(max_examples=100, deadline=None)
def test_a_cut_file_is_refused(data: st.DataObject) -> None:
    whole = packed()
    with pytest.raises(ModelFileError):
        parse(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(data=st.data())
@hypothesis_settings(max_examples=100, deadline=None)
def test_a_flipped_byte_never_does_worse_than_a_named_error(data: st.DataObject) -> None:
    changed = bytearray(packed())
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        steering = parse(bytes(changed))
    except ModelFileError:
        return
    assert np.isfinite(steering.basis).all()


@given(garbage=st.binary(max_size=2048))
def test_garbage_is_refused(garbage: bytes) -> None:
    with pytest.raises(ModelFileError):
        parse(garbage)


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("basis.npy", bytes(MAX_FILE_BYTES + 1))
    with pytest.raises(ModelFileError, match="unpacks"):
        parse(buffer.getvalue())
