"""The benchmark runs and writes records; how long things take is nobody's test."""

from pathlib import Path

import pytest
from rich.console import Console

from assistant.assistant import Assistant
from tests.assistant import model_kit
from tools.bench import cases, memory, run
from tools.errors import LabError
from tools.results import read_records


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    return model_kit.write_model(folder)


@pytest.mark.timeout(300)
def test_writes_a_record_for_every_case_and_engine(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run.os, "sched_setaffinity", lambda *_: None)  # the test process keeps its cores
    monkeypatch.setattr(run, "_WARM_UP", 1)
    request = run.Request(out=tmp_path, model=model, rounds=1, calls=2, general=0, command="test")
    records = run.bench(request, Console(quiet=True))
    assert read_records(tmp_path / "bench.json") == records
    claims = {record.claim for record in records}
    for engine in ("numpy", "llama"):
        for case in cases.cases(Assistant.load(engine, model)):  # type: ignore[arg-type]
            assert f"{engine}: {case.name}: median" in claims
    assert "numpy: memory added to a process with numpy" in claims


def test_every_call_of_a_case_answers(model: Path) -> None:
    for case in cases.cases(Assistant.load("numpy", model)):
        for number in range(3):
            assert case.call(number) is not None


def test_an_engine_that_cannot_load_is_named(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="numpy cannot be loaded"):
        memory.measure("numpy", tmp_path)
