"""Learners on the same feedback: the same for all, nothing before its time, and opponents that are what they claim."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from sklearn.metrics import roc_auc_score
from typer.testing import CliRunner

import tools  # noqa: F401 - makes `assistant` importable
from assistant.enums import Channel, Level, Reply, Verdict
from assistant.judge import judge_many
from assistant.model_files import load_model
from assistant.numpy_engine import NumpyEngine
from assistant.results import Style
from assistant.table_engine import TableEngine
from tools.errors import ArgumentError, LabError
from tools.evaluate.claims import hearing
from tools.evaluate.claims.command import Bench, Request, evaluate, prices
from tools.evaluate.claims.engines import Plain, Remembering, with_directions, without_effects
from tools.evaluate.claims.figures import Figures
from tools.evaluate.claims.learners import Learner, Oracle, Population, Steered, belief_of
from tools.evaluate.claims.live import Lives, errands, lessons_of, live, together
from tools.evaluate.claims.prices import Costs, best_costs, best_rules, follow, speaks
from tools.evaluate.claims.scores import RESAMPLES, draws, satisfaction
from tools.evaluate.claims.scratch import (
    FEATURES,
    BetaTable,
    LinUcb,
    StillTable,
    Table,
    ThompsonLogistic,
    features,
    told,
)
from tools.evaluate.claims.structure import structure_of
from tools.evaluate.claims.trace import MOST_A_DAY, Look, Trace, changes, persona_ids, traces
from tools.evaluate.claims.variants import (
    COLD,
    ORACLE,
    OURS,
    SNAPSHOTS,
    VARIANTS,
    Part,
    Structure,
    held_at,
    living,
)
from tools.evaluate.claims.verdicts import gains_drawn
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
    return [look for look in people[0].looks if told(look) is not None]


@pytest.fixture(scope="module")
def structure(people: list[Trace]) -> Structure:
    return structure_of(CHOICE, people, 2)


@pytest.fixture(scope="module")
def lives(people: list[Trace], structure: Structure) -> Lives:
    return together(live(CHOICE, structure, trace) for trace in people)


@pytest.fixture
def table(people: list[Trace]) -> Plain:
    return Plain(TableEngine(), people[0])


def one(learner: Learner, look: Look) -> float:
    return learner.judge([look])[0].welcome


def test_the_people_are_of_the_split_and_live_the_same_life_twice(people: list[Trace]) -> None:
    again = list(traces([trace.persona for trace in people], 1, 5, Family.A))
    assert again == people
    assert persona_ids(TEST, 2, 1, Family.A) == [trace.persona for trace in people]
    for split in (TEST, TRAIN):
        assert {split_of(found // MEMBERS_PER_ID, Family.A) for found in persona_ids(split, 5, 1, Family.A)} == {split}
    with pytest.raises(ArgumentError, match="at least one"):
        persona_ids(TEST, 0, 1, Family.A)


def test_people_can_be_chosen_whose_tastes_change() -> None:
    found = persona_ids(TEST, 3, 1, Family.A, changes)
    assert len(found) == 3
    assert all(trace.preferences.context.change_day >= 0 for trace in traces(found, 1, 2, Family.A))


def test_a_twin_differs_in_the_change_of_taste_alone() -> None:
    ids = persona_ids(TEST, 2, 1, Family.A, changes)
    moved, stayed = (list(traces(ids, 1, 24, Family.A, steady=steady)) for steady in (False, True))
    for one, other in zip(moved, stayed, strict=True):
        day = one.preferences.context.change_day
        assert other.preferences.context.change_day == -1
        assert one.preferences.scheduling == other.preferences.scheduling
        before = [look for look in one.looks if look.session < day]
        assert before
        assert [look.factors for look in other.looks[: len(before)]] == [look.factors for look in before]
        late = {look.minute: look.factors.content for look in one.looks if look.session >= day}
        assert any(late.get(look.minute, look.factors.content) != look.factors.content for look in other.looks)


def test_many_people_live_with_the_assistant_and_the_population_policy_alone() -> None:
    assert set(living(frozenset({Part.PAIR}))) == {COLD, OURS}
    assert set(living(frozenset(Part))) == set(VARIANTS)


def test_feedback_is_on_suggestions_on_the_phone_in_the_usual_style(people: list[Trace]) -> None:
    looks = [look for trace in people for look in trace.looks]
    spoken = [look for look in looks if look.decision.verdict is not Verdict.HOLD]
    assert 0 < len(spoken) < len(looks)
    assert {(item.decision.verdict, item.decision.level, item.decision.style) for item in spoken} == {
        (Verdict.SPEAK, Level.SUGGEST, Style())
    }
    assert {item.decision.channel for item in spoken} == {Channel.PHONE}
    assert all(7 <= look.moment.at.hour < 23 for look in spoken), "nothing is said in quiet hours"
    for trace in people:
        days = [look.session for look in trace.looks if look.decision.verdict is Verdict.SPEAK]
        assert max(map(days.count, days)) <= MOST_A_DAY


def test_no_learner_hears_of_an_outcome_before_it_is_known(people: list[Trace], lives: Lives) -> None:
    trace, lived = people[0], lives.people[0]
    first = next(look for look in trace.looks if look.outcome is not None and told(look) is not None)
    known = min(look.known for look in trace.looks)
    for number, look in enumerate(trace.looks):
        if look.minute < known:
            assert lived.beliefs[OURS].welcome[number] == lived.beliefs[COLD].welcome[number]
    feedback = lived.truth.feedback
    until = {int(feedback[look.number]) for look in trace.looks if look.minute < first.known}
    assert until == {0}
    assert (np.diff(feedback) >= 0).all()
    assert feedback[-1] > 0


def test_steering_that_is_held_hears_nothing_more(lives: Lives) -> None:
    lived = lives.people[0]
    count = SNAPSHOTS[0]
    before = lived.truth.feedback <= count
    same = lived.beliefs[held_at(count)].welcome == lived.beliefs[OURS].welcome
    assert same[lived.truth.feedback < count].all()
    assert before.all() or not same[~before].all()


def test_lessons_are_in_order_and_say_who_accepted(people: list[Trace]) -> None:
    lessons = lessons_of(people[0])
    assert (np.diff(lessons.answers) >= 0).all()
    assert lessons.table.shape == (len(lessons.look), 8)
    accepted = [look for look in people[0].looks if look.answers and told(look)]
    assert (lessons.accepted == 1).sum() == len(accepted)


def test_a_learner_of_the_assistant_learns_and_the_population_does_not(table: Plain, answered: list[Look]) -> None:
    look = next(look for look in answered if look.outcome is not None and look.outcome.reply is not Reply.ACCEPTED)
    for learner, learns in ((Steered(table), True), (Population(table), False)):
        before = one(learner, look)
        learner.learn(look)
        assert (one(learner, look) < before) is learns


def test_an_engine_can_lack_a_part_and_still_serve(table: Plain, answered: list[Look]) -> None:
    for part in (without_effects(table), with_directions(table, (0, 1)), with_directions(table, ())):
        whole, lacking = Steered(table), Steered(part)
        assert one(lacking, answered[0]) == pytest.approx(one(whole, answered[0])), "before anything was learned"
        for look in answered:
            whole.learn(look)
            lacking.learn(look)
        assert one(lacking, answered[0]) != one(whole, answered[0])


def test_the_quick_engine_gives_the_numbers_of_the_one_that_ships(people: list[Trace]) -> None:
    model = load_model()
    quick, shipped = Remembering(model), NumpyEngine(model)
    trace = people[0]
    quick.remember(trace)
    ours, theirs = Steered(quick), Steered(Plain(shipped, trace))
    for look in trace.looks[:60]:
        if look.outcome is not None:
            ours.learn(look)
            theirs.learn(look)
    looks = trace.looks[:80]
    found = np.array([belief.welcome for belief in ours.judge(looks)])
    usual = [
        belief_of(judge_many(shipped, theirs.state, look.moment, [look.suggestion], look.person)[0]) for look in looks
    ]
    assert np.abs(found - [belief.welcome for belief in usual]).max() < 1e-5


@pytest.mark.parametrize(
    ("ear", "reply", "heard"),
    [
        (hearing.snooze_as_reject, Reply.LATER, Reply.NOT_NOW),
        (hearing.snooze_as_reject, Reply.ACCEPTED, Reply.ACCEPTED),
        (hearing.snooze_dropped, Reply.LATER, None),
        (hearing.ignored_as_reject, Reply.UNSEEN, Reply.NOT_NOW),
        (hearing.without_by_hand, Reply.DONE_BY_HAND, None),
        (hearing.everything, Reply.LATER, Reply.LATER),
    ],
)
def test_an_ear_hears_what_it_says(
    answered: list[Look], ear: hearing.Hearing, reply: Reply, heard: Reply | None
) -> None:
    assert answered[0].outcome is not None
    look = replace(answered[0], outcome=replace(answered[0].outcome, reply=reply))
    found = ear(1)(look)
    assert (None if found is None or found.outcome is None else found.outcome.reply) == heard


def test_half_is_half_and_a_fifth_a_fifth(answered: list[Look]) -> None:
    assert answered[0].outcome is not None
    look = replace(answered[0], outcome=replace(answered[0].outcome, reply=Reply.ACCEPTED))
    ear = hearing.half(1)
    assert 0.45 < np.mean([ear(look) is None for _ in range(2000)]) < 0.55
    turn = hearing.flipped(1)
    wrong = np.mean([turn(look).outcome.reply is not Reply.ACCEPTED for _ in range(4000)])
    assert wrong * 0.9 + 0.05 == pytest.approx(0.2, abs=0.02), "with the simulator's own twentieth"


def test_linucb_is_ridge_regression(answered: list[Look]) -> None:
    learner = LinUcb()
    x = np.zeros((len(answered), FEATURES))
    for row, look in zip(x, answered, strict=True):
        row[features(look)] = 1.0
        learner.learn(look)
    y = np.array([float(bool(told(look))) for look in answered])
    theta = np.linalg.solve(x.T @ x + np.eye(FEATURES), x.T @ y)
    [belief] = learner.judge(answered[:1])
    assert belief.welcome == pytest.approx(np.clip(x[0] @ theta, 0.01, 0.99))
    assert belief.score > belief.welcome, "it is curious"


def test_thompson_grows_surer_and_draws_the_same_from_the_same_seed(answered: list[Look]) -> None:
    def drawn(seed: int, lessons: int) -> np.ndarray:
        learner = ThompsonLogistic(seed)
        for _ in range(lessons):
            learner.learn(answered[0])
        return np.array([learner.judge(answered[:1])[0].score for _ in range(50)])

    assert (drawn(1, 0) == drawn(1, 0)).all()
    assert (drawn(1, 0) != drawn(2, 0)).any()
    assert drawn(1, 200).std() < drawn(1, 0).std()


def test_a_beta_table_starts_at_the_population_and_ends_at_the_person(
    people: list[Trace], answered: list[Look]
) -> None:
    counted = Table(people)
    learner, still, look = BetaTable(counted), StillTable(counted), answered[0]
    assert one(learner, look) == pytest.approx(counted.rate(look))
    for _ in range(300):
        learner.learn(look)
        still.learn(look)
    assert one(learner, look) == pytest.approx(float(bool(told(look))), abs=0.03)
    assert one(still, look) == counted.rate(look)


def figures(lives: Lives) -> Figures:
    return Figures(lives, prices(lives), "A", {"tuned rules": follow(lives.truth, best_rules(lives.truth))})


def test_the_oracle_misses_nothing_and_regrets_nothing(lives: Lives) -> None:
    spoken = figures(lives).spoken(ORACLE, "timing")
    assert (spoken == lives.truth.need).all()
    found = satisfaction(lives.truth, lives.beliefs[ORACLE], spoken)
    assert (found[~spoken] == 4.0).all()
    assert (found <= 4.0).all()
    assert figures(lives).drawn("timing F1", ORACLE)[0] == 100
    assert figures(lives).drawn("regret", ORACLE)[0] == 0


def test_silence_where_speaking_was_needed_costs_two_of_four(lives: Lives) -> None:
    silent = np.zeros(len(lives.truth.need), bool)
    assert set(satisfaction(lives.truth, lives.beliefs[COLD], silent)) == {2.0, 4.0}


def test_every_learner_has_prices_of_its_own(lives: Lives) -> None:
    found = prices(lives)
    assert {name for name, _ in found} == set(VARIANTS) - {ORACLE}
    for name in (COLD, OURS, "LinUCB"):
        for goal in ("timing", "careful"):
            assert found[name, goal] == best_costs(lives.truth, lives.beliefs[name], goal)
    dear = Costs(wrong=9.0, attention=0.9)
    usual = speaks(lives.truth, lives.beliefs[OURS], found[OURS, "timing"]).sum()
    assert speaks(lives.truth, lives.beliefs[OURS], dear).sum() < usual


def test_careful_prices_please_more_than_those_with_the_best_timing(lives: Lives) -> None:
    found = prices(lives)
    pleased = [
        satisfaction(
            lives.truth, lives.beliefs[COLD], speaks(lives.truth, lives.beliefs[COLD], found[COLD, goal])
        ).mean()
        for goal in ("careful", "timing")
    ]
    assert pleased[0] >= pleased[1] - 0.02


def test_rules_keep_their_cap_their_gap_and_their_hours(lives: Lives) -> None:
    rules = best_rules(lives.truth)
    spoken = follow(lives.truth, rules)
    hours = lives.truth.hour[spoken]
    assert spoken.any()
    assert ((hours >= rules.quiet_until) & (hours < rules.quiet_from)).all()
    days = (lives.truth.person * 1000 + lives.truth.session)[spoken]
    assert np.unique(days, return_counts=True)[1].max() <= rules.cap


def test_a_gain_is_a_gain_whichever_way_a_figure_counts(lives: Lives) -> None:
    found = Figures(lives, prices(lives), "A", {})
    for figure in ("timing F1", "log-loss", "regret"):
        gains = gains_drawn(found, figure, ORACLE, "all")
        assert gains.shape == (RESAMPLES + 1, 2)
        assert (gains[0] > 0).all(), figure
    assert not gains_drawn(found, "log-loss", COLD, "all").any()


def test_the_first_draw_is_everyone() -> None:
    assert draws(7)[0].tolist() == [1.0] * 7
    assert (draws(7).sum(axis=1) == 7).all()


def test_the_area_under_the_curve_is_that_of_the_ranks(lives: Lives) -> None:
    found = figures(lives).drawn("AUC of need", COLD)[0]
    assert found == pytest.approx(roc_auc_score(lives.truth.need, lives.beliefs[COLD].score), abs=0.005)


def by_claim(records: list[Record]) -> dict[tuple[str, str], Record]:
    return {(record.claim, record.family): record for record in records}


def test_every_figure_of_every_learner_has_a_record() -> None:
    request = Request(people=2, days=4, engine="table", tuning=1, counted=3, ablated=1)
    records = [record for stage in evaluate(request, Console(quiet=True)) for record in stage]
    found = by_claim(records)
    for name, row in VARIANTS.items():
        if row.part is Part.MAIN and row.prices_of is None:
            for figure in ("timing F1", "satisfaction", "regret", "log-loss", "AUC of need"):
                assert (f"{figure}, {name}, all", "A") in found
    lead = found[f"timing F1, {OURS} less {ORACLE}, all", "A"]
    assert lead.value == pytest.approx(found[f"timing F1, {OURS}, all", "A"].value - 100)
    numbers = {record.claim.split(" · ")[0] for record in records if record.passed is not None}
    assert {"5", "8", "9", "11", "12", "15"} <= numbers
    again = [record for stage in evaluate(request, Console(quiet=True)) for record in stage]
    assert by_claim(again) == found


def test_long_lives_and_changes_of_taste_have_people_of_their_own() -> None:
    request = Request(people=1, days=15, engine="table", tuning=1, counted=3, changed=2, lasting=1)
    found = by_claim([record for stage in evaluate(request, Console(quiet=True)) for record in stage])
    assert found["10 · people whose tastes change abruptly", "A"].value == 2
    text = "10 · timing F1, steering less population only, 0–9 answers after an abrupt change"
    leads = [found[f"{text}, {kind}", "A"].value for kind in ("unchanged", "changed")]
    lost = found["10 · timing F1 of the lead lost by an abrupt change, 0–9 answers after it", "A"].value
    assert lost == pytest.approx(leads[0] - leads[1])
    for days in ("days 15–28", "days 16–30"):
        record = found[f"11 · share of people below the population policy in timing F1, {days}", "A"]
        assert record.threshold == "<= 0.05"


def test_the_model_that_ships_learns_more_than_from_scratch_and_stays_calibrated() -> None:
    request = Request(people=6, days=14, engine="numpy", tuning=4, counted=12)
    found = by_claim([record for stage in evaluate(request, Console(quiet=True)) for record in stage])
    for scratch in ("LinUCB", "Thompson logistic"):
        assert found["AUC of need, steering, all", "A"].value > found[f"AUC of need, {scratch}, all", "A"].value
        assert found["log-loss, steering, all", "A"].value < found[f"log-loss, {scratch}, all", "A"].value
    assert found["15 · ECE, steering, all", "A"].value < 0.12, "six people; the bound of 0.05 is for all of them"


def test_an_interrupted_run_goes_on_from_what_is_done(tmp_path: Path) -> None:
    request = Request(people=1, days=3, engine="table", tuning=1, counted=3, work=tmp_path)
    first = [record for stage in evaluate(request, Console(quiet=True)) for record in stage]
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.pkl")}
    assert kept
    assert [record for stage in evaluate(request, Console(quiet=True)) for record in stage] == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.glob("*.pkl")} == kept


def test_what_is_kept_is_found_again_whatever_the_order_of_a_set(tmp_path: Path) -> None:
    errand = next(errands(TEST, 1, 1, Family.A, 3, frozenset(Part)))
    assert "Part" not in repr(errand)
    bench = Bench(Request(people=1, days=3, engine="table", counted=3, work=tmp_path), Console(quiet=True))
    parts = (frozenset({Part.MAIN}), frozenset({Part.PAIR}), frozenset(Part))
    assert len({bench._path("lives", replace(errand, parts=chosen)) for chosen in parts}) == 3


def test_the_command_line_writes_where_told(tmp_path: Path) -> None:
    arguments = ["evaluate", "claims", "--quick", "--engine", "table", "--people", "1", "--others", "1", "--days", "3"]
    arguments += ["--tuning", "1", "--ablated", "1"]
    ended = CliRunner().invoke(build(), [*arguments, "--out", str(tmp_path)])
    assert ended.exit_code == 0, ended.output
    assert read_records(tmp_path / "claims.json")
    assert isinstance(CliRunner().invoke(build(), ["evaluate", "claims", "--engine", "no"]).exception, LabError)


def test_an_oracle_is_told_nothing(answered: list[Look]) -> None:
    oracle = Oracle()
    before = oracle.judge(answered[:1])
    oracle.learn(answered[0])
    assert oracle.judge(answered[:1]) == before
