"""The safety lane: at once, to everybody, day and night, until it is over."""

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.suggestions.hazard import Hazard

from ..conftest import NOON, Clock, House, Phone, kinds, setup
from ..factories import suggestion
from .conftest import Stage

SMOKE = "binary_sensor.hall_smoke"


class TestDetector:
    @pytest.fixture(autouse=True)
    def smoke(self, stage: Stage) -> None:
        stage.add(SMOKE, "off", area="Hall", device_class="smoke")
        stage.detector = Hazard(stage.home)

    def test_at_once_without_a_button_to_everybody(self, stage: Stage) -> None:
        stage.set(SMOKE, "on")
        [finding] = stage.due()
        assert finding.safety
        assert finding.risk_present
        assert not finding.persons
        assert not finding.actions
        stage.set(SMOKE, "off")
        assert not stage.found()

    def test_a_sensor_that_falls_silent_in_the_fire_is_believed_for_a_while(self, stage: Stage) -> None:
        stage.set(SMOKE, "on")
        stage.set(SMOKE, "unavailable", after=2)
        assert stage.due(after=29)
        assert not stage.found(after=2)

    def test_one_that_comes_back_clear_is_clear(self, stage: Stage) -> None:
        stage.set(SMOKE, "on")
        stage.set(SMOKE, "unavailable", after=2)
        stage.set(SMOKE, "off", after=1)
        assert not stage.found()
        stage.set(SMOKE, "unavailable", after=1)
        assert not stage.found()

    @pytest.mark.parametrize("state", ["unavailable", "unknown", "off"])
    def test_silence_alone_is_no_danger(self, stage: Stage, state: str) -> None:
        stage.set(SMOKE, state)
        assert not stage.found(after=60)

    def test_it_is_known_when_it_began_before_us(self, stage: Stage) -> None:
        stage.house.set(SMOKE, "on")
        assert stage.due()

    def test_one_that_reported_before_us_and_falls_silent_is_believed_as_well(self, stage: Stage) -> None:
        stage.house.set(SMOKE, "on")
        assert stage.due()
        stage.set(SMOKE, "unavailable", after=12)
        assert stage.due(after=29)
        assert not stage.found(after=2)

    def test_one_that_is_gone_is_believed_as_well(self, stage: Stage) -> None:
        stage.set(SMOKE, "on")
        stage.house.hass.states.async_remove(SMOKE)
        stage.refresh()
        assert stage.due()
        assert stage.due(after=29)
        assert not stage.found(after=2)

    def test_what_is_no_sensor_of_danger_any_more_is_none(self, stage: Stage) -> None:
        stage.set(SMOKE, "on")
        stage.house.hass.states.async_set(SMOKE, "on", {"device_class": "light"})
        stage.refresh()
        assert not stage.found()

    def test_water_outdoors_is_weather_when_its_sensor_falls_silent_too(self, stage: Stage) -> None:
        stage.add("binary_sensor.x", "on", area="Garden", device_class="moisture")
        assert not stage.found()
        stage.set("binary_sensor.x", "unavailable", after=1)
        assert not stage.found(after=1)

    def test_nobody_has_seen_to_a_danger_by_hand(self, stage: Stage) -> None:
        assert stage.detector is not None
        assert not stage.detector.by_hand(suggestion("safety", entity_ids=(SMOKE,)))

    @pytest.mark.parametrize(
        ("entity_id", "state", "area", "attributes", "expected"),
        [
            ("binary_sensor.x", "on", "Cellar", {"device_class": "moisture"}, "moisture"),
            ("binary_sensor.x", "on", "Garden", {"device_class": "moisture"}, None),
            ("binary_sensor.x", "on", "Hall", {"device_class": "carbon_monoxide"}, "carbon_monoxide"),
            ("binary_sensor.x", "on", "Hall", {"device_class": "gas"}, "gas"),
            ("binary_sensor.x", "on", "Hall", {"device_class": "tamper"}, "tamper"),
            ("alarm_control_panel.x", "triggered", "Hall", {}, "alarm"),
            ("alarm_control_panel.x", "pending", "Hall", {}, None),
            ("alarm_control_panel.x", "armed_away", "Hall", {}, None),
        ],
    )
    def test_what_counts(
        self,
        stage: Stage,
        entity_id: str,
        state: str,
        area: str,
        attributes: dict[str, str],
        expected: str | None,
    ) -> None:
        stage.add(entity_id, state, area=area, **attributes)
        assert [item.facts["sort"] for item in stage.due()] == ([expected] if expected else [])


async def test_it_comes_at_night_again_after_ten_and_then_every_thirty_minutes(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry
) -> None:
    house.add(SMOKE, "off", area="Hall", device_class="smoke")
    clock.freezer.move_to(NOON.replace(hour=3))
    assert await setup(hass, entry, clock)
    house.set(SMOKE, "on")
    await clock.settle()
    assert len(phone.messages) == 1
    assert "not an alarm system" in phone.messages[0]["message"]
    await clock.forward(minutes=11)
    assert len(phone.messages) == 2
    await clock.forward(minutes=28)
    assert len(phone.messages) == 2
    await clock.forward(minutes=5)
    assert len(phone.messages) == 3
    house.set(SMOKE, "off")
    await clock.settle()
    assert phone.cleared
    await clock.forward(minutes=40)
    assert len(phone.messages) == 3


async def test_who_has_understood_is_not_told_again(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry
) -> None:
    house.add(SMOKE, "off", area="Hall", device_class="smoke")
    assert await setup(hass, entry, clock)
    house.set(SMOKE, "on")
    await clock.settle()
    await phone.press(0)
    await clock.forward(minutes=45)
    assert len(phone.messages) == 1
    house.set(SMOKE, "off")
    await clock.forward(minutes=5)
    house.set(SMOKE, "on")
    await clock.settle()
    assert len(phone.messages) == 2


@pytest.mark.parametrize("wait", [0, 12])
async def test_smoke_is_still_told_when_its_sensor_dies_after_a_restart(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry, wait: int
) -> None:
    house.add(SMOKE, "off", area="Hall", device_class="smoke")
    assert await setup(hass, entry, clock)
    house.set(SMOKE, "on")
    await clock.forward(minutes=12)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await clock.forward(minutes=wait, seconds=10)
    told = len(phone.messages)
    house.set(SMOKE, "unavailable")
    await clock.forward(minutes=28)
    assert not phone.cleared
    assert len(phone.messages) > told
    await clock.forward(minutes=8)
    assert phone.cleared


@pytest.mark.parametrize("state", ["unavailable", "unknown", None])
async def test_smoke_is_still_told_when_its_sensor_is_dead_at_the_start(
    hass: HomeAssistant,
    clock: Clock,
    house: House,
    phone: Phone,
    entry: MockConfigEntry,
    account: list[dict[str, Any]],
    state: str | None,
) -> None:
    house.add(SMOKE, "off", area="Hall", device_class="smoke")
    assert await setup(hass, entry, clock)
    house.set(SMOKE, "on")
    await clock.forward(minutes=1)
    assert await hass.config_entries.async_unload(entry.entry_id)
    if state is None:
        hass.states.async_remove(SMOKE)
    else:
        house.set(SMOKE, state)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await clock.forward(minutes=28)
    assert not phone.cleared
    assert len(phone.messages) > 1
    await clock.forward(minutes=8)
    assert phone.cleared
    assert kinds(account)[-1] == "resolved safety"


async def test_smoke_is_still_told_when_its_sensor_is_removed(
    hass: HomeAssistant,
    clock: Clock,
    house: House,
    phone: Phone,
    entry: MockConfigEntry,
    account: list[dict[str, Any]],
) -> None:
    house.add(SMOKE, "off", area="Hall", device_class="smoke")
    assert await setup(hass, entry, clock)
    house.set(SMOKE, "on")
    await clock.forward(minutes=2)
    er.async_get(hass).async_remove(SMOKE)
    hass.states.async_remove(SMOKE)
    await clock.forward(minutes=28)
    assert not phone.cleared
    await clock.forward(minutes=10)
    assert phone.cleared
    assert kinds(account)[-1] == "resolved safety"


async def test_smoke_is_told_under_one_name_when_its_sensor_is_renamed(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry
) -> None:
    house.add(SMOKE, "off", area="Hall", device_class="smoke")
    assert await setup(hass, entry, clock)
    house.set(SMOKE, "on")
    await clock.forward(minutes=2)
    state = hass.states.get(SMOKE)
    assert state is not None
    er.async_get(hass).async_update_entity(SMOKE, new_entity_id="binary_sensor.smoke_upstairs")
    hass.states.async_remove(SMOKE)
    hass.states.async_set("binary_sensor.smoke_upstairs", "on", state.attributes)
    # Not for the half hour of a sensor that is lost, only for the minutes of a dropout.
    await clock.forward(minutes=16)
    assert list(entry.runtime_data.threads.open) == ["safety:binary_sensor.smoke_upstairs"]
