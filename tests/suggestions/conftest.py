"""A house, its books and one detector, moved by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant

from custom_components.proactive_assistant.sensing.bookkeeping import Bookkeeper
from custom_components.proactive_assistant.sensing.habits import Habits
from custom_components.proactive_assistant.sensing.home import Home
from custom_components.proactive_assistant.sensing.roles import survey
from custom_components.proactive_assistant.suggestions import Detector, Finding

from ..conftest import House

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MOTION = "binary_sensor.living_room_motion"


class Stage:
    """A house, its books and one detector, moved by hand."""

    def __init__(self, house: House, freezer: FrozenDateTimeFactory) -> None:
        self.house, self.freezer = house, freezer
        self.home = Home(house.hass, Habits())
        self.refresh()
        self.books = Bookkeeper(self.home)
        self.detector: Detector | None = None

    def refresh(self) -> None:
        self.home.map = survey(self.house.hass)
        self.home.people = tuple(self.house.hass.states.async_entity_ids("person"))

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def set(self, entity_id: str, state: str, *, after: float = 0) -> None:
        self.freezer.tick(timedelta(minutes=after))
        old = self.house.hass.states.get(entity_id)
        self.house.set(entity_id, state)
        new = self.house.hass.states.get(entity_id)
        self.books.changed(old, new, new.last_changed)
        if self.detector is not None:
            self.detector.observe(old, new, new.last_changed)

    def put(self, entity_id: str, state: str, *, after: float = 0, **attributes: Any) -> None:
        """Set a state with attributes of its own, without asking the detector to look."""
        self.freezer.tick(timedelta(minutes=after))
        old = self.house.hass.states.get(entity_id)
        kept = dict(old.attributes) if old else {}
        self.house.hass.states.async_set(entity_id, state, kept | attributes)

    def add(self, entity_id: str, state: str, **arguments: Any) -> str:
        """Furnish the house and survey it again."""
        self.house.add(entity_id, state, **arguments)
        self.refresh()
        return entity_id

    def at(self, hour: int, minute: int = 0, *, days: int = 0) -> None:
        """Go to a clock time of the day, or of a later one."""
        self.freezer.move_to(NOON.replace(hour=hour, minute=minute) + timedelta(days=days))

    def found(self, *, after: float = 0) -> list[Finding]:
        self.freezer.tick(timedelta(minutes=after))
        assert self.detector is not None
        return list(self.detector.findings(self.now))

    def due(self, *, after: float = 0) -> list[Finding]:
        return [item for item in self.found(after=after) if item.due <= self.now]


@pytest.fixture
async def stage(hass: HomeAssistant, house: House, freezer: FrozenDateTimeFactory) -> Stage:
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to(NOON - timedelta(hours=1))
    for state in hass.states.async_all():
        hass.states.async_set(state.entity_id, state.state, state.attributes, force_update=True)
    freezer.move_to(NOON)
    return Stage(house, freezer)
