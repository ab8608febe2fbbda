"""Mapping files in three languages."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.evaluate.responses.mapping import read_mapping
from tools.evaluate.responses.table import ResponsesError, Table, read_table

_YAML = """
answer: {column: reply, map: {yes: accepted, no: not_now, 10:30: never, 007: later, 1: undone}}
delimiter: ";"
"""


def test_yaml_keys_stay_the_text_of_the_table(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(_YAML, encoding="utf-8")
    found = read_mapping(tmp_path / "m.yaml")
    assert [str(key) for key in found["answer"]["map"]] == ["yes", "no", "10:30", "007", "1"]
    assert found["delimiter"] == ";"


def test_json_and_toml_say_the_same(tmp_path: Path) -> None:
    data = {"answer": {"column": "reply", "map": {"yes": "accepted"}}, "moment": {"hour": "time"}}
    (tmp_path / "m.json").write_text(json.dumps(data), encoding="utf-8")
    (tmp_path / "m.toml").write_text(
        '[answer]\ncolumn = "reply"\nmap = {yes = "accepted"}\n[moment]\nhour = "time"\n', encoding="utf-8"
    )
    assert read_mapping(tmp_path / "m.json") == read_mapping(tmp_path / "m.toml") == data


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("m.ini", "answer=1", "ends in .yaml"),
        ("m.yaml", "answer: [", "cannot be parsed"),
        ("m.yaml", "!!python/object:os.system {}", "cannot be parsed"),
        ("m.json", "[]", "needs an answer"),
        ("m.json", "{", "cannot be parsed"),
        ("m.json", '{"answer": "a", "moment": []}', None),
        ("m.json", '{"answer": "a", "moment": "x"}', "moment is not a table"),
    ],
)
def test_what_is_no_mapping_is_refused(tmp_path: Path, name: str, text: str, message: str | None) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    if message is None:
        assert read_mapping(tmp_path / name)["answer"] == "a"
        return
    with pytest.raises(ResponsesError, match=message):
        read_mapping(tmp_path / name)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ResponsesError, match="cannot be read"):
        read_mapping(tmp_path / "none.yaml")
    with pytest.raises(ResponsesError, match="cannot be read"):
        read_table(tmp_path / "none.csv")


def test_delimiters_quotes_and_foreign_bytes(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes('\ufeffa;b\r\n"x;\ny";2\r\n\r\n'.encode())
    assert read_table(path).rows == (("x;\ny", "2"),)
    path.write_bytes(b"a,b\n\xe9,1\n")
    with pytest.raises(ResponsesError, match=r"not UTF-8 text \(byte 4\).*encoding: latin-1"):
        read_table(path)
    assert read_table(path, encoding="latin-1").rows == (("é", "1"),)
    path.write_bytes("a;b\ncafé;1\n".encode("utf-16"))
    assert read_table(path, encoding="utf-16") == Table(("a", "b"), (("café", "1"),))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"delimiter": "::"}, "delimiter: '::' is not one character"),
        ({"delimiter": ""}, "delimiter: '' is not one character"),
        ({"delimiter": 7}, "delimiter: 7 is not one character"),
        ({"encoding": "latin-99"}, "encoding: 'latin-99' is no encoding"),
        ({"encoding": "hex"}, "encoding: 'hex' is no encoding"),
    ],
)
def test_what_no_file_can_be_is_said(tmp_path: Path, given: dict[str, Any], said: str) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ResponsesError, match=said):
        read_table(tmp_path / "t.csv", **given)
