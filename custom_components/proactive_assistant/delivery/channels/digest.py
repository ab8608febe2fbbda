"""The digest: what was held back or only shown, once a day and once a week, without a sound.

Not counted in any cap and not learned from (product 4.4): a list is opened when it suits. It never repeats itself: one
with nothing new on it is not sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from homeassistant.components import persistent_notification
from homeassistant.core import callback

from ...assistant.enums import Category, HomeMode
from ...assistant.facts import Suggestion
from ...assistant.kinds import KINDS
from ...assistant.results import Decision
from ...const import ACTION_PREFIX
from ...resident import Resident
from .phone import PhoneRoute
from .todo import is_private, is_shown

if TYPE_CHECKING:
    from ...coordinator import Coordinator

WEEKLY_DAY: Final = 6
"""Sunday."""
WEEKLY_TIME: Final = time(10, 0)
"""Maintenance is for a calm hour of the weekend (product 4.4)."""

LATE: Final = timedelta(hours=2)
"""A list that was due while Home Assistant was off is still worth sending so long."""

MOST_LINES: Final = 5
"""What fits on a phone without scrolling."""

STANDS: Final = timedelta(hours=14)
"""A morning's list is no news at night."""


class Digest(StrEnum):
    """The lists there are."""

    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One thing on a list."""

    suggestion: Suggestion
    decision: Decision


def digest_of(suggestion: Suggestion) -> Digest | None:
    """Return the list a suggestion belongs on; what is about somebody's health is on none."""
    if suggestion.category is Category.CARE:
        return None
    # A dry plant, rain before the sprinkler and cheap hours are over by Sunday; so is a leak that a dead sensor missed.
    waits = suggestion.category is Category.MAINTENANCE and not suggestion.risk_present
    return Digest.WEEKLY if waits and suggestion.kind in KINDS else Digest.DAILY


def _news(suggestion: Suggestion) -> set[str]:
    """Return what makes a list worth sending: a standing matter is news again with everything that joins it."""
    return {suggestion.id, *(f"{suggestion.id}:{entity_id}" for entity_id in suggestion.entity_ids)}


class Digests:
    """Writes the lists and sends them."""

    def __init__(self, owner: Coordinator) -> None:
        """Serve a coordinator."""
        self._owner = owner
        self._told: dict[tuple[str, Digest], frozenset[str]] = {}
        """What was on the last list of each resident."""

    @callback
    def async_start(self) -> None:
        """Plan the lists at their times."""
        daily = self._owner.timing.daily
        for number, at in enumerate(self._owner.preferences.digest_times):
            daily(f"digest_{number}", at, lambda now: self._start(Digest.DAILY, now), late=LATE)
        if self._owner.preferences.digest_times:
            # Whoever wants no list wants none on Sunday either.
            days = frozenset({WEEKLY_DAY})
            daily("digest_weekly", WEEKLY_TIME, lambda now: self._start(Digest.WEEKLY, now), late=LATE, days=days)

    def _start(self, digest: Digest, now: datetime) -> None:
        self._owner.entry.async_create_background_task(
            self._owner.hass, self.async_send(digest, now), f"{digest} digest"
        )

    def lines(self, resident: Resident, digest: Digest, now: datetime) -> list[Line]:
        """Return what is on a resident's list now, most urgent first."""
        on_phone = {offer.suggestion.situation for offer in self._owner.files.ledger.offers_to(resident.id)}
        found = [
            Line(suggestion=thread.suggestion, decision=decision)
            for thread in self._owner.threads.due(now)
            if (decision := thread.decisions.get(resident.id)) is not None
            and is_shown(thread.suggestion, decision)
            and digest_of(thread.suggestion) is digest
            and thread.suggestion.situation not in on_phone
        ]
        return sorted(found, key=lambda line: (-line.suggestion.urgency, -line.suggestion.benefit))

    async def async_send(self, digest: Digest, now: datetime) -> int:
        """Send a list to every resident who has anything new on it; return how many got one."""
        if not self._owner.controls.enabled or self._owner.mode is HomeMode.VACATION:
            return 0
        sent = 0
        for resident in list(self._owner.residents.values()):
            if self._owner.files.ledger.orders.silent(resident.id, now):
                continue
            lines = self.lines(resident, digest, now)
            ids = frozenset(item for line in lines for item in _news(line.suggestion))
            before = self._told.get((resident.id, digest), frozenset())
            self._told[resident.id, digest] = ids
            if ids - before:
                await self._async_tell(resident, digest, lines, now)
                sent += 1
        return sent

    async def _async_tell(self, resident: Resident, digest: Digest, lines: list[Line], now: datetime) -> None:
        words = self._owner.desk.words
        key = "digest_title" if digest is Digest.DAILY else "digest_weekly_title"
        title = words.text(key, count=str(len(lines)))
        tag = f"{ACTION_PREFIX.lower()}_digest_{digest}"
        data: dict[str, Any] = {
            "tag": tag,
            "group": f"{ACTION_PREFIX.lower()}_digest",
            "channel": words.text("channel_digest"),
            "importance": "low",
            "alert_once": True,
            "visibility": "private",
            "timeout": round(STANDS.total_seconds()),
            "push": {"interruption-level": "passive", "sound": "none"},
        }
        if (target := self._owner.post.target()) is not None:
            data |= {"url": target, "clickAction": target}
        private = self._owner.preferences.private_wording
        body = words.text("private_body") if private else "\n".join(self._body(resident, digest, lines, now))
        message = {"title": title, "message": body, "data": data}
        phone = next(route for route in self._owner.post.routes if isinstance(route, PhoneRoute))
        if not await phone.async_tell(resident, message, now) and not resident.is_household:
            shared = [line for line in lines if not is_private(self._owner, line.suggestion)]
            text = "\n".join(f"- {line}" for line in self._body(resident, digest, shared, now))
            persistent_notification.async_create(self._owner.hass, text, title, f"{tag}_{resident.id}")

    def _body(self, resident: Resident, digest: Digest, lines: Iterable[Line], now: datetime) -> list[str]:
        words = self._owner.desk.words
        messages = [words.message(line.suggestion, line.decision.style) for line in lines]
        rows = [f"{message.title}: {message.body}" for message in messages[:MOST_LINES]]
        if len(messages) > MOST_LINES:
            rows.append(words.text("digest_more", count=str(len(messages) - MOST_LINES)))
        held = self._held(resident, now - timedelta(days=1)) if digest is Digest.DAILY else 0
        if held:
            rows.append(words.text("digest_held", count=str(held)))
        return rows

    def _held(self, resident: Resident, since: datetime) -> int:
        """Return about how many situations a resident was not told since then."""
        situations = set()
        for entry in reversed(self._owner.files.ledger.entries):
            if entry.at < since:
                break
            if entry.type == "held_back" and entry.resident == resident.id:
                situations.add(entry.situation)
        return len(situations)
