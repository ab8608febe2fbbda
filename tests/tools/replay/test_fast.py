"""What a replay on the fast clock took stands beside the reproduction, and neither takes the other away."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tools.errors import StorageError
from tools.replay.fast import put
from tools.replay.reproduction_page import FAST, write_page
from tools.results import Record, read_records, write_records


def report(folder: Path, speed: float) -> Path:
    folder.mkdir()
    write_records(
        folder / "report.json",
        [
            Record(claim="person-days", value=28.0, command="lab replay --start"),
            Record(claim="speed over real time", value=speed, unit="times"),
        ],
    )
    lines = [{"is": name, "at": 1.0} for name in ("push", "offer", "held", "held", "press")]
    (folder / "account.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n", encoding="utf-8")
    return folder


def test_twenty_eight_days_are_held_against_their_time_and_survive_a_reproduction(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    put(report(tmp_path / "slow", 400.0), docs)
    found = {record.claim: record for record in put(report(tmp_path / "fast", 600.0), docs)}
    took = found[f"{FAST}wall clock of 28 days"]
    assert took.value == pytest.approx(67.2)
    assert took.passed
    assert found[f"{FAST}decisions"].value == 3
    assert found[f"{FAST}answers by a button"].value == 1

    other = Record(claim="timing F1, laboratory, steering, all", value=45.0, low=40.0, high=50.0, command="lab replay")
    write_page(docs, [other], Console(file=StringIO()))
    kept = read_records(docs / "results" / "replay.json")
    assert other in kept
    assert [record for record in kept if record.claim.startswith(FAST)] == list(found.values())


def test_a_folder_without_a_report_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot read"):
        put(tmp_path, tmp_path)
