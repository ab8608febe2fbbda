"""`lab evaluate forecast`: how well a resident's rhythm foretells their hours, against two simpler guesses.

The rhythm is the shipped one, taught with what people really did; what sensors get wrong comes on top in a home. It
knows the hour and whether it is a weekend, so an hour ahead and twelve ahead are foretold alike.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.progress import track

from custom_components.proactive_assistant.assistant.enums import Activity as Sensed
from custom_components.proactive_assistant.sensing.rhythm import Rhythm
from tools.errors import ArgumentError
from tools.personas.draw import draw_household
from tools.report.bootstrap import interval
from tools.results import Record, at_least, at_most
from tools.simulate.clock import DAY, Calendar
from tools.simulate.days import household_days
from tools.simulate.episodes import Timeline
from tools.streams import Family

from .evaluate import merge_records

BEGINS: Final = "forecast: "
HELD_OUT: Final = 7
"""Days at the end that nothing was learned from."""

KNOWN: Final = tuple(activity.value for activity in Sensed if activity is not Sensed.UNKNOWN)
DOUBT: Final = 20.0
"""Minutes of every activity that each guess is given beforehand, so that none is impossible to it."""

FORETOLD: Final = 0.5
"""Confidence that a foretold activity is given."""

type Guess = Callable[[int], Counter[str]]
"""Minutes of activities by which an hour is foretold, from its first minute."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """One person's figures: mean log-loss and share of right hours of each guess, and the rhythm's own confidence."""

    losses: tuple[float, float, float]
    """Of the rhythm, the overall share and the share by hour of the week, in nats per hour."""
    right: tuple[float, float, float]
    pairs: np.ndarray
    """Probability of the likeliest activity, and whether it was it; shape (hours, 2)."""


def score(timeline: Timeline, calendar: Calendar, days: int) -> Person:
    """Return one person's figures: taught by the first days, asked about the last ones."""
    rhythm, overall, weekly = Rhythm(), Counter[str](), [Counter[str]() for _ in range(7 * 24)]
    for minute in range(0, (days - HELD_OUT) * DAY, 5):
        at, activity = calendar.at(minute), timeline.at(minute).activity.value
        rhythm.add(Sensed(activity), at, calendar.at(minute + 5))
        overall[activity] += 5
        weekly[at.weekday() * 24 + at.hour][activity] += 5
    slots = rhythm.to_list()

    def by_rhythm(minute: int) -> Counter[str]:
        at = calendar.at(minute)
        return Counter(slots[at.hour + (24 if at.weekday() >= 5 else 0)])

    def by_week(minute: int) -> Counter[str]:
        at = calendar.at(minute)
        return weekly[at.weekday() * 24 + at.hour]

    guesses: tuple[Guess, ...] = (by_rhythm, lambda _minute: overall, by_week)
    losses, right = np.zeros(3), np.zeros(3)
    pairs: list[tuple[float, bool]] = []
    hours = range((days - HELD_OUT) * DAY, days * DAY, 60)
    for minute in hours:
        truth = timeline.at(minute + 30).activity.value
        for index, guess in enumerate(guesses):
            shares = _shares(guess(minute))
            best = max(shares, key=lambda key: shares[key])
            losses[index] -= log(shares[truth])
            right[index] += best == truth
            if index == 0:
                pairs.append((shares[best], best == truth))
    losses, right = losses / len(hours), right / len(hours)
    return Person(
        losses=(losses[0], losses[1], losses[2]), right=(right[0], right[1], right[2]), pairs=np.array(pairs, float)
    )


def _shares(minutes: Counter[str]) -> dict[str, float]:
    total = sum(minutes.values()) + DOUBT * len(KNOWN)
    return {key: (minutes[key] + DOUBT) / total for key in KNOWN}


def calibration_error(pairs: np.ndarray) -> float:
    """Return the expected calibration error of (probability, right) pairs in ten bins."""
    bins = np.minimum((pairs[:, 0] * 10).astype(int), 9)
    gaps = [
        abs(pairs[bins == item, 0].mean() - pairs[bins == item, 1].mean()) * (bins == item).mean()
        for item in np.unique(bins)
    ]
    return float(sum(gaps))


def _records(people: list[Person], family: str, command: str) -> Iterator[Record]:
    losses, right = np.array([person.losses for person in people]), np.array([person.right for person in people])
    for index, name in enumerate(("the rhythm", "the overall share", "the share by hour of the week")):
        for values, what, unit in ((losses, "log-loss", "nats"), (right, "hours foretold right", "share")):
            yield _record(f"{what} of {name} ({len(people)} people)", values[:, index], unit, family, command)
    for index, name in ((1, "the overall share"), (2, "the share by hour of the week")):
        gain = losses[:, index] - losses[:, 0]
        record = _record(f"log-loss saved by the rhythm against {name}", gain, "nats", family, command)
        yield at_least(record, 0.0)
    pooled = [person.pairs for person in people]
    order = np.arange(len(pooled))
    low, high = interval(order, lambda chosen: calibration_error(np.concatenate([pooled[i] for i in chosen])))
    found = Record(
        claim=f"{BEGINS}calibration error of the rhythm's likeliest activity",
        value=round(calibration_error(np.concatenate(pooled)), 4),
        low=round(low, 4),
        high=round(high, 4),
        family=family,
        command=command,
    )
    yield at_most(found, 0.05)
    # What is foretold counts as half certain (assistant/ahead.py), whatever the counts behind it say.
    trust = right[:, 0] - FORETOLD
    yield _record("hours foretold right, less the confidence of 0.5 they are given", trust, "share", family, command)


def _record(claim: str, values: np.ndarray, unit: str, family: str, command: str) -> Record:
    low, high = interval(values, lambda chosen: float(chosen.mean()))
    return Record(
        claim=BEGINS + claim,
        value=round(float(values.mean()), 4),
        low=round(low, 4),
        high=round(high, 4),
        unit=unit,
        family=family,
        command=command,
    )


def evaluate(
    out: Path, homes: int, first: int, days: int, seed: int, command: str, console: Console | None = None
) -> list[Record]:
    """Score everybody in the homes of both families and put the records into the file.

    Raises ArgumentError when an argument makes no sense.
    """
    if homes < 1 or not HELD_OUT < days <= 366:
        raise ArgumentError(f"at least one home and more than {HELD_OUT} days are needed")
    console = console or Console()
    records: list[Record] = []
    for family in Family:
        people: list[Person] = []
        for index in track(range(first, first + homes), description=f"homes of {family.value}", console=console):
            found = household_days(draw_household(index, seed, family), days)
            people += [score(timeline, found.calendar, days) for timeline in found.timelines]
        records += _records(people, family.value, command)
    merge_records(out, BEGINS, records)
    for record in records:
        console.print(f"{record.claim} {record.family} {record.value} {record.passed}", highlight=False)
    return records
