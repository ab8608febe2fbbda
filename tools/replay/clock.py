"""Time that passes only when nothing is left to do: an event loop that jumps from timer to timer.

Both clocks that Home Assistant lives by move together, the wall clock (replaced by time-machine) and the loop's own.
Executor jobs run in the loop's thread, at the instant they are asked for: nothing ever waits for a real second, and
the same run gives the same account.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import Any, override

import time_machine


class _Selector(selectors.DefaultSelector):
    """Waits for files as ever, but lets the time of a wait pass at once."""

    clock: VirtualClock

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready now; when that is nothing, move the clock by the time that would have been waited."""
        ready = super().select(0)
        if not ready and timeout is not None and timeout > 0:
            self.clock.move(timeout)
        elif not ready and timeout is None:
            return super().select(None)
        return ready


class VirtualClock:
    """The wall clock and the loop's, moved by the same distance."""

    def __init__(self, start: datetime) -> None:
        self._traveller = time_machine.travel(start, tick=False)
        self._wall = self._traveller.start()
        self._begin = start.timestamp()
        self.elapsed = 0.0
        """Seconds since the start."""

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.elapsed += seconds
        self._wall.move_to(self._begin + self.elapsed)

    def now(self) -> datetime:
        """Return the present."""
        return datetime.fromtimestamp(self._begin + self.elapsed, UTC)

    def stop(self) -> None:
        """Go back to real time."""
        self._traveller.stop()


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on a virtual clock, with executors that have no threads."""

    def __init__(self, clock: VirtualClock) -> None:
        selector = _Selector()
        selector.clock = clock
        super().__init__(selector)
        self._clock = clock
        self.slow_callback_duration = float("inf")

    @override
    def time(self) -> float:
        """Return the loop's own seconds."""
        return self._clock.elapsed

    @override
    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Run a job now, in this thread."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except BaseException as error:  # noqa: BLE001 - the future carries it to who waits
            future.set_exception(error)
        return future


def run_from[T](start: datetime, main: Callable[[VirtualClock], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine from a start on, in virtual time; real time is back when it returns."""
    clock = VirtualClock(start)
    try:
        with asyncio.Runner(loop_factory=lambda: VirtualLoop(clock)) as runner:
            return runner.run(main(clock))
    finally:
        clock.stop()
