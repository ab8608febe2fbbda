"""One line of health: which engine judges, for how many, and what is open."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback

from .services import running


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:
    """Register the information."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    """Return how it is doing; numbers only."""
    coordinator = running(hass)
    if coordinator is None:
        return {"running": False}
    return {
        "running": True,
        "engine": coordinator.assistant.engine.name,
        "model": coordinator.assistant.engine.model_id[:12],
        "residents": len(coordinator.residents),
        "watched": len(coordinator.home.map.things),
        "open_situations": len(coordinator.threads.open),
        "messages_today": coordinator.front.counts()["today"],
        "mode": coordinator.mode.value,
    }
