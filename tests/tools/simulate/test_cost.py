"""Costs: measured on the real command, gathered in one file."""

from dataclasses import replace
from pathlib import Path

import pytest

from tools.errors import LabError, StorageError
from tools.simulate.cost import add_cost, measure, read_costs


def test_a_cost_is_measured_and_kept_once_per_size(tmp_path: Path) -> None:
    cost = measure(personas=2, days=1, workers=1)
    assert cost.rows > 0
    assert cost.cpu_seconds > 0
    assert cost.peak_megabytes > 20
    path = tmp_path / "costs.json"
    add_cost(path, cost)
    add_cost(path, replace(cost, personas=1))
    add_cost(path, replace(cost, rows=9))
    assert [(item.personas, item.rows) for item in read_costs(path)] == [(1, cost.rows), (2, 9)]


def test_a_run_that_fails_is_no_cost() -> None:
    with pytest.raises(LabError, match="number of personas"):
        measure(personas=0, days=1, workers=1)


def test_a_damaged_file_of_costs_is_named(tmp_path: Path) -> None:
    (tmp_path / "costs.json").write_text("[{}]")
    with pytest.raises(StorageError, match="cannot read costs"):
        read_costs(tmp_path / "costs.json")
