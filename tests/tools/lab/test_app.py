"""The command line: commands found by their files, errors told in a line."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tools.errors import ArgumentError
from tools.lab import app as lab


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


def test_every_command_file_is_a_command(runner: CliRunner) -> None:
    result = runner.invoke(lab.build(), ["--help"])
    assert result.exit_code == 0
    for name in ("personas", "simulate", "report"):
        assert name in result.output


def test_help_says_that_no_persona_is_a_person(runner: CliRunner) -> None:
    assert "No persona is a person" in runner.invoke(lab.build(), ["--help"]).output


def test_personas_are_printed(runner: CliRunner) -> None:
    result = runner.invoke(lab.build(), ["personas", "--n", "2", "--seed", "4"])
    assert result.exit_code == 0
    assert result.output.count('"persona_id"') == 2


def test_a_lab_error_ends_with_its_message_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["lab", "personas", "--n", "0"])
    with pytest.raises(SystemExit) as stop:
        lab.main()
    assert stop.value.code == 1
    shown = capsys.readouterr().err
    assert "number of personas" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--personas", "0"], "number of personas"),
        (["--days", "0"], "number of days"),
        (["--days", "400"], "number of days"),
        (["--family", "C"], "no generator family"),
        (["--seed", "-1"], "seed"),
        (["--workers", "0"], "number of workers"),
    ],
)
def test_simulate_refuses_arguments_that_make_no_sense(
    runner: CliRunner, tmp_path: Path, options: list[str], message: str
) -> None:
    result = runner.invoke(lab.build(), ["simulate", "--out", str(tmp_path / "out"), *options])
    assert isinstance(result.exception, ArgumentError)
    assert message in str(result.exception)
    assert not (tmp_path / "out").exists()


def test_a_number_that_is_none_is_refused_by_name(runner: CliRunner, tmp_path: Path) -> None:
    result = runner.invoke(lab.build(), ["simulate", "--out", str(tmp_path), "--personas", "many"])
    assert result.exit_code == 2
    assert "--personas" in result.output


def test_a_scheduler_that_does_not_answer_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tools.lab", "simulate", "--personas", "2", "--dask", "not an address"]
    ended = subprocess.run(
        [*command, "--out", str(tmp_path / "o")], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert "'not an address'" in ended.stderr
    assert "Traceback" not in ended.stderr
