"""What was put off comes back when it was promised, whatever else was said in between."""

import pytest

from assistant.enums import Level, Reason, Verdict
from assistant.settings import Settings
from tests.assistant.cases import eager, one, standing, suggestion


def test_what_was_asked_for_waits_for_no_gap() -> None:
    item = suggestion()
    soon = standing(minutes_since_push=20.0, put_off=frozenset({item.situation}))
    assert one(eager(), item, who=soon).verdict is Verdict.SPEAK


@pytest.mark.parametrize("put_off", [frozenset(), frozenset({"opening_left:binary_sensor.other"})])
def test_anything_else_does(put_off: frozenset[str]) -> None:
    held = one(eager(), who=standing(minutes_since_push=20.0, put_off=put_off))
    assert (held.verdict, held.reason) == (Verdict.HOLD, Reason.MIN_GAP)


def test_the_day_still_has_its_cap() -> None:
    item = suggestion()
    full = standing(pushes_today=12, put_off=frozenset({item.situation}))
    assert one(eager(), item, who=full).reason is Reason.DAILY_CAP


@pytest.mark.parametrize("kind", ["opening_left", "routine_due", "lock_check"])
def test_nor_for_the_gap_of_its_kind(kind: str) -> None:
    item = suggestion(kind, risk_present=True)
    said = {"minutes_since_kind": {kind: 60.0}, "minutes_since_situation": {item.situation: 60.0}}
    levels = Settings(levels={kind: Level.SUGGEST})
    assert one(eager(), item, settings=levels, who=standing(**said)).reason is Reason.KIND_COOLDOWN
    who = standing(put_off=frozenset({item.situation}), **said)
    assert one(eager(), item, settings=levels, who=who).verdict is Verdict.SPEAK
