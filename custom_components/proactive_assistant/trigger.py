"""Triggers for people's own automations: a suggestion was offered, accepted or held back, an action was undone.

They listen to the account on the bus, so an automation keeps its trigger while our entry is loaded afresh.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final, cast, override

import voluptuous as vol
from homeassistant.const import CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.trigger import (
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType

from .assistant.enums import Reason
from .const import EVENT_DECISION

CONF_PERSON: Final = "person"
CONF_KIND: Final = "kind"
CONF_REASON: Final = "reason"

_FILTERS: Final[Mapping[str, str]] = MappingProxyType(
    {CONF_PERSON: "person_id", CONF_KIND: "kind", CONF_REASON: "reason"}
)
"""What an event carries, by the option that asks for it."""

_TOLD: Final = (
    "person_id",
    "kind",
    "situation",
    "suggestion_id",
    "reason",
    "channel",
    "title",
    "message",
    "entities",
)
"""What an automation learns of a line of the account."""

_WHOSE: Final[Mapping[Any, Any]] = MappingProxyType(
    {
        vol.Optional(CONF_PERSON): vol.All(cv.ensure_list, [cv.entity_domain("person")]),
        # Also kinds of the person's own, which no table knows.
        vol.Optional(CONF_KIND): vol.All(cv.ensure_list, [cv.string]),
    }
)


class AccountTrigger(Trigger):
    """Fires for one type of line in the account."""

    type: ClassVar[str]
    description: ClassVar[str]
    fields: ClassVar[Mapping[Any, Any]] = _WHOSE

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Listen for what the options ask for."""
        super().__init__(hass, config)
        self._options = config.options or {}

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Check the options."""
        schema = vol.Schema({vol.Optional(CONF_OPTIONS, default=dict): {**cls.fields}})
        return cast("ConfigType", schema(config))

    def _wanted(self, data: Mapping[str, Any]) -> bool:
        if data.get("type") != self.type:
            return False
        return all(
            data.get(key) in self._options[option] for option, key in _FILTERS.items() if self._options.get(option)
        )

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        """Run the automation for every line that is asked for."""

        @callback
        def noted(event: Event[Any]) -> None:
            if self._wanted(event.data):
                payload = {key: event.data[key] for key in _TOLD if key in event.data}
                run_action(payload, self.description, event.context)

        return self._hass.bus.async_listen(EVENT_DECISION, noted)


class OfferedTrigger(AccountTrigger):
    """A suggestion was sent or shown."""

    type = "offered"
    description = "suggestion offered"


class AcceptedTrigger(AccountTrigger):
    """A suggestion was accepted."""

    type = "accepted"
    description = "suggestion accepted"


class HeldBackTrigger(AccountTrigger):
    """A suggestion was held back."""

    type = "held_back"
    description = "suggestion held back"
    fields = MappingProxyType(
        {**_WHOSE, vol.Optional(CONF_REASON): vol.All(cv.ensure_list, [vol.In([item.value for item in Reason])])}
    )


class UndoneTrigger(AccountTrigger):
    """An action was undone."""

    type = "undone"
    description = "action undone"


TRIGGERS: Final[Mapping[str, type[AccountTrigger]]] = MappingProxyType(
    {
        "suggestion_offered": OfferedTrigger,
        "suggestion_accepted": AcceptedTrigger,
        "suggestion_held_back": HeldBackTrigger,
        "action_undone": UndoneTrigger,
    }
)


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers, by name."""
    return dict(TRIGGERS)
