"""Situations over time: one thread per situation, from the first finding to its end."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from .assistant.facts import Suggestion
from .assistant.kinds import policy_of
from .assistant.results import Decision
from .suggestions import Detector, Finding


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


def suggestion_from(kind: str, finding: Finding, now: datetime) -> Suggestion:
    """Return a new suggestion about a finding."""
    policy = policy_of(kind)
    start = max(finding.due, now)
    return Suggestion(
        id=secrets.token_urlsafe(9),
        kind=kind,
        situation=finding.situation,
        category=policy.category,
        risk=finding.risk,
        urgency=policy.urgency,
        benefit=policy.benefit,
        created=start,
        expires=finding.expires or start + timedelta(minutes=policy.minutes_to_live),
        began=finding.began,
        facts=finding.facts,
        actions=finding.actions,
        persons=finding.persons,
        entity_ids=finding.entity_ids,
        risk_present=finding.risk_present,
        safety=finding.safety,
        automated=finding.automated,
    )


class Threads:
    """All open threads."""

    def __init__(self, detectors: Iterable[Detector]) -> None:
        """Follow what some detectors find."""
        self.detectors = tuple(detectors)
        self.open: dict[str, Thread] = {}

    def update(self, now: datetime) -> list[Thread]:
        """Read the home; return the threads that ended because their situation did."""
        found = {
            finding.situation: (detector.kind, finding)
            for detector in self.detectors
            for finding in detector.findings(now)
        }
        ended = [thread for key, thread in self.open.items() if key not in found]
        for thread in ended:
            del self.open[thread.suggestion.situation]
        for situation, (kind, finding) in found.items():
            if situation in self.open:
                self._refresh(self.open[situation], finding)
            else:
                self.open[situation] = Thread(suggestion_from(kind, finding, now), finding.due)
        return ended

    @staticmethod
    def _refresh(thread: Thread, finding: Finding) -> None:
        """Keep a thread true to the home: what is on, whether harm is possible, when it is due."""
        thread.due = finding.due
        thread.suggestion = replace(
            thread.suggestion,
            facts=finding.facts,
            actions=finding.actions,
            risk=finding.risk,
            entity_ids=finding.entity_ids,
            risk_present=finding.risk_present,
            automated=finding.automated,
            expires=finding.expires or thread.suggestion.expires,
        )

    def still_true(self, situation: str, now: datetime) -> bool:
        """Re-check one situation against the home as it is now."""
        return any(finding.situation == situation for detector in self.detectors for finding in detector.findings(now))

    def due(self, now: datetime) -> list[Thread]:
        """Return the threads worth saying now."""
        return [
            thread
            for thread in self.open.values()
            if thread.due <= now and not thread.expired and thread.suggestion.expires > now
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
        return min((at for at in times if at > now), default=None)
