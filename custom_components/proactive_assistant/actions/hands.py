"""Whose hand it was: a person's fresh change of a thing wins over anything that would be done by itself."""

from collections.abc import Container
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import HomeAssistant, State

from ..sensing.home import DEAD

FRESH: Final = timedelta(minutes=30)
"""So long a manual change blocks an automatic action on the same thing (product 3.1)."""


def by_hand(old: State | None, new: State, ours: Container[str]) -> bool:
    """Return whether a person changed a thing: a user did, or it changed without an automation or us behind it."""
    context = new.context
    if context.id in ours or context.parent_id in ours:
        return False
    if context.user_id is not None:
        return True
    if context.parent_id is not None or old is None:
        return False
    # A device that comes back from the dead reports what it was all along.
    return old.state != new.state and old.state not in DEAD and new.state not in DEAD


class Hands:
    """When a person last changed each thing, in memory."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Start knowing nothing; until a start is half an hour old, the states' own times are believed."""
        self._hass = hass
        self._last: dict[str, datetime] = {}

    def noted(self, entity_id: str, at: datetime) -> None:
        """Take note of a change by hand."""
        self._last[entity_id] = at

    def fresh(self, entity_id: str, now: datetime, ours: Container[str]) -> bool:
        """Return whether a person changed a thing lately."""
        at = self._last.get(entity_id)
        if at is not None and now - at < FRESH:
            return True
        state = self._hass.states.get(entity_id)
        # What changed before we listened, or lately without anybody behind it, may have been a person too.
        return (
            state is not None
            and now - state.last_changed < FRESH
            and state.context.parent_id is None
            and state.context.id not in ours
        )

    def tidy(self, now: datetime) -> None:
        """Let go of what is no longer fresh."""
        self._last = {entity_id: at for entity_id, at in self._last.items() if now - at < FRESH}
