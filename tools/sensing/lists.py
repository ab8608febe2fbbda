"""To-do lists for the reminders of a script: real entities of Home Assistant's own platform class."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, cast

from homeassistant.components.todo import DATA_COMPONENT, TodoItem, TodoItemStatus, TodoListEntity
from homeassistant.core import HomeAssistant

if TYPE_CHECKING:
    from homeassistant.helpers.entity_component import EntityComponent

ITEMS: Final = "_items"
"""Under which a script says what is on a list; Home Assistant shows only how many."""


class _Component:
    """Stands where the platform keeps its entities: a core without integrations has none."""

    def __init__(self) -> None:
        self.entities: dict[str, TodoListEntity] = {}

    def get_entity(self, entity_id: str) -> TodoListEntity | None:
        return self.entities.get(entity_id)


class Lists:
    """The lists of one home."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Have none yet."""
        self._hass = hass
        self._component: _Component | None = None

    def set(self, entity_id: str, attributes: dict[str, Any]) -> None:
        """Take a change of a list's items out of its attributes."""
        if not entity_id.startswith("todo."):
            return
        if self._component is None:
            self._component = _Component()
            self._hass.data[DATA_COMPONENT] = cast("EntityComponent[TodoListEntity]", self._component)
            self._hass.config.components.add("todo")
        found = self._component.entities.setdefault(entity_id, TodoListEntity())
        found._attr_todo_items = [  # noqa: SLF001 - how an integration sets them
            TodoItem(uid=uid, summary="Pill", status=TodoItemStatus.NEEDS_ACTION, due=datetime.fromisoformat(due))
            for uid, due in attributes.pop(ITEMS, [])
        ]
