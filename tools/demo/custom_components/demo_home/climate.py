"""The living room's thermostat."""

from typing import Any, override

from homeassistant.components.climate import (
    ClimateEntity,
    ClimateEntityFeature,
    HVACAction,
    HVACMode,
)
from homeassistant.const import ATTR_TEMPERATURE, UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import DemoHomeEntity
from .home import DemoHomeEntry


async def async_setup_entry(hass: HomeAssistant, entry: DemoHomeEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Add the thermostats."""
    home = entry.runtime_data
    add(DemoClimate(home, piece) for piece in home.of_platform("climate"))


class DemoClimate(DemoHomeEntity, ClimateEntity):
    """A heating thermostat; its value holds the measured temperature and what it does."""

    _attr_hvac_modes = [HVACMode.HEAT, HVACMode.OFF]
    _attr_hvac_mode = HVACMode.HEAT
    _attr_max_temp = 28.0
    _attr_min_temp = 7.0
    _attr_preset_mode = "home"
    _attr_preset_modes = ["home", "away"]
    _attr_supported_features = (
        ClimateEntityFeature.TARGET_TEMPERATURE
        | ClimateEntityFeature.PRESET_MODE
        | ClimateEntityFeature.TURN_OFF
        | ClimateEntityFeature.TURN_ON
    )
    _attr_target_temperature = 20.5
    _attr_target_temperature_step = 0.5
    _attr_temperature_unit = UnitOfTemperature.CELSIUS

    @property
    @override
    def current_temperature(self) -> float:
        return float(self.value["temperature"])

    @property
    @override
    def hvac_action(self) -> HVACAction:
        if self._attr_hvac_mode is HVACMode.OFF:
            return HVACAction.OFF
        return HVACAction(self.value["action"])

    @override
    async def async_set_temperature(self, **kwargs: Any) -> None:
        self._attr_target_temperature = float(kwargs[ATTR_TEMPERATURE])
        self.async_write_ha_state()

    @override
    async def async_set_hvac_mode(self, hvac_mode: HVACMode) -> None:
        self._attr_hvac_mode = hvac_mode
        self.async_write_ha_state()

    @override
    async def async_set_preset_mode(self, preset_mode: str) -> None:
        self._attr_preset_mode = preset_mode
        self.async_write_ha_state()
