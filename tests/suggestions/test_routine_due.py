"""A resident's own reminders: to them alone, in neutral words, from lists that they ticked."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from homeassistant.components.todo import (
    DATA_COMPONENT,
    TodoItem,
    TodoItemStatus,
    TodoListEntity,
    TodoListEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from custom_components.proactive_assistant.sensing.profile import Profile
from custom_components.proactive_assistant.suggestions.routine_due import RoutineDue

from ..conftest import ANNA
from .conftest import NOON, Stage

TODO, CALENDAR = "todo.annas_reminders", "calendar.anna"


class Reminders(TodoListEntity):
    """A to-do list on core's own component."""

    entity_id = TODO
    _attr_name = "Annas reminders"
    _attr_supported_features = (
        TodoListEntityFeature.CREATE_TODO_ITEM
        | TodoListEntityFeature.UPDATE_TODO_ITEM
        | TodoListEntityFeature.SET_DUE_DATE_ON_ITEM
        | TodoListEntityFeature.SET_DUE_DATETIME_ON_ITEM
    )

    def __init__(self) -> None:
        self._attr_todo_items = []

    async def async_create_todo_item(self, item: TodoItem) -> None:
        item.uid = str(len(self._attr_todo_items or ()))
        item.status = TodoItemStatus.NEEDS_ACTION
        self._attr_todo_items = [*(self._attr_todo_items or ()), item]
        self.async_write_ha_state()

    async def async_update_todo_item(self, item: TodoItem) -> None:
        self._attr_todo_items = [item if old.uid == item.uid else old for old in self._attr_todo_items or ()]
        self.async_write_ha_state()


@pytest.fixture
async def todo(hass: HomeAssistant, stage: Stage) -> Stage:
    """Return a home with core's own to-do list, which Anna ticked."""
    assert await async_setup_component(hass, "todo", {})
    await hass.data[DATA_COMPONENT].async_add_entities([Reminders()])
    await hass.async_block_till_done()
    stage.refresh()
    stage.home.profiles = {ANNA: Profile(resident="anna", routines=(TODO, CALENDAR))}
    stage.detector = RoutineDue(stage.home)
    return stage


async def call(stage: Stage, action: str, **data: Any) -> None:
    await stage.house.hass.services.async_call("todo", action, {"entity_id": TODO, **data}, blocking=True)
    await stage.house.hass.async_block_till_done()


async def test_an_item_is_due_at_its_time_and_says_nothing_of_what_it_is(todo: Stage) -> None:
    await call(todo, "add_item", item="Blood pressure pills", due_datetime="2026-11-24 12:30:00+00:00")
    assert not todo.due()
    [finding] = todo.due(after=31)
    assert finding.persons == (ANNA,)
    assert finding.facts == {"since": (NOON + timedelta(minutes=30)).isoformat()}
    assert "pressure" not in repr(finding).lower()
    assert finding.expires == finding.due + timedelta(minutes=60)


async def test_done_ends_it(todo: Stage) -> None:
    await call(todo, "add_item", item="Pills", due_datetime="2026-11-24 12:30:00+00:00")
    assert todo.due(after=31)
    await call(todo, "update_item", item="Pills", status="completed")
    assert not todo.found()


async def test_an_item_without_a_time_or_of_yesterday_is_no_reminder(todo: Stage) -> None:
    await call(todo, "add_item", item="Milk")
    await call(todo, "add_item", item="Tax", due_date="2026-11-24")
    await call(todo, "add_item", item="Old", due_datetime="2026-11-23 12:00:00+00:00")
    assert not todo.found()


async def test_a_list_that_nobody_ticked_is_not_read(todo: Stage) -> None:
    await call(todo, "add_item", item="Pills", due_datetime="2026-11-24 12:30:00+00:00")
    todo.home.profiles = {}
    assert not todo.found(after=40)


async def test_an_excluded_list_is_not_read(todo: Stage) -> None:
    await call(todo, "add_item", item="Pills", due_datetime="2026-11-24 12:30:00+00:00")
    things = {key: thing for key, thing in todo.home.map.things.items() if key != TODO}
    todo.home.map = type(todo.home.map)(things=things)
    assert not todo.found(after=40)


async def test_a_calendar_of_ones_own_reminds_too(todo: Stage) -> None:
    todo.add(CALENDAR, "off", message="Insulin", start_time="2026-11-24 13:00:00", all_day=False)
    [finding] = todo.due(after=61)
    assert "insulin" not in repr(finding).lower()
    todo.put(CALENDAR, "off", all_day=True)
    assert not todo.found()


@pytest.mark.parametrize("start", [None, 3, "soon", "2026-11-24T99:00", "9999-12-31T23:59:59-12:00"])
def test_a_calendar_that_writes_junk_reminds_of_nothing(stage: Stage, start: object) -> None:
    stage.add(CALENDAR, "off", start_time=start)
    stage.home.profiles = {ANNA: Profile(routines=(CALENDAR,))}
    stage.detector = RoutineDue(stage.home)
    assert not stage.found()


def test_items_of_any_shape_are_read_or_left(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.add(TODO, "1")
    stage.home.profiles = {ANNA: Profile(routines=(TODO,))}
    stage.detector = detector = RoutineDue(stage.home)
    items = [SimpleNamespace(), SimpleNamespace(due=NOON, status="needs_action", uid=None), SimpleNamespace(due="x")]
    monkeypatch.setattr(detector, "_todo_items", lambda _entity: items)
    assert len(stage.due()) == 1
