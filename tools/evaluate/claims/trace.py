"""What one person lived through under a policy of chance: the feedback that every learner gets alike."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from assistant.enums import REPLIES_THAT_ANSWER, Activity, Channel, Level, Reason, Verdict
from assistant.facts import Moment, Suggestion
from assistant.results import Decision, Outcome
from assistant.settings import Settings
from tools.errors import ArgumentError
from tools.personas.draw import draw_household
from tools.personas.model import Persona, PersonaHousehold, Preferences
from tools.personas.population import MEMBERS_PER_ID
from tools.personas.split import split_of
from tools.simulate.factors import Factors
from tools.simulate.resident import GOOD, Resident
from tools.simulate.world import World, household_worlds
from tools.streams import Family, Stream, generator

_RISK_BENEFIT: Final = 1.3
"""How much more a message is worth while harm is possible (the simulator's utility)."""
_SEARCHED: Final = 100_000
_SETTINGS: Final = Settings()
CHANCE: Final = 0.35
"""Of speaking at a look."""
MOST_A_DAY: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One opportunity as it was met, what was done about it, and what came back."""

    number: int
    """Its place in the trace."""
    minute: int
    """Since the simulation began."""
    session: int
    """Day, counted from 0."""
    moment: Moment
    suggestion: Suggestion
    person: str
    decision: Decision
    outcome: Outcome | None
    known: float
    """Minute from which the outcome is known; infinite where there is none."""
    factors: Factors
    """The truth, for scoring alone."""
    welcome: bool
    """Whether it would have been wanted at a good moment, drawn with the look's own chances."""

    @property
    def benefit(self) -> float:
        """Return what saying it at the right moment is worth."""
        return self.suggestion.benefit * (_RISK_BENEFIT if self.suggestion.risk_present else 1.0)

    @property
    def answers(self) -> bool:
        """Return whether the person gave an answer to it."""
        return self.outcome is not None and self.outcome.reply in REPLIES_THAT_ANSWER


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One person's looks in order of time."""

    persona: int
    wish: float
    """Messages a day this person wishes for."""
    preferences: Preferences
    """The truth: for scoring, and for what the person says of themselves."""
    looks: tuple[Look, ...]


class Asker:
    """Speaks by chance, as the product would at its first settings: on the phone, in its usual style, as a suggestion.

    Random channels, levels and styles would be answered too, or overlooked, and answers to them say little about
    timing. It speaks more often than the product does, so that a month holds as many answers as the claims ask for.
    """

    def __init__(self, persona: Persona, seed: int) -> None:
        self._rng = generator(seed, persona.family, Stream.EXPLORATION, persona.persona_id)
        self._spent: dict[int, int] = {}

    def decide(self, session: int, moment: Moment) -> Decision:
        """Return what to do; nothing is said in quiet hours or to somebody asleep."""
        if _SETTINGS.quiet(moment.at) or moment.activity is Activity.ASLEEP:
            return Decision(verdict=Verdict.HOLD, reason=Reason.QUIET_HOURS)
        if self._rng.random() >= CHANCE or self._spent.get(session, 0) >= MOST_A_DAY:
            return Decision(verdict=Verdict.HOLD, reason=Reason.EXPLORING)
        self._spent[session] = self._spent.get(session, 0) + 1
        return Decision(verdict=Verdict.SPEAK, reason=Reason.EXPLORING, channel=Channel.PHONE, level=Level.SUGGEST)


def trace(world: World, seed: int) -> Trace:
    """Return a persona's trace under chance; the same world and seed give the same trace."""
    resident, policy = Resident(world), Asker(world.persona, seed)
    looks: list[Look] = []
    for opportunity in world.opportunities:
        if not resident.is_open(opportunity):
            continue
        moment, factors = resident.moment(opportunity), resident.factors(opportunity)
        decision = policy.decide(opportunity.session, moment)
        outcome = resident.respond(opportunity, decision)
        welcome = opportunity.content_draw < factors.content and opportunity.draws[GOOD] < factors.moment
        looks.append(
            Look(
                number=len(looks),
                minute=opportunity.minute,
                session=opportunity.session,
                moment=moment,
                suggestion=opportunity.suggestion,
                person=world.person,
                decision=decision,
                outcome=outcome,
                known=math.inf if outcome is None else opportunity.minute + outcome.delay_minutes,
                factors=factors,
                welcome=welcome,
            )
        )
    preferences = world.persona.preferences
    return Trace(
        persona=world.persona.persona_id,
        wish=preferences.scheduling.wish_per_day,
        preferences=preferences,
        looks=tuple(looks),
    )


def _people(split: str, seed: int, family: Family) -> Iterator[tuple[int, Persona]]:
    for index in range(_SEARCHED):
        if split_of(index, family) == split:
            for member in draw_household(index, seed, family).members:
                yield index, member


def anybody(_persona: Persona) -> bool:
    """Return that a persona counts."""
    return True


def changes(persona: Persona) -> bool:
    """Return whether a persona's tastes change abruptly."""
    return persona.preferences.context.change_day >= 0


def persona_ids(
    split: str, count: int, seed: int, family: Family, counts: Callable[[Persona], bool] = anybody
) -> list[int]:
    """Return the ids of the first so many personas of a split that count, in order.

    Raises ArgumentError when the count is below 1 or the family has no such split.
    """
    if count < 1:
        raise ArgumentError("at least one person is needed")
    those = (member.persona_id for _, member in _people(split, seed, family) if counts(member))
    found = list(islice(those, count))
    if len(found) < count:
        raise ArgumentError(f"family {family} has no {count} people in the split '{split}'")
    return found


def unchanged(household: PersonaHousehold) -> PersonaHousehold:
    """Return a household whose members keep their tastes: the same people in every other way."""

    def member(persona: Persona) -> Persona:
        preferences = persona.preferences
        return replace(persona, preferences=replace(preferences, context=replace(preferences.context, change_day=-1)))

    return replace(household, members=tuple(map(member, household.members)))


def traces(ids: list[int], seed: int, days: int, family: Family, *, steady: bool = False) -> Iterator[Trace]:
    """Yield the traces of personas; people of one household share its simulation.

    `steady` lets nobody's tastes change abruptly: the lives they would have had.
    """
    wanted = set(ids)
    households = dict.fromkeys(persona // MEMBERS_PER_ID for persona in ids)
    for index in households:
        household = draw_household(index, seed, family)
        for world in household_worlds(unchanged(household) if steady else household, days):
            if world.persona.persona_id in wanted:
                yield trace(world, seed)
