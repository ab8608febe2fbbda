"""Contract objects to JSON and back; anything else is refused."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custom_components.proactive_assistant.assistant.enums import Activity, Channel, Level, Reply
from custom_components.proactive_assistant.assistant.facts import Moment, RecentReply, Suggestion
from custom_components.proactive_assistant.assistant.kinds import KINDS
from custom_components.proactive_assistant.assistant.results import (
    Decision,
    Estimate,
    Judgement,
    Outcome,
)
from custom_components.proactive_assistant.assistant.settings import Settings
from custom_components.proactive_assistant.storage.codec import CodecError, from_plain, to_plain

from ..conftest import NOON
from ..factories import decision, light_off, moment, suggestion

HALF = Estimate(mean=0.5, sd=0.1)


@pytest.mark.parametrize(
    ("cls", "value"),
    [
        (Suggestion, suggestion(actions=(light_off("light.a"),), persons=("person.a",), facts={"a": [1, {"b": None}]})),
        (
            Moment,
            moment(
                recent=(
                    RecentReply(kind="bedtime", category=KINDS["bedtime"].category, reply=Reply.LATER, minutes_ago=3.0),
                ),
                forecast=(Activity.MEDIA, Activity.ASLEEP),
            ),
        ),
        (Decision, decision(look_again=NOON)),
        (Outcome, Outcome(reply=Reply.LATER, at=NOON, later_until=NOON + timedelta(hours=1))),
        (
            Judgement,
            Judgement(
                content=HALF,
                moment=HALF,
                noticed={Channel.PHONE: HALF},
                level={Level.ASK: HALF},
                length=HALF,
                tone=HALF,
                reason=HALF,
            ),
        ),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_every_contract_object_survives_json(cls: type, value: Any) -> None:
    stored = json.loads(json.dumps(to_plain(value)))
    again = from_plain(cls, stored)
    assert to_plain(again) == to_plain(value)


def test_sets_become_lists() -> None:
    assert to_plain({"a": frozenset({1})}) == {"a": [1]}


def test_a_time_without_a_zone_is_refused() -> None:
    plain = to_plain(moment())
    plain["at"] = plain["at"][:19]
    with pytest.raises(CodecError, match="zone"):
        from_plain(Moment, plain)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(PLAIN, st.sampled_from([Suggestion, Moment, Decision, Outcome, Judgement]))
def test_foreign_data_is_refused_with_one_error(data: Any, cls: type) -> None:
    with pytest.raises(CodecError):
        from_plain(cls, data)


@given(PLAIN, st.data())
def test_one_damaged_field_is_refused_or_read_as_its_type(value: Any, data: st.DataObject) -> None:
    plain = to_plain(moment())
    field = data.draw(st.sampled_from(sorted(plain)))
    plain[field] = value
    try:
        again = from_plain(Moment, plain)
    except CodecError:
        return
    assert to_plain(from_plain(Moment, to_plain(again))) == to_plain(again)


def test_missing_fields_take_their_defaults_and_unknown_ones_are_dropped() -> None:
    again = from_plain(Moment, {"at": NOON.isoformat(), "from_the_future": 1})
    assert again.activity is Activity.UNKNOWN


def test_whole_numbers_pass_as_floats_but_booleans_do_not() -> None:
    assert from_plain(Estimate, {"mean": 1}).mean == 1.0
    with pytest.raises(CodecError):
        from_plain(Estimate, {"mean": True})


def test_settings_are_not_stored_this_way() -> None:
    with pytest.raises(CodecError):
        from_plain(Settings, {"quiet_start": "22:00"})
