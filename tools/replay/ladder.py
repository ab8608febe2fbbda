"""One persona on every rung: the laboratory, its judge with the integration's senses, the policy, the real core."""

import asyncio
import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from assistant.assistant import Assistant
from assistant.engine import Engine
from assistant.enums import Reason, Verdict
from assistant.facts import Moment
from assistant.judge import judge_many
from assistant.learner import learn
from assistant.results import Decision
from assistant.state import new_state
from assistant.vocabulary import LEVELS
from custom_components.proactive_assistant.assistant.enums import Reason as CoreReason
from custom_components.proactive_assistant.assistant.enums import Verdict as CoreVerdict
from custom_components.proactive_assistant.storage.ledger import INTERRUPTING
from tools.evaluate.claims.learners import Belief, belief_of
from tools.evaluate.claims.scores import Beliefs, Truth, beliefs_of, truth_of
from tools.evaluate.claims.trace import Look, Trace
from tools.evaluate.claims.trace import trace as explore
from tools.personas.draw import draw_household
from tools.personas.population import MEMBERS_PER_ID
from tools.sensing.stage import HOME
from tools.simulate.factors import Factors
from tools.simulate.resident import GOOD
from tools.simulate.world import Opportunity, World, household_worlds
from tools.streams import Family

from .inprocess import CorePort, replay
from .journal import Line
from .life import Life
from .persona import Persona, persona_scene
from .policy_loop import policy_loop
from .scene import Scene

COLD: Final = "population only"
OURS: Final = "steering"
SETTLED: Final = 0.1
"""Minutes after a look's own minute at which the integration is asked: it settles for a second first."""

_TOLD: Final = frozenset({CoreReason.DUPLICATE, CoreReason.SNOOZED, CoreReason.SAID_NO_BEFORE, CoreReason.ON_PURPOSE})
"""Silences about what was told already."""


@dataclass(kw_only=True, slots=True)
class Rung:
    """One persona's looks as they were met on one rung, what was believed, and what was said."""

    looks: list[Look] = field(default_factory=list)
    feedback: list[int] = field(default_factory=list)
    beliefs: dict[str, list[Belief]] = field(default_factory=dict)
    seen: list[bool] = field(default_factory=list)
    """Whether the home had noticed the situation at all."""
    spoken: list[bool] | None = None
    """What the policy did; None where a learner's prices decide."""


@dataclass(kw_only=True, slots=True)
class Scored:
    """A rung as arrays, shape (looks,) throughout: light enough to travel between processes."""

    truth: Truth
    beliefs: dict[str, Beliefs]
    seen: NDArray[np.bool_]
    spoken: NDArray[np.bool_] | None


@dataclass(kw_only=True, slots=True)
class Climb:
    """One persona on every rung."""

    persona: int
    rungs: dict[str, Scored]
    lines: list[Line]
    """The account of the live replay, of this persona alone."""
    seconds: float
    """Of the processor for the replay, by person."""
    days: int
    lived: float
    """Days of the home that were lived in these seconds, by person."""


def _enum[T: Enum](kind: type[T], value: Any) -> T:
    return kind(value.value)


def mirrored(moment: Any) -> Moment:
    """Return a moment of the integration as one of the laboratory's own: two imports of one file."""
    found = {}
    plain = Moment(at=moment.at)
    for name in Moment.__slots__:
        value = getattr(moment, name)
        default = getattr(plain, name)
        if isinstance(default, Enum):
            value = _enum(type(default), value)
        elif name == "forecast":
            value = tuple(type(plain.activity)(item.value) for item in value)
        elif name == "recent":
            value = ()
        found[name] = value
    return Moment(**found)


@dataclass(slots=True)
class Seen:
    """What the integration made of one look: its moment, and whether it had noticed the situation."""

    moment: Moment | None = None
    noticed: bool = False
    belief: Belief | None = None
    told: bool = False
    factors: Factors | None = None
    open: bool = True
    spoken: bool = False


class Watcher:
    """Asks the running integration at every look of the laboratory; nothing is said or written down by asking."""

    def __init__(self, member: int) -> None:
        self._member = member
        self.seen: dict[int, Seen] = {}

    async def __call__(self, port: CorePort, life: Life) -> None:
        """Follow one persona's looks."""
        mind = life.scene.minds[self._member]
        assert isinstance(mind, Persona)
        for look in mind.world.opportunities:
            await port.wait(look.minute + SETTLED, asyncio.Event())
            self.seen[look.index] = await self._look(port, mind, look)

    async def _look(self, port: CorePort, mind: Persona, look: Opportunity) -> Seen:
        coordinator = port.coordinator
        resident = coordinator.residents[f"member{self._member}"]
        now = port.scene.at(port.now)
        found = Seen(moment=mirrored(coordinator.moment(resident, now)))
        subjects = mind.subjects(look.situation.number)
        ids = {port.ids[key] for key in subjects if key in port.ids}
        threads = [
            thread
            for thread in coordinator.threads.due(now)
            if thread.suggestion.kind == look.suggestion.kind
            and (HOME in subjects or not ids or ids & set(thread.suggestion.entity_ids))
        ]
        found.open = mind.resident.is_open(look)
        # What was noticed, told and dealt with counts as noticed wherever the laboratory still looks at it.
        found.noticed = bool(threads) or not found.open
        found.factors = mind.resident.factors(look)
        if threads:
            for thread, decision in await coordinator.async_consider(resident, now):
                if thread is threads[0]:
                    found.told = decision.reason in _TOLD
                    found.spoken = (
                        decision.verdict in (CoreVerdict.SPEAK, CoreVerdict.ACT) and decision.channel in INTERRUPTING
                    )
                    found.belief = _belief(decision)
        return found


def _belief(decision: Any) -> Belief:
    numbers = decision.numbers
    content, moment = float(numbers.get("content", 0.0)), float(numbers.get("moment", 0.0))
    welcome = content * moment
    level = next((i for i, item in enumerate(LEVELS) if item.value == decision.level.value), 1)
    return Belief(
        welcome=welcome,
        score=welcome,
        content=content,
        moment=moment,
        level=level,
        length=decision.style.length.value == "full",
        tone=decision.style.tone.value == "warm",
        reason=decision.style.with_reason,
    )


# Learners in open loop -----------------------------------------------------------------------------


def believed(engine: Engine, looks: Sequence[Look]) -> tuple[list[int], dict[str, list[Belief]]]:
    """Return answers given before every look, and what the shipped judge believed, with and without learning."""
    stranger = state = new_state(engine.model_id, engine.prior)
    beliefs: dict[str, list[Belief]] = {COLD: [], OURS: []}
    waiting: list[tuple[float, int]] = []
    feedback, count = [], 0
    for number, look in enumerate(looks):
        while waiting and waiting[0][0] <= look.minute:
            told = looks[heapq.heappop(waiting)[1]]
            assert told.outcome is not None
            count += told.answers
            state = learn(engine, state, told.moment, told.suggestion, told.decision, told.outcome, told.person)
        feedback.append(count)
        for name, known in ((COLD, stranger), (OURS, state)):
            found = judge_many(engine, known, look.moment, [look.suggestion], look.person)
            beliefs[name].append(belief_of(found[0]))
        if look.outcome is not None:
            heapq.heappush(waiting, (look.known, number))
    return feedback, beliefs


def _open_loop(engine: Engine, looks: Sequence[Look], seen: Sequence[bool]) -> Rung:
    feedback, beliefs = believed(engine, looks)
    return Rung(looks=list(looks), feedback=feedback, beliefs=beliefs, seen=list(seen))


def _sensed(look: Look, moment: Moment | None) -> Look:
    """Return a look with the integration's senses and the load of the explorer's own messages."""
    if moment is None:
        return look
    load = look.moment
    return replace(
        look,
        moment=replace(
            moment,
            delivered_today=load.delivered_today,
            minutes_since_delivery=load.minutes_since_delivery,
            recent=load.recent,
        ),
    )


# Closed loops --------------------------------------------------------------------------------------


def _as_look(world: World, look: Opportunity, factors: Factors, decision: Decision | None = None) -> Look:
    return Look(
        number=look.index,
        minute=look.minute,
        session=look.session,
        moment=look.moment,
        suggestion=look.suggestion,
        person=world.person,
        decision=decision if decision is not None else _SILENCE,
        outcome=None,
        known=math.inf,
        factors=factors,
        welcome=look.content_draw < factors.content and look.draws[GOOD] < factors.moment,
    )


_SILENCE: Final = Decision(verdict=Verdict.HOLD, reason=Reason.LOW_CONFIDENCE)
_UNKNOWN: Final = Belief(welcome=0.0, score=0.0)


def _add(rung: Rung, look: Look, belief: Belief, *, seen: bool, spoken: bool) -> None:
    rung.looks.append(look)
    rung.feedback.append(0)
    rung.beliefs.setdefault(OURS, []).append(belief)
    rung.seen.append(seen)
    assert rung.spoken is not None
    rung.spoken.append(spoken)


def lab_policy(world: World, engine: Engine) -> Rung:
    """Return the product's whole policy in the laboratory."""
    rung = Rung(spoken=[])
    for item in policy_loop(world, engine):
        _add(
            rung,
            _as_look(world, item.look, item.factors, item.decision),
            _belief(item.decision),
            seen=True,
            spoken=item.pushed,
        )
    return rung


def core_policy(mind: Persona, seen: dict[int, Seen]) -> Rung:
    """Return what the real integration did at every look, and the messages that were no look's.

    A message is counted at the look of its situation that is nearest in time; looks after it are about something
    told already and count no more.
    """
    rung = Rung(spoken=[])
    world = mind.world
    known = {look.situation.number for look in world.opportunities}
    pushes: dict[int, tuple[Opportunity, Factors, float]] = {}
    for look, factors, offered in mind.said:
        number = look.situation.number
        if number not in known:
            _add(rung, _as_look(world, look, factors), _UNKNOWN, seen=False, spoken=True)
        elif number not in pushes:
            pushes[number] = (look, factors, offered.at)
    at = {number: _nearest(world, number, said[2]) for number, said in pushes.items()}
    for look in world.opportunities:
        found, number = seen.get(look.index), look.situation.number
        if found is None:
            continue
        if number in at and look.index == at[number].index:
            said, factors, _ = pushes[number]
            belief = found.belief
            _add(rung, _as_look(world, said, factors), belief or _UNKNOWN, seen=belief is not None, spoken=True)
        elif look.minute < at[number].minute if number in at else (not found.told and found.open):
            _silent(rung, world, look, found)
    _sort(rung)
    return rung


def _nearest(world: World, number: int, minute: float) -> Opportunity:
    looks = (look for look in world.opportunities if look.situation.number == number)
    return min(looks, key=lambda look: abs(look.minute - minute))


def _sort(rung: Rung) -> None:
    order = sorted(range(len(rung.looks)), key=lambda index: rung.looks[index].minute)
    rung.looks = [rung.looks[i] for i in order]
    rung.seen = [rung.seen[i] for i in order]
    rung.spoken = [(rung.spoken or [])[i] for i in order]
    rung.beliefs = {name: [found[i] for i in order] for name, found in rung.beliefs.items()}


def _silent(rung: Rung, world: World, look: Opportunity, found: Seen) -> None:
    assert found.factors is not None
    _add(
        rung,
        _as_look(world, look, found.factors),
        found.belief or _UNKNOWN,
        seen=found.belief is not None,
        spoken=False,
    )


def _scored(rung: Rung, lived: Trace) -> Scored:
    return Scored(
        truth=truth_of(replace(lived, looks=tuple(rung.looks)), rung.feedback),
        beliefs={name: beliefs_of(found) for name, found in rung.beliefs.items()},
        seen=np.array(rung.seen, bool),
        spoken=None if rung.spoken is None else np.array(rung.spoken, bool),
    )


# All of it -----------------------------------------------------------------------------------------


def tuned(persona_id: int, *, days: int, seed: int) -> Scored:
    """Return a persona of the laboratory alone: for the prices that every rung decides by."""
    [world] = [
        item
        for item in household_worlds(draw_household(persona_id // MEMBERS_PER_ID, seed, Family.A), days)
        if item.persona.persona_id == persona_id
    ]
    lived = explore(world, seed)
    engine = Assistant.load("numpy").engine
    return _scored(_open_loop(engine, lived.looks, [True] * len(lived.looks)), lived)


def climb(persona_ids: Sequence[int], *, days: int, seed: int, family: str) -> list[Climb]:
    """Return people of one household on every rung; they live through the same replay."""
    import time  # noqa: PLC0415 - the real one, before any clock is moved

    engine = Assistant.load("numpy").engine
    kind = Family(family)
    members = {persona % MEMBERS_PER_ID: persona for persona in persona_ids}

    def minds(scene: Scene) -> dict[int, Persona]:
        return {member: mind for member in members if isinstance(mind := scene.minds[member], Persona)}

    begun = time.process_time()
    scene = persona_scene(persona_ids[0], days=days, seed=seed, family=kind)
    watchers = {member: Watcher(member) for member in members}
    journal = replay(scene, {}, tuple(watchers.values()))
    spent = time.process_time() - begun
    found = []
    for member, mind in minds(scene).items():
        rungs, lived = _rungs(engine, mind, watchers[member].seen, seed)
        found.append(
            Climb(
                persona=members[member],
                rungs={name: _scored(rung, lived) for name, rung in rungs.items()},
                lines=[line for line in journal.lines if line.get("member") in (member, None)],
                seconds=spent / len(members),
                days=days,
                lived=days / len(members),
            )
        )
    return found


def _rungs(engine: Engine, mind: Persona, seen: dict[int, Seen], seed: int) -> tuple[dict[str, Rung], Trace]:
    world = mind.world
    lived = explore(world, seed)
    index = {(item.minute, item.suggestion.id): item.index for item in world.opportunities}
    senses = [seen.get(index[look.minute, look.suggestion.id], Seen()) for look in lived.looks]
    sensed = [_sensed(look, item.moment) for look, item in zip(lived.looks, senses, strict=True)]
    noticed = [item.noticed for item in senses]
    everything = [True] * len(noticed)
    believes = _open_loop(engine, sensed, everything)
    return {
        "laboratory": _open_loop(engine, lived.looks, everything),
        "its moments": believes,
        "its detectors": replace(believes, seen=noticed),
        "policy in the laboratory": lab_policy(world, engine),
        "integration": core_policy(mind, seen),
    }, lived
