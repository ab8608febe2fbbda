"""A reminder of one's own on the phone: Done, in a quarter of an hour, Skip; said again while nobody answers."""

from datetime import timedelta
from typing import Any

import pytest
from homeassistant.components.todo import DATA_COMPONENT, TodoItem, TodoItemStatus
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.proactive_assistant.actions.execute import async_execute, effective
from custom_components.proactive_assistant.assistant.enums import Channel, RiskClass
from custom_components.proactive_assistant.assistant.facts import PlannedAction
from custom_components.proactive_assistant.const import CONF_PERSON, CONF_ROUTINES, DOMAIN
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.delivery.channels.digest import Digest, digest_of

from ..conftest import ANNA, ANNA_USER, Clock, House, Phone, kinds, resident_data, setup
from ..factories import suggestion
from .test_routine_due import CALENDAR, TODO, Reminders

OTHER = "todo.shopping"


class Shopping(Reminders):
    """A list that nobody chose for their reminders."""

    entity_id = OTHER
    _attr_name = "Shopping"


@pytest.fixture
async def lists(hass: HomeAssistant, house: House) -> dict[str, Reminders]:
    """Return the lists of the home: reminders, which Anna chose, and shopping, which nobody did."""
    assert await async_setup_component(hass, "todo", {})
    found = {TODO: Reminders(), OTHER: Shopping()}
    await hass.data[DATA_COMPONENT].async_add_entities(found.values())
    return found


@pytest.fixture
async def owner(
    hass: HomeAssistant, lists: dict[str, Reminders], house: House, phone: Phone, clock: Clock
) -> Coordinator:
    """Return the assistant of a home in which Anna wants to be reminded."""
    MockUser(id=ANNA_USER, is_owner=True).add_to_hass(hass)
    data = resident_data()
    entry = MockConfigEntry(
        domain=DOMAIN,
        entry_id="entry",
        subentries_data=[{**data, "data": {CONF_PERSON: ANNA, CONF_ROUTINES: [TODO, CALENDAR]}}],
        options={"levels": {"routine_due": "suggest"}},
    )
    entry.add_to_hass(hass)
    assert await setup(hass, entry, clock)
    return entry.runtime_data


async def remind(hass: HomeAssistant, clock: Clock, item: str = "Pills", minutes: float = 5) -> None:
    """Put an item on Anna's list and wait until a minute after its time."""
    due = dt_util.utcnow() + timedelta(minutes=minutes)
    await hass.services.async_call(
        "todo", "add_item", {"entity_id": TODO, "item": item, "due_datetime": due.isoformat()}, blocking=True
    )
    await clock.forward(minutes=minutes + 1)


def status(lists: dict[str, Reminders], entity_id: str = TODO) -> list[str]:
    return [str(item.status) for item in lists[entity_id].todo_items or ()]


async def test_it_is_said_four_times_at_most_and_leaves_the_phone_after_an_hour(
    hass: HomeAssistant, owner: Coordinator, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    await remind(hass, clock)
    [first] = phone.messages
    assert [row["title"] for row in first["data"]["actions"]] == ["Done", "In 15 min", "Skip"]
    assert "pills" not in repr(first).lower()
    await clock.forward(minutes=13)
    assert len(phone.messages) == 1
    for number in (2, 3, 4):
        await clock.forward(minutes=15 if number > 2 else 2)
        assert len(phone.messages) == number
        # The one before makes room.
        assert phone.messages[-2]["data"]["tag"] in phone.cleared
    await clock.forward(minutes=20)
    assert len(phone.messages) == 4
    assert phone.messages[-1]["data"]["tag"] in phone.cleared
    assert kinds(account) == ["offered routine_due", "unseen routine_due"] * 4
    assert owner.residents["anna"].state.learned == 0
    # That she overlooked it silences neither tomorrow's nor anything else.
    assert owner.files.ledger.recent_replies("anna", clock.now) == ()
    await remind(hass, clock, "Drops")
    assert len(phone.messages) == 5


async def test_done_ticks_the_item_and_ends_it(
    hass: HomeAssistant, owner: Coordinator, lists: dict[str, Reminders], phone: Phone, clock: Clock
) -> None:
    await remind(hass, clock)
    await phone.press(0)
    assert status(lists) == ["completed"]
    await clock.forward(hours=2)
    assert len(phone.messages) == 1
    assert not owner.files.ledger.deeds
    assert owner.residents["anna"].state.learned == 0


async def test_done_ends_an_appointment_that_cannot_be_ticked(
    hass: HomeAssistant, owner: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    start = dt_util.as_local(dt_util.utcnow() + timedelta(minutes=5))
    house.add(CALENDAR, "off", start_time=f"{start:%Y-%m-%d %H:%M:%S}", message="Insulin", all_day=False)
    await clock.forward(minutes=7)
    [message] = phone.messages
    assert message["data"]["actions"][0]["title"] == "Done"
    await phone.press(0)
    await clock.forward(hours=2)
    assert len(phone.messages) == 1


async def test_skip_ends_it_for_today_and_ticks_nothing(
    hass: HomeAssistant, owner: Coordinator, lists: dict[str, Reminders], phone: Phone, clock: Clock
) -> None:
    await remind(hass, clock)
    await phone.press(2)
    await clock.forward(hours=2)
    assert len(phone.messages) == 1
    assert status(lists) == ["needs_action"]
    # The next time is a reminder of its own, whatever its list calls it.
    [item] = lists[TODO].todo_items or ()
    item.due = dt_util.utcnow() + timedelta(minutes=5)
    lists[TODO].async_write_ha_state()
    await clock.forward(minutes=7)
    assert len(phone.messages) == 2


async def test_later_is_a_quarter_of_an_hour_and_nothing_is_said_in_between(
    hass: HomeAssistant, owner: Coordinator, phone: Phone, clock: Clock
) -> None:
    await remind(hass, clock)
    await clock.forward(minutes=9)
    await phone.press(1)
    await clock.forward(minutes=14)
    assert len(phone.messages) == 1
    await clock.forward(minutes=2)
    assert len(phone.messages) == 2
    await phone.press(1)
    await clock.forward(minutes=16)
    assert len(phone.messages) == 3
    await phone.press(0)
    await clock.forward(hours=2)
    assert len(phone.messages) == 3


async def test_what_was_put_off_and_then_ticked_by_hand_stays_silent(
    hass: HomeAssistant, owner: Coordinator, phone: Phone, clock: Clock
) -> None:
    await remind(hass, clock)
    await phone.press(1)
    data = {"entity_id": TODO, "item": "Pills", "status": "completed"}
    await hass.services.async_call("todo", "update_item", data, blocking=True)
    await clock.forward(hours=2)
    assert len(phone.messages) == 1


async def test_never_holds_on_the_next_days_too(
    hass: HomeAssistant, owner: Coordinator, lists: dict[str, Reminders], phone: Phone, clock: Clock
) -> None:
    await remind(hass, clock)
    action = phone.messages[0]["data"]["actions"][0]["action"].replace("_DO_", "_NEVER_")
    await phone.send(action)
    [item] = lists[TODO].todo_items or ()
    item.due = dt_util.utcnow() + timedelta(hours=24)
    lists[TODO].async_write_ha_state()
    await clock.forward(hours=25)
    assert len(phone.messages) == 1


async def test_a_reminder_of_the_night_is_said_once_in_the_morning(
    hass: HomeAssistant, owner: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    await clock.forward(hours=10)
    await remind(hass, clock, minutes=30)
    await clock.forward(hours=2)
    assert not phone.messages
    await clock.forward(hours=6.55)
    for state in ("on", "off"):
        house.set("binary_sensor.living_room_motion", state)
        await clock.forward(minutes=2)
    await clock.forward(minutes=40)
    assert len(phone.messages) == 1


async def test_ticked_by_hand_takes_the_message_away(
    hass: HomeAssistant, owner: Coordinator, phone: Phone, clock: Clock
) -> None:
    await remind(hass, clock)
    data = {"entity_id": TODO, "item": "Pills", "status": "completed"}
    await hass.services.async_call("todo", "update_item", data, blocking=True)
    await clock.settle()
    assert phone.cleared == [phone.messages[0]["data"]["tag"]]


async def test_it_is_neither_spoken_nor_on_any_digest(hass: HomeAssistant, owner: Coordinator, clock: Clock) -> None:
    await remind(hass, clock)
    [thread] = [item for item in owner.threads.open.values() if item.suggestion.kind == "routine_due"]
    assert digest_of(thread.suggestion) is None
    for resident in owner.residents.values():
        assert not any(owner.digests.lines(resident, digest, clock.now) for digest in Digest)
    assert thread.decisions["anna"].channel is Channel.PHONE


def tick(entity_id: str, uid: str) -> PlannedAction:
    return PlannedAction(
        domain="todo",
        action="update_item",
        entity_ids=(entity_id,),
        risk=RiskClass.A0,
        data={"item": uid, "status": "completed"},
    )


async def test_only_what_is_open_on_a_list_that_somebody_chose_is_ticked(
    hass: HomeAssistant, owner: Coordinator, lists: dict[str, Reminders], clock: Clock
) -> None:
    for entity in lists.values():
        await entity.async_create_todo_item(TodoItem(summary="Pills"))
        await entity.async_create_todo_item(TodoItem(summary="Done before"))
        (entity.todo_items or [])[1].status = TodoItemStatus.COMPLETED
    await clock.settle()
    everything = (tick(OTHER, "0"), tick(TODO, "1"), tick(TODO, "Pills"), tick(TODO, "9"))
    assert not any(effective(owner.home, action) for action in everything)
    assert await async_execute(hass, owner.home, suggestion(actions=everything), Context()) == ()
    assert status(lists, OTHER)[0] == "needs_action"
    assert effective(owner.home, tick(TODO, "0")) == (TODO,)
