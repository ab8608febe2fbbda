"""A child process that answers messages within a deadline, or is killed."""

import contextlib
import json
import os
import select
import signal
import struct
import subprocess
import sys
import time
import weakref
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from typing import IO, Any, Final

from .engine import EngineError

_MAX_MESSAGE_BYTES: Final = 2**24
_EXIT_SECONDS: Final = 1.0
_KEPT_ERROR_LINES: Final = 5
_REASONS: Final[Mapping[int, str]] = {
    signal.SIGILL: "this processor lacks an instruction that the llama.cpp build needs",
    signal.SIGKILL: "it was killed, most likely for want of memory",
    signal.SIGSEGV: "it crashed in native code",
    signal.SIGBUS: "it crashed in native code",
    signal.SIGABRT: "llama.cpp gave up",
}


class WorkerError(EngineError):
    """The worker died, hung, or answered nonsense; it has been killed."""

    def __init__(self, message: str, signal_number: int | None = None) -> None:
        """Keep the signal that ended the worker, if one did."""
        super().__init__(message)
        self.signal_number = signal_number


class RequestError(EngineError):
    """The worker is well and says that it cannot do what was asked."""


def _kill(process: subprocess.Popen[bytes], reader: Thread) -> None:
    """End a child for certain, reap it, and wait for the thread that read its errors."""
    # It holds nothing worth saving, so there is no need to ask first.
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            with contextlib.suppress(OSError):
                stream.close()
    # Its pipe has ended with the child, unless a grandchild holds it open: hence the limit.
    reader.join(_EXIT_SECONDS)


def _keep_last_lines(stream: IO[bytes], lines: deque[str]) -> None:
    """Drain a stream so that a talkative child never blocks; keep its last lines."""
    with stream:
        while chunk := stream.readline(4096):
            lines.append(chunk.decode(errors="replace").strip()[:400])


class WorkerProcess:
    """One child; every exchange ends by its deadline, and a child that fails an exchange is dead afterwards."""

    def __init__(self, script: Path) -> None:
        """Start the script with this interpreter, isolated from the environment's Python settings.

        Raises WorkerError when no process can be started.
        """
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "passive"}
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own script and interpreter
                [sys.executable, "-I", str(script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment,
            )
        except OSError as error:
            raise WorkerError(f"the worker cannot be started: {error.strerror}") from error
        if not (self._process.stdin and self._process.stdout and self._process.stderr):
            raise WorkerError("the worker has no pipes")
        self._in, self._out = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._in, False)
        os.set_blocking(self._out, False)
        self._last_lines: deque[str] = deque(maxlen=_KEPT_ERROR_LINES)
        reader = Thread(target=_keep_last_lines, args=(self._process.stderr, self._last_lines), daemon=True)
        reader.start()
        # Not a method: a bound method would keep this object alive, and then it would never be collected.
        self._finalizer = weakref.finalize(self, _kill, self._process, reader)

    @property
    def pid(self) -> int:
        """Return the child's process id."""
        return self._process.pid

    def close(self) -> None:
        """End the child. Closing twice is harmless."""
        self._finalizer()

    def exchange(self, header: Mapping[str, Any], raw: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        """Send a message and return the answer, within so many seconds.

        Raises RequestError when the worker refuses, WorkerError (and the worker is dead) when it died,
        hung or answered nonsense.
        """
        deadline = time.monotonic() + seconds
        text = json.dumps(dict(header)).encode()
        try:
            self._write(struct.pack("<II", 4 + len(text) + len(raw), len(text)) + text + raw, deadline)
            answer, body = self._read_answer(deadline)
        except (OSError, ValueError) as error:
            raise self._died(f"it answered nonsense ({error})") from error
        except WorkerError:
            self.close()
            raise
        if answer.get("ok") is not True:
            raise RequestError(str(answer.get("error", "the worker gives no reason"))[:400])
        return answer, body

    def _read_answer(self, deadline: float) -> tuple[dict[str, Any], bytes]:
        total, size = struct.unpack("<II", self._read(8, deadline))
        if not 4 + size <= total <= _MAX_MESSAGE_BYTES:
            raise ValueError("impossible lengths")
        body = self._read(total - 4, deadline)
        answer = json.loads(body[:size])
        if not isinstance(answer, dict):
            raise ValueError("no object")  # noqa: TRY004 - one kind of nonsense among others
        return answer, body[size:]

    def _wait(self, descriptor: int, event: int, deadline: float) -> None:
        """Wait until the pipe is ready; raises WorkerError at the deadline."""
        poll = select.poll()
        poll.register(descriptor, event)
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise self._died("it did not answer in time")

    def _write(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._in, select.POLLOUT, deadline)
            try:
                view = view[os.write(self._in, view) :]
            except BrokenPipeError:
                raise self._died("it ended") from None

    def _read(self, count: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < count:
            self._wait(self._out, select.POLLIN, deadline)
            chunk = os.read(self._out, count - len(data))
            if not chunk:
                raise self._died("it ended")
            data += chunk
        return bytes(data)

    def _died(self, what: str) -> WorkerError:
        """Return the error that says why the worker is gone, after making sure that it is."""
        number: int | None = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            # A closed pipe comes a moment before the exit status.
            code = self._process.wait(_EXIT_SECONDS if what == "it ended" else 0)
            number = -code if code < 0 else None
            what = _REASONS.get(-code, f"it ended with status {code}")
        self.close()
        last = f" (last words: {self._last_lines[-1]})" if self._last_lines else ""
        return WorkerError(f"the llama.cpp worker failed: {what}{last}", number)
