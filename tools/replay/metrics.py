"""The metrics of the product specification (5.2), from the account of a replay."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from tools.results import Record, at_least, at_most

from .journal import Line

DAY: Final = 1440.0
CAP: Final = 3
"""Pushes a day at which a person's day is full (product 4.4)."""
TIMELY: Final = 15.0
"""Minutes in which a thing done by hand counts as accepted late."""
SOON: Final = 30.0
"""Minutes in which a thing done by hand after silence was a missed need."""
REPLIES: Final = (0, 5, 10, 20, 40)
BINS: Final = 10

_ANNOYED: Final = frozenset({"not_now", "wrong", "never"})
_ANSWERS: Final = frozenset({"accepted", "later"}) | _ANNOYED


@dataclass(kw_only=True, slots=True)
class Metrics:
    """One person's, or several people's, sums; shares are made of them."""

    days: float = 0.0
    """Person-days."""
    offers: int = 0
    """Messages decided for the phone."""
    pushes: int = 0
    """Messages that reached it and ask for something."""
    welcomed: int = 0
    """Accepted, or done by hand within a quarter of an hour."""
    annoyed: int = 0
    unseen: int = 0
    stale: int = 0
    """The matter was over at the push, or gone from the phone at the tap."""
    pressed: int = 0
    exact: int = 0
    late: int = 0
    """Answers that found the message gone."""
    overtaken: int = 0
    """Those of them whose matter was over: nothing was lost."""
    held: int = 0
    """Situations held back."""
    missed: int = 0
    """Situations held back and then seen to by hand within half an hour."""
    acted: int = 0
    undone: int = 0
    full_days: int = 0
    """Person-days on which the daily number was reached."""
    hazards: int = 0
    warned: int = 0
    waits: list[float] = field(default_factory=list)
    """Minutes from a push to its answer."""
    delays: list[float] = field(default_factory=list)
    """Minutes from when a matter was worth saying to its push."""
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    by_day: dict[int, list[int]] = field(default_factory=dict)
    """Pushes, welcomed, annoyed and missed, by day."""
    said: list[tuple[float, bool]] = field(default_factory=list)
    """Expected acceptance and whether it was accepted."""
    by_replies: dict[int, list[int]] = field(default_factory=dict)
    """Pushes and welcomed, by the number of answers given before."""

    def on(self, day: int) -> list[int]:
        """Return a day's counts, to be added to."""
        return self.by_day.setdefault(day, [0, 0, 0, 0])

    @property
    def calibration(self) -> float | None:
        """Return the expected calibration error of acceptance over ten equal bins; None without a push."""
        if not self.said:
            return None
        p = np.array([expected for expected, _ in self.said])
        y = np.array([came for _, came in self.said], float)
        where = np.minimum((p * BINS).astype(int), BINS - 1)
        return float(
            sum(abs(p[where == b].mean() - y[where == b].mean()) * (where == b).mean() for b in np.unique(where))
        )


@dataclass(slots=True)
class _Open:
    """A push that lies on a phone."""

    at: float
    expected: float | None
    replies: int


class _Reader:
    """Reads one account."""

    def __init__(self, days: float, people: int) -> None:
        self.found = Metrics(days=days * people)
        self.open: dict[tuple[int, str], _Open] = {}
        self.held: dict[tuple[int, str], float] = {}
        self.replies: Counter[int] = Counter()
        self.pushes_on: Counter[tuple[int, int]] = Counter()

    def push(self, line: Line) -> None:
        key = (line["member"], line["situation"])
        day = int(line["at"] // DAY)
        if not line.get("asks"):
            return
        self.held.pop(key, None)
        self.found.pushes += 1
        self.found.on(day)[0] += 1
        self.pushes_on[line["member"], day] += 1
        self.open[key] = _Open(line["at"], None, self.replies[line["member"]])

    def offer(self, line: Line) -> None:
        numbers = line.get("numbers", {})
        if line.get("channel") == "phone":
            self.found.offers += line["kind"] != "safety"
            welcome = numbers.get("content", 0.0) * numbers.get("moment", 0.0)
            self._expect(line, welcome * numbers.get("noticed", 1.0))

    def _expect(self, line: Line, value: float) -> None:
        """Keep what was expected of a message; the event comes just after its push."""
        key = (line["member"], line["situation"])
        pushed = self.open.get(key)
        if pushed is not None and pushed.expected is None:
            pushed.expected = value

    def held_back(self, line: Line) -> None:
        key = (line["member"], line["situation"])
        self.found.reasons[line["reason"]] += 1
        if key not in self.open and key not in self.held:
            self.found.held += 1
        self.held[key] = line["at"]

    def answer(self, line: Line) -> None:
        if line.get("acted"):
            return
        if line.get("over") is not None and line["at"] > line["over"]:
            self.found.stale += 1
        if line.get("about") is not None:
            self.found.delays.append(line["at"] - line["about"])

    def press(self, line: Line) -> None:
        self.found.pressed += 1
        self.found.exact += bool(line.get("exact"))
        pushed = self.open.get((line["member"], line["situation"]))
        if pushed is not None:
            self.found.waits.append(line["at"] - pushed.at)

    def gone(self, line: Line) -> None:
        """Count an answer to a message that was no longer there."""
        self.found.late += 1
        self.found.overtaken += bool(line.get("over"))

    def end(self, line: Line) -> None:
        kind, key = line["type"], (line["member"], line["situation"])
        if kind in ("executed", "undone"):
            self.found.acted += kind == "executed"
            self.found.undone += kind == "undone"
            return
        pushed = self.open.pop(key, None)
        if pushed is None:
            since = self.held.pop(key, None)
            if kind == "done_by_hand" and since is not None and line["at"] - since <= SOON:
                self.found.missed += 1
                self.found.on(int(line["at"] // DAY))[3] += 1
            return
        self._ended(kind, pushed, line)

    def _ended(self, kind: str, pushed: _Open, line: Line) -> None:
        self.found.outcomes[kind] += 1
        came = kind == "accepted" or (kind == "done_by_hand" and line["at"] - pushed.at <= TIMELY)
        self.found.welcomed += came
        self.found.annoyed += kind in _ANNOYED
        self.found.unseen += kind in ("unseen", "expired")
        self.found.on(int(pushed.at // DAY))[1] += came
        self.found.on(int(pushed.at // DAY))[2] += kind in _ANNOYED
        if pushed.expected is not None:
            self.found.said.append((pushed.expected, came))
        bin_ = max(size for size in REPLIES if size <= pushed.replies)
        answered = self.found.by_replies.setdefault(bin_, [0, 0])
        answered[0] += 1
        answered[1] += came
        self.replies[line["member"]] += kind in _ANSWERS


_READERS: Final[dict[str, Callable[[_Reader, Line], None]]] = {
    "push": _Reader.push,
    "offer": _Reader.offer,
    "held": _Reader.held_back,
    "answer": _Reader.answer,
    "press": _Reader.press,
    "late": _Reader.gone,
    "end": _Reader.end,
}


def metrics_of(lines: Iterable[Line], days: float, people: int = 1) -> Metrics:
    """Return the sums of an account of some days of some people."""
    reader = _Reader(days, people)
    kept = list(lines)
    for line in kept:
        read = _READERS.get(line["is"])
        if read is not None and line.get("member") is not None:
            read(reader, line)
    hazards = [line for line in kept if line["is"] == "matter" and line["kind"] == "safety"]
    warned = [line for line in kept if line["is"] == "push" and line["kind"] == "safety"]
    found = reader.found
    if reader.open:
        found.outcomes["open at the end"] = len(reader.open)
    found.hazards = len(hazards)
    found.warned = sum(any(h["created"] - 2 <= w["at"] <= h["over"] + 2 for w in warned) for h in hazards)
    found.full_days = sum(count >= CAP for count in reader.pushes_on.values())
    return found


def together(parts: Sequence[Metrics]) -> Metrics:
    """Return several people's sums as one."""
    found = Metrics()
    for part in parts:
        for name in Metrics.__slots__:
            mine, theirs = getattr(found, name), getattr(part, name)
            if isinstance(mine, Counter):
                mine.update(theirs)
            elif isinstance(mine, dict):
                for key, values in theirs.items():
                    mine[key] = [a + b for a, b in zip(mine.get(key, [0] * len(values)), values, strict=True)]
            else:
                setattr(found, name, mine + theirs)
    return found


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def records_of(found: Metrics, command: str = "") -> list[Record]:
    """Return the metrics with their targets; one that has nothing to be counted over is left out."""
    shares: tuple[tuple[str, float | None, str, float | None, float | None], ...] = (
        ("acceptance", _share(found.welcomed, found.pushes), "share of pushes", 0.5, None),
        ("annoyance", _share(found.annoyed, found.pushes), "share of pushes", None, 0.15),
        ("silent-miss", _share(found.missed, found.held), "share of situations held back", None, 0.2),
        ("stale rate", _share(found.stale, found.pushes), "share of pushes", None, 0.02),
        ("wrong-act", _share(found.undone, found.acted), "share of acts", None, 0.01),
        ("volume", _share(found.pushes, found.days), "pushes per person-day", None, 2.0),
        ("days at the cap", _share(found.full_days, found.days), "share of person-days", None, 0.05),
        ("time to response, median", _percentile(found.waits, 50), "min", None, 10.0),
        ("time to response, 90th percentile", _percentile(found.waits, 90), "min", None, None),
        ("calibration (ECE)", found.calibration, "", None, 0.05),
        ("unseen", _share(found.unseen, found.pushes), "share of pushes", None, None),
        ("from worth saying to push, median", _percentile(found.delays, 50), "min", None, None),
        ("safety recall", _share(found.warned, found.hazards), "share of hazards", 1.0, None),
        ("pushes", float(found.pushes), "", None, None),
        ("person-days", float(found.days), "", None, None),
    )
    records = []
    for claim, value, unit, low, high in shares:
        if value is None:
            continue
        record = Record(claim=claim, value=round(float(value), 4), unit=unit, command=command)
        records.append(
            at_least(record, low) if low is not None else at_most(record, high) if high is not None else record
        )
    for size, (pushes, welcomed) in sorted(found.by_replies.items()):
        if pushes:
            claim = f"acceptance after {size} or more answers"
            records.append(
                Record(claim=claim, value=round(welcomed / pushes, 4), unit="share of pushes", command=command)
            )
    for name, count in found.outcomes.most_common():
        records.append(
            Record(claim=f"outcome: {name.replace('_', ' ')}", value=float(count), unit="pushes", command=command)
        )
    for name, count in found.reasons.most_common():
        records.append(Record(claim=f"held back: {name}", value=float(count), unit="decisions", command=command))
    return records


def _percentile(values: Sequence[float], q: float) -> float | None:
    return float(np.percentile(values, q)) if values else None
