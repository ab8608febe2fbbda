"""The priors: shipped whole, and refused when they are not."""

import shutil
from pathlib import Path

import pytest

from tools.data.tables import FOLDER, read_table, table
from tools.errors import PriorsError


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_every_shipped_table_is_the_one_its_checksum_names(path: Path) -> None:
    assert read_table(path.name)


def test_every_shipped_table_is_named_in_the_notices() -> None:
    notices = (FOLDER.parent / "NOTICES.md").read_text(encoding="utf-8")
    assert [path.name for path in FOLDER.iterdir() if path.name not in notices] == []


def test_a_missing_table_says_how_to_restore_it(tmp_path: Path) -> None:
    with pytest.raises(PriorsError, match=r"bigfive_correlations\.csv cannot be read.*git checkout"):
        read_table("bigfive_correlations.csv", tmp_path)


@pytest.mark.parametrize("name", ["bigfive_correlations.csv", "atus_weekday_transitions_2h.csv.gz"])
def test_a_damaged_table_is_refused(tmp_path: Path, name: str) -> None:
    shutil.copy(FOLDER / name, tmp_path)
    data = bytearray((tmp_path / name).read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / name).write_bytes(data)
    with pytest.raises(PriorsError, match="damaged or was changed"):
        read_table(name, tmp_path)


def test_a_truncated_table_is_refused(tmp_path: Path) -> None:
    name = "atus_weekday_activity_30min.csv.gz"
    (tmp_path / name).write_bytes((FOLDER / name).read_bytes()[:1000])
    with pytest.raises(PriorsError, match="damaged"):
        read_table(name, tmp_path)


def test_a_table_is_read_once() -> None:
    assert table("bigfive_by_age_sex.csv") is table("bigfive_by_age_sex.csv")
