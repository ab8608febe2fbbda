"""The engine that runs the network through llama.cpp, in a worker process that may die."""

import logging
import signal
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .engine import Engine, EngineError, Floats, Prior, Tokens
from .model_files import MAX_SUGGESTIONS, Model, check_call
from .vocabulary import (
    FIRST_OUTPUT_TOKEN,
    FIRST_TOKEN,
    JUDGE_TOKEN,
    MOMENT_FIELDS,
    OUTPUT_COUNT,
    PREFIX_LENGTH,
    SUFFIX_LENGTH,
    SUGGESTION_FIELDS,
)
from .worker_process import WorkerError, WorkerProcess

_LOGGER = logging.getLogger(__name__)

WORKER: Final = Path(__file__).with_name("llama_worker.py")

START_SECONDS: Final = 20.0
"""For loading the library and the model; a slow SD card needs several."""
REQUEST_SECONDS: Final = 5.0
"""For one request; a Raspberry Pi needs about a tenth of a second for the largest."""
PAUSES: Final = (10.0, 60.0, 600.0)
"""Seconds before the first, second and every later restart."""

_SEQUENCES: Final = 16
"""Suggestions judged in one batch."""
_SAME: Final = 1e-6
"""Logits that must be equal differ by no more than this."""
_AGREES: Final = 0.05
"""The most by which a logit may differ from the numpy engine's in the self-test; rounding gives 0.005."""
_TEST_SHIFT: Final = 0.5

type Array = NDArray[np.float32]


class LlamaEngine:
    """The population network through llama.cpp. Safe to call from several threads; calls take turns.

    A failed worker is restarted, after a pause, by the first call that finds the pause over.
    """

    name = "llama"

    def __init__(
        self,
        model: Model,
        reference: Engine | None = None,
        *,
        worker: Path = WORKER,
        library: Path | None = None,
        start_seconds: float = START_SECONDS,
        request_seconds: float = REQUEST_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start the worker and test it, against the reference engine too when one is given.

        `library` is a folder that holds llama_cpp, tried before what is installed.
        Raises EngineError when llama.cpp is absent, does not run here, or steers wrongly.
        """
        self._model = model
        self._reference = reference
        self._id = model.model_id
        self._script = worker
        self._library = library
        self._start_seconds = start_seconds
        self._request_seconds = request_seconds
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._retry_at = 0.0
        self._fault: str | None = None
        self._closed = False
        self.system = ""
        """What llama.cpp says it was built for."""
        self._process: WorkerProcess | None = self._start()

    @property
    def model_id(self) -> str:
        """Return the identity of weights, basis and vocabulary together."""
        return self._id

    @property
    def prior(self) -> Prior:
        """Return the population prior that belongs to the weights."""
        return self._model.steering.prior

    @property
    def fault(self) -> str | None:
        """Return why the worker does not serve at present, in one line; None while it does."""
        return self._fault

    @property
    def worker_pid(self) -> int | None:
        """Return the process id of the worker while there is one."""
        return self._process.pid if self._process else None

    def logits(self, prefix: Tokens, suffixes: Tokens, z: Floats) -> Floats:
        """Judge n suggestions at one moment under b steering vectors.

        prefix has shape (PREFIX_LENGTH,), suffixes (n, SUFFIX_LENGTH), z (b, k).
        Returns raw logits, shape (b, n, OUTPUT_COUNT). Raises EngineError for arguments of another shape,
        and when the worker fails or is waiting to be restarted. Never takes longer than the two deadlines.
        """
        check_call(prefix, suffixes, z, self._model.steering.dimensions)
        if not len(suffixes) or not len(z):
            return np.zeros((len(z), len(suffixes), OUTPUT_COUNT))
        if not self._lock.acquire(timeout=self._start_seconds + self._request_seconds):
            raise EngineError("the llama.cpp worker is busy")
        try:
            process = self._running()
            return self._judge(process, prefix, suffixes, self._model.shifts(z))
        except WorkerError as error:
            self._failed(error)
            raise
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the worker for good; later calls raise EngineError."""
        self._closed = True
        with self._lock:
            if self._process:
                self._process.close()
                self._process = None

    def _running(self) -> WorkerProcess:
        """Return the worker, restarted if it failed and its pause is over."""
        if self._closed:
            raise EngineError("the llama engine is closed")
        if self._process:
            return self._process
        if self._clock() < self._retry_at:
            raise EngineError(self._fault or "the llama.cpp worker is waiting to be restarted")
        try:
            self._process = self._start()
        except EngineError as error:
            self._failed(error)
            raise
        self._fault = None
        _LOGGER.info("The llama.cpp worker is back")
        return self._process

    def _failed(self, error: EngineError) -> None:
        """Note a failure and when to try again; an illegal instruction will not go away by trying."""
        if self._process:
            self._process.close()
            self._process = None
        if self._fault is None:
            _LOGGER.warning("The llama.cpp worker stopped: %s", error)
        self._fault = str(error)
        pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._failures += 1
        illegal = isinstance(error, WorkerError) and error.signal_number == signal.SIGILL
        self._retry_at = float("inf") if illegal else self._clock() + pause

    def _start(self) -> WorkerProcess:
        process = WorkerProcess(self._script)
        try:
            answer, _ = process.exchange(
                {
                    "op": "load",
                    "model": str(self._model.path),
                    "library": str(self._library) if self._library else None,
                    "layers": len(self._model.weights.layers),
                    "width": self._model.weights.width,
                    "prefix": PREFIX_LENGTH,
                    "suffix": SUFFIX_LENGTH,
                    "first": FIRST_OUTPUT_TOKEN,
                    "count": OUTPUT_COUNT,
                    "sequences": min(_SEQUENCES, MAX_SUGGESTIONS),
                },
                b"",
                self._start_seconds,
            )
            self._self_test(process)
        except BaseException:
            process.close()
            raise
        self.system = str(answer.get("system", ""))
        return process

    def _judge(self, process: WorkerProcess, prefix: Tokens, suffixes: Tokens, shifts: Array) -> Floats:
        raw = b"".join(
            (
                prefix.astype("<i4").tobytes(),
                suffixes.astype("<i4").tobytes(),
                shifts.astype("<f4").tobytes(),
            )
        )
        n, b = len(suffixes), len(shifts)
        _, body = process.exchange({"op": "judge", "n": n, "b": b}, raw, self._request_seconds)
        if len(body) != 4 * b * n * OUTPUT_COUNT:
            process.close()
            raise WorkerError("the llama.cpp worker failed: its answer has the wrong length")
        outputs = np.frombuffer(body, "<f4").reshape(b, n, OUTPUT_COUNT).astype(np.float64)
        if not np.isfinite(outputs).all():
            process.close()
            raise WorkerError("the llama.cpp worker failed: its answer is not finite")
        return outputs

    def _self_test(self, process: WorkerProcess) -> None:
        """Prove that a vector on every single layer has an effect, that zero takes it back, and that numpy agrees.

        Raises EngineError naming the proof that failed.
        """
        prefix = np.array([FIRST_TOKEN[field.name] for field in MOMENT_FIELDS])
        suffix = np.array([*(FIRST_TOKEN[field.name] for field in SUGGESTION_FIELDS), JUDGE_TOKEN])
        basis = self._model.steering.basis
        layers, dimensions, width = basis.shape
        single = np.zeros((layers, layers, width), np.float32)
        single[np.arange(layers), np.arange(layers)] = _TEST_SHIFT
        zero = np.zeros((1, layers, width), np.float32)
        steered = np.full((1, dimensions), _TEST_SHIFT)
        shifts = np.concatenate([zero, single, zero, self._model.shifts(steered)])
        found = self._judge(process, prefix, suffix[None], shifts)
        plain, again, ours = found[0], found[-2], found[-1]
        for layer, row in enumerate(found[1:-2], 1):
            if np.abs(row - plain).max() <= _SAME:
                raise EngineError(f"llama.cpp ignores the control vector of layer {layer}")
        if np.abs(again - plain).max() > _SAME:
            raise EngineError("llama.cpp does not take a control vector back")
        if self._reference is not None:
            wanted = self._reference.logits(prefix, suffix[None], np.concatenate([0 * steered, steered]))
            if np.abs(wanted - np.stack([plain, ours])).max() > _AGREES:
                raise EngineError("llama.cpp and numpy do not agree about the model")
