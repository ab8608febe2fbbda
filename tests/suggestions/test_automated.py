"""What the user has automated is not offered as well."""

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.assistant.facts import PlannedAction
from custom_components.proactive_assistant.suggestions.automated import automates

from ..conftest import LAMP, Clock, House, Phone, setup

LOCK = "lock.front"
LOCK_IT = PlannedAction(domain="lock", action="lock", entity_ids=(LOCK,), risk=RiskClass.A3)
NEVER = {"trigger": "event", "event_type": "never"}


async def automate(hass: HomeAssistant, actions: list[dict[str, Any]], **more: Any) -> None:
    config = {"id": "a", "alias": "A", "triggers": [NEVER], "actions": actions} | more
    assert await async_setup_component(hass, "automation", {"automation": [config]})
    await hass.async_block_till_done()


LOCKS = {"action": "lock.lock", "target": {"entity_id": LOCK}}


async def test_without_automations_nothing_is(hass: HomeAssistant) -> None:
    assert not automates(hass, [LOCK_IT])
    assert not automates(hass, [])


@pytest.mark.parametrize(
    "actions",
    [
        [LOCKS],
        [{"if": [{"condition": "state", "entity_id": LOCK, "state": "unlocked"}], "then": [LOCKS]}],
        [{"choose": [{"conditions": [], "sequence": [{"parallel": [LOCKS]}]}]}],
    ],
)
async def test_the_same_action_on_the_same_entity_is(hass: HomeAssistant, actions: list[dict[str, Any]]) -> None:
    await automate(hass, actions)
    assert automates(hass, [LOCK_IT])


async def test_one_that_only_watches_the_entity_is_not(hass: HomeAssistant) -> None:
    trigger = {"trigger": "state", "entity_id": LOCK, "to": "unlocked"}
    await automate(hass, [{"action": "light.turn_on", "target": {"entity_id": "light.hall"}}], triggers=[trigger])
    assert not automates(hass, [LOCK_IT])


async def test_one_that_is_switched_off_is_not(hass: HomeAssistant) -> None:
    await automate(hass, [LOCKS], initial_state=False)
    assert not automates(hass, [LOCK_IT])


async def test_all_of_an_offer_must_be_covered(hass: HomeAssistant) -> None:
    await automate(hass, [LOCKS])
    both = PlannedAction(domain="lock", action="lock", entity_ids=(LOCK, "lock.back"), risk=RiskClass.A3)
    assert not automates(hass, [both])


async def test_it_ends_in_silence_with_its_reason(
    hass: HomeAssistant,
    clock: Clock,
    house: House,
    phone: Phone,
    entry: MockConfigEntry,
    account: list[dict[str, Any]],
) -> None:
    house.add(LOCK, "unlocked", area="Hall")
    await automate(hass, [LOCKS])
    assert await setup(hass, entry, clock)
    hass.states.async_set("person.anna", "not_home", hass.states.get("person.anna").attributes)
    await clock.forward(minutes=20)
    held = [item["reason"] for item in account if item["kind"] == "lock_check"]
    assert held == ["already_automated"]
    assert not [item for item in phone.messages if "Unlocked" in item["title"]]


async def test_a_departure_that_the_user_automated_is_not_told(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry, account: list[dict[str, Any]]
) -> None:
    await automate(hass, [{"action": "light.turn_off", "target": {"entity_id": LAMP}}])
    assert await setup(hass, entry, clock)
    house.set(LAMP, "on")
    house.set("person.anna", "not_home")
    await clock.forward(minutes=4)
    assert [item["reason"] for item in account if item["kind"] == "leave_home"] == ["already_automated"]
    assert not phone.messages
