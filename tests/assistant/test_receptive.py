"""Good moments: the rules about the person come first, then the model's chance against the policy's threshold."""

from dataclasses import replace

import pytest
from hypothesis import given

from assistant.enums import Activity, HomeMode, PhoneState, Reason, Room
from assistant.facts import Moment, Suggestion
from assistant.receptive import receptive
from assistant.settings import Settings
from assistant.state import new_state
from assistant.table_engine import TableEngine
from tests.assistant.cases import FREE, NOON, SETTINGS, drawn, moment, scenes

ENGINE = TableEngine()
STATE = new_state(ENGINE.model_id, ENGINE.prior)


def test_an_idle_noon_at_home_is_a_good_moment() -> None:
    found = receptive(ENGINE, STATE, moment(activity=Activity.IDLE), FREE)
    assert found.good
    assert found.reason is None
    assert found.chance >= found.needed


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"at": NOON.replace(hour=23)}, Reason.QUIET_HOURS),
        ({"activity": Activity.ASLEEP}, Reason.QUIET_HOURS),
        ({"activity": Activity.AWAY}, Reason.PERSON_AWAY),
        ({"room": Room.NOT_HOME}, Reason.PERSON_AWAY),
        ({"phone": PhoneState.CALL}, Reason.PERSON_BUSY),
        ({"phone": PhoneState.DRIVING}, Reason.PERSON_BUSY),
        ({"mode": HomeMode.PARTY}, Reason.PARTY),
    ],
)
def test_a_rule_about_the_person_makes_it_a_bad_moment(changes: dict[str, object], reason: Reason) -> None:
    found = receptive(ENGINE, STATE, moment(**changes), Settings())
    assert (found.good, found.reason) == (False, reason)


def test_rules_about_our_own_messages_do_not_count() -> None:
    told = replace(moment(), delivered_today=3, minutes_since_delivery=1.0)
    found = receptive(ENGINE, STATE, told, replace(FREE, push_cap=0, gap_minutes=600))
    assert found.reason is None


def test_the_slider_and_what_was_said_today_move_the_threshold() -> None:
    calm = receptive(ENGINE, STATE, moment(), FREE)
    told = receptive(ENGINE, STATE, moment(delivered_today=4), FREE)
    helpful = receptive(ENGINE, STATE, moment(), replace(FREE, helpfulness=1.0))
    quieter = receptive(ENGINE, STATE, moment(), replace(FREE, helpfulness=-1.0))
    assert helpful.needed < calm.needed < quieter.needed
    assert told.needed > calm.needed


@given(scene=scenes(1), settings=SETTINGS)
@drawn(60)
def test_it_is_good_exactly_when_no_rule_holds_and_the_chance_suffices(
    scene: tuple[Moment, list[Suggestion]], settings: Settings
) -> None:
    at, _ = scene
    found = receptive(ENGINE, STATE, at, settings)
    assert 0 <= found.needed <= 1
    assert 0 <= found.chance <= 1
    assert found.good is (found.reason is None and found.chance >= found.needed)
