"""The account in the logbook: what was said, done, answered and held back, in the home's language.

The logbook is everybody's, so it names kinds and never persons, and of personal reminders not even that.
"""

from collections.abc import Callable
from typing import Any, Final

from homeassistant.components.logbook import LOGBOOK_ENTRY_ICON, LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.core import Event, HomeAssistant, callback

from .assistant.enums import Category
from .assistant.kinds import KINDS
from .const import DOMAIN, EVENT_DECISION
from .delivery.words import Words
from .services import running

_ICONS: Final = {
    "offered": "mdi:message-badge-outline",
    "held_back": "mdi:message-off-outline",
    "executed": "mdi:check-circle-outline",
    "undone": "mdi:undo",
}
_OTHER: Final = "mdi:message-outline"


def _about(words: Words, kind: str) -> str:
    """Return what a line is about, in words; a kind of the person's own as it is written."""
    policy = KINDS.get(kind)
    if policy is not None and policy.category is Category.CARE:
        return words.text("log_personal")
    title = words.text(f"{kind}_title")
    # A title that is made of facts says nothing without them.
    return words.text("log_other") if title == f"{kind}_title" or "{" in title else title


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event], dict[str, Any]]], None],
) -> None:
    """Describe the lines of the account."""

    @callback
    def describe(event: Event) -> dict[str, Any]:
        kind, what = str(event.data.get("type")), str(event.data.get("kind"))
        coordinator = running(hass)
        # Without a running assistant there are no words; the type says enough.
        message = (
            f"{kind}: {what}"
            if coordinator is None
            else coordinator.desk.words.text(f"log_{kind}", about=_about(coordinator.desk.words, what))
        )
        return {
            LOGBOOK_ENTRY_NAME: "Proactive Assistant",
            LOGBOOK_ENTRY_MESSAGE: message,
            LOGBOOK_ENTRY_ICON: _ICONS.get(kind, _OTHER),
        }

    async_describe_event(DOMAIN, EVENT_DECISION, describe)
