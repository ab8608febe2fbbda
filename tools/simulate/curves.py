"""The diary tables as arrays: activity curves, transitions, episode lengths, and what weekends look like."""

from functools import cache
from typing import Final

import numpy as np

from tools.data.tables import table

LETTERS: Final = (
    "sleep", "personal_care", "household", "care_household", "care_other", "work", "education", "shopping",
    "services", "eating", "leisure", "sports", "religious", "volunteer", "other",
)  # fmt: skip
"""The diaries' fifteen activities, in the order of every array here."""
INDEX: Final = {letter: i for i, letter in enumerate(LETTERS)}
SLOTS: Final = 48
"""Half-hours of a diary day, which begins at 04:00."""
FIRST_HOUR: Final = 4
CATEGORIES: Final = ("sleeping", "work", "food_prep", "laundry", "tv", "eating", "exercise", "other")
"""Categories of the 2022-23 table; its `travel` counts with `other`, for the diaries' letters hold travel too."""

type Array = np.ndarray

_FLOOR: Final = 1e-5


@cache
def _weekday_curves() -> dict[tuple[str, str, str], Array]:
    """Return every group's curve, shape (SLOTS, letters), by age group, employment and household."""
    curves: dict[tuple[str, str, str], Array] = {}
    for row in table("atus_weekday_activity_30min.csv.gz"):
        key = (row["age_group"], row["employment"], row["household"])
        curve = curves.setdefault(key, np.full((SLOTS, len(LETTERS)), 0.0))
        hour, minute = row["slot_start"].split(":")
        slot = ((int(hour) - FIRST_HOUR) % 24) * 2 + int(minute) // 30
        curve[slot, INDEX[row["activity"]]] = float(row["p"])
    return curves


def group_curve(age: str = "all", employment: str = "all", household: str = "all") -> Array | None:
    """Return a group's own weekday curve, shape (SLOTS, letters), or None where the table has none."""
    curve = _weekday_curves().get((age, employment, household))
    return None if curve is None else normalised(curve)


def normalised(curve: Array) -> Array:
    """Return the curve with every slot summing to one and no activity impossible."""
    floored = np.maximum(curve, _FLOOR)
    return floored / floored.sum(axis=1, keepdims=True)


@cache
def weekday_curve(age: str, employment: str, household: str) -> Array:
    """Return the weekday curve of a cell, shape (SLOTS, letters).

    The table has age × employment and employment × household, not all three: the household's ratio to its employment
    group is laid over the curve of age × employment (a log-linear model without the third interaction).
    """
    curves = _weekday_curves()
    base = curves.get((age, employment, "all"), curves["all", employment, "all"])
    household_curve = curves.get(("all", employment, household))
    if household_curve is None:
        return normalised(base)
    ratio = normalised(household_curve) / normalised(curves["all", employment, "all"])
    return normalised(normalised(base) * np.clip(ratio, 0.2, 5.0))


STRATA: Final = ("O1", "O2", "O3", "O4")


def stratum(employment: str, children: int, age: int) -> str:
    """Return the 2022-23 table's stratum nearest to a persona.

    The strata are narrow groups: O1 employed and single 25-44, O2 retired couples 65+, O3 employed parents 35-54,
    O4 unemployed 25-44 (BuildOcc, methodology D9). Everyone takes the nearest for weekends.
    """
    if employment in ("full_time", "part_time"):
        return "O3" if children else "O1"
    return "O2" if age >= 50 and not children else "O4"


@cache
def hourly(name: str, day: str) -> Array:
    """Return a stratum's hours of day, shape (24, CATEGORIES), for `weekday` or `weekend`."""
    result = np.zeros((24, len(CATEGORIES)))
    for row in table("atus_2022_2023_hourly_weekday_weekend.csv"):
        if row["stratum"] == name and row["day_type"] == day:
            category = "other" if row["category"] == "travel" else row["category"]
            result[int(row["hour"]), CATEGORIES.index(category)] += float(row["weighted_pct"]) / 100.0
    return result / result.sum(axis=1, keepdims=True)


# Weekend minutes over weekday minutes, 2009-2016 (atus_daily_minutes, all groups), for what the hourly table lumps
# together as *other*; and the share of the letter that is neither cooking nor laundry, or not television.
_WEEKEND_MINUTES: Final = {
    "personal_care": ("personal_care",),
    "household": ("housework", "other_household"),
    "care_household": ("care",),
    "care_other": ("care",),
    "education": ("education",),
    "shopping": ("shopping",),
    "services": ("services",),
    "leisure": ("other_leisure", "phone"),
    "religious": ("religious_volunteer",),
    "volunteer": ("religious_volunteer",),
}


@cache
def _minutes(day: str) -> dict[str, float]:
    """Return everyone's minutes a day per activity of the daily table."""
    return {
        row["activity"]: float(row["mean_min_per_day"])
        for row in table("atus_daily_minutes_2009_2016.csv.gz")
        if row["day_type"] == day and {row["age_group"], row["employment"], row["household"]} == {"all"}
    }


def _other_weights(weekday: Array, day: str) -> Array:
    """Return how a day's *other* hours divide over letters, shape (SLOTS, letters), rows summing to one."""
    now, then = _minutes(day), _minutes("weekday")
    weights = np.zeros_like(weekday)
    weights[:, INDEX["other"]] = weekday[:, INDEX["other"]]
    for letter, names in _WEEKEND_MINUTES.items():
        ratio = sum(now[name] for name in names) / sum(then[name] for name in names)
        weights[:, INDEX[letter]] = weekday[:, INDEX[letter]] * ratio
    household = then["housework"] + then["other_household"]
    weights[:, INDEX["household"]] *= household / (household + then["food_prep"])
    leisure = then["other_leisure"] + then["phone"]
    weights[:, INDEX["leisure"]] *= leisure / (leisure + then["tv"])
    return weights / weights.sum(axis=1, keepdims=True)


_REPRESENTATIVE: Final = {
    "O1": ("25-44", "full_time", "alone"),
    "O2": ("65+", "not_in_labour_force", "partner_no_child"),
    "O3": ("25-44", "full_time", "partner_child"),
    "O4": ("25-44", "unemployed", "all"),
}


@cache
def _stratum_day(name: str, day: str) -> tuple[Array, Array]:
    """Return a stratum's curve over letters, shape (SLOTS, letters), and its parts, shape (SLOTS, 3).

    The parts are P(cooking | household), P(laundry | household) and P(television | leisure).
    """
    hours = (np.arange(SLOTS) // 2 + FIRST_HOUR) % 24
    share = {category: hourly(name, day)[hours, i] for i, category in enumerate(CATEGORIES)}
    curve = _other_weights(weekday_curve(*_REPRESENTATIVE[name]), day) * share["other"][:, None]
    curve[:, INDEX["sleep"]] += share["sleeping"]
    curve[:, INDEX["work"]] += share["work"]
    curve[:, INDEX["eating"]] += share["eating"]
    curve[:, INDEX["sports"]] += share["exercise"]
    curve[:, INDEX["household"]] += share["food_prep"] + share["laundry"]
    curve[:, INDEX["leisure"]] += share["tv"]
    household = np.maximum(curve[:, INDEX["household"]], 1e-9)
    leisure = np.maximum(curve[:, INDEX["leisure"]], 1e-9)
    parts = np.stack([share["food_prep"] / household, share["laundry"] / household, share["tv"] / leisure], axis=1)
    return normalised(curve), parts


def weekend_curve(name: str) -> Array:
    """Return a stratum's weekend curve over letters, shape (SLOTS, letters)."""
    return _stratum_day(name, "weekend")[0]


def parts(name: str, *, weekend: bool) -> Array:
    """Return P(cooking | household), P(laundry | household), P(television | leisure), shape (SLOTS, 3)."""
    return _stratum_day(name, "weekend" if weekend else "weekday")[1]


@cache
def transitions(employment: str) -> Array:
    """Return log P(next | now) per two-hour block, shape (12, letters, letters); blocks begin at 04:00."""
    rows = table("atus_weekday_transitions_2h.csv.gz")
    known = {row["employment"] for row in rows}
    name = employment if employment in known else "all"
    result = np.full((12, len(LETTERS), len(LETTERS)), 2e-4)
    for row in rows:
        if row["employment"] == name:
            block = ((int(row["block_start"][:2]) - FIRST_HOUR) % 24) // 2
            result[block, INDEX[row["from"]], INDEX[row["to"]]] += float(row["p"])
    return np.log(result / result.sum(axis=2, keepdims=True))


LONGEST: Final = 16
"""Half-hours after which an episode's chance to go on no longer changes."""


@cache
def staying() -> Array:
    """Return how an episode's age shifts the logit of its going on, shape (letters, LONGEST).

    From the percentiles of episode lengths against a memoryless episode of the same mean; nights are left out, for
    the table's sleep is cut by the diary's edges.
    """
    result = np.zeros((len(LETTERS), LONGEST))
    for row in table("atus_weekday_episode_length.csv"):
        if row["activity"] == "sleep":
            continue
        lengths = np.array([0.0] + [float(row[p]) for p in ("p10", "p25", "p50", "p75", "p90")]) / 30.0
        quantiles = np.array([0.0, 0.1, 0.25, 0.5, 0.75, 0.9])
        last = {float(length): quantile for length, quantile in zip(lengths, quantiles, strict=True)}
        ages = np.arange(LONGEST + 1)
        ended = np.interp(ages, list(last), list(last.values()))
        # Beyond the 90th percentile the table is silent: three in ten of the rest end per half-hour (judgement).
        ended = np.where(ages > lengths[-1], 1.0 - 0.1 * 0.7 ** (ages - lengths[-1]), ended)
        hazard = np.clip(np.diff(ended) / np.maximum(1.0 - ended[:-1], 1e-3), 0.05, 0.9)
        flat = np.clip(30.0 / float(row["mean_min"]), 0.05, 0.9)
        shift = np.log((1 - hazard) / hazard) - np.log((1 - flat) / flat)
        result[INDEX[row["activity"]]] = np.clip(shift, -1.2, 1.2)
    return result
