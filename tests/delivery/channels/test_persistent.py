"""The sidebar: for whom no phone reaches, and for danger where there is no phone."""

from types import MappingProxyType

import pytest
from homeassistant.components.persistent_notification import _async_get_or_create_notifications
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.const import DOMAIN, ISSUE_NOBODY_REACHED
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.delivery.phone import tag_of

from ...conftest import ANNA, LAMP, WINDOW, Clock, House, Phone, add_phone, resident_data, setup
from ...factories import suggestion

SMOKE = "binary_sensor.hall_smoke"


def shown(hass: HomeAssistant) -> dict[str, str]:
    """Return what the sidebar says of ours: message by id."""
    found = _async_get_or_create_notifications(hass)
    return {key: item["message"] for key, item in found.items() if key.startswith(DOMAIN)}


async def test_a_resident_without_a_phone_is_told_in_the_sidebar_until_it_is_over(
    hass: HomeAssistant, house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert "Kitchen window" in shown(hass)[tag_of(suggestion())]
    assert "(/todo?entity_id=todo.proactive_assistant_home_check)" in shown(hass)[tag_of(suggestion())]
    house.set(WINDOW, "off")
    await clock.settle()
    assert not shown(hass)


async def test_who_has_a_phone_is_told_there_alone(
    hass: HomeAssistant, coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert len(phone.messages) == 1
    assert not shown(hass)


async def test_a_dead_phone_falls_to_the_sidebar_and_takes_over_when_it_is_back(
    hass: HomeAssistant, coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    phone.dead = True
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert list(shown(hass)) == [tag_of(suggestion())]
    phone.dead = False
    await clock.forward(minutes=20)
    assert len(phone.messages) == 1
    assert not shown(hass), "it stands on the phone now"


async def test_what_is_for_the_dashboard_anyway_is_not_put_into_the_sidebar(
    hass: HomeAssistant, house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    house.add("sensor.hall_motion_battery", "4", area="Hall", device_class="battery", unit_of_measurement="%")
    assert await setup(hass, entry, clock)
    await clock.forward(hours=2)
    assert not shown(hass)


async def test_quiet_hours_are_quiet_in_the_sidebar_too(
    hass: HomeAssistant, house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    assert await setup(hass, entry, clock)
    await clock.forward(hours=11)
    house.set(WINDOW, "on")
    await clock.forward(hours=1)
    assert not shown(hass)


async def test_danger_is_told_in_a_home_without_residents(
    hass: HomeAssistant, house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    house.add(SMOKE, "off", area="Hall", device_class="smoke")
    for subentry in list(entry.subentries):
        hass.config_entries.async_remove_subentry(entry, subentry)
    assert await setup(hass, entry, clock)
    house.set(SMOKE, "on")
    await clock.settle()
    [text] = shown(hass).values()
    assert "not an alarm system" in text


async def test_what_is_somebodys_own_is_not_shown_to_the_whole_home(
    hass: HomeAssistant, house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    hass.states.async_set("person.ben", "home", {"user_id": "ben-user", "friendly_name": "Ben"})
    hass.config_entries.async_add_subentry(entry, _subentry("person.ben", "Ben"))
    assert await setup(hass, entry, clock)
    house.set(LAMP, "on")
    hass.states.async_set("person.ben", "not_home", {"user_id": "ben-user", "friendly_name": "Ben"})
    await clock.forward(minutes=10)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    assert "leave_home" in coordinator_of(entry).threads.open
    assert not shown(hass)


def coordinator_of(entry: MockConfigEntry) -> Coordinator:
    found: Coordinator = entry.runtime_data
    return found


def _subentry(person: str, title: str) -> ConfigSubentry:
    data = resident_data(person, title)
    return ConfigSubentry(**{**data, "data": MappingProxyType(data["data"])})


async def test_somebody_whom_nothing_reaches_is_a_notice_until_something_does(
    hass: HomeAssistant, coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    issue = (DOMAIN, f"{ISSUE_NOBODY_REACHED}_anna")
    phone.dead = True
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert issue not in ir.async_get(hass).issues, "once may be a lift"
    await clock.forward(minutes=40)
    found = ir.async_get(hass).issues[issue]
    assert found.translation_placeholders == {"resident": "Anna", "phones": phone.service}
    phone.dead = False
    await clock.forward(minutes=60)
    assert phone.messages
    assert issue not in ir.async_get(hass).issues


@pytest.mark.parametrize("phones", [1, 2])
async def test_one_phone_that_answers_is_enough(
    hass: HomeAssistant, coordinator: Coordinator, house: House, phone: Phone, clock: Clock, phones: int
) -> None:
    others = [add_phone(hass, f"spare_{number}", phone.user_id) for number in range(phones)]
    coordinator.residents["anna"].find_phones(hass)
    phone.dead = True
    house.set(WINDOW, "on")
    await clock.forward(hours=2)
    assert all(len(other.messages) == 1 for other in others)
    assert (DOMAIN, f"{ISSUE_NOBODY_REACHED}_anna") not in ir.async_get(hass).issues
    assert not shown(hass)
