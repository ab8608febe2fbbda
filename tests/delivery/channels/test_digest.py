"""The digest: once a day and once a week, without a sound, never the same twice."""

from datetime import datetime
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.assistant.enums import Category, HomeMode
from custom_components.proactive_assistant.const import CONF_DIGEST_TIMES, CONF_PRIVATE_WORDING
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.delivery.channels.digest import Digest, digest_of

from ...conftest import LAMP, WINDOW, Clock, House, Phone, setup
from ...factories import suggestion
from .test_persistent import shown

SUNDAY = datetime(2026, 11, 29, 9, 59, tzinfo=dt_util.UTC)
MORNING = datetime(2026, 11, 25, 7, 0, tzinfo=dt_util.UTC)


def lists(phone: Phone, which: str = "daily") -> list[dict[str, Any]]:
    return [item for item in phone.messages if item["data"]["tag"].endswith(f"digest_{which}")]


async def dark_office(house: House, clock: Clock) -> None:
    """Leave a light on in a room where nobody is: shown, never pushed."""
    house.set(LAMP, "on")
    house.add("binary_sensor.kitchen_motion", "on", area="Kitchen", device_class="motion")
    await clock.forward(hours=1)


@pytest.fixture
async def shown_only(coordinator: Coordinator, house: House, clock: Clock) -> Coordinator:
    """Return an assistant with one thing on the list and nothing on the phone."""
    coordinator.mode = HomeMode.PARTY
    house.set(WINDOW, "on")
    await clock.forward(minutes=10)
    return coordinator


async def test_the_morning_list_says_what_was_held_back_without_a_sound(
    shown_only: Coordinator, phone: Phone, clock: Clock
) -> None:
    assert await shown_only.digests.async_send(Digest.DAILY, clock.now) == 1
    [message] = lists(phone)
    assert message["title"] == "Home check · 1"
    assert message["message"].splitlines() == [
        "Still open: Kitchen window · since 12:00 · longer than 5 min",
        "held back since the last list: 1",
    ]
    data = message["data"]
    assert (data["channel"], data["importance"], data["push"]["interruption-level"]) == ("Digest", "low", "passive")
    assert "actions" not in data
    assert data["clickAction"].startswith("/todo")


async def test_a_list_with_nothing_new_is_not_sent(shown_only: Coordinator, phone: Phone, clock: Clock) -> None:
    await shown_only.digests.async_send(Digest.DAILY, clock.now)
    assert await shown_only.digests.async_send(Digest.DAILY, clock.now) == 0
    assert len(lists(phone)) == 1


async def test_an_empty_list_is_not_sent(coordinator: Coordinator, phone: Phone, clock: Clock) -> None:
    assert await coordinator.digests.async_send(Digest.DAILY, clock.now) == 0
    assert not phone.messages


async def test_it_counts_in_no_cap_and_teaches_nothing(shown_only: Coordinator, phone: Phone, clock: Clock) -> None:
    before = shown_only.residents["anna"].state
    await shown_only.digests.async_send(Digest.DAILY, clock.now)
    assert shown_only.files.ledger.pushes_since(MORNING.replace(day=1)) == 0
    assert shown_only.residents["anna"].state is before


async def test_what_lies_on_the_phone_is_not_on_the_list_too(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert len(phone.messages) == 1
    assert await coordinator.digests.async_send(Digest.DAILY, clock.now) == 0


async def test_whoever_asked_for_silence_gets_no_list(shown_only: Coordinator, phone: Phone, clock: Clock) -> None:
    shown_only.files.ledger.orders.muted["anna"] = None
    assert await shown_only.digests.async_send(Digest.DAILY, clock.now) == 0
    shown_only.files.ledger.orders.muted.clear()
    shown_only.controls.enabled = False
    assert await shown_only.digests.async_send(Digest.DAILY, clock.now) == 0
    assert not phone.messages


async def test_a_list_on_a_lock_screen_that_others_see_says_only_how_much(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, options={CONF_PRIVATE_WORDING: True})
    assert await setup(hass, entry, clock)
    coordinator = entry.runtime_data
    coordinator.mode = HomeMode.PARTY
    house.set(WINDOW, "on")
    await clock.forward(minutes=10)
    await coordinator.digests.async_send(Digest.DAILY, clock.now)
    [message] = lists(phone)
    assert message["title"] == "Home check · 1"
    assert "indow" not in message["message"]


async def test_without_a_phone_the_list_stands_in_the_sidebar(
    hass: HomeAssistant, house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    coordinator = entry.runtime_data
    coordinator.mode = HomeMode.PARTY
    house.set(WINDOW, "on")
    await clock.forward(minutes=10)
    await coordinator.digests.async_send(Digest.DAILY, clock.now)
    assert "Kitchen window" in shown(hass)["proactive_assistant_digest_daily_anna"]


async def test_it_comes_at_eight_by_itself(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    clock.freezer.move_to(MORNING)
    assert await setup(hass, entry, clock)
    entry.runtime_data.mode = HomeMode.PARTY
    house.set(WINDOW, "on")
    await clock.forward(minutes=55)
    assert not lists(phone)
    await clock.forward(minutes=10)
    assert len(lists(phone)) == 1


async def test_batteries_wait_for_sunday(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    clock.freezer.move_to(SUNDAY.replace(hour=9, minute=0))
    house.add("sensor.hall_motion_battery", "4", area="Hall", device_class="battery", unit_of_measurement="%")
    assert await setup(hass, entry, clock)
    await clock.forward(minutes=59)
    assert not phone.messages
    await clock.forward(minutes=5)
    [message] = lists(phone, "weekly")
    assert message["title"] == "For the coming week · 1"
    assert "4 %" in message["message"]


async def test_a_dry_plant_waits_for_no_sunday(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    clock.freezer.move_to(MORNING)
    house.add("sensor.basil_moisture", "8", area="Kitchen", device_class="moisture", unit_of_measurement="%")
    assert await setup(hass, entry, clock)
    await clock.forward(minutes=55)
    assert not phone.messages
    await clock.forward(hours=25)
    assert len(lists(phone)) == 1
    assert "Basil" in lists(phone)[0]["message"]
    assert not lists(phone, "weekly")


async def test_a_list_that_grows_is_sent_again(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    house.add("sensor.hall_motion_battery", "12", area="Hall", device_class="battery", unit_of_measurement="%")
    house.add("sensor.bath_motion_battery", "80", area="Bath", device_class="battery", unit_of_measurement="%")
    assert await setup(hass, entry, clock)
    digests = entry.runtime_data.digests
    await clock.forward(minutes=40)
    assert await digests.async_send(Digest.WEEKLY, clock.now) == 1
    assert await digests.async_send(Digest.WEEKLY, clock.now) == 0
    house.set("sensor.bath_motion_battery", "11")
    await clock.forward(minutes=40)
    assert await digests.async_send(Digest.WEEKLY, clock.now) == 1
    # One that is replaced is no news.
    house.set("sensor.hall_motion_battery", "100")
    await clock.forward(minutes=10)
    assert await digests.async_send(Digest.WEEKLY, clock.now) == 0


async def test_whoever_chose_no_time_gets_no_list(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, options={CONF_DIGEST_TIMES: []})
    assert await setup(hass, entry, clock)
    assert not [key for key in entry.runtime_data.timing.planned() if key.startswith("digest")]


def test_health_is_on_no_list() -> None:
    assert digest_of(suggestion("routine_due", category=Category.CARE)) is None
    assert digest_of(suggestion()) is digest_of(suggestion("my_own")) is Digest.DAILY


@pytest.mark.parametrize("kind", ["battery_low", "maintenance_due", "device_offline"])
def test_only_maintenance_waits_for_sunday_and_not_where_harm_is_possible(kind: str) -> None:
    assert digest_of(suggestion(kind, category=Category.MAINTENANCE)) is Digest.WEEKLY
    assert digest_of(suggestion(kind, category=Category.MAINTENANCE, risk_present=True)) is Digest.DAILY
    assert digest_of(suggestion("watering", category=Category.CHORES)) is Digest.DAILY
    assert digest_of(suggestion("cheap_energy", category=Category.ENERGY)) is Digest.DAILY
