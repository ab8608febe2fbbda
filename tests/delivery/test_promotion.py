"""Promotion: earned, offered, and taken by a tap only."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.proactive_assistant.assistant.enums import Level, RiskClass
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.storage.ledger import entry_for

from ..conftest import ANNA_USER, LAMP, NOON, Phone, kinds
from ..factories import decision, light_off, suggestion

LEAVING = suggestion("leave_home", actions=(light_off(LAMP),), risk=RiskClass.A1, situation="leave_home")


def past(owner: Coordinator, kind: str, days: list[float]) -> None:
    for day in days:
        at = NOON - timedelta(days=day)
        owner.files.ledger.note(entry_for(kind, at, "anna", LEAVING, decision()))


async def accepted(owner: Coordinator, now: datetime = NOON) -> None:
    await owner.desk.promotion.async_accepted(owner.residents["anna"], LEAVING, now)


@pytest.mark.parametrize(
    ("accepts", "refusals", "undos", "earned"),
    [
        ([5, 4, 3, 2, 1], [], [], True),
        ([5, 4, 3, 2], [], [], False),
        ([1.1, 1.05, 1, 0.9, 0.8], [], [], False),
        ([9, 8, 7, 6, 5, 4, 3, 2, 1], [2.5], [], True),
        ([5, 4, 3, 2, 1], [2.5], [], False),
        ([5, 4, 3, 2, 1], [], [13], False),
        ([30, 29, 28, 27, 26], [], [15], True),
    ],
)
async def test_it_is_offered_when_it_is_earned(
    coordinator: Coordinator,
    phone: Phone,
    accepts: list[float],
    refusals: list[float],
    undos: list[float],
    earned: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    lines = [*((day, "accepted") for day in accepts), *((day, "not_now") for day in refusals)]
    for day, kind in sorted([*lines, *((day, "undone") for day in undos)], reverse=True):
        past(coordinator, kind, [day])
    await accepted(coordinator)
    assert len(phone.messages) == earned
    assert coordinator.front.level("leave_home") is Level.SUGGEST


@pytest.fixture
async def offered(hass: HomeAssistant, coordinator: Coordinator, phone: Phone) -> Coordinator:
    MockUser(id=ANNA_USER, is_owner=False).add_to_hass(hass)
    past(coordinator, "accepted", [5, 4, 3, 2, 1])
    await accepted(coordinator)
    return coordinator


async def test_a_tap_promotes_this_kind_and_no_other(
    offered: Coordinator, phone: Phone, account: list[dict[str, Any]]
) -> None:
    others = {kind: offered.front.level(kind) for kind in ("bedtime", "ventilate", "away_climate")}
    await phone.press(0)
    assert offered.front.level("leave_home") is Level.ACT
    assert {kind: offered.front.level(kind) for kind in others} == others
    assert kinds(account)[-1] == "promoted leave_home"
    await phone.press(0)
    assert kinds(account).count("promoted leave_home") == 1


async def test_keep_asking_asks_again_after_two_weeks_at_the_earliest(offered: Coordinator, phone: Phone) -> None:
    await phone.press(1)
    assert offered.front.level("leave_home") is Level.SUGGEST
    await accepted(offered, NOON + timedelta(days=13))
    assert len(phone.messages) == 1
    await accepted(offered, NOON + timedelta(days=15))
    assert len(phone.messages) == 2


async def test_stop_offering_is_heeded_for_good(offered: Coordinator, phone: Phone) -> None:
    await phone.press(2)
    await accepted(offered, NOON + timedelta(days=80))
    assert len(phone.messages) == 1


async def test_a_stranger_promotes_nothing(offered: Coordinator, phone: Phone) -> None:
    await phone.press(0, user_id="burglar")
    assert offered.front.level("leave_home") is Level.SUGGEST


async def test_what_locks_is_never_offered_to_act(coordinator: Coordinator, phone: Phone) -> None:
    past(coordinator, "accepted", [5, 4, 3, 2, 1])
    locking = suggestion("lock_check", risk=RiskClass.A3, actions=(light_off(LAMP),))
    assert not coordinator.desk.promotion.earned("lock_check", locking, NOON)
    assert not coordinator.desk.promotion.earned("their_own", LEAVING, NOON)
