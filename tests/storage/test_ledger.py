"""The ledger: bounded, indexed, and the same after a restart."""

import json
from datetime import timedelta

import pytest

from custom_components.proactive_assistant.assistant.enums import Channel, Reason, Reply, Verdict
from custom_components.proactive_assistant.assistant.results import Outcome
from custom_components.proactive_assistant.storage.ledger import (
    MAX_ENTRIES,
    RECENT,
    SNAPSHOT_KEPT,
    Ledger,
    Lesson,
    Offer,
    Silence,
    entry_for,
)
from custom_components.proactive_assistant.storage.promises import Deed, DeedStatus

from ..conftest import NOON
from ..factories import decision, moment, suggestion


def offered(hours_ago: float, resident: str = "anna", **changes: object) -> object:
    return entry_for("offered", NOON - timedelta(hours=hours_ago), resident, suggestion(), decision(**changes))


def test_caps_count_what_interrupted_whom() -> None:
    ledger = Ledger()
    for entry in (
        offered(30),
        offered(3),
        offered(2, "ben"),
        offered(1, channel=Channel.DASHBOARD),
        offered(0.5, reason=Reason.EXPLORING),
    ):
        ledger.note(entry)
    today = NOON - timedelta(hours=12)
    assert ledger.pushes_since(today, "anna") == 2
    assert ledger.pushes_since(today) == 3
    assert ledger.last_push("anna") == NOON - timedelta(hours=0.5)
    assert ledger.last_push("nobody") is None
    assert ledger.last_push_by_kind("ben") == {"opening_left": NOON - timedelta(hours=2)}
    assert ledger.last_push_by_situation("ben") == {suggestion().situation: NOON - timedelta(hours=2)}
    assert ledger.explored_since(today, "anna") == 1


def test_messages_about_danger_use_up_no_cap_but_are_told_apart() -> None:
    ledger = Ledger()
    ledger.note(offered(1))
    for minutes in (30, 20, 10):
        at = NOON - timedelta(minutes=minutes)
        ledger.note(entry_for("offered", at, "anna", suggestion("safety", situation="safety:x"), decision()))
    assert ledger.pushes_since(NOON - timedelta(hours=2), "anna") == 1
    assert ledger.last_push_by_situation("anna")["safety:x"] == NOON - timedelta(minutes=10)


def test_recent_replies_come_latest_first_and_few() -> None:
    ledger = Ledger()
    for minutes in range(20, 0, -1):
        at = NOON - timedelta(minutes=minutes)
        ledger.note(entry_for(Reply.ACCEPTED, at, "anna", suggestion(), decision()))
    ledger.note(entry_for(Reply.NOT_NOW, NOON, "anna", suggestion("their_own"), decision()))
    recent = ledger.recent_replies("anna", NOON)
    assert len(recent) == RECENT
    assert recent[0].reply is Reply.NOT_NOW
    assert [item.minutes_ago for item in recent[1:4]] == [1, 2, 3]
    assert ledger.recent_replies("ben", NOON) == ()


def test_it_is_bounded_by_age_and_number() -> None:
    ledger = Ledger()
    ledger.note(offered(24 * 100))
    ledger.note(offered(24 * 91))
    ledger.note(offered(0))
    assert len(ledger.entries) == len(ledger.to_dict()["entries"]) == 1
    for _ in range(MAX_ENTRIES + 50):
        ledger.note(offered(0))
    assert len(ledger.entries) == len(ledger.to_dict()["entries"]) == MAX_ENTRIES


def test_silences_end_by_the_clock_or_with_the_situation() -> None:
    ledger = Ledger()
    ledger.silence("anna", "a", Silence(reason=Reason.SNOOZED, until=NOON + timedelta(hours=1)))
    ledger.silence("anna", "b", Silence(reason=Reason.ON_PURPOSE))
    assert ledger.silenced("anna", NOON) == {"a": "snoozed", "b": "on_purpose"}
    assert ledger.next_silence_end(NOON) == NOON + timedelta(hours=1)
    ledger.situation_over("a")
    ledger.situation_over("b")
    assert ledger.silenced("anna", NOON) == {"a": "snoozed"}
    assert ledger.silenced("anna", NOON + timedelta(hours=2)) == {}
    assert ledger.next_silence_end(NOON) is None


def full() -> Ledger:
    ledger = Ledger()
    for resident in ("anna", "ben"):
        ledger.note(offered(1, resident))
        ledger.note(entry_for(Reply.LATER, NOON, resident, suggestion(), decision()))
        offer = Offer(
            token=f"t-{resident}",
            resident=resident,
            suggestion=suggestion(),
            moment=moment(),
            decision=decision(),
            at=NOON,
            title="Still open",
            message="Kitchen window",
        )
        ledger.offers[offer.token] = offer
        ledger.silence(resident, "x", Silence(reason=Reason.SNOOZED, until=NOON))
        ledger.learned(
            Lesson(
                resident=resident,
                suggestion=suggestion(),
                moment=moment(),
                decision=decision(),
                outcome=Outcome(reply=Reply.LATER, at=NOON),
            )
        )
        ledger.known_since[resident] = NOON
    return ledger


def test_it_survives_storage() -> None:
    stored = json.loads(json.dumps(full().to_dict()))
    again = Ledger.from_dict(stored)
    assert again.to_dict() == stored
    assert again.pushes_since(NOON - timedelta(days=1)) == 2
    assert again.recent_replies("anna", NOON)[0].reply is Reply.LATER


def test_nothing_that_is_empty_is_stored() -> None:
    ledger = full()
    ledger.tidy(NOON + timedelta(seconds=1))
    assert ledger.to_dict()["silences"] == {}


def test_snapshots_go_at_their_time() -> None:
    ledger = full()
    assert ledger.next_gone() is None
    ledger.deeds["t"] = Deed(
        id="t",
        resident="anna",
        suggestion=suggestion(),
        moment=moment(),
        decision=decision(),
        at=NOON,
        automatic=False,
        status=DeedStatus.DONE,
        snapshots=(),
        context_ids=(),
    )
    gone = ledger.next_gone()
    assert gone == NOON + SNAPSHOT_KEPT
    assert ledger.tidy(gone - timedelta(seconds=1)) == 0
    assert ledger.tidy(gone) == 1
    assert ledger.next_gone() is None


@pytest.mark.parametrize(
    ("kind", "status", "days"),
    [
        ("away_climate", DeedStatus.DONE, 60),
        ("vacation", DeedStatus.DONE, 60),
        ("away_climate", DeedStatus.UNDONE, 1),
        ("window_climate", DeedStatus.DONE, 1),
        ("their_own", DeedStatus.DONE, 1),
    ],
)
def test_what_lasts_until_somebody_is_back_is_known_after_the_longest_holiday(
    kind: str, status: DeedStatus, days: int
) -> None:
    ledger = full()
    ledger.deeds["t"] = Deed(
        id="t",
        resident="anna",
        suggestion=suggestion(kind),
        moment=moment(),
        decision=decision(),
        at=NOON,
        automatic=False,
        status=status,
        snapshots=(),
        context_ids=(),
    )
    assert ledger.tidy(NOON + timedelta(days=days) - timedelta(seconds=1)) == 0
    assert ledger.next_gone() == NOON + timedelta(days=days)
    assert ledger.tidy(NOON + timedelta(days=days)) == 1


def test_a_forgotten_resident_leaves_no_trace_and_the_others_stay() -> None:
    ledger = full()
    ledger.forget_resident("ben")
    assert '"ben"' not in json.dumps(ledger.to_dict())
    assert len(ledger.entries) == 2
    assert ledger.pushes_since(NOON - timedelta(days=1)) == 1
    assert [offer.token for offer in ledger.offers_to("anna")] == ["t-anna"]


@pytest.mark.parametrize("verdict", [Verdict.DROP, Verdict.HOLD])
def test_what_was_held_back_is_no_message_and_its_end_no_reply(verdict: Verdict) -> None:
    entry = entry_for(Reply.EXPIRED, NOON, "anna", suggestion(), decision(verdict=verdict))
    assert entry.channel is None
    ledger = Ledger()
    ledger.note(entry)
    assert ledger.recent_replies("anna", NOON) == ()
    assert entry_for("held_back", NOON, "anna", suggestion()).reason is None
