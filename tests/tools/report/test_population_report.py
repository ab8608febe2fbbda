"""The report: from a small run to figures, page and records."""

import json
from pathlib import Path

import numpy as np
import pytest

from tools.errors import ArgumentError, StorageError
from tools.report import population
from tools.report.answers import auc
from tools.report.bootstrap import interval, measured
from tools.report.lives import distance_to, live
from tools.report.page import put_between
from tools.results import Record, read_records, write_records
from tools.simulate.batch import Job, run
from tools.simulate.cost import Cost, add_cost
from tools.streams import Family

PAGE = """# Page
<!-- results:begin -->
former table
<!-- results:end -->
kept
<!-- rates:begin -->
<!-- rates:end -->
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("data")
    for family in Family:
        run(Job(personas=12, days=7, family=family, seed=3, out=folder / family))
    return {str(family): folder / family for family in Family}


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "population.md").write_text(PAGE, encoding="utf-8")
    return tmp_path


@pytest.mark.timeout(300)  # ten figures and a bootstrap on a busy machine
def test_a_report_writes_figures_page_and_records(
    data: dict[str, Path], docs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.report.bootstrap.DRAWS", 20)
    cost = Cost(
        personas=100,
        days=28,
        workers=1,
        rows=9,
        wall_seconds=9.0,
        cpu_seconds=9.0,
        peak_megabytes=9.0,
        command="lab cost",
    )
    add_cost(docs / "costs.json", cost)
    population.report(data=data["A"], other=data["B"], costs=docs / "costs.json", out=docs, lived=25)
    records = read_records(docs / "results" / "population.json")
    shape = {"claim", "value", "low", "high", "unit", "threshold", "passed", "family", "command"}
    assert all(set(item) == shape for item in json.loads((docs / "results" / "population.json").read_text()))
    assert {record.family for record in records} == {"A", "B", ""}
    assert sum("situations a week" in record.claim and record.family == "A" for record in records) == 30
    images = {path.name for path in (docs / "images" / "population").iterdir()}
    assert images == set(population._CAPTIONS) | {"report.html"}
    html = (docs / "images" / "population" / "report.html").read_text()
    assert "No persona is a person" in html
    assert all(record.claim.replace("&", "&amp;") in html for record in records[:20])
    page = (docs / "population.md").read_text()
    assert "| `leave_home` | emptied |" in page
    assert "former table" not in page
    assert "kept" in page


def test_costs_measured_before_are_kept_when_none_are_given(tmp_path: Path) -> None:
    path = tmp_path / "population.json"
    assert population._earlier_costs(path) == []
    cost = Record(claim="CPU seconds per persona", value=0.1, command="lab simulate --personas 100")
    write_records(path, [Record(claim="another figure", value=1.0, command="lab report population"), cost])
    assert population._earlier_costs(path) == [cost]


def test_a_folder_of_the_other_family_is_refused(data: dict[str, Path], docs: Path) -> None:
    with pytest.raises(ArgumentError, match="holds family B, not A"):
        population.report(data=data["B"], other=None, costs=None, out=docs, lived=1)


def test_a_folder_without_a_run_is_refused(tmp_path: Path, docs: Path) -> None:
    with pytest.raises(StorageError, match="no simulated population"):
        population.report(data=tmp_path / "none", other=None, costs=None, out=docs, lived=1)


@pytest.mark.parametrize("page", ["", "<!-- results:begin -->", "<!-- results:end --><!-- results:begin -->"])
def test_a_page_without_its_marks_is_left_alone(tmp_path: Path, page: str) -> None:
    path = tmp_path / "page.md"
    path.write_text(page)
    with pytest.raises(StorageError, match="needs the marks"):
        put_between(path, "results", "new")
    assert path.read_text() == page


def test_lives_follow_the_diaries_even_when_few() -> None:
    lives = live(120, 8, Family.A, days=14)
    from_diaries = distance_to(np.asarray(lives.weekdays.mean(axis=0)))
    assert from_diaries(lives.weekdays) == pytest.approx(0.0)
    assert lives.weekdays.shape[0] == lives.weekends.shape[0] == len(lives.personas)
    assert 5 * 60 < np.median(np.concatenate(lives.wake)) < 8.5 * 60
    assert 21 * 60 < np.median(np.concatenate(lives.bed)) < 24 * 60


def test_an_interval_holds_its_value_though_resamples_are_biased() -> None:
    shares = np.random.default_rng(1).dirichlet(np.ones(5), (200, 3))
    statistic = distance_to(np.full((3, 5), 0.2))
    low, high = interval(shares, statistic)
    assert low <= statistic(shares) <= high


def test_an_interval_resamples_whole_groups() -> None:
    groups = np.repeat(np.arange(10), 50)
    values = groups.astype(float)
    by_group = interval(values, lambda chosen: float(chosen.mean()), groups)
    alone = interval(values, lambda chosen: float(chosen.mean()))
    assert by_group[1] - by_group[0] > 3 * (alone[1] - alone[0])


def test_a_measured_record_carries_its_interval() -> None:
    record = measured("mean", np.arange(100.0), lambda values: float(values.mean()))
    assert isinstance(record, Record)
    assert record.low is not None
    assert record.high is not None
    assert record.low < record.value < record.high


def test_auc_knows_order_ties_and_chance() -> None:
    assert auc(np.array([1.0, 2.0, 3.0]), np.array([0, 0, 1])) == 1.0
    assert auc(np.array([3.0, 2.0, 1.0]), np.array([0, 0, 1])) == 0.0
    assert auc(np.array([1.0, 1.0]), np.array([0, 1])) == 0.5
