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

from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.sensing import todo_lists
from custom_components.proactive_assistant.sensing.profile import Profile
from custom_components.proactive_assistant.suggestions import routine_due
from custom_components.proactive_assistant.suggestions.repeats import series_of
from custom_components.proactive_assistant.suggestions.routine_due import RoutineDue
from custom_components.proactive_assistant.threads import suggestion_from

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
    # Said again every quarter of an hour while nobody answers; each time ends by the clock.
    assert finding.expires == finding.due + timedelta(minutes=15)


async def test_it_is_said_three_times_more_and_is_over_after_an_hour(todo: Stage) -> None:
    await call(todo, "add_item", item="Pills", due_datetime="2026-11-24 12:30:00+00:00")
    turns = []
    for minutes in (31, 15, 15, 14):
        [finding] = todo.due(after=minutes)
        assert finding.facts == {"since": (NOON + timedelta(minutes=30)).isoformat()}
        turns.append((finding.situation.rpartition("@")[2].rpartition(":")[2], finding.due - NOON, finding.expires))
    assert [turn for turn, _, _ in turns][1:] == ["again1", "again2", "again3"]
    assert [due.total_seconds() / 60 for _, due, _ in turns] == [30, 45, 60, 75]
    assert turns[-1][2] == NOON + timedelta(minutes=90)
    assert not todo.found(after=15)


async def test_an_item_that_comes_again_is_a_reminder_of_its_own(todo: Stage) -> None:
    await call(todo, "add_item", item="Drops", due_datetime="2026-11-24 12:30:00+00:00")
    [morning] = todo.due(after=31)
    await call(todo, "update_item", item="Drops", due_datetime="2026-11-24 14:30:00+00:00")
    [later] = todo.due(after=120)
    assert morning.situation != later.situation
    assert series_of(morning.situation) == series_of(later.situation)


async def test_a_list_that_two_people_chose_reminds_each_of_them(todo: Stage) -> None:
    todo.house.hass.states.async_set("person.ben", "home")
    todo.refresh()
    todo.home.profiles = {person: Profile(routines=(TODO,)) for person in (ANNA, "person.ben")}
    await call(todo, "add_item", item="Pills", due_datetime="2026-11-24 12:30:00+00:00")
    found = todo.due(after=31)
    assert [item.persons for item in found] == [(ANNA,), ("person.ben",)]
    assert len({item.situation for item in found}) == 2


async def test_done_ticks_the_item_where_the_list_lets_it(todo: Stage) -> None:
    await call(todo, "add_item", item="Pills", due_datetime="2026-11-24 12:30:00+00:00")
    [finding] = todo.due(after=31)
    [action] = finding.actions
    assert (action.domain, action.action, action.risk) == ("todo", "update_item", RiskClass.A0)
    assert dict(action.data) == {"item": "0", "status": "completed"}
    todo.put(TODO, "1", supported_features=int(TodoListEntityFeature.CREATE_TODO_ITEM))
    [finding] = todo.due()
    assert not finding.actions


async def test_what_was_put_off_stands_until_it_is_ticked_or_its_list_is_not_chosen_any_more(todo: Stage) -> None:
    await call(todo, "add_item", item="Pills", due_datetime="2026-11-24 12:30:00+00:00")
    [finding] = todo.due(after=31)
    put_off = suggestion_from("routine_due", finding, todo.now)
    detector = todo.detector
    assert detector is not None
    await call(todo, "add_item", item="Milk")
    todo.freezer.tick(timedelta(hours=3))
    assert detector.lasts(put_off)
    todo.home.profiles = {}
    assert not detector.lasts(put_off)
    todo.home.profiles = {ANNA: Profile(routines=(TODO,))}
    await call(todo, "update_item", item="Pills", status="completed")
    assert not detector.lasts(put_off)


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
    stage.add(TODO, "1", supported_features=4)
    stage.home.profiles = {ANNA: Profile(routines=(TODO,))}
    stage.detector = RoutineDue(stage.home)
    items = [
        SimpleNamespace(),
        SimpleNamespace(due=NOON, status="needs_action", uid=None),
        SimpleNamespace(due="x"),
        SimpleNamespace(due=NOON, status="needs_action", uid=7),
    ]
    for module in (routine_due, todo_lists):
        monkeypatch.setattr(module, "items_on", lambda _home, _entity: items)
    found = stage.due()
    assert len(found) == 2
    assert not any(item.actions for item in found), "what has no id of its own cannot be ticked"
