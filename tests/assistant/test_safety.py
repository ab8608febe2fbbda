"""The safety lane: said at once and repeated, whatever the caps, the clock and the model say."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assistant.clock import minutes_between
from assistant.engine import EngineError
from assistant.enums import (
    Activity,
    Category,
    Channel,
    HomeMode,
    Level,
    Reason,
    Urgency,
    Verdict,
)
from assistant.gates import Case
from assistant.results import Decision
from assistant.safety import decide_safety
from assistant.settings import Settings
from tests.assistant.cases import (
    FREE,
    NOON,
    Broken,
    decided,
    eager,
    moment,
    one,
    standing,
    suggestion,
    weary,
)

SMOKE = suggestion(
    "smoke", category=Category.SAFETY, safety=True, urgency=Urgency.TIME_SENSITIVE, situation="smoke:hall"
)
WORST = standing(
    pushes_today=99,
    home_pushes_today=99,
    minutes_since_push=0.0,
    minutes_since_kind={"smoke": 0.0},
    silenced={"smoke": "said_no_before"},
    starting_up=True,
    days_known=0.0,
    presence_clear=False,
)


@pytest.mark.parametrize("mode", HomeMode)
def test_safety_speaks_whatever_the_caps_the_clock_and_the_model_say(mode: HomeMode) -> None:
    at = moment(at=NOON.replace(hour=3), activity=Activity.ASLEEP, mode=mode)
    settings = Settings(ceiling=Level.OFF, push_cap=0, levels={"smoke": Level.OFF})
    found = replace(SMOKE, began=at.at, created=at.at)
    decision = one(weary(), found, at=at, settings=settings, who=WORST)
    assert (decision.verdict, decision.reason, decision.channel) == (Verdict.SPEAK, Reason.SAFETY, Channel.PHONE)
    assert decision.numbers


def test_danger_that_an_automation_has_told_of_is_shown_and_not_said_twice() -> None:
    told = replace(SMOKE, automated=True)
    decision = one(weary(), told)
    assert (decision.verdict, decision.reason) == (Verdict.HOLD, Reason.ALREADY_AUTOMATED)
    assert decision.channel is Channel.DASHBOARD
    assert decision.look_again is None
    assert one(weary(), told, settings=Settings(danger_always=True)).verdict is Verdict.SPEAK


@pytest.mark.parametrize("error", [EngineError("dead"), RuntimeError("worse"), ValueError("shape")], ids=str)
def test_an_engine_that_fails_does_not_silence_safety(error: Exception) -> None:
    found = [suggestion(), SMOKE, suggestion("bin_day", expires=NOON)]
    window, smoke, bins = decided(Broken(error), found)
    assert smoke.verdict is Verdict.SPEAK
    assert (window.verdict, window.reason) in {(Verdict.HOLD, Reason.MIN_GAP), (Verdict.HOLD, Reason.LOW_CONFIDENCE)}
    assert bins.reason is Reason.RESOLVED


def test_what_cannot_be_judged_beside_a_safety_message_is_looked_at_again() -> None:
    board = standing(channels=())
    found = [suggestion("battery_low"), SMOKE]
    battery, smoke = decided(Broken(), found, who=board)
    assert (smoke.verdict, smoke.channel) == (Verdict.SPEAK, Channel.DASHBOARD)
    assert (battery.verdict, battery.reason) == (Verdict.HOLD, Reason.LOW_CONFIDENCE)
    assert battery.look_again is not None
    assert battery.numbers == {"benefit": 0.4}


def test_an_engine_that_fails_with_no_safety_message_to_send_is_an_error() -> None:
    with pytest.raises(EngineError, match="died"):
        decided(Broken(), [suggestion()])
    told = standing(delivered=frozenset({"smoke:hall"}), minutes_since_situation={"smoke:hall": 1.0})
    with pytest.raises(EngineError, match="died"):
        decided(Broken(), [suggestion(), SMOKE], who=told)


@pytest.mark.parametrize(
    ("channels", "channel"),
    [
        ((Channel.DASHBOARD, Channel.SPEAKER, Channel.PHONE, Channel.PHONE), Channel.PHONE),
        ((Channel.DIGEST, Channel.SPEAKER), Channel.SPEAKER),
        ((Channel.DIGEST,), Channel.DASHBOARD),
        ((), Channel.DASHBOARD),
    ],
)
def test_safety_takes_the_channel_that_reaches(channels: tuple[Channel, ...], channel: Channel) -> None:
    assert one(weary(), SMOKE, who=standing(channels=channels)).channel is channel


def safety(minutes: float, told: float | None, **standings: Any) -> Decision:
    """Return the decision so many minutes into a situation that was last told so many minutes into it."""
    at = moment(at=NOON + timedelta(minutes=minutes))
    since = {} if told is None else {"smoke:hall": minutes - told}
    who = standing(minutes_since_situation=since, **standings)
    return decide_safety(
        Case(moment=at, suggestion=replace(SMOKE, began=NOON, created=NOON), settings=FREE, standing=who)
    )


OPEN = {"delivered": frozenset({"smoke:hall"})}
ACKNOWLEDGED = {"silenced": {"smoke:hall": "on_purpose"}}


@pytest.mark.parametrize(
    ("minutes", "told", "standings", "again"),
    [
        (0.0, None, {}, 0.0),
        (0.5, 0.0, OPEN, 9.5),
        (9.9, 0.0, OPEN, 0.1),
        (10.0, 0.0, OPEN, 0.0),
        (20.0, 10.0, OPEN, 20.0),
        (40.0, 10.0, OPEN, 0.0),
        (5.0, 0.0, {}, 5.0),
        (5.0, 0.0, ACKNOWLEDGED, None),
        (500.0, 0.0, ACKNOWLEDGED, None),
        (1.0, -60.0, {}, 0.0),
        (1.0, -60.0, ACKNOWLEDGED, 0.0),
        (1.0, 400.0, {}, 0.0),
        (1.0, float("nan"), {}, 0.0),
        (1.0, float("nan"), OPEN, 0.0),
        (5.0, None, OPEN, 0.0),
    ],
)
def test_safety_repeats_after_ten_minutes_then_every_thirty_until_acknowledged(
    minutes: float, told: float | None, standings: dict[str, Any], again: float | None
) -> None:
    decision = safety(minutes, told, **standings)
    if again == 0.0:
        assert (decision.verdict, decision.reason) == (Verdict.SPEAK, Reason.SAFETY)
        return
    assert (decision.verdict, decision.reason) == (Verdict.HOLD, Reason.DUPLICATE)
    if again is None:
        assert decision.look_again is None
    else:
        assert decision.look_again is not None
        assert minutes_between(decision.look_again, NOON) == pytest.approx(minutes + again)


def test_an_alarm_of_two_hours_is_told_six_times() -> None:
    told: float | None = None
    times = []
    for minutes in range(120):
        if safety(minutes, told, **({} if told is None else OPEN)).verdict is Verdict.SPEAK:
            times.append(minutes)
            told = float(minutes)
    assert times == [0, 10, 40, 70, 100]


def test_without_a_time_of_the_situation_that_of_the_kind_serves() -> None:
    who = standing(delivered=frozenset({"smoke:hall"}), minutes_since_kind={"smoke": 3.0})
    assert one(eager(), SMOKE, who=who).reason is Reason.DUPLICATE
    elsewhere = replace(SMOKE, situation="smoke:attic")
    assert one(eager(), elsewhere, who=who).reason is Reason.SAFETY


def test_several_alarms_all_speak_and_a_doubled_one_once() -> None:
    attic = replace(SMOKE, situation="smoke:attic")
    decisions = decided(weary(), [SMOKE, attic, SMOKE])
    assert [decision.reason for decision in decisions] == [Reason.SAFETY, Reason.SAFETY, Reason.DUPLICATE]
