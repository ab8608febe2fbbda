"""One resident at run time: who, by which phones, and where they stand with the assistant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .assistant.enums import Category, Channel
from .assistant.facts import Suggestion
from .assistant.settings import Standing
from .assistant.state import ResidentState
from .const import HOUSEHOLD
from .sensing.home import Home
from .sensing.moment import Load, Watch
from .sensing.phone import Phone, phones_of
from .storage.ledger import Ledger


@dataclass(slots=True)
class Resident:
    """A person who lives here and is spoken to."""

    id: str
    """Subentry id, or `household` in a home without residents."""
    person: str | None
    """Person entity; None for the household."""
    name: str
    watch: Watch
    state: ResidentState
    phones: tuple[Phone, ...] = ()

    @property
    def is_household(self) -> bool:
        """Return whether this stands for a home without residents."""
        return self.id == HOUSEHOLD

    def find_phones(self, hass: HomeAssistant) -> None:
        """Look up the phones anew: people change them."""
        self.phones = phones_of(hass, self.person) if self.person else ()


def concerns(home: Home, resident: Resident, suggestion: Suggestion) -> bool:
    """Return whether a suggestion is for a resident; a child is spared what is about security (product 4.4)."""
    spared = (
        suggestion.category is Category.SECURITY and resident.person is not None and home.profile(resident.person).child
    )
    return (not suggestion.persons or resident.person in suggestion.persons) and (suggestion.safety or not spared)


def personal(suggestion: Suggestion) -> bool:
    """Return whether a suggestion is somebody's own; what stands open is the house's, whoever is told of it."""
    return bool(suggestion.persons) and suggestion.category is not Category.SECURITY


def load_of(ledger: Ledger, resident: Resident, now: datetime) -> Load:
    """Return what a resident was told lately."""
    last = ledger.last_push(resident.id)
    return Load(
        delivered_today=ledger.pushes_since(dt_util.start_of_local_day(now), resident.id),
        minutes_since=None if last is None else (now - last).total_seconds() / 60,
        recent=ledger.recent_replies(resident.id, now),
    )


def standing_of(
    ledger: Ledger,
    resident: Resident,
    now: datetime,
    *,
    channels: tuple[Channel, ...],
    silenced: Mapping[str, str],
    may_act: frozenset[str] = frozenset(),
    starting_up: bool,
    presence_clear: bool,
) -> Standing:
    """Return where a resident stands: the facts behind caps, gaps and silences."""
    today = dt_util.start_of_local_day(now)
    known = ledger.known_since.setdefault(resident.id, now)
    last = ledger.last_push(resident.id)
    return Standing(
        person=resident.person,
        channels=channels,
        days_known=(now - known).total_seconds() / 86_400,
        pushes_today=ledger.pushes_since(today, resident.id),
        home_pushes_today=ledger.pushes_since(today),
        minutes_since_push=None if last is None else (now - last).total_seconds() / 60,
        minutes_since_kind={
            kind: (now - at).total_seconds() / 60 for kind, at in ledger.last_push_by_kind(resident.id).items()
        },
        minutes_since_situation={
            situation: (now - at).total_seconds() / 60
            for situation, at in ledger.last_push_by_situation(resident.id).items()
        },
        silenced=silenced,
        delivered=frozenset(offer.suggestion.situation for offer in ledger.offers_to(resident.id)),
        explored_this_week=ledger.explored_since(now - timedelta(days=7), resident.id),
        starting_up=starting_up,
        presence_clear=presence_clear,
        may_act=may_act,
    )
