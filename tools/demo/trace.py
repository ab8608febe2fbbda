"""Read the Ordóñez A trace: sensor events, activity labels, and where on today's calendar they are put."""

import itertools
import re
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

ARCHIVE = Path(__file__).parent / "data" / "ordonezA.tar.xz"
SENSORS, LABELS = "OrdonezA_Sensors.txt", "OrdonezA_ADLs.txt"

ASLEEP, AWAY, UNLABELLED = "Sleeping", "Leaving", "Unlabelled"

# The columns are parted by runs of tabs, some rows by a blank and a tab.
_COLUMNS = re.compile(r"\s*\t\s*")
_WEEK = timedelta(weeks=1)
# Nobody who steps out to the bins counts as gone; the shortest labelled absence is 17 minutes.
_SHORTEST_ABSENCE = timedelta(minutes=8)


class TraceError(ValueError):
    """The archive is not the one this module was written for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Something that lasted: a sensor that was on, or an activity that was labelled."""

    start: datetime
    end: datetime
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """Sensor spans and labels, both in order of their start; times are local."""

    sensors: tuple[Span, ...]
    labels: tuple[Span, ...]
    repaired: int

    @property
    def start(self) -> datetime:
        """Say when the first sensor speaks."""
        return self.sensors[0].start

    @property
    def end(self) -> datetime:
        """Say when the last sensor has spoken."""
        return max(span.end for span in self.sensors)

    def label_at(self, moment: datetime) -> str:
        """Name the activity at a moment; the gaps between labels (walking from room to room) are unlabelled."""
        for span in self.labels:
            if span.start <= moment < span.end:
                return span.name
        return UNLABELLED


def load(archive: Path = ARCHIVE) -> Trace:
    """Read the archive; raise TraceError when it is missing or does not hold the two tables."""
    try:
        with tarfile.open(archive, "r:xz") as packed:
            tables = {name: _text(packed, name) for name in (SENSORS, LABELS)}
    except (OSError, KeyError, tarfile.TarError) as error:
        raise TraceError(f"{archive}: {error}") from error
    labels, repaired = repair(parse(tables[LABELS]))
    sensors, broken = repair(parse(tables[SENSORS]))
    return Trace(sensors=tuple(sensors), labels=tuple(labels), repaired=repaired + broken)


def _text(packed: tarfile.TarFile, name: str) -> str:
    member = packed.extractfile(name)
    if member is None:
        raise TraceError(f"{name} is not a file")
    return member.read().decode("latin-1")


def parse(table: str) -> Iterator[Span]:
    """Yield the rows of a table (start, end, name, …); the two heading rows carry no time and are passed over."""
    for line in table.splitlines():
        columns = _COLUMNS.split(line.strip())
        if not columns[0][:1].isdigit():
            continue
        if len(columns) < 3:
            raise TraceError(f"row without a name: {line!r}")
        yield Span(
            start=datetime.fromisoformat(columns[0]),
            end=datetime.fromisoformat(columns[1]),
            name=columns[2],
        )


def repair(spans: Iterable[Span]) -> tuple[list[Span], int]:
    """Let a span that ends before it starts end where the next one starts; return the spans and how many it were.

    Three label rows of the recording are like this (a mistyped hour or day). The start is believed because the rows
    are in its order.
    """
    rows = sorted(spans, key=lambda span: span.start)
    repaired = 0
    for index, span in enumerate(rows):
        if span.end < span.start:
            following = rows[index + 1].start if index + 1 < len(rows) else span.start
            rows[index] = replace(span, end=following)
            repaired += 1
    return rows, repaired


def place(trace: Trace, now: datetime, zone: ZoneInfo) -> Trace:
    """Move the trace by whole weeks so that it ends within the seven days before now, in the zone's local time.

    Whole weeks keep Mondays Mondays. The wall-clock time is kept, not the distance, so that a change to summer time in
    between does not move anyone's breakfast.
    """
    weeks = (now.astimezone(zone).replace(tzinfo=None) - trace.end) // _WEEK
    shift = weeks * _WEEK

    def moved(span: Span) -> Span:
        start, end = ((moment + shift).replace(tzinfo=zone) for moment in (span.start, span.end))
        return replace(span, start=start, end=end)

    return replace(
        trace,
        sensors=tuple(map(moved, trace.sensors)),
        labels=tuple(map(moved, trace.labels)),
    )


def first_days(trace: Trace, days: int) -> Trace:
    """Keep the first days: what starts before the midnight that ends the last of them."""
    midnight = trace.start.replace(hour=0, minute=0, second=0, microsecond=0)
    limit = midnight + timedelta(days=days)
    return replace(
        trace,
        sensors=tuple(span for span in trace.sensors if span.start < limit),
        labels=tuple(span for span in trace.labels if span.start < limit),
    )


def absences(sensors: Iterable[Span]) -> list[Span]:
    """Find the times nobody was in: the front door, then silence, then the front door again.

    Known from the sensors alone, because what the resident leaves on must not depend on the labels.
    """
    rows = list(sensors)
    found = []
    for before, after in itertools.pairwise(rows):
        doors = before.name == after.name == "Maindoor"
        if doors and after.start - before.end >= _SHORTEST_ABSENCE:
            found.append(Span(start=before.start, end=after.end, name=AWAY))
    return found
