"""Simulated personas in households: who they are, how they live, what they would wish.

No persona is a person: every record is drawn from aggregates and from judgements that `docs/population.md` names.
"""

from .draw import draw_household, draw_persona
from .model import Home, Persona, PersonaHousehold
from .population import Plan, plan
from .split import split_of

__all__ = [
    "Home",
    "Persona",
    "PersonaHousehold",
    "Plan",
    "draw_household",
    "draw_persona",
    "plan",
    "split_of",
]
