"""Kill −9 in the small, and that the judge of it can find fault."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools.reach.judge import after_kill, whole_day
from tools.results import read_records

ROOT = Path(__file__).parents[3]


def test_a_few_kills_break_no_promise(tmp_path: Path) -> None:
    # A process of its own: what is forked must not inherit this one's plug-ins and threads.
    done = subprocess.run(
        [sys.executable, "-m", "tools.reach", "--kills", "6", "--rounds", "10", "--undos", "5", "--out", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    records = read_records(tmp_path / "reach.json")
    by_claim = {record.claim.rpartition(": ")[2]: record for record in records}
    assert by_claim["kills at random instants of scripted days"].value == 6
    assert by_claim["messages delivered"].value > 0
    assert all(record.passed is not False for record in records)


LAMP = "light.living_room_ceiling"
TAG = "proactive_assistant_opening_left:x"


def message(minute: float, token: str, **changes: Any) -> dict[str, Any]:
    actions = [f"PROACTIVE_ASSISTANT_{name}_{token}" for name in ("DO", "LATER", "NOT_NOW")]
    return {"m": minute, "k": "message", "phone": "anna", "tag": TAG, "silent": False, "actions": actions} | changes


def tap(minute: float, token: str, button: str = "NOT_NOW") -> dict[str, Any]:
    action = f"PROACTIVE_ASSISTANT_{button}_{token}"
    return {"m": minute, "k": "tap", "phone": "anna", "tag": TAG, "button": button, "action": action}


def clear(minute: float) -> dict[str, Any]:
    return {"m": minute, "k": "clear", "phone": "anna", "tag": TAG}


def call(minute: float) -> dict[str, Any]:
    return {"m": minute, "k": "call", "action": "light.turn_off", "entity": LAMP}


def reply(kind: str = "not_now") -> dict[str, Any]:
    return {"resident": "anna", "situation": "opening_left:x", "type": kind}


def deed() -> dict[str, Any]:
    return {"snapshots": [{"entity_id": LAMP}]}


def folder(path: Path, lines: list[dict[str, Any]], **ledger: Any) -> Path:
    (path / ".storage").mkdir()
    (path / "journal.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    data = {"entries": [], "answers": [], "deeds": []} | ledger
    (path / ".storage" / "proactive_assistant.ledger").write_text(json.dumps({"data": data}))
    return path


def test_an_acknowledged_reply_that_is_not_on_disk_is_found(tmp_path: Path) -> None:
    day = folder(tmp_path, [message(1, "a"), tap(2, "a"), clear(2)])
    assert after_kill(day).replies_lost


def test_a_reply_on_disk_or_in_work_is_not_lost(tmp_path: Path) -> None:
    for number, ledger in enumerate(({"entries": [reply()]}, {"answers": [{"offer": {"token": "a"}}]})):
        path = tmp_path / str(number)
        path.mkdir()
        day = folder(path, [message(1, "a"), tap(2, "a"), clear(2)], **ledger)
        assert not after_kill(day).replies_lost


def test_a_reply_that_nobody_acknowledged_may_be_lost(tmp_path: Path) -> None:
    assert not after_kill(folder(tmp_path, [message(1, "a"), tap(2, "a")])).replies_lost


def test_a_reply_that_counts_twice_is_found(tmp_path: Path) -> None:
    day = folder(tmp_path, [message(1, "a"), tap(2, "a"), clear(2)], entries=[reply(), reply()])
    assert whole_day(day).replies_lost


@pytest.mark.parametrize("second", ["a", "b"])
def test_a_message_that_comes_twice_is_found(tmp_path: Path, second: str) -> None:
    day = folder(tmp_path, [message(1, "a"), message(2, second)])
    assert whole_day(day).delivered_twice


def test_a_message_may_come_again_after_later_or_when_it_ended(tmp_path: Path) -> None:
    over = {"m": 5, "k": "happens", "entity": "x", "state": "off"}
    lines = [message(1, "a"), tap(2, "a", "LATER"), clear(2), message(4, "b"), over, message(6, "c")]
    assert not whole_day(folder(tmp_path, lines, entries=[reply("later")])).delivered_twice


def test_a_second_call_is_found_and_one_after_an_undo_is_none(tmp_path: Path) -> None:
    on = {"m": 4, "k": "effect", "entity": LAMP, "state": "on", "attributes": {}}
    for name, lines, wrong in (
        ("twice", [call(1), call(3)], True),
        ("undone between", [call(1), on, call(5)], False),
        ("two taps", [tap(1, "a", "DO"), call(1), tap(2, "b", "DO"), call(3)], False),
    ):
        path = tmp_path / name
        path.mkdir()
        assert bool(whole_day(folder(path, lines)).executed_twice) is wrong


def test_a_call_without_a_snapshot_on_disk_is_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert after_kill(folder(tmp_path / "a", [call(1)])).snapshots_lost
    assert not after_kill(folder(tmp_path / "b", [call(1)], deeds=[deed()])).snapshots_lost


def test_a_ledger_that_does_not_read_is_found(tmp_path: Path) -> None:
    day = folder(tmp_path, [message(1, "a")])
    (day / ".storage" / "proactive_assistant.ledger").write_text('{"data": {"entr')
    assert after_kill(day).unreadable
