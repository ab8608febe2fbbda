"""Whether something waits for an answer, and whether this is a good moment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import Coordinator, ProactiveConfigEntry
from .entity import ProactiveEntity, people
from .resident import Resident

PARALLEL_UPDATES = 0


def _waiting(coordinator: Coordinator, resident: Resident | None) -> bool:
    """Return whether a message was sent and not answered, to one resident or to anybody."""
    offers = coordinator.files.ledger.offers.values()
    return any(resident is None or offer.resident == resident.id for offer in offers)


def _good_moment(coordinator: Coordinator, resident: Resident | None) -> bool | None:
    found = coordinator.receptivity.of(resident.id) if resident else None
    return None if found is None else found.good


def _moment_facts(coordinator: Coordinator, resident: Resident | None) -> dict[str, Any]:
    found = coordinator.receptivity.of(resident.id) if resident else None
    if found is None:
        return {}
    return {
        "chance": round(found.chance, 2),
        "needed": round(found.needed, 2),
        "reason": found.reason.value if found.reason else None,
    }


@dataclass(frozen=True, kw_only=True)
class QuestionDescription(BinarySensorEntityDescription):
    """One question with yes or no for an answer."""

    answer: Callable[[Coordinator, Resident | None], bool | None]
    facts: Callable[[Coordinator, Resident | None], dict[str, Any]] = lambda _coordinator, _resident: {}


WAITING: Final = QuestionDescription(key="suggestion_waiting", answer=_waiting)
GOOD_MOMENT: Final = QuestionDescription(key="good_moment", answer=_good_moment, facts=_moment_facts)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ProactiveConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the questions of the home and of every resident."""
    coordinator = entry.runtime_data
    async_add_entities([Question(coordinator, WAITING)])
    for resident in people(coordinator):
        async_add_entities(
            [Question(coordinator, description, resident) for description in (WAITING, GOOD_MOMENT)],
            config_subentry_id=resident.id,
        )


class Question(ProactiveEntity, BinarySensorEntity):
    """One question about the home or a resident."""

    entity_description: QuestionDescription

    def __init__(
        self, coordinator: Coordinator, description: QuestionDescription, resident: Resident | None = None
    ) -> None:
        """Ask of the home, or of one resident."""
        super().__init__(coordinator, description.key, resident)
        self.entity_description = description
        self._resident = resident

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the answer; None while it is not known."""
        return self.entity_description.answer(self.coordinator, self._resident)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what the answer rests on."""
        return self.entity_description.facts(self.coordinator, self._resident)
