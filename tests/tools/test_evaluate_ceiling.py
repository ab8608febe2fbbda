"""The ceiling: what the facts allow, measured with trees that are told the truth."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from tests.tools.test_evaluate_cold_start import crowd
from tools.errors import StorageError
from tools.evaluate import ceiling
from tools.evaluate.hidden import CONTENT, HIDDEN, PURPOSE, hidden_of
from tools.evaluate.measures import best_cut
from tools.evaluate.people import load_people
from tools.results import read_records
from tools.simulate.batch import Job
from tools.simulate.batch import run as simulate
from tools.streams import Family


def test_the_best_cut_of_a_perfect_score_is_perfect() -> None:
    need = np.array([False, True, False, True])
    cut = best_cut(np.array([0.1, 0.8, 0.2, 0.7]), need)
    assert ((np.array([0.1, 0.8, 0.2, 0.7]) >= cut) == need).all()


def test_a_week_forgets_what_is_older_and_other_people() -> None:
    people = crowd(2, 3)
    people = replace(
        people,
        minute=np.array([0, 100, 8 * 1440, 0, 2 * 1440, 3 * 1440]),
        kind=np.array(["bin_day"] * 4 + ["bedtime", "bin_day"]),
        rows=replace(people.rows, persona=np.array([0, 0, 0, 1, 1, 1])),
    )
    assert ceiling.last_week(people).tolist() == [[0, 0], [1, 1], [0, 0], [0, 0], [0, 0], [1, 1]]


def test_the_command_measures_every_view_of_the_facts(tmp_path: Path) -> None:
    simulate(Job(out=tmp_path / "A", personas=40, days=2, family=Family.A, seed=1))
    request = ceiling.Request(data=tmp_path / "A", out=tmp_path, command="again")
    records = ceiling.evaluate(request, Console(quiet=True))
    assert read_records(tmp_path / "ceiling.json") == records
    found = {record.claim: record for record in records}
    for view in (ceiling.FACTS, ceiling.OWN, ceiling.MORE):
        record = found[f"timing F1: trees told the truth, from {view} less model"]
        assert record.low is not None
        assert record.high is not None
        assert record.low <= record.value <= record.high
    for hidden in HIDDEN:
        assert f"timing F1: {ceiling.told(ceiling.knowing(hidden))} less {ceiling.told(ceiling.FACTS)}" in found
        assert f"timing F1: {ceiling.told(ceiling.knowing(hidden))} less untuned network" in found
    assert found[f"timing F1: {ceiling.told(ceiling.ALL)}"].value > 0
    assert all(record.command == "again" for record in records)
    assert 0 < found["timing F1: direct response"].value < 100


def test_hidden_facts_lie_beside_the_rows_they_belong_to(tmp_path: Path) -> None:
    simulate(Job(out=tmp_path / "A", personas=24, days=6, family=Family.A, seed=1))
    people = load_people(tmp_path / "A", "train")
    found = hidden_of(tmp_path / "A", "train", people.rows.personas)
    assert {len(values) for values in found.values()} == {len(people.rows)}
    # Whoever means a thing to be so wants to hear of it less; whoever likes a kind more wants it more.
    meant, wanted = found[PURPOSE][:, 0] == 1, people.truth["content"]
    assert 0 < meant.mean() < 0.5
    assert wanted[meant].mean() < wanted[~meant].mean() - 0.2
    assert np.corrcoef(found[CONTENT].sum(axis=1)[~meant], wanted[~meant])[0, 1] > 0.5


def test_rows_of_another_generator_are_not_given_hidden_facts(tmp_path: Path) -> None:
    simulate(Job(out=tmp_path / "A", personas=6, days=2, family=Family.A, seed=1))
    people = load_people(tmp_path / "A", "train")
    manifest = tmp_path / "A" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"seed": 1', '"seed": 2'))
    with pytest.raises(StorageError, match="simulate again"):
        hidden_of(tmp_path / "A", "train", people.rows.personas)


def test_missing_data_are_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="manifest"):
        ceiling.evaluate(ceiling.Request(data=tmp_path, out=tmp_path), Console(quiet=True))
