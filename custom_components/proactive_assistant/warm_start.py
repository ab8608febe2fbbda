"""Know the home's habits on the first evening: live the recorder's last days once, in the background.

A resident who is added later gets their own rhythm out of it, once; the home's habits are known by then.
What it teaches is kept whole or not at all: a stop in the middle loses nothing and learns nothing twice.
"""

import logging
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .sensing.home import Home
from .sensing.past import Observer, Past
from .sensing.recorded import async_changes, async_connected, async_standing, has_recorder
from .sensing.slices import Slices
from .sensing.warm import BACK, Warm
from .suggestions import DETECTORS

if TYPE_CHECKING:
    from homeassistant.core import CALLBACK_TYPE

    from .coordinator import Coordinator

_LOGGER = logging.getLogger(__name__)

CALM: Final = 30.0
"""Seconds after the start: the recorder has written what came before us, and the home has come up."""

PAUSE: Final = 0.004
"""Seconds left to others after each slice of two milliseconds: nobody waits for habits."""


class Progress(StrEnum):
    """How far it has come."""

    WAITING = "waiting"
    NO_RECORDER = "no_recorder"
    READING = "reading"
    FAILED = "failed"
    DONE = "done"


class WarmStart:
    """One reading of the recorder per set of habits."""

    def __init__(self, owner: Coordinator) -> None:
        """Serve a coordinator."""
        self._owner = owner
        self._soon: CALLBACK_TYPE | None = None
        self.progress = Progress.WAITING

    @callback
    def async_begin(self, now: datetime) -> None:
        """Fix the instant from which on everything is learned live; before the first look."""
        files = self._owner.files
        before = files.habits.warm
        if before is None:
            # Habits of before this was known were lived, and the recorder would tell them once more.
            files.habits.warm = Warm(until=now, done=not files.habits.blank)
        elif before.done:
            files.habits.warm = replace(before, newcomers=self._newcomers(before, now))
        if files.habits.warm != before:
            self._owner.entry.async_create_task(self._owner.hass, files.async_habits(), "keep since when we watch")

    def _newcomers(self, warm: Warm, now: datetime) -> dict[str, datetime]:
        """Return the residents of whom nothing is known yet, and since when they are watched."""
        habits, residents = self._owner.files.habits, self._owner.residents
        known = {resident for resident, rhythm in habits.rhythm.items() if rhythm.known}
        kept = {resident: since for resident, since in warm.newcomers.items() if resident in residents}
        new = [item.id for item in residents.values() if item.person is not None and item.id not in known]
        return {**dict.fromkeys(new, now), **kept}

    @callback
    def async_start(self) -> None:
        """Read soon, unless it is done; Home Assistant is up."""
        warm = self._owner.files.habits.warm
        if warm is None or (warm.done and not warm.newcomers):
            self.progress = Progress.DONE
        elif self._soon is None and not self._owner.stopped:
            self._soon = async_call_later(self._owner.hass, CALM, self._async_due)

    @callback
    def async_stop(self) -> None:
        """Let go of the timer; the reading itself is a task of the entry's."""
        if self._soon is not None:
            self._soon()
            self._soon = None

    @callback
    def _async_due(self, _now: datetime) -> None:
        self._soon = None
        self._owner.entry.async_create_background_task(self._owner.hass, self._async_run(), "read the recorder")

    async def _async_run(self) -> None:
        """Read, and keep what was learned; nothing of it when anything breaks."""
        hass, files = self._owner.hass, self._owner.files
        if not has_recorder(hass) or not await async_connected(hass):
            self.progress = Progress.NO_RECORDER
            return
        warm = files.habits.warm
        if warm is None:
            return
        self.progress = Progress.READING
        try:
            if warm.done:
                await self._async_newcomers(warm)
                return
            past = await self._async_live(warm.until, [*self._owner.residents])
        except Exception as error:  # noqa: BLE001 - whatever the database or its driver raises
            self.progress = Progress.FAILED
            _LOGGER.warning("The recorder could not be read, so habits are learned from now on: %r", error)
            return
        # From here on without handing over to others: what is learned and that it was read are one.
        files.habits.absorb(past.habits)
        days = 0 if past.first is None else -((past.first - warm.until) // timedelta(days=1))
        files.habits.warm = replace(warm, done=True, entities=len(past.met), days=days, transitions=past.transitions)
        self.progress = Progress.DONE
        await files.async_habits()
        # What hangs on metered plugs may be known now.
        self._owner.async_survey_soon()
        _LOGGER.info("Read %s transitions of %s entities over %s days", past.transitions, len(past.met), days)

    async def _async_newcomers(self, warm: Warm) -> None:
        """Read the rhythm of who was added later, up to when they were; the home's habits of those days are known."""
        files = self._owner.files
        for until in sorted(set(warm.newcomers.values())):
            some = [resident for resident, since in warm.newcomers.items() if since == until]
            past = await self._async_live(until, some)
            for resident in some:
                files.habits.rhythm_of(resident).absorb(past.habits.rhythm_of(resident))
            left = {resident: since for resident, since in warm.newcomers.items() if since != until}
            files.habits.warm = warm = replace(warm, newcomers=left)
        self.progress = Progress.DONE
        await files.async_habits()

    async def _async_live(self, until: datetime, of: Collection[str]) -> Past:
        """Return the recorded days, lived, with the rhythms of some residents."""
        owner, home = self._owner, self._owner.home
        hass, begin = owner.hass, until - BACK
        residents = {
            item.id: item.person for item in owner.residents.values() if item.person is not None and item.id in of
        }
        past = Past(home, residents, self._observers)
        watched = {*home.map.things, *home.people, *home.map.meters}
        past.begin(await async_standing(hass, watched, begin), begin)
        slices = Slices(PAUSE)
        async for changes in async_changes(hass, watched, begin, until, owner.desk.doer.ours):
            for change in changes:
                # Time may have to pass for hours before a change, at one look after the other.
                while not past.caught_up(change.at):
                    past.step(change.at)
                    await slices.turn()
                past.live(change)
                await slices.turn()
        while not past.caught_up(until):
            past.step(until)
            await slices.turn()
        past.end(until)
        return past

    def _observers(self, home: Home) -> Iterable[Observer]:
        """Return what kinds note of changes; none of them is asked what it finds."""
        excluded = self._owner.home.exclusions.kinds
        return [detector(home).observe for detector in DETECTORS if detector.kind not in excluded]

    def report(self) -> dict[str, Any]:
        """Return how it went, in numbers."""
        warm = self._owner.files.habits.warm
        counts = {} if warm is None else {key: value for key, value in warm.to_dict().items() if key not in _PRIVATE}
        age = None if warm is None else (dt_util.utcnow() - warm.until) // timedelta(days=1)
        return {**counts, "progress": self.progress.value, "days_since": age}


_PRIVATE: Final = frozenset({"until", "done", "newcomers"})
