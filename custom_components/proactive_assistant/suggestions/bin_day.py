"""Bins are collected tomorrow."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final, override

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..assistant.enums import Activity
from ..sensing.home import finite
from ..sensing.roles import Role, Thing
from ..sensing.words import GATE_WORDS, mentions
from .base import AFTERGLOW, Detector, Finding
from .telling import tells

EVENING: Final = 19
"""Hour at which people are home and can still take them out, until it is known when they are."""

EARLIEST: Final = 17
LATEST: Final = 21
"""Hours of the evening, whenever people come and go; one more would be a night's."""

MOSTLY: Final = 0.5
"""Share of an hour that somebody is in and up, on such evenings, from which it is a usual one."""

EVENINGS: Final = 5
"""From which it is known."""

TAKEN: Final = 5
USUALLY: Final = 0.8
"""So many collections, and this share of them, make somebody the one who usually sees to it (product 3.3)."""

_NOT_UP: Final = frozenset({Activity.AWAY, Activity.LEAVING, Activity.ASLEEP})
_UP: Final = frozenset(set(Activity) - _NOT_UP - {Activity.UNKNOWN})

MORNING: Final = time(6, 30)
"""The last hour in which one can still carry them out before going to work."""

COLLECTED: Final = time(10)
"""By then an all-day collection has come, or it is too late."""

_DAYS: Final = ("daysTo", "days_to", "days", "days_until_collection")


class BinDay(Detector):
    """Calendars and sensors of waste collections."""

    kind = "bin_day"
    roles = frozenset({Role.WASTE})

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        by_day: dict[date, list[tuple[Thing, str]]] = {}
        for thing in self.home.map.of(Role.WASTE):
            state = self.home.state(thing.entity_id)
            day = None if state is None else _day_of(state, dt_util.as_local(now))
            # Only today's and tomorrow's can matter, and a calendar may hold the year 1.
            if state is not None and day is not None and 0 <= (day - dt_util.as_local(now).date()).days <= 1:
                by_day.setdefault(day, []).append((thing, _name_of(thing, state)))
        for day, things in by_day.items():
            yield from self._evening_and_morning(day, things, now)

    def _evening_and_morning(self, day: date, things: list[tuple[Thing, str]], now: datetime) -> Iterable[Finding]:
        """Yield the reminder of the evening before, and once more in the morning if it was not done."""
        midnight = dt_util.start_of_local_day(day)
        evening = self._evening(day - timedelta(days=1))
        morning = midnight.replace(hour=MORNING.hour, minute=MORNING.minute)
        until = midnight.replace(hour=COLLECTED.hour)
        if self._taken_out(dt_util.as_utc(evening)):
            return
        # The first ends by the clock when the second begins: nobody did it, and nothing is learned from that.
        for begin, end, turn in ((evening, morning, ""), (morning, until, ":morning")):
            first = begin - timedelta(hours=12) if not turn else begin
            if first <= now < (end if not turn else end + AFTERGLOW):
                yield Finding(
                    situation=f"{self.kind}:{day}{turn}",
                    due=dt_util.as_utc(begin),
                    began=dt_util.as_utc(begin),
                    expires=dt_util.as_utc(end),
                    entity_ids=tuple(thing.entity_id for thing, _ in things),
                    # Who usually does it hears of it first; in the morning it is anybody's.
                    persons=() if turn else self._usual(due=begin <= now),
                    # A calendar and a sensor may know of the same bin.
                    facts={"names": sorted({name for _, name in things}), "day": day.isoformat()},
                    automated=tells(self.home.hass, [thing.entity_id for thing, _ in things], by_clock=True),
                )

    def _evening(self, day: date) -> datetime:
        """Return when somebody is usually in and up on the evening of a day: at the hour nearest to the prior."""
        midnight = dt_util.start_of_local_day(day)
        hours = sorted(range(EARLIEST, LATEST + 1), key=lambda hour: (abs(hour - EVENING), hour))
        shares = {hour: self._in_and_up(midnight.replace(hour=hour)) for hour in hours}
        return midnight.replace(hour=next((hour for hour in hours if (shares[hour] or 0.0) >= MOSTLY), EVENING))

    def _in_and_up(self, at: datetime) -> float | None:
        """Return the greatest share of an hour that any resident is in and up; None while too little was seen."""
        rhythms = self.home.habits.rhythm.values()
        shares = [rhythm.share(at, _UP, 60.0 * EVENINGS) for rhythm in rhythms]
        return max((share for share in shares if share is not None), default=None)

    def _usual(self, *, due: bool) -> tuple[str, ...]:
        """Return who usually takes them out, unless they are out themselves while others are in; nobody for all."""
        takers = self.home.takers(self.kind)
        person, times = next(iter(Counter(takers).most_common(1)), ("", 0))
        if times < max(TAKEN, USUALLY * len(takers)) or person not in self.home.profiles:
            return ()
        within = self.home.at_home()
        return () if due and within and person not in within else (person,)

    def _taken_out(self, evening: datetime) -> bool:
        """Return whether a gate was opened since the evening: what one goes through with the bins."""
        return any(
            state.last_changed >= evening
            for thing in self.home.map.of(Role.GARAGE, Role.OPENING)
            if thing.detail == "gate" or mentions(thing.name, GATE_WORDS)
            if (state := self.home.state(thing.entity_id)) is not None
        )


def _name_of(thing: Thing, state: State) -> str:
    """Return what is collected: a calendar says it in its event, a sensor in its name."""
    message = state.attributes.get("message")
    return message if state.domain == "calendar" and isinstance(message, str) and message else thing.name


def _day_of(state: State, local: datetime) -> date | None:
    """Return the local day of the next collection, however the integration puts it."""
    if state.domain == "calendar":
        return _parse(state.attributes.get("start_time"))
    for key in _DAYS:
        days = finite(state.attributes.get(key))
        if days is not None and 0 <= days < 60:  # noqa: PLR2004 - two months ahead is no schedule
            return local.date() + timedelta(days=int(days))
    return _parse(state.state)


def _parse(value: object) -> date | None:
    if isinstance(value, datetime):
        return dt_util.as_local(value).date()
    if not isinstance(value, str):
        return None
    try:
        if len(value) == len("2026-11-25"):
            return dt_util.parse_date(value)
        found = dt_util.parse_datetime(value)
        return dt_util.as_local(found).date() if found else None
    except ValueError, OverflowError:
        return None
