"""Autonomy levels as selects: the ceiling of the home, and one per kind for those who want them."""

from typing import Any, override

from homeassistant.components.select import SelectEntity
from homeassistant.const import EntityCategory
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .assistant.enums import Level
from .coordinator import Coordinator, ProactiveConfigEntry
from .entity import ProactiveEntity
from .options_form import NOTICED

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ProactiveConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the ceiling, and a level per kind."""
    coordinator = entry.runtime_data
    async_add_entities([CeilingSelect(coordinator), *(KindSelect(coordinator, kind) for kind in NOTICED)])


class LevelSelect(ProactiveEntity, SelectEntity):
    """A level; no more than the risk table allows can be chosen."""

    _attr_entity_category = EntityCategory.CONFIG
    _kind: str | None = None

    @override
    async def async_select_option(self, option: str) -> None:
        """Choose a level."""
        front = self.coordinator.front
        who = await front.caller(self._context or Context())
        await front.async_set_level(who, Level[option.upper()], self._kind)


class CeilingSelect(LevelSelect):
    """The ceiling of the home."""

    def __init__(self, coordinator: Coordinator) -> None:
        """Offer every level."""
        super().__init__(coordinator, "ceiling")
        self._attr_options = [level.name.lower() for level in coordinator.front.levels()]

    @property
    @override
    def current_option(self) -> str:
        """Return the ceiling in force."""
        return self.coordinator.front.ceiling().name.lower()


class KindSelect(LevelSelect):
    """The level of one kind."""

    _attr_entity_registry_enabled_default = False

    def __init__(self, coordinator: Coordinator, kind: str) -> None:
        """Offer what the kind may do at most."""
        super().__init__(coordinator, f"level_{kind}")
        self._kind: str = kind
        self._attr_options = [level.name.lower() for level in coordinator.front.levels(kind)]

    @property
    @override
    def current_option(self) -> str:
        """Return the level that was chosen."""
        return self.coordinator.desk.promotion.chosen(self._kind).name.lower()

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return the level in force, which the ceiling of the home may hold below the chosen one."""
        return {"in_force": self.coordinator.front.level(self._kind).name.lower()}
