"""Set the demo home up: nothing to ask."""

from typing import Any, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult

from .const import DOMAIN


class DemoHomeConfigFlow(ConfigFlow, domain=DOMAIN):
    """Make the one entry."""

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Furnish the home."""
        return self.async_create_entry(title="Demo home", data={})
