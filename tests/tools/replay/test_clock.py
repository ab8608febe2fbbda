"""Virtual time: nothing waits, everything happens in its turn."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from tools.replay.clock import VirtualClock, run_from

START = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_day_passes_at_once_on_both_clocks() -> None:
    async def day(clock: VirtualClock) -> tuple[datetime, float]:
        await asyncio.sleep(86_400)
        return datetime.now(UTC), asyncio.get_running_loop().time()

    begun = time.perf_counter()
    now, seconds = run_from(START, day)
    assert time.perf_counter() - begun < 5
    assert now == START + timedelta(days=1)
    assert seconds == pytest.approx(86_400)


def test_timers_fire_in_the_order_of_their_times() -> None:
    async def main(clock: VirtualClock) -> list[float]:
        fired: list[float] = []
        loop = asyncio.get_running_loop()
        for after in (30.0, 10.0, 20.0):
            loop.call_later(after, lambda: fired.append(clock.elapsed))
        await asyncio.sleep(60)
        return fired

    assert run_from(START, main) == pytest.approx([10.0, 20.0, 30.0])


def test_an_executor_job_takes_no_time_and_its_error_comes_back() -> None:
    async def main(clock: VirtualClock) -> float:
        loop = asyncio.get_running_loop()
        assert await loop.run_in_executor(None, lambda: 42) == 42
        with pytest.raises(ZeroDivisionError):
            await loop.run_in_executor(None, lambda: 1 // 0)
        return clock.elapsed

    assert run_from(START, main) == 0.0


def test_real_time_is_back_afterwards_also_after_an_error() -> None:
    async def fails(_clock: VirtualClock) -> None:
        await asyncio.sleep(3600)
        raise LookupError

    before = time.time()
    with pytest.raises(LookupError):
        run_from(START, fails)
    assert 0 <= time.time() - before < 60
