"""The exploring policy of the batch: it holds, speaks, and picks channel, level and style by chance."""

from typing import Final

import numpy as np

from assistant.enums import Channel, Length, Level, Reason, Tone, Verdict
from assistant.kinds import KINDS
from assistant.results import Decision, Style
from tools.personas.model import Persona
from tools.streams import Stream, generator

from .resident import Resident
from .world import Opportunity

_CHANNELS: Final = (Channel.PHONE, Channel.SPEAKER, Channel.DASHBOARD)
_CHANNEL_SHARES: Final = (0.6, 0.2, 0.2)
_BUDGETS: Final = (1, 2, 3, 5, 8)
"""Messages a day at most, drawn for each day: few days at eight show what load does."""
_CHANCES: Final = (0.15, 0.3, 0.5, 0.8)
_LEVELS: Final = (Level.SUGGEST, Level.ASK, Level.ACT)


class Explorer:
    """Random decisions within a random daily budget, the same for the same persona and seed."""

    def __init__(self, persona: Persona, seed: int, days: int) -> None:
        rng = generator(seed, persona.family, Stream.EXPLORATION, persona.persona_id)
        self._budget = rng.choice(_BUDGETS, size=days).tolist()
        self._chance = rng.choice(_CHANCES, size=days).tolist()
        self._rng = rng
        self._spent: dict[int, int] = {}

    def decide(self, opportunity: Opportunity, resident: Resident) -> Decision:
        """Return what to do about an opportunity."""
        speak, channel, level, length, tone, reason = self._rng.random(6).tolist()
        day = opportunity.session
        if speak >= self._chance[day] or self._spent.get(day, 0) >= self._budget[day]:
            return Decision(verdict=Verdict.HOLD, reason=Reason.EXPLORING)
        self._spent[day] = self._spent.get(day, 0) + 1
        allowed = [item for item in _LEVELS if item <= KINDS[opportunity.suggestion.kind].ceiling]
        chosen = allowed[int(level * len(allowed))]
        return Decision(
            verdict=Verdict.ACT if chosen is Level.ACT else Verdict.SPEAK,
            reason=Reason.EXPLORING,
            channel=_CHANNELS[int(np.searchsorted(np.cumsum(_CHANNEL_SHARES)[:-1], channel, side="right"))],
            level=chosen,
            style=Style(
                length=Length.FULL if length < 0.5 else Length.SHORT,
                tone=Tone.WARM if tone < 0.5 else Tone.PLAIN,
                with_reason=reason < 0.5,
            ),
        )
