"""Which roles a person may give to an entity: what its domain and device class bear, and whose word it takes.

A correction names what an entity is. What may be done with it is still for the risk table and the checks of
`actions/execute.py` to say, so a role is only ever given where those checks know the domain.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from . import words
from .sorting import HAZARDS, OPENINGS, Facts, Role, Sort, appliance_sort

ACTUATORS: Final = frozenset(
    {"switch", "light", "fan", "climate", "media_player", "water_heater", "cover", "lock", "vacuum"}
)
"""Domains of what feeds a load; only these can be critical."""

_BY_DOMAIN: Final[Mapping[str, frozenset[Role]]] = MappingProxyType(
    {
        "binary_sensor": frozenset(
            {
                Role.OPENING, Role.GARAGE, Role.OBSTRUCTION, Role.COLD_DOOR, Role.APPLIANCE_DOOR, Role.APPLIANCE,
                Role.HOT, Role.LOCK, Role.HAZARD, Role.BATTERY, Role.CONSUMABLE, Role.RAIN, Role.MOTION, Role.BED,
                Role.SEAT, Role.COOKING, Role.CAR_PLUG, Role.REMOTE_START,
            }
        ),
        "sensor": frozenset(
            {
                Role.COLD_TEMPERATURE, Role.BATTERY, Role.CAR_BATTERY, Role.HOT, Role.APPLIANCE, Role.CONSUMABLE,
                Role.CARBON_DIOXIDE, Role.HUMIDITY, Role.WASTE, Role.PRICE, Role.EXPORT_POWER, Role.SOLAR_POWER,
                Role.HOUSE_POWER, Role.SOIL, Role.NEXT_WATERING, Role.TRAVEL_TIME, Role.DIRECTION,
            }
        ),
        "cover": frozenset({Role.GARAGE, Role.AWNING, Role.SHADE, Role.COVER_WINDOW}),
        "calendar": frozenset({Role.WASTE, Role.CALENDAR}),
        "switch": frozenset({Role.CHARGER, Role.HOT_SWITCH, Role.RAIN_DELAY}),
        "device_tracker": frozenset({Role.GUEST_DEVICE, Role.CAR_PLACE}),
        "lock": frozenset({Role.LOCK}),
        "light": frozenset({Role.LIGHT}),
        "media_player": frozenset({Role.MEDIA}),
        "fan": frozenset({Role.FAN}),
        "climate": frozenset({Role.CLIMATE}),
        "water_heater": frozenset({Role.WATER_HEATER}),
        "vacuum": frozenset({Role.VACUUM}),
        "alarm_control_panel": frozenset({Role.ALARM}),
        "person": frozenset({Role.PERSON}),
        "todo": frozenset({Role.TODO}),
        "weather": frozenset({Role.WEATHER}),
    }
)  # fmt: skip

_POWER: Final = frozenset({"power"})
_CLASSES: Final[Mapping[tuple[str, Role], frozenset[str | None]]] = MappingProxyType(
    {
        # What a hazard says, and how urgent it is, follows from its class.
        ("binary_sensor", Role.HAZARD): frozenset(HAZARDS),
        ("binary_sensor", Role.LOCK): frozenset({"lock"}),
        ("binary_sensor", Role.BATTERY): frozenset({"battery"}),
        ("sensor", Role.COLD_TEMPERATURE): frozenset({"temperature"}),
        ("sensor", Role.BATTERY): frozenset({"battery"}),
        ("sensor", Role.CAR_BATTERY): frozenset({"battery"}),
        ("sensor", Role.EXPORT_POWER): _POWER,
        ("sensor", Role.SOLAR_POWER): _POWER,
        ("sensor", Role.HOUSE_POWER): _POWER,
        ("sensor", Role.HOT): frozenset({"power", "enum", None}),
        ("sensor", Role.APPLIANCE): frozenset({"enum", "power", "timestamp", None}),
        ("sensor", Role.DIRECTION): frozenset({"enum", None}),
        ("sensor", Role.CARBON_DIOXIDE): frozenset({"carbon_dioxide"}),
        ("sensor", Role.HUMIDITY): frozenset({"humidity"}),
        ("sensor", Role.SOIL): frozenset({"moisture"}),
        ("sensor", Role.NEXT_WATERING): frozenset({"timestamp"}),
        ("sensor", Role.TRAVEL_TIME): frozenset({"duration", None}),
        ("sensor", Role.WASTE): frozenset({"date", "timestamp", None}),
        # A door that moves with force stays one, whoever calls it an awning: its way has to be clear.
        ("cover", Role.AWNING): frozenset({"awning", "shade", "blind", "curtain", "shutter", None}),
        ("cover", Role.SHADE): frozenset({"shade", "blind", "curtain", "shutter", "awning", None}),
        ("cover", Role.COVER_WINDOW): frozenset({"window", "shutter", "damper", None}),
    }
)
"""Device classes with which a role makes sense; where there is no row, any."""

_GUARDS: Final = frozenset({Role.CRITICAL, Role.HAZARD, Role.OBSTRUCTION, Role.GARAGE, Role.OPENING})
"""What keeps something from being done, or warns of it: taking it away is for an administrator."""

_FREEING: Final = frozenset({"switch", "cover"})
"""Domains in which a role is what makes an entity touchable at all."""


def fitting(facts: Facts) -> tuple[Role, ...]:
    """Return the roles that a person may give to an entity, in the order of the roles."""
    return tuple(role for role in Role if fits(role, facts))


def fits(role: Role, facts: Facts) -> bool:
    """Return whether the domain and device class of an entity bear a role."""
    domain = facts.state.domain
    if role is Role.CRITICAL:
        return domain in ACTUATORS
    if role not in _BY_DOMAIN.get(domain, ()):
        return False
    classes = _CLASSES.get((domain, role))
    return classes is None or facts.device_class in classes


def needs_admin(domain: str, before: Role | None, after: Role | None) -> bool:
    """Return whether a change of role widens what may be done, or takes away what warns."""
    if before is after or after is Role.CRITICAL:
        return False
    if before in _GUARDS or after is Role.OBSTRUCTION:
        return True
    return domain in _FREEING and after is not None


def sort_as(role: Role, facts: Facts, inferred: Sort) -> Sort:
    """Return a role that a person gave with its finer sort, or None where it does not fit (any more)."""
    if not fits(role, facts):
        return None
    if inferred is not None and inferred[0] is role:
        return inferred
    return role, _detail(role, facts)


_OPENED: Final[Mapping[str, str]] = {str(sort): name for sort, name in OPENINGS.items()}


def _detail(role: Role, facts: Facts) -> str | None:
    """Return the finer sort of a role that a person gave, by the same signs as where it is inferred."""
    found = _DETAILS.get(role)
    return found(facts) if found else None


_DETAILS: Final[Mapping[Role, Callable[[Facts], str | None]]] = MappingProxyType(
    {
        Role.OPENING: lambda facts: _OPENED.get(facts.device_class or "", "opening"),
        Role.GARAGE: lambda facts: "gate" if facts.device_class == "gate" else "garage",
        Role.HAZARD: lambda facts: facts.device_class,
        Role.COLD_TEMPERATURE: lambda facts: (
            "freezer" if words.mentions(facts.own_names, words.FREEZER_WORDS) else "fridge"
        ),
        Role.APPLIANCE: lambda facts: appliance_sort(facts.own_names) or "appliance",
        Role.APPLIANCE_DOOR: lambda facts: appliance_sort(facts.own_names) or "appliance",
        Role.REMOTE_START: lambda facts: appliance_sort(facts.own_names),
        Role.MOTION: lambda facts: None if facts.device_class == "motion" else "occupancy",
        Role.SHADE: lambda facts: facts.device_class or "shade",
        Role.HOT: lambda facts: "power" if facts.device_class == "power" else None,
    }
)
