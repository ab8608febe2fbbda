"""The whole truth of one instant for one person, of which the home senses a part."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from assistant.enums import Activity, Company, DayType, PhoneState, Room, Transition
from tools.personas.model import Persona
from tools.streams import Family, Stream, generator

from .clock import DAY
from .episodes import Episode, Timeline
from .house import STEP, House

_EDGE: Final = 6
"""Minutes for which a change counts as just made."""
_BEDTIME: Final = 20
"""Minutes before a night in which going to bed shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is true of a person at a minute; `busy`, `mood`, `ill` and the phone may be hidden from the home."""

    minute: int
    activity: Activity
    activity_minutes: int
    room: Room
    company: Company
    transition: Transition
    phone: PhoneState
    day_type: DayType
    day: int
    hour: float
    busy: float
    """Standard normal at most times: what else is on this person's mind."""
    mood: float
    """Standard normal, slow."""
    ill: bool

    @property
    def home(self) -> bool:
        """Whether the person is at home."""
        return self.room is not Room.NOT_HOME

    @property
    def free_day(self) -> bool:
        """Whether the day has a weekend's rhythm."""
        return self.day_type is not DayType.WEEKDAY


class Life:
    """One person's truth at any minute."""

    def __init__(self, persona: Persona, house: House) -> None:
        self.persona = persona
        self.house = house
        self.timeline: Timeline = house.timelines[persona.member]
        rng = generator(house.household.seed, persona.family, Stream.LATENT, persona.persona_id)
        days = house.calendar.days
        self._busy = _wandering(days * 48, persona.family, rng)
        self._mood = _autoregressive(days, 0.6, rng)
        self._phone = rng.random(days * 144).tolist()
        self._drives = bool(rng.random() < 0.65)

    def _company(self, minute: int, episode: Episode) -> Company:
        calendar = self.house.calendar
        if not episode.home:
            return Company.UNKNOWN
        if calendar.visited(minute):
            return Company.GUESTS
        look = min(max(minute, 0) // STEP, self.house.home.shape[1] - 1)
        others = [member for member in range(len(self.house.timelines)) if member != self.persona.member]
        if any(self.house.home[member, look] and self.house.awake[member, look] for member in others):
            return Company.HOUSEHOLD
        if self.house.household.children and self._children_up(minute):
            return Company.CHILDREN
        return Company.ALONE

    def _children_up(self, minute: int) -> bool:
        hour = minute % DAY / 60.0
        free = self.house.calendar.is_free(max(minute, 0) // DAY)
        return 7.0 <= hour < 20.5 if free else 6.5 <= hour < 8.0 or 15.0 <= hour < 20.5

    def _transition(self, minute: int, index: int) -> Transition:
        episodes = self.timeline.episodes
        episode = episodes[index]
        before = episodes[index - 1] if index else episode
        following = episodes[index + 1] if index + 1 < len(episodes) else episode
        visits = self.house.calendar.guests
        if any(0 <= minute - edge < _EDGE for span in visits for edge in span):
            return Transition.COMPANY_CHANGED
        if minute - episode.begin >= _EDGE and episode.activity not in (Activity.ARRIVING, Activity.WAKING):
            near = following.night and following.begin - minute <= _BEDTIME
            return Transition.GOING_TO_BED if near and episode.home else Transition.NONE
        return _edge(before, episode)

    def _phone_state(self, minute: int, episode: Episode, index: int) -> PhoneState:
        draw = self._phone[min(max(minute, 0) // 10, len(self._phone) - 1)]
        if draw < 0.02:
            return PhoneState.UNREACHABLE
        if episode.activity is Activity.CALL:
            return PhoneState.CALL
        if episode.activity is Activity.ASLEEP:
            return PhoneState.CHARGING if draw < 0.6 else PhoneState.FOCUS if draw < 0.8 else PhoneState.IDLE
        if not episode.home:
            edge = min(minute - episode.begin, self.timeline.end(index) - minute)
            if self._drives and edge < 25:
                return PhoneState.DRIVING
        return _carried(episode.activity, draw)

    def at(self, minute: int) -> State:
        """Return the truth of a minute."""
        index = self.timeline.index(minute)
        episode = self.timeline.episodes[index]
        company = self._company(minute, episode)
        activity = episode.activity
        if company is Company.GUESTS and activity in (Activity.IDLE, Activity.MEDIA, Activity.EATING):
            activity = Activity.HOSTING
        day = min(max(minute, 0) // DAY, self.house.calendar.days - 1)
        return State(
            minute=minute,
            activity=activity,
            activity_minutes=minute - episode.begin,
            room=episode.room,
            company=company,
            transition=self._transition(minute, index),
            phone=self._phone_state(minute, episode, index),
            day_type=self.house.calendar.day_type(minute),
            day=day,
            hour=minute % DAY / 60.0,
            busy=float(self._busy[min(max(minute, 0) // 30, len(self._busy) - 1)]),
            mood=float(self._mood[day]),
            ill=day in self.house.calendar.ill[self.persona.member],
        )


def _edge(before: Episode, episode: Episode) -> Transition:
    """Return the name of the change from one episode to the next."""
    if episode.activity is Activity.WAKING or (before.night and episode.activity is not Activity.ASLEEP):
        return Transition.WOKE_UP
    if episode.activity is Activity.ARRIVING or (episode.home and before.activity is Activity.ARRIVING):
        return Transition.ARRIVED
    if before.home and not episode.home:
        return Transition.LEFT
    if episode.activity is Activity.ASLEEP:
        return Transition.NONE
    return Transition.ENTERED_ROOM if before.room is not episode.room else Transition.FINISHED_ACTIVITY


def _carried(activity: Activity, draw: float) -> PhoneState:
    """Return the state of the phone of somebody awake, from one uniform number."""
    use, focus, charge = {
        Activity.WORKING: (0.15, 0.2, 0.2),
        Activity.MEDIA: (0.4, 0.02, 0.1),
        Activity.IDLE: (0.5, 0.02, 0.12),
        Activity.AWAY: (0.22, 0.06, 0.02),
        Activity.WAKING: (0.45, 0.05, 0.3),
    }.get(activity, (0.15, 0.03, 0.12))
    draw = (draw - 0.02) / 0.98
    if draw < use:
        return PhoneState.IN_USE
    if draw < use + focus:
        return PhoneState.FOCUS
    return PhoneState.CHARGING if draw < use + focus + charge else PhoneState.IDLE


def _autoregressive(count: int, keep: float, rng: np.random.Generator) -> list[float]:
    noise = rng.standard_normal(count).tolist()
    values: list[float] = []
    last = noise[0] if count else 0.0
    for shock in noise:
        last = keep * last + (1.0 - keep * keep) ** 0.5 * shock
        values.append(last)
    return values


def _wandering(count: int, family: Family, rng: np.random.Generator) -> list[float]:
    """Return busyness by half-hour: a slow wander in A, bursts of hours in B."""
    if family is Family.A:
        return _autoregressive(count, 0.9, rng)
    values = [-0.3] * count
    at = 0
    while at < count:
        at += int(rng.exponential(16.0)) + 1
        length = int(rng.pareto(1.6) * 2.0) + 1
        for slot in range(at, min(at + length, count)):
            values[slot] = 2.2
        at += length
    return values
