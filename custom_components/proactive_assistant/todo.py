"""The list "Home check": whatever is open, for every client and voice that can read a to-do list."""

from dataclasses import replace
from typing import override

from homeassistant.components.todo import TodoItem, TodoItemStatus, TodoListEntity, TodoListEntityFeature
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .assistant.enums import Reply
from .const import DOMAIN
from .coordinator import ProactiveConfigEntry
from .delivery.channels.todo import Item, due, items_of
from .entity import ProactiveEntity

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ProactiveConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the list of the home."""
    async_add_entities([HomeCheck(entry.runtime_data, "home_check")])


class HomeCheck(ProactiveEntity, TodoListEntity):
    """What is open now; a tick says that it is done, and to delete says not now.

    Nothing can be added or reworded: it shows what the home says, and every change is a reply.
    """

    _attr_supported_features = TodoListEntityFeature.UPDATE_TODO_ITEM | TodoListEntityFeature.DELETE_TODO_ITEM

    @override
    async def async_added_to_hass(self) -> None:
        """Read the list before it is first shown."""
        self._read()
        self.async_on_remove(self.coordinator.async_add_listener(self._changed))

    @callback
    def _changed(self) -> None:
        self._read()
        self.async_write_ha_state()

    def _open(self) -> dict[str, Item]:
        return {item.suggestion.id: item for item in items_of(self.coordinator, dt_util.utcnow())}

    @callback
    def _read(self) -> None:
        self._attr_todo_items = [
            TodoItem(
                uid=uid,
                summary=f"{item.message.title}: {item.message.body}",
                status=TodoItemStatus.NEEDS_ACTION,
                due=due(item.suggestion),
            )
            for uid, item in self._open().items()
        ]

    @override
    async def async_update_todo_item(self, item: TodoItem) -> None:
        """Take a tick as done by hand; nothing is switched by a tick."""
        if item.uid is None or item.status != TodoItemStatus.COMPLETED:
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="only_ticks")
        await self._async_reply(item.uid, Reply.DONE_BY_HAND)

    @override
    async def async_delete_todo_items(self, uids: list[str]) -> None:
        """Take a deletion as not now."""
        for uid in uids:
            await self._async_reply(uid, Reply.NOT_NOW)

    async def _async_reply(self, uid: str, reply: Reply) -> None:
        """Reply as whoever touched the list, on behalf of whom it is shown to."""
        item = self._open().get(uid)
        if item is None:
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="nothing_to_answer")
        front = self.coordinator.front
        who = await front.caller(self._context or Context())
        if who.resident not in item.residents:
            # The list is everybody's: whoever ticks an item answers for whom it is shown to.
            who = replace(who, resident=None)
        await front.async_reply(who, reply, uid, person=who.resident or item.residents[0])
        self._changed()
