"""Whether a message would be welcome now, whatever it is about: our sense of timing, for anybody's messages."""

from dataclasses import dataclass
from typing import Final

from .engine import Engine
from .enums import Channel, Reason
from .facts import Moment
from .gates import GATES, Case
from .insight import typical
from .judge import judge_many, noticed
from .policy import SLIDER
from .settings import COST_INTERRUPTION, COST_WRONG, LOAD_FACTOR, Settings, Standing
from .state import ResidentState

_ABOUT_THE_PERSON: Final = frozenset({Reason.QUIET_HOURS, Reason.PERSON_AWAY, Reason.PERSON_BUSY, Reason.PARTY})
"""Gates about the person's moment; the others are about our own messages: caps, gaps, levels."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receptive:
    """What is known of one moment of one resident."""

    good: bool
    chance: float
    """P(good moment) for an ordinary message, 0 to 1."""
    needed: float
    """The chance from which on an ordinary message, wanted for certain, is worth its interruption, 0 to 1."""
    reason: Reason | None = None
    """The rule that makes it a bad moment whatever the chance; None when there is none."""


def receptive(
    engine: Engine, state: ResidentState, moment: Moment, settings: Settings, person: str | None = None
) -> Receptive:
    """Return whether an ordinary message on the phone would be welcome.

    The threshold is that of the policy (assistant/policy.py) for a message whose content is wanted, solved for
    the chance. Raises EngineError when the engine cannot judge.
    """
    message = typical("", moment.at)
    case = Case(moment=moment, suggestion=message, settings=settings, standing=Standing(person=person))
    reason = next((gate.reason for gate in GATES if gate.reason in _ABOUT_THE_PERSON and gate.holds(case)), None)
    [judgement] = judge_many(engine, state, moment, [message], person)
    wrong = COST_WRONG[Channel.PHONE]
    spent = COST_INTERRUPTION[Channel.PHONE] * (1 + LOAD_FACTOR * max(0, moment.delivered_today))
    earned = max(1e-6, noticed(judgement, Channel.PHONE) * message.benefit)
    needed = ((spent - SLIDER * settings.helpfulness) / earned + wrong) / (1 + wrong)
    needed = min(1.0, max(0.0, needed))
    chance = judgement.moment.mean
    return Receptive(good=reason is None and chance >= needed, chance=chance, needed=needed, reason=reason)
