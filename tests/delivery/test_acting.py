"""Acting by itself: only where it may, told with a way back, and taken back exactly."""

from typing import Any

import pytest
from homeassistant.core import Context, HomeAssistant, ServiceCall
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.assistant.enums import HomeMode, Level, Reply
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.storage.ledger import DeedStatus

from ..conftest import ANNA, LAMP, TV, Clock, House, Phone, kinds, setup

MOTION = "binary_sensor.living_room_motion"


@pytest.fixture
def entry(entry: MockConfigEntry, hass: HomeAssistant) -> MockConfigEntry:
    """Return an entry that lets leaving act."""
    hass.config_entries.async_update_entry(entry, options={"ceiling": "act", "levels": {"leave_home": "act"}})
    return entry


@pytest.fixture
async def empty(coordinator: Coordinator, house: House, phone: Phone, clock: Clock) -> Coordinator:
    """Return the assistant of a house that Anna has left with the lamp on."""
    register_turn_on(house)
    house.hass.states.async_set(LAMP, "on", {"brightness": 77, "color_mode": "brightness", "friendly_name": "Lamp"})
    await clock.forward(minutes=40)
    house.set(ANNA, "not_home")
    return coordinator


def register_turn_on(house: House) -> None:
    async def turn_on(call: ServiceCall) -> None:
        entity_id = call.data["entity_id"]
        for item in [entity_id] if isinstance(entity_id, str) else entity_id:
            old = house.hass.states.get(item)
            attributes = dict(old.attributes) | {"brightness": call.data.get("brightness", 255)}
            house.hass.states.async_set(item, "on", attributes, context=call.context)

    house.hass.services.async_register("light", "turn_on", turn_on)


def undo_of(phone: Phone) -> str:
    return phone.messages[-1]["data"]["actions"][0]["action"]


async def test_what_may_act_acts_and_tells_with_an_undo_button(
    empty: Coordinator, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    await clock.forward(minutes=4)
    state = empty.hass.states.get(LAMP)
    assert state.state == "off"
    assert state.context.user_id is None
    assert state.context.parent_id is not None
    assert kinds(account) == ["executed leave_home"]
    assert phone.messages[-1]["title"] == "Done: off"
    assert phone.messages[-1]["message"] == "Living room: Lamp"
    assert phone.messages[-1]["data"]["importance"] == "low"
    [deed] = empty.files.ledger.deeds.values()
    assert deed.automatic
    assert deed.status is DeedStatus.DONE


async def test_the_undo_button_brings_back_exactly_what_was_and_lets_the_kind_rest(
    empty: Coordinator, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    await clock.forward(minutes=4)
    await phone.send(undo_of(phone))
    state = empty.hass.states.get(LAMP)
    assert (state.state, state.attributes["brightness"]) == ("on", 77)
    assert state.context.user_id == phone.user_id
    assert kinds(account)[-1] == "undone leave_home"
    assert phone.cleared
    assert empty.residents["anna"].state.counts == {"undone": 1}
    assert "leave_home" in empty.files.ledger.orders.cooled
    await phone.send(undo_of(phone))
    assert kinds(account).count("undone leave_home") == 1


async def test_the_undo_button_goes_after_ten_minutes_and_the_action_works_for_a_day(
    empty: Coordinator, phone: Phone, clock: Clock
) -> None:
    await clock.forward(minutes=4)
    assert not phone.cleared
    await clock.forward(minutes=11)
    assert phone.cleared
    who = await empty.front.caller(Context(user_id=None))
    done = await empty.front.async_undo(who)
    assert done["restored"] == [LAMP]
    assert empty.hass.states.get(LAMP).state == "on"


async def test_turning_it_back_on_by_hand_counts_as_undone(
    empty: Coordinator, house: House, clock: Clock, account: list[dict[str, Any]]
) -> None:
    await clock.forward(minutes=4)
    house.set(LAMP, "on")
    await clock.settle()
    assert "undone leave_home" in kinds(account)
    assert empty.front.level("leave_home") is Level.ACT


async def test_the_second_undo_lowers_the_level_with_a_line_that_says_so(
    empty: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    await clock.forward(minutes=4)
    await phone.send(undo_of(phone))
    house.set(ANNA, "home")
    house.set(MOTION, "on")
    await clock.forward(hours=25)
    house.set(MOTION, "off")
    await clock.forward(minutes=1)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    assert kinds(account).count("executed leave_home") == 2
    await phone.send(undo_of(phone))
    assert "demoted leave_home" in kinds(account)
    assert empty.front.level("leave_home") is Level.ASK


@pytest.mark.parametrize(
    "spoil",
    [
        "fresh hand",
        "guests",
        "no second signal",
        "movement in the empty house",
        "most of the home is dead",
        "paused",
        "danger",
        "just started",
        "excluded domain",
    ],
)
async def test_it_asks_or_waits_where_it_may_not_act(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, spoil: str
) -> None:
    house.set(LAMP, "on")
    await clock.forward(minutes=40 if spoil not in ("fresh hand", "just started") else 5)
    if spoil == "guests":
        coordinator.mode = HomeMode.GUEST
    elif spoil == "no second signal":
        house.set(MOTION, "unavailable")
    elif spoil == "most of the home is dead":
        for item in ("binary_sensor.kitchen_window", "sensor.washing_machine", "binary_sensor.washing_machine_door"):
            house.set(item, "unavailable")
    elif spoil == "paused":
        who = await coordinator.front.caller(Context())
        await coordinator.front.async_mute(who, "anna")
    elif spoil == "danger":
        house.add("binary_sensor.smoke", "on", device_class="smoke")
        await clock.forward(seconds=10)
    elif spoil == "excluded domain":
        coordinator.async_change_options({"action_domains": ["media_player"]})
    house.set(ANNA, "not_home")
    await clock.forward(seconds=30)
    if spoil == "movement in the empty house":
        await clock.forward(seconds=110)
        house.set(MOTION, "on")
    await clock.forward(minutes=6)
    assert coordinator.hass.states.get(LAMP).state == "on"
    assert not coordinator.files.ledger.deeds


async def test_it_acts_at_most_once_in_ten_minutes(
    empty: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    await clock.forward(minutes=4)
    house.set(ANNA, "home")
    house.hass.states.async_set(TV, "playing", {"friendly_name": "TV"}, context=Context(parent_id="automation"))
    await clock.forward(minutes=1)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=4)
    assert empty.hass.states.get(TV).state == "playing"
    assert len(empty.files.ledger.deeds) == 1


async def test_after_a_tap_the_message_becomes_done_with_an_undo(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    coordinator.async_change_options({"ceiling": "suggest"})
    register_turn_on(house)
    house.set(LAMP, "on")
    await clock.forward(minutes=10)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=4)
    await phone.press(0)
    assert phone.messages[-1]["title"] == "Done: off"
    assert phone.messages[-1]["data"]["tag"] == phone.messages[-2]["data"]["tag"]
    await clock.settle()
    assert not phone.cleared
    await phone.send(undo_of(phone))
    assert coordinator.hass.states.get(LAMP).state == "on"
    assert kinds(account)[-1] == "undone leave_home"
    # Undoing what one has asked for is a change of mind, not a verdict on the level.
    assert not coordinator.files.ledger.orders.cooled


async def test_an_undo_says_what_a_hand_has_changed_since(
    empty: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    await clock.forward(minutes=4)
    house.hass.states.async_set(LAMP, "off", {"effect": "x"}, context=Context(user_id="ben"))
    who = await empty.front.caller(Context(user_id=None))
    done = await empty.front.async_undo(who)
    assert done["not_restored"] == {LAMP: ["changed_since"]}
    assert empty.hass.states.get(LAMP).state == "off"


async def test_a_kill_in_the_middle_is_reported_and_never_repeated(
    hass: HomeAssistant,
    empty: Coordinator,
    entry: MockConfigEntry,
    house: House,
    phone: Phone,
    clock: Clock,
    account: list[dict[str, Any]],
) -> None:
    calls: list[ServiceCall] = []

    async def hang(call: ServiceCall) -> None:
        calls.append(call)

    hass.services.async_register("light", "turn_off", hang)
    stored: dict[str, Any] = {}
    whole = empty.desk.doer.async_carry_out

    async def cut(deed: Any, context: Context) -> tuple[str, ...]:
        stored.update(empty.files.ledger.to_dict())
        return await whole(deed, context)

    empty.desk.doer.async_carry_out = cut  # type: ignore[method-assign]
    await clock.forward(minutes=4)
    assert len(calls) == 1
    # What was on disk in the instant before the call is what a restart finds.
    ledger = type(empty.files.ledger).from_dict(stored)
    empty.files.ledger.deeds.clear()
    empty.files.ledger.deeds.update(ledger.deeds)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await clock.forward(minutes=15)
    assert len(calls) == 1
    assert "unfinished leave_home" in kinds(account)
    assert any(message["title"].startswith("Not finished") for message in phone.messages)
    [deed] = entry.runtime_data.files.ledger.deeds.values()
    assert deed.status is DeedStatus.UNFINISHED
    assert [item.entity_id for item in deed.snapshots] == [LAMP]


async def test_voice_answers_but_never_locks(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    calls: list[ServiceCall] = []
    house.add("lock.front", "locked", area="Hall")
    hass.services.async_register("lock", "lock", calls.append)
    assert await setup(hass, entry, clock)
    house.set("lock.front", "unlocked")
    house.set(ANNA, "not_home")
    await clock.forward(minutes=10)
    [offer] = entry.runtime_data.files.ledger.offers.values()
    assert offer.suggestion.kind == "lock_check"
    await entry.runtime_data.desk.async_answered(offer.token, Reply.ACCEPTED)
    assert not calls


async def test_what_was_locked_is_named_and_has_no_undo(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    async def lock(call: ServiceCall) -> None:
        house.set("lock.front", "locked")

    house.add("lock.front", "locked", area="Hall")
    hass.services.async_register("lock", "lock", lock)
    assert await setup(hass, entry, clock)
    house.set("lock.front", "unlocked")
    house.set(ANNA, "not_home")
    await clock.forward(minutes=10)
    await phone.press(0)
    said = phone.messages[-1]
    assert (said["title"], said["message"]) == ("Done: locked", "Hall: Front")
    assert said["data"]["actions"] == []


async def test_several_things_are_counted_and_named_by_room(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    house.add("light.kitchen_lamp", "off", area="Kitchen")
    assert await setup(hass, entry, clock)
    for lamp in (LAMP, "light.kitchen_lamp"):
        house.set(lamp, "on")
    await clock.forward(minutes=40)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=4)
    said = phone.messages[-1]
    assert said["title"] == "Done: 2 off"
    assert {"Living room: Living room ceiling", "Kitchen: Kitchen lamp"} == set(said["message"].split("; "))


async def test_where_others_read_along_no_name_is_told_of_what_was_done(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, options={**entry.options, "private_wording": True})
    assert await setup(hass, entry, clock)
    house.set(LAMP, "on")
    await clock.forward(minutes=40)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=4)
    assert (phone.messages[-1]["title"], phone.messages[-1]["message"]) == ("Done: off", "Home check")
