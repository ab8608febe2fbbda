"""The account: every line is written here, told to whoever listens, and read back by whoever may read it."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.util import dt as dt_util

from ..assistant.enums import Channel, Reason, Verdict
from ..assistant.facts import Suggestion
from ..assistant.results import Decision
from ..const import EVENT_DECISION
from ..resident import Resident
from ..storage.ledger import INTERRUPTING, Entry, entry_for

if TYPE_CHECKING:
    from ..coordinator import Coordinator

OF_THE_HOUSEHOLD: Final = frozenset({"executed", "undone", "unfinished", "demoted", "promoted"})
"""Lines about what happened to the home itself; the others are between one resident and the assistant."""

ACCEPTED: Final = frozenset({"accepted", "done_by_hand"})
MONTH: Final = timedelta(days=30)

type Listener = Callable[[str, dict[str, Any]], None]


def is_news(suggestion: Suggestion, before: Decision | None, decision: Decision) -> bool:
    """Return whether a silence is worth a line: not the one that follows from the resident's own reply."""
    if decision.reason is Reason.DUPLICATE and (suggestion.safety or decision.verdict is Verdict.DROP):
        return False
    return before is None or (before.verdict is not Verdict.SPEAK and before.reason is not decision.reason)


def seen_by(entry: Entry, resident: str | None) -> bool:
    """Return whether a resident, or somebody who is none, may read a line."""
    return entry.type in OF_THE_HOUSEHOLD or entry.resident == resident


def plain_line(entry: Entry) -> dict[str, Any]:
    """Return a line as plain data."""
    return {
        "at": entry.at.isoformat(),
        "type": entry.type,
        "resident": entry.resident,
        "kind": entry.kind,
        "situation": entry.situation,
        "suggestion_id": entry.suggestion_id,
        "reason": entry.reason.value if entry.reason else None,
        "channel": entry.channel.value if entry.channel else None,
        "numbers": dict(entry.numbers),
        "entities": list(entry.entities),
    }


class Account:
    """Writes and reads the lines of the ledger."""

    def __init__(self, owner: Coordinator) -> None:
        """Keep the account of a coordinator."""
        self._owner = owner
        self._ledger = owner.files.ledger
        self._listeners: list[Listener] = []

    # Write --------------------------------------------------------------------------------------

    @callback
    def on_event(self, listener: Listener) -> CALLBACK_TYPE:
        """Call a listener with the type and data of every line."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def note(
        self,
        kind: str,
        resident: Resident,
        suggestion: Suggestion,
        decision: Decision,
        now: datetime,
        *,
        entities: tuple[str, ...] | None = None,
        **extra: Any,
    ) -> None:
        """Write a line and tell whoever listens."""
        self._ledger.note(entry_for(kind, now, resident.id, suggestion, decision, entities))
        self._owner.files.ledger_changed()
        data = {
            "type": kind,
            "person_id": resident.person,
            "kind": suggestion.kind,
            "situation": suggestion.situation,
            "suggestion_id": suggestion.id,
            "verdict": decision.verdict.value,
            "reason": decision.reason.value,
            "channel": decision.channel.value,
            "numbers": dict(decision.numbers),
            **({} if entities is None else {"entities": list(entities)}),
            **extra,
        }
        self._owner.hass.bus.async_fire(EVENT_DECISION, data)
        for listener in list(self._listeners):
            listener(kind, data)

    @callback
    def note_level(self, kind: str, level_change: str, now: datetime, resident: str, level: str) -> None:
        """Write a line about a change of autonomy and tell whoever listens."""
        self._ledger.note(
            Entry(at=now, type=level_change, resident=resident, kind=kind, situation=kind, suggestion_id="")
        )
        self._owner.files.ledger_changed()
        data: dict[str, Any] = dict.fromkeys(("person_id", "verdict", "reason", "channel", "suggestion_id")) | {
            "type": level_change,
            "kind": kind,
            "situation": kind,
            "numbers": {},
            "level": level,
        }
        self._owner.hass.bus.async_fire(EVENT_DECISION, data)
        for listener in list(self._listeners):
            listener(level_change, data)

    # Read ---------------------------------------------------------------------------------------

    def lines(
        self,
        wanted: Callable[[Entry], bool],
        *,
        kind: str | None = None,
        outcome: str | None = None,
        since: datetime | None = None,
        limit: int = 50,
    ) -> list[Entry]:
        """Return lines, latest first."""
        found: list[Entry] = []
        for entry in reversed(self._ledger.entries):
            if len(found) >= limit or (since is not None and entry.at < since):
                break
            if kind in (None, entry.kind) and outcome in (None, entry.type) and wanted(entry):
                found.append(entry)
        return found

    def held_counts(self, wanted: Callable[[Entry], bool], since: datetime) -> dict[str, int]:
        """Return how often something was held back since an instant, by reason."""
        entries = self.lines(wanted, outcome="held_back", since=since, limit=len(self._ledger.entries))
        return dict(Counter(entry.reason.value for entry in entries if entry.reason is not None).most_common())

    def counts(self, resident: str | None, now: datetime) -> dict[str, Any]:
        """Return the numbers of a resident, or of the home."""
        today = dt_util.start_of_local_day(now)
        mine = [
            entry
            for entry in self.lines(lambda _: True, since=now - MONTH, limit=len(self._ledger.entries))
            if resident in (None, entry.resident)
        ]
        offered = sum(entry.type == "offered" and entry.channel in INTERRUPTING for entry in mine)
        accepted = sum(entry.type in ACCEPTED and entry.channel in INTERRUPTING for entry in mine)
        return {
            "today": sum(
                entry.type == "offered" and entry.channel in INTERRUPTING and entry.at >= today for entry in mine
            ),
            "waiting": sum(resident in (None, offer.resident) for offer in self._ledger.offers.values()),
            "offered": offered,
            "acceptance": round(min(1.0, accepted / offered), 3) if offered else None,
        }


def explanation(
    suggestion: Suggestion,
    decision: Decision | None,
    at: datetime,
    extra: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the record of a decision as plain data: what was seen, why now, what would change it."""
    return {
        "kind": suggestion.kind,
        "situation": suggestion.situation,
        "suggestion_id": suggestion.id,
        "saw": {
            "facts": dict(suggestion.facts),
            "entities": list(suggestion.entity_ids),
            "began": suggestion.began.isoformat() if suggestion.began else None,
            "risk": suggestion.risk.name,
            "actions": [
                {"action": f"{item.domain}.{item.action}", "entities": list(item.entity_ids), "risk": item.risk.name}
                for item in suggestion.actions
            ],
        },
        "at": at.isoformat(),
        "expires": suggestion.expires.isoformat(),
        **(_decided(decision) if decision else {}),
        **extra,
    }


def _decided(decision: Decision) -> dict[str, Any]:
    return {
        "verdict": decision.verdict.value,
        "reason": decision.reason.value,
        "channel": decision.channel.value,
        "level": decision.level.name.lower(),
        "numbers": dict(decision.numbers),
        "look_again": decision.look_again.isoformat() if decision.look_again else None,
        "would_change": list(_CHANGES.get(decision.reason, ())),
    }


_CHANGES: Final[Mapping[Reason, tuple[str, ...]]] = {
    Reason.QUIET_HOURS: ("time",),
    Reason.DAILY_CAP: ("time", "cap"),
    Reason.MIN_GAP: ("time",),
    Reason.KIND_COOLDOWN: ("time",),
    Reason.SNOOZED: ("time", "reply"),
    Reason.SAID_NO_BEFORE: ("time", "reply"),
    Reason.ON_PURPOSE: ("situation",),
    Reason.PERSON_BUSY: ("activity",),
    Reason.PERSON_AWAY: ("presence",),
    Reason.NOBODY_TO_TELL: ("phone",),
    Reason.GUEST: ("mode",),
    Reason.VACATION: ("mode",),
    Reason.PARTY: ("mode",),
    Reason.OBSERVE_ONLY: ("level",),
    Reason.POLICY_FORBIDDEN: ("level",),
    Reason.LOW_CONFIDENCE: ("reply", "time"),
    Reason.BETTER_MOMENT_AHEAD: ("time",),
    Reason.ALREADY_AUTOMATED: ("automation",),
}
"""What would change the assistant's mind, as a key of a text."""


def dashboard_only(decision: Decision) -> bool:
    """Return whether a decision shows something without interrupting anybody."""
    return decision.verdict is Verdict.SPEAK and decision.channel in (Channel.DASHBOARD, Channel.DIGEST)
