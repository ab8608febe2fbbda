"""What each entity is: a survey of the registries. Unknown stays unknown and untouchable."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import chain
from operator import itemgetter
from types import MappingProxyType
from typing import Final

from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_FRIENDLY_NAME, ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import (
    area_registry as ar,
)
from homeassistant.helpers import (
    device_registry as dr,
)
from homeassistant.helpers import (
    entity_registry as er,
)
from homeassistant.helpers import (
    label_registry as lr,
)

from ..assistant.enums import Room
from ..const import DOMAIN, LABEL_EXCLUDED
from ..plain import name_of
from ..storage.corrections import NONE, Corrections, Given
from . import words
from .exclusions import Exclusions
from .fitting import sort_as
from .signature import Load, is_fed
from .slices import Slices
from .sorting import RULES, Facts, Role, Sort, wanted_diagnostic

__all__ = [
    "HomeMap",
    "Reading",
    "Role",
    "Thing",
    "Unseen",
    "async_read",
    "async_survey",
    "out_of_view",
    "survey",
    "together",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """One entity with a role."""

    entity_id: str
    role: Role
    name: str
    room: Room = Room.UNKNOWN
    area: str | None = None
    """Name of its area, for the words of a message only."""
    device_id: str | None = None
    device: str | None = None
    """Name of its device: "Washing machine" where the entity is its "Machine state"."""
    detail: str | None = None
    """A finer sort, such as `washer` or `window`."""
    source: str | None = None
    """Title of the integration's entry that brought it, such as the name of a hub."""

    @property
    def place(self) -> str | None:
        """Return where it is: its area, or the room its name speaks of where nobody assigned areas."""
        if self.area is not None:
            return self.area
        return None if self.room in (Room.UNKNOWN, Room.OTHER) else self.room.value


def together(one: Thing, other: Thing) -> bool:
    """Return whether two things are in one room, by their areas, or by their names where one of them has none."""
    if one.area is not None and other.area is not None:
        return one.area == other.area
    return one.room is other.room and one.room not in (Room.UNKNOWN, Room.OTHER)


_WET: Final = frozenset({Room.BATHROOM, Room.KITCHEN, Room.UTILITY})


def carries_air_out(thing: Thing) -> bool:
    """Return whether a fan carries air out: in wet rooms it does, elsewhere it may hang from the ceiling and stir."""
    return thing.role is Role.FAN and thing.room in _WET


class Unseen(StrEnum):
    """Why an entity is none of our business, whatever it is."""

    DOMAIN = "domain_unused"
    SET_ASIDE = "hidden"
    GROUP = "group"
    EXCLUDED = "excluded"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What was found of one entity, and what a person said of it."""

    facts: Facts
    name: str
    registry_id: str | None = None
    unseen: Unseen | None = None
    inferred: Sort = None
    given: Given | None = None
    sort: Sort = None
    """What counts."""


@dataclass(frozen=True, kw_only=True)
class HomeMap:
    """Everything in the home that has a role."""

    things: Mapping[str, Thing] = field(default_factory=lambda: MappingProxyType({}))
    areas: int = 0
    meters: frozenset[str] = frozenset()
    """Power sensors on the device of a switch: they tell what hangs on it."""

    @cached_property
    def _by_role(self) -> Mapping[Role, list[tuple[int, Thing]]]:
        """Every detector asks for its roles at every look, so they are sorted out once."""
        found: defaultdict[Role, list[tuple[int, Thing]]] = defaultdict(list)
        for index, thing in enumerate(self.things.values()):
            found[thing.role].append((index, thing))
        return found

    def of(self, *roles: Role) -> list[Thing]:
        """Return the things with one of the roles, in a stable order."""
        found = self._of.get(roles)
        if found is None:
            parts = [self._by_role[role] for role in dict.fromkeys(roles) if role in self._by_role]
            found = [thing for _, thing in sorted(chain.from_iterable(parts), key=itemgetter(0))]
            self._of[roles] = found
        return found.copy()

    @cached_property
    def _of(self) -> dict[tuple[Role, ...], list[Thing]]:
        return {}

    @cached_property
    def _by_device(self) -> Mapping[tuple[str, Role], list[Thing]]:
        found: defaultdict[tuple[str, Role], list[Thing]] = defaultdict(list)
        for thing in self.things.values():
            if thing.device_id is not None:
                found[thing.device_id, thing.role].append(thing)
        return found

    @cached_property
    def _by_room(self) -> Mapping[tuple[str | None, Room], list[Thing]]:
        found: defaultdict[tuple[str | None, Room], list[Thing]] = defaultdict(list)
        for thing in self.things.values():
            found[thing.area, thing.room].append(thing)
        return found

    @cached_property
    def _near(self) -> dict[tuple[str | None, Room], list[Thing]]:
        return {}

    def siblings(self, thing: Thing, role: Role) -> list[Thing]:
        """Return the things of a role on the same device."""
        return list(self._by_device.get((thing.device_id or "", role), ()))

    def beside(self, thing: Thing, *roles: Role) -> list[Thing]:
        """Return the things of some roles in the same room; none when that is not known."""
        place = (thing.area, thing.room)
        near = self._near.get(place)
        if near is None:
            # Few rooms hold many things, and every detector asks for them at every look.
            near = [other for things in self._by_room.values() if together(thing, things[0]) for other in things]
            self._near[place] = near
        return [other for other in near if other.role in roles]


def _text(value: object) -> str | None:
    """Return an attribute as the text it should be; integrations also set None and worse."""
    return value if isinstance(value, str) else None


def _classes(entry: er.RegistryEntry | None) -> list[str]:
    """Return the device class in force, if there is one."""
    found = entry and (entry.device_class or entry.original_device_class)
    return [found] if found else []


def _set_aside(entry: er.RegistryEntry, device_class: str | None, names: str) -> bool:
    """Return whether an entity is none of our business: hidden, ours, or about a device itself."""
    if entry.hidden_by is not None or entry.platform == DOMAIN:
        return True
    if entry.entity_category is er.EntityCategory.DIAGNOSTIC:
        return not wanted_diagnostic(entry.domain, device_class, names)
    return entry.entity_category is not None


def _excluded_labels(hass: HomeAssistant) -> set[str]:
    """Return the ids of the label that excludes; people write it with a space or without."""
    return {
        label.label_id
        for label in lr.async_get(hass).async_list_labels()
        if label.name.lower().replace(" ", "_") == LABEL_EXCLUDED or label.label_id == LABEL_EXCLUDED
    }


class _Surveyor:
    """Reads the registries once."""

    def __init__(
        self,
        hass: HomeAssistant,
        exclusions: Exclusions,
        corrections: Corrections | None = None,
        loads: Mapping[str, Load] | None = None,
    ) -> None:
        self.loads = loads or {}
        self.meters: set[str] = set()
        self.exclusions = exclusions
        self.corrections = corrections or Corrections()
        self.entities = er.async_get(hass)
        self.devices = dr.async_get(hass)
        self.areas = ar.async_get(hass)
        self.excluded = _excluded_labels(hass)
        self._mates: dict[str, frozenset[str]] = {}
        self._hass = hass

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """Titles of the integrations' entries."""
        return {entry.entry_id: entry.title for entry in self._hass.config_entries.async_entries()}

    def mates(self, device_id: str) -> frozenset[str]:
        """Return domains and device classes on a device; looked up once per device, when it is met."""
        found = self._mates.get(device_id)
        if found is None:
            entries = er.async_entries_for_device(self.entities, device_id, include_disabled_entities=True)
            found = frozenset(word for entry in entries for word in (entry.domain, *_classes(entry)))
            self._mates[device_id] = found
        return found

    def load(self, device_id: str) -> Load | None:
        """Return what hangs on a switch's device by the meters on it; of several, what must not be cut off."""
        entries = er.async_entries_for_device(self.entities, device_id)
        meters = [entry.entity_id for entry in entries if entry.domain == "sensor" and "power" in _classes(entry)]
        # Its own class may be told by the state alone; the registry is what outlives a restart.
        self.meters.update(meters)
        loads = {load for meter in meters if (load := self.loads.get(meter)) is not None}
        return next(iter(sorted(loads, key=lambda load: not is_fed(load))), None)

    def out_of_view(self, entity_id: str) -> bool:
        """Return whether an entity is excluded, by itself or by what it belongs to."""
        entry = self.entities.async_get(entity_id)
        device = self.devices.async_get(entry.device_id) if entry and entry.device_id else None
        area_id = (entry and entry.area_id) or (device and device.area_id) or None
        area = self.areas.async_get_area(area_id) if area_id else None
        labels = set[str]().union(
            entry.labels if entry else (), device.labels if device else (), area.labels if area else ()
        )
        covered = self.exclusions.covers(entity_id, device.id if device else None, area_id, labels)
        return covered or bool(labels & self.excluded)

    def read(self, state: State) -> Reading:
        """Return what an entity is by its signs, and what a person made of that."""
        rule = RULES.get(state.domain)
        entry = self.entities.async_get(state.entity_id)
        device_class = _text(state.attributes.get(ATTR_DEVICE_CLASS)) or next(iter(_classes(entry)), None)
        device = self.devices.async_get(entry.device_id) if entry and entry.device_id else None
        words_of_id = state.object_id.replace("_", " ")
        name = str(state.attributes.get(ATTR_FRIENDLY_NAME) or words_of_id)
        options = state.attributes.get("options")
        mates = self.mates(device.id) if device else frozenset[str]()
        metered = state.domain == "switch" and "power" in mates
        names = f"{name} {_device_name(device)} {words_of_id}"
        unseen = self._unseen(state, entry, device_class, names)
        facts = Facts(
            state=state,
            device_class=device_class,
            own_names=names,
            options=tuple(map(str, options)) if isinstance(options, list | tuple) else (),
            unit=_text(state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)),
            platform=entry.platform if entry else None,
            mates=mates,
            load=self.load(device.id) if device and unseen is None and metered else None,
        )
        given = self.corrections.of(state.entity_id, entry.id if entry else None)
        inferred = rule(facts) if rule and unseen is None else None
        sort = inferred
        if given is not None:
            # What does not fit, or not any more, is left alone: doubt never makes anything touchable.
            sort = None if given == NONE or unseen is not None else sort_as(given, facts, inferred)
        return Reading(
            facts=facts,
            name=name_of(name, words_of_id),
            registry_id=entry.id if entry else None,
            unseen=unseen,
            inferred=inferred,
            given=given,
            sort=sort,
        )

    def _unseen(
        self, state: State, entry: er.RegistryEntry | None, device_class: str | None, names: str
    ) -> Unseen | None:
        if state.domain not in RULES:
            return Unseen.DOMAIN
        if entry is not None and _set_aside(entry, device_class, names):
            return Unseen.SET_ASIDE
        # A group's members are counted by themselves (product 3.5).
        if "entity_id" in state.attributes:
            return Unseen.GROUP
        return Unseen.EXCLUDED if self.out_of_view(state.entity_id) else None

    def thing(self, state: State) -> Thing | None:
        """Return the entity of a state as a thing, or None when it has no role."""
        found = self.read(state)
        if found.sort is None:
            return None
        role, detail = found.sort
        entry = self.entities.async_get(state.entity_id)
        device = self.devices.async_get(entry.device_id) if entry and entry.device_id else None
        area_id = (entry and entry.area_id) or (device and device.area_id) or None
        area = self.areas.async_get_area(area_id) if area_id else None
        room = words.room_of(area.name) if area else words.room_of(found.facts.own_names)
        return Thing(
            entity_id=state.entity_id,
            role=role,
            name=found.name,
            room=Room.UNKNOWN if area is None and room is Room.OTHER else room,
            area=area.name if area else None,
            device_id=device.id if device else None,
            device=name_of(_device_name(device), "") or None,
            detail=detail,
            source=self.sources.get(entry.config_entry_id or "") if entry else None,
        )


def _device_name(device: dr.DeviceEntry | dr.ChildDeviceEntry | None) -> str:
    return (device.name_by_user or device.name or "") if device else ""


@callback
def survey(
    hass: HomeAssistant, exclusions: Exclusions | None = None, corrections: Corrections | None = None
) -> HomeMap:
    """Return everything in the home that has a role; reads registries and states, no history.

    For tests and tools: it holds the event loop for as long as it takes.
    """
    surveyor = _Surveyor(hass, exclusions or Exclusions(), corrections)
    return _map_of(surveyor, (surveyor.thing(state) for state in hass.states.async_all(tuple(RULES))))


async def async_survey(
    hass: HomeAssistant,
    exclusions: Exclusions | None = None,
    corrections: Corrections | None = None,
    loads: Mapping[str, Load] | None = None,
) -> HomeMap:
    """Return everything in the home that has a role, in slices between which the event loop goes on.

    What the registries change meanwhile is read as it is when its turn comes; whoever asks is told of the change by
    the registry's event and asks again.
    """
    surveyor = _Surveyor(hass, exclusions or Exclusions(), corrections, loads)
    things: list[Thing | None] = []
    slices = Slices()
    for entity_id in hass.states.async_entity_ids(tuple(RULES)):
        state = hass.states.get(entity_id)
        if state is not None:
            things.append(surveyor.thing(state))
        await slices.turn()
    return _map_of(surveyor, things)


async def async_read(
    hass: HomeAssistant,
    entity_ids: Iterable[str] | None,
    exclusions: Exclusions,
    corrections: Corrections,
    loads: Mapping[str, Load] | None = None,
) -> list[Reading]:
    """Return what was found of some entities, or of all that may have a role, in slices; missing ones are left out."""
    surveyor = _Surveyor(hass, exclusions, corrections, loads)
    found: list[Reading] = []
    slices = Slices()
    for entity_id in hass.states.async_entity_ids(tuple(RULES)) if entity_ids is None else entity_ids:
        state = hass.states.get(entity_id)
        if state is not None:
            found.append(surveyor.read(state))
        await slices.turn()
    return found


def _map_of(surveyor: _Surveyor, things: Iterable[Thing | None]) -> HomeMap:
    return HomeMap(
        things=MappingProxyType({thing.entity_id: thing for thing in things if thing is not None}),
        areas=len(surveyor.areas.areas),
        meters=frozenset(surveyor.meters),
    )


@callback
def out_of_view(hass: HomeAssistant, exclusions: Exclusions, entity_ids: Iterable[str]) -> bool:
    """Return whether any of some entities is excluded now: a label counts before the next survey."""
    wanted = tuple(entity_ids)
    if not wanted:
        return False
    surveyor = _Surveyor(hass, exclusions)
    return any(map(surveyor.out_of_view, wanted))
