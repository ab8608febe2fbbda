"""The record of a result: one shape, no verdict without a bound."""

from pathlib import Path

import pytest

from tools.errors import StorageError
from tools.results import Record, at_least, at_most, read_records, within, write_records


def test_records_come_back_as_written(tmp_path: Path) -> None:
    records = [at_most(Record(claim="error", value=0.02, low=0.01, high=0.03, unit="share"), 0.05)]
    write_records(tmp_path / "deep" / "results.json", records)
    assert read_records(tmp_path / "deep" / "results.json") == records


def test_a_failed_threshold_stays_in() -> None:
    assert at_most(Record(claim="error", value=0.2), 0.05).passed is False
    assert at_least(Record(claim="gain", value=0.2), 0.05).passed is True
    assert within(Record(claim="spread", value=0.2), 0.1, 0.15).passed is False


def test_a_verdict_without_a_bound_is_refused() -> None:
    with pytest.raises(ValueError, match="belong together"):
        Record(claim="error", value=0.2, passed=True)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_value_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not a number"):
        Record(claim="error", value=value)


@pytest.mark.parametrize("text", ["", "{}", '[{"claim": 1, "other": 2}]'])
def test_a_file_that_holds_no_records_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "results.json").write_text(text, encoding="utf-8")
    with pytest.raises(StorageError, match="cannot read results"):
        read_records(tmp_path / "results.json")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="cannot write"):
        write_records(tmp_path / "file" / "results.json", [])
