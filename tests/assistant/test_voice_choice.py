"""When a message is spoken instead of pushed: only some kinds, only where that is worth more, never past a gate."""

from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.enums import Channel, Reason, Verdict
from assistant.kinds import KINDS
from assistant.settings import Settings
from tests.assistant.cases import FREE, NOON, Constant, eager, moment, one, standing, suggestion

HEARD = Constant(content=3.0, moment=3.0, noticed_phone=-1.0, noticed_speaker=6.0, noticed_dashboard=-3.0)
"""A resident who is wanted to know, looks at no phone, and hears what is said."""

ALOUD = standing(channels=(Channel.SPEAKER, Channel.PHONE, Channel.DASHBOARD, Channel.DIGEST))


def test_three_kinds_may_be_spoken() -> None:
    assert {key for key, policy in KINDS.items() if policy.spoken} == {"appliance_done", "cold_storage", "ventilate"}


@pytest.mark.parametrize("kind", ["appliance_done", "cold_storage", "ventilate"])
def test_what_would_not_be_seen_is_spoken(kind: str) -> None:
    assert one(HEARD, suggestion(kind), who=ALOUD).channel is Channel.SPEAKER


def test_what_would_be_seen_is_not_spoken() -> None:
    assert one(eager(), suggestion("appliance_done"), who=ALOUD).channel is Channel.PHONE


def test_a_kind_that_is_not_for_speaking_is_never_spoken() -> None:
    assert one(HEARD, suggestion("opening_left"), who=ALOUD).channel is Channel.PHONE


def test_without_a_speaker_nothing_is_spoken() -> None:
    assert one(HEARD, suggestion("appliance_done")).channel is Channel.PHONE


def test_a_kind_of_the_dashboard_is_not_spoken_past_a_gate_that_spares_it() -> None:
    night = moment(at=NOON.replace(hour=23))
    item = suggestion("ventilate", created=night.at, expires=night.at + timedelta(hours=1))
    shown = one(HEARD, item, at=night, who=ALOUD, settings=Settings())
    assert shown.channel is Channel.DASHBOARD
    capped = replace(ALOUD, pushes_today=12, home_pushes_today=12)
    assert one(HEARD, suggestion("ventilate"), who=capped).channel is Channel.DASHBOARD


def test_a_spoken_message_counts_as_an_interruption() -> None:
    soon = replace(ALOUD, minutes_since_push=20.0)
    held = one(HEARD, suggestion("appliance_done"), who=soon, settings=replace(FREE, gap_minutes=45))
    assert (held.verdict, held.reason) == (Verdict.HOLD, Reason.MIN_GAP)
