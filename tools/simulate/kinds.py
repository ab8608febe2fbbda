"""How often each of the thirty kinds comes up in a home, from what, and how it ends by itself.

Rates are judgements unless a basis is named; the demand shares of the product specification say how many people ask
for a kind, not how often it happens. `docs/population.md` prints this table beside the rates that come out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Arising:
    """How situations of one kind arise and end."""

    trigger: str
    """A name in `triggers.TRIGGERS`."""
    rate: float
    """Chance per trigger event, or events a week for the triggers that make their own."""
    needs: tuple[str, ...] = ()
    """Devices, all of which the home must have."""
    by_hand: float
    """Chance that people see to it without being told, when it is not on purpose."""
    by_hand_minutes: float
    """Median minutes until they do."""
    on_purpose: float
    """Share of situations that are meant to be so; the home cannot see it."""
    natural_minutes: float
    """Median minutes until a situation on purpose, or a passing one, ends by itself."""
    risk: float = 0.0
    """Share of situations in which harm is possible while they wait."""
    persons: str = "household"
    """Whom it concerns: household, last_out, personal or parents."""
    basis: str = "judgement"


def _a(
    trigger: str,
    rate: float,
    needs: str,
    by_hand: tuple[float, float],
    on_purpose: tuple[float, float],
    risk: float = 0.0,
    persons: str = "household",
    basis: str = "judgement",
) -> Arising:
    """Return a row; `by_hand` and `on_purpose` are (share, median minutes)."""
    return Arising(
        trigger=trigger,
        rate=rate,
        needs=tuple(needs.split()),
        by_hand=by_hand[0],
        by_hand_minutes=by_hand[1],
        on_purpose=on_purpose[0],
        natural_minutes=on_purpose[1],
        risk=risk,
        persons=persons,
        basis=basis,
    )


ARISING: Final[Mapping[str, Arising]] = MappingProxyType({
    "leave_home": _a("emptied", 0.3, "lights", (0.06, 15), (0.15, 120), 0.15, "last_out",
                     "per departure of the last person; forgetfulness scales it"),
    "opening_left": _a("present", 4.5, "openings", (0.6, 50), (0.45, 90), 0.15),
    "garage_open": _a("present", 1.2, "garage", (0.7, 45), (0.35, 60), 0.3),
    "appliance_done": _a("laundry", 0.8, "appliances", (0.85, 60), (0.15, 300), 0.0, "household",
                         "after laundry and after cooking (dishwasher), diary minutes"),
    "lock_check": _a("night", 0.15, "lock", (0.2, 30), (0.12, 240), 0.5, "household",
                     "per night, forgetfulness scales it"),
    "window_climate": _a("present", 2.5, "openings climate", (0.6, 25), (0.4, 30), 0.0, "household",
                         "heating or cooling season only"),
    "bedtime": _a("bedtime", 0.5, "lights", (0.7, 25), (0.15, 60), 0.05, "household",
                  "per evening with something not in its night state"),
    "battery_low": _a("any_time", 0.4, "motion", (0.15, 2880), (0.0, 20000), 0.05, "household",
                      "about 12 battery devices that last a year"),
    "cold_storage": _a("cooking", 0.08, "fridge", (0.7, 12), (0.1, 20), 0.7),
    "heat_source_on": _a("cooking", 0.08, "heat_sources", (0.6, 20), (0.35, 60), 0.8),
    "bin_day": _a("bins", 0.9, "bins", (0.65, 180), (0.1, 600), 0.0, "household", "one collection a week"),
    "away_climate": _a("emptied_long", 0.25, "climate", (0.03, 60), (0.3, 200)),
    "weather_openings": _a("rain", 0.35, "openings", (0.5, 20), (0.2, 40), 0.6, "household",
                           "per front that brings rain or storm"),
    "arm_reminder": _a("emptied", 0.12, "alarm", (0.08, 15), (0.25, 120), 0.2, "last_out"),
    "media_idle": _a("media_left", 0.25, "media", (0.5, 40), (0.3, 60)),
    "room_light_idle": _a("room_left", 0.1, "lights", (0.6, 45), (0.3, 60)),
    "ev_plug": _a("evening_home", 0.25, "ev", (0.55, 90), (0.35, 600), 0.0, "household", "car driven most days"),
    "cheap_energy": _a("price", 3.5, "tariff", (0.2, 60), (0.3, 120), 0.0, "household",
                       "windows with a flexible load waiting"),
    "device_offline": _a("any_time", 0.5, "motion", (0.2, 1440), (0.1, 3000)),
    "ventilate": _a("present", 4.5, "air_quality", (0.4, 30), (0.2, 45)),
    "outside_air": _a("sun", 0.7, "blinds", (0.4, 50), (0.3, 120), 0.0, "household", "per warm day"),
    "arrival_prepare": _a("returning", 0.25, "climate", (0.02, 30), (0.25, 40), 0.0, "personal"),
    "vacuum_now": _a("emptied_long", 0.35, "vacuum", (0.03, 60), (0.3, 120)),
    "watering": _a("any_day", 1.4, "plants", (0.4, 600), (0.25, 1200)),
    "maintenance_due": _a("any_time", 0.4, "", (0.1, 4000), (0.1, 9000)),
    "leave_now": _a("departing", 0.15, "calendar", (0.6, 15), (0.2, 20), 0.0, "personal"),
    "routine_due": _a("routine", 0.6, "", (0.6, 25), (0.1, 60), 0.0, "personal",
                      "of people who set a reminder; the rest remember before it is due"),
    "vacation": _a("long_absence", 0.9, "climate", (0.05, 600), (0.2, 2000)),
    "guest": _a("visit", 0.5, "motion", (0.15, 60), (0.25, 120)),
    "kids_evening": _a("children", 0.3, "media", (0.6, 30), (0.3, 60), 0.0, "parents"),
})  # fmt: skip
