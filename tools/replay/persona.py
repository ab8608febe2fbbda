"""A persona of the population, at home: the scene its household lives in, and how it answers."""

from dataclasses import replace
from typing import Final

import numpy as np

from assistant.enums import Activity, Channel, Length, Level, Reason, Tone, Verdict
from assistant.kinds import KINDS
from assistant.results import Decision, Style
from tools.errors import ArgumentError
from tools.personas.draw import draw_household
from tools.personas.population import MEMBERS_PER_ID
from tools.sensing.script import write_script
from tools.sensing.stage import HOME, Stage, Truth
from tools.simulate.factors import Factors
from tools.simulate.factors import Matter as Known
from tools.simulate.resident import Resident
from tools.simulate.situations import Situation, household_situations
from tools.simulate.world import DRAWS, Opportunity, World
from tools.streams import Family

from .scene import Answer, Matter, Offered, Person, Scene

_INVENTED: Final = 1_000_000
"""Numbers from here on belong to situations that the world does not know: messages about nothing, or about more."""

_NEAR: Final = 240.0
"""Minutes by which a home may show a situation later or earlier than the population has it: an oven cools slowly."""

_BEFORE: Final = 2.0
_AFTER: Final = 30.0
"""Minutes around a matter in which a message is still about it."""


class Persona:
    """One persona who answers as in the simulator: the same truth, the same chances, at other minutes."""

    def __init__(self, world: World, stage: Stage, situations: list[Situation]) -> None:
        self.world = world
        self.stage = stage
        self.resident = Resident(world)
        self._situations = situations
        self._looks: dict[int, list[Opportunity]] = {}
        for look in world.opportunities:
            self._looks.setdefault(look.situation.number, []).append(look)
        self._truths: dict[int, list[Truth]] = {}
        for situation in situations:
            self._truths[situation.number] = _truths(stage, situation)
        self._invented: dict[str, Situation] = {}
        self.said: list[tuple[Opportunity, Factors, Offered]] = []
        """Every message as a look at its situation, with the truth before it was said."""

    # What a message is about --------------------------------------------------------------------

    def situation(self, offered: Offered) -> tuple[Situation, bool]:
        """Return what a message is about, and whether it is the matter itself."""
        open_now = [
            (situation, truth)
            for situation in self._situations
            for truth in self._truths.get(situation.number, ())
            if truth.began - _BEFORE <= offered.at <= truth.over + _AFTER
        ]
        for situation, truth in open_now:
            if situation.kind == offered.kind and _shared(truth.subjects, offered.subjects):
                return situation, True
        for situation, truth in open_now:
            if truth.subjects & offered.subjects:
                return self._invent(offered, situation, truth), False
        allowed = any(
            truth.kind == offered.kind
            and _shared(truth.subjects, offered.subjects)
            and truth.began - _BEFORE <= offered.at <= truth.over + _AFTER
            for truth in self.stage.truths
        )
        return self._invent(offered, None, None, meant=not allowed), False

    def _invent(
        self, offered: Offered, parent: Situation | None, truth: Truth | None, *, meant: bool = True
    ) -> Situation:
        known = self._invented.get(offered.situation)
        if known is not None and known.created <= offered.at < known.ends:
            return known
        minute = int(offered.at)
        ends = int(truth.over) if truth is not None else minute + 60
        self._invented[offered.situation] = made = Situation(
            number=_INVENTED + len(self._invented),
            kind=offered.kind,
            began=minute - 5,
            created=minute,
            ends=min(max(ends, minute + 5), self.stage.house.end),
            by_hand=parent.by_hand if parent is not None else None,
            by_member=parent.by_member if parent is not None else -1,
            on_purpose=parent.on_purpose if parent is not None else meant,
            risk_present=parent.risk_present if parent is not None else False,
            members=(),
            told=(self.world.persona.member,),
        )
        return made

    def subjects(self, number: int) -> frozenset[str]:
        """Return what a situation is about in this home; empty where the home cannot show it."""
        return frozenset().union(*(truth.subjects for truth in self._truths.get(number, ())))

    def opportunity(self, offered: Offered) -> tuple[Opportunity, bool]:
        """Return a message as a look at its situation, with the chances the simulator has for it."""
        situation, real = self.situation(offered)
        minute = int(min(max(offered.at, 0), self.stage.house.end - 1))
        looks = self._looks.get(situation.number)
        state = self.world.life.at(minute)
        if looks:
            look = min(looks, key=lambda item: abs(item.minute - minute))
            moment = replace(look.moment, at=self.stage.house.calendar.at(minute))
            return replace(look, minute=minute, moment=moment, state=state, last=False), real
        persona = self.world.persona
        rng = np.random.default_rng([self.stage.house.household.seed, persona.persona_id, situation.number, 77])
        suggestion = self.world._suggestion(situation)  # noqa: SLF001 - the world's own words for a situation
        first = self.world.opportunities[0]
        return replace(
            first,
            index=-1,
            minute=minute,
            matter=Known(situation, suggestion),
            moment=replace(first.moment, at=self.stage.house.calendar.at(minute)),
            state=state,
            last=False,
            content_draw=float(rng.random()),
            draws=tuple(rng.random(DRAWS).tolist()),
        ), real

    # Answers ------------------------------------------------------------------------------------

    def answer(self, offered: Offered) -> Answer | None:
        """Return what this persona does with a message."""
        if offered.kind not in KINDS or not self.world.opportunities:
            return None
        look, real = self.opportunity(offered)
        factors = self.resident.factors(look)
        self.said.append((look, factors, offered))
        channel = Channel(offered.channel)
        decision = Decision(
            verdict=Verdict.ACT if offered.acted else Verdict.SPEAK,
            reason=Reason.WELCOME,
            channel=channel,
            level=Level[offered.level.upper()],
            style=Style(length=Length(offered.length), tone=Tone(offered.tone), with_reason=offered.with_reason),
        )
        outcome = self.resident.respond(look, decision)
        if outcome is None:
            return None
        return Answer(
            reply=outcome.reply.value,
            after=outcome.delay_minutes,
            part=None if outcome.part is None else outcome.part.value,
            truth={
                "content": factors.content,
                "moment": factors.moment,
                "noticed": factors.noticed.get(channel, 0.0),
                "need": float(factors.need),
            },
            about=float(look.situation.created) if real else None,
            over=max(truth.over for truth in self._truths[look.situation.number]) if real else None,
        )

    def free(self, minute: float) -> float | None:
        """Return the first minute at which this person is at home and up."""
        timeline = self.world.life.timeline
        for index in range(timeline.index(minute), len(timeline.episodes)):
            episode = timeline.episodes[index]
            if episode.home and episode.activity not in (Activity.ASLEEP, Activity.LEAVING):
                return max(minute, float(episode.begin))
        return None

    def phone(self) -> list[tuple[float, str]]:
        """Return what the phone tells, where this person lets it."""
        if not self.world.persona.reveals_phone:
            return []
        life, end = self.world.life, self.stage.house.end
        edges = {*range(0, end, 10), *(max(e.begin, 0) for e in life.timeline.episodes if e.begin < end)}
        found: list[tuple[float, str]] = []
        for minute in sorted(edges):
            state = life.at(minute).phone
            if not found or found[-1][1] != state.value:
                found.append((float(minute), state.value))
        return found

    def welcome(self, minute: float) -> float | None:
        """Return how good a moment truly is for an ordinary message, with today's load."""
        if not self.world.opportunities:
            return None
        at = int(min(max(minute, 0), self.stage.house.end - 1))
        look = replace(self.world.opportunities[0], minute=at, state=self.world.life.at(at))
        return float(self.resident.factors(look).moment)


def _truths(stage: Stage, situation: Situation) -> list[Truth]:
    """Return how a situation looks in a home: the matter of its kind that begins nearest to it, if any does."""
    near = [
        truth
        for truth in stage.truths
        if truth.kind == situation.kind and truth.required and abs(truth.created - situation.created) <= _NEAR
    ]
    return [min(near, key=lambda truth: abs(truth.created - situation.created))] if near else []


def _shared(known: frozenset[str], found: frozenset[str]) -> bool:
    return not found or HOME in known or HOME in found or bool(known & found)


def persona_scene(persona_id: int, *, days: int, seed: int, family: Family) -> Scene:
    """Return the home of a persona's household.

    Raises ArgumentError when there is no such persona, it has no person entity, or the days are out of range.
    """
    if not 1 <= days <= 366:
        raise ArgumentError(f"the number of days must be from 1 to 366, not {days}")
    household_id, member = divmod(persona_id, MEMBERS_PER_ID)
    household = draw_household(household_id, seed, family)
    if member >= len(household.members):
        raise ArgumentError(f"there is no persona {persona_id} in the population of seed {seed}")
    stage = write_script(household_id, family, days, seed)
    people = tuple(
        Person(member=int(stage.plan.fittings[key].detail), key=key) for key in sorted(stage.plan.keys("person"))
    )
    if all(person.member != member for person in people):
        raise ArgumentError(f"persona {persona_id} carries no phone, so nothing can be told to it; choose another")
    # A home shows what its devices show; of the rest nobody can be told.
    situations = [item for item in household_situations(stage.house) if _truths(stage, item)]
    minds = {
        person.member: Persona(World(household.members[person.member], stage.house, situations), stage, situations)
        for person in people
    }
    return Scene(
        name=f"persona {persona_id}",
        start=stage.house.calendar.start,
        minutes=float(stage.house.end),
        fittings=dict(stage.plan.fittings),
        tracks=stage.tracks,
        people=people,
        minds=dict(minds),
        matters=tuple(
            Matter(
                kind=truth.kind,
                subjects=truth.subjects,
                began=truth.began,
                created=truth.created,
                over=min(truth.over, float(stage.house.end)),
                required=truth.required,
            )
            for truth in stage.truths
        ),
        areas=stage.plan.areas,
        language=stage.plan.language,
        watched=member,
    )
