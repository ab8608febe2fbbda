"""Situations over time: one thread per situation, from the first finding to its end."""

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from homeassistant.core import callback

from .assistant.facts import PlannedAction, Suggestion
from .assistant.kinds import policy_of
from .assistant.results import Decision
from .sensing.slices import SLICE, Slices
from .suggestions import Detector, Finding

FORGOTTEN: Final = timedelta(minutes=30)
"""So long a situation that somebody has dealt with has to be gone before the next of its name is a new one."""

DROPOUT: Final = timedelta(minutes=10)
"""A lost connection mostly is back sooner, and nothing has changed meanwhile."""

_LOGGER = logging.getLogger(__name__)

OWN_LIFE: Final = timedelta(hours=2)
"""Of a message that comes without an end."""


@dataclass(slots=True)
class Thread:
    """One situation that is true now."""

    suggestion: Suggestion
    due: datetime
    decisions: dict[str, Decision] = field(default_factory=dict)
    """Latest decision per resident."""
    decided_at: dict[str, datetime] = field(default_factory=dict)
    look_again: dict[str, datetime] = field(default_factory=dict)
    expired: bool = False
    """Past its time but still true: nothing more is said until it ends."""
    kept_until: datetime | None = None
    """Promised past its own time: put off by a person, or held for the night."""
    clock: datetime | None = None
    """When it would have ended by the clock."""
    mark: str = ""
    """How its entities stood when it was last found."""
    seen: bool = False
    """Whether all of them told how they are then."""
    lost: datetime | None = None
    """Since when one of them has told nothing, and the situation with it."""


def suggestion_from(kind: str, finding: Finding, now: datetime) -> Suggestion:
    """Return a new suggestion about a finding."""
    start = max(finding.due, now)
    if finding.terms is not None:
        kind = finding.terms.kind
        category, urgency, benefit = finding.terms.category, finding.terms.urgency, finding.terms.benefit
        life = OWN_LIFE
    else:
        policy = policy_of(kind)
        category, urgency, benefit = policy.category, policy.urgency, policy.benefit
        life = timedelta(minutes=policy.minutes_to_live)
    return Suggestion(
        id=secrets.token_urlsafe(9),
        kind=kind,
        situation=finding.situation,
        category=category,
        risk=finding.risk,
        urgency=urgency,
        benefit=benefit,
        created=start,
        expires=finding.expires or start + life,
        began=finding.began,
        facts=finding.facts,
        actions=finding.actions,
        persons=finding.persons,
        entity_ids=finding.entity_ids,
        risk_present=finding.risk_present,
        safety=finding.safety,
        automated=finding.automated,
    )


def _named(finding: Finding) -> tuple[str, ...]:
    """Return every entity that a finding names or would act on."""
    return (*finding.entity_ids, *(target for action in finding.actions for target in action.entity_ids))


class Threads:
    """All open threads."""

    def __init__(
        self,
        detectors: Iterable[Detector],
        mark: Callable[[Iterable[str]], str] = lambda _entities: "",
        hidden: Callable[[Iterable[str]], bool] = lambda _entities: False,
        touchable: Callable[[PlannedAction], bool] = lambda _action: True,
        dead: Callable[[Iterable[str]], bool] = lambda _entities: False,
    ) -> None:
        """Follow what some detectors find.

        `mark` tells how entities stand, `hidden` which are excluded, `touchable` what may be acted on at all, and
        `dead` whether any of some entities tells nothing.
        """
        self.detectors = tuple(detectors)
        self.open: dict[str, Thread] = {}
        self._mark = mark
        self._hidden = hidden
        self._touchable = touchable
        self._dead = dead
        self._done: dict[str, datetime] = {}
        """Situations that somebody has dealt with, and when they last looked true."""
        self._broken: set[str] = set()
        """Kinds whose detector fell over at the last look."""

    def update(self, now: datetime) -> list[Thread]:
        """Read the home; return the threads that ended because their situation did."""
        every = {
            finding.situation: (detector.kind, finding)
            for detector in self.detectors
            for raw in self._findings(detector, now)
            if (finding := self._permitted(raw)) is not None
        }
        return self._follow(every, now)

    async def async_update(self, now: datetime) -> list[Thread]:
        """Do as `update`, in slices: thirty kinds take tens of milliseconds in a large home."""
        every: dict[str, tuple[str, Finding]] = {}
        slices = Slices()
        await slices.turn(ahead=SLICE)
        for detector in self.detectors:
            # A kind may take a whole slice to its first finding in a large home, so it is begun with a fresh one.
            await slices.turn(ahead=SLICE)
            for raw in self._findings(detector, now):
                finding = self._permitted(raw)
                if finding is not None:
                    every[finding.situation] = (detector.kind, finding)
                await slices.turn()
        await slices.turn(ahead=SLICE)
        return self._follow(every, now)

    def _follow(self, every: Mapping[str, tuple[str, Finding]], now: datetime) -> list[Thread]:
        """Open, refresh and end threads by what was found; return those that ended."""
        found = self._open_matters(every, now)
        ended = [
            thread
            for key, thread in self.open.items()
            if key not in found
            and not self._kept(thread, now)
            and not self._out_of_sight(thread, now)
            and thread.suggestion.kind not in self._broken
        ]
        for thread in ended:
            del self.open[thread.suggestion.situation]
        for situation, (kind, finding) in found.items():
            if situation not in self.open:
                self.open[situation] = Thread(suggestion_from(kind, finding, now), finding.due)
            self._refresh(self.open[situation], finding)
        return ended

    def _out_of_sight(self, thread: Thread, now: datetime) -> bool:
        """Return whether a situation is only not to be seen for the moment: what it is about has just stopped telling.

        Its message stays where it is, and nothing is said or learned of it.
        """
        if not thread.seen or not self._dead(thread.suggestion.entity_ids):
            thread.lost = None
            return False
        thread.lost = thread.lost or now
        return timedelta() <= now - thread.lost < DROPOUT

    def _findings(self, detector: Detector, now: datetime) -> list[Finding]:
        """Return what one detector finds; no mistake of one kind silences the others."""
        try:
            found = list(detector.findings(now))
        except Exception:
            if detector.kind not in self._broken:
                _LOGGER.exception("%s could not look at the home", detector.kind)
            # What is open stays open: a mistake of ours has ended no situation.
            self._broken.add(detector.kind)
            return []
        if detector.kind in self._broken:
            self._broken.discard(detector.kind)
            _LOGGER.warning("%s looks at the home again", detector.kind)
        return found

    def _permitted(self, finding: Finding) -> Finding | None:
        """Return a finding with the buttons that are allowed; None when it names what is excluded."""
        if self._hidden(_named(finding)):
            return None
        # What may not be touched is told all the same, without a button for it.
        return replace(finding, actions=tuple(filter(self._touchable, finding.actions)))

    @callback
    def done(self, situation: str, now: datetime) -> None:
        """Take a situation as dealt with by somebody: it is over for everybody, however long it still looks true."""
        self._done[situation] = now

    def _open_matters(self, found: Mapping[str, tuple[str, Finding]], now: datetime) -> dict[str, tuple[str, Finding]]:
        """Return what is found but for what somebody has dealt with; that is forgotten once it looks true no more."""
        dealt_with = {key: done for key in found for done in self._done if key == done or key.startswith(f"{done}:")}
        self._done |= dict.fromkeys(dealt_with.values(), now)
        self._done = {done: seen for done, seen in self._done.items() if abs(now - seen) <= FORGOTTEN}
        return {key: item for key, item in found.items() if key not in dealt_with}

    def _kept(self, thread: Thread, now: datetime) -> bool:
        """Return whether a thread outlives its detector: it was promised, only the clock ended it, nothing moved."""
        if thread.kept_until is None or thread.clock is None or not thread.clock <= now < thread.kept_until:
            return False
        suggestion = thread.suggestion
        said = (detector.lasts(suggestion) for detector in self.detectors if detector.kind == suggestion.kind)
        known = next((lasts for lasts in said if lasts is not None), None)
        return self._mark(suggestion.entity_ids) == thread.mark if known is None else known

    def keep(self, thread: Thread, until: datetime) -> bool:
        """Let a thread live until then at least; return whether that is news."""
        if thread.suggestion.expires >= until:
            return False
        thread.clock = thread.clock or thread.suggestion.expires
        thread.kept_until = until
        thread.suggestion = replace(thread.suggestion, expires=until)
        thread.expired = False
        return True

    def restore(self, suggestion: Suggestion, clock: datetime, mark: str) -> None:
        """Open a thread again that was kept before a restart."""
        self.open.setdefault(
            suggestion.situation,
            Thread(suggestion, suggestion.created, kept_until=suggestion.expires, clock=clock, mark=mark),
        )

    def recall(self, suggestion: Suggestion, now: datetime) -> None:
        """Let a kind know what was told before a restart and not answered."""
        for detector in self.detectors:
            if detector.kind == suggestion.kind:
                detector.recall(suggestion, now)

    def _refresh(self, thread: Thread, finding: Finding) -> None:
        """Keep a thread true to the home: what is on, whether harm is possible, when it is due."""
        thread.due = finding.due
        thread.mark = self._mark(finding.entity_ids)
        thread.seen, thread.lost = not self._dead(finding.entity_ids), None
        expires = finding.expires or thread.suggestion.expires
        thread.suggestion = replace(
            thread.suggestion,
            facts=finding.facts,
            actions=finding.actions,
            risk=finding.risk,
            entity_ids=finding.entity_ids,
            persons=finding.persons,
            risk_present=finding.risk_present,
            automated=finding.automated,
            expires=expires if thread.kept_until is None else max(expires, thread.kept_until),
        )

    def still_true(self, situation: str, now: datetime) -> bool:
        """Re-check one situation against the home as it is now."""
        thread = self.open.get(situation)
        if thread is not None and self._kept(thread, now):
            return True
        # A situation begins with its kind; the other kinds need not look.
        kind = situation.partition(":")[0]
        return situation not in self._done and any(
            finding.situation == situation and self._permitted(finding) is not None
            for detector in self.detectors
            if detector.kind == kind
            for finding in self._findings(detector, now)
        )

    def by_hand(self, thread: Thread) -> bool:
        """Return whether a situation that has just ended was seen to by somebody, as far as its kind can tell."""
        suggestion = thread.suggestion
        kinds = (detector for detector in self.detectors if detector.kind == suggestion.kind)
        return thread.lost is None and all(detector.by_hand(suggestion) for detector in kinds)

    def meant(self, suggestion: Suggestion, now: datetime) -> None:
        """Let a kind know that somebody said that it is so on purpose."""
        for detector in self.detectors:
            if detector.kind == suggestion.kind:
                detector.meant(suggestion, now)

    def due(self, now: datetime) -> list[Thread]:
        """Return the threads worth saying now."""
        return [
            thread
            for thread in self.open.values()
            if thread.due <= now and not thread.expired and thread.suggestion.expires > now and thread.lost is None
        ]

    def overdue(self, now: datetime) -> list[Thread]:
        """Return the threads whose time ran out while their situation lasts, once each."""
        found = [thread for thread in self.open.values() if not thread.expired and thread.suggestion.expires <= now]
        for thread in found:
            thread.expired = True
        return found

    def next_time(self, now: datetime) -> datetime | None:
        """Return when time alone can change something: a due time, an expiry, a look again."""
        times: list[datetime] = []
        for thread in self.open.values():
            if not thread.expired:
                times += [thread.due, thread.suggestion.expires, *thread.look_again.values()]
            if thread.lost is not None:
                times.append(thread.lost + DROPOUT)
        return min((at for at in times if at > now), default=None)
