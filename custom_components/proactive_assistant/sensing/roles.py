"""What each entity is: a survey of the registries. Unknown stays unknown and untouchable."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from homeassistant.components.binary_sensor import BinarySensorDeviceClass as Binary
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_FRIENDLY_NAME
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
from . import words


class Role(StrEnum):
    """What an entity is to us."""

    OPENING = "opening"
    GARAGE = "garage"
    COLD_DOOR = "cold_door"
    APPLIANCE_DOOR = "appliance_door"
    APPLIANCE = "appliance"
    LOCK = "lock"
    LIGHT = "light"
    MEDIA = "media"
    FAN = "fan"
    CLIMATE = "climate"
    MOTION = "motion"
    BED = "bed"
    SEAT = "seat"
    COOKING = "cooking"
    PERSON = "person"
    WEATHER = "weather"


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


@dataclass(frozen=True, kw_only=True)
class HomeMap:
    """Everything in the home that has a role."""

    things: Mapping[str, Thing] = field(default_factory=lambda: MappingProxyType({}))
    areas: int = 0

    def of(self, *roles: Role) -> list[Thing]:
        """Return the things with one of the roles, in a stable order."""
        return [thing for thing in self.things.values() if thing.role in roles]

    def siblings(self, thing: Thing, role: Role) -> list[Thing]:
        """Return the things of a role on the same device."""
        if thing.device_id is None:
            return []
        return [other for other in self.of(role) if other.device_id == thing.device_id]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Facts:
    """What the registries and the state say of one entity."""

    state: State
    device_class: str | None
    own_names: str
    """Entity and device name."""
    options: tuple[str, ...]


type _Rule = Callable[[_Facts], tuple[Role, str | None] | None]

_OPENINGS: Final = {Binary.DOOR: "door", Binary.WINDOW: "window", Binary.OPENING: "opening"}
_PRESENCE: Final = frozenset({Binary.MOTION, Binary.OCCUPANCY, Binary.PRESENCE})
_RUNNING: Final = frozenset({Binary.RUNNING, Binary.POWER})


def _appliance_sort(names: str) -> str | None:
    return next((sort for sort, known in words.APPLIANCE_WORDS.items() if words.mentions(names, known)), None)


def _binary_sensor(facts: _Facts) -> tuple[Role, str | None] | None:
    """Sort a binary sensor by device class, then by words; see the traps in product 3.5."""
    if facts.device_class == Binary.GARAGE_DOOR:
        return Role.GARAGE, None
    if facts.device_class in _OPENINGS:
        return _opening(facts)
    if facts.device_class in _PRESENCE:
        return _presence_sensor(facts)
    if facts.device_class in _RUNNING and (sort := _appliance_sort(facts.own_names)):
        return Role.APPLIANCE, sort
    return None


def _opening(facts: _Facts) -> tuple[Role, str | None] | None:
    """Tell doors of the house from those of fridges, machines and cupboards."""
    if words.mentions(facts.own_names, words.COLD_WORDS):
        return Role.COLD_DOOR, None
    if sort := _appliance_sort(facts.own_names):
        return Role.APPLIANCE_DOOR, sort
    if words.mentions(facts.own_names, words.FURNITURE_WORDS):
        return None
    return Role.OPENING, _OPENINGS[Binary(str(facts.device_class))]


def _presence_sensor(facts: _Facts) -> tuple[Role, str | None]:
    if facts.device_class != Binary.MOTION:
        if words.mentions(facts.own_names, words.BED_WORDS):
            return Role.BED, None
        if words.mentions(facts.own_names, words.SEAT_WORDS):
            return Role.SEAT, None
    if words.mentions(facts.own_names, words.COOKING_WORDS):
        return Role.COOKING, None
    return Role.MOTION, None


def _sensor(facts: _Facts) -> tuple[Role, str | None] | None:
    """Find appliances: an enum of program states that knows an end or a run."""
    states = {option.lower() for option in facts.options}
    if states & words.FINISHED_WORDS and states & words.RUNNING_WORDS:
        return Role.APPLIANCE, _appliance_sort(facts.own_names) or "appliance"
    return None


def _always(role: Role) -> _Rule:
    return lambda _facts: (role, None)


RULES: Final[Mapping[str, _Rule]] = MappingProxyType(
    {
        "binary_sensor": _binary_sensor,
        "sensor": _sensor,
        "lock": _always(Role.LOCK),
        "light": _always(Role.LIGHT),
        "media_player": _always(Role.MEDIA),
        "fan": _always(Role.FAN),
        "climate": _always(Role.CLIMATE),
        "person": _always(Role.PERSON),
        "weather": _always(Role.WEATHER),
    }
)
"""One rule per domain; a domain without a rule has no role."""


class _Surveyor:
    """Reads the registries once."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.entities = er.async_get(hass)
        self.devices = dr.async_get(hass)
        self.areas = ar.async_get(hass)
        self.excluded = {
            label.label_id
            for label in lr.async_get(hass).async_list_labels()
            if label.name.lower().replace(" ", "_") == LABEL_EXCLUDED or label.label_id == LABEL_EXCLUDED
        }

    def thing(self, state: State) -> Thing | None:
        """Return the entity of a state as a thing, or None when it has no role."""
        rule = RULES.get(state.domain)
        if rule is None:
            return None
        entry = self.entities.async_get(state.entity_id)
        if entry is not None and (
            entry.entity_category is not None or entry.hidden_by is not None or entry.platform == DOMAIN
        ):
            return None
        device = self.devices.async_get(entry.device_id) if entry and entry.device_id else None
        area_id = (entry and entry.area_id) or (device and device.area_id) or None
        area = self.areas.async_get_area(area_id) if area_id else None
        labels = set[str]().union(
            entry.labels if entry else (), device.labels if device else (), area.labels if area else ()
        )
        if labels & self.excluded:
            return None
        # A group's members are counted by themselves (product 3.5).
        if "entity_id" in state.attributes:
            return None
        name = str(state.attributes.get(ATTR_FRIENDLY_NAME) or state.name)
        device_name = (device.name_by_user or device.name or "") if device else ""
        own = f"{name} {device_name} {state.object_id.replace('_', ' ')}"
        found = rule(
            _Facts(
                state=state,
                device_class=state.attributes.get(ATTR_DEVICE_CLASS)
                or (entry.device_class or entry.original_device_class if entry else None),
                own_names=own,
                options=tuple(map(str, state.attributes.get("options") or ())),
            )
        )
        if found is None:
            return None
        role, detail = found
        room = words.room_of(area.name) if area else words.room_of(own)
        return Thing(
            entity_id=state.entity_id,
            role=role,
            name=name,
            room=Room.UNKNOWN if area is None and room is Room.OTHER else room,
            area=area.name if area else None,
            device_id=device.id if device else None,
            device=device_name or None,
            detail=detail,
        )


@callback
def survey(hass: HomeAssistant) -> HomeMap:
    """Return everything in the home that has a role; reads registries and states, no history."""
    surveyor = _Surveyor(hass)
    things = (surveyor.thing(state) for state in hass.states.async_all(tuple(RULES)))
    return HomeMap(
        things=MappingProxyType({thing.entity_id: thing for thing in things if thing is not None}),
        areas=len(surveyor.areas.areas),
    )
