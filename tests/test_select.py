"""Levels as selects: capped by the risk table, followed at once, kept over a restart."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from homeassistant.const import ATTR_ENTITY_ID, ATTR_OPTION, Platform
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser, snapshot_platform
from syrupy.assertion import SnapshotAssertion

from custom_components.proactive_assistant.assistant.enums import Level
from custom_components.proactive_assistant.assistant.kinds import KINDS
from custom_components.proactive_assistant.const import DOMAIN
from custom_components.proactive_assistant.coordinator import Coordinator

from .conftest import WINDOW, Clock, House, Phone, setup

CEILING = "select.proactive_assistant_highest_autonomy"


def level_of(hass: HomeAssistant, kind: str) -> str:
    """Return the select of a kind."""
    return er.async_get(hass).async_get_entity_id("select", DOMAIN, f"entry_level_{kind}")


async def choose(hass: HomeAssistant, entity_id: str, option: str, context: Context | None = None) -> None:
    await hass.services.async_call(
        "select", "select_option", {ATTR_ENTITY_ID: entity_id, ATTR_OPTION: option}, blocking=True, context=context
    )


@pytest.fixture
def enabled() -> Iterator[None]:
    """Have every entity, also those that are off until somebody wants them."""
    with patch.object(Entity, "entity_registry_enabled_default", new=True):
        yield


@pytest.fixture
def admin(hass: HomeAssistant) -> Context:
    """Return the context of an administrator at a dashboard."""
    return Context(user_id=MockUser(is_owner=True).add_to_hass(hass).id)


@pytest.mark.usefixtures("house", "phone", "enabled")
async def test_selects(hass: HomeAssistant, clock: Clock, entry: MockConfigEntry, snapshot: SnapshotAssertion) -> None:
    with patch("custom_components.proactive_assistant.PLATFORMS", [Platform.SELECT]):
        assert await setup(hass, entry, clock)
    await snapshot_platform(hass, er.async_get(hass), snapshot, entry.entry_id)


async def test_kinds_are_disabled_until_somebody_wants_them(coordinator: Coordinator) -> None:
    registry = er.async_get(coordinator.hass)
    assert registry.async_get(CEILING).disabled_by is None
    assert (
        registry.async_get(level_of(coordinator.hass, "leave_home")).disabled_by is er.RegistryEntryDisabler.INTEGRATION
    )


@pytest.mark.usefixtures("house", "phone", "enabled")
async def test_no_kind_offers_more_than_the_risk_table(
    hass: HomeAssistant, clock: Clock, entry: MockConfigEntry, admin: Context
) -> None:
    assert await setup(hass, entry, clock)
    for kind, policy in KINDS.items():
        options = hass.states.get(level_of(hass, kind)).attributes["options"]
        assert options == [level.name.lower() for level in Level if level <= policy.ceiling]
    with pytest.raises(ServiceValidationError):
        await choose(hass, level_of(hass, "garage_open"), "act", admin)


async def test_a_lower_ceiling_holds_at_once_and_over_a_restart(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, admin: Context
) -> None:
    hass = coordinator.hass
    await choose(hass, CEILING, "observe", admin)
    assert hass.states.get(CEILING).state == "observe"
    house.set(WINDOW, "on")
    await clock.forward(minutes=20)
    assert not phone.messages
    assert await hass.config_entries.async_reload("entry")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert hass.states.get(CEILING).state == "observe"


@pytest.mark.usefixtures("house", "phone", "enabled")
async def test_a_level_shows_what_was_chosen_and_what_is_in_force(
    hass: HomeAssistant, clock: Clock, entry: MockConfigEntry, admin: Context
) -> None:
    assert await setup(hass, entry, clock)
    select = level_of(hass, "leave_home")
    await choose(hass, select, "act", admin)
    state = hass.states.get(select)
    assert (state.state, state.attributes["in_force"]) == ("act", "suggest")
    await choose(hass, CEILING, "act", admin)
    assert hass.states.get(select).attributes["in_force"] == "act"
    assert entry.runtime_data.settings.levels["leave_home"] is Level.ACT


async def test_an_automation_cannot_let_the_home_act(coordinator: Coordinator) -> None:
    with pytest.raises(ServiceValidationError) as error:
        await choose(coordinator.hass, CEILING, "act")
    assert error.value.translation_key == "admin_needed"
    assert coordinator.hass.states.get(CEILING).state == "suggest"
