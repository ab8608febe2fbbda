"""The generated pages say what the code and the records say."""

from pathlib import Path

import pytest

from assistant.vocabulary import FIELDS, OUTPUT_GROUPS, VOCABULARY_ID
from tools.errors import StorageError
from tools.export import results_page, vocabulary_table
from tools.results import Record, write_records

DOCS = Path(__file__).parents[2] / "docs"


def test_the_committed_vocabulary_page_is_the_codes() -> None:
    assert (DOCS / "vocabulary.md").read_text(encoding="utf-8") == vocabulary_table.page()


def test_every_field_and_answer_is_on_the_page() -> None:
    text = vocabulary_table.page()
    assert VOCABULARY_ID in text
    for name in (*(field.name for field in FIELDS), *(group.name for group in OUTPUT_GROUPS)):
        assert f"| {name} |" in text


def test_a_missed_threshold_stays_on_the_page(tmp_path: Path) -> None:
    records = [
        Record(claim="a", value=1.5, low=1.0, high=2.0, threshold=">= 2", passed=False, command="do it"),
        Record(claim="b", value=12345.0, unit="rows"),
    ]
    write_records(tmp_path / "bench.json", records)
    write_records(tmp_path / "another.json", records[1:])
    text = results_page.page(tmp_path)
    assert "| a |  | 1.500 | 1.000 to 2.000 | >= 2 | **no** |" in text
    assert "12,345 rows" in text
    assert text.index("Time and memory") < text.index("Another")


def test_a_folder_without_results_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no results"):
        results_page.page(tmp_path)
