"""Forgetting equals never having learned; a state travels whole or not at all."""

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from assistant.enums import Reply
from assistant.facts import Moment, Suggestion
from assistant.history import EXPORT_FORMAT, MAX_TEXT, SCHEMA, export_text, forget, import_text, rebuild, remembered
from assistant.learner import learn
from assistant.results import Decision, Outcome
from assistant.state import ResidentState, StateError, new_state, state_to_dict
from assistant.table_engine import TableEngine
from tests.assistant.cases import ENGINE, NOON, moment, outcome, spoken, suggestion


@dataclass(frozen=True, kw_only=True)
class Told:
    """A lesson of a test."""

    moment: Moment
    suggestion: Suggestion
    decision: Decision
    outcome: Outcome


REPLIES = (Reply.ACCEPTED, Reply.NOT_NOW, Reply.NEVER, Reply.LATER, Reply.DONE_BY_HAND, Reply.UNSEEN)
KINDS = ("opening_left", "appliance_done", "my_own")


def told(number: int) -> Told:
    at = NOON + timedelta(hours=5 * number)
    return Told(
        moment=moment(at=at),
        suggestion=suggestion(KINDS[number % len(KINDS)]),
        decision=spoken(),
        outcome=replace(outcome(REPLIES[number % len(REPLIES)]), at=at + timedelta(minutes=3)),
    )


LESSONS = tuple(told(number) for number in range(17))


def same(one: ResidentState, other: ResidentState) -> bool:
    return state_to_dict(one) == state_to_dict(other)


def learned(lessons: tuple[Told, ...]) -> ResidentState:
    state = new_state(ENGINE.model_id, ENGINE.prior)
    for lesson in lessons:
        state = learn(ENGINE, state, lesson.moment, lesson.suggestion, lesson.decision, lesson.outcome)
    return state


def test_a_replay_gives_the_state_that_was_learned() -> None:
    assert same(rebuild(ENGINE, LESSONS), learned(LESSONS))


def test_forgetting_a_kind_equals_never_having_learned_it() -> None:
    never = tuple(lesson for lesson in LESSONS if lesson.suggestion.kind != "opening_left")
    assert same(forget(ENGINE, LESSONS, kind="opening_left"), learned(never))
    assert "kind:opening_left" not in forget(ENGINE, LESSONS, kind="opening_left").effects


def test_forgetting_a_day_equals_never_having_lived_it() -> None:
    day = (NOON + timedelta(days=1)).date()
    never = tuple(lesson for lesson in LESSONS if lesson.moment.at.date() != day)
    assert 0 < len(never) < len(LESSONS)
    assert same(forget(ENGINE, LESSONS, day=day), learned(never))


def test_a_day_is_that_of_the_clock_on_the_wall() -> None:
    late = replace(LESSONS[0], outcome=replace(LESSONS[0].outcome, at=NOON.replace(hour=23, minute=59)))
    utc = replace(late, outcome=replace(late.outcome, at=late.outcome.at.astimezone(tz=None)))
    for lesson in (late, utc):
        assert remembered((lesson,), day=NOON.date()) == ()
        assert remembered((lesson,), day=NOON.date() + timedelta(days=1)) == (lesson,)


def test_a_kind_on_a_day_leaves_the_rest_of_both() -> None:
    kept = remembered(LESSONS, kind="my_own", day=NOON.date())
    assert {lesson.suggestion.kind for lesson in kept if lesson.moment.at.date() == NOON.date()} == set(KINDS[:2])
    assert any(lesson.suggestion.kind == "my_own" for lesson in kept)


def test_forgetting_all_leaves_a_stranger() -> None:
    assert same(forget(ENGINE, LESSONS), new_state(ENGINE.model_id, ENGINE.prior))


def test_forgetting_what_never_was_changes_nothing() -> None:
    assert same(forget(ENGINE, LESSONS, kind="vacation"), learned(LESSONS))
    assert same(forget(ENGINE, LESSONS, day=date(1999, 1, 1)), learned(LESSONS))


def test_on_another_model_the_same_outcomes_are_learned_anew() -> None:
    other = TableEngine()
    other.model_id = "another"
    state = rebuild(other, LESSONS)
    assert state.model_id == "another"
    assert state.counts == learned(LESSONS).counts


def test_an_export_comes_back_as_it_went() -> None:
    state = learned(LESSONS)
    text = export_text(state)
    back = import_text(text, ENGINE)
    assert export_text(back) == text
    assert np.allclose(back.covariance, state.covariance, atol=1e-6)
    assert len(text) < MAX_TEXT / 4


def test_coefficients_that_nobody_learns_are_refused() -> None:
    state = learned(LESSONS)
    far = replace(state, mean=state.mean + 9e5)
    with pytest.raises(StateError, match="farther"):
        import_text(export_text(far), ENGINE)


def test_the_schema_names_what_an_export_holds() -> None:
    data = json.loads(export_text(learned(LESSONS)))
    assert set(data) == set(SCHEMA["required"]) == set(SCHEMA["properties"])
    state = SCHEMA["properties"]["state"]
    assert set(state["properties"]) == set(data["state"])
    assert set(state["required"]) == set(data["state"]) - {"updated"}


def hostile() -> list[Any]:
    """Return texts that are almost an export."""
    state = json.loads(export_text(learned(LESSONS)))["state"]

    def wrap(state: Any, **more: Any) -> str:
        return json.dumps({"format": EXPORT_FORMAT, "state": state, **more})

    changed = [
        {"version": 2},
        {"model_id": "another"},
        {"k": state["k"] - 1},
        {"k": 10**9},
        {"mean": state["mean"][:-4]},
        {"covariance": "AAAA"},
        {"effects": {"kind:x": [1e9, 1.0]}},
        {"effects": {f"kind:{i}": [0.0, 1.0] for i in range(1000)}},
        {"counts": {"accepted": -1}},
        {"loss": [0.1]},
        {"surprise": "much"},
        {"updated": "yesterday"},
    ]
    return [
        *(wrap({**state, **change}) for change in changed),
        *(wrap({key: value for key, value in state.items() if key != name}) for name in ("mean", "loss", "effects")),
        wrap(state, extra=1),
        wrap(None),
        "",
        "null",
        "[]",
        "{}",
        "[" * 20_000,
        '{"format": NaN, "state": {}}',
        wrap({**state, "surprise": float("inf")}),
        json.dumps({"format": "other", "state": state}),
        " " * (MAX_TEXT + 1),
    ]


@pytest.mark.parametrize("text", hostile(), ids=range(len(hostile())))
def test_what_is_not_one_whole_state_is_refused(text: str) -> None:
    with pytest.raises(StateError) as raised:
        import_text(text, ENGINE)
    assert "\n" not in str(raised.value)


def test_lessons_are_kept_in_their_order() -> None:
    kept = remembered(LESSONS, kind="my_own")
    assert all(one.moment.at < other.moment.at for one, other in pairwise(kept))
