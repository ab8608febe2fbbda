"""What comes out of the assistant, and what comes back to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from .enums import Channel, Length, Level, Reason, Reply, Tone, Verdict, WrongPart


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A probability and how sure the resident's posterior is of it."""

    mean: float
    """0 to 1."""
    sd: float = 0.0
    """Standard deviation on the probability scale (delta method)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Style:
    """How a message is worded."""

    length: Length = Length.SHORT
    tone: Tone = Tone.PLAIN
    with_reason: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What the model believes about one suggestion at one moment for one resident."""

    content: Estimate
    """P(the content is wanted)."""
    moment: Estimate
    """P(this is a good moment)."""
    noticed: Mapping[Channel, Estimate]
    """P(it is noticed) per channel."""
    level: Mapping[Level, Estimate]
    """P(this is the highest level the resident tolerates), over observe, suggest, ask and act."""
    length: Estimate
    """P(prefers a full message over a short one)."""
    tone: Estimate
    """P(prefers warm over plain)."""
    reason: Estimate
    """P(wants the reason said)."""

    @property
    def welcome(self) -> float:
        """P(content wanted and good moment): what accepting needs besides noticing."""
        return self.content.mean * self.moment.mean


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What to do about a suggestion for one resident, and why."""

    verdict: Verdict
    reason: Reason
    channel: Channel = Channel.PHONE
    level: Level = Level.SUGGEST
    style: Style = field(default_factory=Style)
    look_again: datetime | None = None
    """When to decide afresh; None when only a change of the home can matter."""
    numbers: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """The numbers behind it, so that a why page needs no model."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How a decision ended for one resident."""

    reply: Reply
    at: datetime
    delay_minutes: float = 0.0
    """Minutes from the delivery (or from the decision to stay silent) to the outcome."""
    later_until: datetime | None = None
    """The time a resident chose with *later*."""
    part: WrongPart | None = None
    """The part a resident named as wrong."""
