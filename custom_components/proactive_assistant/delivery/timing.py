"""The clock work: what is to happen at a time, on APScheduler in Home Assistant's loop.

No job is stored. Every job follows from a fact that is on disk (a silence with an end, a deed with an undo window, the
options) and is planned anew at start, so a kill at any instant loses no promise. What fires is a look at the facts,
not the promise itself: a job that fires twice finds the second time that there is nothing left to do.

Misfire rules
- `at`: a time that has passed while Home Assistant was off, or while the machine slept, fires once, at once, however
  late; several missed ones of the same key are one (coalesced).
- `daily`: marked on disk as run *before* it runs, so a kill in between costs that day's run and never doubles it.
  Missed while Home Assistant was off, it runs at start if no more than its `late` has passed since, else it waits for
  the next day. With `late` zero it never runs late.
- Clock changes: a daily job is planned by the wall clock of Home Assistant's time zone. A time that spring skips runs
  when the clock next exists; a time that autumn repeats runs once. A change of the time zone plans all daily jobs anew.

Two things that core's own timers have are kept: callbacks run in the loop, not in a thread, and an error in one is
logged and stops nothing else.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from apscheduler.executors.debug import DebugExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from homeassistant.const import EVENT_CORE_CONFIG_UPDATE
from homeassistant.core import CALLBACK_TYPE, Event, callback
from homeassistant.util import dt as dt_util

if TYPE_CHECKING:
    from ..coordinator import Coordinator

_LOGGER = logging.getLogger(__name__)

type Job = Callable[[datetime], None]
"""Called in the event loop with the present; starts a task for whatever takes time."""

_QUIET: Final = logging.WARNING
"""APScheduler reports every run; only what goes wrong is worth a line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Daily:
    when: time
    job: Job
    late: timedelta
    days: frozenset[int]
    """Weekdays, Monday is 0."""


class Timing:
    """Plans jobs by key; a new plan for a key replaces the old one."""

    def __init__(self, owner: Coordinator) -> None:
        """Serve a coordinator; nothing runs before `async_start`."""
        self._owner = owner
        self._hass = owner.hass
        self._daily: dict[str, _Daily] = {}
        self._times: dict[str, datetime] = {}
        self._ids: dict[str, str] = {}
        self._count = 0
        for name in ("apscheduler.scheduler", "apscheduler.executors.default"):
            logging.getLogger(name).setLevel(_QUIET)
        self._scheduler = AsyncIOScheduler(
            event_loop=self._hass.loop,
            # Given by name it would be read from disk, in the loop.
            timezone=dt_util.get_default_time_zone(),
            # Runs a job where it is called: in the loop.
            executors={"default": DebugExecutor()},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        self._running = False

    @callback
    def async_start(self) -> CALLBACK_TYPE:
        """Start the clock; return how to stop it."""
        self._scheduler.start()
        self._running = True
        stop_listening = self._hass.bus.async_listen(EVENT_CORE_CONFIG_UPDATE, self._async_zone_changed)

        def stop() -> None:
            stop_listening()
            self.async_stop()

        return stop

    @callback
    def async_stop(self) -> None:
        """Let go of every timer."""
        if not self._running:
            return
        self._running = False
        self._times.clear()
        self._ids.clear()
        self._scheduler.remove_all_jobs()
        self._scheduler.shutdown(wait=False)

    # Once ---------------------------------------------------------------------------------------

    @callback
    def at(self, key: str, when: datetime, job: Job) -> None:
        """Call a job once at a time; at once when it has passed."""
        if not self._running or self._times.get(key) == when:
            return
        self.cancel(key)
        # An id of its own: a job that plans its key anew while it runs would be swept away with the run.
        self._count += 1
        self._ids[key] = f"{key} {self._count}"
        self._times[key] = when
        self._scheduler.add_job(
            self._fire, DateTrigger(when, timezone=self._scheduler.timezone), args=(key, job), id=self._ids[key]
        )

    @callback
    def cancel(self, key: str) -> None:
        """Forget the plan of a key."""
        if self._times.pop(key, None) is not None and self._running:
            try:
                self._scheduler.remove_job(self._ids.pop(key))
            except JobLookupError:
                _LOGGER.debug("%s has just fired", key)

    @callback
    def planned(self) -> dict[str, datetime]:
        """Return what is planned, for diagnostics."""
        return dict(self._times)

    def _fire(self, key: str, job: Job) -> None:
        self._times.pop(key, None)
        self._ids.pop(key, None)
        if self._running:
            job(dt_util.utcnow())

    # Daily --------------------------------------------------------------------------------------

    @callback
    def daily(
        self,
        key: str,
        when: time,
        job: Job,
        *,
        late: timedelta = timedelta(hours=3),
        days: frozenset[int] = frozenset(range(7)),
    ) -> None:
        """Call a job every day at a local time, at most once a day, and up to `late` after a missed time."""
        if not self._running:
            return
        self._daily[key] = _Daily(when=when, job=job, late=late, days=days)
        now = dt_util.utcnow()
        missed = self._latest(key, now)
        ran = self._owner.files.ledger.orders.ran
        if key not in ran:
            # The first day begins now; what was due before somebody asked for it is nobody's loss.
            ran[key] = now
        elif missed is not None and ran[key] < missed and now - missed <= late:
            self.at(key, now, lambda at: self._run(key, at))
            return
        self._plan(key, now)

    @callback
    def _plan(self, key: str, now: datetime) -> None:
        following = self._next(key, now)
        if following is not None:
            self.at(key, following, lambda at: self._run(key, at))

    def _run(self, key: str, now: datetime) -> None:
        daily = self._daily[key]
        self._owner.files.ledger.orders.ran[key] = now
        self._plan(key, now)

        async def marked_then_run() -> None:
            await self._owner.files.async_commit()
            daily.job(dt_util.utcnow())

        self._owner.entry.async_create_background_task(self._hass, marked_then_run(), f"daily {key}")

    def _on(self, key: str, day: datetime) -> datetime | None:
        """Return the instant of a daily job on a day; None when it does not run that day."""
        daily = self._daily[key]
        if day.weekday() not in daily.days:
            return None
        return dt_util.as_utc(datetime.combine(day.date(), daily.when, dt_util.get_default_time_zone()))

    def _next(self, key: str, now: datetime) -> datetime | None:
        local = dt_util.as_local(now)
        times = (self._on(key, local + timedelta(days=days)) for days in range(8))
        return next((at for at in times if at is not None and at > now), None)

    def _latest(self, key: str, now: datetime) -> datetime | None:
        local = dt_util.as_local(now)
        times = (self._on(key, local - timedelta(days=days)) for days in range(8))
        return next((at for at in times if at is not None and at <= now), None)

    @callback
    def _async_zone_changed(self, event: Event[Any]) -> None:
        """Plan daily jobs anew by the wall clock of another time zone."""
        if "time_zone" not in event.data:
            return
        now = dt_util.utcnow()
        for key in self._daily:
            self._plan(key, now)
