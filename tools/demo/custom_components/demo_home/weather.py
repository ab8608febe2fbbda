"""The weather outside: what it is now, and no more (a forecast would need the days to come)."""

from typing import override

from homeassistant.components.weather import WeatherEntity
from homeassistant.const import UnitOfTemperature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import DemoHomeEntity
from .home import DemoHomeEntry


async def async_setup_entry(hass: HomeAssistant, entry: DemoHomeEntry, add: AddConfigEntryEntitiesCallback) -> None:
    """Add the weather."""
    home = entry.runtime_data
    add(DemoWeather(home, piece) for piece in home.of_platform("weather"))


class DemoWeather(DemoHomeEntity, WeatherEntity):
    """A condition, a temperature and a humidity."""

    _attr_native_temperature_unit = UnitOfTemperature.CELSIUS

    @property
    @override
    def condition(self) -> str:
        return str(self.value["condition"])

    @property
    @override
    def native_temperature(self) -> float:
        return float(self.value["temperature"])

    @property
    @override
    def humidity(self) -> float:
        return float(self.value["humidity"])
