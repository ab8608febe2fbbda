"""Promises about time: kept through the night, through a restart, and until somebody comes home."""

from datetime import timedelta
from typing import Any

import pytest
from homeassistant.core import Context, HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.assistant.enums import Reply
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.delivery.errors import BadTimeError
from custom_components.proactive_assistant.delivery.until import resolved
from custom_components.proactive_assistant.storage.promises import Until

from ..conftest import ANNA, LAMP, NOON, WASHER, WASHER_DOOR, WINDOW, Clock, House, Phone, kinds, setup


@pytest.fixture
async def offered(coordinator: Coordinator, house: House, phone: Phone, clock: Clock) -> Coordinator:
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert len(phone.messages) == 1
    return coordinator


@pytest.fixture
async def one_a_day(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry
) -> Coordinator:
    hass.config_entries.async_update_entry(entry, options={**entry.options, "push_cap": 1})
    assert await setup(hass, entry, clock)
    owner: Coordinator = entry.runtime_data
    assert owner.settings.push_cap == 1
    return owner


async def later(owner: Coordinator, until: Any) -> dict[str, Any]:
    who = await owner.front.caller(Context())
    return await owner.front.async_reply(who, Reply.LATER, until=until)


async def test_a_wash_that_ends_at_night_is_mentioned_in_the_morning_though_its_time_ran_out(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    # Finished at 22:10, eight hours to live: over at 06:10, and the quiet hours end at 07:00.
    await clock.forward(hours=9)
    house.set(WASHER, "running")
    await clock.forward(minutes=70)
    house.set(WASHER, "finished")
    await clock.forward(hours=8, minutes=40)
    assert not phone.messages
    await clock.forward(minutes=20)
    assert [item["title"] for item in phone.messages] == ["Finished"]
    assert kinds(account).count("offered appliance_done") == 1


async def test_a_bedtime_in_the_quiet_hours_is_not_told_the_next_morning(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    await clock.forward(hours=9)
    house.set(LAMP, "on")
    await clock.forward(hours=12)
    held = [item["reason"] for item in account if (item["kind"], item["type"]) == ("bedtime", "held_back")]
    assert held[:1] == ["quiet_hours"]
    assert not [item for item in account if (item["kind"], item["type"]) == ("bedtime", "offered")]
    assert not coordinator.files.ledger.kept
    assert "Before the night" not in [item["title"] for item in phone.messages]


async def test_and_it_is_still_mentioned_after_a_restart_in_the_night(
    hass: HomeAssistant, coordinator: Coordinator, entry: MockConfigEntry, house: House, phone: Phone, clock: Clock
) -> None:
    await clock.forward(hours=9)
    house.set(WASHER, "running")
    await clock.forward(minutes=70)
    house.set(WASHER, "finished")
    await clock.forward(hours=8, minutes=10)
    assert coordinator.files.ledger.kept
    assert await hass.config_entries.async_reload(entry.entry_id)
    await clock.forward(minutes=50)
    assert [item["title"] for item in phone.messages] == ["Finished"]


async def test_nothing_is_mentioned_that_was_emptied_in_the_night(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    await clock.forward(hours=9)
    house.set(WASHER, "running")
    await clock.forward(minutes=70)
    house.set(WASHER, "finished")
    await clock.forward(hours=2)
    house.set(WASHER_DOOR, "on")
    house.set(WASHER, "idle")
    await clock.forward(hours=8)
    assert not phone.messages
    assert not coordinator.files.ledger.kept


async def test_later_when_home_waits_for_the_next_coming_home(
    offered: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    assert (await later(offered, Until.HOME))["until"] == "home"
    await clock.forward(hours=4)
    assert len(phone.messages) == 1
    house.set(ANNA, "not_home")
    await clock.forward(hours=1)
    assert ["everybody gone" in item["message"] for item in phone.messages[1:]] == [True]
    house.set(ANNA, "home")
    await clock.forward(minutes=15)
    # The check at the door is the second message of a day of the first week; what was put off comes all the same.
    assert [item["title"] for item in phone.messages] == ["Still open"] * 3
    assert "everybody gone" not in phone.messages[-1]["message"]


async def test_later_when_it_changes_waits_for_a_change(
    offered: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    await later(offered, Until.CHANGED)
    await clock.forward(hours=6)
    assert len(phone.messages) == 1
    house.set(WINDOW, "off")
    await clock.settle()
    house.set(WINDOW, "on")
    await clock.forward(minutes=10)
    assert len(phone.messages) == 2


async def test_a_promise_made_before_a_restart_is_kept_once(
    hass: HomeAssistant, offered: Coordinator, entry: MockConfigEntry, house: House, phone: Phone, clock: Clock
) -> None:
    await later(offered, timedelta(minutes=90))
    assert await hass.config_entries.async_unload(entry.entry_id)
    await clock.forward(hours=2)
    assert len(phone.messages) == 1
    assert await hass.config_entries.async_setup(entry.entry_id)
    # The window opened anew for the detector, which waits its five minutes again.
    await clock.forward(minutes=30)
    assert len(phone.messages) == 2
    await clock.forward(hours=2)
    assert len(phone.messages) == 2


async def test_what_was_put_off_as_the_last_message_of_the_day_comes_back_after_an_hour_once(
    one_a_day: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    await phone.press(1)
    await clock.forward(minutes=50)
    assert len(phone.messages) == 1
    await clock.forward(minutes=15)
    assert [item["title"] for item in phone.messages] == ["Still open", "Still open"]
    # Opened again it is another message.
    house.set(WINDOW, "off")
    await clock.forward(hours=3)
    house.set(WINDOW, "on")
    await clock.forward(minutes=30)
    assert len(phone.messages) == 2


async def test_what_ended_after_it_was_put_off_has_no_promise_left_for_the_next_time(
    one_a_day: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    await phone.press(1)
    house.set(WINDOW, "off")
    await clock.forward(hours=2)
    house.set(WINDOW, "on")
    await clock.forward(hours=2)
    assert len(phone.messages) == 1


@pytest.mark.parametrize(
    ("until", "hours"),
    [(timedelta(minutes=30), 0.5), (Until.EVENING, 6), (Until.MORNING, 19), (NOON + timedelta(hours=3), 3)],
)
async def test_what_later_means(coordinator: Coordinator, until: Any, hours: float) -> None:
    at, waits_for = resolved(coordinator, until, NOON)
    assert waits_for is None
    assert at == NOON + timedelta(hours=hours)


@pytest.mark.parametrize(
    "until",
    [timedelta(0), timedelta(minutes=-5), timedelta(days=40), timedelta.max, NOON - timedelta(hours=1)],
)
async def test_a_time_that_cannot_be_meant_is_refused(coordinator: Coordinator, until: Any) -> None:
    with pytest.raises(BadTimeError):
        resolved(coordinator, until, NOON)


async def test_after_midnight_the_morning_is_todays(coordinator: Coordinator, clock: Clock) -> None:
    night = NOON + timedelta(hours=14)
    at, _ = resolved(coordinator, Until.MORNING, night)
    assert at == NOON + timedelta(hours=19)


async def test_a_pause_silences_everything_but_danger_and_ends_by_itself(
    hass: HomeAssistant, coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    front = coordinator.front
    who = await front.caller(Context())
    assert await front.async_pause(who, timedelta(hours=2)) == dt_util.utcnow() + timedelta(hours=2)
    house.add("binary_sensor.hall_smoke", "off", area="Hall", device_class="smoke")
    house.set(WINDOW, "on")
    await clock.forward(minutes=30)
    assert not phone.messages
    house.set("binary_sensor.hall_smoke", "on")
    await clock.forward(seconds=20)
    assert [item["title"] for item in phone.messages] == ["Smoke"]
    house.set("binary_sensor.hall_smoke", "off")
    await clock.forward(hours=2, minutes=30)
    assert phone.messages[-1]["title"] == "Still open"


async def test_whoever_is_muted_hears_nothing_until_unmuted(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    front = coordinator.front
    who = await front.caller(Context())
    assert await front.async_mute(who, ANNA) is None
    assert front.paused_until("anna") is not None
    house.set(WINDOW, "on")
    await clock.forward(hours=3)
    assert not phone.messages
    await front.async_unmute(who, ANNA)
    await clock.forward(minutes=1)
    assert len(phone.messages) == 1
    assert front.paused_until("anna") is None
