"""The metrics of product.md 5.2, from accounts written by hand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.replay.metrics import metrics_of, records_of, together

Line = dict[str, Any]


def push(at: float, what: str = "a", member: int = 0) -> list[Line]:
    about = {"member": member, "kind": "opening_left", "situation": what}
    numbers = {"content": 0.8, "moment": 1.0, "noticed": 1.0}
    return [
        {"at": at, "is": "push", "asks": True, **about},
        {"at": at, "is": "offer", "channel": "phone", "numbers": numbers, **about},
    ]


def end(at: float, how: str, what: str = "a", member: int = 0) -> Line:
    return {"at": at, "is": "end", "type": how, "member": member, "kind": "opening_left", "situation": what}


def held(at: float, what: str = "a") -> Line:
    return {"at": at, "is": "held", "reason": "min_gap", "member": 0, "kind": "opening_left", "situation": what}


def values(lines: list[Line], days: float = 1) -> dict[str, float]:
    return {record.claim: record.value for record in records_of(metrics_of(lines, days))}


def test_acceptance_counts_taps_and_hands_within_a_quarter_of_an_hour() -> None:
    lines = [
        *push(10, "a"), end(12, "accepted", "a"),
        *push(100, "b"), end(110, "done_by_hand", "b"),
        *push(200, "c"), end(240, "done_by_hand", "c"),
        *push(300, "d"), end(303, "not_now", "d"),
    ]  # fmt: skip
    found = values(lines)
    assert found["acceptance"] == 0.5
    assert found["annoyance"] == 0.25
    assert found["volume"] == 4.0
    assert found["days at the cap"] == 1.0


def test_what_was_done_by_hand_soon_after_silence_was_missed() -> None:
    lines = [held(10, "a"), end(30, "done_by_hand", "a"), held(100, "b"), end(190, "done_by_hand", "b")]
    assert values(lines)["silent-miss"] == 0.5


def test_a_message_after_its_matter_is_stale() -> None:
    answer = {"at": 10, "is": "answer", "member": 0, "kind": "opening_left", "situation": "a", "reply": "unseen"}
    assert values([*push(10), answer | {"over": 5.0, "about": 1.0}])["stale rate"] == 1.0
    assert values([*push(10), answer | {"over": 15.0, "about": 1.0}])["stale rate"] == 0.0


def test_acts_and_undos_are_counted_apart_from_messages() -> None:
    lines = [*push(10), end(11, "accepted"), end(11, "executed"), end(15, "undone")]
    assert values(lines)["wrong-act"] == 1.0
    assert values(lines)["acceptance"] == 1.0


def test_safety_recall_wants_a_message_while_the_hazard_lasts() -> None:
    hazard = {"at": 0, "is": "matter", "kind": "safety", "created": 50.0, "over": 60.0}
    warning = {"at": 50.2, "is": "push", "kind": "safety", "situation": "s", "member": 0, "asks": False}
    assert values([hazard, warning])["safety recall"] == 1.0
    assert values([hazard, warning | {"at": 90.0}])["safety recall"] == 0.0


def test_calibration_compares_what_was_expected_with_what_came() -> None:
    lines = [item for i in range(10) for item in (*push(i * 60, f"x{i}"), end(i * 60 + 1, "accepted", f"x{i}"))]
    assert values(lines)["calibration (ECE)"] == pytest.approx(0.2)


_LINES = st.lists(
    st.builds(
        lambda at, what, how: [*push(at, what), end(at + 1, how, what)],
        st.floats(0, 5000),
        st.sampled_from("abc"),
        st.sampled_from(("accepted", "not_now", "unseen", "done_by_hand", "later", "resolved", "executed")),
    ),
    max_size=12,
).map(lambda groups: [line for group in sorted(groups, key=lambda g: g[0]["at"]) for line in group])


@given(_LINES, _LINES)
def test_shares_are_shares_and_sums_are_sums(one: list[Line], other: list[Line]) -> None:
    parts = [metrics_of(lines, 3) for lines in (one, other)]
    whole = together(parts)
    assert whole.pushes == sum(part.pushes for part in parts)
    assert whole.days == 6
    for record in records_of(whole):
        if record.unit.startswith("share"):
            assert 0 <= record.value <= 1, record
