"""The sweep over sizes writes what each is worth, and goes on where it stopped."""

from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from tools.errors import StorageError
from tools.results import read_records
from tools.simulate.batch import Job
from tools.simulate.batch import run as simulate
from tools.train import sweep
from tools.train.network import Shape


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the sweep's networks tiny and few."""
    monkeypatch.setattr(sweep, "USUAL", Shape(width=16, layers=3, heads=2, hidden=48, k=4))
    monkeypatch.setattr(sweep, "WIDTHS", (16,))
    monkeypatch.setattr(sweep, "SIZES_OF_Z", (0, 4))
    monkeypatch.setattr(sweep, "SEEDS", 2)


@pytest.mark.timeout(600)
@pytest.mark.usefixtures("small")
def test_every_shape_is_measured_cold_and_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    simulate(Job(out=tmp_path / "rows", personas=40, days=4, family="A", seed=1))
    request = sweep.Request(
        data=tmp_path / "rows",
        out=tmp_path,
        picture=tmp_path / "sweep.png",
        work=tmp_path / "work",
        personas=6,
        network=4,
        joint=4,
        batch=64,
        validation=2,
    )
    records = sweep.sweep(request, Console(quiet=True))
    assert read_records(tmp_path / "sweep.json") == records
    assert (tmp_path / "sweep.png").stat().st_size > 0
    claims = [record.claim for record in records]
    assert len(claims) == len(set(claims))
    assert sum(claim.endswith("k 4: loss knowing nobody") for claim in claims) == 1
    assert sum("the usual network with 2 seeds" in claim for claim in claims) == 2
    # Without coefficients there is nothing to know a person by.
    values = {record.claim: record.value for record in records}
    (cold,) = (value for claim, value in values.items() if claim.endswith("k 0: loss knowing nobody"))
    (known,) = (value for claim, value in values.items() if claim.endswith("k 0: loss knowing two weeks of ratings"))
    assert cold == known

    monkeypatch.setattr(sweep, "_measure", None)  # nothing is left to measure
    assert sweep.sweep(request, Console(quiet=True)) == records
    with pytest.raises(StorageError, match="other settings"):
        sweep.sweep(replace(request, joint=5), Console(quiet=True))
    kept = tmp_path / "work" / "w16-l3-k4-s1" / "measured.json"
    kept.write_text(kept.read_text()[:100])
    with pytest.raises(StorageError, match="damaged"):
        sweep.sweep(request, Console(quiet=True))


def test_the_sweep_holds_every_network_once_and_the_usual_one_with_every_seed() -> None:
    arms = sweep.arms(1)
    assert len({arm.name for arm in arms}) == len(arms)
    assert [arm.shape for arm in arms].count(sweep.USUAL) == sweep.SEEDS
    assert {arm.shape.k for arm in arms} == set(sweep.SIZES_OF_Z)


def test_wider_networks_are_trained_slower_and_all_as_long() -> None:
    request = sweep.Request(data=Path(), out=Path())
    plans = {arm.name: sweep.plan(request, arm) for arm in sweep.arms(1)}
    steps = {sum(stage.steps for stage in plan.stages) for plan in plans.values()}
    assert steps == {request.network + request.joint}
    rates = [plans[f"w{width}-l3-k12-s1"].stages[0].rate for width in sweep.WIDTHS]
    assert rates == sorted(rates, reverse=True)
