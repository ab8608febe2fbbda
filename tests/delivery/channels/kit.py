"""Parcels and people for tests of channels."""

from typing import Any, cast

from custom_components.proactive_assistant.assistant.facts import Suggestion
from custom_components.proactive_assistant.assistant.state import ResidentState
from custom_components.proactive_assistant.delivery.channels import Parcel
from custom_components.proactive_assistant.delivery.words import Message
from custom_components.proactive_assistant.resident import Resident
from custom_components.proactive_assistant.sensing.moment import Watch
from custom_components.proactive_assistant.sensing.phone import Phone
from custom_components.proactive_assistant.sensing.rhythm import Rhythm

from ...conftest import ANNA, NOON
from ...factories import decision, suggestion

ANDROID = Phone(entry_id="android", user_id="anna-user", service="mobile_app_android", webhook_id="a")
IPHONE = Phone(entry_id="iphone", user_id="anna-user", service="mobile_app_iphone", webhook_id="i", apple=True)
MESSAGE = Message(title="Still open", body="Kitchen: Window")


def anna(*phones: Phone) -> Resident:
    """Return a resident with some phones; no channel looks at what was learned."""
    return Resident(
        id="anna",
        person=ANNA,
        name="Anna",
        watch=Watch(person=ANNA, rhythm=Rhythm()),
        state=cast("ResidentState", None),
        phones=phones,
    )


def parcel(item: Suggestion | None = None, **changes: Any) -> Parcel:
    """Return a message about the kitchen window to Anna at noon."""
    return Parcel(
        **{
            "resident": anna(ANDROID),
            "suggestion": item or suggestion(),
            "decision": decision(),
            "message": MESSAGE,
            "now": NOON,
            "token": "token",
            **changes,
        }
    )
