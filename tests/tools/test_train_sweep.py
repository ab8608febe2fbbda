"""The sweep over sizes writes what each is worth."""

from pathlib import Path

import pytest
from rich.console import Console

from tools.results import read_records
from tools.simulate.batch import Job
from tools.simulate.batch import run as simulate
from tools.train import sweep


@pytest.mark.timeout(600)
def test_every_shape_is_measured_cold_and_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "WIDTHS", (16,))
    monkeypatch.setattr(sweep, "SIZES_OF_Z", (4,))
    simulate(Job(out=tmp_path / "rows", personas=40, days=4, family="A", seed=1))
    records = sweep.sweep(
        sweep.Request(
            data=tmp_path / "rows",
            out=tmp_path,
            work=tmp_path / "work",
            personas=6,
            network=4,
            joint=4,
            validation=2,
        ),
        Console(quiet=True),
    )
    assert read_records(tmp_path / "sweep.json") == records
    claims = [record.claim for record in records]
    assert len(claims) == len(set(claims)) == 6
    assert sum("knowing nobody" in claim for claim in claims) == 2
