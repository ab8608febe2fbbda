"""Contract objects for tests that need one of each."""

from datetime import timedelta

from custom_components.proactive_assistant.assistant.enums import (
    Activity,
    Category,
    Channel,
    Level,
    Reason,
    RiskClass,
    Urgency,
    Verdict,
)
from custom_components.proactive_assistant.assistant.facts import Moment, PlannedAction, Suggestion
from custom_components.proactive_assistant.assistant.results import Decision

from .conftest import NOON


def suggestion(kind: str = "opening_left", **changes: object) -> Suggestion:
    """Return a suggestion about the kitchen window, five minutes old."""
    return Suggestion(
        **{
            "id": "id",
            "kind": kind,
            "situation": f"{kind}:binary_sensor.kitchen_window",
            "category": Category.SECURITY,
            "risk": RiskClass.A0,
            "urgency": Urgency.NORMAL,
            "benefit": 0.7,
            "created": NOON,
            "began": NOON - timedelta(minutes=5),
            "expires": NOON + timedelta(hours=12),
            **changes,
        }
    )


def light_off(*entity_ids: str) -> PlannedAction:
    """Return an action that turns lights off."""
    return PlannedAction(domain="light", action="turn_off", entity_ids=entity_ids, risk=RiskClass.A1)


def moment(**changes: object) -> Moment:
    """Return a quiet noon at home."""
    return Moment(**{"at": NOON, "activity": Activity.IDLE, "activity_confidence": 0.8, **changes})


def decision(**changes: object) -> Decision:
    """Return a decision to speak on the phone."""
    return Decision(
        **{
            "verdict": Verdict.SPEAK,
            "reason": Reason.WELCOME,
            "channel": Channel.PHONE,
            "level": Level.SUGGEST,
            "numbers": {"content": 0.8},
            **changes,
        }
    )
