"""Chores are done once: what one resident takes on is over for everybody (product 3.3, bins)."""

from datetime import timedelta
from typing import Any, Final

from homeassistant.core import Event, callback
from homeassistant.util import dt as dt_util

from .assistant.enums import Category, Reply
from .assistant.kinds import KINDS
from .const import EVENT_DECISION
from .coordinator import Coordinator

TAKEN_ON: Final = timedelta(hours=24)
"""So long a chore that was taken on is looked up after a restart; by then it is done, or another one."""


def _is_chore(kind: str) -> bool:
    policy = KINDS.get(kind)
    return policy is not None and policy.category is Category.CHORES


@callback
def async_follow_chores(owner: Coordinator) -> None:
    """Follow what residents take on, and know again after a restart what was taken on lately."""
    since = dt_util.utcnow() - TAKEN_ON
    for line in owner.files.ledger.entries:
        if line.type == Reply.ACCEPTED and line.at >= since and _is_chore(line.kind):
            owner.threads.done(line.situation, dt_util.utcnow())

    @callback
    def answered(event: Event[Any]) -> None:
        if event.data.get("type") == Reply.ACCEPTED and _is_chore(str(event.data.get("kind"))):
            owner.threads.done(str(event.data.get("situation")), dt_util.utcnow())
            owner.async_look_soon()

    owner.entry.async_on_unload(owner.hass.bus.async_listen(EVENT_DECISION, answered))
