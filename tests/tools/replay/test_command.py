"""The command line: what makes no sense together is said, secrets are not written down, and a run ends in a report."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from tools.errors import ArgumentError
from tools.lab.commands.replay import _without_token
from tools.replay.command import Wish, run

EXAMPLE = Path(__file__).parents[3] / "tools" / "replay" / "examples" / "ordonez-a.jsonl"


@pytest.mark.parametrize(
    "wish",
    [
        Wish(),
        Wish(start=True, in_process=True),
        Wish(url="http://127.0.0.1:1", days=1, personas=(80,)),
        Wish(in_process=True),
        Wish(in_process=True, personas=(80,), days=0),
        Wish(in_process=True, personas=(80,), trace=EXAMPLE),
        Wish(clean_up=True),
        Wish(write_trace=Path("x")),
    ],
)
def test_wishes_that_make_no_sense_are_refused(wish: Wish) -> None:
    with pytest.raises(ArgumentError):
        run(wish, Console(file=StringIO()))


def test_a_token_is_not_written_into_a_report() -> None:
    assert "secret" not in " ".join(_without_token(["replay", "--token", "secret", "--days", "1"]))
    assert "secret" not in " ".join(_without_token(["replay", "--token=secret"]))


@pytest.mark.timeout(600)
def test_a_recorded_day_ends_in_a_report(tmp_path: Path) -> None:
    said = StringIO()
    run(Wish(in_process=True, trace=EXAMPLE, days=1, out=tmp_path, command="lab replay"), Console(file=said, width=200))
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    figures = {row["claim"]: row["value"] for row in report}
    assert figures["person-days"] == 1.0
    assert figures["speed over real time"] > 2000
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    for name in ("by-day.png", "receptivity.png", "decisions.png", "latency.png"):
        assert name in page
        assert (tmp_path / name).stat().st_size > 5000
    assert "× real time" in said.getvalue()
    lines = [json.loads(text) for text in (tmp_path / "account.jsonl").read_text(encoding="utf-8").splitlines()]
    assert all({"who", "at", "is"} <= line.keys() for line in lines)
