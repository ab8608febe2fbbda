"""Tables and mappings as files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tools  # noqa: F401 - makes `assistant` importable
from tools.evaluate.responses.cases import Person, people_of
from tools.evaluate.responses.mapping import bind, read_mapping
from tools.evaluate.responses.table import read_table

type Read = Callable[..., list[Person]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Return a reader of a table's text under a mapping: the people it holds."""

    def people(text: str, **mapping: Any) -> list[Person]:
        (tmp_path / "table.csv").write_text(text, encoding="utf-8")
        (tmp_path / "mapping.json").write_text(json.dumps({"answer": "answer", **mapping}), encoding="utf-8")
        data = read_mapping(tmp_path / "mapping.json")
        table = read_table(tmp_path / "table.csv", data.get("delimiter"))
        return people_of(bind(data, table, name="table"), table)[0]

    return people
