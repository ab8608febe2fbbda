"""Time to go to an appointment of a ticked calendar; and what not to forget at the door."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, override

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..assistant.enums import Room
from ..sensing.home import DEAD, Home
from ..sensing.instants import A_DAY, instant, minute_of
from ..sensing.phone import battery_of, phones_of
from ..sensing.roles import HomeMap, Role, Thing
from .base import Detector, Finding

SHOES: Final = timedelta(minutes=5)
"""Between "time to go" and the door."""

TELL_BEFORE: Final = timedelta(minutes=10)
LONGEST: Final = 240.0
"""Minutes of a way beyond which the sensor is of another journey."""

RAIN_PERCENT: Final = 60.0
RAIN_HOURS: Final = 3.0
LOW_PERCENT: Final = 30.0
"""Of a phone's battery, below which it may not last until its owner is back."""

AT_THE_DOOR: Final = timedelta(minutes=3)
FORGET_LASTS: Final = timedelta(minutes=20)

ABOUT: Final = 30
"""Minutes around a time of leaving that count as the same hour."""

DAYS: Final = 10
ENOUGH_DAYS: Final = 4
MOSTLY: Final = 0.8
"""Share of the latest days of a sort, of four at least, on which somebody left about then: that is their hour."""

_FREE: Final = frozenset({5, 6})


class LeaveNow(Detector):
    """Appointments with a place and a known way; rain and an empty phone at the hour at which one usually goes."""

    kind = "leave_now"
    roles = frozenset({Role.CALENDAR, Role.TRAVEL_TIME, Role.MOTION, Role.PERSON})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._at_door: dict[str, datetime] = {}
        """When something first moved at the door in a resident's usual hour, today."""

    @override
    def available(self, home_map: HomeMap) -> bool:
        appointments = home_map.of(Role.CALENDAR) and home_map.of(Role.TRAVEL_TIME)
        people = home_map.of(Role.PERSON) if any(map(_at_the_door, home_map.of(Role.MOTION))) else ()
        tells = home_map.of(Role.WEATHER) or any(self._battery(person.entity_id) is not None for person in people)
        return bool(appointments or (people and tells))

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is None:
            return
        if thing.role is Role.PERSON and old is not None and old.state == "home" and new.state not in DEAD:
            self.home.habits.recent.add(f"goes:{new.entity_id}", minute_of(now))
        if _at_the_door(thing) and new.state == "on":
            for person in self.home.at_home():
                before = self._at_door.get(person)
                today = before is not None and dt_util.as_local(before).date() == dt_util.as_local(now).date()
                if not today and self._usually_goes(person, now):
                    self._at_door[person] = now

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        for person in self.home.at_home():
            for calendar in self.home.profile(person).calendars:
                thing = self.home.map.things.get(calendar)
                if thing is not None and thing.role is Role.CALENDAR:
                    yield from self._appointment(person, thing, now)
            yield from self._not_to_forget(person, now)

    def _appointment(self, person: str, calendar: Thing, now: datetime) -> Iterable[Finding]:
        state = self.home.state(calendar.entity_id)
        place = state.attributes.get("location") if state else None
        if state is None or not isinstance(place, str) or not place.strip() or state.attributes.get("all_day") is True:
            return
        start = instant(state.attributes.get("start_time"))
        way = self._way_to(place)
        if start is None or way is None or start <= now:
            return
        sensor, minutes = way
        leave = start - timedelta(minutes=minutes) - SHOES
        title = state.attributes.get("message")
        yield Finding(
            situation=f"{self.kind}:{calendar.entity_id}:{start.isoformat()}",
            due=leave - TELL_BEFORE,
            began=leave - TELL_BEFORE,
            expires=start,
            entity_ids=(calendar.entity_id, sensor.entity_id),
            facts={
                "name": title if isinstance(title, str) and title else calendar.name,
                "value": f"{minutes:.0f} min",
                "left": leave.isoformat(),
                "since": start.isoformat(),
                "why": "leave_way",
            },
            persons=(person,),
        )

    def _way_to(self, place: str) -> tuple[Thing, float] | None:
        """Return the sensor of the way to a place and its minutes; none where no sensor names the place."""
        wanted = place.casefold()
        for thing in self.home.map.of(Role.TRAVEL_TIME):
            state = self.home.state(thing.entity_id)
            target = state.attributes.get("destination") or state.attributes.get("destination_name") if state else None
            known = target.casefold() if isinstance(target, str) else ""
            minutes = self.home.number(thing)
            named = bool(known) and (known in wanted or wanted in known)
            if named and minutes is not None and 0 < minutes <= LONGEST:
                return thing, minutes
        return None

    def _not_to_forget(self, person: str, now: datetime) -> Iterable[Finding]:
        """Yield the umbrella and the charger, at the door, at an hour at which this resident usually goes."""
        door = self._at_door.get(person)
        if door is None or not timedelta() <= now - door <= FORGET_LASTS:
            return
        percent = self.home.forecast.probability(now, RAIN_HOURS)
        rain = percent is not None and percent >= RAIN_PERCENT
        battery = self._battery(person)
        low = battery is not None and battery < LOW_PERCENT
        if not rain and not low:
            return
        yield Finding(
            situation=f"{self.kind}:door:{person}:{dt_util.as_local(door).date()}",
            due=door,
            began=door,
            expires=door + FORGET_LASTS,
            entity_ids=(person,),
            facts={
                "name": "",
                "value": f"{percent:.0f} %" if rain else "",
                "battery": f"{battery:.0f} %" if low else "",
                "left": now.isoformat(),
                "since": door.isoformat(),
                "why": f"leave{'_rain' if rain else ''}{'_battery' if low else ''}",
            },
            persons=(person,),
        )

    def _battery(self, person: str) -> float | None:
        return battery_of(self.home.hass, phones_of(self.home.hass, person))

    def _usually_goes(self, person: str, now: datetime) -> bool:
        """Return whether a resident has left about this time on most of the latest days of its sort."""
        went = self.home.habits.recent.latest(f"goes:{person}")
        if not went:
            return False
        local = dt_util.as_local(now)
        first, today = int(min(went)) // A_DAY, local.toordinal()
        days = [
            day
            for day in range(first, today)
            if (date.fromordinal(day).weekday() in _FREE) is (local.weekday() in _FREE)
        ][-DAYS:]
        minute = local.hour * 60 + local.minute
        hits = sum(any(abs(day * A_DAY + minute - at) <= ABOUT for at in went) for day in days)
        return len(days) >= ENOUGH_DAYS and hits >= MOSTLY * len(days)


def _at_the_door(thing: Thing) -> bool:
    return thing.role is Role.MOTION and thing.room is Room.HALL
