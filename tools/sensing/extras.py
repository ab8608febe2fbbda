"""What else a simulated home has: a car, prices, plants, calendars, reminders, a child's screen, a guest's phone.

Drawn from a generator of its own, so that adding to it leaves every other entity of a home as it was.
"""

from types import MappingProxyType
from typing import Final

import numpy as np

from assistant.enums import Room

from .fittings import Fitting, Plan

EXTRA_SHARES: Final = MappingProxyType(
    {
        "forecast": 0.9,  # the weather integration forecasts by the hour
        "positions": 0.8,  # phones that report where they are, not only whether at home
        "car place": 0.7,
        "charger": 0.7,
        "remote start": 0.6,  # of dishwashers
        "guest phone": 0.4,
        "cleaner": 0.25,
        "sitter": 0.4,  # somebody looks after the plants while the household travels
        "kid screen": 0.8,
        "todo": 0.5,  # reminders in a to-do list; else in a calendar
    }
)

PLANTS: Final = ("Ficus", "Monstera", "Basilikum", "Orchidea")
PLACES: Final = ("Sportzentrum", "Praxis Dr. Weber")
"""Where appointments are that a sensor of travel time knows the way to."""

_PAUSES: Final = 1 | 4096
"""Features of a player that can be paused and turned off (pause, stop)."""


def draw_extras(plan: Plan, rng: np.random.Generator) -> frozenset[str]:
    """Add the entities; return the home's further traits."""
    traits = frozenset(name for name, share in EXTRA_SHARES.items() if rng.random() < share)
    has = plan.household.home.devices.__contains__
    plan.fittings["sun"] = Fitting(key="sun", domain="sun", name="Sun")
    _car(plan, traits, tariff=has("tariff"), ev=has("ev"), solar=has("solar"))
    if has("plants"):
        for number in range(int(rng.integers(1, len(PLANTS) + 1))):
            key = f"plant:{number}"
            plan.add(key, "sensor", "moisture", Room.LIVING_ROOM, device_class="moisture", unit_of_measurement="%")
            _rename(plan, key, f"{PLANTS[number]} {plan.word('moisture')}", PLANTS[number])
    if has("sprinkler"):
        plan.add("sprinkler", "sensor", "next run", device="irrigation", device_thing="irrigation",
                 device_class="timestamp", platform="hydrawise")  # fmt: skip
        plan.add("rain_delay", "switch", "rain delay", device="irrigation", device_thing="irrigation",
                 platform="hydrawise")  # fmt: skip
    _appointments(plan)
    if "kid screen" in traits and has("media") and Room.CHILD_ROOM.value in plan.household.home.rooms:
        plan.add("kid_tv", "media_player", "tv", Room.CHILD_ROOM, platform="cast", supported_features=_PAUSES)
    if "guest phone" in traits and has("motion"):
        plan.add("guest_phone", "device_tracker", "guest phone", platform="unifi")
    return traits


def _rename(plan: Plan, key: str, name: str, device: str) -> None:
    found = plan.fittings[key]
    plan.fittings[key] = Fitting(
        key=key, domain=found.domain, name=name, room=found.room, device=key, device_name=device,
        device_class=found.device_class, attributes=found.attributes, platform=found.platform,
    )  # fmt: skip


def _car(plan: Plan, traits: frozenset[str], *, ev: bool, tariff: bool, solar: bool) -> None:
    if ev:
        plan.add("car_battery", "sensor", "battery", device="car", device_thing="car", device_class="battery",
                 platform="tesla_fleet", unit_of_measurement="%")  # fmt: skip
        plan.add("car_plug", "binary_sensor", "cable", device="car", device_thing="car", device_class="plug",
                 platform="tesla_fleet")  # fmt: skip
        if "car place" in traits:
            plan.add("car_place", "device_tracker", "place", device="car", device_thing="car", platform="tesla_fleet")
        if "charger" in traits or tariff:
            plan.add("charger", "switch", "charger", platform="wallbox")
    if tariff:
        plan.add("price", "sensor", "price", platform="nordpool", unit_of_measurement="EUR/kWh")
    if solar:
        plan.add("export", "sensor", "export", device_class="power", platform="fronius", unit_of_measurement="W")
    if (tariff or solar) and "remote start" in traits and plan.has("machine:dishwasher"):
        plan.add("remote_start", "binary_sensor", "remote start", Room.KITCHEN, device="machine:dishwasher",
                 device_thing="dishwasher", platform="home_connect")  # fmt: skip


def add_reminders(plan: Plan, traits: frozenset[str], members: set[int]) -> None:
    """Add a list of reminders for each of some members who have a person."""
    domain = "todo" if "todo" in traits else "calendar"
    for member in sorted(members):
        if plan.has(f"person:{member}"):
            plan.add(f"routine:{member}", domain, "reminders", platform=f"local_{domain}")


def _appointments(plan: Plan) -> None:
    """Add a family's calendar, one of everybody's own, and the ways to where they go."""
    calendar = "calendar" in plan.household.home.devices
    if calendar:
        for number, place in enumerate(PLACES):
            plan.add(f"way:{number}", "sensor", "travel time", platform="waze_travel_time", device_class="duration",
                     unit_of_measurement="min", destination=place)  # fmt: skip
        plan.add("calendar:family", "calendar", "calendar", platform="local_calendar")
    for member in plan.household.members:
        if not plan.has(f"person:{member.member}"):
            continue
        if calendar:
            plan.add(f"calendar:{member.member}", "calendar", "calendar", platform="local_calendar")
