"""Rebuild a state from kept outcomes, forget some of them, and carry a state elsewhere.

A state is a sum of evidence from which no part can be taken out again. Forgetting is therefore replaying: the
state after it is the one this resident would have, had the forgotten outcomes never been told.
"""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NoReturn, Protocol

from .engine import Engine
from .facts import Moment, Suggestion
from .learner import ball_radius, learn, prior_distance
from .results import Decision, Outcome
from .state import (
    MAX_DIMENSIONS,
    MAX_EFFECTS,
    MAX_NAME,
    STATE_VERSION,
    ResidentState,
    StateError,
    new_state,
    state_from_dict,
    state_to_dict,
)

EXPORT_FORMAT: Final = "proactive_assistant.resident"
_FARTHEST: Final = 1.05
"""Radii of the prior's ball: learning never leaves it; export rounds, and another machine's last digits differ."""
MAX_TEXT: Final = 32_768
"""Characters of an export: four times what a state may take."""

SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "What Proactive Assistant has learned of one resident",
    "type": "object",
    "required": ["format", "state"],
    "additionalProperties": False,
    "properties": {
        "format": {"const": EXPORT_FORMAT},
        "state": {
            "type": "object",
            "required": ["version", "model_id", "k", "mean", "covariance", "effects", "counts", "loss", "surprise"],
            "properties": {
                "version": {"const": STATE_VERSION},
                "model_id": {"type": "string", "maxLength": MAX_NAME},
                "k": {"type": "integer", "minimum": 0, "maximum": MAX_DIMENSIONS},
                "mean": {"type": "string", "contentEncoding": "base64"},
                "covariance": {"type": "string", "contentEncoding": "base64"},
                "effects": {
                    "type": "object",
                    "maxProperties": MAX_EFFECTS,
                    "propertyNames": {"maxLength": MAX_NAME},
                    "additionalProperties": {
                        "type": "array",
                        "items": {"type": "number"},
                        "minItems": 2,
                        "maxItems": 2,
                    },
                },
                "counts": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
                "loss": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
                "surprise": {"type": "number", "minimum": 0},
                "updated": {"type": ["string", "null"], "format": "date-time"},
            },
        },
    },
}
"""JSON Schema of an export; `mean` and the lower triangle of `covariance` are little-endian float32."""


class Lesson(Protocol):
    """One outcome with all that is needed to learn from it again."""

    @property
    def moment(self) -> Moment:
        """Return the moment it was decided at."""

    @property
    def suggestion(self) -> Suggestion:
        """Return what it was about."""

    @property
    def decision(self) -> Decision:
        """Return what was decided."""

    @property
    def outcome(self) -> Outcome:
        """Return how it ended."""


def rebuild(engine: Engine, lessons: Iterable[Lesson], person: str | None = None) -> ResidentState:
    """Return the state of a resident who was told nothing but these outcomes, in this order.

    Raises EngineError when the engine cannot judge, ValueError when a time has no zone.
    """
    state = new_state(engine.model_id, engine.prior)
    for lesson in lessons:
        state = learn(engine, state, lesson.moment, lesson.suggestion, lesson.decision, lesson.outcome, person)
    return state


def remembered[L: Lesson](lessons: Iterable[L], *, kind: str | None = None, day: date | None = None) -> tuple[L, ...]:
    """Return what is left when the outcomes of a kind, of a local day, or of both together are forgotten.

    With neither, everything is forgotten. The day is that of the outcome, on the clock the moment was seen on.
    """

    def forgotten(lesson: L) -> bool:
        happened = lesson.outcome.at.astimezone(lesson.moment.at.tzinfo).date()
        return kind in (None, lesson.suggestion.kind) and day in (None, happened)

    return tuple(lesson for lesson in lessons if not forgotten(lesson))


def forget(
    engine: Engine,
    lessons: Iterable[Lesson],
    person: str | None = None,
    *,
    kind: str | None = None,
    day: date | None = None,
) -> ResidentState:
    """Return the state without the outcomes of a kind, of a local day, of both together, or without any.

    It equals never having learned them, as far as the given lessons reach back: what is older than they are
    cannot be told apart, so it is forgotten too. Raises as `rebuild` does.
    """
    return rebuild(engine, remembered(lessons, kind=kind, day=day), person)


def export_text(state: ResidentState) -> str:
    """Return a state as JSON text that SCHEMA describes."""
    return json.dumps({"format": EXPORT_FORMAT, "state": state_to_dict(state)}, indent=1)


def _no_number(name: str) -> NoReturn:
    raise StateError(f"{name} is no number of JSON")


def import_text(text: str, engine: Engine) -> ResidentState:
    """Return the state of an export.

    Raises StateError on anything that is not one whole state of this engine's model: nothing of it is used, and
    the caller keeps what it has.
    """
    if len(text) > MAX_TEXT:
        raise StateError("an export is not as large as that")
    try:
        data = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        if isinstance(error, StateError):
            raise
        raise StateError("not JSON") from error
    if not isinstance(data, dict) or data.keys() != {"format", "state"} or data["format"] != EXPORT_FORMAT:
        raise StateError("not an export of a resident")
    state = state_from_dict(data["state"])
    if state.model_id != engine.model_id or state.mean.size != engine.prior.mean.size:
        raise StateError(f"made with the model {state.model_id}, here serves {engine.model_id}")
    if state.mean.size and prior_distance(state.mean, engine.prior) > _FARTHEST * ball_radius(state.mean.size):
        raise StateError("its coefficients are farther from the population than learning ever goes")
    return state
