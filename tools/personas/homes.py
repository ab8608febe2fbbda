"""Homes: rooms, devices and how much they can sense.

Shares are judgements where no count is named. Counted in the 39 homes of home-assistant-datasets devices-v3: smart
speakers in 29, thermostats in 20, sprinklers in 15, cameras in 11, garage doors in 5, locks in 3, vacuums in 3.
Those homes are sketches with few devices; people who install an assistant have more, so shares here are higher.
"""

from typing import Final

import numpy as np

from .model import Home

# Each row: the share of apartments that have it, and of houses.
DEVICES: Final = {
    "lights": (1.0, 1.0),
    "media": (0.9, 0.95),
    "speaker": (0.7, 0.75),  # counted: 29 of 39
    "dashboard": (0.5, 0.6),
    "openings": (0.75, 0.85),
    "lock": (0.4, 0.5),
    "garage": (0.08, 0.55),
    "appliances": (0.75, 0.85),
    "climate": (0.7, 0.8),
    "fridge": (0.35, 0.4),
    "heat_sources": (0.45, 0.5),
    "bins": (0.4, 0.75),
    "alarm": (0.15, 0.35),
    "awning": (0.15, 0.4),
    "ev": (0.08, 0.22),
    "tariff": (0.25, 0.3),
    "solar": (0.05, 0.3),
    "air_quality": (0.45, 0.5),
    "blinds": (0.3, 0.45),
    "vacuum": (0.4, 0.45),
    "plants": (0.35, 0.45),
    "sprinkler": (0.03, 0.35),
    "calendar": (0.5, 0.5),
    "motion": (0.8, 0.85),
}


def draw_home(household_type: str, children: int, rng: np.random.Generator) -> Home:
    """Return a home that suits the household."""
    family = children > 0 or household_type == "partner_child"
    house = rng.random() < (0.75 if family else 0.55 if household_type == "partner_no_child" else 0.35)
    column = 1 if house else 0
    devices = frozenset(name for name, shares in DEVICES.items() if rng.random() < shares[column])
    rooms = ["bedroom", "living_room", "kitchen", "bathroom", "hall"]
    if house or rng.random() < 0.35:
        rooms.append("office")
    if children:
        rooms.append("child_room")
    if house or "appliances" in devices:
        rooms.append("utility")
    if house or rng.random() < 0.5:
        rooms.append("outdoors")
    sensing = rng.beta(9.0, 2.0) if "motion" in devices else rng.beta(4.0, 4.0)
    return Home(
        dwelling="house" if house else "apartment",
        rooms=tuple(rooms),
        devices=devices,
        sensing=float(sensing),
        climate=float(rng.normal(0.0, 4.0)),
    )
