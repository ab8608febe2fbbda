"""Set-up in one screen: what was found, and one button."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, override

import voluptuous as vol
from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentry,
    ConfigSubentryData,
    ConfigSubentryFlow,
    OptionsFlow,
    OptionsFlowWithReload,
    SubentryFlowResult,
)
from homeassistant.core import DOMAIN as HOMEASSISTANT_DOMAIN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.selector import (
    BooleanSelector,
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TimeSelector,
)

from . import options_form
from .assistant.settings import CAP_MOST
from .const import (
    CONF_CALENDARS,
    CONF_CHILD,
    CONF_EVENING_END,
    CONF_LEARNING,
    CONF_PERSON,
    CONF_PUSH_CAP,
    CONF_QUIET_END,
    CONF_QUIET_START,
    CONF_RESIDENTS,
    CONF_ROUTINES,
    DOMAIN,
    SUBENTRY_RESIDENT,
)
from .options import DEFAULTS
from .sensing.habits import Habits
from .sensing.home import Home
from .sensing.phone import phones_of
from .sensing.roles import Role, async_survey
from .sensing.slices import Slices
from .suggestions import DETECTORS

_PERSONS = EntitySelector(EntitySelectorConfig(domain="person", multiple=True))


def _with_phone(hass: HomeAssistant) -> list[str]:
    """Return the persons who can be reached."""
    return [person for person in hass.states.async_entity_ids("person") if phones_of(hass, person)]


async def _async_found(hass: HomeAssistant) -> dict[str, str]:
    """Return the numbers of the first screen; a large home is read in slices."""
    home_map = await async_survey(hass)
    home = Home(hass, Habits())
    ready, slices = 0, Slices()
    for detector in DETECTORS:
        ready += detector(home).available(home_map)
        await slices.turn()
    return {
        "people": str(len(home_map.of(Role.PERSON))),
        "phones": str(sum(len(phones_of(hass, thing.entity_id)) for thing in home_map.of(Role.PERSON))),
        "rooms": str(home_map.areas),
        "lights": str(len(home_map.of(Role.LIGHT))),
        "openings": str(len(home_map.of(Role.OPENING))),
        "appliances": str(len({thing.device_id or thing.entity_id for thing in home_map.of(Role.APPLIANCE)})),
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
        found = await _async_found(self.hass)
        return self.async_show_form(step_id="user", data_schema=schema, description_placeholders=found)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show what is found now, and who gets messages; who is taken off the list is forgotten."""
        entry = self._get_reconfigure_entry()
        residents = {item.unique_id: item for item in entry.get_subentries_of_type(SUBENTRY_RESIDENT)}
        if user_input is not None:
            wanted = dict.fromkeys(user_input.get(CONF_RESIDENTS, []))
            manager = self.hass.config_entries
            for person, subentry in residents.items():
                if person not in wanted:
                    manager.async_remove_subentry(entry, subentry.subentry_id)
            for person in [item for item in wanted if item not in residents]:
                subentry = ConfigSubentry(
                    data=MappingProxyType({CONF_PERSON: person}),
                    subentry_type=SUBENTRY_RESIDENT,
                    title=_name(self.hass, person),
                    unique_id=person,
                )
                manager.async_add_subentry(entry, subentry)
            # The set-up follows changed residents by itself.
            return self.async_abort(reason="reconfigure_successful", translation_domain=HOMEASSISTANT_DOMAIN)
        schema = vol.Schema(
            {vol.Optional(CONF_RESIDENTS, description={"suggested_value": [*filter(None, residents)]}): _PERSONS}
        )
        return self.async_show_form(
            step_id="reconfigure", data_schema=schema, description_placeholders=await _async_found(self.hass)
        )


def _resident_schema() -> vol.Schema:
    """Return the form of a resident; only the person is needed."""
    return vol.Schema(
        {
            vol.Required(CONF_PERSON): EntitySelector(EntitySelectorConfig(domain="person")),
            vol.Optional(CONF_CHILD, default=False): BooleanSelector(),
            vol.Optional(CONF_EVENING_END): TimeSelector(),
            vol.Optional(CONF_LEARNING, default=True): BooleanSelector(),
            vol.Optional(CONF_QUIET_START): TimeSelector(),
            vol.Optional(CONF_QUIET_END): TimeSelector(),
            vol.Optional(CONF_PUSH_CAP): NumberSelector(
                NumberSelectorConfig(min=0, max=CAP_MOST, step=1, mode=NumberSelectorMode.BOX)
            ),
            vol.Optional(CONF_CALENDARS): EntitySelector(EntitySelectorConfig(domain="calendar", multiple=True)),
            vol.Optional(CONF_ROUTINES): EntitySelector(
                EntitySelectorConfig(domain=["todo", "calendar"], multiple=True)
            ),
        }
    )


class ResidentFlow(ConfigSubentryFlow):
    """Add a resident, or change what one chose for themselves."""

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for the person; phones are found by themselves."""
        if user_input is not None:
            person = user_input[CONF_PERSON]
            if person in self._known():
                return self.async_abort(reason="already_configured")
            if self.hass.states.get(person) is None:
                schema = self.add_suggested_values_to_schema(_resident_schema(), user_input)
                return self.async_show_form(step_id="user", data_schema=schema, errors={"base": "no_such_person"})
            return self.async_create_entry(title=_name(self.hass, person), data=user_input, unique_id=person)
        return self.async_show_form(step_id="user", data_schema=_resident_schema())

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change a resident; what was learned stays with them, also under another person entity."""
        subentry = self._get_reconfigure_subentry()
        found: dict[str, str] = {}
        if user_input is not None:
            person = user_input[CONF_PERSON]
            if person not in self._known() - {subentry.unique_id}:
                # The set-up follows a changed resident by itself.
                return self.async_update_and_abort(
                    self._get_entry(),
                    subentry,
                    data=user_input,
                    title=_name(self.hass, person),
                    unique_id=person,
                )
            found = {"base": "already_configured"}
        schema = self.add_suggested_values_to_schema(_resident_schema(), user_input or subentry.data)
        return self.async_show_form(step_id="reconfigure", data_schema=schema, errors=found)

    def _known(self) -> set[str | None]:
        return {item.unique_id for item in self._get_entry().subentries.values()}


class ProactiveOptionsFlow(OptionsFlowWithReload):
    """Change everything that can be set, in sections; only what changed starts the assistant afresh."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the options."""
        found: dict[str, str] = {}
        options: Mapping[str, Any] = self.config_entry.options
        if user_input is not None:
            answers = options_form.flat(user_input)
            found = options_form.errors(answers)
            if not found:
                # What other places than this form keep among the options stays.
                return self.async_create_entry(data={**options, **answers})
            # The form comes back with what was typed.
            options = {**options, **answers}
        return self.async_show_form(step_id="init", data_schema=options_form.schema(options), errors=found)
