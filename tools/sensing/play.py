"""Play a script on a real Home Assistant core and note what the detectors find, when.

States are written to the real state machine at their own time; the integration's own survey, bookkeeping, detectors
and threads read them, woken as the coordinator wakes them. Only the deciding and telling is left out.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import time_machine
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import slugify

from custom_components.proactive_assistant.assistant.enums import PhoneState
from custom_components.proactive_assistant.coordinator import _TOLD_BY_ATTRIBUTES, IDLE, SETTLE, SLOWEST
from custom_components.proactive_assistant.sensing.bookkeeping import Bookkeeper
from custom_components.proactive_assistant.sensing.forecast import REFRESH, Forecast, parse
from custom_components.proactive_assistant.sensing.habits import Habits
from custom_components.proactive_assistant.sensing.home import Home
from custom_components.proactive_assistant.sensing.moment import Watch
from custom_components.proactive_assistant.sensing.profile import Profile
from custom_components.proactive_assistant.sensing.roles import survey
from custom_components.proactive_assistant.suggestions import DETECTORS
from custom_components.proactive_assistant.threads import Thread, Threads

from .fittings import Fitting, Plan
from .lists import Lists
from .names import area_name
from .readings import Journal
from .stage import HOME, Stage

BASES: Final = {
    "person": "home", "lock": "locked", "cover": "closed", "media_player": "off", "weather": "cloudy",
    "alarm_control_panel": "disarmed", "vacuum": "docked", "sensor": "unknown",
}  # fmt: skip
HOMELY: Final = frozenset({"leave_home", "bedtime", "away_climate", "guest", "vacation"})
"""Kinds whose situation is the whole home's."""

LISTS: Final = frozenset({"battery_low", "maintenance_due", "device_offline", "watering"})
"""Kinds with one standing list: every entry counts by itself."""


@dataclass(slots=True)
class Detection:
    """Something that became worth saying."""

    kind: str
    subjects: frozenset[str]
    due: float
    """Minute at which it was first found due."""
    ended: float
    """Minute at which its thread ended, or its entry left the list."""
    expired: bool = False
    facts: dict[str, Any] = field(default_factory=dict)
    """What it said when it became due."""


class Player:
    """One home on one core."""

    def __init__(self, hass: HomeAssistant, stage: Stage) -> None:
        self.hass = hass
        self.stage = stage
        self.start = stage.house.calendar.start
        self.ids: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self.lists = Lists(hass)
        self.home = Home(hass, Habits())
        self.detections: list[Detection] = []
        self.journal = Journal(stage)
        self._live: dict[tuple[int, str], Detection] = {}
        self._watches: dict[str, Watch] = {}
        self._look_at: datetime | None = None
        self._kept: list[Thread] = []
        """Threads stay alive here, so that their ids stay their own."""

    def minute(self, now: datetime) -> float:
        """Return minutes since the script's start."""
        return (now - self.start).total_seconds() / 60

    # Arranging ----------------------------------------------------------------------------------

    def arrange(self) -> None:
        """Put the home into the registries, with its first states."""
        plan = self.stage.plan
        areas = ar.async_get(self.hass)
        entries: dict[str, ConfigEntry[Any]] = {}
        devices: dict[str, str] = {}
        for fitting in plan.fittings.values():
            entity_id = self._register(fitting, plan, areas, entries, devices)
            self.ids[fitting.key], self.keys[entity_id] = entity_id, fitting.key
            state = BASES.get(fitting.domain, "off")
            self.hass.states.async_set(entity_id, state, self._attributes(fitting))
        self._begin()

    def _register(
        self,
        fitting: Fitting,
        plan: Plan,
        areas: ar.AreaRegistry,
        entries: dict[str, ConfigEntry[Any]],
        devices: dict[str, str],
    ) -> str:
        if fitting.domain == "sun":
            return "sun.sun"
        if fitting.domain in ("person", "weather", "calendar"):
            return f"{fitting.domain}.{slugify(fitting.name)}_{slugify(fitting.key)}"
        if fitting.platform not in entries:
            entries[fitting.platform] = entry = _entry(fitting.platform)
            self.hass.config_entries._entries[entry.entry_id] = entry  # noqa: SLF001 - a core without integrations
        entry = entries[fitting.platform]
        name = fitting.device or fitting.key
        area = None
        if plan.areas and fitting.room is not None:
            title = area_name(fitting.room, plan.language)
            area = (areas.async_get_area_by_name(title) or areas.async_create(title)).id
        if name not in devices:
            registry = dr.async_get(self.hass)
            device = registry.async_get_or_create(
                config_entry_id=entry.entry_id,
                identifiers={(fitting.platform, name)},
                name=fitting.device_name or fitting.name,
            )
            devices[name] = device.id
            if area is not None:
                registry.async_update_device(device.id, area_id=area)
        registered = er.async_get(self.hass).async_get_or_create(
            fitting.domain,
            fitting.platform,
            fitting.key,
            suggested_object_id=slugify(fitting.name),
            config_entry=entry,
            device_id=devices[name],
            original_name=fitting.name,
            original_device_class=fitting.device_class,
            entity_category=er.EntityCategory.DIAGNOSTIC if fitting.diagnostic else None,
        )
        return registered.entity_id

    def _attributes(self, fitting: Fitting) -> dict[str, Any]:
        found = {"friendly_name": fitting.name, **fitting.attributes}
        return found | ({"device_class": fitting.device_class} if fitting.device_class else {})

    def _begin(self) -> None:
        """Survey the home and start watching it, as after a start of Home Assistant."""
        self.home = Home(self.hass, self.home.habits)
        self.home.map = survey(self.hass)
        self.home.people = tuple(sorted(self.hass.states.async_entity_ids("person")))
        self.home.profiles = {
            self.ids[key]: self._profile(self.ids[key], key.partition(":")[2]) for key in self.stage.plan.keys("person")
        }
        self.books = Bookkeeper(self.home)
        self.threads = Threads(detector(self.home) for detector in DETECTORS)
        self._watches = {
            person: Watch(person=person, rhythm=self.home.habits.rhythm_of(person)) for person in self.home.people
        }
        self._unsubscribe = async_track_state_change_event(
            self.hass, sorted({*self.home.map.things, *self.home.people}), self._changed
        )

    def _profile(self, person: str, member: str) -> Profile:
        """Return a resident who ticked their own calendar and reminders, and no others."""
        return Profile(
            resident=person,
            calendars=tuple(self.ids[key] for key in (f"calendar:{member}",) if key in self.ids),
            routines=tuple(self.ids[key] for key in (f"routine:{member}",) if key in self.ids),
        )

    # Playing ------------------------------------------------------------------------------------

    @callback
    def _changed(self, event: Event[EventStateChangedData]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if new is None or (old is not None and old.state == new.state and new.domain not in _TOLD_BY_ATTRIBUTES):
            return
        if old is None or old.state != new.state:
            self.books.changed(old, new, new.last_changed)
        for detector in self.threads.detectors:
            detector.observe(old, new, new.last_updated)
        soon = new.last_updated + timedelta(seconds=SETTLE)
        self._look_at = soon if self._look_at is None else min(self._look_at, soon)

    def play(self, restart: float | None = None) -> list[Detection]:
        """Let the script happen; return what was found."""
        with time_machine.travel(self.start, tick=False) as clock:
            self.arrange()
            self.books.catch_up(self.start)
            self._look_at = self.start + timedelta(seconds=SETTLE)
            for change in self.stage.changes():
                at = self.start + timedelta(minutes=change.minute)
                if restart is not None and change.minute >= restart:
                    self._looks(clock, self.start + timedelta(minutes=restart))
                    self._restart(self.start + timedelta(minutes=restart))
                    restart = None
                self._looks(clock, at)
                clock.move_to(at)
                fitting = self.stage.plan.fittings[change.key]
                attributes = {**self._attributes(fitting), **change.attributes}
                self.lists.set(self.ids[change.key], attributes)
                self.hass.states.async_set(self.ids[change.key], change.state, attributes)
            self._looks(clock, self.start + timedelta(minutes=self.stage.house.end))
        self._unsubscribe()
        for detection in self._live.values():
            detection.ended = float(self.stage.house.end)
        return self.detections

    def _restart(self, now: datetime) -> None:
        """Restart Home Assistant: states come back as they are, newly changed, and our memory with what is stored."""
        self._unsubscribe()
        self._close(self._live.copy(), self.minute(now))
        states = self.hass.states.async_all()
        for state in states:
            self.hass.states.async_remove(state.entity_id)
        for state in states:
            self.hass.states.async_set(state.entity_id, state.state, state.attributes)
        self.home.habits = Habits.from_dict(self.home.habits.to_dict())
        self._begin()
        self.books.catch_up(now)
        self._look_at = now + timedelta(seconds=SETTLE)

    def _looks(self, clock: time_machine.Traveller, until: datetime) -> None:
        while self._look_at is not None and self._look_at <= until:
            now = self._look_at
            clock.move_to(now)
            self._look_at = None
            self._look(now)

    def _look(self, now: datetime) -> None:
        """Look once, as the coordinator does, and plan the next look."""
        self._ask_forecast(now)
        for watch in self._watches.values():
            watch.observe(self.home, now, PhoneState.UNKNOWN)
        self.journal.note(self.minute(now), now, self.home, self._watches, self.ids)
        self.threads.update(now)
        self._note(now)
        times = [
            self.threads.next_time(now),
            self.books.next_time(now),
            now + (SLOWEST if self.threads.open else IDLE),
        ]
        wake = min(time for time in times if time is not None) + timedelta(seconds=SETTLE)
        self._look_at = wake if self._look_at is None else min(self._look_at, wake)

    def _ask_forecast(self, now: datetime) -> None:
        """Read the answer of the weather integration, as often as the coordinator asks for it."""
        asked = self.home.forecast.asked
        state = self.hass.states.get(self.ids["weather"])
        if "forecast" not in self.stage.extras or state is None or (asked is not None and now - asked < REFRESH):
            return
        items = self.stage.forecast(self.minute(now))
        spans = parse({state.entity_id: {"forecast": items}}, state, timedelta(hours=1))
        self.home.forecast = Forecast(spans=spans, asked=now)

    def _note(self, now: datetime) -> None:
        minute = self.minute(now)
        seen: set[tuple[int, str]] = set()
        due = {id(thread) for thread in self.threads.due(now)}
        for thread in self.threads.open.values():
            for name, subjects in self._units(thread):
                key = (id(thread), name)
                if key in self._live:
                    self._live[key].expired = thread.expired
                elif id(thread) in due and not thread.suggestion.automated:
                    self._live[key] = found = Detection(
                        thread.suggestion.kind, subjects, minute, minute, facts=dict(thread.suggestion.facts)
                    )
                    self.detections.append(found)
                    self._kept.append(thread)
                seen.add(key)
        self._close({key: found for key, found in self._live.items() if key not in seen}, minute)
        self.threads.overdue(now)

    def _close(self, over: dict[tuple[int, str], Detection], minute: float) -> None:
        for key, detection in over.items():
            detection.ended = minute
            del self._live[key]

    def _units(self, thread: Thread) -> list[tuple[str, frozenset[str]]]:
        """Return what a thread is about, as keys of the script."""
        suggestion = thread.suggestion
        keys = [self.keys.get(entity_id, entity_id) for entity_id in suggestion.entity_ids]
        if suggestion.kind in HOMELY:
            return [(HOME, frozenset({HOME}))]
        if suggestion.kind in LISTS:
            return [(key, frozenset({key})) for key in keys]
        return [("", frozenset(keys))]


def _entry(platform: str) -> ConfigEntry[Any]:
    from types import MappingProxyType  # noqa: PLC0415

    return ConfigEntry(
        data={},
        discovery_keys=MappingProxyType({}),
        domain=platform,
        minor_version=1,
        options={},
        source="user",
        subentries_data=(),
        title=platform.title(),
        unique_id=None,
        version=1,
    )
