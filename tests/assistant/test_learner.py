"""One outcome, one step: pure, bounded, and only about what the person said."""

import math
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.engine import EngineError, Floats, Prior
from assistant.enums import Activity, Channel, HomeMode, Level, Reason, Reply, RiskClass, Transition, Verdict, WrongPart
from assistant.facts import Moment, Suggestion
from assistant.judge import judge
from assistant.learner import CHANGE_THRESHOLD, TRUST_REGION, ball_radius, learn
from assistant.model_files import load_model
from assistant.numpy_engine import NumpyEngine
from assistant.results import Decision, Outcome
from assistant.state import Effect, ResidentState, new_state, state_from_dict, state_to_dict
from assistant.table_engine import TableEngine
from tests.assistant import model_kit
from tests.assistant.cases import (
    ENGINE,
    NOON,
    Broken,
    Unsteered,
    drawn,
    moment,
    outcome,
    plain_scenes,
    probabilities,
    spoken,
    suggestion,
    taught,
)

STATE = new_state(ENGINE.model_id, ENGINE.prior)
K = STATE.mean.size
GROUP = {group: [i for i, name in enumerate(ENGINE.prior.groups) if name == group] for group in ENGINE.prior.groups}


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> NumpyEngine:
    return NumpyEngine(load_model(model_kit.write_model(Path(tmp_path_factory.mktemp("model")))))


def moved(before: ResidentState, after: ResidentState) -> set[str]:
    """Return the dimensions and effects whose mean moved."""
    step = after.mean - before.mean
    dimensions = {group for group, rows in GROUP.items() if np.abs(step[rows]).max() > 1e-12}
    was = {key: effect.mean for key, effect in before.effects.items()}
    return dimensions | {
        key.partition(":")[0] for key, effect in after.effects.items() if abs(effect.mean - was.get(key, 0.0)) > 1e-12
    }


def same(left: ResidentState, right: ResidentState) -> bool:
    return state_to_dict(left) == state_to_dict(right)


# Histories drawn by chance ----------------------------------------------------------------------


@st.composite
def events(draw: st.DrawFn) -> tuple[Moment, Suggestion, Decision, Outcome]:
    at, found = draw(plain_scenes())
    verdict = draw(st.sampled_from([Verdict.SPEAK, Verdict.SPEAK, Verdict.SPEAK, Verdict.HOLD, Verdict.ACT]))
    decision = Decision(
        verdict=verdict,
        reason=Reason.WELCOME,
        channel=draw(st.sampled_from(Channel)),
        level=draw(st.sampled_from(Level)),
    )
    reply = draw(st.sampled_from(Reply))
    later = draw(st.none() | st.integers(-60, 3000))
    ended = at.at + timedelta(minutes=5)
    return (
        at,
        found,
        decision,
        Outcome(
            reply=reply,
            at=ended,
            later_until=None if later is None else ended + timedelta(minutes=later),
            part=draw(st.none() | st.sampled_from(WrongPart)) if reply is Reply.WRONG else None,
        ),
    )


def psd(matrix: Floats) -> bool:
    return bool(np.allclose(matrix, matrix.T) and np.linalg.eigvalsh(matrix).min() >= -1e-9)


def distance(mean: Floats, prior: Prior) -> float:
    offset = mean - prior.mean
    return math.sqrt(float(offset @ np.linalg.solve(prior.covariance, offset)))


@given(st.lists(events(), min_size=1, max_size=8))
@drawn(60)
def test_any_history_leaves_a_sane_state(history: list[tuple[Moment, Suggestion, Decision, Outcome]]) -> None:
    state = STATE
    for event in history:
        before = state_to_dict(state)
        after = learn(ENGINE, state, *event)
        assert state_to_dict(state) == before, "the given state is unchanged"
        assert same(after, learn(ENGINE, state, *event)), "the same answer again"
        assert psd(after.covariance)
        assert psd(ENGINE.prior.covariance - after.covariance), "never less sure than of a stranger"
        assert distance(after.mean, ENGINE.prior) <= ball_radius(K) + 1e-9
        assert all(0 <= effect.variance <= 0.49 + 1e-9 for effect in after.effects.values())
        assert 0 <= after.surprise <= CHANGE_THRESHOLD
        state = after
    assert state_to_dict(state_from_dict(state_to_dict(state))).keys() == state_to_dict(state).keys()


@given(st.lists(events(), min_size=1, max_size=4))
@drawn(25)
def test_evidence_alone_never_widens_the_posterior(
    history: list[tuple[Moment, Suggestion, Decision, Outcome]],
) -> None:
    still = TableEngine()
    still.prior = replace(still.prior, drift=1.0)
    state = STATE
    for event in history:
        calm = replace(state, surprise=0.0)
        after = learn(still, calm, *event)
        assert psd(state.covariance - after.covariance)
        for key, effect in after.effects.items():
            before = state.effects[key].variance if key in state.effects else 0.49
            assert effect.variance <= before + 1e-12
        state = after


@given(events())
@drawn(50)
def test_one_piece_of_evidence_moves_no_further_than_the_trust_region(
    event: tuple[Moment, Suggestion, Decision, Outcome],
) -> None:
    at, found, decision, ended = event
    after = learn(ENGINE, STATE, at, found, decision, replace(ended, later_until=None))
    step = after.mean - STATE.mean
    length = math.sqrt(max(0.0, float(step @ np.linalg.solve(after.covariance + 1e-12 * np.eye(K), step))))
    assert length <= TRUST_REGION + 1e-6


@given(plain_scenes())
@drawn(60)
def test_accepting_makes_it_more_welcome_and_refusing_less(scene: tuple[Moment, Suggestion]) -> None:
    at, found = scene
    before = judge(ENGINE, STATE, at, found).welcome
    ended = at.at + timedelta(minutes=5)
    accepted = learn(ENGINE, STATE, at, found, spoken(), Outcome(reply=Reply.ACCEPTED, at=ended))
    refused = learn(ENGINE, STATE, at, found, spoken(), Outcome(reply=Reply.NOT_NOW, at=ended))
    assert judge(ENGINE, accepted, at, found).welcome > before
    assert judge(ENGINE, refused, at, found).welcome < before


@given(plain_scenes(), st.none() | st.integers(30, 300))
@drawn(60)
def test_later_is_a_yes_to_the_content_and_a_no_to_the_moment(
    scene: tuple[Moment, Suggestion], minutes: int | None
) -> None:
    at, found = scene
    ended = at.at + timedelta(minutes=5)
    until = None if minutes is None else ended + timedelta(minutes=minutes)
    before = judge(ENGINE, STATE, at, found)
    after = judge(
        ENGINE,
        learn(ENGINE, STATE, at, found, spoken(), Outcome(reply=Reply.LATER, at=ended, later_until=until)),
        at,
        found,
    )
    assert after.content.mean > before.content.mean
    # A moment known to be hopeless has nowhere to fall, and a chosen time of the same day part may lift it a little.
    hopeless = until is not None and before.moment.mean < 0.25
    assert after.moment.mean < before.moment.mean + (0.02 if hopeless else 0.0)


@given(plain_scenes())
@drawn(40)
def test_no_answer_says_nearly_nothing(scene: tuple[Moment, Suggestion]) -> None:
    at, found = scene
    before = judge(ENGINE, STATE, at, found)
    ended = Outcome(reply=Reply.UNSEEN, at=at.at + timedelta(minutes=5))
    after = judge(ENGINE, learn(ENGINE, STATE, at, found, spoken(), ended), at, found)
    assert after.content.mean == pytest.approx(before.content.mean, abs=0.03)
    assert after.moment.mean == pytest.approx(before.moment.mean, abs=0.03)


def test_a_phone_that_lies_face_down_for_a_week_does_not_turn_a_resident_around() -> None:
    known = taught(*[Reply.ACCEPTED] * 6)
    after = taught(*[Reply.UNSEEN] * 14, start=known)
    before = judge(ENGINE, known, moment(), suggestion()).welcome
    assert judge(ENGINE, after, moment(), suggestion()).welcome > 0.8 * before
    assert np.trace(after.covariance) < 1.1 * np.trace(known.covariance), "nor does it look like a change of mind"


# What each reply is about -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "part", "expected"),
    [
        (Reply.NEVER, None, {"domain", "kind", "person"}),
        (Reply.DONE_BY_HAND, None, {"domain", "kind", "person"}),
        (Reply.WRONG, WrongPart.CONTENT, {"domain", "kind", "person"}),
        (Reply.WRONG, WrongPart.TOO_OFTEN, {"scheduling", "day_part", "activity", "person"}),
        (Reply.WRONG, WrongPart.TIME, {"scheduling", "day_part", "activity", "person"}),
        (Reply.WRONG, WrongPart.AUTONOMY, {"autonomy"}),
        (Reply.NOT_NOW, None, {"scheduling", "day_part", "activity", "domain", "kind", "person"}),
    ],
)
def test_a_reply_moves_its_part_and_nothing_else(reply: Reply, part: WrongPart | None, expected: set[str]) -> None:
    after = learn(ENGINE, STATE, moment(), suggestion(), spoken(), outcome(reply, part=part))
    assert moved(STATE, after) == expected
    assert after.counts == {reply.value: 1}


@pytest.mark.parametrize(
    ("reply", "part", "factor", "sign"),
    [
        (Reply.NEVER, None, "content", -1),
        (Reply.DONE_BY_HAND, None, "content", 1),
        (Reply.WRONG, WrongPart.CONTENT, "content", -1),
        (Reply.WRONG, WrongPart.TOO_OFTEN, "moment", -1),
        (Reply.WRONG, WrongPart.TIME, "moment", -1),
    ],
)
def test_a_named_part_moves_the_right_way(reply: Reply, part: WrongPart | None, factor: str, sign: int) -> None:
    before = probabilities(judge(ENGINE, STATE, moment(), suggestion()))
    after = learn(ENGINE, STATE, moment(), suggestion(), spoken(), outcome(reply, part=part))
    assert sign * (probabilities(judge(ENGINE, after, moment(), suggestion()))[factor] - before[factor]) > 0.01


@pytest.mark.parametrize(
    ("reply", "part", "dimension", "effects"),
    [
        (Reply.NEVER, None, "domain", {"kind:room_light_idle", "person:content"}),
        (Reply.WRONG, WrongPart.CONTENT, "domain", {"kind:room_light_idle", "person:content"}),
        (Reply.WRONG, WrongPart.TIME, "scheduling", {"person:moment", "day_part:midday", "activity:idle"}),
        (Reply.WRONG, WrongPart.AUTONOMY, "autonomy", set()),
    ],
)
def test_the_shipped_network_keeps_a_named_part_to_itself(
    reply: Reply, part: WrongPart | None, dimension: str, effects: set[str]
) -> None:
    engine = NumpyEngine(load_model())
    before = new_state(engine.model_id, engine.prior)
    idle = replace(moment(), activity=Activity.IDLE, activity_confidence=0.9)
    lamp = suggestion(kind="room_light_idle")
    after = learn(engine, before, idle, lamp, spoken(level=Level.ASK), outcome(reply, part=part))
    own = np.array([group == dimension for group in engine.prior.groups])
    assert np.abs(after.mean - before.mean)[own].max() > 1e-3
    # The prior holds correlations between dimensions: what is told of one says nothing of another.
    assert not np.any((after.mean - before.mean)[~own])
    assert {key for key, effect in after.effects.items() if effect.mean} == effects
    np.testing.assert_array_equal(after.covariance[np.ix_(~own, ~own)], before.covariance[np.ix_(~own, ~own)])
    shrunk = before.covariance - after.covariance
    assert np.linalg.eigvalsh(shrunk[np.ix_(own, own)]).min() > -1e-12
    assert np.linalg.eigvalsh(after.covariance).min() > 0


@pytest.mark.parametrize(
    ("reply", "part"), [(Reply.RESOLVED, None), (Reply.WRONG, WrongPart.PRESENCE), (Reply.UNDONE, None)]
)
def test_what_says_nothing_of_preferences_returns_the_very_state(reply: Reply, part: WrongPart | None) -> None:
    assert learn(ENGINE, STATE, moment(), suggestion(), spoken(), outcome(reply, part=part)) is STATE


def test_with_guests_nothing_is_learned() -> None:
    at = moment(mode=HomeMode.GUEST)
    assert all(learn(ENGINE, STATE, at, suggestion(), spoken(), outcome(reply)) is STATE for reply in Reply)


LAMP = suggestion("room_light_idle", risk=RiskClass.A1)


def ladder(state: ResidentState) -> dict[Level, float]:
    return {level: found.mean for level, found in judge(ENGINE, state, moment(), LAMP).level.items()}


@pytest.mark.parametrize("verdict", [Verdict.ACT, Verdict.SPEAK])
def test_an_undone_act_lowers_the_level_and_nothing_else(verdict: Verdict) -> None:
    acted = spoken(verdict=verdict, level=Level.ACT)
    after = learn(ENGINE, STATE, moment(), LAMP, acted, outcome(Reply.UNDONE))
    assert moved(STATE, after) == {"autonomy"}
    assert ladder(after)[Level.ACT] < ladder(STATE)[Level.ACT]
    assert after.counts == {"undone": 1}
    assert after.loss_personal == 0.0


def test_undoing_what_one_asked_for_is_a_change_of_mind_not_of_level() -> None:
    asked = spoken(level=Level.ASK)
    assert learn(ENGINE, STATE, moment(), LAMP, asked, outcome(Reply.UNDONE)) is STATE


def test_do_not_do_that_yourself_lowers_the_level_below_what_was_offered() -> None:
    named = outcome(Reply.WRONG, part=WrongPart.AUTONOMY)
    after = learn(ENGINE, STATE, moment(), LAMP, spoken(level=Level.ASK), named)
    now, was = ladder(after), ladder(STATE)
    assert now[Level.ASK] + now[Level.ACT] < was[Level.ASK] + was[Level.ACT]
    observing = learn(ENGINE, STATE, moment(), LAMP, spoken(level=Level.OBSERVE), named)
    assert moved(STATE, observing) == set(), "below observing there is nothing"


def test_accepting_an_offer_to_act_raises_the_level_a_little() -> None:
    offered = spoken(level=Level.ASK)
    yes = learn(ENGINE, STATE, moment(), LAMP, offered, outcome(Reply.ACCEPTED))
    no = learn(ENGINE, STATE, moment(), LAMP, offered, outcome(Reply.WRONG, part=WrongPart.AUTONOMY))
    assert ladder(yes)[Level.ACT] > ladder(STATE)[Level.ACT]
    [row] = GROUP["autonomy"]
    assert 0 < yes.mean[row] < -0.5 * no.mean[row], "saying yes is not asking for more"


def test_accepting_a_mere_message_says_nothing_of_autonomy() -> None:
    after = learn(ENGINE, STATE, moment(), suggestion(), spoken(), outcome(Reply.ACCEPTED))
    assert "autonomy" not in moved(STATE, after)


def test_never_said_to_an_act_or_to_what_was_held_back_counts_too() -> None:
    for verdict in (Verdict.ACT, Verdict.HOLD, Verdict.DROP):
        after = learn(ENGINE, STATE, moment(), LAMP, spoken(verdict=verdict), outcome(Reply.NEVER))
        assert moved(STATE, after) == {"domain", "kind", "person"}


def test_done_by_hand_after_silence_was_a_missed_need() -> None:
    held = spoken(verdict=Verdict.HOLD)
    after = learn(ENGINE, STATE, moment(), suggestion(), held, outcome(Reply.DONE_BY_HAND))
    assert judge(ENGINE, after, moment(), suggestion()).welcome > judge(ENGINE, STATE, moment(), suggestion()).welcome


def test_a_message_of_the_digest_is_noticed_like_the_dashboard() -> None:
    digest, board = (
        learn(ENGINE, STATE, moment(), suggestion(), spoken(channel=channel), outcome(Reply.NOT_NOW))
        for channel in (Channel.DIGEST, Channel.DASHBOARD)
    )
    assert same(digest, board)


# The chosen time --------------------------------------------------------------------------------


def later(hours: float, at: Moment) -> ResidentState:
    until = at.at + timedelta(hours=hours)
    ended = Outcome(reply=Reply.LATER, at=at.at + timedelta(minutes=1), later_until=until)
    return learn(ENGINE, STATE, at, suggestion(), spoken(), ended)


def test_the_chosen_time_becomes_a_better_moment_than_without_choosing() -> None:
    cooking = moment(activity=Activity.COOKING, forecast=(Activity.EATING, Activity.MEDIA))
    evening = moment(at=NOON.replace(hour=19), activity=Activity.IDLE)
    plain = learn(ENGINE, STATE, cooking, suggestion(), spoken(), outcome(Reply.LATER))
    chosen = later(7.0, cooking)
    assert (
        judge(ENGINE, chosen, evening, suggestion()).moment.mean
        > judge(ENGINE, plain, evening, suggestion()).moment.mean
    )


def test_the_activity_that_did_not_suit_gets_no_credit_for_the_chosen_time() -> None:
    cooking = moment(activity=Activity.COOKING, transition=Transition.ENTERED_ROOM, forecast=(Activity.MEDIA,))
    plain = learn(ENGINE, STATE, cooking, suggestion(), spoken(), outcome(Reply.LATER))
    chosen = later(1.0, cooking)
    assert chosen.effects["activity:cooking"].mean == pytest.approx(plain.effects["activity:cooking"].mean)
    assert chosen.effects["activity:media"].mean > 0
    tired = later(1.0, replace(cooking, forecast=(Activity.ASLEEP,)))
    assert "activity:asleep" not in tired.effects, "nobody chooses to be woken"
    blind = later(5.0, cooking)
    assert {key for key in blind.effects if key.startswith("activity:")} == {"activity:cooking"}


@pytest.mark.parametrize("hours", [-1.0, 0.0])
def test_a_chosen_time_that_is_over_says_nothing(hours: float) -> None:
    plain = learn(ENGINE, STATE, moment(), suggestion(), spoken(), outcome(Reply.LATER, at=NOON + timedelta(minutes=1)))
    assert same(later(hours, moment()), plain)


# Edges ------------------------------------------------------------------------------------------


def test_a_state_of_another_model_is_refused() -> None:
    with pytest.raises(ValueError, match="given to model"):
        learn(ENGINE, replace(STATE, model_id="other"), moment(), suggestion(), spoken(), outcome(Reply.ACCEPTED))


@pytest.mark.parametrize("key", ["at", "later_until"])
def test_a_time_without_a_zone_is_refused(key: str) -> None:
    naive = {key: datetime(2026, 11, 24, 12)}  # noqa: DTZ001 - what is refused
    with pytest.raises(ValueError, match="no zone"):
        learn(ENGINE, STATE, moment(), suggestion(), spoken(), outcome(Reply.LATER, **naive))


def test_an_engine_that_cannot_judge_is_an_error() -> None:
    engine = Broken()
    with pytest.raises(EngineError, match="died"):
        learn(engine, STATE, moment(), suggestion(), spoken(), outcome(Reply.ACCEPTED))


def test_the_household_learns_like_anybody() -> None:
    found = suggestion(persons=("person.anna",))
    household = learn(ENGINE, STATE, moment(), found, spoken(), outcome(Reply.ACCEPTED))
    anna = learn(ENGINE, STATE, moment(), found, spoken(), outcome(Reply.ACCEPTED), "person.anna")
    assert moved(STATE, household) == moved(STATE, anna)


def test_the_ball_is_that_of_the_chi_square_table() -> None:
    for k, quantile in ((1, 6.635), (2, 9.210), (8, 20.090), (12, 26.217)):
        assert ball_radius(k) ** 2 == pytest.approx(quantile, rel=0.02)


def test_a_mean_outside_the_ball_is_pulled_back_onto_it() -> None:
    far = replace(STATE, mean=np.full(K, 50.0), updated=NOON)
    after = learn(ENGINE, far, moment(), suggestion(), spoken(), outcome(Reply.ACCEPTED, at=NOON))
    assert distance(after.mean, ENGINE.prior) == pytest.approx(ball_radius(K), rel=1e-6)


def test_a_very_surprising_answer_is_cut_to_the_trust_region() -> None:
    wide = TableEngine()
    wide.prior = replace(wide.prior, covariance=30.0 * np.eye(K), random_effect_sd={"kind": 5.0, "day_part": 5.0})
    state = new_state(wide.model_id, wide.prior)
    sour = learn(wide, state, moment(), suggestion(), spoken(), outcome(Reply.NEVER))
    frame = [*sour.mean, *(effect.mean for effect in sour.effects.values())]
    assert np.isfinite(frame).all()
    step = sour.mean
    assert math.sqrt(float(step @ np.linalg.solve(sour.covariance, step))) <= TRUST_REGION + 1e-6


def test_without_a_direction_the_random_effects_still_learn() -> None:
    engine = Unsteered()
    state = taught(Reply.NEVER, Reply.NEVER, engine=engine)
    assert state.mean.shape == (0,)
    assert state.effects["kind:opening_left"].mean < -0.3
    assert state_from_dict(state_to_dict(state)).effects.keys() == state.effects.keys()


def test_an_engine_without_random_effects_learns_in_its_directions_alone() -> None:
    engine = TableEngine()
    engine.prior = replace(engine.prior, random_effect_sd={})
    state = taught(Reply.NEVER, engine=engine)
    assert all(effect == Effect(mean=0.0, variance=0.0) for effect in state.effects.values())
    assert np.abs(state.mean).max() > 0


def test_a_network_is_learned_from_as_the_table_is(network: NumpyEngine) -> None:
    fresh = new_state(network.model_id, network.prior)
    before = judge(network, fresh, moment(), suggestion()).welcome
    fond = taught(Reply.ACCEPTED, Reply.ACCEPTED, engine=network)
    sour = taught(Reply.NOT_NOW, Reply.NOT_NOW, engine=network)
    assert judge(network, fond, moment(), suggestion()).welcome > before
    assert judge(network, sour, moment(), suggestion()).welcome < before
    for state in (fond, sour):
        assert psd(state.covariance)
        assert psd(network.prior.covariance - state.covariance)
        assert distance(state.mean, network.prior) <= ball_radius(network.prior.mean.size) + 1e-9


@given(events())
@drawn(20)
def test_counts_grow_by_one_or_nothing_was_learned(event: tuple[Moment, Suggestion, Decision, Outcome]) -> None:
    after = learn(ENGINE, STATE, *event)
    assume(after is not STATE)
    assert after.counts == {event[3].reply.value: 1}
    assert after.learned == 1
    assert after.updated == event[3].at
