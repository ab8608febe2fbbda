"""Bins are collected tomorrow."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final, override

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..sensing.home import finite
from ..sensing.roles import Role, Thing
from .base import AFTERGLOW, Detector, Finding

EVENING: Final = time(19)
"""When people are home and can still take them out (to be learned per resident)."""

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
            midnight = dt_util.start_of_local_day(day)
            due = dt_util.start_of_local_day(day - timedelta(days=1)).replace(hour=EVENING.hour)
            until = midnight.replace(hour=COLLECTED.hour)
            # The evening before and the morning of the day.
            if due - timedelta(hours=12) <= now < until + AFTERGLOW:
                yield Finding(
                    situation=f"{self.kind}:{day}",
                    due=dt_util.as_utc(due),
                    began=dt_util.as_utc(due),
                    expires=dt_util.as_utc(until),
                    entity_ids=tuple(thing.entity_id for thing, _ in things),
                    # A calendar and a sensor may know of the same bin.
                    facts={"names": sorted({name for _, name in things}), "day": day.isoformat()},
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
