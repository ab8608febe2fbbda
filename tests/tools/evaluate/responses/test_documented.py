"""The page about tables of answers: what it shows is what runs."""

import re
from pathlib import Path

import pytest
from rich.console import Console

from tools.evaluate.responses.command import Request, evaluate
from tools.evaluate.responses.mapping import SECTIONS, read_mapping

PAGE = (Path(__file__).parents[4] / "docs" / "responses.md").read_text(encoding="utf-8")
CSV, *YAML = re.findall(r"```(?:csv|yaml)\n(.*?)```", PAGE, re.DOTALL)


def test_the_worked_example_runs(tmp_path: Path) -> None:
    (tmp_path / "diary.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / "diary.yaml").write_text(YAML[0], encoding="utf-8")
    request = Request(responses=tmp_path / "diary.csv", mapping=tmp_path / "diary.yaml", engine="table")
    result = evaluate(request, Console(quiet=True))
    assert (result.name, result.answers.people, len(result.answers.truth)) == ("diary", 2, 8)


@pytest.mark.parametrize("text", YAML)
def test_every_mapping_on_the_page_can_be_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    assert "answer" in read_mapping(tmp_path / "m.yaml")


@pytest.mark.parametrize("section", SECTIONS)
def test_every_field_is_on_the_page(section: str) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{section}` |"))
    assert [field for field in SECTIONS[section] if f"`{field}`" not in row] == []
