"""Read a GGUF file with numpy alone, and refuse every file that is not exactly sound.

The layout is that of https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, version 3, little-endian.
Only what our own models need is accepted: scalars, strings and flat arrays as metadata, F32 and F16 tensors of
one or two dimensions. Everything else is a foreign file, and a foreign file is refused rather than guessed at.
"""

import hashlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .engine import ModelFileError

type Value = bool | int | float | str | tuple[bool | int | float | str, ...]

MAX_FILE_BYTES: Final = 16 * 2**20
"""Four times the budget of a shipped model; more is not one of ours."""

_MAX_ENTRIES: Final = 1024
_MAX_STRING_BYTES: Final = 2**16
_MAX_ARRAY_LENGTH: Final = 2**16
_MAX_DIMENSIONS: Final = 2
_DEFAULT_ALIGNMENT: Final = 32

_STRING: Final = 8
_ARRAY: Final = 9
_SCALARS: Final[Mapping[int, str]] = MappingProxyType(
    {
        0: "<B",
        1: "<b",
        2: "<H",
        3: "<h",
        4: "<I",
        5: "<i",
        6: "<f",
        7: "<?",
        10: "<Q",
        11: "<q",
        12: "<d",
    }
)
_TENSOR_TYPES: Final[Mapping[int, np.dtype[np.floating]]] = MappingProxyType({0: np.dtype("<f4"), 1: np.dtype("<f2")})


@dataclass(frozen=True, kw_only=True, slots=True)
class GgufFile:
    """The contents of one sound file."""

    metadata: Mapping[str, Value]
    tensors: Mapping[str, NDArray[np.float32]]
    """Row-major, so a matrix has shape (out, in); F16 is widened to float32."""
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _TensorInfo:
    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[np.floating]
    offset: int

    @property
    def size(self) -> int:
        """Return the bytes of the tensor's data."""
        size = self.dtype.itemsize
        for length in self.shape:
            size *= length
        return size


class _Reader:
    """A cursor that never reads past the end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        """Return the next bytes; raises ModelFileError when there are fewer."""
        if count > len(self.data) - self.at:
            raise ModelFileError("the model file is truncated")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, code: str) -> int:
        """Return the next unsigned integer of a struct code."""
        return int(struct.unpack(code, self.take(struct.calcsize(code)))[0])

    def count(self, what: str, limit: int) -> int:
        """Return the next 64-bit count; raises ModelFileError above the limit."""
        value = self.number("<Q")
        if value > limit:
            raise ModelFileError(f"the model file claims {value} {what}, more than {limit}")
        return value

    def string(self) -> str:
        """Return the next string; raises ModelFileError when it is not UTF-8."""
        raw = self.take(self.count("bytes of text", _MAX_STRING_BYTES))
        try:
            return raw.decode()
        except UnicodeDecodeError:
            raise ModelFileError("the model file holds text that is not UTF-8") from None

    def value(self, kind: int) -> bool | int | float | str:
        """Return the next metadata value of a scalar or string kind."""
        if kind == _STRING:
            return self.string()
        code = _SCALARS.get(kind)
        if code is None:
            raise ModelFileError(f"the model file uses an unknown metadata type {kind}")
        value: bool | int | float = struct.unpack(code, self.take(struct.calcsize(code)))[0]
        return value


def _metadata(reader: _Reader, entries: int) -> dict[str, Value]:
    metadata: dict[str, Value] = {}
    for _ in range(entries):
        key = reader.string()
        if key in metadata:
            raise ModelFileError(f"the model file names {key!r} twice")
        kind = reader.number("<I")
        if kind == _ARRAY:
            inner = reader.number("<I")
            length = reader.count("array elements", _MAX_ARRAY_LENGTH)
            metadata[key] = tuple(reader.value(inner) for _ in range(length))
        else:
            metadata[key] = reader.value(kind)
    return metadata


def _tensor_info(reader: _Reader) -> _TensorInfo:
    name = reader.string()
    dimensions = reader.number("<I")
    if not 1 <= dimensions <= _MAX_DIMENSIONS:
        raise ModelFileError(f"tensor {name!r} has {dimensions} dimensions")
    lengths = [reader.count("rows or columns", MAX_FILE_BYTES) for _ in range(dimensions)]
    if 0 in lengths:
        raise ModelFileError(f"tensor {name!r} is empty")
    kind = reader.number("<I")
    dtype = _TENSOR_TYPES.get(kind)
    if dtype is None:
        raise ModelFileError(f"tensor {name!r} has type {kind}, neither F32 nor F16")
    offset = reader.number("<Q")
    return _TensorInfo(name=name, shape=tuple(reversed(lengths)), dtype=dtype, offset=offset)


def _tensor_data(data: bytes, start: int, info: _TensorInfo) -> NDArray[np.float32]:
    begin = start + info.offset
    if begin + info.size > len(data):
        raise ModelFileError(f"the model file is truncated inside tensor {info.name!r}")
    raw = np.frombuffer(data, info.dtype, count=info.size // info.dtype.itemsize, offset=begin)
    values = raw.astype(np.float32).reshape(info.shape)
    if not np.isfinite(values).all():
        raise ModelFileError(f"tensor {info.name!r} holds values that are not finite")
    return values


def _check_layout(infos: list[_TensorInfo], alignment: int) -> int:
    """Return the end of the tensor data; raises ModelFileError on overlap or a repeated name."""
    end = 0
    names: set[str] = set()
    for info in sorted(infos, key=lambda item: item.offset):
        if info.name in names:
            raise ModelFileError(f"the model file holds tensor {info.name!r} twice")
        names.add(info.name)
        if info.offset % alignment or info.offset < end:
            raise ModelFileError(f"tensor {info.name!r} lies across another")
        end = info.offset + info.size
    return end


def parse_gguf(data: bytes) -> GgufFile:
    """Return the contents of a GGUF file given as bytes.

    Raises ModelFileError when the bytes are damaged, truncated, oversized or foreign.
    """
    if len(data) > MAX_FILE_BYTES:
        raise ModelFileError(f"the model file is larger than {MAX_FILE_BYTES} bytes")
    reader = _Reader(data)
    if reader.take(4) != b"GGUF":
        raise ModelFileError("the model file is not a GGUF file")
    version = reader.number("<I")
    if version != 3:  # noqa: PLR2004 - the one version this reader knows
        raise ModelFileError(f"the model file has GGUF version {version}, not 3")
    tensor_count = reader.count("tensors", _MAX_ENTRIES)
    metadata = _metadata(reader, reader.count("metadata entries", _MAX_ENTRIES))
    infos = [_tensor_info(reader) for _ in range(tensor_count)]
    alignment = metadata.get("general.alignment", _DEFAULT_ALIGNMENT)
    if not isinstance(alignment, int) or not 8 <= alignment <= 4096 or alignment % 8:  # noqa: PLR2004 - GGUF's rule, and a page
        raise ModelFileError(f"the model file has an impossible alignment {alignment!r}")
    start = -(-reader.at // alignment) * alignment
    end = start + _check_layout(infos, alignment)
    if len(data) >= end + alignment:
        raise ModelFileError("the model file holds more than its tensors")
    tensors = {info.name: _tensor_data(data, start, info) for info in infos}
    return GgufFile(
        metadata=MappingProxyType(metadata),
        tensors=MappingProxyType(tensors),
        sha256=hashlib.sha256(data).hexdigest(),
    )


def read_bytes(path: Path, limit: int = MAX_FILE_BYTES) -> bytes:
    """Return a whole file of at most `limit` bytes.

    Raises ModelFileError when it is absent, unreadable or larger; a larger file is never read whole.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise ModelFileError(f"{path.name} cannot be read: {error.strerror}") from error
    if len(data) > limit:
        raise ModelFileError(f"{path.name} is larger than {limit} bytes")
    return data


def read_gguf(path: Path) -> GgufFile:
    """Return the contents of a GGUF file.

    Raises ModelFileError when it is absent, damaged, truncated, oversized or foreign.
    """
    return parse_gguf(read_bytes(path))
