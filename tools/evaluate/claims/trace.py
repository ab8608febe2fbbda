"""What one person lived through under the exploring policy: the feedback that every learner gets alike."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from assistant.enums import REPLIES_THAT_ANSWER, Level, Verdict
from assistant.facts import Moment, Suggestion
from assistant.results import Decision, Outcome, Style
from tools.errors import ArgumentError
from tools.personas.draw import draw_household
from tools.personas.model import Persona
from tools.personas.population import MEMBERS_PER_ID
from tools.personas.split import split_of
from tools.simulate.explore import Explorer
from tools.simulate.factors import Factors
from tools.simulate.resident import GOOD, Resident
from tools.simulate.world import World, household_worlds
from tools.streams import Family

_RISK_BENEFIT: Final = 1.3
"""How much more a message is worth while harm is possible (the simulator's utility)."""
_SEARCHED: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One opportunity as it was met, what was done about it, and what came back."""

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
    looks: tuple[Look, ...]


def as_shipped(decision: Decision) -> Decision:
    """Return what the product would do at its first settings: it suggests, in its usual style, and does not act.

    The explorer's random levels and styles would be answered too, and answers to them say little about timing.
    """
    if decision.verdict not in (Verdict.SPEAK, Verdict.ACT):
        return decision
    return replace(decision, verdict=Verdict.SPEAK, level=Level.SUGGEST, style=Style())


def trace(world: World, seed: int) -> Trace:
    """Return a persona's trace under the exploring policy; the same world and seed give the same trace."""
    resident, policy = Resident(world), Explorer(world.persona, seed, world.days)
    looks: list[Look] = []
    for opportunity in world.opportunities:
        if not resident.is_open(opportunity):
            continue
        moment, factors = resident.moment(opportunity), resident.factors(opportunity)
        decision = as_shipped(policy.decide(opportunity, resident))
        outcome = resident.respond(opportunity, decision)
        welcome = opportunity.content_draw < factors.content and opportunity.draws[GOOD] < factors.moment
        looks.append(
            Look(
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
    wish = world.persona.preferences.scheduling.wish_per_day
    return Trace(persona=world.persona.persona_id, wish=wish, looks=tuple(looks))


def _people(split: str, seed: int, family: Family) -> Iterator[tuple[int, Persona]]:
    for index in range(_SEARCHED):
        if split_of(index, family) == split:
            for member in draw_household(index, seed, family).members:
                yield index, member


def persona_ids(split: str, count: int, seed: int, family: Family) -> list[int]:
    """Return the ids of the first so many personas of a split, in order.

    Raises ArgumentError when the count is below 1 or the family has no such split.
    """
    if count < 1:
        raise ArgumentError("at least one person is needed")
    found = [member.persona_id for (_, member), _ in zip(_people(split, seed, family), range(count), strict=False)]
    if len(found) < count:
        raise ArgumentError(f"family {family} has no {count} people in the split '{split}'")
    return found


def traces(ids: list[int], seed: int, days: int, family: Family) -> Iterator[Trace]:
    """Yield the traces of personas; people of one household share its simulation."""
    wanted = set(ids)
    households = dict.fromkeys(persona // MEMBERS_PER_ID for persona in ids)
    for index in households:
        for world in household_worlds(draw_household(index, seed, family), days):
            if world.persona.persona_id in wanted:
                yield trace(world, seed)
