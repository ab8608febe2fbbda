"""Promises about time: what is silent until when, what is kept alive until it may be said, what brings it back.

All of it is in the ledger; here it is kept true, and turned into the facts that the gates look at.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..assistant.bundles import NAMES, told_with
from ..assistant.enums import Reason, Verdict
from ..assistant.facts import Suggestion
from ..assistant.kinds import KINDS
from ..assistant.results import Decision
from ..resident import Resident
from ..storage.ledger import Entry
from ..storage.promises import Kept, Until
from ..suggestions.repeats import first_of, series_of
from ..threads import Thread

if TYPE_CHECKING:
    from ..coordinator import Coordinator

ENTITY: Final = "entity:"
EVERYTHING: Final = "*"
"""Keys of silences besides situations and kinds."""

BUNDLED: Final = timedelta(minutes=20)
"""So long others hear nothing of what one of them was told at the door: who was told sees to it (product 3.3)."""

GRACE: Final = timedelta(minutes=60)
"""So long what was promised for a time stays open after it: it may have to wait for its turn."""

NIGHTLY: Final = time(3, 40)
"""When nobody is told anything, old lines go and what was learned fades."""


class Promises:
    """Keeps what was promised."""

    def __init__(self, owner: Coordinator) -> None:
        """Serve a coordinator."""
        self._owner = owner
        self._ledger = owner.files.ledger
        self._home: dict[str, bool] = {}

    # Start --------------------------------------------------------------------------------------

    @callback
    def async_start(self) -> None:
        """Take up again what was promised before a restart, and plan the daily work."""
        now = dt_util.utcnow()
        self._ledger.tidy(now)
        # One set for both: whatever notes that a close was sent, or that the cover has closed, is kept.
        self._owner.home.close_sent = self._ledger.close_sent
        for kept in self._ledger.kept.values():
            self._owner.threads.restore(kept.suggestion, kept.clock, kept.mark)
        for offer in self._ledger.offers.values():
            if offer.suggestion.expires > now:
                self._owner.threads.recall(offer.suggestion, now)
        self._owner.timing.daily("nightly", NIGHTLY, self._nightly, late=timedelta(hours=24))
        self.async_plan_tidy()

    @callback
    def async_plan_tidy(self) -> None:
        """Let every snapshot go at its time: what can no longer be undone is not kept."""
        when = self._ledger.next_gone()
        if when is not None:
            self._owner.timing.at("snapshots", when, self._tidy_snapshots)

    def _tidy_snapshots(self, now: datetime) -> None:
        self._ledger.tidy(now)
        self._owner.files.ledger_changed()
        self.async_plan_tidy()

    def _nightly(self, now: datetime) -> None:
        """Let go of what is too old."""
        self._ledger.tidy(now)
        self._owner.desk.doer.tidy(now)
        self._owner.files.ledger_changed()
        self._owner.files.habits_changed()

    # Silences -----------------------------------------------------------------------------------

    def silenced(self, resident: Resident, threads: Iterable[Thread], now: datetime) -> Mapping[str, str]:
        """Return what must stay silent for a resident now, by situation or kind, with the reason."""
        found = dict(self._ledger.silenced(resident.id, now))
        quiet = self._ledger.orders.silent(resident.id, now)
        said_no = Reason.SAID_NO_BEFORE.value
        for thread in threads:
            suggestion = thread.suggestion
            # For the safety lane a silence means that it was acknowledged, and only an answer to it is one.
            if suggestion.safety or suggestion.situation in found:
                continue
            if quiet:
                found[suggestion.situation] = Reason.SNOOZED.value
            elif self._never(suggestion, found):
                found[suggestion.situation] = said_no
        return found

    @staticmethod
    def _never(suggestion: Suggestion, silenced: Mapping[str, str]) -> bool:
        """Return whether everything, all that it is about, or every day's turn of it was silenced for good."""
        entities = suggestion.entity_ids
        about = bool(entities) and all(f"{ENTITY}{item}" in silenced for item in entities)
        return EVERYTHING in silenced or about or series_of(suggestion.situation) in silenced

    def named(
        self, resident: Resident, threads: Iterable[Thread], now: datetime
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Return the situations that a message about this departure names, and those that one named and was answered.

        Once is enough for it, but only if it can be or was seen: what a message named that went without an answer
        tells for itself again.
        """
        bundles = [entry for entry in self._bundles() if entry.resident == resident.id or now - entry.at < BUNDLED]
        in_front = [entry for entry in bundles if self._stands(entry)]
        seen = [entry for entry in bundles if self._ledger.answered(entry)]
        return _told(threads, in_front), _told(threads, seen)

    def put_off(self, resident: Resident, threads: Iterable[Thread]) -> frozenset[str]:
        """Return the situations that go on since a resident put them off: the next of its name is another matter."""
        asked = self._ledger.put_off(resident.id)
        return frozenset(
            suggestion.situation
            for suggestion in (thread.suggestion for thread in threads)
            if suggestion.situation in asked and (suggestion.began or suggestion.created) <= asked[suggestion.situation]
        )

    def _bundles(self) -> list[Entry]:
        """Return the last message of each resident that named several things at this departure."""
        left = self._owner.home.empty_since
        pushed = [] if left is None else self._ledger.pushed(left)
        return list({(entry.resident, entry.kind): entry for entry in pushed if entry.kind in NAMES}.values())

    def _stands(self, entry: Entry) -> bool:
        return any(
            offer.suggestion.id == entry.suggestion_id and offer.resident == entry.resident
            for offer in self._ledger.offers.values()
        )

    @callback
    def looked(self, now: datetime) -> None:
        """End the silences that wait for somebody to come home, or for a situation to change."""
        owner = self._owner
        at_home = set(owner.home.at_home())
        changed = False
        for resident in owner.residents.values():
            home = resident.person in at_home
            came = home and self._home.get(resident.id) is False
            self._home[resident.id] = home
            mine = self._ledger.silences.get(resident.id, {})
            for key, silence in list(mine.items()):
                thread = owner.threads.open.get(key)
                over = silence.waits_for is Until.HOME and came
                if silence.waits_for is Until.CHANGED and thread is not None:
                    over = silence.mark != owner.mark(thread.suggestion.entity_ids)
                if over:
                    del mine[key]
                    changed = True
                    if thread is not None:
                        thread.look_again.pop(resident.id, None)
        if changed:
            owner.files.ledger_changed()

    # Kept alive ---------------------------------------------------------------------------------

    @callback
    def keep(self, resident: Resident, thread: Thread, decision: Decision, now: datetime) -> None:
        """Let a situation outlive its time when it is put off, or held for the night."""
        until = self._wanted_until(resident, thread, decision, now)
        if until is None or thread.suggestion.safety or not self._owner.threads.keep(thread, until + GRACE):
            return
        situation = thread.suggestion.situation
        clock = thread.clock or thread.suggestion.expires
        self._ledger.kept[situation] = Kept(suggestion=thread.suggestion, clock=clock, mark=thread.mark)
        self._owner.files.ledger_changed()

    def _wanted_until(self, resident: Resident, thread: Thread, decision: Decision, now: datetime) -> datetime | None:
        if decision.verdict is not Verdict.HOLD:
            return None
        if decision.reason is Reason.QUIET_HOURS:
            policy = KINDS.get(thread.suggestion.kind)
            if policy is not None and policy.ends_with_night:
                return None
            if first_of(thread.suggestion.situation) != thread.suggestion.situation:
                # In the morning a reminder of the night is said once, not once for each turn.
                return None
            return self._owner.settings.quiet_until(dt_util.as_local(now))
        if decision.reason is Reason.SNOOZED:
            silence = self._ledger.silences.get(resident.id, {}).get(thread.suggestion.situation)
            return silence.until if silence is not None else None
        return None

    # Clock --------------------------------------------------------------------------------------

    def next_time(self, now: datetime) -> datetime | None:
        """Return when a silence, a pause or the night ends by itself."""
        times = [
            self._ledger.next_silence_end(now),
            self._ledger.orders.next_end(now),
            self._owner.settings.quiet_until(dt_util.as_local(now)),
            min((at for entry in self._bundles() if (at := entry.at + BUNDLED) > now), default=None),
        ]
        return min((dt_util.as_utc(at) for at in times if at is not None), default=None)


def _told(threads: Iterable[Thread], bundles: Iterable[Entry]) -> frozenset[str]:
    """Return the situations all of which one of some messages named."""
    return frozenset(
        thread.suggestion.situation
        for entry in bundles
        for thread in threads
        if told_with(thread.suggestion, entry.kind, entry.entities)
    )
