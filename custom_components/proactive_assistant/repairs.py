"""Repairs: what can be mended from here is mended on one confirmation."""

from pathlib import Path
from typing import Any, override

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant

from .const import DOMAIN, ISSUE_PERSON_GONE
from .storage.guarded import is_set_aside


class RemoveResidentFlow(ConfirmRepairFlow):
    """Remove a resident whose person is gone, with all that was learned of them."""

    def __init__(self, resident: str) -> None:
        """Remove one resident."""
        self._resident = resident

    @override
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Remove the resident once confirmed; the set-up follows by itself."""
        if user_input is not None:
            for entry in self.hass.config_entries.async_entries(DOMAIN):
                if self._resident in entry.subentries:
                    self.hass.config_entries.async_remove_subentry(entry, self._resident)
        return await super().async_step_confirm(user_input)


class DeleteFileFlow(ConfirmRepairFlow):
    """Delete a file that was set aside because it was damaged."""

    def __init__(self, path: Path) -> None:
        """Delete one file."""
        self._path = path

    @override
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Delete the file once confirmed."""
        if user_input is not None:
            await self.hass.async_add_executor_job(self._delete)
        return await super().async_step_confirm(user_input)

    def _delete(self) -> None:
        # An issue's data is text on its way to here: only what we set aside ourselves is deleted.
        if is_set_aside(self.hass, self._path):
            self._path.unlink(missing_ok=True)


async def async_create_fix_flow(hass: HomeAssistant, issue_id: str, data: dict[str, Any] | None) -> RepairsFlow:
    """Return the flow that mends an issue."""
    if issue_id.startswith(ISSUE_PERSON_GONE):
        return RemoveResidentFlow(issue_id.removeprefix(f"{ISSUE_PERSON_GONE}_"))
    return DeleteFileFlow(Path(str((data or {}).get("path", ""))))
