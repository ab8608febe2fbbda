"""What each resident could be told now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .assistant.enums import Verdict
from .assistant.facts import Suggestion
from .assistant.kinds import KINDS, SAFETY
from .assistant.results import Decision
from .coordinator import Coordinator, ProactiveConfigEntry
from .entity import ProactiveEntity
from .resident import Resident
from .suggestions.own import OWN

PARALLEL_UPDATES = 0

NOTHING = "nothing"


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ProactiveConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the numbers of the home, the engine that runs, and what is in front of every resident."""
    coordinator = entry.runtime_data
    tally = Tally(coordinator)
    numbers = [NumberSensor(coordinator, description, tally) for description in NUMBERS]
    async_add_entities([EngineSensor(coordinator, "engine"), NextDigest(coordinator, "next_digest"), *numbers])
    for resident in coordinator.residents.values():
        mine: list[ProactiveEntity] = [CurrentSuggestion(coordinator, resident)]
        if not resident.is_household:
            mine += [NumberSensor(coordinator, description, tally, resident) for description in NUMBERS]
        async_add_entities(mine, config_subentry_id=None if resident.is_household else resident.id)


class Tally:
    """The numbers of the account, counted once for all sensors and only when a line was added or a day began."""

    def __init__(self, coordinator: Coordinator) -> None:
        """Count for a coordinator."""
        self._coordinator = coordinator
        self._mark: tuple[object, ...] = ()
        self._counts: dict[str | None, dict[str, Any]] = {}

    def of(self, person: str | None) -> dict[str, Any]:
        """Return the numbers of a resident, or of the home."""
        ledger = self._coordinator.files.ledger
        # An hour's freshness is enough for what leaves the thirty days.
        last = ledger.entries[-1] if ledger.entries else None
        mark = (len(ledger.entries), last, len(ledger.offers), dt_util.now().strftime("%F %H"))
        if mark != self._mark:
            self._mark, self._counts = mark, {}
        if person not in self._counts:
            self._counts[person] = self._coordinator.front.counts(person)
        return self._counts[person]


@dataclass(frozen=True, kw_only=True)
class NumberDescription(SensorEntityDescription):
    """One number of the account."""

    value: Callable[[dict[str, Any]], float | None]


def _acceptance(counts: dict[str, Any]) -> float | None:
    """Return the share of messages that were acted on, in percent; None while there were none."""
    share = counts["acceptance"]
    return None if share is None else round(100 * share, 1)


NUMBERS: Final = (
    NumberDescription(
        key="suggestions_today", state_class=SensorStateClass.TOTAL_INCREASING, value=lambda counts: counts["today"]
    ),
    NumberDescription(
        key="acceptance",
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value=_acceptance,
    ),
)


class NumberSensor(ProactiveEntity, SensorEntity):
    """One number of the home, or of one resident."""

    entity_description: NumberDescription

    def __init__(
        self,
        coordinator: Coordinator,
        description: NumberDescription,
        tally: Tally,
        resident: Resident | None = None,
    ) -> None:
        """Show one number."""
        super().__init__(coordinator, description.key, resident)
        self.entity_description = description
        self._tally = tally
        self._of = resident.id if resident else None

    @property
    @override
    def native_value(self) -> float | None:
        """Return the number."""
        return self.entity_description.value(self._tally.of(self._of))


class NextDigest(ProactiveEntity, SensorEntity):
    """When the next list is due; it is sent only if there is something on it."""

    _attr_device_class = SensorDeviceClass.TIMESTAMP

    @property
    @override
    def native_value(self) -> datetime | None:
        """Return the time of the next list; None while there is none planned."""
        planned = self.coordinator.timing.planned()
        return min((at for key, at in planned.items() if key.startswith("digest_")), default=None)


class EngineSensor(ProactiveEntity, SensorEntity):
    """Which engine judges, and why this one."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_options = ["numpy", "llama", "table"]

    @property
    @override
    def native_value(self) -> str:
        """Return the engine that serves at present."""
        return self.coordinator.assistant.engine.name

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return why, and which model."""
        assistant = self.coordinator.assistant
        return {
            "why": getattr(assistant.engine, "reason", assistant.why),
            "model_id": assistant.engine.model_id,
        }


class CurrentSuggestion(ProactiveEntity, SensorEntity):
    """The suggestion in front of a resident, or the one that is held for them."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_options = [NOTHING, *KINDS, SAFETY.key, OWN]

    def __init__(self, coordinator: Coordinator, resident: Resident) -> None:
        """Show one resident's."""
        super().__init__(coordinator, "current_suggestion", resident)
        self._resident = resident

    def _current(self) -> tuple[Suggestion, Decision] | None:
        """Return what is said, else what is shown on the dashboard."""
        offers = self.coordinator.files.ledger.offers_to(self._resident.id)
        if offers:
            return offers[-1].suggestion, offers[-1].decision
        held = [
            (thread.suggestion, decision)
            for thread in self.coordinator.threads.due(dt_util.utcnow())
            if (decision := thread.decisions.get(self._resident.id)) is not None
            and decision.verdict is not Verdict.DROP
        ]
        return max(held, key=lambda item: (item[0].urgency, item[0].benefit), default=None)

    @property
    @override
    def native_value(self) -> str:
        """Return the kind."""
        current = self._current()
        return current[0].kind.partition(":")[0] if current else NOTHING

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what a card needs."""
        current = self._current()
        if current is None:
            return {}
        suggestion, decision = current
        message = self.coordinator.desk.words.message(suggestion, decision.style)
        return {
            "suggestion_id": suggestion.id,
            "title": message.title,
            "message": message.body,
            "reason": decision.reason.value,
            "level": decision.level.name.lower(),
            "expires": suggestion.expires.isoformat(),
        }
