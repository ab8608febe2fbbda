"""One resident's moments: the sensed facts over time, and the load of the day."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from homeassistant.util import dt as dt_util

from ..assistant.enums import (
    Activity,
    Company,
    DayType,
    HomeMode,
    Household,
    PhoneState,
    Room,
    Transition,
    Weather,
)
from ..assistant.facts import Moment, RecentReply
from .activity import JUST, Sensed, sense
from .home import Home
from .rhythm import Rhythm
from .roles import Role

_WEATHER: Final = {
    "clear-night": Weather.CLEAR,
    "sunny": Weather.CLEAR,
    "cloudy": Weather.CLOUDY,
    "partlycloudy": Weather.CLOUDY,
    "fog": Weather.CLOUDY,
    "windy": Weather.CLOUDY,
    "windy-variant": Weather.CLOUDY,
    "rainy": Weather.WET,
    "pouring": Weather.WET,
    "hail": Weather.STORM,
    "lightning": Weather.STORM,
    "lightning-rainy": Weather.STORM,
    "exceptional": Weather.STORM,
    "snowy": Weather.SNOW,
    "snowy-rainy": Weather.SNOW,
}

_GONE: Final = frozenset({Activity.LEAVING, Activity.AWAY})

_HOUSEHOLDS: Final = {0: Household.UNKNOWN, 1: Household.SINGLE, 2: Household.COUPLE}


def day_type(at: datetime) -> DayType:
    """Return the type of a local day; holidays need a calendar and are not known yet."""
    return {5: DayType.SATURDAY, 6: DayType.SUNDAY}.get(at.weekday(), DayType.WEEKDAY)


def weather(home: Home) -> Weather:
    """Return the weather class of the first weather entity that lives."""
    for thing in home.map.of(Role.WEATHER):
        state = home.state(thing.entity_id)
        if state is not None:
            return _WEATHER.get(state.state, Weather.UNKNOWN)
    return Weather.UNKNOWN


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What a resident was told lately."""

    delivered_today: int = 0
    minutes_since: float | None = None
    recent: tuple[RecentReply, ...] = ()


def _transition(before: Sensed, after: Sensed) -> Transition:
    """Return the change between two readings; the most telling first."""
    old, new = before.activity, after.activity
    company = {before.company, after.company}
    answers = (
        (old is not new and new is Activity.ARRIVING, Transition.ARRIVED),
        (new in _GONE and old not in _GONE, Transition.LEFT),
        (old is Activity.ASLEEP and new is not Activity.ASLEEP, Transition.WOKE_UP),
        (old is not Activity.ASLEEP and new is Activity.ASLEEP, Transition.GOING_TO_BED),
        (len(company) > 1 and Company.UNKNOWN not in company, Transition.COMPANY_CHANGED),
        (old is not new, Transition.FINISHED_ACTIVITY),
        (before.room is not after.room and after.room is not Room.UNKNOWN, Transition.ENTERED_ROOM),
    )
    return next((change for holds, change in answers if holds), Transition.NONE)


@dataclass(slots=True)
class Watch:
    """The running account of one resident's activity."""

    person: str
    rhythm: Rhythm
    last: Sensed | None = None
    since: datetime | None = None
    """Since when the present activity runs."""
    transition: Transition = Transition.NONE
    transition_at: datetime | None = None
    _counted: datetime | None = field(default=None)

    def observe(self, home: Home, now: datetime, phone: PhoneState) -> bool:
        """Take a reading; return whether activity, room or company changed."""
        sensed = sense(home, self.person, now, phone)
        before = self.last
        self.last = sensed
        if before is None:
            self.since = self._counted = now
            return True
        self.count(now, before.activity)
        change = _transition(before, sensed)
        if sensed.activity is not before.activity:
            self.since = now
        if change is not Transition.NONE:
            self.transition, self.transition_at = change, now
        return change is not Transition.NONE

    def count(self, now: datetime, activity: Activity) -> None:
        """Add the time since the last reading to the rhythm."""
        if self._counted is not None and now > self._counted:
            self.rhythm.add(activity, dt_util.as_local(self._counted), dt_util.as_local(now))
        self._counted = now

    def moment(self, home: Home, now: datetime, mode: HomeMode, load: Load) -> Moment:
        """Return the moment of this resident now."""
        sensed = self.last or sense(home, self.person, now, PhoneState.UNKNOWN)
        local = dt_util.as_local(now)
        fresh = self.transition_at is not None and now - self.transition_at <= JUST
        people = len(home.people)
        return Moment(
            at=local,
            day_type=day_type(local),
            activity=sensed.activity,
            activity_confidence=sensed.confidence,
            activity_minutes=(now - self.since).total_seconds() / 60 if self.since else None,
            household=_HOUSEHOLDS.get(people, Household.SHARED),
            company=Company.GUESTS if mode is HomeMode.GUEST else sensed.company,
            room=sensed.room,
            transition=self.transition if fresh else Transition.NONE,
            phone=sensed.phone,
            mode=mode,
            weather=weather(home),
            delivered_today=load.delivered_today,
            minutes_since_delivery=load.minutes_since,
            recent=load.recent,
            forecast=self.rhythm.forecast(local),
        )
