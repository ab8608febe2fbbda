"""Buttons to answer what is in front of a resident, for a wall, a dashboard or a remote control."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .assistant.enums import Reply
from .coordinator import Coordinator, ProactiveConfigEntry
from .delivery.front import Caller, FrontDesk
from .entity import ProactiveEntity
from .resident import Resident

PARALLEL_UPDATES = 0

type _Press = Callable[[FrontDesk, Caller, str], Awaitable[Any]]


@dataclass(frozen=True, kw_only=True)
class AnswerDescription(ButtonEntityDescription):
    """One button: what it asks of the front desk, for a resident's id."""

    press: _Press


def _reply(reply: Reply) -> _Press:
    return lambda front, who, resident: front.async_reply(who, reply, person=resident)


ANSWERS: Final = (
    AnswerDescription(key="accept", press=_reply(Reply.ACCEPTED)),
    AnswerDescription(key="later", press=_reply(Reply.LATER)),
    AnswerDescription(key="not_now", press=_reply(Reply.NOT_NOW)),
    AnswerDescription(key="undo", press=lambda front, who, resident: front.async_undo(who, person=resident)),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ProactiveConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the buttons of every resident."""
    for resident in entry.runtime_data.residents.values():
        async_add_entities(
            [AnswerButton(entry.runtime_data, description, resident) for description in ANSWERS],
            config_subentry_id=None if resident.is_household else resident.id,
        )


class AnswerButton(ProactiveEntity, ButtonEntity):
    """Answers the latest suggestion in front of one resident."""

    entity_description: AnswerDescription

    def __init__(self, coordinator: Coordinator, description: AnswerDescription, resident: Resident) -> None:
        """Answer for one resident."""
        super().__init__(coordinator, description.key, resident)
        self.entity_description = description
        self._resident = resident

    @override
    async def async_press(self) -> None:
        """Answer; with nothing to answer this raises, and the person reads why."""
        front = self.coordinator.front
        who = await front.caller(self._context or Context())
        await self.entity_description.press(front, who, self._resident.id)
