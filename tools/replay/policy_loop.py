"""The product's whole policy in the laboratory: the simulator's senses, the shipped judge, gates and learning."""

import math
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from assistant.engine import Engine
from assistant.enums import Channel, Reason, Reply, Verdict
from assistant.facts import Moment
from assistant.learner import learn
from assistant.policy import decide
from assistant.results import Decision, Outcome
from assistant.settings import NEVER_HOURS, Settings, Standing
from assistant.state import new_state
from tools.simulate.clock import DAY
from tools.simulate.factors import Factors
from tools.simulate.resident import Resident
from tools.simulate.world import Opportunity, World

_INTERRUPTING: Final = frozenset({Channel.PHONE, Channel.SPEAKER})
_CHANNELS: Final = (Channel.PHONE, Channel.DASHBOARD)


@dataclass(slots=True)
class Decided:
    """One look, the truth then, and what the policy made of it."""

    look: Opportunity
    factors: Factors
    decision: Decision
    pushed: bool
    reply: Reply | None = None
    delay: float = 0.0


class Told:
    """What one person was told, as the product's ledger would hold it."""

    def __init__(self) -> None:
        self.pushes: list[tuple[int, str, str, bool]] = []
        """Minute, kind, situation and whether it was an exploration."""
        self.delivered: dict[str, float] = {}
        """Until when an unanswered message lies in front of the person."""
        self.silenced: dict[str, tuple[Reason, float]] = {}

    def standing(self, minute: int, person: str) -> Standing:
        """Return where the person stands."""
        today = [push for push in self.pushes if push[0] // DAY == minute // DAY]
        return Standing(
            person=person,
            channels=_CHANNELS,
            days_known=minute / DAY,
            pushes_today=len(today),
            home_pushes_today=len(today),
            minutes_since_push=float(minute - self.pushes[-1][0]) if self.pushes else None,
            minutes_since_kind={kind: float(minute - at) for at, kind, _, _ in self.pushes},
            minutes_since_situation={situation: float(minute - at) for at, _, situation, _ in self.pushes},
            silenced={
                situation: reason.value for situation, (reason, until) in self.silenced.items() if until > minute
            },
            delivered=frozenset(situation for situation, until in self.delivered.items() if until > minute),
            explored_this_week=sum(push[3] and minute - push[0] < 7 * DAY for push in self.pushes),
        )

    def said(self, look: Opportunity, decision: Decision, outcome: Outcome) -> None:
        """Note a push and what its answer keeps silent."""
        minute, situation = look.minute, look.suggestion.situation
        self.pushes.append((minute, look.suggestion.kind, situation, decision.reason is Reason.EXPLORING))
        known = minute + outcome.delay_minutes
        expires = (look.suggestion.expires - look.suggestion.created) / timedelta(minutes=1)
        answered = outcome.reply in (Reply.ACCEPTED, Reply.LATER, Reply.NOT_NOW, Reply.WRONG, Reply.NEVER)
        self.delivered[situation] = known if answered else look.situation.created + expires
        if outcome.reply is Reply.NEVER:
            self.silenced[situation] = (Reason.SAID_NO_BEFORE, math.inf)
        elif outcome.reply is Reply.LATER:
            self.silenced[situation] = (Reason.SNOOZED, known + 30)
        elif outcome.reply in (Reply.NOT_NOW, Reply.WRONG):
            self.silenced[situation] = (Reason.SAID_NO_BEFORE, known + NEVER_HOURS * 60)


def policy_loop(world: World, engine: Engine, settings: Settings | None = None) -> list[Decided]:
    """Return every look that was open and not yet told, with the truth then and what the policy made of it."""
    resident, told = Resident(world), Told()
    state = new_state(engine.model_id, engine.prior)
    waiting: list[tuple[float, Opportunity, Moment, Decision, Outcome]] = []
    found: list[Decided] = []
    for look in world.opportunities:
        for lesson in sorted((item for item in waiting if item[0] <= look.minute), key=lambda item: item[0]):
            waiting.remove(lesson)
            _, earlier, moment, decision, outcome = lesson
            state = learn(engine, state, moment, earlier.suggestion, decision, outcome, world.person)
        standing = told.standing(look.minute, world.person)
        situation = look.suggestion.situation
        if not resident.is_open(look) or situation in standing.delivered or situation in standing.silenced:
            continue
        moment, factors = resident.moment(look), resident.factors(look)
        # One message is decided at a time, as its thread becomes due.
        suggestion = replace(look.suggestion, persons=())
        decision = decide(engine, state, moment, [suggestion], settings or Settings(), standing)[0]
        pushed = decision.verdict in (Verdict.SPEAK, Verdict.ACT) and decision.channel in _INTERRUPTING
        found.append(Decided(look, factors, decision, pushed))
        answer = resident.respond(look, decision) if pushed else None
        if answer is not None:
            told.said(look, decision, answer)
            waiting.append((look.minute + answer.delay_minutes, look, moment, decision, answer))
            found[-1].reply = answer.reply
            found[-1].delay = answer.delay_minutes
    return found
