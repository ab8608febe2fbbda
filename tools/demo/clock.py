"""The demo's clock: Home Assistant's process lives at another time, and the time can be moved on.

Two clocks have to move together: the wall clock (time.time, datetime.now: replaced in C by time-machine) and the
monotonic clock that asyncio's timers hang on (replaced here, before asyncio's loop is made). Both keep ticking. What
waits in threads (locks, queues) keeps real time, which is what a thread should wait in.
"""

import time
from datetime import datetime

import time_machine


class Clock:
    """Move both clocks by the same distance."""

    def __init__(self, start: datetime) -> None:
        self._wall = time_machine.travel(start, tick=True).start()
        self._offset = 0.0
        self._real_monotonic = time.monotonic
        time.monotonic = self._monotonic

    def _monotonic(self) -> float:
        return self._real_monotonic() + self._offset

    def shift(self, seconds: float) -> None:
        """Move on by some seconds."""
        self._wall.shift(seconds)
        self._offset += seconds


# The one clock of this process; None where Home Assistant runs in real time (`--keep`).
current: Clock | None = None


def start(at: datetime) -> Clock:
    """Put this process at a time (aware; its zone becomes the process's)."""
    global current  # noqa: PLW0603 - a process has one clock
    current = Clock(at)
    return current
