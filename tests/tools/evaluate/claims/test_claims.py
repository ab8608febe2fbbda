"""Learners on the same feedback: the same for all, nothing before its time, and opponents that are what they claim."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

import tools  # noqa: F401 - makes `assistant` importable
from assistant.enums import Level, Reply, Verdict
from assistant.results import Style
from assistant.table_engine import TableEngine
from tools.errors import ArgumentError, LabError
from tools.evaluate.claims.command import COLD, LEARNERS, ORACLE, OURS, Request, evaluate, live, prices
from tools.evaluate.claims.command import _lives as lives_of
from tools.evaluate.claims.learners import Oracle, Population, Steered, Without
from tools.evaluate.claims.scores import Costs, best_costs, draws, satisfaction, speaks
from tools.evaluate.claims.scratch import FEATURES, BetaTable, LinUcb, Table, ThompsonLogistic, features, told
from tools.evaluate.claims.trace import Look, Trace, persona_ids, traces
from tools.evaluate.responses.replay import Choice
from tools.lab.app import build
from tools.personas.population import MEMBERS_PER_ID
from tools.personas.split import TEST, TRAIN, split_of
from tools.results import Record, read_records
from tools.streams import Family

CHOICE = Choice(engine="table")


@pytest.fixture(scope="module")
def people() -> list[Trace]:
    return list(traces(persona_ids(TEST, 2, 1, Family.A), 1, 5, Family.A))


@pytest.fixture(scope="module")
def answered(people: list[Trace]) -> list[Look]:
    return [look for trace in people for look in trace.looks if told(look) is not None]


def test_the_people_are_of_the_split_and_live_the_same_life_twice(people: list[Trace]) -> None:
    again = list(traces([trace.persona for trace in people], 1, 5, Family.A))
    assert again == people
    assert persona_ids(TEST, 2, 1, Family.A) == [trace.persona for trace in people]
    for split in (TEST, TRAIN):
        assert {split_of(found // MEMBERS_PER_ID, Family.A) for found in persona_ids(split, 5, 1, Family.A)} == {split}
    with pytest.raises(ArgumentError, match="at least one"):
        persona_ids(TEST, 0, 1, Family.A)


def test_feedback_is_on_suggestions_in_the_usual_style(people: list[Trace]) -> None:
    decisions = [look.decision for trace in people for look in trace.looks]
    spoken = [decision for decision in decisions if decision.verdict is not Verdict.HOLD]
    assert 0 < len(spoken) < len(decisions)
    assert {(item.verdict, item.level, item.style) for item in spoken} == {(Verdict.SPEAK, Level.SUGGEST, Style())}


def test_no_learner_hears_of_an_outcome_before_it_is_known(people: list[Trace]) -> None:
    trace = people[0]
    first = next(look for look in trace.looks if look.outcome is not None and told(look) is not None)
    lived = live(CHOICE, Table(people), trace)
    known = min(look.known for look in trace.looks)
    for number, look in enumerate(trace.looks):
        if look.minute < known:
            assert lived.beliefs[OURS][number] == lived.beliefs[COLD][number]
    until = [count for look, count in zip(trace.looks, lived.feedback, strict=True) if look.minute < first.known]
    assert set(until) == {0}
    assert lived.feedback == sorted(lived.feedback)
    assert lived.feedback[-1] > 0


def test_a_learner_of_the_assistant_learns_and_the_population_does_not(answered: list[Look]) -> None:
    look = next(look for look in answered if look.outcome is not None and look.outcome.reply is Reply.ACCEPTED)
    for learner, learns in ((Steered(TableEngine()), True), (Population(TableEngine()), False)):
        before = learner.judge(look).welcome
        learner.learn(look)
        assert (learner.judge(look).welcome > before) is learns


@pytest.mark.parametrize("part", ["directions", "effects"])
def test_an_engine_can_lack_a_part_and_still_serve(answered: list[Look], part: str) -> None:
    whole, lacking = Steered(TableEngine()), Steered(Without(TableEngine(), **{part: False}))
    assert lacking.judge(answered[0]) == whole.judge(answered[0]), "before anything was learned"
    for look in answered:
        whole.learn(look)
        lacking.learn(look)
    assert lacking.judge(answered[0]) != whole.judge(answered[0])


def test_linucb_is_ridge_regression(answered: list[Look]) -> None:
    learner = LinUcb()
    x = np.zeros((len(answered), FEATURES))
    for row, look in zip(x, answered, strict=True):
        row[features(look)] = 1.0
        learner.learn(look)
    y = np.array([float(bool(told(look))) for look in answered])
    theta = np.linalg.solve(x.T @ x + np.eye(FEATURES), x.T @ y)
    belief = learner.judge(answered[0])
    assert belief.welcome == pytest.approx(np.clip(x[0] @ theta, 0.01, 0.99))
    assert belief.score > belief.welcome, "it is curious"


def test_thompson_grows_surer_and_draws_the_same_from_the_same_seed(answered: list[Look]) -> None:
    def drawn(seed: int, lessons: int) -> np.ndarray:
        learner = ThompsonLogistic(seed)
        for _ in range(lessons):
            learner.learn(answered[0])
        return np.array([learner.judge(answered[0]).score for _ in range(50)])

    assert (drawn(1, 0) == drawn(1, 0)).all()
    assert (drawn(1, 0) != drawn(2, 0)).any()
    assert drawn(1, 200).std() < drawn(1, 0).std()


def test_a_beta_table_starts_at_the_population_and_ends_at_the_person(
    people: list[Trace], answered: list[Look]
) -> None:
    table = Table(people)
    learner, look = BetaTable(table), answered[0]
    assert learner.judge(look).welcome == pytest.approx(table.rate(look))
    for _ in range(300):
        learner.learn(look)
    assert learner.judge(look).welcome == pytest.approx(float(bool(told(look))), abs=0.03)


def test_the_oracle_misses_nothing_and_regrets_nothing(people: list[Trace]) -> None:
    lives = lives_of([live(CHOICE, Table(people), trace) for trace in people])
    spoken = speaks(lives.truth, lives.beliefs[ORACLE], prices(lives)[ORACLE])
    assert (spoken == lives.truth.need).all()
    found = satisfaction(lives.truth, lives.beliefs[ORACLE], spoken)
    assert (found[~spoken] == 4.0).all()
    assert (found <= 4.0).all()


def test_silence_where_speaking_was_needed_costs_two_of_four(people: list[Trace]) -> None:
    lives = lives_of([live(CHOICE, Table(people), trace) for trace in people])
    silent = np.zeros(len(lives.truth.need), bool)
    assert set(satisfaction(lives.truth, lives.beliefs[COLD], silent)) == {2.0, 4.0}


def test_every_learner_has_the_prices_that_serve_it_best(people: list[Trace]) -> None:
    lives = lives_of([live(CHOICE, Table(people), trace) for trace in people])
    found = prices(lives)
    assert set(found) == set(LEARNERS)
    for name in (COLD, OURS, "LinUCB"):
        assert found[name] == best_costs(lives.truth, lives.beliefs[name])
    dear = Costs(wrong=9.0, attention=0.9)
    assert (
        speaks(lives.truth, lives.beliefs[OURS], dear).sum()
        < speaks(lives.truth, lives.beliefs[OURS], found[OURS]).sum()
    )


def test_the_first_draw_is_everyone() -> None:
    assert draws(7)[0].tolist() == list(range(7))


def by_claim(records: list[Record]) -> dict[str, Record]:
    return {record.claim: record for record in records}


def test_every_figure_of_every_learner_has_a_record() -> None:
    request = Request(people=2, days=4, engine="table", tuning=1, counted=2)
    found = by_claim(evaluate(request, Console(quiet=True)))
    for name in LEARNERS:
        for figure in ("timing F1", "satisfaction", "regret", "log-loss"):
            assert f"{figure}, {name}, all" in found
    assert found[f"timing F1, {ORACLE}, all"].value == 100
    assert found[f"regret, {ORACLE}, all"].value == 0
    lead = found[f"timing F1, {OURS} less {ORACLE}, all"]
    assert lead.value == pytest.approx(found[f"timing F1, {OURS}, all"].value - 100)
    assert {record.passed for record in found.values()} <= {None, True, False}
    again = by_claim(evaluate(replace(request, workers=1), Console(quiet=True)))
    assert {claim: record.value for claim, record in again.items()} == {
        claim: record.value for claim, record in found.items()
    }


def test_the_command_line_writes_where_told(tmp_path: Path) -> None:
    arguments = ["evaluate", "claims", "--quick", "--engine", "table", "--people", "1", "--days", "2"]
    ended = CliRunner().invoke(build(), [*arguments, "--out", str(tmp_path)])
    assert ended.exit_code == 0, ended.output
    assert read_records(tmp_path / "claims.json")
    assert isinstance(CliRunner().invoke(build(), ["evaluate", "claims", "--engine", "no"]).exception, LabError)


def test_an_oracle_is_told_nothing(answered: list[Look]) -> None:
    oracle = Oracle()
    before = oracle.judge(answered[0])
    oracle.learn(answered[0])
    assert oracle.judge(answered[0]) == before
