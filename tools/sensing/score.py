"""Compare what was found with what was the matter."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Self

from .play import Detection
from .stage import HOME, Truth

EARLY: Final = 2.0
"""Minutes before a matter began at which a detection is still about it: sensors and clocks differ by as much."""

LATE: Final = 30.0
"""Minutes after a matter was over until which telling it is stale; later it is simply wrong."""

TAP: Final = 10.0
"""Minutes in which most people who handle a message do so: at the tap it must still be true (product 4.4, 5.2)."""

LAG: Final = 2.5
"""Minutes by which the script's sensors and phones report late that something is over: nobody can know earlier."""

WHOLE: Final = frozenset({HOME})


@dataclass(slots=True)
class Counts:
    """One home's count of one kind."""

    matters: int = 0
    found: int = 0
    told: int = 0
    right: int = 0
    stale: int = 0
    asked: int = 0
    """Of what was told, how much the world had asked for; the rest of `right` was only allowed."""
    delays: list[float] = field(default_factory=list)
    """Minutes from *worth saying* to *due*, of what was found."""

    def __iadd__(self, other: Counts) -> Self:
        """Add another home's."""
        self.matters += other.matters
        self.found += other.found
        self.told += other.told
        self.right += other.right
        self.stale += other.stale
        self.asked += other.asked
        self.delays += other.delays
        return self


def _about(truth: Truth, detection: Detection) -> bool:
    return (truth.kind == detection.kind or detection.kind in truth.also) and bool(
        truth.subjects & detection.subjects or WHOLE in (truth.subjects, detection.subjects)
    )


def _meets(truth: Truth, detection: Detection) -> bool:
    """Return whether a detection stood while a matter lasted, and did not stand before it began."""
    return truth.began - EARLY <= detection.due <= truth.over and detection.ended >= truth.created


def score(
    truths: Iterable[Truth], detections: Iterable[Detection], begin: float, end: float
) -> tuple[dict[str, Counts], list[str]]:
    """Return counts by kind of what lies in a span of minutes, and a line for every mistake."""
    every, told = list(truths), [item for item in detections if begin <= item.due < end]
    counts: dict[str, Counts] = {}
    lines: list[str] = []
    for truth in every:
        if not truth.required or not begin <= truth.created < end:
            continue
        row = counts.setdefault(truth.kind, Counts())
        row.matters += 1
        found = [item for item in detections if _about(truth, item) and _meets(truth, item)]
        if found:
            row.found += 1
            row.delays.append(min(item.due for item in found) - truth.created)
        else:
            near = [
                f"{item.due:.0f}-{item.ended:.0f}"
                for item in detections
                if _about(truth, item) and abs(item.due - truth.created) < 720
            ]
            lines.append(
                f"missed {truth.kind} {sorted(truth.subjects)} {truth.began:.0f} {truth.created:.0f}"
                f" {truth.over:.0f} {near}"
            )
    for item in told:
        row = counts.setdefault(item.kind, Counts())
        row.told += 1
        about = [truth for truth in every if truth.kind == item.kind and _about(truth, item)]
        holds = [truth for truth in about if truth.began - EARLY <= item.due <= truth.over]
        late = [truth for truth in about if truth.over < item.due <= truth.over + LATE]
        row.right += bool(holds or late)
        row.asked += any(truth.required for truth in holds)
        # Once it is over, a thread that has ended has taken its message back. One hour's price may go on in the next.
        tap = min(item.due + TAP, item.ended - LAG)
        gone = bool(holds) and all(truth.over < tap for truth in about if truth.began - EARLY <= max(tap, item.due))
        row.stale += gone or (bool(late) and not holds)
        if not holds:
            word = "stale" if late else "false"
            lines.append(f"{word} {item.kind} {sorted(item.subjects)} {item.due:.0f} {item.ended:.0f} {item.facts}")
        elif gone:
            lines.append(f"lingers {item.kind} {sorted(item.subjects)} {item.due:.0f} {item.ended:.0f}"
                         f" {[(round(t.began), round(t.over)) for t in holds]}")  # fmt: skip
    return counts, lines
