"""The line of health, through the real system health page."""

from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.proactive_assistant.const import DOMAIN
from custom_components.proactive_assistant.coordinator import Coordinator

from .conftest import WINDOW, Clock, House, Phone


async def test_it_says_how_it_is_doing_in_numbers(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    hass = coordinator.hass
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    info = await get_system_health_info(hass, DOMAIN)
    assert (info["running"], info["engine"], info["residents"], info["mode"]) == (True, "table", 1, "normal")
    assert (info["open_situations"], info["messages_today"]) == (1, 1)
    assert "anna" not in str(info).lower()
    assert await hass.config_entries.async_unload("entry")
    assert await get_system_health_info(hass, DOMAIN) == {"running": False}
