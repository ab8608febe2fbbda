"""Which entities speak of one machine, and which of them is heard: one machine, one message."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from ..sensing.home import Home
from ..sensing.roles import HomeMap, Role, Thing, together
from ..sensing.sorting import appliance_sort

_UNNAMED: Final = "appliance"
_WATTS: Final = frozenset({"W", "kW"})


class Form(IntEnum):
    """How a machine speaks, from what tells most to what tells least."""

    WORD = 0
    """The name of its state or phase."""
    FLAG = 1
    """Whether it runs."""
    POWER = 2
    TIME = 3
    """When it will have finished."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """One machine: all that speaks of it, and what of that is heard."""

    things: tuple[Thing, ...]
    """All of it, what tells most first."""
    form: Form
    sort: str
    heard: frozenset[str]
    """Entities of the form that tells most; the others are later, or less sure."""

    @property
    def lead(self) -> Thing:
        """Return the one that stands for the machine."""
        return self.things[0]

    @property
    def key(self) -> str:
        """Return what its run and what is known of it are kept under."""
        return self.lead.entity_id

    @property
    def name(self) -> str:
        """Return what people call it: its device, unless that is a plug and the entity names the machine."""
        device = self.lead.device
        speaks = device and (appliance_sort(device) or not appliance_sort(self.lead.name))
        return device if device and speaks else self.lead.name


class Machines:
    """The machines of a home, by entity; grouped anew with every survey."""

    def __init__(self, home: Home) -> None:
        """Group nothing yet."""
        self._home = home
        self._map: HomeMap | None = None
        self._every: tuple[Machine, ...] = ()
        self._by_entity: Mapping[str, Machine] = {}

    def every(self) -> tuple[Machine, ...]:
        """Return all machines, in a stable order."""
        if self._map is not self._home.map:
            self._map = self._home.map
            self._every = tuple(map(self._machine, _groups(self._map.of(Role.APPLIANCE))))
            self._by_entity = {entity_id: machine for machine in self._every for entity_id in machine.heard}
        return self._every

    def heard(self, entity_id: str) -> Machine | None:
        """Return the machine that an entity is heard for."""
        self.every()
        return self._by_entity.get(entity_id)

    def behind(self, door: Thing) -> list[Machine]:
        """Return the machines that a door is of: on its device, or else of its sort and in its room."""
        own = [item for item in self.every() if door.device_id and item.lead.device_id == door.device_id]
        if own:
            return [item for item in own if item.sort == door.detail] or own
        alike = [item for item in self.every() if item.sort == door.detail != _UNNAMED]
        return [item for item in alike if together(item.lead, door)] or (alike if len(alike) == 1 else [])

    def told_elsewhere(self, machine: Machine) -> bool:
        """Return whether a machine on a metered plug says itself what its plug would guess."""
        return machine.form >= Form.POWER and any(
            other.form < Form.POWER
            and other.sort == machine.sort != _UNNAMED
            and not _apart(other.lead, machine.lead)
            and self._home.state(other.key) is not None
            for other in self.every()
        )

    def _machine(self, things: list[Thing]) -> Machine:
        formed = sorted((self._form(thing), thing.entity_id, thing) for thing in things)
        form = formed[0][0]
        sorts = {thing.detail for thing in things} - {_UNNAMED, None}
        return Machine(
            things=tuple(thing for _, _, thing in formed),
            form=form,
            sort=next(iter(sorts), None) or _UNNAMED,
            heard=frozenset(entity_id for found, entity_id, _ in formed if found is form),
        )

    def _form(self, thing: Thing) -> Form:
        if thing.entity_id.startswith("binary_sensor."):
            return Form.FLAG
        state = self._home.hass.states.get(thing.entity_id)
        attributes = state.attributes if state is not None else {}
        if attributes.get("device_class") == "timestamp":
            return Form.TIME
        unit = attributes.get("unit_of_measurement")
        return Form.POWER if isinstance(unit, str) and unit in _WATTS else Form.WORD


def _groups(things: Iterable[Thing]) -> list[list[Thing]]:
    """Return what belongs together: a device is one machine, unless its entities name several, as a power strip's."""
    devices: defaultdict[str, list[Thing]] = defaultdict(list)
    for thing in things:
        devices[thing.device_id or thing.entity_id].append(thing)
    groups: list[list[Thing]] = []
    for found in devices.values():
        sorts = list(dict.fromkeys(thing.detail for thing in found))
        if len({*sorts} - {_UNNAMED, None}) <= 1:
            groups.append(found)
        else:
            groups += [[thing for thing in found if thing.detail == sort] for sort in sorts]
    return groups


def _apart(one: Thing, other: Thing) -> bool:
    """Return whether two things are known to be in different rooms."""
    return one.place is not None and other.place is not None and not together(one, other)
