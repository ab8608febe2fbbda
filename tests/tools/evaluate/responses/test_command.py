"""The whole path from two files to numbers."""

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from tools.errors import LabError
from tools.evaluate.responses.command import ASSISTANT, POPULATION, Request, Result, evaluate, run, show
from tools.lab.app import build
from tools.results import read_records

from . import tables

MARGIN = 0.03
"""Nats an answer that the learner may lose to the constant on pure noise, whose rate it cannot know beforehand."""


def request(tmp_path: Path, rows: list[dict[str, str]], **changes: Any) -> Request:
    mapping = {**tables.MAPPING, **changes.pop("mapping", {})}
    (tmp_path / "m.json").write_text(json.dumps(mapping), encoding="utf-8")
    found = tables.write(tmp_path / "t.csv", rows)
    return Request(**{"responses": found, "mapping": tmp_path / "m.json", "engine": "table", **changes})


def measured(tmp_path: Path, rows: list[dict[str, str]], **changes: Any) -> Result:
    return evaluate(request(tmp_path, rows, **changes), Console(quiet=True))


def loss(result: Result, method: str, first: int = 0, last: int | None = None) -> float:
    found = result.score(method, first, last)
    assert found is not None
    return found.log_loss


def test_every_figure_can_be_read_on_a_screen_of_eighty_characters(tmp_path: Path) -> None:
    result = measured(tmp_path, tables.rows(3, 60))
    console = Console(width=80)
    with console.capture() as shown:
        show(result, console)
    lines = shown.get().splitlines()
    assert max(map(len, lines)) <= 80
    [loss_row] = [line for line in lines if line.strip().startswith("constant")][:1]
    overall = result.score("constant")
    assert overall is not None
    assert f"{overall.log_loss:.3f}" in loss_row
    assert "…" not in shown.get(), "nothing is cut off"


def test_two_processes_find_what_one_finds(tmp_path: Path) -> None:
    rows = tables.rows(3, 4)
    one, two = (measured(tmp_path, rows, workers=workers) for workers in (1, 2))
    assert one.predictions[ASSISTANT].tolist() == two.predictions[ASSISTANT].tolist()
    with pytest.raises(LabError, match="--workers"):
        measured(tmp_path, rows, workers=0)


def test_square_brackets_in_a_name_are_shown_as_they_are(tmp_path: Path) -> None:
    result = measured(tmp_path, tables.rows(2, 4), mapping={"name": "a [/b] c"})
    console = Console(width=80)
    with console.capture() as shown:
        show(result, console)
    assert "a [/b] c" in shown.get()


def test_people_who_can_be_learned_are_learned(tmp_path: Path) -> None:
    result = measured(tmp_path, tables.rows(25, 45))
    assert loss(result, ASSISTANT, 11) < loss(result, POPULATION, 11) - 0.05
    assert loss(result, ASSISTANT, 11) < loss(result, "constant", 11) - 0.05
    assert loss(result, ASSISTANT, 21) < loss(result, "person's own rate", 21) - 0.02, "tastes, not only a rate"
    late = result.score(ASSISTANT, 21)
    assert late is not None
    assert late.auc is not None
    assert late.auc > 0.75


def test_noise_costs_no_more_than_a_small_margin(tmp_path: Path) -> None:
    result = measured(tmp_path, tables.rows(25, 40, learnable=False))
    assert loss(result, ASSISTANT) < loss(result, "constant") + MARGIN
    assert loss(result, ASSISTANT) < loss(result, POPULATION)


def test_every_answer_is_predicted_before_it_is_told(tmp_path: Path) -> None:
    rows = tables.rows(1, 8)
    other = [*rows[:-1], {**rows[-1], "Y": "1" if rows[-1]["Y"] == "0" else "0"}]
    first, second = (measured(tmp_path, table).predictions[ASSISTANT] for table in (rows, other))
    assert first == pytest.approx(second)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"driver": "one"}, "one person only"),
        ({"Y": "1"}, "all answers are the same"),
        (None, "one answer a person"),
    ],
)
def test_what_cannot_be_computed_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, str] | None, said: str
) -> None:
    rows = [{**row, **(change or {})} for row in tables.rows(4, 5)]
    mapping = {} if change else {"person": None}
    result = run(request(tmp_path, rows, mapping=mapping))
    assert said in " ".join(capsys.readouterr().out.split())
    assert set(result.predictions) >= {ASSISTANT, POPULATION, "constant", "person's own rate"}


def test_the_command_line_writes_records(tmp_path: Path) -> None:
    wanted = request(tmp_path, tables.rows(4, 8))
    arguments = ["evaluate", "--responses", str(wanted.responses), "--mapping", str(wanted.mapping)]
    out = tmp_path / "records.json"
    ended = CliRunner().invoke(build(), [*arguments, "--engine", "table", "--out", str(out), "--people", "3"])
    assert ended.exit_code == 0, ended.output
    claims = {record.claim: record.value for record in read_records(out)}
    assert claims["coupons: people"] == 3
    assert claims["coupons: log-loss of welcome, assistant, earlier answers all"] > 0


def test_half_a_command_is_refused() -> None:
    for arguments in (["--responses", "x.csv"], ["--responses", "x.csv", "--mapping", "m.json", "--engine", "chair"]):
        ended = CliRunner().invoke(build(), ["evaluate", *arguments])
        assert isinstance(ended.exception, LabError)
