"""The claims of the population report: every figure as a record, with its threshold where one was set."""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import polars as pl

from tools.personas.demographics import joint
from tools.personas.model import Persona
from tools.personas.tastes import WISH_MEDIAN
from tools.results import Record, at_least, at_most, within
from tools.simulate.cost import Cost
from tools.simulate.curves import STRATA, group_curve
from tools.simulate.kinds import ARISING

from .answers import auc, mix, per_person, phone
from .bootstrap import interval, measured
from .lives import GROUPS, PERCENTILES, Lives, clock_table, distance_to, in_stratum, members, source_curve, source_hours

COMMAND: Final = "lab report population"
_CURVE_ALL, _CURVE_GROUP, _WEEKEND, _CLOCK = 0.05, 0.08, 0.08, 20.0
"""Thresholds of the issue that asked for the population."""
_SPREAD: Final = (0.12, 0.25)
_VIEW_MINUTES: Final = 6.15  # Pielot et al. 2014: median time until a message is viewed
_UNSEEN: Final = 0.25
_FEWEST: Final = 10
"""Personas below which a group is not reported."""

type Array = np.ndarray


def curves(lives: Lives, family: str) -> Iterator[Record]:
    """Yield the distances of weekday curves from the diaries."""
    overall = group_curve()
    assert overall is not None
    claim = "weekday activity, mean total variation distance per half-hour, everyone"
    record = measured(claim, lives.weekdays, distance_to(overall), unit="share", family=family, command=COMMAND)
    yield at_most(record, _CURVE_ALL) if family == "A" else record
    for attribute, values in GROUPS.items():
        for value in values:
            chosen = members(lives, attribute, value)
            if len(chosen) < _FEWEST:
                continue
            shares = lives.weekdays[chosen]
            claim = f"weekday activity, mean total variation distance per half-hour, {attribute} {value}"
            statistic = distance_to(source_curve(attribute, value))
            record = measured(claim, shares, statistic, unit="share", family=family, command=COMMAND)
            yield at_most(record, _CURVE_GROUP) if family == "A" else record


def _clock_error(lists: list[Array], percentile: int, target: float) -> tuple[float, float, float]:
    """Return the distance of a percentile of the clock from the table's and its interval over people."""
    values = np.concatenate(lists)
    groups = np.concatenate([np.full(len(times), number) for number, times in enumerate(lists)])

    def statistic(chosen: Array) -> float:
        return abs(float(np.percentile(chosen, percentile)) - target)

    low, high = interval(values, statistic, groups)
    return statistic(values), low, high


def clocks(lives: Lives, family: str) -> Iterator[Record]:
    """Yield the distances of getting up and going to bed from the diaries' percentiles."""
    places = [("", "everyone")] + [(name, value) for name, values in GROUPS.items() for value in values]
    for attribute, value in places:
        table = clock_table(attribute, value)
        chosen = members(lives, attribute, value).tolist() if attribute else range(len(lives.personas))
        if len(chosen) < _FEWEST:
            continue
        for what, times in (("getting up", lives.wake), ("going to bed", lives.bed)):
            source = table["wake" if what == "getting up" else "bed"]
            lists = [times[place] for place in chosen]
            for place, percentile in enumerate(PERCENTILES):
                if percentile != 50 and attribute:
                    continue
                error, low, high = _clock_error(lists, percentile, source[place])
                record = Record(
                    claim=f"{what}, percentile {percentile}, distance from the diaries, {attribute} {value}".replace(
                        "  ", " "
                    ),
                    value=round(error, 1),
                    low=round(low, 1),
                    high=round(high, 1),
                    unit="min",
                    family=family,
                    command=COMMAND,
                )
                yield at_most(record, _CLOCK) if percentile == 50 and family == "A" else record


def weekends(lives: Lives, family: str) -> Iterator[Record]:
    """Yield the distances of weekends from their table, and from weekdays."""
    for name in STRATA:
        chosen = in_stratum(lives, name)
        if len(chosen) < _FEWEST:
            continue
        record = measured(
            f"weekend activity, mean total variation distance per hour, stratum {name}",
            lives.weekends[chosen],
            distance_to(source_hours(name)),
            unit="share",
            family=family,
            command=COMMAND,
        )
        yield at_most(record, _WEEKEND) if family == "A" else record
        weekday = lives.weekday_hours[chosen].mean(axis=0)
        record = measured(
            f"weekend unlike the same people's weekdays, mean total variation distance per hour, stratum {name}",
            lives.weekends[chosen],
            distance_to(weekday),
            unit="share",
            family=family,
            command=COMMAND,
        )
        yield at_least(record, 0.1) if name in ("O1", "O3") and family == "A" else record


def people(lives: Lives, family: str) -> Iterator[Record]:
    """Yield what describes the personas themselves."""
    cells = joint().cells
    codes = {(c.age_group, c.sex, c.employment, c.household): place for place, c in enumerate(cells)}
    found = np.array([codes[p.age_group, p.sex, p.employment, p.household_type] for p in lives.personas])

    def joint_distance(chosen: Array) -> float:
        shares = np.bincount(chosen, minlength=len(cells)) / len(chosen)
        return float(np.abs(shares - joint().shares).sum() / 2)

    yield measured(
        "age × sex × employment × household, total variation distance from the population joint (190 cells)",
        found, joint_distance, unit="share", family=family, command=COMMAND,
    )  # fmt: skip
    wishes = np.array([p.preferences.scheduling.wish_per_day for p in lives.personas])
    record = measured("messages wished a day, median", wishes, median, unit="per day", family=family, command=COMMAND)
    yield within(record, 3.0, 4.0)
    yield measured(
        f"messages wished a day, standard deviation of the logarithm (median set to {WISH_MEDIAN:g})",
        np.log(wishes), spread, unit="log", family=family, command=COMMAND,
    )  # fmt: skip


def median(values: Array) -> float:
    """Return the median."""
    return float(np.median(values))


def spread(values: Array) -> float:
    """Return the standard deviation between people."""
    return float(np.std(values, ddof=1))


def mean(values: Array) -> float:
    """Return the mean."""
    return float(np.mean(values))


def answers(frame: pl.DataFrame, family: str) -> Iterator[Record]:
    """Yield what describes how people answer."""

    def over_people(claim: str, values: Array, statistic: Any = mean, unit: str = "share") -> Record:
        return measured(claim, values, statistic, unit=unit, family=family, command=COMMAND)

    awake = frame.filter(~pl.col("asleep"))
    record = over_people(
        "spread of acceptance between people: SD of a person's mean P(wanted and good moment) while awake",
        per_person(awake, pl.col("welcome").mean()), spread,
    )  # fmt: skip
    yield within(record, *_SPREAD) if family == "A" else record
    sent = phone(frame)
    unseen = per_person(sent, (pl.col("outcome") == "unseen").mean())
    record = over_people("unseen among messages to the phone of somebody awake", unseen)
    yield within(record, _UNSEEN - 0.05, _UNSEEN + 0.05) if family == "A" else record
    plain = sent.filter(pl.col("level") == 2)
    record = over_people(
        "accepted among plain suggestions to an awake person's phone, at random moments (Pielot 2018: 0.15 to 0.25)",
        per_person(plain, (pl.col("outcome") == "accepted").mean()),
    )
    yield within(record, 0.15, 0.25) if family == "A" else record
    answered = sent.filter(pl.col("outcome").is_in(["accepted", "later", "not_now", "wrong", "never"]))
    delays = answered["delay_min"].to_numpy()
    record = over_people("minutes until an answer on the phone, median", delays, median, "min")
    yield within(record, _VIEW_MINUTES * 0.67, _VIEW_MINUTES * 1.33) if family == "A" else record
    for percentile in (25, 75):
        yield over_people(
            f"minutes until an answer on the phone, percentile {percentile}",
            delays, lambda chosen, q=percentile: float(np.percentile(chosen, q)), "min",
        )  # fmt: skip
    yield over_people("answers on the phone within 10 minutes", (delays <= 10.0).astype(float))
    later = frame.filter(pl.col("outcome") == "later")["later_min"].to_numpy()
    record = over_people("put off for more than two days (Weber 2018: exceptional)", (later > 2880.0).astype(float))
    yield at_most(record, 0.1)
    yield from _truths(frame, family)
    for channel in ("phone", "speaker", "dashboard"):
        shown = frame.filter(pl.col("offered") & (pl.col("channel") == channel) & ~pl.col("asleep"))
        for outcome, share in mix(shown).items():
            claim = f"outcome of {channel} messages to somebody awake: {outcome}"
            yield Record(claim=claim, value=round(share, 5), unit="share", family=family, command=COMMAND)


def _truths(frame: pl.DataFrame, family: str) -> Iterator[Record]:
    """Yield what the truth itself looks like: need, load and the ceiling of any observer."""
    yield measured(
        "looks at which speaking is truly better than silence (need)",
        per_person(frame, pl.col("truth_need").mean()), mean, unit="share", family=family, command=COMMAND,
    )  # fmt: skip
    for factor in ("content", "moment", "noticed_phone"):
        rated = frame.filter(pl.col(f"rated_{factor}") >= 0)
        value = auc(rated[f"truth_{factor}"].to_numpy(), rated[f"rated_{factor}"].to_numpy())
        record = Record(
            claim=f"ceiling: AUC of the hidden truth itself for ratings of {factor}",
            value=round(value, 4),
            unit="AUC",
            family=family,
            command=COMMAND,
        )
        yield at_most(record, 0.97)
    awake = frame.filter(~pl.col("asleep"))
    fresh = awake.filter(pl.col("delivered") == 0)["truth_moment"].mean()
    for load in (1, 3, 5):
        found = awake.filter(pl.col("delivered") == load)
        if len(found) > 100:
            claim = f"P(good moment) after {load} messages today, as a share of after none"
            ratio = float(found["truth_moment"].mean() / fresh)
            record = Record(claim=claim, value=round(ratio, 4), unit="ratio", family=family, command=COMMAND)
            yield at_most(record, 1.0) if load == 5 and family == "A" else record


def rates(lives: Lives, family: str) -> Iterator[Record]:
    """Yield how often each kind comes up."""
    for kind in ARISING:
        claim = f"situations a week in a home that can have them: {kind}"
        yield Record(claim=claim, value=round(lives.weekly[kind], 3), unit="per week", family=family, command=COMMAND)
    kinds = sum(rate > 0 for rate in lives.weekly.values())
    yield at_least(
        Record(claim="kinds that arise", value=kinds, unit="kinds", family=family, command=COMMAND), len(ARISING)
    )


type Reading = Callable[[Persona], float]

DIMENSIONS: Final[Mapping[str, Reading]] = {
    "delegates": lambda p: p.preferences.autonomy.delegates,
    "safety minded": lambda p: p.preferences.domain.safety_minded,
    "thrifty": lambda p: p.preferences.domain.thrifty,
    "houseproud": lambda p: p.preferences.domain.houseproud,
    "guards focus": lambda p: p.preferences.scheduling.focus_guard,
    "patience": lambda p: p.preferences.scheduling.patience,
    "morningness": lambda p: p.preferences.scheduling.morningness,
    "wish a day": lambda p: math.log(p.preferences.scheduling.wish_per_day),
    "warm": lambda p: p.preferences.style.warm,
    "reason": lambda p: p.preferences.style.reason,
    "full": lambda p: p.preferences.style.full,
    "with guests": lambda p: p.preferences.context.guests,
}
TRAITS: Final[Mapping[str, Reading]] = {
    "openness": lambda p: p.traits.openness,
    "conscientiousness": lambda p: p.traits.conscientiousness,
    "extraversion": lambda p: p.traits.extraversion,
    "agreeableness": lambda p: p.traits.agreeableness,
    "neuroticism": lambda p: p.traits.neuroticism,
    "chronotype": lambda p: p.chronotype,
    "age": lambda p: p.age,
}


def correlations(lives: Lives) -> Array:
    """Return the correlations of dimensions with traits, shape (dimensions, traits)."""
    rows = np.array([[get(p) for p in lives.personas] for get in DIMENSIONS.values()])
    columns = np.array([[get(p) for p in lives.personas] for get in TRAITS.values()])
    return np.corrcoef(rows, columns)[: len(rows), len(rows) :]


def leanings(lives: Lives, family: str) -> Iterator[Record]:
    """Yield how far preferences lean on traits: individual variation must dominate."""
    found = correlations(lives)
    for row, dimension in enumerate(DIMENSIONS):
        for column, trait in enumerate(TRAITS):
            if abs(found[row, column]) >= 0.1:
                claim = f"correlation of {dimension} with {trait}"
                value = round(float(found[row, column]), 3)
                yield Record(claim=claim, value=value, unit="r", family=family, command=COMMAND)
    big_five = found[:, :5]
    record = Record(
        claim="largest share of a dimension's variance that one Big Five trait explains",
        value=round(float((big_five**2).max()), 4),
        unit="r squared",
        family=family,
        command=COMMAND,
    )
    yield at_most(record, 0.25)


def costs(measured_costs: list[Cost]) -> Iterator[Record]:
    """Yield what simulating costs, and whether the cost per persona is flat."""
    for cost in measured_costs:
        size = f"{cost.personas:,} personas × {cost.days} days, {cost.workers} process" + "es" * (cost.workers > 1)
        yield Record(
            claim=f"CPU seconds per persona, {size}",
            value=round(cost.cpu_seconds / cost.personas, 4), unit="s", command=cost.command,
        )  # fmt: skip
        memory = Record(claim=f"peak memory, {size}", value=cost.peak_megabytes, unit="MB", command=cost.command)
        yield at_most(memory, 2000.0)
        wall = Record(
            claim=f"wall time on a shared machine, {size}", value=cost.wall_seconds, unit="s", command=cost.command
        )
        yield at_most(wall, 1200.0) if (cost.personas, cost.days, cost.workers) == (1000, 28, 2) else wall
    for days in sorted({cost.days for cost in measured_costs}):
        alike = {c.personas: c.cpu_seconds / c.personas for c in measured_costs if c.days == days and c.workers == 1}
        smallest = min(alike, default=0)
        for larger in sorted(alike)[1:]:
            record = Record(
                claim=f"CPU per persona at {larger:,} over that at {smallest:,}, {days} days, 1 process",
                value=round(alike[larger] / alike[smallest], 3), unit="ratio", command="lab cost",
            )  # fmt: skip
            yield at_most(record, 1.2)
