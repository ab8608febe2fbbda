"""How much autonomy a suggestion may use: the lowest of every ceiling there is."""

from types import MappingProxyType
from typing import Final

from .enums import Level, RiskClass
from .facts import Suggestion
from .kinds import KINDS
from .settings import Settings

RISK_CEILINGS: Final = MappingProxyType(
    {
        RiskClass.A0: Level.ASK,
        RiskClass.A1: Level.ACT,
        RiskClass.A2: Level.ACT,
        RiskClass.A3: Level.ASK,
        RiskClass.A4: Level.OFF,
    }
)
"""How far each risk class may go (product specification 3.1); where there is nothing to do, nothing is done."""


def risk_of(suggestion: Suggestion) -> RiskClass:
    """Return the highest risk class of a suggestion and all it offers to do."""
    return max(suggestion.risk, *(action.risk for action in suggestion.actions), RiskClass.A0)


def level_of(suggestion: Suggestion, settings: Settings) -> Level:
    """Return the level a suggestion may use: chosen or first level, under every ceiling there is."""
    policy = KINDS.get(suggestion.kind)
    first, ceiling = (policy.first_level, policy.ceiling) if policy else (Level.SUGGEST, Level.SUGGEST)
    chosen = settings.levels.get(suggestion.kind, first)
    return Level(min(chosen, ceiling, settings.ceiling, RISK_CEILINGS[risk_of(suggestion)]))
