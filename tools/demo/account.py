"""The live account: one line per thing that happened, and a bar for where the fortnight stands."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from tools.demo.phone import Push
from tools.demo.tally import Check, Tally
from tools.demo.trace import ASLEEP, AWAY

_STYLES: Final = {
    "offered": "bold cyan",
    "held_back": "dim",
    "accepted": "green",
    "executed": "green",
    "later": "yellow",
    "not_now": "yellow",
    "wrong": "red",
    "never": "red",
}
_DECIDED: Final = {"held_back": "stay silent", "offered": "speak now"}
# What comes up again after this long is noticed anew.
_FORGOTTEN: Final = timedelta(hours=3)
# After these a situation is over; if it comes up again it is noticed again.
_ENDINGS: Final = frozenset({"resolved", "done_by_hand", "expired", "unseen"})


@dataclass
class _Told:
    """What was said of a situation since it was noticed."""

    at: datetime
    reasons: set[str] = field(default_factory=set)
    offered: bool = False
    ended: bool = False


@dataclass
class Account:
    """Print what happens; on a terminal with a bar below it, else with a line per day."""

    console: Console
    _progress: Progress | None = None
    _bar: TaskID | None = None
    _day: str = ""
    _told: dict[str, _Told] = field(default_factory=dict)

    @contextmanager
    def replaying(self, begin: datetime, end: datetime) -> Iterator[None]:
        """Show the bar while the days pass."""
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console, transient=True) as progress:
            total = (end - begin).total_seconds()
            self._progress = progress
            self._bar = progress.add_task(f"{begin:%a %d %b}", total=total)
            try:
                yield
            finally:
                self._progress = self._bar = None

    def reached(self, at: datetime, begin: datetime) -> None:
        """Move the bar, and head each new day."""
        if self._progress is not None and self._bar is not None:
            done = (at - begin).total_seconds()
            self._progress.update(self._bar, completed=done, description=f"{at:%a %d %b %H:%M}")
        if (day := f"{at:%A %d %B}") != self._day:
            self._day = day
            self.console.rule(day, align="left", style="dim")

    def say(self, text: str) -> None:
        """Print a plain line."""
        self.console.print(text, highlight=False, soft_wrap=True)

    def _line(self, at: datetime, who: str, text: str, style: str = "") -> None:
        line = f"[dim]{at:%a %H:%M}[/]  {who:<10} {escape(text)}"
        self.say(f"[{style}]{line}[/]" if style else line)

    def decision(self, at: datetime, data: Mapping[str, Any], about: str) -> None:
        """Tell a decision with its reason; what is noticed, and the same silence about it, is told once."""
        situation, what, reason = data["situation"], data["type"], str(data.get("reason") or "")
        told = self._told.get(situation)
        if told is None or at - told.at >= _FORGOTTEN:
            told = self._told[situation] = _Told(at=at)
            self._line(at, "noticed", f"{about} · {data['kind'].replace('_', ' ')}")
        if what in _DECIDED:
            if what == "held_back" and reason in told.reasons:
                return
            told.at = at
            told.reasons.add(reason)
            told.offered = told.offered or what == "offered"
            text = f"{_DECIDED[what]}: {reason.replace('_', ' ')}{_numbers(data.get('numbers'))}"
            self._line(at, "decided", text, _STYLES.get(what, ""))
            return
        if what in _ENDINGS:
            if told.offered:
                # What was told is over: if it comes up again, it is news.
                self._told.pop(situation, None)
            elif told.ended and not data.get("learned"):
                return
            told.ended = True
        self._line(at, "outcome", f"{what.replace('_', ' ')} · {about}", _STYLES.get(what, ""))
        if learned := data.get("learned"):
            moved = sorted(learned.items(), key=lambda item: -abs(item[1]))
            words = ", ".join(f"{name} {change:+.2f}" for name, change in moved[:4])
            self._line(at, "learned", words, "magenta")

    def push(self, at: datetime, push: Push) -> None:
        """Tell what the phone shows."""
        if push.clears:
            self._line(at, "phone", "the notification goes away", "dim")
            return
        buttons = " · ".join(words for _action, words in push.buttons)
        text = f"{push.title}: {push.message}" if push.title else push.message
        self._line(at, "phone", f"{text}  ( {buttons} )" if buttons else text, "bold")

    def answer(self, at: datetime, mind: str, words: str) -> None:
        """Tell what the resident does."""
        self._line(at, "Alex", f"({mind}) {words}", "blue")

    def action(self, at: datetime, data: Mapping[str, Any]) -> None:
        """Tell an action that the integration called in the home."""
        target = data.get("service_data", {}).get("entity_id", "")
        if isinstance(target, list):
            target = ", ".join(target)
        self._line(at, "home", f"{data['domain']}.{data['service']} {target}", "green")

    def summary(self, tally: Tally, checks: Iterable[Check]) -> None:
        """Close the account: the sums, then what was promised."""
        self.console.rule("Summary", align="left")
        away = tally.during(AWAY)
        rows = {
            "suggestions": _counts(tally.offered),
            "  delivered while asleep": str(tally.during(ASLEEP).total()),
            "  delivered while away": f"{away.total()} ({_counts(away)})" if away else "0",
            "pushes the phone got": str(tally.pushes),
            "outcomes": _counts(tally.outcomes),
            "held back": _counts(tally.held_back),
            "learned": ", ".join(
                f"{name} {change:+.2f}"
                for name, change in sorted(tally.learned.items(), key=lambda row: -abs(row[1]))[:8]
            ),
        }
        for name, value in rows.items():
            self.say(f"{name:<26} {escape(value) or '–'}")
        for check in checks:
            mark = "[green]kept  [/]" if check.kept else "[bold red]BROKEN[/]"
            detail = f"  [dim]{escape(check.detail)}[/]" if check.detail else ""
            self.say(f"{mark} {escape(check.promise)}{detail}")


def _numbers(numbers: Mapping[str, Any] | None) -> str:
    if not numbers:
        return ""
    shown = [
        f"{name} {value:.2f}" if isinstance(value, float) else f"{name} {value}"
        for name, value in list(numbers.items())[:4]
    ]
    return f" ({', '.join(shown)})"


def _counts(counter: Mapping[str, int]) -> str:
    rows = sorted(counter.items(), key=lambda row: -row[1])
    return ", ".join(f"{name} {count}" for name, count in rows)
