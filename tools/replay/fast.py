"""What a replay on the fast clock took and brought, as records beside those of the reproduction.

python -m tools.replay.fast FOLDER docs: reads the report that `lab replay --start` has left in a folder.
"""

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Final

from tools.errors import StorageError
from tools.results import Record, at_most, read_records, write_records

from .reproduction_page import FAST

MOST: Final = 75.0
"""Minutes that 28 days may take."""
WHOLE: Final = 28.0
_DAY: Final = 1440.0


def records_of(folder: Path) -> list[Record]:
    """Return the records of a report's folder. Raises StorageError when there is none in it."""
    figures = {record.claim: record for record in read_records(folder / "report.json")}
    try:
        text = (folder / "account.jsonl").read_text(encoding="utf-8")
        counts = Counter(str(json.loads(line)["is"]) for line in text.splitlines())
        days, speed = figures["person-days"].value, figures["speed over real time"].value
    except (KeyError, OSError, ValueError) as error:
        raise StorageError(f"{folder} holds no report of a replay: {error}") from error
    command = figures["person-days"].command
    took = Record(claim=f"{FAST}wall clock of {days:g} days", value=round(days * _DAY / speed, 2), unit="min")
    rows = (
        at_most(took, MOST) if days >= WHOLE else took,
        Record(claim=f"{FAST}speed over real time", value=speed, unit="times"),
        Record(claim=f"{FAST}decisions", value=float(counts["offer"] + counts["held"])),
        Record(claim=f"{FAST}messages on the phone", value=float(counts["push"])),
        Record(claim=f"{FAST}answers by a button", value=float(counts["press"])),
        Record(claim=f"{FAST}reconnections", value=float(counts["reconnected"])),
    )
    return [
        Record(
            claim=row.claim, value=row.value, unit=row.unit, threshold=row.threshold, passed=row.passed, command=command
        )
        for row in rows
    ]  # fmt: skip


def put(folder: Path, docs: Path) -> list[Record]:
    """Put the records into docs' results/replay.json, in place of earlier ones. Raises StorageError."""
    found = records_of(folder)
    path = docs / "results" / "replay.json"
    others = [record for record in read_records(path) if not record.claim.startswith(FAST)] if path.exists() else []
    write_records(path, [*others, *found])
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report", type=Path)
    parser.add_argument("docs", type=Path)
    asked = parser.parse_args()
    for record in put(asked.report, asked.docs):
        print(f"{record.claim}: {record.value:g} {record.unit}")
