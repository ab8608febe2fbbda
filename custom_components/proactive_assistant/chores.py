"""Chores are done once: what one resident takes on is over for everybody (product 3.3, bins)."""

from datetime import timedelta
from functools import partial
from typing import Any, Final

from homeassistant.core import Event, callback
from homeassistant.util import dt as dt_util

from .assistant.enums import Category, Reply
from .assistant.kinds import KINDS
from .const import EVENT_DECISION
from .coordinator import Coordinator

TAKEN_ON: Final = timedelta(hours=24)
"""So long a chore that was taken on is looked up after a restart; by then it is done, or another one."""

LATEST: Final = 12
"""Chores of a kind by which it is known whose they are: a quarter of a year of weekly bins."""


def _is_chore(kind: str) -> bool:
    policy = KINDS.get(kind)
    return policy is not None and policy.category is Category.CHORES


def _takers(owner: Coordinator, kind: str) -> tuple[str, ...]:
    """Return who took on the latest chores of a kind, as the account has it: what is forgotten there is forgotten here.

    A repeated reminder is about the same chore; of several who took it on the last one counts.
    """
    persons = {resident.id: resident.person for resident in owner.residents.values()}
    found: dict[str, str] = {}
    for line in owner.files.ledger.entries:
        person = persons.get(line.resident)
        if person and line.kind == kind and line.type == Reply.ACCEPTED:
            found[":".join(line.situation.split(":")[:2])] = person
    return tuple(found.values())[-LATEST:]


@callback
def async_follow_chores(owner: Coordinator) -> None:
    """Follow what residents take on, and know again after a restart what was taken on lately."""
    owner.home.takers = partial(_takers, owner)
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
