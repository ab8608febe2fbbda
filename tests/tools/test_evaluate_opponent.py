"""The steered opponent: the same people, the same ratings, another way to read tokens."""

from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.tools.test_evaluate_cold_start import crowd
from tools.errors import StorageError
from tools.evaluate import opponent
from tools.results import read_records
from tools.simulate.batch import Job
from tools.simulate.batch import run as simulate
from tools.train.calibrate import Budget
from tools.train.loop import plan_of

PLAN = plan_of(network=4, joint=4, attention=0, batch=64)


def request(folder: Path) -> opponent.Request:
    return opponent.Request(
        data=folder / "A",
        other=None,
        out=folder,
        work=folder / "work",
        people=2,
        personas=6,
        plan=PLAN,
        width=16,
        budget=Budget(latents=2, drift=2),
        command="again",
    )


@pytest.mark.timeout(600)
def test_both_are_measured_as_people_become_known(tmp_path: Path) -> None:
    simulate(Job(out=tmp_path / "A", personas=40, days=4, family="A", seed=1))
    records = opponent.evaluate(request(tmp_path), Console(quiet=True))
    assert read_records(tmp_path / "opponent.json") == records
    found = {record.claim: record for record in records}
    assert len(found) == len(records)
    for figure in ("timing F1", "loss of all nine factors", "loss of content and moment"):
        for text in ("knowing nobody", "after 10 ratings", "after two weeks of ratings"):
            ours, theirs = (found[f"{name}: {figure} {text}"].value for name in (opponent.OURS, opponent.THEIRS))
            record = found[f"{figure} {text}: transformer less two-layer network"]
            assert record.value == pytest.approx(ours - theirs)
            assert record.low is not None
            assert record.high is not None
            assert record.low <= record.value <= record.high
            assert (record.threshold is not None) == (figure == "timing F1")
    # The shipped network knows these people better once it has heard them.
    cold = found["transformer: loss of all nine factors knowing nobody"].value
    assert found["transformer: loss of all nine factors after two weeks of ratings"].value < cold


def test_people_are_judged_on_days_they_were_not_heard_on() -> None:
    people = crowd(2, 40)
    later = opponent._later(people)
    assert later.rows.session.min() > people.rows.session.max() / 2
    assert len(later.rows) == len(later.minute) == len(later.kind) == len(later.need)
    kept = np.isin(people.minute, later.minute)
    np.testing.assert_array_equal(people.rows.tokens[kept], later.rows.tokens)


def test_missing_data_are_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="manifest"):
        opponent.evaluate(request(tmp_path), Console(quiet=True))
