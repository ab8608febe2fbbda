"""What a person took out of view is not noticed, not told and not counted."""

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import label_registry as lr
from pytest_homeassistant_custom_component.common import MockConfigEntry

from ..conftest import ANNA, WASHER, WINDOW, Clock, House, Phone, setup


@pytest.mark.usefixtures("phone")
@pytest.mark.parametrize("by", ["entity", "device", "area", "label"])
async def test_an_excluded_thing_is_not_in_the_map(
    hass: HomeAssistant, house: House, clock: Clock, entry: MockConfigEntry, by: str
) -> None:
    registry = er.async_get(hass)
    device = registry.async_get(WASHER).device_id
    area = dr.async_get(hass).async_get(device).area_id
    label = lr.async_get(hass).async_create("Private").label_id
    registry.async_update_entity(WASHER, labels={label})
    assert ar.async_get(hass).async_get_area(area).name == "Utility room"
    option = {
        "entity": ("excluded_entities", WASHER),
        "device": ("excluded_devices", device),
        "area": ("excluded_areas", area),
        "label": ("excluded_labels", label),
    }[by]
    hass.config_entries.async_update_entry(entry, options={option[0]: [option[1]]})
    assert await setup(hass, entry, clock)
    things = entry.runtime_data.home.map.things
    assert WASHER not in things
    assert WINDOW in things


async def test_an_excluded_kind_is_not_even_looked_for(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, options={"excluded_kinds": ["opening_left", "safety"]})
    smoke = house.add("binary_sensor.smoke", "off", area="Kitchen", device_class="smoke")
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=20)
    assert not entry.runtime_data.threads.open
    assert not phone.messages
    # Danger is no kind to exclude.
    house.set(smoke, "on")
    await clock.forward(minutes=1)
    assert [item["title"] for item in phone.messages] == ["Smoke"]


@pytest.mark.usefixtures("phone")
async def test_an_excluded_person_does_not_live_here(
    hass: HomeAssistant, house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    hass.states.async_set("person.cleaner", "home", {"friendly_name": "Cleaner"})
    hass.config_entries.async_update_entry(entry, options={"excluded_persons": ["person.cleaner"]})
    assert await setup(hass, entry, clock)
    home = entry.runtime_data.home
    assert home.people == (ANNA,)
    house.set(ANNA, "not_home")
    await clock.settle()
    assert home.empty_since is not None
