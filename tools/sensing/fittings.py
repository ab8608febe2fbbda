"""The entities of a simulated home: what it has, and how its people and its makers named it.

What a home has follows the persona's home; which sensor it has for it, which language it speaks and how carefully
things are named is drawn here. Shares are judgements, kept in one table.
"""

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from assistant.enums import Room
from tools.personas.model import PersonaHousehold

from .names import LANGUAGES, area_name, thing_name

SHARES: Final = MappingProxyType(
    {
        "no areas": 0.12,  # nobody ever assigned rooms
        "vendor names": 0.25,  # contacts and motion sensors are called what the box called them
        "occupancy": 0.3,  # of rooms with a sensor, radar instead of infrared
        "bed sensor": 0.15,
        "porch light": 0.25,
        "one thermostat": 0.4,
        "code lock": 0.2,
        "door contact": 0.8,
        "finish word": 0.5,  # appliances that say they have finished; the others fall silent or only run
        "machine door": 0.6,
        "freezer": 0.5,
        "cold thermometer": 0.6,
        "oven power": 0.4,
        "waste sensor": 0.5,
        "alarm code": 0.3,
        "person without phone": 0.05,
        "pet": 0.08,
    }
)

GARAGE_WATCHED: Final = 0.6
"""Share of garages with a motion sensor, in homes that have such."""

_WINDOWED: Final = (Room.BEDROOM, Room.LIVING_ROOM, Room.KITCHEN, Room.BATHROOM, Room.OFFICE)
_DRY: Final = (Room.BEDROOM, Room.LIVING_ROOM, Room.OFFICE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fitting:
    """One entity."""

    key: str
    domain: str
    name: str
    room: Room | None = None
    device: str | None = None
    """Key of the device it stands on; None for a helper without one."""
    device_name: str | None = None
    device_class: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    platform: str = "zigbee"
    diagnostic: bool = False
    detail: str = ""
    """What the script needs to know of it, such as a machine's way of ending."""


@dataclass(slots=True)
class Plan:
    """A home's entities and manners."""

    household: PersonaHousehold
    rng: np.random.Generator
    language: str
    areas: bool
    vendor: bool
    traits: frozenset[str]
    fittings: dict[str, Fitting] = field(default_factory=dict)

    def has(self, key: str) -> bool:
        """Return whether an entity is there."""
        return key in self.fittings

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that begin with a prefix and a colon, or are it."""
        return [key for key in self.fittings if key == prefix or key.startswith(f"{prefix}:")]

    def word(self, thing: str) -> str:
        """Return a thing in the language of the home."""
        return thing_name(thing, self.language)

    def rename(self, key: str, name: str) -> None:
        """Call an entity something else."""
        self.fittings[key] = replace(self.fittings[key], name=name)

    def add(  # noqa: PLR0913 - an entity is many things
        self,
        key: str,
        domain: str,
        thing: str,
        room: Room | None = None,
        *,
        device: str | None = None,
        device_thing: str | None = None,
        device_class: str | None = None,
        platform: str = "zigbee",
        diagnostic: bool = False,
        detail: str = "",
        named: bool = True,
        **attributes: Any,
    ) -> None:
        """Add an entity; an unnamed one gets the maker's name where the home does not rename things."""
        if not named and self.vendor:
            name = f"Aqara {self.rng.integers(100, 999)}"
        elif device_thing is not None:
            name = f"{self.word(device_thing)} {self.word(thing)}"
        elif room is None or room is Room.OUTDOORS:
            name = self.word(thing)
        else:
            place = area_name(room, self.language)
            name = f"{place} {self.word(thing)}" if self.language == "en" else f"{self.word(thing)} {place}"
        self.fittings[key] = Fitting(
            key=key,
            domain=domain,
            name=name[0].upper() + name[1:],
            room=room,
            device=device or key,
            device_name=self.word(device_thing) if device_thing else None,
            device_class=device_class,
            attributes=attributes,
            platform=platform,
            diagnostic=diagnostic,
            detail=detail,
        )


def _traits(rng: np.random.Generator) -> frozenset[str]:
    return frozenset(name for name, share in SHARES.items() if rng.random() < share)


def draw_plan(household: PersonaHousehold, rng: np.random.Generator) -> Plan:
    """Return the entities of a household's home."""
    traits = _traits(rng)
    plan = Plan(
        household=household,
        rng=rng,
        language=LANGUAGES[int(rng.integers(0, len(LANGUAGES)))],
        areas="no areas" not in traits,
        vendor="vendor names" in traits,
        traits=traits,
    )
    rooms = [Room(room) for room in household.home.rooms]
    has = household.home.devices.__contains__
    _presence(plan, rooms, motion=has("motion"))
    _comfort(plan, rooms, has)
    _security(plan, rooms, has)
    _machines(plan, rooms, has)
    _upkeep(plan, rooms, has)
    return plan


def _presence(plan: Plan, rooms: list[Room], *, motion: bool) -> None:
    for member in plan.household.members:
        if member.member == 0 or "person without phone" not in plan.traits:
            plan.add(f"person:{member.member}", "person", "state", platform="person", detail=str(member.member))
    if not motion:
        return
    for room in rooms:
        if room is Room.OUTDOORS or plan.rng.random() > 0.6 + 0.4 * plan.household.home.sensing:
            continue
        if plan.rng.random() < SHARES["occupancy"]:
            plan.add(f"motion:{room.value}", "binary_sensor", "presence", room, device_class="occupancy",
                     detail="occupancy", named=False)  # fmt: skip
        else:
            plan.add(f"motion:{room.value}", "binary_sensor", "motion", room, device_class="motion", named=False)
    if "bed sensor" in plan.traits:
        plan.add("bed", "binary_sensor", "bed", Room.BEDROOM, device_class="occupancy")


def _comfort(plan: Plan, rooms: list[Room], has: Any) -> None:
    for room in rooms if has("lights") else ():
        if room is not Room.OUTDOORS:
            plan.add(f"light:{room.value}", "light", "light", room, platform="hue")
    if has("lights") and plan.rng.random() < 0.6:
        plan.add("light:lamp", "light", "reading lamp", Room.LIVING_ROOM, platform="hue")
    if "porch light" in plan.traits and Room.OUTDOORS in rooms:
        plan.add("porch", "light", "porch", Room.OUTDOORS, platform="hue")
    if has("media"):
        plan.add("tv", "media_player", "tv", Room.LIVING_ROOM, platform="cast")
    _climate(plan, rooms, has)


def _climate(plan: Plan, rooms: list[Room], has: Any) -> None:
    if has("climate"):
        heated = [Room.LIVING_ROOM] if "one thermostat" in plan.traits else [r for r in _DRY if r in rooms]
        for room in heated:
            plan.add(f"climate:{room.value}", "climate", "thermostat", room, platform="tado",
                     preset_modes=["comfort", "eco", "away"], hvac_modes=["heat", "off"])  # fmt: skip
        if plan.rng.random() < 0.3:
            plan.add("boiler", "water_heater", "boiler", platform="boiler", operation_list=["eco", "performance"])
    plan.add("weather", "weather", "state", platform="met", temperature_unit="°C")
    for room in _DRY if has("air_quality") else ():
        if room in rooms and plan.rng.random() < 0.6:
            plan.add(f"co2:{room.value}", "sensor", "co2", room, device_class="carbon_dioxide",
                     unit_of_measurement="ppm")  # fmt: skip
    if has("air_quality"):
        plan.add("humidity:bathroom", "sensor", "humidity", Room.BATHROOM, device_class="humidity",
                 unit_of_measurement="%")  # fmt: skip


def _security(plan: Plan, rooms: list[Room], has: Any) -> None:
    for room in _WINDOWED if has("openings") else ():
        if room in rooms and plan.rng.random() < 0.8:
            plan.add(f"window:{room.value}", "binary_sensor", "window", room, device_class="window", named=False)
    if has("openings") and "door contact" in plan.traits:
        plan.add("front_door", "binary_sensor", "front door", Room.HALL, device_class="door", device="entrance")
    if has("lock"):
        code: dict[str, Any] = {"code_format": r"^\d{4}$"} if "code lock" in plan.traits else {}
        plan.add("lock", "lock", "lock", Room.HALL, device="entrance", platform="nuki", **code)
    if has("garage"):
        if has("motion") and plan.rng.random() < GARAGE_WATCHED:
            plan.add("motion:other", "binary_sensor", "motion", Room.OTHER, device_class="motion", named=False)
        plan.add("garage", "cover", "garage", Room.OTHER, device_class="garage", platform="meross",
                 supported_features=3)  # fmt: skip
    if has("awning"):
        plan.add("awning", "cover", "awning", Room.OUTDOORS, device_class="awning", supported_features=3,
                 platform="somfy")  # fmt: skip
    elif has("openings") and plan.rng.random() < 0.25:
        plan.add("roof_window", "cover", "roof window", Room.BATHROOM, device_class="window", supported_features=3,
                 platform="velux")  # fmt: skip
    if has("alarm"):
        plan.add("alarm", "alarm_control_panel", "alarm", Room.HALL, supported_features=2, platform="alarmo",
                 code_arm_required="alarm code" in plan.traits,
                 code_format="number" if "alarm code" in plan.traits else None)  # fmt: skip


def _machine(plan: Plan, sort: str, room: Room) -> None:
    ends = "word" if plan.rng.random() < SHARES["finish word"] else str(plan.rng.choice(("silent", "binary")))
    device = f"machine:{sort}"
    if ends == "binary":
        plan.add(device, "binary_sensor", "state", room, device=device, device_thing=sort, device_class="running",
                 detail=ends, platform="lg_thinq")  # fmt: skip
    else:
        options = ["off", "standby", "run", "pause", *(["finished"] if ends == "word" else [])]
        plan.add(device, "sensor", "state", room, device=device, device_thing=sort, device_class="enum",
                 options=options, detail=ends, platform="home_connect")  # fmt: skip
    if plan.rng.random() < SHARES["machine door"]:
        plan.add(f"machine_door:{sort}", "binary_sensor", "door", room, device=device, device_thing=sort,
                 device_class="door", platform="home_connect")  # fmt: skip


def _machines(plan: Plan, rooms: list[Room], has: Any) -> None:
    wet = Room.UTILITY if Room.UTILITY in rooms else Room.BATHROOM
    if has("appliances"):
        _machine(plan, "washer", wet)
        if plan.rng.random() < 0.4:
            _machine(plan, "dryer", wet)
        if plan.rng.random() < 0.7:
            _machine(plan, "dishwasher", Room.KITCHEN)
    if has("fridge"):
        for sort in ("fridge", *(("freezer",) if "freezer" in plan.traits else ())):
            plan.add(f"cold_door:{sort}", "binary_sensor", "door", Room.KITCHEN, device=sort, device_thing=sort,
                     device_class="door")  # fmt: skip
            if "cold thermometer" in plan.traits:
                plan.add(f"cold:{sort}", "sensor", "temperature", Room.KITCHEN, device=sort, device_thing=sort,
                         device_class="temperature", unit_of_measurement="°C", detail=sort)  # fmt: skip
    if has("heat_sources"):
        if "oven power" in plan.traits:
            plan.add("hot", "sensor", "power", Room.KITCHEN, device="oven", device_thing="oven", device_class="power",
                     unit_of_measurement="W", detail="power")  # fmt: skip
        else:
            plan.add("hot", "sensor", "state", Room.KITCHEN, device="oven", device_thing="oven", device_class="enum",
                     options=["off", "running", "cooling"], detail="state", platform="miele")  # fmt: skip
    if has("vacuum"):
        plan.add("vacuum", "vacuum", "vacuum", Room.LIVING_ROOM, platform="roborock", supported_features=8204)


def _upkeep(plan: Plan, rooms: list[Room], has: Any) -> None:
    if has("bins"):
        if "waste sensor" in plan.traits:
            plan.add("waste", "sensor", "waste", device_class="date", platform="waste_collection_schedule")
        else:
            plan.add("waste", "calendar", "waste", platform="local_calendar")
    for key, fitting in list(plan.fittings.items()):
        # What runs on batteries says so.
        if fitting.platform == "zigbee" and key.split(":")[0] in ("motion", "window", "front_door", "bed", "cold_door"):
            plan.fittings[f"battery:{key}"] = Fitting(
                key=f"battery:{key}",
                domain="sensor",
                name=f"{fitting.name} {plan.word('battery')}",
                room=fitting.room,
                device=fitting.device,
                device_name=fitting.device_name,
                device_class="battery",
                attributes={"unit_of_measurement": "%"},
                diagnostic=True,
            )
    if has("vacuum"):
        plan.add("filter", "sensor", "filter", Room.LIVING_ROOM, device="vacuum", platform="roborock",
                 unit_of_measurement="%")  # fmt: skip
    elif plan.rng.random() < 0.3:
        plan.add("filter", "sensor", "filter", Room.KITCHEN, platform="purifier", unit_of_measurement="%")
    if plan.rng.random() < 0.5:
        plan.add("smoke", "binary_sensor", "smoke", Room.HALL, device_class="smoke")
    if plan.rng.random() < 0.4:
        wet = Room.UTILITY if Room.UTILITY in rooms else Room.KITCHEN
        plan.add("leak", "binary_sensor", "leak", wet, device_class="moisture")
