"""The table of every suggestion of a run: when, what the label says, the facts behind it, and what became of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from tools.demo.phone import Push
from tools.demo.tally import REPLIES
from tools.demo.trace import Trace

_SHOWN: Final = 4
_HEAD: Final = """\
# Every suggestion of the demo

Written by `scripts/demo --table FOLDER` from the integration's own decision events, its stored offers and the pushes
that a pretend phone got; the labels are the recording's and were kept from the integration. Day 1 is the first day of
the recorded home. A suggestion without words went to the dashboard or the digest.

| day | time | label | kind | said | facts | why now | outcome |
|---|---|---|---|---|---|---|---|
"""


@dataclass(kw_only=True, slots=True)
class Row:
    """One suggestion that was made."""

    day: int
    time: str
    label: str
    kind: str
    about: str
    channel: str
    reason: str
    numbers: dict[str, float]
    suggestion_id: str
    said: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    outcome: str = ""


@dataclass(slots=True)
class Facts:
    """The rows of a run, as they come about."""

    trace: Trace
    rows: list[Row] = field(default_factory=list)
    _latest: dict[str, Row] = field(default_factory=dict)
    """By situation."""

    def count(self, at: datetime, data: Mapping[str, Any], about: str) -> None:
        """Take one decision event in."""
        situation, what = str(data["situation"]), str(data["type"])
        if what == "offered":
            row = Row(
                day=(at.date() - self.trace.start.date()).days + 1,
                time=f"{at:%H:%M}",
                label=self.trace.label_at(at),
                kind=str(data["kind"]),
                about=about,
                channel=str(data.get("channel") or ""),
                reason=str(data.get("reason") or ""),
                numbers={name: round(value, 3) for name, value in (data.get("numbers") or {}).items()},
                suggestion_id=str(data.get("suggestion_id") or ""),
            )
            self.rows.append(row)
            self._latest[situation] = row
        elif what in REPLIES and (known := self._latest.get(situation)) is not None and not known.outcome:
            known.outcome = what

    def push(self, situation: str, push: Push) -> None:
        """Take in what the phone shows of a situation."""
        row = self._latest.get(situation)
        if row is not None and not row.said:
            row.said = f"{push.title}: {push.message}" if push.title else push.message

    def look_up(self, stored: Mapping[str, Any]) -> None:
        """Fill in the facts of what the integration keeps on disk."""
        known = dict(_suggestions(stored))
        for row in self.rows:
            row.facts = dict(known.get(row.suggestion_id, {}))

    def write(self, folder: Path) -> None:
        """Write `demo_suggestions.json` and a page that shows it."""
        folder.mkdir(parents=True, exist_ok=True)
        rows = [{name: value for name, value in asdict(row).items() if name != "suggestion_id"} for row in self.rows]
        text = json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
        (folder / "demo_suggestions.json").write_text(text, encoding="utf-8")
        page = _HEAD + "".join(map(_line, self.rows))
        (folder / "demo_suggestions.md").write_text(page, encoding="utf-8")


def _line(row: Row) -> str:
    numbers = ", ".join(f"{name} {value:.2f}" for name, value in list(row.numbers.items())[:_SHOWN])
    cells = (
        str(row.day),
        row.time,
        row.label,
        row.kind,
        row.said or row.about,
        "; ".join(f"{name}: {_words(value)}" for name, value in row.facts.items()),
        f"{row.reason.replace('_', ' ')} ({numbers})" if numbers else row.reason.replace("_", " "),
        row.outcome.replace("_", " ") or "open at the end",
    )
    return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |\n"


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name or '–'} {_words(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_words, value))
    return str(value)


def _suggestions(stored: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield id and facts of every suggestion in the integration's files, wherever it stands in them."""
    if isinstance(stored, Mapping):
        if isinstance(facts := stored.get("facts"), Mapping) and isinstance(found := stored.get("id"), str):
            yield found, facts
        for value in stored.values():
            yield from _suggestions(value)
    elif isinstance(stored, list):
        for value in stored:
            yield from _suggestions(value)
