"""The world of one persona: a timeline of opportunities that no policy can change.

An opportunity is one look at one open situation: when it arises, when the person's own activity changes, and every
quarter of an hour. Two policies on the same persona meet the same opportunities, the same truth and the same chances.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from assistant.enums import Activity, Urgency
from assistant.facts import Moment, Suggestion
from assistant.kinds import KINDS
from tools.errors import ArgumentError
from tools.personas.draw import draw_household
from tools.personas.model import Persona, PersonaHousehold
from tools.personas.population import MEMBERS_PER_ID
from tools.streams import Family, Stream, generator

from .days import HouseholdDays, household_days
from .factors import Matter, Taste
from .habits import Habits
from .house import House
from .logistic import LogisticTaste
from .rules import RuleTaste
from .sensing import Senses
from .situations import Situation, household_situations
from .state import Life, State

DRAWS: Final = 24
"""Uniform numbers that every opportunity owns; `resident` and `rows` say what each is for."""
_LOOKS: Final = 16
_APART: Final = 5
_TICK: Final = 15
"""Looks at one situation at most, minutes between two of them at least, and minutes between two without a change."""
_AWAY_KEPT: Final = 0.5
_ASLEEP_KEPT: Final = 0.5
"""Share of looks kept while the person is away (and the kind is for people at home) or asleep: the product's
coordinator would not ask, but the model must know that they are bad moments."""

type Array = np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """One look at one open situation for one person."""

    index: int
    minute: int
    """Minutes since day 0's midnight, local."""
    matter: Matter
    """The suggestion and what is hidden about its situation."""
    moment: Moment
    """As the home senses it, without the load that only a policy produces."""
    state: State
    """As it is."""
    last: bool
    """Whether this is the last look at its situation for this person."""
    content_draw: float
    """The situation's own chance for *content wanted*: shared by all its looks."""
    draws: tuple[float, ...]
    """This look's own chances, DRAWS of them."""

    @property
    def situation(self) -> Situation:
        """Return the situation it is a look at."""
        return self.matter.situation

    @property
    def suggestion(self) -> Suggestion:
        """Return what could be said."""
        return self.matter.suggestion

    @property
    def session(self) -> int:
        """Return the day, counted from 0."""
        return self.state.day


class World:
    """A persona's timeline of opportunities, and the tastes that answer them."""

    def __init__(self, persona: Persona, house: House, situations: Sequence[Situation]) -> None:
        self.persona = persona
        self.house = house
        self.days = house.calendar.days
        seed = house.household.seed
        self.taste: Taste = (LogisticTaste if persona.family is Family.A else RuleTaste)(persona, seed, self.days)
        self.life = Life(persona, house)
        self._rng = generator(seed, persona.family, Stream.ANSWERS, persona.persona_id)
        senses = Senses(
            self.life,
            Habits(self.life.timeline, house.calendar),
            generator(seed, persona.family, Stream.SENSING, persona.persona_id),
        )
        self.opportunities: tuple[Opportunity, ...] = tuple(self._opportunities(situations, senses))

    @property
    def person(self) -> str:
        """Return the id under which suggestions name this person."""
        return person_name(self.persona.persona_id)

    def _opportunities(self, situations: Sequence[Situation], senses: Senses) -> list[Opportunity]:
        looks: list[tuple[int, Matter, bool, float]] = []
        for situation in situations:
            if self.persona.member not in situation.told:
                continue
            matter = Matter(situation, self._suggestion(situation))
            minutes = self._looks(situation)
            content_draw = float(self._rng.random())
            looks += [(at, matter, at == minutes[-1], content_draw) for at in minutes]
        looks.sort(key=lambda look: (look[0], look[1].situation.number))
        draws = self._rng.random((len(looks), DRAWS)).tolist()
        result: list[Opportunity] = []
        for index, (minute, matter, last, content_draw) in enumerate(looks):
            state = self.life.at(minute)
            result.append(
                Opportunity(
                    index=index,
                    minute=minute,
                    matter=matter,
                    moment=senses.moment(state),
                    state=state,
                    last=last,
                    content_draw=content_draw,
                    draws=tuple(draws[index]),
                )
            )
        return result

    def _looks(self, situation: Situation) -> list[int]:
        """Return the minutes at which a situation is looked at, in order."""
        timeline, over = self.life.timeline, situation.over
        minutes = [situation.created]
        first = timeline.index(situation.created)
        for index in range(first + 1, len(timeline.episodes)):
            begin = timeline.episodes[index].begin
            if begin >= over or len(minutes) > 40:
                break
            minutes.append(begin + 1 + int(self._rng.integers(0, 3)))
        minutes += list(range(situation.created + _TICK, min(over, situation.created + 1500), _TICK))
        chances = self._rng.random(len(minutes) + 1).tolist()
        kept: list[int] = []
        for minute, chance in zip(sorted(minutes), chances, strict=False):
            apart = not kept or minute - kept[-1] >= _APART
            if minute < over and apart and chance < self._worth_asking(situation, minute):
                kept.append(minute)
        if len(kept) > _LOOKS:
            later = self._rng.choice(np.arange(2, len(kept)), size=_LOOKS - 2, replace=False)
            kept = kept[:2] + [kept[int(i)] for i in np.sort(later)]
        return kept

    def _worth_asking(self, situation: Situation, minute: int) -> float:
        """Return the chance that a look is kept."""
        policy = KINDS[situation.kind]
        episode = self.life.timeline.at(minute)
        if not episode.home and not policy.while_away:
            return _AWAY_KEPT
        if episode.activity is Activity.ASLEEP:
            return 1.0 if situation.risk_present else _ASLEEP_KEPT
        return 1.0

    def _suggestion(self, situation: Situation) -> Suggestion:
        policy = KINDS[situation.kind]
        at = self.house.calendar.at
        household = self.house.household.household_id
        urgency = policy.urgency
        if situation.risk_present and urgency < Urgency.HIGH:
            urgency = Urgency(urgency + 1)
        first = household * MEMBERS_PER_ID
        return Suggestion(
            id=f"{household}-{situation.number}-{self.persona.member}",
            kind=situation.kind,
            situation=f"{situation.kind}:{household}.{situation.number}",
            category=policy.category,
            risk=policy.risk,
            urgency=urgency,
            benefit=policy.benefit,
            created=at(situation.created),
            expires=at(situation.created) + timedelta(minutes=policy.minutes_to_live),
            began=at(situation.began),
            persons=tuple(person_name(first + member) for member in situation.members),
            risk_present=situation.risk_present,
        )


def person_name(persona_id: int) -> str:
    """Return the id under which suggestions name a persona."""
    return f"person.{persona_id}"


def household_worlds(household: PersonaHousehold, days: int) -> tuple[World, ...]:
    """Return the worlds of everyone in a household over a number of days.

    Raises ArgumentError when the number of days is not from 1 to 366.
    """
    if not 1 <= days <= 366:
        raise ArgumentError(f"the number of days must be from 1 to 366, not {days}")
    lived: HouseholdDays = household_days(household, days)
    house = House(household, lived)
    situations = household_situations(house)
    return tuple(World(member, house, situations) for member in household.members)


def persona_world(persona_id: int, seed: int, days: int, family: Family) -> World:
    """Return the world of one persona.

    Raises ArgumentError when there is no such persona or the number of days is out of range.
    """
    household = draw_household(persona_id // MEMBERS_PER_ID, seed, family)
    member = persona_id % MEMBERS_PER_ID
    if member >= len(household.members):
        raise ArgumentError(f"there is no persona {persona_id} in the population of seed {seed}")
    return household_worlds(household, days)[member]
