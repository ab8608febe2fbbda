"""What was put off comes back when it was promised, whatever else was said in between."""

import pytest

from assistant.enums import Level, Reason, Verdict
from assistant.settings import Settings
from tests.assistant.cases import NOON, eager, moment, one, standing, suggestion


def test_what_was_asked_for_waits_for_no_gap() -> None:
    item = suggestion()
    soon = standing(minutes_since_push=20.0, put_off=frozenset({item.situation}))
    assert one(eager(), item, who=soon).verdict is Verdict.SPEAK


@pytest.mark.parametrize("put_off", [frozenset(), frozenset({"opening_left:binary_sensor.other"})])
def test_anything_else_does(put_off: frozenset[str]) -> None:
    held = one(eager(), who=standing(minutes_since_push=20.0, put_off=put_off))
    assert (held.verdict, held.reason) == (Verdict.HOLD, Reason.MIN_GAP)


@pytest.mark.parametrize("days_known", [1.0, 30.0])
def test_it_comes_back_though_the_messages_of_the_day_are_used_up(days_known: float) -> None:
    item = suggestion()
    full = {"pushes_today": 3, "home_pushes_today": 5, "days_known": days_known}
    assert one(eager(), item, who=standing(**full)).reason is Reason.DAILY_CAP
    who = standing(put_off=frozenset({item.situation}), **full)
    assert one(eager(), item, who=who).verdict is Verdict.SPEAK


def test_the_day_still_has_the_most_that_may_be_set() -> None:
    item = suggestion()
    full = standing(pushes_today=12, put_off=frozenset({item.situation}))
    assert one(eager(), item, who=full).reason is Reason.DAILY_CAP


@pytest.mark.parametrize("none", [Settings(push_cap=0), Settings(home_cap=0)])
def test_who_wants_no_messages_any_more_gets_none(none: Settings) -> None:
    item = suggestion()
    who = standing(put_off=frozenset({item.situation}))
    assert one(eager(), item, settings=none, who=who).reason is Reason.DAILY_CAP


def test_it_does_not_come_back_in_the_quiet_hours() -> None:
    item = suggestion()
    who = standing(put_off=frozenset({item.situation}))
    assert (
        one(eager(), item, settings=Settings(), at=moment(at=NOON.replace(hour=23)), who=who).reason
        is Reason.QUIET_HOURS
    )


@pytest.mark.parametrize("kind", ["opening_left", "routine_due", "lock_check"])
def test_nor_for_the_gap_of_its_kind(kind: str) -> None:
    item = suggestion(kind, risk_present=True)
    said = {"minutes_since_kind": {kind: 60.0}, "minutes_since_situation": {item.situation: 60.0}}
    levels = Settings(levels={kind: Level.SUGGEST})
    assert one(eager(), item, settings=levels, who=standing(**said)).reason is Reason.KIND_COOLDOWN
    who = standing(put_off=frozenset({item.situation}), **said)
    assert one(eager(), item, settings=levels, who=who).verdict is Verdict.SPEAK
