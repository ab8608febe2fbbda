"""Conditions for people's own automations: our sense of timing, for whatever they want to say."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final, Unpack, cast, override

import voluptuous as vol
from homeassistant.const import CONF_OPTIONS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import Condition, ConditionCheckParams, ConditionConfig
from homeassistant.helpers.typing import ConfigType

from .assistant.kinds import KINDS
from .coordinator import Coordinator
from .delivery.errors import DeskError
from .services import running

CONF_PERSON: Final = "person"
CONF_KIND: Final = "kind"

_PERSON: Final = cv.entity_domain("person")


class DeskCondition(Condition):
    """Asks the front desk; false while there is nobody at it."""

    fields: ClassVar[Mapping[Any, Any]]

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Ask with these options."""
        super().__init__(hass, config)
        self._options = config.options or {}

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Check the options."""
        return cast("ConfigType", vol.Schema({vol.Required(CONF_OPTIONS): {**cls.fields}})(config))

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Return the answer of the front desk."""
        coordinator = running(self._hass)
        if coordinator is None:
            return False
        try:
            return self._answer(coordinator)
        except DeskError:
            # Such as a person who is no resident any more: no moment of theirs is known to be good.
            return False

    def _answer(self, coordinator: Coordinator) -> bool:
        raise NotImplementedError


class GoodMomentCondition(DeskCondition):
    """Whether a message would be welcome to a person now."""

    fields = MappingProxyType({vol.Required(CONF_PERSON): _PERSON})

    @override
    def _answer(self, coordinator: Coordinator) -> bool:
        return coordinator.front.good_moment(self._options[CONF_PERSON]) is True


class KindAllowedCondition(DeskCondition):
    """Whether a kind of suggestion may be said now, to anybody or to one person."""

    fields = MappingProxyType({vol.Required(CONF_KIND): vol.In(list(KINDS)), vol.Optional(CONF_PERSON): _PERSON})

    @override
    def _answer(self, coordinator: Coordinator) -> bool:
        return coordinator.front.kind_allowed(self._options[CONF_KIND], self._options.get(CONF_PERSON))


CONDITIONS: Final[Mapping[str, type[DeskCondition]]] = MappingProxyType(
    {"is_good_moment": GoodMomentCondition, "is_kind_allowed": KindAllowedCondition}
)


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions, by name."""
    return dict(CONDITIONS)
