"""What simulated people say of themselves when they are asked: near to how they are, but not the same."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

import numpy as np

from assistant.engine import Engine
from assistant.enums import Activity, Category, Household
from assistant.facts import Moment
from assistant.onboarding import Answer, Question, answered, next_question
from assistant.state import ResidentState, new_state
from tools.personas.model import Preferences
from tools.personas.tastes import DAY_PARTS
from tools.simulate.factors import sigmoid

from .trace import Trace

MISSTATED: Final = 0.1
"""Share of answers that are simply wrong: what people say predicts them less well than what they do."""
_EVENING: Final = datetime(2026, 1, 5, 18, 0, tzinfo=UTC)
"""A Monday, when the assistant was set up."""


def _content(category: Category) -> Callable[[Preferences], float]:
    return lambda of: of.domain.base + of.domain.by_category[category]


def _moment(activity: Activity) -> Callable[[Preferences], float]:
    return lambda of: of.scheduling.base + of.scheduling.by_activity[activity]


def _part(hour: float) -> int:
    return sum(hour >= first for first in DAY_PARTS) - 1


def _clock(hour: float) -> Callable[[Preferences], float]:
    return lambda of: of.scheduling.base + of.scheduling.by_day_part[_part(hour)]


_LEANINGS: Final[Mapping[str, Callable[[Preferences], float]]] = MappingProxyType(
    {
        "chores": _content(Category.CHORES),
        "energy": _content(Category.ENERGY),
        "security": _content(Category.SECURITY),
        "maintenance": _content(Category.MAINTENANCE),
        "comfort": _content(Category.COMFORT),
        "while_watching": _moment(Activity.MEDIA),
        "while_working": _moment(Activity.WORKING),
        "at_meals": _moment(Activity.EATING),
        "early": _clock(7.5),
        "late": _clock(21.5),
        "with_guests": lambda of: of.scheduling.base + of.context.guests,
        "when_away": lambda of: of.domain.base + of.domain.by_category[Category.SECURITY] + of.domain.away_worry,
        "at_length": lambda of: of.style.full,
        "warmly": lambda of: of.style.warm,
        "with_reasons": lambda of: of.style.reason,
    }
)
"""The logit of *yes* to every question, from the person's tastes."""


def says(preferences: Preferences, key: str, rng: np.random.Generator) -> Answer:
    """Return a person's answer to a question."""
    yes = rng.random() < sigmoid(_LEANINGS[key](preferences))
    return Answer.YES if yes != (rng.random() < MISSTATED) else Answer.NO


class Interviews:
    """States after interviews: people of one kind of household who answer alike end up alike, so each is held once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._held: dict[tuple[Household, tuple[tuple[str, Answer], ...]], tuple[ResidentState, Question | None]] = {}

    def after(self, trace: Trace, questions: int) -> ResidentState:
        """Return the state of a new resident after so many questions."""
        rng = np.random.default_rng([trace.persona, 3])
        household = trace.looks[0].moment.household if trace.looks else Household.UNKNOWN
        told: tuple[tuple[str, Answer], ...] = ()
        state, question = self._at(household, told)
        while question is not None and len(told) < questions:
            told = (*told, (question.key, says(trace.preferences, question.key, rng)))
            state, question = self._at(household, told)
        return state

    def _at(self, household: Household, told: tuple[tuple[str, Answer], ...]) -> tuple[ResidentState, Question | None]:
        key = (household, told)
        if key not in self._held:
            base = Moment(at=_EVENING, household=household)
            if told:
                before, question = self._at(household, told[:-1])
                assert question is not None
                state = answered(self._engine, before, question, told[-1][1], base)
            else:
                state = new_state(self._engine.model_id, self._engine.prior)
            asked = [name for name, _ in told]
            self._held[key] = state, next_question(self._engine, state, base, asked)
        return self._held[key]
