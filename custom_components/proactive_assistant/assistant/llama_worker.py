"""The process in which llama.cpp runs: a plain script that imports nothing of Home Assistant or the integration.

A crash, an illegal instruction, a hang or running out of memory ends this process and never the home. It reads
requests from its standard input and answers on its standard output, and ends when the input does or when its
parent is gone. A message is a four-byte length, a four-byte length of JSON, the JSON, then raw little-endian numbers.

Two properties of llama.cpp shape the code (checked with llama-cpp-python 0.3.36). A control vector that is first set
after a decode can be ignored, because the compute graph is reused: so a zero vector is installed before the first
decode and only ever overwritten. And cached keys and values keep the vector under which they were computed: so the
cache is cleared whenever the vector changes.
"""

import ctypes
import importlib
import importlib.machinery
import importlib.util
import json
import os
import resource
import struct
import sys
import threading
import time
import traceback
from types import ModuleType
from typing import Any, BinaryIO, NamedTuple

import numpy as np

type Tokens = np.ndarray[Any, np.dtype[np.int32]]

_PARENT_CHECK_SECONDS = 1.0
_ERROR_CHARACTERS = 400


class JudgingError(Exception):
    """Something that is reported to the parent in one line."""


def read_message(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """Return the next message, or None when the parent has closed the pipe."""
    head = stream.read(8)
    if len(head) < 8:  # noqa: PLR2004 - the two lengths
        return None
    total, size = struct.unpack("<II", head)
    body = stream.read(total - 4)
    if len(body) < total - 4:
        return None
    return json.loads(body[:size]), body[size:]


def write_message(stream: BinaryIO, header: dict[str, Any], raw: bytes = b"") -> None:
    """Send one message."""
    text = json.dumps(header).encode()
    stream.write(struct.pack("<II", 4 + len(text) + len(raw), len(text)) + text + raw)
    stream.flush()


def import_bindings(library: str | None) -> ModuleType:
    """Return llama-cpp-python's low-level module.

    The package's own __init__ would pull in its server-side dependencies, so it is replaced by an empty package
    with the same search path. `library` is a folder to look in first.
    """
    if library:
        sys.path.insert(0, library)
    spec = importlib.machinery.PathFinder.find_spec("llama_cpp", None)
    if spec is None or not spec.submodule_search_locations:
        raise JudgingError("llama_cpp is not installed")
    package = ModuleType("llama_cpp")
    package.__path__ = list(spec.submodule_search_locations)
    sys.modules["llama_cpp"] = package
    return importlib.import_module("llama_cpp.llama_cpp")


class Layout(NamedTuple):
    """A batch laid out once: only its tokens change from call to call."""

    batch: Any
    tokens: Tokens
    """A view of the batch's tokens."""
    start: int
    """Place of the first suggestion."""


class Judge:
    """One model in one context."""

    def __init__(self, request: dict[str, Any]) -> None:
        """Load the model; raises JudgingError when llama.cpp refuses it."""
        self.library = import_bindings(request.get("library"))
        self.layers: int = request["layers"]
        self.width: int = request["width"]
        self.prefix: int = request["prefix"]
        self.suffix: int = request["suffix"]
        self.first: int = request["first"]
        self.count: int = request["count"]
        self.sequences: int = request["sequences"]
        self._silence()
        self.library.llama_backend_init()
        self._open(request["model"])
        self.cached: bytes | None = None
        self._install(np.zeros((self.layers - 1, self.width), np.float32))

    def _silence(self) -> None:
        kind = self.library.llama_log_callback
        self._log = kind(lambda _level, _text, _data: None)  # kept: llama.cpp holds only a pointer to it
        self.library.llama_log_set(self._log, ctypes.c_void_p(0))

    def _open(self, path: str) -> None:
        library = self.library
        settings = library.llama_model_default_params()
        settings.n_gpu_layers = 0
        self.model = library.llama_model_load_from_file(path.encode(), settings)
        if not self.model:
            raise JudgingError("llama.cpp cannot load the model file")
        tokens = self.prefix + self.suffix * self.sequences
        context = library.llama_context_default_params()
        context.n_ctx = context.n_batch = context.n_ubatch = -(-tokens // 64) * 64
        context.n_seq_max = self.sequences
        context.kv_unified = True
        context.n_threads = context.n_threads_batch = 1
        # Half-precision keys and flash attention would cost three digits of agreement with the numpy engine.
        context.flash_attn_type = library.LLAMA_FLASH_ATTN_TYPE_DISABLED
        context.type_k = context.type_v = library.GGML_TYPE_F32
        context.offload_kqv = False
        context.no_perf = True
        self.context = library.llama_init_from_model(self.model, context)
        if not self.context:
            raise JudgingError("llama.cpp cannot make a context")
        self.memory = library.llama_get_memory(self.context)
        self.whole, self.alone = self._layout(prefix=True), self._layout(prefix=False)

    def _install(self, vector: np.ndarray[Any, np.dtype[np.float32]]) -> None:
        """Overwrite the control vector, shape (layers - 1, width), and forget what was cached under the old one."""
        data = np.ascontiguousarray(vector, np.float32)
        pointer = data.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        status = self.library.llama_set_adapter_cvec(self.context, pointer, data.size, self.width, 1, self.layers - 1)
        if status != 0:
            raise JudgingError(f"llama.cpp refused the control vector ({status})")
        self.vector = data.tobytes()
        self._forget()

    def _forget(self) -> None:
        self.library.llama_memory_clear(self.memory, False)  # noqa: FBT003 - the C API has no names
        self.cached = None

    def _layout(self, *, prefix: bool) -> Layout:
        """Return a batch with all but its tokens filled in: the moment if asked for, then suggestions."""
        start = self.prefix if prefix else 0
        size = start + self.suffix * self.sequences
        batch = self.library.llama_batch_init(size, 0, self.sequences)
        for index in range(size):
            shared = index < start
            sequence, place = divmod(index - start, self.suffix)
            batch.pos[index] = index if shared else self.prefix + place
            batch.n_seq_id[index] = self.sequences if shared else 1
            for slot in range(self.sequences if shared else 1):
                batch.seq_id[index][slot] = slot if shared else sequence
            batch.logits[index] = not shared and place == self.suffix - 1
        return Layout(batch, np.ctypeslib.as_array(batch.token, shape=(size,)), start)

    def _decode(self, prefix: Tokens, suffixes: Tokens) -> list[int]:
        """Run one batch: the moment's tokens unless cached, then every suggestion in a sequence of its own."""
        key = prefix.tobytes()
        if self.cached != key:
            self._forget()
        layout = self.alone if self.cached == key else self.whole
        end = layout.start + suffixes.size
        layout.tokens[: layout.start] = prefix[: layout.start]
        layout.tokens[layout.start : end] = suffixes.ravel()
        layout.batch.n_tokens = end
        status = self.library.llama_decode(self.context, layout.batch)
        if status != 0:
            self._forget()
            raise JudgingError(f"llama.cpp cannot decode ({status})")
        self.cached = key
        return list(range(layout.start + self.suffix - 1, end, self.suffix))

    def logits(self, header: dict[str, Any], raw: bytes) -> bytes:
        """Return float32 logits of shape (b, n, count) for a judge request."""
        n, b = header["n"], header["b"]
        tokens = np.frombuffer(raw, "<i4", count=self.prefix + n * self.suffix)
        prefix, suffixes = tokens[: self.prefix], tokens[self.prefix :].reshape(n, self.suffix)
        vectors = np.frombuffer(raw, "<f4", offset=tokens.nbytes)
        vectors = vectors.reshape(b, self.layers - 1, self.width)
        outputs = np.empty((b, n, self.count), "<f4")
        for index, vector in enumerate(vectors):
            if vector.tobytes() != self.vector:
                self._install(vector)
            for start in range(0, n, self.sequences):
                rows = self._decode(prefix, suffixes[start : start + self.sequences])
                for place, row in enumerate(rows):
                    found = self.library.llama_get_logits_ith(self.context, row)
                    address = ctypes.addressof(found.contents) + 4 * self.first
                    values = (ctypes.c_float * self.count).from_address(address)
                    outputs[index, start + place] = values
                    self.library.llama_memory_seq_rm(self.memory, place, self.prefix, -1)
        return outputs.tobytes()


def watch_parent() -> None:
    """End this process when its parent is gone, even in the middle of a decode."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_PARENT_CHECK_SECONDS)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer requests until the input ends."""
    judge: Judge | None = None
    while (message := read_message(source)) is not None:
        header, raw = message
        try:
            if header["op"] == "load":
                judge = Judge(header)
                system = judge.library.llama_print_system_info().decode(errors="replace")
                write_message(sink, {"ok": True, "system": system})
            elif judge is None:
                raise JudgingError("no model is loaded")
            else:
                write_message(sink, {"ok": True}, judge.logits(header, raw))
        except JudgingError as failure:
            write_message(sink, {"ok": False, "error": str(failure)})
        except Exception:  # noqa: BLE001 - whatever went wrong is the parent's to report
            last = traceback.format_exc().strip().splitlines()[-1]
            write_message(sink, {"ok": False, "error": last[:_ERROR_CHARACTERS]})


def main() -> None:
    """Keep the real output for answers; whatever else prints goes to standard error."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    watch_parent()
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, sink)


if __name__ == "__main__":
    main()
