"""Let the clock run to a time: jump from timer to timer and let Home Assistant finish its work at each."""

import asyncio
import time
from collections import deque
from datetime import datetime
from typing import Any, Final, Protocol

import aiohttp
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from tools.demo.clock import Clock

from .const import EVENT_DECISION
from .home import Home, Value

# Work that takes longer than this (in real seconds) is not waited for: better a late timer than a demo that hangs.
PATIENCE: Final = 10.0
# A task may be woken by a task that was woken …: this many quiet rounds of the loop count as idle.
QUIET_ROUNDS: Final = 3


class _Timer(Protocol):
    """What asyncio keeps for a call that is due later."""

    _cancelled: bool
    _when: float


class InFlight:
    """Count what is under way outside the event loop: executor jobs and requests to the phone."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._wrap_executor(hass.loop)
        self._wrap_client()

    @callback
    def _enter(self) -> None:
        self._count += 1
        self._idle.clear()

    @callback
    def _leave(self, _done: object = None) -> None:
        self._count -= 1
        if not self._count:
            self._idle.set()

    def _wrap_executor(self, loop: asyncio.AbstractEventLoop) -> None:
        run_in_executor = loop.run_in_executor

        def counted(executor: Any, func: Any, *args: Any) -> asyncio.Future[Any]:
            future = run_in_executor(executor, func, *args)
            self._enter()
            future.add_done_callback(self._leave)
            return future

        loop.run_in_executor = counted  # type: ignore[assignment,method-assign]

    def _wrap_client(self) -> None:
        request = aiohttp.ClientSession._request  # noqa: SLF001 - every request of every session passes here
        flight = self

        async def counted(self: aiohttp.ClientSession, *args: Any, **kwargs: Any) -> Any:
            flight._enter()
            try:
                return await request(self, *args, **kwargs)
            finally:
                flight._leave()

        aiohttp.ClientSession._request = counted  # type: ignore[method-assign] # noqa: SLF001

    async def async_settle(self, loop: asyncio.AbstractEventLoop) -> None:
        """Return once nothing is ready to run and nothing is under way."""
        quiet = 0
        while quiet < QUIET_ROUNDS:
            await asyncio.sleep(0)
            if not self._idle.is_set():
                async with asyncio.timeout(PATIENCE):
                    await self._idle.wait()
                quiet = 0
            elif loop._ready:  # type: ignore[attr-defined] # noqa: SLF001 - asyncio tells in no other way
                quiet = 0
            else:
                quiet += 1


class Recorder:
    """Keep the events that the driver is told about, until it asks."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.events: list[dict[str, Any]] = []
        self.pushed = False
        hass.bus.async_listen(EVENT_DECISION, self._decision)
        hass.bus.async_listen(EVENT_CALL_SERVICE, self._call)

    @callback
    def _keep(self, event: Event[Any]) -> None:
        self.events.append(
            {
                "at": dt_util.as_local(event.time_fired).isoformat(),
                "event": event.event_type,
                "data": dict(event.data),
            }
        )

    @callback
    def _decision(self, event: Event[Any]) -> None:
        self._keep(event)

    @callback
    def _call(self, event: Event[Any]) -> None:
        if event.data["domain"] == "notify":
            self.pushed = True
        if event.data["domain"] not in {"notify", "demo_home", "recorder"}:
            self._keep(event)

    def drain(self) -> list[dict[str, Any]]:
        """Hand over what was kept."""
        events, self.events, self.pushed = self.events, [], False
        return events


class TimeTravel:
    """The clock's driver inside Home Assistant."""

    def __init__(self, hass: HomeAssistant, home: Home, clock: Clock) -> None:
        self._loop = hass.loop
        self._home = home
        self._clock = clock
        self._in_flight = InFlight(hass)
        self._recorder = Recorder(hass)
        self.jumps = 0

    async def async_advance(self, until: datetime, changes: list[dict[str, Value]]) -> dict[str, Any]:
        """Run to a time, or to the moment something is sent to the phone; say how far, and what happened.

        changes: rows of `at` (ISO time), `key`, `value`, in order of time; `done` in the answer is how many were made.
        """
        limit = until.timestamp()
        waiting = deque((datetime.fromisoformat(row["at"]).timestamp(), row["key"], row["value"]) for row in changes)
        await self._settle()
        while not self._recorder.pushed and (now := time.time()) < limit:
            change = waiting[0][0] if waiting else limit
            self._jump(min(self._next_timer() - self._loop.time(), min(change, limit) - now))
            while waiting and waiting[0][0] <= time.time():
                _at, key, value = waiting.popleft()
                self._home.async_change(key, value)
            await self._settle()
        return {
            "now": dt_util.now().isoformat(),
            "done": len(changes) - len(waiting),
            "events": self._recorder.drain(),
            "values": self._home.values,
            "jumps": self.jumps,
        }

    def _jump(self, seconds: float) -> None:
        if seconds > 0:
            self._clock.shift(seconds)
            self.jumps += 1

    async def _settle(self) -> None:
        try:
            await self._in_flight.async_settle(self._loop)
        except TimeoutError:
            return

    def _next_timer(self) -> float:
        # The head of asyncio's heap is the next call, unless it was cancelled after the loop last looked.
        timers: list[_Timer] = self._loop._scheduled  # type: ignore[attr-defined] # noqa: SLF001
        if timers and not timers[0]._cancelled:  # noqa: SLF001
            return timers[0]._when  # noqa: SLF001
        return min(
            (timer._when for timer in timers if not timer._cancelled),  # noqa: SLF001
            default=float("inf"),
        )
