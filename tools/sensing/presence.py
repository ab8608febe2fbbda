"""Who is where and doing what: what is said of one person at regular instants, against the simulator's truth.

The truth is the person's timeline, which the script was written from. The instants are ten minutes apart and off the
script's own grid of whole and half hours; what trackers and sensors get wrong at them counts. Only what the product
means by *leaving* is taken by its own words: somebody who went out a moment ago, who is away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log
from types import MappingProxyType
from typing import Final

import numpy as np

from assistant.enums import Activity, Company
from custom_components.proactive_assistant.sensing.activity import JUST, Sensed
from tools.simulate.clock import DAY

from .fittings import Plan
from .readings import Course, Journal
from .score import LAG
from .stage import Span, Stage, absences_of

EVERY: Final = 10
"""Minutes between two instants."""

NAMES: Final = tuple(activity.value for activity in Activity)
INDEX: Final = MappingProxyType({name: place for place, name in enumerate(NAMES)})
BINS: Final = 10

AWAY, HOME, NOTHING = 0, 1, 2
"""Places, by row of what is true and by column of what is said."""

GONE: Final = frozenset({Activity.AWAY.value, Activity.LEAVING.value})
LONG: Final = 10.0
"""Minutes from which a going or a sleep is one that ought to be noticed; a trip to the bin is not."""

NIGHT: Final = 120.0
"""Minutes of sleep from which falling asleep and waking are asked about: a nap in a chair shows nothing."""

EDGES: Final = ("leaving", "return", "falling asleep", "waking")

_SHOWS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        Activity.AWAY.value: ("person",),
        Activity.ARRIVING.value: ("person",),
        Activity.ASLEEP.value: ("bed", "motion"),
        Activity.WAKING.value: ("bed", "motion:bedroom"),
        Activity.GROOMING.value: ("motion:bathroom",),
        Activity.COOKING.value: ("motion:kitchen", "hot"),
        Activity.EATING.value: ("motion:kitchen",),
        Activity.CARING.value: ("motion:child_room",),
        Activity.WORKING.value: ("motion:office",),
        Activity.MEDIA.value: ("tv",),
        Activity.HOSTING.value: ("guest_phone",),
        Activity.IDLE.value: ("motion:living_room",),
    }
)
"""What a home can show an activity by, any of it. Chores, exercise, calls and being about to go have no sensor here."""


_COMPANY: Final = (Company.ALONE.value, Company.HOUSEHOLD.value, Company.GUESTS.value)


def shown_in(plan: Plan, member: int) -> frozenset[str]:
    """Return the activities of a member that the sensors of a home can show at all.

    Where nobody assigned rooms and sensors are called what the box called them, nothing tells a room.
    """
    placed = plan.areas or not plan.vendor
    found = set()
    for activity, keys in _SHOWS.items():
        for key in keys:
            if key == "person":
                has = plan.has(f"person:{member}")
            else:
                has = bool(plan.keys(key)) and (placed or not key.startswith("motion:"))
            if has:
                found.add(activity)
    return frozenset(found)


def _zeros(*shape: int) -> np.ndarray:
    return np.zeros(shape)


@dataclass(slots=True)
class Tally:
    """One person's counts; those of several add up."""

    phone: bool
    """Whether a person entity stands for them."""
    places: np.ndarray = field(default_factory=lambda: _zeros(2, 3))
    """Instants by true place and said place."""
    asleep: np.ndarray = field(default_factory=lambda: _zeros(2, 3))
    """Instants at home where sensors tell of sleep: truly awake and asleep by said awake, asleep, nothing."""
    guessed: np.ndarray = field(default_factory=lambda: _zeros(2, 3))
    """The same where no sensor tells of it: only the clock."""
    said: np.ndarray = field(default_factory=lambda: _zeros(len(NAMES), len(NAMES)))
    """Instants of activities that the home can show: true by row, said by column."""
    hidden: np.ndarray = field(default_factory=lambda: _zeros(len(NAMES), len(NAMES)))
    """Instants of activities that it cannot show."""
    hours: np.ndarray = field(default_factory=lambda: _zeros(24, len(NAMES)))
    """Instants of activities that it can show, by hour of the day."""
    bins: np.ndarray = field(default_factory=lambda: _zeros(2, BINS, 5))
    """Where an activity is said of somebody who is alone at home, or not alone, by stated confidence: instants, sum
    of the confidences, right ones, sum of squared errors, sum of log-losses. Who is said to be out is in neither."""
    gone: np.ndarray = field(default_factory=lambda: _zeros(BINS, 5))
    """The same of who is said to be out or to have just come in: the persons tell that, not the rooms."""
    company: np.ndarray = field(default_factory=lambda: _zeros(3, 3))
    """Instants at home by true and said company: alone, with others who live here, with guests."""
    vacant: np.ndarray = field(default_factory=lambda: _zeros(2))
    """Instants at home, and those at which the home is said to be empty."""
    delays: dict[str, list[float]] = field(default_factory=lambda: {edge: [] for edge in EDGES})
    """Minutes until an edge is sensed."""
    unseen: dict[str, int] = field(default_factory=lambda: dict.fromkeys(EDGES, 0))
    """Edges that were never sensed while they lasted."""


def truth_at(stage: Stage, member: int, minute: float) -> str:
    """Return what a member really does: the world's word for it (`tools.simulate.state.Life`)."""
    activity = stage.house.timelines[member].at(minute).activity
    if stage.house.calendar.visited(int(minute)) and activity in (Activity.IDLE, Activity.MEDIA, Activity.EATING):
        activity = Activity.HOSTING
    return activity.value


def _said(sensed: Sensed | None, truth: str, left: float) -> str:
    """Return the activity said, where *leaving* is being away if they went out a moment ago."""
    said = Activity.UNKNOWN.value if sensed is None else sensed.activity.value
    just = left <= JUST.total_seconds() / 60 + LAG
    return truth if said == Activity.LEAVING.value and truth == Activity.AWAY.value and just else said


def _company(stage: Stage, member: int, minute: float) -> int:
    if stage.house.calendar.visited(int(minute)):
        return 2
    others = (timeline for number, timeline in enumerate(stage.house.timelines) if number != member)
    return int(any(timeline.home(minute) for timeline in others))


def tally(journal: Journal, member: int, begin: float, end: float) -> Tally:
    """Return one member's counts in a span of minutes."""
    stage = journal.stage
    course = journal.people.get(member, Course[Sensed]())
    found = Tally(phone=stage.plan.has(f"person:{member}"))
    shown = shown_in(stage.plan, member)
    timeline = stage.house.timelines[member]
    at = begin + stage.plan.household.household_id % EVERY + 0.37
    while at < end:
        index = timeline.index(at)
        truth, sensed = truth_at(stage, member, at), course.at(at)
        said = _said(sensed, truth, at - timeline.episodes[index].begin)
        _count(found, truth, said, sensed, shown)
        found.hours[int(at % DAY // 60), INDEX[truth]] += truth in shown
        if timeline.episodes[index].home:
            found.vacant += (1.0, float(bool(journal.vacant.at(at))))
            if sensed is not None and sensed.company.value in _COMPANY:
                found.company[_company(stage, member, at), _COMPANY.index(sensed.company.value)] += 1
        at += EVERY
    for edge, spans in _edges(stage, member).items():
        for span in spans:
            if begin <= span[0] < end:
                _delay(found, edge, course, span)
    return found


def _count(found: Tally, truth: str, said: str, sensed: Sensed | None, shown: frozenset[str]) -> None:
    """Count one instant."""
    nothing = said == Activity.UNKNOWN.value
    out = truth == Activity.AWAY.value
    found.places[AWAY if out else HOME, NOTHING if nothing else AWAY if said in GONE else HOME] += 1
    if not out:
        sleeps = found.asleep if Activity.ASLEEP.value in shown else found.guessed
        column = 2 if nothing else int(said == Activity.ASLEEP.value)
        sleeps[int(truth == Activity.ASLEEP.value), column] += 1
    (found.said if truth in shown else found.hidden)[INDEX[truth], INDEX[said]] += 1
    if nothing or sensed is None:
        return
    right = said == truth
    trust = sensed.confidence
    stated = min(max(trust, 0.001), 0.999)
    row = (1.0, trust, float(right), (trust - right) ** 2, -log(stated if right else 1 - stated))
    place = min(int(trust * BINS), BINS - 1)
    if said in GONE or said == Activity.ARRIVING.value:
        found.gone[place] += row
    else:
        found.bins[int(sensed.company.value != Company.ALONE.value), place] += row


def _edges(stage: Stage, member: int) -> dict[str, list[Span]]:
    """Return by edge when it happens, and until when it can be sensed."""
    timeline = stage.house.timelines[member]
    away = [span for span in absences_of(stage.house, member) if span[1] - span[0] >= LONG]
    home = [
        (back, float(leaves))
        for (_, back), leaves in zip(away, [*(begin for begin, _ in away[1:]), stage.house.end], strict=False)
        if leaves - back >= LONG and back < stage.house.end
    ]
    sleeps: list[Span] = []
    wakes: list[Span] = []
    for index, episode in enumerate(timeline.episodes):
        end = float(min(timeline.end(index), stage.house.end))
        if not episode.home or episode.activity is not Activity.ASLEEP or end - episode.begin < NIGHT:
            continue
        sleeps.append((float(episode.begin), end))
        after = next(
            (item.begin for item in timeline.episodes[index + 1 :] if item.activity is Activity.ASLEEP), stage.house.end
        )
        if end < stage.house.end and after - end >= LONG:
            wakes.append((end, float(after)))
    return dict(zip(EDGES, (away, home, sleeps, wakes), strict=True))


def _delay(found: Tally, edge: str, course: Course[Sensed], span: Span) -> None:
    """Add how long it took until an edge was sensed; nought where it was said already."""
    gone = edge in ("leaving", "return")
    words = GONE if gone else frozenset({Activity.ASLEEP.value})
    wanted = edge in ("leaving", "falling asleep")
    mute = Activity.UNKNOWN.value

    def holds(sensed: Sensed) -> bool:
        said = sensed.activity.value
        return (said in words) is wanted and said != mute

    at = course.first(*span, holds)
    if at is None:
        found.unseen[edge] += 1
    else:
        found.delays[edge].append(at - span[0])
