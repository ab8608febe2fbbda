"""Whether, when and how: utility, waiting, exploring, one message at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.clock import minutes_between
from assistant.engine import Engine, Floats, Tokens
from assistant.enums import (
    Activity,
    Category,
    Channel,
    HomeMode,
    Length,
    Level,
    Reason,
    Reply,
    RiskClass,
    Tone,
    Urgency,
    Verdict,
)
from assistant.facts import Moment, RecentReply, Suggestion
from assistant.gates import INTERRUPTING, Case, first_gate
from assistant.kinds import KINDS
from assistant.levels import level_of, risk_of
from assistant.policy import decide, utility
from assistant.results import Decision
from assistant.settings import COST_INTERRUPTION, COST_WRONG, OPTIMISM, Settings, Standing
from assistant.state import new_state
from assistant.table_engine import TableEngine
from assistant.vocabulary import FIRST_OUTPUT, MOMENT_FIELDS, token
from tests.assistant.cases import (
    ENGINE,
    FREE,
    NOON,
    SETTINGS,
    STANDINGS,
    Broken,
    Constant,
    action,
    decided,
    drawn,
    eager,
    moment,
    one,
    outcome,
    scenes,
    spoken,
    standing,
    suggestion,
    weary,
)

ACTIVITY = [field.name for field in MOMENT_FIELDS].index("activity")


class Moody(Constant):
    """An engine to which the moment is good in some activities and bad in all others."""

    def __init__(self, good: set[Activity], content: float = 2.0) -> None:
        super().__init__(content=content, noticed_phone=8.0)
        self._good = {token("activity", f"{activity}/{trust}") for activity in good for trust in ("sure", "unsure")}
        self.batches: list[int] = []

    def logits(self, prefix: Tokens, suffixes: Tokens, z: Floats) -> Floats:
        """Return a row that depends on the activity alone."""
        self.batches.append(len(suffixes))
        result = super().logits(prefix, suffixes, z).copy()
        result[..., FIRST_OUTPUT["moment"] + 1] = 4.0 if int(prefix[ACTIVITY]) in self._good else -1.0
        return result


# Utility ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", Channel)
def test_a_welcome_message_that_is_seen_is_worth_its_benefit_less_the_interruption(channel: Channel) -> None:
    found = suggestion(benefit=0.6)
    assert utility(1.0, found, channel, 0, 1.0) == pytest.approx(0.6 - COST_INTERRUPTION[channel])
    assert utility(0.0, found, channel, 0, 1.0) == pytest.approx(
        -0.6 * COST_WRONG[channel] - COST_INTERRUPTION[channel]
    )
    assert utility(1.0, found, channel, 0, 0.0) == -COST_INTERRUPTION[channel], "unseen, but it made a sound"


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.integers(0, 20), st.sampled_from(Channel))
@drawn(60)
def test_utility_rises_with_the_welcome_and_falls_with_the_load(
    wanted: float, benefit: float, seen: float, load: int, channel: Channel
) -> None:
    found = suggestion(benefit=benefit)
    here = utility(wanted, found, channel, load, seen)
    assert -2.5 <= here <= 1.0
    assert utility(min(1.0, wanted + 0.1), found, channel, load, seen) >= here - 1e-12
    assert utility(wanted, found, channel, load + 1, seen) <= here
    assert utility(wanted, found, channel, -5, seen) == utility(wanted, found, channel, 0, seen)


@pytest.mark.parametrize("benefit", [-1.0, -100.0, float("nan"), float("-inf"), 0.0])
@pytest.mark.parametrize("engine", [eager(), weary()], ids=["wanted", "unwanted"])
def test_what_has_no_benefit_is_not_said(benefit: float, engine: Engine) -> None:
    decision = one(engine, suggestion(benefit=benefit))
    assert (decision.verdict, decision.reason) == (Verdict.HOLD, Reason.LOW_CONFIDENCE)


def test_an_endless_benefit_counts_as_the_highest() -> None:
    assert utility(1.0, suggestion(benefit=float("inf")), Channel.PHONE, 0, 1.0) < 1.0


def test_the_slider_makes_it_quieter_or_more_helpful_and_ends_at_its_ends() -> None:
    doubtful = Constant(content=0.4, moment=0.4, noticed_phone=3.0)
    quiet, helpful = (one(doubtful, settings=replace(FREE, helpfulness=at)) for at in (-1.0, 1.0))
    assert (quiet.verdict, helpful.verdict) == (Verdict.HOLD, Verdict.SPEAK)
    for beyond in (50.0, float("inf")):
        assert one(weary(), settings=replace(FREE, helpfulness=beyond)).verdict is Verdict.HOLD
    assert one(doubtful, settings=replace(FREE, helpfulness=float("nan"))).numbers == quiet.numbers


# Speaking ---------------------------------------------------------------------------------------


def test_what_is_welcome_is_said_with_its_numbers() -> None:
    decision = one(eager())
    assert (decision.verdict, decision.reason, decision.channel) == (Verdict.SPEAK, Reason.WELCOME, Channel.PHONE)
    assert decision.look_again is None
    assert decision.numbers["content"] > 0.99
    assert decision.numbers["utility"] == pytest.approx(0.7 - 0.03, abs=0.01)
    assert "later_utility" not in decision.numbers
    assert "content_sd" not in decision.numbers, "what was not asked for is not shown as zero"


def test_nothing_to_decide_needs_no_engine() -> None:
    assert decided(Broken(), []) == []


def test_a_message_is_worded_as_the_person_prefers() -> None:
    full = one(Constant(content=8.0, moment=8.0, noticed_phone=8.0, length=2.0, tone=2.0, reason=-2.0))
    assert (full.style.length, full.style.tone, full.style.with_reason) == (Length.FULL, Tone.WARM, False)
    short = one(Constant(content=8.0, moment=8.0, noticed_phone=8.0, length=-2.0, tone=-2.0, reason=2.0))
    assert (short.style.length, short.style.tone, short.style.with_reason) == (Length.SHORT, Tone.PLAIN, True)


def test_a_kind_goes_out_on_its_own_channel_or_the_dashboard() -> None:
    everything = standing(channels=tuple(Channel))
    assert one(eager(), suggestion("battery_low"), who=everything).channel is Channel.DIGEST
    assert one(eager(), suggestion("battery_low")).channel is Channel.DASHBOARD
    assert one(eager(), suggestion("ventilate"), who=everything).channel is Channel.DASHBOARD
    assert one(eager(), suggestion("my_own"), who=everything).channel is Channel.PHONE
    loud = standing(channels=(Channel.SPEAKER,))
    assert one(eager(), who=loud).channel is Channel.DASHBOARD, "a speaker is nobody's substitute for a phone"


def test_a_gate_that_bars_interrupting_leaves_the_dashboard_open() -> None:
    decision = one(eager(), who=standing(pushes_today=9))
    assert (decision.verdict, decision.reason, decision.channel) == (
        Verdict.HOLD,
        Reason.DAILY_CAP,
        Channel.DASHBOARD,
    )
    assert set(decision.numbers) == {"content", "moment"}


def test_a_gate_that_bars_everything_drops() -> None:
    decision = one(eager(), who=standing(silenced={"opening_left": "said_no_before"}))
    assert (decision.verdict, decision.reason) == (Verdict.DROP, Reason.SAID_NO_BEFORE)


@pytest.mark.parametrize(
    ("level", "at", "who"),
    [
        (Level.ACT, moment(), standing(may_act=frozenset({"ventilate:thing"}))),
        (Level.ASK, moment(), standing(presence_clear=False)),
        (Level.ASK, moment(mode=HomeMode.GUEST), standing()),
    ],
    ids=["alone", "presence not clear", "with guests"],
)
def test_nothing_acts_with_guests_or_while_presence_is_not_clear(level: Level, at: Moment, who: Standing) -> None:
    found = suggestion("ventilate", risk=RiskClass.A1)
    keen = Constant(content=8.0, moment=8.0, noticed_dashboard=8.0)
    keen._row[FIRST_OUTPUT["level"] + 3] = 9.0
    settings = replace(FREE, levels={"ventilate": Level.ACT})
    assert one(keen, found, at=at, settings=settings, who=who).level is level


def test_who_tolerates_only_observing_is_still_told_what_is_worth_saying() -> None:
    shy = eager()
    shy._row[FIRST_OUTPUT["level"]] = 20.0
    assert one(shy, suggestion("leave_home")).level is Level.SUGGEST


# Waiting ----------------------------------------------------------------------------------------


def test_it_waits_for_a_better_moment_and_says_until_when() -> None:
    at = moment(activity=Activity.COOKING, forecast=(Activity.EATING, Activity.IDLE, Activity.MEDIA))
    decision = one(Moody({Activity.IDLE}), at=at)
    assert (decision.verdict, decision.reason) == (Verdict.HOLD, Reason.BETTER_MOMENT_AHEAD)
    assert decision.look_again == NOON + timedelta(hours=2)
    assert decision.numbers["later_utility"] > decision.numbers["utility"]


def test_it_does_not_wait_for_what_is_no_better() -> None:
    at = moment(forecast=(Activity.IDLE, Activity.IDLE))
    decision = one(Moody({Activity.IDLE}), at=at)
    assert (decision.verdict, decision.reason) == (Verdict.SPEAK, Reason.NO_BETTER_MOMENT)


@pytest.mark.parametrize(
    ("forecast", "changes", "settings"),
    [
        ((Activity.IDLE,), {"expires": NOON + timedelta(minutes=60)}, FREE),
        ((Activity.IDLE,), {"urgency": Urgency.TIME_SENSITIVE}, FREE),
        ((Activity.IDLE,), {}, replace(FREE, quiet_start=time(12, 30), quiet_end=time(23))),
        ((Activity.ASLEEP,), {}, FREE),
        ((Activity.CALL,), {}, FREE),
    ],
    ids=["expired by then", "cannot wait", "quiet by then", "asleep by then", "busy by then"],
)
def test_it_waits_for_no_moment_at_which_it_could_not_speak(
    forecast: tuple[Activity, ...], changes: dict[str, Any], settings: Settings
) -> None:
    engine = Moody({Activity.IDLE, Activity.ASLEEP, Activity.CALL})
    at = moment(activity=Activity.COOKING, forecast=forecast)
    decision = one(engine, suggestion(**changes), at=at, settings=settings)
    assert decision.reason is not Reason.BETTER_MOMENT_AHEAD


def test_what_makes_no_sense_away_does_not_wait_for_the_person_to_go() -> None:
    at = moment(activity=Activity.COOKING, forecast=(Activity.AWAY,))
    engine = Moody({Activity.AWAY})
    assert one(engine, suggestion("appliance_done"), at=at).reason is not Reason.BETTER_MOMENT_AHEAD
    assert one(engine, suggestion("opening_left"), at=at).reason is Reason.BETTER_MOMENT_AHEAD


def test_harm_does_not_wait() -> None:
    at = moment(activity=Activity.COOKING, forecast=(Activity.IDLE,))
    engine = Moody({Activity.IDLE}, content=8.0)
    engine._row[FIRST_OUTPUT["moment"] + 1] = 0.0
    open_lock = suggestion("lock_check", risk_present=True, urgency=Urgency.LOW)
    assert one(engine, open_lock, at=at).reason is not Reason.BETTER_MOMENT_AHEAD
    assert one(eager(), open_lock, at=at).reason is Reason.URGENT


def test_every_forecast_moment_is_judged_once_for_all_that_is_open() -> None:
    at = moment(activity=Activity.COOKING, forecast=(Activity.EATING, Activity.IDLE))
    engine = Moody({Activity.IDLE})
    kinds = ("opening_left", "bin_day", "window_climate", "appliance_done")
    found = [suggestion(kind, expires=NOON + timedelta(hours=12 if i else 1)) for i, kind in enumerate(kinds)]
    decisions = decided(engine, [*found, suggestion("guest", expires=NOON)], at=at)
    assert [decision.reason for decision in decisions[1:4]] == [Reason.BETTER_MOMENT_AHEAD] * 3
    assert decisions[4].reason is Reason.RESOLVED
    # Now all five; then what no gate holds and what lives: the first has expired in an hour. The rest is exploring.
    assert [size for size in engine.batches if size > 1] == [5, 3, 3]


def test_a_forecast_is_not_judged_when_every_gate_holds() -> None:
    engine = Moody({Activity.IDLE})
    decided(engine, [suggestion()], at=moment(forecast=(Activity.IDLE,) * 12), who=standing(pushes_today=9))
    assert engine.batches == [1]


# Exploring --------------------------------------------------------------------------------------


def hopeful() -> Constant:
    """Return an engine that is just below speaking, in a population that varies much."""
    return Constant(content=0.1, moment=1.0, noticed_phone=8.0)


@pytest.mark.parametrize(
    ("verdict", "changes", "settings", "who"),
    [
        (Verdict.SPEAK, {}, FREE, standing()),
        (Verdict.SPEAK, {"risk": RiskClass.A1}, FREE, standing()),
        (Verdict.HOLD, {"risk": RiskClass.A2}, FREE, standing()),
        (Verdict.HOLD, {"actions": (action(RiskClass.A3),)}, FREE, standing()),
        (Verdict.HOLD, {}, FREE, standing(explored_this_week=1)),
        (Verdict.HOLD, {}, replace(FREE, exploration_per_week=0), standing()),
        (Verdict.SPEAK, {}, replace(FREE, exploration_per_week=99), standing(explored_this_week=2)),
        (Verdict.HOLD, {}, replace(FREE, exploration_per_week=99), standing(explored_this_week=3)),
    ],
)
def test_an_uncertain_push_is_tried_only_when_cheap_and_within_the_budget(
    verdict: Verdict, changes: dict[str, Any], settings: Settings, who: Standing
) -> None:
    decision = one(hopeful(), suggestion(**changes), settings=settings, who=who)
    reason = Reason.EXPLORING if verdict is Verdict.SPEAK else Reason.LOW_CONFIDENCE
    assert (decision.verdict, decision.reason) == (verdict, reason)


def test_optimism_is_half_a_deviation_and_no_more() -> None:
    decision = one(hopeful())
    content, sd, good = (decision.numbers[name] for name in ("content", "content_sd", "moment"))
    wanted = (content + OPTIMISM * sd) * good
    assert decision.numbers["utility"] == pytest.approx(
        utility(wanted, suggestion(), Channel.PHONE, 0, decision.numbers["noticed"]), abs=1e-3
    )
    assert one(Constant(content=-1.0, moment=1.0, noticed_phone=8.0)).reason is Reason.LOW_CONFIDENCE


def test_the_dashboard_spends_no_exploration() -> None:
    engine = Constant(content=-6.0, moment=-6.0, noticed_dashboard=8.0)
    decision = one(engine, suggestion("ventilate", risk=RiskClass.A1))
    assert decision.reason is Reason.LOW_CONFIDENCE
    assert engine.calls == 1


def test_one_look_tries_out_one_message_at_most() -> None:
    found = [suggestion(kind, urgency=Urgency.TIME_SENSITIVE) for kind in ("opening_left", "cold_storage", "bin_day")]
    decisions = decided(hopeful(), found)
    assert [decision.reason for decision in decisions].count(Reason.EXPLORING) == 1


# Several at once --------------------------------------------------------------------------------


def pushes(decisions: Sequence[Decision], found: Sequence[Suggestion]) -> list[Suggestion]:
    return [
        item
        for item, decision in zip(found, decisions, strict=True)
        if decision.verdict is Verdict.SPEAK and decision.channel in INTERRUPTING
    ]


def test_eight_at_one_moment_bring_one_message_the_most_urgent() -> None:
    kinds = (
        "bin_day",
        "opening_left",
        "heat_source_on",
        "garage_open",
        "cold_storage",
        "lock_check",
        "ev_plug",
        "guest",
    )
    found = [suggestion(kind, risk_present=True) for kind in kinds]
    decisions = decided(eager(), found)
    assert [item.kind for item in pushes(decisions, found)] == ["heat_source_on"]
    others = [decision for decision in decisions if decision.verdict is not Verdict.SPEAK]
    assert {decision.reason for decision in others} == {Reason.MIN_GAP}
    assert all(decision.look_again is not None for decision in others)


def test_two_of_one_urgent_kind_do_not_leave_together() -> None:
    found = [suggestion("cold_storage", situation=f"cold_storage:{i}") for i in range(2)]
    first, second = decided(eager(), found)
    assert (first.verdict, second.verdict) == (Verdict.SPEAK, Verdict.HOLD)
    assert second.reason is Reason.KIND_COOLDOWN


def test_the_same_situation_twice_is_said_once() -> None:
    found = [suggestion("battery_low"), suggestion("battery_low")]
    first, second = decided(eager(), found)
    assert first.verdict is Verdict.SPEAK
    assert (second.verdict, second.reason) == (Verdict.DROP, Reason.DUPLICATE)


def test_the_dashboard_and_the_digest_use_up_no_push() -> None:
    found = [suggestion("ventilate"), suggestion("battery_low"), suggestion("device_offline"), suggestion()]
    who = standing(channels=tuple(Channel), pushes_today=2)
    decisions = decided(eager(), found, who=who)
    assert all(decision.verdict is Verdict.SPEAK for decision in decisions)
    assert [item.kind for item in pushes(decisions, found)] == ["opening_left"]


@given(
    scene=scenes(),
    settings=SETTINGS,
    who=STANDINGS,
    mind=st.sampled_from(["eager", "table", "weary"]),
    safe=st.booleans(),
)
@drawn(120)
def test_every_decision_keeps_to_the_contract(
    scene: tuple[Moment, list[Suggestion]], settings: Settings, who: Standing, mind: str, *, safe: bool
) -> None:
    at, found = scene
    if safe:
        found = [replace(found[0], safety=True, situation="safety:0"), *found[1:]]
    engine = {"eager": eager(), "table": ENGINE, "weary": weary()}[mind]
    decisions = decided(engine, found, at=at, settings=settings, who=who)
    again = decided(engine, found, at=at, settings=settings, who=who)
    # As text: a number that is none is not equal to itself.
    assert repr(decisions) == repr(again), "the same answer again"
    assert len(decisions) == len(found)
    for item, decision in zip(found, decisions, strict=True):
        assert isinstance(decision.reason, Reason)
        assert decision.numbers
        assert decision.look_again is None or minutes_between(decision.look_again, at.at) > 0
        if item.safety:
            assert (decision.verdict, decision.reason) == (Verdict.SPEAK, Reason.SAFETY)
            continue
        assert decision.level <= level_of(item, settings)
        assert decision.verdict is not Verdict.ACT, "acting comes with the actions that can be undone"
        if decision.verdict is Verdict.SPEAK:
            assert decision.level <= settings.ceiling
            assert decision.level <= (KINDS[item.kind].ceiling if item.kind in KINDS else Level.SUGGEST)
            assert decision.channel is not Channel.SPEAKER
            assert first_gate(Case(moment=at, suggestion=item, settings=settings, standing=who)) is None
        if decision.reason is Reason.EXPLORING:
            assert risk_of(item) <= RiskClass.A1
    plain = [(item, decision) for item, decision in zip(found, decisions, strict=True) if not item.safety]
    assert len(pushes([d for _, d in plain], [i for i, _ in plain])) <= (0 if safe and _loud(who) else 1)


def _loud(who: Standing) -> bool:
    return bool(INTERRUPTING & set(who.channels))


# The whole assistant ----------------------------------------------------------------------------


def test_the_assistant_judges_decides_and_learns() -> None:
    assistant = Assistant(TableEngine(), "for a test")
    state = assistant.new_resident()
    at, found = moment(), suggestion()
    before = assistant.judge(state, at, found, "person.anna")
    [decision] = assistant.decide(state, at, [found], Settings(), standing())
    assert decision.verdict is Verdict.SPEAK
    after = assistant.learn(state, at, found, decision, outcome(Reply.NEVER), "person.anna")
    assert assistant.judge(after, at, found, "person.anna").welcome < before.welcome
    assert state.learned == 0
    assistant.close()


def test_three_refusals_make_a_kind_rarer_though_the_model_still_likes_it() -> None:
    minutes = count(300, 1440)
    refused = tuple(
        RecentReply(kind="opening_left", category=Category.SECURITY, reply=Reply.NOT_NOW, minutes_ago=float(ago))
        for ago, _ in zip(minutes, range(3), strict=False)
    )
    who = standing(minutes_since_kind={"opening_left": 300.0})
    assert one(eager(), at=moment(), who=who).verdict is Verdict.SPEAK
    assert one(eager(), at=moment(recent=refused), who=who).reason is Reason.KIND_COOLDOWN


def test_a_decision_is_made_for_another_models_state_as_for_a_stranger() -> None:
    stranger = new_state(ENGINE.model_id, ENGINE.prior)
    foreign = replace(stranger, model_id="another", mean=np.ones(3), covariance=np.eye(3))
    arguments = (moment(), [suggestion()], FREE, standing())
    assert decide(ENGINE, foreign, *arguments) == decide(ENGINE, stranger, *arguments)


def test_a_spoken_default_is_a_plain_suggestion() -> None:
    assert (spoken().level, spoken().channel) == (Level.SUGGEST, Channel.PHONE)
