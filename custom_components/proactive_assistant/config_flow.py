"""Set-up in one screen: what was found, and one button."""

from collections.abc import Iterable
from typing import Any, override

import voluptuous as vol
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryData,
    ConfigSubentryFlow,
    OptionsFlow,
    OptionsFlowWithReload,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    TimeSelector,
)

from .const import (
    CONF_CEILING,
    CONF_PERSON,
    CONF_PUSH_CAP,
    CONF_QUIET_END,
    CONF_QUIET_START,
    CONF_RESIDENTS,
    DOMAIN,
    SUBENTRY_RESIDENT,
)
from .options import CEILINGS, DEFAULTS
from .sensing.habits import Habits
from .sensing.home import Home
from .sensing.phone import phones_of
from .sensing.roles import HomeMap, Role, survey
from .suggestions import DETECTORS

_PERSONS = EntitySelector(EntitySelectorConfig(domain="person", multiple=True))


def _with_phone(hass: HomeAssistant) -> list[str]:
    """Return the persons who can be reached."""
    return [person for person in hass.states.async_entity_ids("person") if phones_of(hass, person)]


def _found(hass: HomeAssistant) -> dict[str, str]:
    """Return the numbers of the first screen."""
    home_map: HomeMap = survey(hass)
    home = Home(hass, Habits())
    ready = sum(detector(home).available(home_map) for detector in DETECTORS)
    return {
        "people": str(len(home_map.of(Role.PERSON))),
        "phones": str(sum(len(phones_of(hass, thing.entity_id)) for thing in home_map.of(Role.PERSON))),
        "rooms": str(home_map.areas),
        "lights": str(len(home_map.of(Role.LIGHT))),
        "openings": str(len(home_map.of(Role.OPENING))),
        "appliances": str(len(home_map.of(Role.APPLIANCE))),
        "ready": str(ready),
        "kinds": str(len(DETECTORS)),
    }


def _name(hass: HomeAssistant, person: str) -> str:
    state = hass.states.get(person)
    return state.name if state else person


def _subentries(hass: HomeAssistant, persons: Iterable[str]) -> list[ConfigSubentryData]:
    """Return one resident per person."""
    return [
        ConfigSubentryData(
            data={CONF_PERSON: person},
            subentry_type=SUBENTRY_RESIDENT,
            title=_name(hass, person),
            unique_id=person,
        )
        for person in dict.fromkeys(persons)
    ]


class ProactiveConfigFlow(ConfigFlow, domain=DOMAIN):
    """Set up the assistant."""

    VERSION = 1

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        """Return the kinds of subentries."""
        return {SUBENTRY_RESIDENT: ResidentFlow}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> OptionsFlow:
        """Return the options flow."""
        return ProactiveOptionsFlow()

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show what was found; nothing has to be filled in."""
        if user_input is not None:
            persons = user_input.get(CONF_RESIDENTS, [])
            return self.async_create_entry(
                title="Proactive Assistant",
                data={},
                options={key: user_input[key] for key in (CONF_QUIET_START, CONF_QUIET_END) if key in user_input},
                subentries=_subentries(self.hass, persons),
            )
        schema = vol.Schema(
            {
                vol.Optional(CONF_RESIDENTS, default=_with_phone(self.hass)): _PERSONS,
                vol.Optional(CONF_QUIET_START, default=DEFAULTS.quiet_start.isoformat()): TimeSelector(),
                vol.Optional(CONF_QUIET_END, default=DEFAULTS.quiet_end.isoformat()): TimeSelector(),
            }
        )
        return self.async_show_form(step_id="user", data_schema=schema, description_placeholders=_found(self.hass))


class ResidentFlow(ConfigSubentryFlow):
    """Add a resident."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the person; phones are found by themselves."""
        if user_input is not None:
            person = user_input[CONF_PERSON]
            known = {item.unique_id for item in self._get_entry().subentries.values()}
            if person in known:
                return self.async_abort(reason="already_configured")
            return self.async_create_entry(title=_name(self.hass, person), data={CONF_PERSON: person}, unique_id=person)
        schema = vol.Schema({vol.Required(CONF_PERSON): EntitySelector(EntitySelectorConfig(domain="person"))})
        return self.async_show_form(step_id="user", data_schema=schema)


class ProactiveOptionsFlow(OptionsFlowWithReload):
    """Change quiet hours, caps and the autonomy ceiling."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the options."""
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        schema = vol.Schema(
            {
                vol.Optional(CONF_CEILING, default=DEFAULTS.ceiling.name.lower()): SelectSelector(
                    SelectSelectorConfig(
                        options=[level.name.lower() for level in CEILINGS],
                        translation_key=CONF_CEILING,
                    )
                ),
                vol.Optional(CONF_QUIET_START, default=DEFAULTS.quiet_start.isoformat()): TimeSelector(),
                vol.Optional(CONF_QUIET_END, default=DEFAULTS.quiet_end.isoformat()): TimeSelector(),
                vol.Optional(CONF_PUSH_CAP, default=DEFAULTS.push_cap): NumberSelector(
                    NumberSelectorConfig(min=0, max=12, step=1, mode=NumberSelectorMode.BOX)
                ),
            }
        )
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(schema, self.config_entry.options),
        )
