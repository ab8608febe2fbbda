"""Devices that have gone quiet: one list, hubs by their number."""

import pytest
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.suggestions.device_offline import DeviceOffline

from ..conftest import LAMP, TV, WASHER, WINDOW
from .conftest import MOTION, Stage


@pytest.fixture(autouse=True)
def _detector(stage: Stage) -> None:
    stage.detector = DeviceOffline(stage.home)


def test_half_a_day_without_a_word(stage: Stage) -> None:
    stage.set(WINDOW, "unavailable")
    assert not stage.found(after=11 * 60 + 59)
    stage.set(MOTION, "unavailable")
    [finding] = stage.due(after=2)
    assert finding.facts["rooms"] == {"Kitchen": ["Kitchen window"]}
    assert len(stage.due(after=12 * 60)[0].entity_ids) == 2


def test_what_is_missed_when_it_counts_has_an_hour(stage: Stage) -> None:
    for name, device_class in (("smoke", "smoke"), ("leak", "moisture"), ("fridge_door", "door")):
        stage.add(f"binary_sensor.{name}", "off", device_class=device_class)
    stage.add("lock.front", "locked")
    names = ("binary_sensor.smoke", "binary_sensor.leak", "binary_sensor.fridge_door", "lock.front")
    for name in names:
        stage.set(name, "unavailable")
    assert not stage.due(after=59)
    [finding] = stage.due(after=2)
    assert set(finding.entity_ids) == set(names)


@pytest.mark.parametrize("entity_id", [LAMP, TV, WASHER])
def test_lamps_tvs_and_machines_are_unavailable_when_off(stage: Stage, entity_id: str) -> None:
    stage.set(entity_id, "unavailable")
    assert not stage.found(after=48 * 60)


def test_a_device_of_which_one_part_reports_is_there(stage: Stage) -> None:
    for name in ("a", "b"):
        stage.add(f"binary_sensor.multi_{name}", "off", device="Multi", device_class="motion")
    stage.set("binary_sensor.multi_a", "unavailable")
    assert not stage.found(after=13 * 60)
    stage.set("binary_sensor.multi_b", "unavailable")
    [finding] = stage.due(after=13 * 60)
    assert finding.facts["rooms"] == {"": ["Multi"]}


def test_unknown_is_not_gone(stage: Stage) -> None:
    stage.set(WINDOW, "unknown")
    assert not stage.found(after=48 * 60)


def test_a_hub_is_named_once(stage: Stage) -> None:
    hub = MockConfigEntry(domain="zigbee", title="Zigbee")
    hub.add_to_hass(stage.house.hass)
    names = [f"binary_sensor.window_{index}" for index in range(5)]
    for name in names:
        stage.house.add(name, "off", device=name, device_class="window")
        er.async_get(stage.house.hass).async_update_entity(name, config_entry_id=hub.entry_id)
    stage.refresh()
    for name in names:
        stage.set(name, "unavailable")
    stage.set(WINDOW, "unavailable")
    [finding] = stage.due(after=12 * 60 + 1)
    assert finding.facts["rooms"] == {"": ["Zigbee (5)"], "Kitchen": ["Kitchen window"]}


def test_a_restart_starts_the_wait_anew(stage: Stage) -> None:
    stage.set(WINDOW, "unavailable")
    stage.freezer.tick(13 * 3600)
    stage.house.hass.states.async_remove(WINDOW)
    stage.house.hass.states.async_set(WINDOW, "unavailable", {"restored": True, "device_class": "window"})
    assert not stage.found(after=30)


def test_it_ends_when_it_is_back(stage: Stage) -> None:
    stage.set(WINDOW, "unavailable")
    assert stage.due(after=13 * 60)
    stage.set(WINDOW, "off")
    assert not stage.found()
