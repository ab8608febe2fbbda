from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from tools.demo.account import Account
from tools.demo.naming import Naming
from tools.demo.phone import read
from tools.demo.replay import button
from tools.demo.resident import Reply
from tools.demo.tally import Tally
from tools.demo.trace import ASLEEP, AWAY, Trace
from tools.demo.verify import complaints, differences

UNTESTED = "custom integration demo_home which has not been tested by Home Assistant"
BLOCKING = "Detected blocking call"
OUR_FRAME = '  File "tools/demo/custom_components/demo_home/home.py"'
WARNING = "2026-11-09 02:16:01.133 WARNING (MainThread) [{}] {}"


def event(what: str, kind: str = "opening_left", **more: Any) -> dict[str, Any]:
    return {"type": what, "kind": kind, "situation": f"{kind}:x", "reason": "good_moment"} | more


@pytest.fixture
def tally(fortnight: Trace) -> Tally:
    return Tally(fortnight)


def verdicts(tally: Tally) -> dict[str, bool]:
    return {check.promise: check.kept for check in tally.checks()}


def test_empty_fortnight_breaks_the_promise_to_suggest_and_learn(tally: Tally) -> None:
    assert verdicts(tally) == {
        "suggestions were made": False,
        "none while asleep": True,
        "none while away, but what is about the empty home": True,
        "replies were learned": False,
    }


def test_suggestion_to_a_sleeper_breaks_the_promise(tally: Tally, fortnight: Trace) -> None:
    night = next(span for span in fortnight.labels if span.name == ASLEEP)
    tally.count(night.start, event("offered"))
    assert not verdicts(tally)["none while asleep"]


@pytest.mark.parametrize(("kind", "kept"), [("leave_home", True), ("away_climate", True), ("opening_left", False)])
def test_only_what_is_about_the_empty_home_may_speak_to_who_is_out(
    tally: Tally, fortnight: Trace, kind: str, *, kept: bool
) -> None:
    out = next(span for span in fortnight.labels if span.name == AWAY)
    tally.count(out.start, event("offered", kind))
    assert verdicts(tally)["none while away, but what is about the empty home"] is kept


def test_replies_and_silences_are_counted(tally: Tally, fortnight: Trace) -> None:
    tally.count(fortnight.start, event("accepted", learned={"content": 0.2}))
    tally.count(fortnight.start, event("held_back", reason="quiet_hours"))
    assert tally.outcomes["accepted"] == 1
    assert tally.held_back["quiet_hours"] == 1
    assert tally.learned["content"] == pytest.approx(0.2)
    assert verdicts(tally)["replies were learned"]


def test_account_tells_what_was_noticed_decided_and_sent(fortnight: Trace) -> None:
    out = StringIO()
    account = Account(Console(file=out, width=200))
    at = fortnight.start
    silent = event("held_back", reason="quiet_hours", numbers={"p": 0.41})
    account.decision(at, silent, "Kitchen: [Window]")
    account.decision(at, silent, "Kitchen: [Window]")
    account.decision(at, event("offered"), "Kitchen: [Window]")
    account.push(at, read({"message": "open for 6 min", "data": {"actions": [{"action": "A", "title": "Do it"}]}}))
    account.decision(at, event("resolved", learned={"domain": 0.25}), "Kitchen: [Window]")
    told = out.getvalue()
    assert told.count("noticed") == told.count("quiet hours") == 1
    assert "stay silent: quiet hours (p 0.41)" in told
    assert "Kitchen: [Window]" in told
    assert "( Do it )" in told
    assert "domain +0.25" in told


def test_what_comes_and_goes_unsaid_is_told_once(fortnight: Trace) -> None:
    out = StringIO()
    account = Account(Console(file=out, width=200))
    for minute in range(6):
        at = fortnight.start + timedelta(minutes=10 * minute)
        account.decision(at, event("held_back", reason=("quiet_hours", "min_gap")[minute % 2]), "Kitchen: Window")
        account.decision(at, event("resolved"), "Kitchen: Window")
    told = out.getvalue()
    assert [told.count(word) for word in ("noticed", "stay silent", "resolved")] == [1, 2, 1]


@pytest.mark.parametrize(
    ("situation", "kind", "words"),
    [
        ("opening_left:binary_sensor.kitchen_window", "opening_left", "Kitchen: Window"),
        ("room_light_idle:Living Room", "room_light_idle", "Living Room: lights in an unused room"),
        ("leave_home", "leave_home", "what is on while nobody is in"),
        ("bedtime:2026-11-09", "bedtime", "what is on at bedtime"),
        ("battery_low", "battery_low", "battery low"),
        ("battery_low:sensor.hall_motion", "battery_low", "hall motion: battery low"),
    ],
)
def test_no_line_shows_an_id(situation: str, kind: str, words: str) -> None:
    naming = Naming({"binary_sensor.kitchen_window": "kitchen_window"}, {"kitchen_window": "Kitchen: Window"})
    assert naming.words(situation, kind) == words


def test_push_tells_question_from_confirmation() -> None:
    actions = [{"action": "P_1", "title": "Turn off"}, {"action": "P_2", "title": "Later"}]
    question = read({"message": "m", "data": {"actions": [*actions, {"action": "P_3", "title": "Not now"}]}})
    assert question.asks
    assert not question.clears
    assert not read({"message": "Done", "data": {"actions": [{"action": "P_4", "title": "Undo"}]}}).asks
    assert read({"message": "clear_notification", "data": {"tag": "t"}}).clears
    assert [button(question, reply)[0] for reply in (Reply.DO_IT, Reply.LATER, Reply.NOT_NOW)] == ["P_1", "P_2", "P_3"]


@pytest.mark.parametrize(
    ("log", "found"),
    [
        (WARNING.format("homeassistant.core", "Something else"), 0),
        (WARNING.format("custom_components.proactive_assistant", "Refused"), 1),
        (WARNING.format("homeassistant.loader", UNTESTED), 0),
        (WARNING.format("x", BLOCKING) + "\n" + OUR_FRAME, 1),
        ("Traceback of a process that never came up: proactive_assistant", 1),
        ("2026-11-09 02:16:01.133 INFO (MainThread) [custom_components.proactive_assistant] All is well", 0),
    ],
)
def test_log_is_searched_for_what_names_us(log: str, found: int) -> None:
    assert len(complaints(log)) == found


def test_differences_name_the_place() -> None:
    before = {"a": {"b": [1, 2]}, "c": 1}
    assert list(differences(before, before)) == []
    assert list(differences(before, {"a": {"b": [1, 3]}, "d": 1})) == ["/a/b/1: 2 → 3", "/c: 1 → None", "/d: None → 1"]
