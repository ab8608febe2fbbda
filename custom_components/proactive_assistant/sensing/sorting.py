"""What an entity is to us, by what the registries and its state say: one rule per domain."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from homeassistant.components.binary_sensor import BinarySensorDeviceClass as Binary
from homeassistant.core import State

from . import words
from .signature import Load, is_fed


class Role(StrEnum):
    """What an entity is to us."""

    OPENING = "opening"
    GARAGE = "garage"
    """A garage door or a gate, as a cover or as a sensor."""
    OBSTRUCTION = "obstruction"
    AWNING = "awning"
    SHADE = "shade"
    """What keeps the sun out of a room: a blind, a shade, a curtain, a shutter."""
    COVER_WINDOW = "cover_window"
    COLD_DOOR = "cold_door"
    COLD_TEMPERATURE = "cold_temperature"
    APPLIANCE_DOOR = "appliance_door"
    APPLIANCE = "appliance"
    HOT = "hot"
    LOCK = "lock"
    LIGHT = "light"
    MEDIA = "media"
    FAN = "fan"
    CLIMATE = "climate"
    WATER_HEATER = "water_heater"
    VACUUM = "vacuum"
    ALARM = "alarm"
    HAZARD = "hazard"
    BATTERY = "battery"
    WASTE = "waste"
    CONSUMABLE = "consumable"
    CARBON_DIOXIDE = "carbon_dioxide"
    HUMIDITY = "humidity"
    RAIN = "rain"
    MOTION = "motion"
    BED = "bed"
    SEAT = "seat"
    COOKING = "cooking"
    PERSON = "person"
    WEATHER = "weather"
    CAR_BATTERY = "car_battery"
    CAR_PLUG = "car_plug"
    CAR_PLACE = "car_place"
    CHARGER = "charger"
    """The switch that lets a car's charger charge, or not."""
    HOT_SWITCH = "hot_switch"
    """The switch of something hot that people named or an integration classified: it may be turned off."""
    PRICE = "price"
    REMOTE_START = "remote_start"
    """What a machine says once somebody has loaded it and released it."""
    EXPORT_POWER = "export_power"
    SOLAR_POWER = "solar_power"
    HOUSE_POWER = "house_power"
    SOIL = "soil"
    NEXT_WATERING = "next_watering"
    RAIN_DELAY = "rain_delay"
    """The irrigation's own switch to leave out the next runs."""
    TRAVEL_TIME = "travel_time"
    DIRECTION = "direction"
    """Whether somebody travels towards home."""
    GUEST_DEVICE = "guest_device"
    CRITICAL = "critical"
    """What feeds something that must not fail: a fridge, the network, a medical device. It is never touched."""
    CALENDAR = "calendar"
    TODO = "todo"


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What the registries and the state say of one entity."""

    state: State
    device_class: str | None
    own_names: str
    """Entity and device name."""
    options: tuple[str, ...] = ()
    unit: str | None = None
    platform: str | None = None
    """The integration, such as `mobile_app`."""
    mates: frozenset[str] = frozenset()
    """Domains and device classes of everything on the same device."""
    load: Load | None = None
    """What hangs on it, by how its device draws power."""


type Sort = tuple[Role, str | None] | None
type Rule = Callable[[Facts], Sort]

DIAGNOSTIC_TOO: Final = frozenset({"battery", "tamper"})
"""Device classes that are wanted although integrations file them under diagnostics."""

TIMES: Final = frozenset({"s", "min", "h", "d", "w"})
"""Units of the time that something has left."""

OPENINGS: Final = {Binary.DOOR: "door", Binary.WINDOW: "window", Binary.OPENING: "opening"}
_PRESENCE: Final = frozenset({Binary.MOTION, Binary.OCCUPANCY, Binary.PRESENCE})
_RUNNING: Final = frozenset({Binary.RUNNING, Binary.POWER})
HAZARDS: Final = frozenset(
    {Binary.SMOKE, Binary.CO, Binary.GAS, Binary.MOISTURE, Binary.HEAT, Binary.SAFETY, Binary.TAMPER}
)
_CHARGED_ELSEWHERE: Final = frozenset(
    {"vacuum", "lawn_mower", "device_tracker", "power", "energy", "energy_storage", "distance", "speed"}
)
"""What stands on the device of a phone, a car, a robot or a home battery, never on that of a sensor."""

_WASTE_INTEGRATIONS: Final = frozenset(
    {"waste_collection_schedule", "garbage_collection", "afvalbeheer", "afvalwijzer", "afvalinfo", "recollect_waste",
     "rova", "twentemilieu", "awtrix_waste", "bir"}
)  # fmt: skip
_CAR_INTEGRATIONS: Final = frozenset(
    {"bmw_connected_drive", "volvo", "tesla_fleet", "teslemetry", "tessie", "renault", "kia_uvo", "polestar", "smart",
     "mercedesme", "volkswagencarnet", "skodaconnect", "fordpass", "nissan_leaf"}
)  # fmt: skip
_CHARGER_INTEGRATIONS: Final = frozenset(
    {"wallbox", "easee", "zaptec", "goecharger", "go_echarger", "openevse", "keba", "ohme", "tesla_wall_connector",
     "blue_current", "v2c", "alfen_wallbox", "peblar", "charge_amps"}
)  # fmt: skip
_TRAVEL_INTEGRATIONS: Final = frozenset({"waze_travel_time", "google_travel_time", "here_travel_time"})
_CLASSIFIED_HOT: Final = frozenset({"home_connect", "miele", "smartthings", "lg_thinq"})
"""Integrations that say themselves that a switch is that of an oven or a hob."""

_DAYS: Final = frozenset({"days", "daysTo", "days_to", "days_until_collection"})


def appliance_sort(names: str) -> str | None:
    """Return which machine a name speaks of."""
    if words.mentions(names, words.NOT_APPLIANCES):
        return None
    return next((sort for sort, known in words.APPLIANCE_WORDS.items() if words.mentions(names, known)), None)


def _hot(facts: Facts) -> bool:
    return words.mentions(facts.own_names, words.HOT_WORDS) and not words.mentions(
        facts.own_names, words.SLOW_COOK_WORDS
    )


def _binary_sensor(facts: Facts) -> Sort:
    """Sort a binary sensor by device class, then by words; see the traps in product 3.5."""
    if words.mentions(facts.own_names, words.OBSTRUCTION_WORDS):
        return Role.OBSTRUCTION, None
    if words.mentions(facts.own_names, words.REMOTE_START_WORDS):
        return Role.REMOTE_START, appliance_sort(facts.own_names)
    found = _BINARY.get(facts.device_class or "")
    return found(facts) if found else None


def _opening(facts: Facts) -> Sort:
    """Tell doors of the house from those of fridges, machines and cupboards."""
    if words.mentions(facts.own_names, words.COLD_WORDS):
        return Role.COLD_DOOR, None
    if sort := appliance_sort(facts.own_names):
        return Role.APPLIANCE_DOOR, sort
    if words.mentions(facts.own_names, words.FURNITURE_WORDS):
        return None
    return Role.OPENING, OPENINGS[Binary(str(facts.device_class))]


def _presence_sensor(facts: Facts) -> Sort:
    if facts.device_class != Binary.MOTION:
        if words.mentions(facts.own_names, words.BED_WORDS):
            return Role.BED, None
        if words.mentions(facts.own_names, words.SEAT_WORDS):
            return Role.SEAT, None
    if words.mentions(facts.own_names, words.COOKING_WORDS):
        return Role.COOKING, None
    # A motion sensor misses who sits still; one for occupancy does not, or less.
    return Role.MOTION, None if facts.device_class == Binary.MOTION else "occupancy"


def _running(facts: Facts) -> Sort:
    if sort := appliance_sort(facts.own_names):
        return Role.APPLIANCE, sort
    return (Role.HOT, None) if _hot(facts) else None


def _hazard(facts: Facts) -> Sort:
    """Tell a leak from rain and from a plant: the device class is the same."""
    if facts.device_class == Binary.MOISTURE:
        if words.mentions(facts.own_names, words.RAIN_WORDS):
            return Role.RAIN, None
        if words.mentions(facts.own_names, words.SOIL_WORDS):
            return None
    return Role.HAZARD, facts.device_class


def _is_car(facts: Facts) -> bool:
    """Return whether something belongs to a car: by its integration, or by name and never on a phone."""
    if facts.platform == "mobile_app":
        return False
    return facts.platform in _CAR_INTEGRATIONS or words.mentions(facts.own_names, words.CAR_WORDS)


def _is_charger(facts: Facts) -> bool:
    """Return whether something belongs to a charger of cars: `charger` alone may be that of a phone."""
    names = facts.own_names
    if words.mentions(names, words.SMALL_CHARGER_WORDS):
        return False
    if facts.platform in _CHARGER_INTEGRATIONS or words.mentions(names, ("wallbox", "laadpaal", "ladestation")):
        return True
    return _is_car(facts) and words.mentions(names, words.CHARGER_WORDS)


def _plug(facts: Facts) -> Sort:
    """Take the sensor that says whether a car hangs on its cable."""
    return (Role.CAR_PLUG, None) if _is_car(facts) or _is_charger(facts) else None


def _switch(facts: Facts) -> Sort:
    """Take the few switches whose load is known; an unknown load is the rule and stays untouchable (product 3.5)."""
    names = facts.own_names
    # How it draws power outweighs what it is called only where that keeps hands off; it never makes touchable.
    if words.mentions(names, words.CRITICAL_WORDS) or is_fed(facts.load):
        return Role.CRITICAL, None
    if words.mentions(names, words.RAIN_DELAY_WORDS):
        return Role.RAIN_DELAY, None
    charging = words.mentions(names, words.CHARGER_WORDS) or facts.platform in _CHARGER_INTEGRATIONS
    if charging and _is_charger(facts):
        return Role.CHARGER, None
    named = facts.device_class == "outlet" or facts.platform in _CLASSIFIED_HOT
    return (Role.HOT_SWITCH, None) if named and _hot(facts) else None


def _tracker(facts: Facts) -> Sort:
    """Take trackers of cars and of guests; those of residents are read through their persons."""
    if facts.platform == "mobile_app":
        return None
    if words.mentions(facts.own_names, words.GUEST_WORDS):
        return Role.GUEST_DEVICE, None
    return (Role.CAR_PLACE, None) if _is_car(facts) else None


def _power(facts: Facts) -> Sort:
    """Sort a power reading: something hot, a machine, or the home's production and use."""
    if facts.unit not in ("W", "kW"):
        return None
    if _hot(facts):
        return Role.HOT, "power"
    names = facts.own_names
    if sort := appliance_sort(names):
        return Role.APPLIANCE, sort
    for role, known in (
        (Role.EXPORT_POWER, words.EXPORT_WORDS),
        (Role.HOUSE_POWER, words.HOUSE_LOAD_WORDS),
        (Role.SOLAR_POWER, words.SOLAR_WORDS),
    ):
        if words.mentions(names, known):
            return role, None
    return None


def _price(facts: Facts) -> Sort:
    """Take what the next kilowatt-hour costs, in whatever currency."""
    unit = facts.unit or ""
    if not unit.endswith(("/kWh", "/MWh")) or words.mentions(facts.own_names, words.SOLD_WORDS):
        return None
    return Role.PRICE, None


def _soil(facts: Facts) -> Sort:
    return (Role.SOIL, None) if facts.unit == "%" else None


def _timestamp(facts: Facts) -> Sort:
    """Take the irrigation's next run, and when a machine will have finished."""
    names = facts.own_names
    if words.mentions(names, words.IRRIGATION_WORDS) and words.mentions(names, words.NEXT_WORDS):
        return Role.NEXT_WATERING, None
    ends = words.mentions(names, words.END_WORDS) and not words.mentions(names, words.BEGIN_WORDS)
    return (Role.APPLIANCE, sort) if ends and (sort := appliance_sort(names)) else None


def _duration(facts: Facts) -> Sort:
    if facts.platform in _TRAVEL_INTEGRATIONS or words.mentions(facts.own_names, words.TRAVEL_WORDS):
        return (Role.TRAVEL_TIME, None) if facts.unit == "min" else None
    return _consumable(facts)


def _battery(facts: Facts) -> Sort:
    """Take batteries that are changed or charged now and then; not those of phones, robots, homes."""
    if facts.state.domain == "sensor" and facts.unit == "%" and _is_car(facts):
        return Role.CAR_BATTERY, None
    if facts.platform == "mobile_app" or facts.mates & _CHARGED_ELSEWHERE:
        return None
    if words.mentions(facts.own_names, words.NOT_OURS_TO_CHARGE):
        return None
    is_percent = facts.state.domain == "binary_sensor" or facts.unit == "%"
    return (Role.BATTERY, None) if is_percent else None


def _consumable(facts: Facts) -> Sort:
    """Take what says how much is left; what counts up instead means the opposite."""
    names = facts.own_names
    if not words.mentions(names, words.CONSUMABLE_WORDS) or words.mentions(names, words.USED_WORDS):
        return None
    is_left = facts.state.domain == "binary_sensor" or facts.unit == "%"
    if facts.device_class == "duration":
        is_left = facts.unit in TIMES and words.mentions(names, words.LEFT_WORDS)
    return (Role.CONSUMABLE, None) if is_left else None


def wanted_diagnostic(domain: str, device_class: str | None, names: str) -> bool:
    """Return whether an entity is wanted although its integration files it under diagnostics.

    Robots and printers do so with their brushes and their ink: only what says that it is low, or how much is left.
    """
    if device_class in DIAGNOSTIC_TOO:
        return True
    if not words.mentions(names, words.CONSUMABLE_WORDS) or words.mentions(names, words.USED_WORDS):
        return False
    if domain == "binary_sensor":
        return device_class == Binary.PROBLEM
    return domain == "sensor" and device_class in (None, "duration") and words.mentions(names, words.LEFT_WORDS)


_BINARY: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        Binary.GARAGE_DOOR: lambda _facts: (Role.GARAGE, "garage"),
        Binary.LOCK: lambda _facts: (Role.LOCK, None),
        Binary.BATTERY: _battery,
        Binary.PROBLEM: _consumable,
        Binary.PLUG: _plug,
        **dict.fromkeys(OPENINGS, _opening),
        **dict.fromkeys(_PRESENCE, _presence_sensor),
        **dict.fromkeys(_RUNNING, _running),
        **dict.fromkeys(HAZARDS, _hazard),
    }
)


def _sensor(facts: Facts) -> Sort:
    if facts.platform in _WASTE_INTEGRATIONS or words.mentions(facts.own_names, words.WASTE_WORDS):
        dated = facts.device_class in ("date", "timestamp") or bool(_DAYS & facts.state.attributes.keys())
        return (Role.WASTE, None) if dated else None
    if price := _price(facts):
        return price
    found = _SENSOR.get(facts.device_class or "")
    if found is not None:
        return found(facts)
    if facts.platform in _TRAVEL_INTEGRATIONS:
        return _duration(facts)
    return _program(facts) or (_consumable(facts) if facts.device_class is None else None)


def _program(facts: Facts) -> Sort:
    """Find appliances: an enum of program states that knows an end and a run."""
    states = {option.lower() for option in facts.options}
    if "towards" in states and "away_from" in states:
        return Role.DIRECTION, None
    cooks = words.mentions(facts.own_names, words.COOKING_WORDS)
    if states & words.RUNNING_WORDS and (_hot(facts) or (cooks and not states & words.FINISHED_WORDS)):
        return Role.HOT, None
    sort = appliance_sort(facts.own_names)
    # Some machines have no end state and go straight to standby (product 3.5): then the name has to tell.
    if states & words.RUNNING_WORDS and (states & words.FINISHED_WORDS or sort):
        return Role.APPLIANCE, sort or "appliance"
    return None


def _temperature(facts: Facts) -> Sort:
    """Take the air inside a fridge or freezer, not what it is set to."""
    names = facts.own_names
    if not words.mentions(names, words.COLD_WORDS) or words.mentions(names, words.TARGET_WORDS):
        return None
    return Role.COLD_TEMPERATURE, "freezer" if words.mentions(names, words.FREEZER_WORDS) else "fridge"


_SENSOR: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "battery": _battery,
        "temperature": _temperature,
        "power": _power,
        "moisture": _soil,
        "timestamp": _timestamp,
        "duration": _duration,
        "carbon_dioxide": lambda _facts: (Role.CARBON_DIOXIDE, None),
        "humidity": lambda _facts: (Role.HUMIDITY, None),
    }
)

_COVERS: Final[Mapping[str | None, Sort]] = MappingProxyType(
    {
        "garage": (Role.GARAGE, "garage"),
        "gate": (Role.GARAGE, "gate"),
        "awning": (Role.AWNING, None),
        "window": (Role.COVER_WINDOW, None),
        "blind": (Role.SHADE, "blind"),
        "curtain": (Role.SHADE, "curtain"),
        "shade": (Role.SHADE, "shade"),
        "shutter": (Role.SHADE, "shutter"),
    }
)
"""The device class decides; a cover without one may be anything (product 3.5)."""


def _calendar(facts: Facts) -> Sort:
    if facts.platform in _WASTE_INTEGRATIONS or words.mentions(facts.own_names, words.WASTE_WORDS):
        return Role.WASTE, None
    return Role.CALENDAR, None


def _always(role: Role) -> Rule:
    return lambda _facts: (role, None)


RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "binary_sensor": _binary_sensor,
        "sensor": _sensor,
        "cover": lambda facts: _COVERS.get(facts.device_class),
        "calendar": _calendar,
        "lock": _always(Role.LOCK),
        "light": _always(Role.LIGHT),
        "media_player": _always(Role.MEDIA),
        "fan": _always(Role.FAN),
        "climate": _always(Role.CLIMATE),
        "water_heater": _always(Role.WATER_HEATER),
        "vacuum": _always(Role.VACUUM),
        "alarm_control_panel": _always(Role.ALARM),
        "person": _always(Role.PERSON),
        "switch": _switch,
        "device_tracker": _tracker,
        "todo": _always(Role.TODO),
        "weather": _always(Role.WEATHER),
    }
)
"""One rule per domain; a domain without a rule has no role."""
