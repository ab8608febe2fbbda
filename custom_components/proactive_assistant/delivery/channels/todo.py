"""The list: everything that is open and interrupts nobody, for every client and every voice that reads lists."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from homeassistant.util import dt as dt_util

from ...assistant.enums import Category, Channel, Reason, Verdict
from ...assistant.facts import Suggestion
from ...assistant.results import Decision, Style
from ..words import Message

if TYPE_CHECKING:
    from ...coordinator import Coordinator

_CALM: Final = frozenset({Channel.DASHBOARD, Channel.DIGEST})


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One line of the list."""

    suggestion: Suggestion
    message: Message
    residents: tuple[str, ...]
    """Whom it is shown to; the first answers for a caller who is nobody's user."""


def is_private(owner: Coordinator, suggestion: Suggestion) -> bool:
    """Return whether a suggestion is not for everybody's eyes: somebody's own, or about somebody's health."""
    people = [resident for resident in owner.residents.values() if not resident.is_household]
    others = [resident for resident in people if resident.person not in suggestion.persons]
    own = bool(suggestion.persons) and bool(others)
    return own or (suggestion.category is Category.CARE and len(people) > 1)


def is_shown(suggestion: Suggestion, decision: Decision) -> bool:
    """Return whether a decision leaves a suggestion in view without interrupting anybody.

    Not what somebody put off, nor danger that somebody has answered; what a bundle told of is open all the same.
    """
    dealt_with = decision.reason is Reason.SNOOZED or (suggestion.safety and decision.reason is Reason.DUPLICATE)
    return decision.verdict in (Verdict.SPEAK, Verdict.HOLD) and decision.channel in _CALM and not dealt_with


def items_of(owner: Coordinator, now: datetime) -> list[Item]:
    """Return what is on the list now, most urgent first: what is shown, and what lies unanswered on phones.

    One line per situation, whoever sees it: a home has one list.
    """
    found: dict[str, tuple[Suggestion, Style, list[str]]] = {}
    for offer in owner.files.ledger.offers.values():
        if offer.suggestion.expires > now:
            row = found.setdefault(offer.suggestion.situation, (offer.suggestion, offer.decision.style, []))
            row[2].append(offer.resident)
    silenced = {resident_id: owner.files.ledger.silenced(resident_id, now) for resident_id in owner.residents}
    for thread in owner.threads.due(now):
        for resident_id, decision in thread.decisions.items():
            # A reply silences at once; the decision follows at the next look.
            answered = thread.suggestion.situation in silenced.get(resident_id, {}) and not thread.suggestion.safety
            if resident_id in owner.residents and is_shown(thread.suggestion, decision) and not answered:
                row = found.setdefault(thread.suggestion.situation, (thread.suggestion, decision.style, []))
                if resident_id not in row[2]:
                    row[2].append(resident_id)
    rows = sorted(found.values(), key=lambda row: (-row[0].urgency, -row[0].benefit, row[0].created))
    return [
        Item(suggestion=suggestion, message=owner.desk.words.message(suggestion, style), residents=tuple(residents))
        for suggestion, style, residents in rows
        if not is_private(owner, suggestion)
    ]


def due(suggestion: Suggestion) -> datetime:
    """Return until when an item makes sense, as a list shows it."""
    return dt_util.as_local(suggestion.expires)
