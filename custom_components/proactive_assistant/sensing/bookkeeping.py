"""Bookkeeping of single changes: who left last, what moved, how long things stay open."""

from datetime import date, datetime, timedelta
from typing import Final

from homeassistant.const import STATE_HOME, STATE_OFF, STATE_ON
from homeassistant.core import State
from homeassistant.util import dt as dt_util

from ..assistant.enums import HomeMode
from .activity import JUST
from .home import DEAD, HANDS, HOLDS_ON, Home
from .instants import minute_of
from .night import night_of
from .number import finite
from .roles import Role, Thing

SHORTEST_ABSENCE: Final = timedelta(minutes=30)
"""A shorter absence says nothing of what is meant to stay on."""

JOURNEY: Final = timedelta(hours=12)
"""The return from an absence this long ends a vacation; a last errand before the journey does not."""

DISARMED: Final = "disarmed"
"""Under which habits know, by panel, when those left who did not arm it."""

ABSENCE: Final = "absence:home"
"""Under which habits know how long the home is usually empty."""

_PRESENCE: Final = frozenset({Role.MOTION, Role.SEAT, Role.BED, Role.COOKING})
CAN_STAY_ON: Final = (Role.LIGHT, Role.MEDIA, Role.FAN, Role.OPENING, Role.LOCK, Role.GARAGE, Role.CLIMATE)
"""What the last one to leave may have left on; what mostly is, is meant to be."""


NIGHT_COUNTED: Final = 4
"""Hour at which what is still on counts as on all night."""

_NOON: Final = 12

_OFF_AND_AWAY: Final = frozenset({"armed_away", "armed_vacation"})
BEFORE_BED: Final = timedelta(hours=2)

TURNED_BACK: Final = timedelta(minutes=10)
COMES: Final = timedelta(minutes=8)
"""Hands within these of the leaving and of the return are of who left and returns: phones report minutes late."""

TOGETHER: Final = timedelta(minutes=3)
"""Movements in one room this close are one visit."""

KEPT: Final = 3
_DOORS: Final = frozenset({Role.LOCK, Role.GARAGE})
_HANDLED: Final = frozenset({Role.OPENING, Role.COLD_DOOR, Role.APPLIANCE_DOOR})
"""What takes hands. Lights and screens also go on by bridges and timers of their own, which leave no trace."""
_ROBOT_RUNS: Final = frozenset({"cleaning", "returning"})


def is_way_out(thing: Thing) -> bool:
    """Return whether a thing moves when somebody goes out: a door, a garage or a lock."""
    return thing.role in _DOORS or (thing.role is Role.OPENING and thing.detail != "window")


class Bookkeeper:
    """Turns changes into the few facts that detectors and habits need."""

    def __init__(self, home: Home) -> None:
        """Keep the books of a home."""
        self.home = home
        self.habits_changed = False
        self._night: date | None = None
        self._handled: datetime | None = None
        """When somebody first did something with their hands in this absence."""
        self._armed: set[str] = set()
        """Alarm panels that have been armed since the last one left."""
        self._armed_by_us: set[str] = set()
        self._ours: set[str] = set()
        """What stands as we have put it: that is nobody's habit."""

    def catch_up(self, now: datetime) -> None:
        """Read the present state at start: nobody home may be hours old."""
        self._count_people(now)
        # What stirred before is not known, so it may have been a moment ago.
        self.home.last_stir = now
        if self.home.empty_since is not None:
            times = [
                (state.last_changed, person)
                for person in self.home.people
                if (state := self.home.state(person)) is not None
            ]
            if times:
                self.home.empty_since, self.home.last_to_leave = max(times)

    def next_time(self, now: datetime) -> datetime | None:
        """Return when a recent coming or going stops being recent."""
        times = [
            state.last_changed + JUST for person in self.home.people if (state := self.home.state(person)) is not None
        ]
        return min((at for at in times if at > now), default=None)

    def changed(self, old: State | None, new: State, now: datetime, *, ours: bool = False) -> None:
        """Take note of one change of a watched entity; `ours` is what we did ourselves."""
        (self._ours.add if ours else self._ours.discard)(new.entity_id)
        self._count_night(new.entity_id, dt_util.as_local(now))
        if new.domain == "person":
            self._person(old, new, now)
            return
        thing = self.home.map.things.get(new.entity_id)
        if thing is None:
            return
        if thing.role in _PRESENCE and new.state == STATE_ON:
            self.home.last_presence = now
            self._sign(thing, now)
        live = old is not None and old.state not in DEAD and new.state not in DEAD
        if live and not ours and not self._robot_runs():
            self._stir(thing, new, now)
        if thing.role in _PRESENCE and thing.place is not None:
            self._visit(thing.place, now, on=new.state == STATE_ON)
        if is_way_out(thing) and live:
            self.home.last_door = now
        if thing.role is Role.ALARM:
            self._count_people(now)
        if thing.role is Role.ALARM and new.state.startswith("armed") and self.home.empty_since is not None:
            (self._armed_by_us if ours else self._armed).add(thing.entity_id)
        closed = old is not None and old.state == STATE_ON and new.state == STATE_OFF
        if thing.role is Role.OPENING and closed and old is not None and not ours:
            minutes = (now - old.last_changed).total_seconds() / 60
            self.home.habits.dwell_of(thing.entity_id).add(minutes)
            self.habits_changed = True

    def metered(self, new: State) -> bool:
        """Take a meter's reading; return whether what hangs on it looks different now."""
        watts = None if new.state in DEAD else finite(new.state)
        unit = new.attributes.get("unit_of_measurement")
        if watts is not None:
            watts = watts * 1000 if unit == "kW" else watts if unit == "W" else None
        changed = self.home.habits.metered(new.entity_id, watts, new.last_updated)
        self.habits_changed = self.habits_changed or changed
        return changed

    def _visit(self, area: str, now: datetime, *, on: bool) -> None:
        visits = self.home.visits.setdefault(area, [])
        if visits and now - visits[-1][1] <= TOGETHER:
            visits[-1] = (visits[-1][0], now)
        elif on:
            visits.append((now, now))
            del visits[:-KEPT]

    def _sign(self, thing: Thing, now: datetime) -> None:
        """Note what moves while everybody is out, but for the robot and what sets off its sensors."""
        left = self.home.empty_since
        if left is None or now <= left + HOLDS_ON:
            return
        if not self._robot_runs():
            self.home.signs = [*self.home.signs[-9:], (now, thing.entity_id)]

    def _robot_runs(self) -> bool:
        robots = (self.home.state(robot.entity_id) for robot in self.home.map.of(Role.VACUUM))
        return any(state is not None and state.state in _ROBOT_RUNS for state in robots)

    def _stir(self, thing: Thing, new: State, now: datetime) -> None:
        """Note what moves inside, and what only hands do: locks also lock themselves, but do not unlock so."""
        unlocks = thing.role is Role.LOCK and self.home.is_on(thing) and new.context.parent_id is None
        hands = thing.role in _HANDLED or unlocks
        if thing.role in _PRESENCE or (hands and not is_way_out(thing)):
            self.home.last_stir = now
        left = self.home.empty_since
        if hands and left is not None and now - left >= TURNED_BACK:
            self._handled = self._handled or now

    def _count_night(self, changed: str, local: datetime) -> None:
        """Count what is on at the end of the night, by the first change of the morning.

        Nothing has changed since then, but the entity that changes now, so it is left out.
        """
        if local.hour < NIGHT_COUNTED or self._night == local.date():
            return
        watched_all_night = self._night is not None and local.hour < _NOON
        self._night = local.date()
        if watched_all_night and self.home.empty_since is None:
            roles = (Role.LIGHT, Role.MEDIA, Role.OPENING)
            could = self._known(*roles) - {changed}
            on = {thing.entity_id for thing in self.home.on(*roles)} & could
            self.home.habits.night_over(on=on, could_be=could)
            panels = self._known(Role.ALARM) - {changed}
            self.home.habits.night_armed(armed=self._armed_now() & panels, panels=panels)
            self.habits_changed = True

    def _person(self, old: State | None, new: State, now: datetime) -> None:
        if old is not None and old.state == STATE_HOME and new.state not in DEAD:
            self.home.last_to_leave = new.entity_id
        self._count_people(now)

    def _count_people(self, now: datetime) -> None:
        """Note when the home empties and when somebody is back."""
        empty = self.home.presence_known() and (not self.home.at_home() or self._armed_off(now))
        left = self.home.empty_since
        if empty and left is None:
            self.home.empty_since = now
            self.home.signs, self._handled = [], None
            self._armed, self._armed_by_us = self._armed_now(), set()
        elif not empty and left is not None:
            self.home.habits.dwell_of(ABSENCE).add((now - left).total_seconds() / 60)
            if now - left >= SHORTEST_ABSENCE:
                handled = self._handled is not None and now - self._handled >= COMES
                day = 1.0 + dt_util.as_local(self._handled or now).weekday()
                self.home.habits.recent.add(HANDS, day if handled else 0.0)
                stirred = any(now - at >= COMES for at, _ in self.home.signs)
                if not (self.home.lives_unseen() and (handled or stirred)):
                    # What is on while somebody is in says nothing of what is meant to stay on.
                    could = self._known(*CAN_STAY_ON)
                    on = {thing.entity_id for thing in self.home.on(*CAN_STAY_ON) if self._stood(thing, now)} & could
                    self.home.habits.absence_over(on=on, could_be=could)
                # Who comes home may have disarmed it a moment before, so armed at any time counts.
                panels = self._known(Role.ALARM) - self._armed_by_us
                armed = (self._armed | self._armed_now()) & panels
                self.home.habits.absence_armed(armed=armed, panels=panels)
                for panel in panels - armed:
                    self.home.habits.recent.add(f"{DISARMED}:{panel}", minute_of(left))
                self.habits_changed = True
            if self.home.mode is HomeMode.VACATION and now - left >= JOURNEY:
                self.home.enter(HomeMode.NORMAL, now)
            self.home.empty_since = None

    def _stood(self, thing: Thing, now: datetime) -> bool:
        """Return whether a thing was on before they came: the garage that opens for a car did not stand open."""
        return not is_way_out(thing) or now - (self.home.since(thing) or now) >= COMES

    def _armed_off(self, now: datetime) -> bool:
        """Return whether people have armed the alarm as they do when all go out: then a phone was left at home.

        Not at night: panels that know one way of arming are armed in it when people go to bed.
        """
        if not any(state in _OFF_AND_AWAY for state in self._panels()):
            return False
        begin, end = night_of(self.home, now)
        return not begin - BEFORE_BED <= now < end

    def _panels(self) -> list[str]:
        states = (self.home.state(thing.entity_id) for thing in self.home.map.of(Role.ALARM))
        return [state.state for state in states if state is not None]

    def _known(self, *roles: Role) -> set[str]:
        """Return the things of some roles of which it is known how somebody left them: not dead, not put so by us."""
        alive = {thing.entity_id for thing in self.home.map.of(*roles) if self.home.state(thing.entity_id) is not None}
        return alive - self._ours

    def _armed_now(self) -> set[str]:
        return {
            thing.entity_id
            for thing in self.home.map.of(Role.ALARM)
            if (state := self.home.state(thing.entity_id)) is not None and state.state.startswith("armed")
        }
