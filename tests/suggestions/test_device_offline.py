"""Devices that have gone quiet: one list, hubs by their number."""

import pytest
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.suggestions import Finding
from custom_components.proactive_assistant.suggestions.device_offline import DeviceOffline

from ..conftest import LAMP, TV, WASHER, WINDOW
from .conftest import MOTION, Stage

HUMIDITY = "sensor.cellar_humidity"


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


class TestSilence:
    """Sensors whose radio has no watchdog keep their last value when they die."""

    @pytest.fixture(autouse=True)
    def cellar(self, stage: Stage) -> None:
        stage.add(HUMIDITY, "61", device="Cellar sensor", device_class="humidity", unit_of_measurement="%")

    def days(self, stage: Stage, days: float, *, every: int = 1, alive: bool = True) -> list[Finding]:
        """Let hours pass, with a report of the same value every so many; return what was found at last."""
        found: list[Finding] = []
        for hour in range(round(days * 24)):
            stage.freezer.tick(3600)
            if alive and hour % every == 0:
                # The same again: nothing changes, it is only reported.
                state = stage.house.hass.states.get(HUMIDITY)
                stage.house.hass.states.async_set(HUMIDITY, state.state, state.attributes)
            found = stage.due()
        return found

    def test_a_sensor_that_reports_every_hour_and_stops_is_missed_after_half_a_day(self, stage: Stage) -> None:
        assert not self.days(stage, 7)
        assert not self.days(stage, 11 / 24, alive=False)
        [finding] = self.days(stage, 1 / 24, alive=False)
        assert finding.facts["rooms"] == {"": ["Cellar sensor"]}
        assert not self.days(stage, 1 / 24)

    def test_one_that_reports_seldom_is_waited_for(self, stage: Stage) -> None:
        assert not self.days(stage, 8, every=9)
        assert not self.days(stage, 20 / 24, alive=False)
        assert self.days(stage, 12 / 24, alive=False)

    def test_nothing_is_claimed_of_what_is_not_known_for_days(self, stage: Stage) -> None:
        self.days(stage, 3)
        assert not self.days(stage, 4, alive=False)

    def test_a_restart_starts_the_wait_anew(self, stage: Stage) -> None:
        self.days(stage, 7)
        self.days(stage, 11 / 24, alive=False)
        state = stage.house.hass.states.get(HUMIDITY)
        stage.house.hass.states.async_remove(HUMIDITY)
        stage.house.hass.states.async_set(HUMIDITY, state.state, state.attributes)
        stage.detector = DeviceOffline(stage.home)
        assert not self.days(stage, 11 / 24, alive=False)
        assert self.days(stage, 2 / 24, alive=False)

    def test_while_the_machine_slept_nobody_could_report(self, stage: Stage) -> None:
        self.days(stage, 7)
        assert not stage.due(after=14 * 60)
        assert not self.days(stage, 11 / 24, alive=False)
        assert self.days(stage, 2 / 24, alive=False)

    def test_a_window_that_nobody_opens_says_nothing_for_weeks(self, stage: Stage) -> None:
        assert not self.days(stage, 20)

    def test_what_is_unavailable_is_no_interval(self, stage: Stage) -> None:
        self.days(stage, 5)
        for _ in range(4):
            stage.set(HUMIDITY, "unavailable")
            self.days(stage, 10 / 24, alive=False)
            stage.set(HUMIDITY, "61")
            self.days(stage, 1)
        # Outages teach nothing: three times ten hours would be more than these.
        assert self.days(stage, 13 / 24, alive=False)

    def test_a_router_that_is_out_is_one_line_whatever_the_sensors_say(self, stage: Stage) -> None:
        hub = MockConfigEntry(domain="wifi_things", title="Wi-Fi things")
        hub.add_to_hass(stage.house.hass)
        plugs = [f"binary_sensor.motion_{index}" for index in range(4)]
        for name in plugs:
            stage.house.add(name, "off", device=name, device_class="motion")
        for name in (*plugs, HUMIDITY):
            er.async_get(stage.house.hass).async_update_entity(name, config_entry_id=hub.entry_id)
        stage.refresh()
        self.days(stage, 7)
        for name in plugs:
            stage.set(name, "unavailable")
        [finding] = self.days(stage, 13 / 24, alive=False)
        assert finding.facts["rooms"] == {"": ["Wi-Fi things (5)"]}
