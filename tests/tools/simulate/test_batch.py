"""The batch: the same bytes wherever it runs, and nothing half-written taken for whole."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assistant.vocabulary import VOCABULARY_ID
from tools.data import tables
from tools.errors import ArgumentError, PriorsError, StorageError
from tools.personas import demographics
from tools.simulate import storage
from tools.simulate.batch import Job, run
from tools.simulate.part import HOUSEHOLDS, Part, simulate_part
from tools.simulate.schema import SCHEMA

PERSONAS, DAYS = 90, 3  # more than one partition


def job(out: Path, **changes: Any) -> Job:
    return Job(**{"personas": PERSONAS, "days": DAYS, "family": "A", "seed": 11, "out": out, **changes})


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("part-*.parquet"))}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "population"
    run(job(folder))
    return folder


def test_a_run_leaves_its_partitions_and_a_manifest_alone(whole: Path) -> None:
    manifest = json.loads((whole / "manifest.json").read_text())
    assert manifest["complete"] is True
    assert manifest["job"]["vocabulary"] == VOCABULARY_ID
    assert {path.name for path in whole.iterdir()} == {"manifest.json"} | {f["file"] for f in manifest["files"]}
    assert sum(item["personas"] for item in manifest["files"]) == PERSONAS
    for item in manifest["files"]:
        assert storage.sha256(whole / item["file"]) == item["sha256"]


def test_columns_are_the_contract(whole: Path) -> None:
    frame = pl.read_parquet(whole / "part-*.parquet")
    assert frame.columns == SCHEMA.names
    assert frame["persona_id"].n_unique() == PERSONAS
    assert frame["session"].max() == DAYS - 1
    assert frame.filter(~pl.col("offered"))["channel"].is_null().all()
    assert frame.filter(pl.col("offered"))["outcome"].is_not_null().all()
    for name in (column for column in frame.columns if column.startswith("rated_")):
        assert frame[name].is_between(-1, 3).all()


def test_a_household_never_straddles_splits(whole: Path) -> None:
    frame = pl.read_parquet(whole / "part-*.parquet")
    assert frame.group_by("household_id").agg(pl.col("split").n_unique())["split"].max() == 1


@pytest.mark.parametrize("where", [("--workers", "2"), ("--dask", "local")], ids=["processes", "dask"])
def test_several_processes_and_dask_write_the_same_bytes(whole: Path, tmp_path: Path, where: tuple[str, str]) -> None:
    """By the command line, as a user would: the suite's own process may open no sockets, which both need."""
    size = ["--personas", str(PERSONAS), "--days", str(DAYS), "--seed", "11"]
    subprocess.run(
        [sys.executable, "-m", "tools.lab", "simulate", *size, *where, "--out", str(tmp_path / "o")],
        check=True,
        timeout=110,
        capture_output=True,
    )
    assert contents(tmp_path / "o") == contents(whole)


def test_another_seed_writes_other_bytes(whole: Path, tmp_path: Path) -> None:
    run(job(tmp_path / "s", personas=3, seed=12))
    assert contents(tmp_path / "s")["part-000000.parquet"] != contents(whole)["part-000000.parquet"]


def test_a_larger_population_begins_with_the_smaller_one(whole: Path, tmp_path: Path) -> None:
    run(job(tmp_path / "l", personas=PERSONAS + 60))
    assert contents(tmp_path / "l")["part-000000.parquet"] == contents(whole)["part-000000.parquet"]


class Interrupted(BaseException):
    """Stands for the user's Ctrl-C."""


def test_an_interrupted_run_goes_on_where_it_was(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def until_interrupted(order: Any) -> Part:
        if made:
            raise Interrupted
        made.append(order.number)
        return simulate_part(order)

    monkeypatch.setattr("tools.simulate.runners.simulate_part", until_interrupted)
    with pytest.raises(Interrupted):
        run(job(tmp_path / "i"))
    assert json.loads((tmp_path / "i" / "manifest.json").read_text())["complete"] is False
    with pytest.raises(StorageError, match="not finished"):
        storage.finished(tmp_path / "i")
    again: list[int] = []

    def counted(order: Any) -> Part:
        again.append(order.number)
        return simulate_part(order)

    monkeypatch.setattr("tools.simulate.runners.simulate_part", counted)
    run(job(tmp_path / "i"))
    assert made[0] not in again
    assert contents(tmp_path / "i") == contents(whole)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_interrupt_of_the_terminal_is_explained(whole: Path, tmp_path: Path, workers: str) -> None:
    """Ctrl-C reaches every process of the terminal, as it does here."""
    size = ["--personas", str(PERSONAS), "--days", str(DAYS), "--seed", "11", "--workers", workers]
    command = [sys.executable, "-m", "tools.lab", "simulate", *size, "--out", str(tmp_path / "t")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as running:
        while running.poll() is None and not (tmp_path / "t" / "manifest.json").exists():
            time.sleep(0.05)
        os.killpg(running.pid, signal.SIGINT)
        said = running.communicate(timeout=60)[1]
    assert running.returncode == 1
    assert "interrupted" in said
    assert "run the same command" in " ".join(said.split())
    assert "Traceback" not in said
    run(job(tmp_path / "t"))
    assert contents(tmp_path / "t") == contents(whole)


def test_a_partition_cut_short_is_made_again(whole: Path, tmp_path: Path) -> None:
    run(job(tmp_path / "c", personas=3))
    path = tmp_path / "c" / "part-000000.parquet"
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    run(job(tmp_path / "c", personas=3))
    assert path.read_bytes() == data


def test_leftovers_of_a_killed_run_are_removed(tmp_path: Path) -> None:
    run(job(tmp_path / "k", personas=3))
    (tmp_path / "k" / ".part-000000.parquet.77.part").write_bytes(b"half")
    run(job(tmp_path / "k", personas=3))
    assert list((tmp_path / "k").glob(".*")) == []


def test_a_full_disk_is_named_and_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(storage.os, "fsync", full)
    with pytest.raises(StorageError, match=r"disk of .* is full.*run the same command again"):
        run(job(tmp_path / "f", personas=3))
    assert [path.name for path in (tmp_path / "f").iterdir()] == ["manifest.json"]
    monkeypatch.undo()
    assert run(job(tmp_path / "f", personas=3))["complete"] is True


def test_a_folder_with_another_population_is_left_alone(whole: Path) -> None:
    before = contents(whole)
    with pytest.raises(ArgumentError, match="holds another population"):
        run(job(whole, seed=99))
    assert contents(whole) == before


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("dear")
    with pytest.raises(ArgumentError, match="not empty"):
        run(job(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("text", ["{", "[]", '{"complete": true}'])
def test_a_damaged_manifest_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(StorageError, match="manifest"):
        run(job(tmp_path))


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(ArgumentError, match="is a file"):
        run(job(tmp_path / "out"))


def test_damaged_priors_stop_a_run_before_it_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        tables.read_table(name, tmp_path)

    demographics.joint.cache_clear()
    monkeypatch.setattr(demographics, "table", missing)
    with pytest.raises(PriorsError, match="atus_population_joint"):
        run(job(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
    monkeypatch.undo()
    demographics.joint.cache_clear()


def test_partitions_have_a_fixed_number_of_households(whole: Path) -> None:
    frame = pl.read_parquet(whole / "part-000000.parquet")
    assert frame["household_id"].max() < HOUSEHOLDS
