"""Time to go to an appointment of a ticked calendar; and what not to forget at the door."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, override

from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..assistant.enums import Activity, Room
from ..sensing.home import Home
from ..sensing.instants import instant
from ..sensing.roles import HomeMap, Role, Thing
from .base import Detector, Finding

SHOES: Final = timedelta(minutes=5)
"""Between "time to go" and the door."""

TELL_BEFORE: Final = timedelta(minutes=10)
LONGEST: Final = 240.0
"""Minutes of a way beyond which the sensor is of another journey."""

RAIN_PERCENT: Final = 60.0
RAIN_HOURS: Final = 3.0
AT_THE_DOOR: Final = timedelta(minutes=3)
FORGET_LASTS: Final = timedelta(minutes=20)
_GOES: Final = frozenset({Activity.LEAVING, Activity.AWAY})


class LeaveNow(Detector):
    """Appointments with a place and a known way there; rain at the hour at which one usually goes."""

    kind = "leave_now"
    roles = frozenset({Role.CALENDAR, Role.TRAVEL_TIME, Role.MOTION})

    @override
    def __init__(self, home: Home) -> None:
        super().__init__(home)
        self._at_door: datetime | None = None

    @override
    def available(self, home_map: HomeMap) -> bool:
        return bool(home_map.of(Role.CALENDAR)) and bool(home_map.of(Role.TRAVEL_TIME))

    @override
    def observe(self, old: State | None, new: State, now: datetime) -> None:
        thing = self.home.map.things.get(new.entity_id)
        if thing is not None and thing.role is Role.MOTION and thing.room is Room.HALL and new.state == "on":
            self._at_door = now

    @override
    def findings(self, now: datetime) -> Iterable[Finding]:
        for person in self.home.at_home():
            for calendar in self.home.profile(person).calendars:
                thing = self.home.map.things.get(calendar)
                if thing is not None and thing.role is Role.CALENDAR:
                    yield from self._appointment(person, thing, now)
            yield from self._rain(person, now)

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

    def _rain(self, person: str, now: datetime) -> Iterable[Finding]:
        """Yield the umbrella, at the door, at an hour at which this resident usually goes."""
        door = self._at_door
        if door is None or not timedelta() <= now - door <= FORGET_LASTS or not self._usually_goes(person, door):
            return
        percent = self.home.forecast.probability(now, RAIN_HOURS)
        if percent is None or percent < RAIN_PERCENT:
            return
        yield Finding(
            situation=f"{self.kind}:rain:{person}:{dt_util.as_local(door).date()}",
            due=door,
            began=door,
            expires=door + FORGET_LASTS,
            entity_ids=(person,),
            facts={
                "name": "",
                "value": f"{percent:.0f} %",
                "left": now.isoformat(),
                "since": door.isoformat(),
                "why": "leave_rain",
            },
            persons=(person,),
        )

    def _usually_goes(self, person: str, door: datetime) -> bool:
        """Return whether the coming hour is one in which this resident usually is out, and the present one not."""
        rhythm = self.home.habits.rhythm.get(self.home.profile(person).resident)
        if rhythm is None:
            return False
        ahead = rhythm.forecast(dt_util.as_local(door))[:1]
        return bool(ahead) and ahead[0] in _GOES
