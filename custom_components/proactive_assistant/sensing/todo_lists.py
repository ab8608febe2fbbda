"""What is on to-do lists: only the number of their items is in their state."""

from typing import Any, Final

from homeassistant.const import ATTR_SUPPORTED_FEATURES

from .home import Home

OPEN: Final = "needs_action"
COMPLETED: Final = "completed"


def items_on(home: Home, entity_id: str) -> list[Any]:
    """Return the items of a to-do list, of whatever shape its integration gives them."""
    if "todo" not in home.hass.config.components:
        return []
    # Loaded by whoever has a list; without one the import is never made.
    from homeassistant.components.todo import DATA_COMPONENT  # noqa: PLC0415

    component = home.hass.data.get(DATA_COMPONENT)
    entity = component.get_entity(entity_id) if component is not None else None
    return list(entity.todo_items or ()) if entity is not None else []


def is_open(item: Any) -> bool:
    """Return whether an item is still to be done."""
    return str(getattr(item, "status", "")) == OPEN


def tickable(home: Home, entity_id: str, uid: object) -> bool:
    """Return whether a list lets an item be ticked that is on it and open."""
    state = home.state(entity_id)
    features = state.attributes.get(ATTR_SUPPORTED_FEATURES) if state is not None else None
    if not isinstance(features, int) or not isinstance(uid, str):
        return False
    from homeassistant.components.todo import TodoListEntityFeature  # noqa: PLC0415

    return bool(features & TodoListEntityFeature.UPDATE_TODO_ITEM) and any(
        getattr(item, "uid", None) == uid and is_open(item) for item in items_on(home, entity_id)
    )
