"""One simulated home as a script: household, plan, life and matters put together."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from tools.personas.draw import draw_household
from tools.simulate.days import household_days
from tools.simulate.house import House
from tools.simulate.situations import Situation, household_situations
from tools.streams import Family

from . import matters_home as shell
from . import matters_people as people
from . import matters_power as power
from . import matters_sun as sun
from . import matters_things as things
from . import visitors
from .extras import add_reminders, draw_extras
from .fittings import draw_plan
from .life import nights_of, write_life
from .stage import Stage, empty_spans

type Matter = Callable[[Stage, Situation], None]

MATTERS: Final[Mapping[str, Matter]] = MappingProxyType(
    {
        function.__name__: function
        for function in (
            shell.leave_home, shell.opening_left, shell.lock_check, shell.bedtime, shell.room_light_idle,
            shell.media_idle, shell.garage_open, shell.weather_openings, shell.arm_reminder, things.appliance_done,
            things.cold_storage, things.heat_source_on, things.window_climate, things.away_climate,
            things.outside_air, things.ventilate, things.battery_low, things.maintenance_due, things.device_offline,
            things.bin_day, things.vacuum_now, people.leave_now, people.routine_due, people.kids_evening,
        )
    }
)  # fmt: skip
"""How situations of a kind look in a home; a kind without a row cannot be shown yet."""

_NEEDS: Final = MappingProxyType(
    {
        "leave_home": "light", "opening_left": "window", "lock_check": "lock", "garage_open": "garage",
        "appliance_done": "machine", "cold_storage": "cold_door", "heat_source_on": "hot", "bin_day": "waste",
        "arm_reminder": "alarm", "ventilate": "co2", "vacuum_now": "vacuum", "maintenance_due": "filter",
        "battery_low": "battery", "media_idle": "tv", "room_light_idle": "light", "bedtime": "light",
        "leave_now": "way", "routine_due": "routine",
    }
)  # fmt: skip
"""What a kind's matters need, where the needs of the population are wider than what this home got."""

_LIVES: Final = (
    ("garage", shell.garage_life),
    ("awning", shell.awning_life),
    ("roof_window", shell.awning_life),
    ("alarm", shell.alarm_life),
    ("machine", things.machine_life),
    ("cold_door", things.cold_life),
    ("hot", things.heat_life),
    ("climate", things.climate_life),
    ("climate", things.warm_life),
    ("waste", things.bins_life),
    ("vacuum", things.vacuum_life),
    ("light", shell.bedtime_life),
    ("person", visitors.visitors_life),
    ("person", people.ways),
    ("person", people.arrivals),
    ("calendar", people.calendars_life),
    ("way", people.umbrellas),
    ("routine", people.reminders_life),
    ("person", people.vacation),
    ("person", people.kids_life),
    ("car_battery", power.car_life),
    ("price", power.energy),
    ("plant", power.plants_life),
    ("sprinkler", power.sprinkler_life),
    ("window", shell.rain_life),
)


def write_script(household_id: int, family: Family, days: int, seed: int) -> Stage:
    """Return the script of a household's home; the same arguments always give the same script."""
    household = draw_household(household_id, seed, family)
    house = House(household, household_days(household, days))
    rng = np.random.default_rng([seed, family is Family.B, household_id, 6])
    plan = draw_plan(household, rng)
    extras = draw_extras(plan, np.random.default_rng([seed, family is Family.B, household_id, 7]))
    stage = Stage(plan=plan, house=house, rng=rng, extras=extras)
    stage.absences = empty_spans(house)
    stage.nights = nights_of(stage, [(float(a), float(b)) for a, b in house.quiet])
    visitors.invite(stage)
    for situation in household_situations(house):
        stage.promised.setdefault(situation.kind, []).append(situation)
    reminded = {item.told[0] for item in stage.promised.get("routine_due", []) if item.told}
    add_reminders(plan, extras, reminded)
    write_life(stage)
    for kind, situations in stage.promised.items():
        write = MATTERS.get(kind)
        need = _NEEDS.get(kind)
        for situation in situations if write is not None else ():
            if need is not None and not stage.plan.keys(need):
                stage.drop(kind)
            elif write is not None:
                write(stage, situation)
    for key, live in _LIVES:
        if stage.plan.keys(key):
            live(stage)
    things.hazard(stage)
    shell.settle(stage)
    blinds = np.random.default_rng([seed, family is Family.B, household_id, 8])
    sun.add_blinds(plan, blinds)
    sun.blinds_life(stage, blinds)
    return stage
