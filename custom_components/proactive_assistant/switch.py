"""Switches of the home: everything on or off, guests, vacation, voice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .assistant.enums import HomeMode
from .coordinator import Coordinator, ProactiveConfigEntry
from .delivery.preferences import Preferences
from .entity import ProactiveEntity

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class ControlDescription(SwitchEntityDescription):
    """One switch: how to read it and how to set it."""

    read: Callable[[Coordinator], bool]
    write: Callable[..., None]
    """Takes the coordinator, and `on` by name."""
    usable: Callable[[Coordinator], bool] = lambda _coordinator: True


def _set_mode(coordinator: Coordinator, mode: HomeMode, *, on: bool) -> None:
    """Enter a mode, or leave it; switching one off leaves another alone."""
    if on:
        coordinator.controls.async_set_mode(mode)
    elif coordinator.mode is mode:
        coordinator.controls.async_set_mode(HomeMode.NORMAL)


CONTROLS: Final = (
    ControlDescription(
        key="enabled",
        read=lambda coordinator: coordinator.controls.enabled,
        write=lambda coordinator, *, on: coordinator.controls.async_set_enabled(on=on),
    ),
    ControlDescription(
        key="guest",
        read=lambda coordinator: coordinator.mode is HomeMode.GUEST,
        write=lambda coordinator, *, on: _set_mode(coordinator, HomeMode.GUEST, on=on),
    ),
    ControlDescription(
        key="vacation",
        read=lambda coordinator: coordinator.mode is HomeMode.VACATION,
        write=lambda coordinator, *, on: _set_mode(coordinator, HomeMode.VACATION, on=on),
    ),
    ControlDescription(
        key="voice",
        entity_category=EntityCategory.CONFIG,
        read=lambda coordinator: coordinator.controls.voice,
        write=lambda coordinator, *, on: coordinator.controls.async_set_voice(on=on),
        # There is nothing to switch until somebody has chosen where it may speak.
        usable=lambda coordinator: bool(Preferences.of(coordinator.entry.options).voice_satellites),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ProactiveConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the switches of the home."""
    async_add_entities(ControlSwitch(entry.runtime_data, description) for description in CONTROLS)


class ControlSwitch(ProactiveEntity, SwitchEntity):
    """One of the home's switches."""

    entity_description: ControlDescription

    def __init__(self, coordinator: Coordinator, description: ControlDescription) -> None:
        """Show one control."""
        super().__init__(coordinator, description.key)
        self.entity_description = description

    @property
    @override
    def available(self) -> bool:
        """Return whether there is something to switch."""
        return self.entity_description.usable(self.coordinator)

    @property
    @override
    def is_on(self) -> bool:
        """Return where it stands."""
        return self.entity_description.read(self.coordinator)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch it on."""
        self.entity_description.write(self.coordinator, on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch it off."""
        self.entity_description.write(self.coordinator, on=False)
