"""Count what happened, and check it against the labels."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from tools.demo.trace import ASLEEP, AWAY, Trace

# Their situation is the empty home: they are meant for who has left, and have no other moment.
AWAY_KINDS: Final = frozenset({"arm_reminder", "away_climate", "leave_home", "lock_check", "vacation"})
REPLIES: Final = frozenset(
    {
        "accepted",
        "later",
        "not_now",
        "wrong",
        "never",
        "unseen",
        "expired",
        "resolved",
        "done_by_hand",
        "executed",
        "undone",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One promise, and whether it was kept."""

    promise: str
    kept: bool
    detail: str = ""


@dataclass
class Tally:
    """Sums over the integration's decision events."""

    trace: Trace
    offered: Counter[str] = field(default_factory=Counter)
    offered_during: dict[str, Counter[str]] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    held_back: Counter[str] = field(default_factory=Counter)
    learned: Counter[str] = field(default_factory=Counter)
    lessons: int = 0
    pushes: int = 0

    def count(self, at: datetime, data: Mapping[str, Any]) -> None:
        """Take one decision event in."""
        kind, what = str(data["kind"]), str(data["type"])
        if what == "offered":
            self.offered[kind] += 1
            label = self.trace.label_at(at)
            self.offered_during.setdefault(label, Counter())[kind] += 1
        elif what == "held_back":
            self.held_back[str(data["reason"])] += 1
        elif what in REPLIES:
            self.outcomes[what] += 1
        if learned := data.get("learned"):
            self.lessons += 1
            for dimension, change in learned.items():
                self.learned[dimension] += change

    def during(self, label: str) -> Counter[str]:
        """Say what was offered while a label held."""
        return self.offered_during.get(label, Counter())

    def checks(self) -> Iterator[Check]:
        """Hold the promises against the labels."""
        asleep, away = self.during(ASLEEP), self.during(AWAY)
        others = [kind for kind in away if kind not in AWAY_KINDS]
        yield Check(promise="suggestions were made", kept=self.offered.total() > 0)
        yield Check(promise="none while asleep", kept=not asleep, detail=_words(asleep) or "by the labels")
        yield Check(
            promise="none while away, but what is about the empty home",
            kept=not others,
            detail=_words(away) or "by the labels",
        )
        yield Check(promise="replies were learned", kept=self.lessons > 0, detail=f"{self.lessons} updates")


def _words(counter: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counter.most_common())
