"""One departure, one message: what the check at the door has named is not told again by its own kind."""

from typing import Any

import pytest
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.assistant.enums import HomeMode
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.suggestions.leave_home import LeaveHome

from ..conftest import ANNA, LAMP, WINDOW, Clock, House, Phone, add_phone, resident_data, setup
from .conftest import Stage

OVEN, GARAGE, LOCK = "sensor.oven_state", "cover.garage", "lock.front"
PLUG = "sensor.iron_power"


def furnish(house: House) -> None:
    house.add(OVEN, "off", area="Kitchen", device="Oven", device_class="enum", options=["off", "in_use"])
    house.add(GARAGE, "closed", area="Garage", device_class="garage", supported_features=3)
    house.add(LOCK, "locked", area="Hall")


def leave(house: House, *left: str) -> None:
    """Leave some things as they should not be left."""
    states = {LAMP: "on", OVEN: "in_use", GARAGE: "open", LOCK: "unlocked", WINDOW: "on"}
    for entity_id in left:
        house.set(entity_id, states[entity_id])


@pytest.fixture
async def home(hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry) -> Coordinator:
    furnish(house)
    assert await setup(hass, entry, clock)
    owner: Coordinator = entry.runtime_data
    # Known for long, and nobody has heard anything today.
    owner.files.ledger.known_since["anna"] = clock.now.replace(month=1)
    return owner


def titles(phone: Phone) -> list[str]:
    return [item["title"] for item in phone.messages]


async def test_lamp_oven_garage_and_lock_are_one_message_and_the_lock_has_its_button_later(
    home: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    leave(house, LAMP, OVEN, GARAGE, LOCK)
    await clock.forward(minutes=1)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=4)
    [check] = phone.messages
    assert check["title"] == "Still on or open"
    for name in ("Living room ceiling", "Oven", "Garage", "Front"):
        assert name in check["message"]
    assert check["data"]["push"]["interruption-level"] == "time-sensitive"
    await clock.forward(minutes=30)
    assert titles(phone) == ["Still on or open", "Unlocked"]
    await clock.forward(hours=2)
    assert titles(phone) == ["Still on or open", "Unlocked"]


async def test_without_the_check_each_tells_for_itself(
    home: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    home.mode = HomeMode.GUEST
    leave(house, LAMP, OVEN)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=7)
    assert [item["data"]["group"] for item in phone.messages] == ["proactive_assistant_heat_source_on"]


async def test_what_gets_hot_later_is_another_matter(
    home: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    leave(house, LAMP)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    assert titles(phone) == ["Still on"]
    leave(house, OVEN)
    await clock.forward(minutes=15)
    assert len(phone.messages) == 2


async def test_a_departure_after_another_is_told_anew(
    home: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    for _ in range(2):
        leave(house, LAMP, GARAGE)
        house.set(ANNA, "not_home")
        await clock.forward(minutes=30)
        house.set(ANNA, "home")
        house.set(LAMP, "off")
        house.set(GARAGE, "closed")
        await clock.forward(hours=3)
    assert titles(phone) == ["Still on or open", "Still on or open"]


async def test_a_message_before_leaving_holds_the_check_for_ten_minutes_only(
    home: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    leave(house, WINDOW)
    await clock.forward(minutes=7)
    assert titles(phone) == ["Still open"]
    house.set(WINDOW, "off")
    leave(house, LAMP)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=12)
    assert titles(phone) == ["Still open", "Still on"]


async def test_who_was_not_told_at_the_door_hears_of_the_garage_when_nobody_has_seen_to_it(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry
) -> None:
    hass.states.async_set("person.ben", "not_home", {"user_id": "ben-user"})
    ben = add_phone(hass, "bens_phone", "ben-user")
    data: dict[str, Any] = resident_data("person.ben", "Ben")
    sub = ConfigSubentry(data=data["data"], subentry_type=data["subentry_type"], title="Ben", unique_id="person.ben")
    hass.config_entries.async_add_subentry(entry, sub)
    furnish(house)
    assert await setup(hass, entry, clock)
    leave(house, LAMP, GARAGE)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=18)
    assert (titles(phone), titles(ben)) == (["Still on or open"], [])
    await clock.forward(minutes=20)
    assert titles(phone) == ["Still on or open"]
    assert len(ben.messages) == 1


async def test_it_is_not_told_again_after_a_restart(
    hass: HomeAssistant, home: Coordinator, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    leave(house, LAMP, GARAGE)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    assert titles(phone) == ["Still on or open"]
    assert await hass.config_entries.async_reload(entry.entry_id)
    await clock.forward(hours=2)
    assert titles(phone) == ["Still on or open"]


async def test_an_oven_and_a_garage_named_at_the_door_are_in_view_until_they_are_off_and_closed(
    hass: HomeAssistant, home: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    leave(house, LAMP, OVEN, GARAGE)
    await clock.forward(minutes=1)
    house.set(ANNA, "not_home")
    await clock.forward(hours=9.5)
    assert (titles(phone), phone.cleared) == (["Still on or open"], [])
    assert in_view(hass) == ("1", "leave_home")
    house.set(OVEN, "off")
    house.set(GARAGE, "closed")
    await clock.forward(minutes=2)
    assert phone.cleared
    assert in_view(hass) == ("0", "nothing")


async def test_when_the_message_at_the_door_goes_unanswered_the_oven_behind_it_tells_for_itself(
    hass: HomeAssistant, home: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    leave(house, LAMP, OVEN)
    await clock.forward(minutes=1)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=30)
    # An automation turns the lamp off: nothing but the oven is left, which has a kind of its own.
    house.set(LAMP, "off")
    await clock.forward(minutes=2)
    assert [item["data"]["group"] for item in phone.messages] == [
        "proactive_assistant_leave_home",
        "proactive_assistant_heat_source_on",
    ]
    assert in_view(hass) == ("1", "heat_source_on")


async def test_what_is_open_stays_on_the_list_after_the_message_that_named_it_was_answered(
    hass: HomeAssistant, home: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    leave(house, LAMP, GARAGE)
    await clock.forward(minutes=1)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    await phone.press(2)
    await clock.forward(hours=2)
    assert titles(phone) == ["Still on or open"]
    assert in_view(hass) == ("1", "garage_open")
    held = [(line["kind"], line["reason"]) for line in account if line["type"] == "held_back"]
    assert held == [("garage_open", "duplicate")]


def in_view(hass: HomeAssistant) -> tuple[str, str]:
    """Return how many are on the list, and what the sensor names."""
    names = ("todo.proactive_assistant_home_check", "sensor.proactive_assistant_anna_current_suggestion")
    shown, current = (hass.states.get(name) for name in names)
    assert shown is not None
    assert current is not None
    return shown.state, current.state


class TestDetector:
    @pytest.fixture(autouse=True)
    def _detector(self, stage: Stage) -> None:
        furnish(stage.house)
        stage.house.add(PLUG, "2", area="Bedroom", device="Iron", device_class="power", unit_of_measurement="W")
        stage.refresh()
        stage.detector = LeaveHome(stage.home)

    @pytest.mark.parametrize("alone", [OVEN, GARAGE, LOCK])
    def test_alone_it_is_told_by_its_own_kind(self, stage: Stage, alone: str) -> None:
        leave(stage.house, alone)
        stage.set(ANNA, "not_home", after=5)
        assert not stage.found(after=5)

    def test_two_of_them_are_one_matter(self, stage: Stage) -> None:
        for entity_id, state in ((OVEN, "in_use"), (GARAGE, "open")):
            stage.set(entity_id, state)
        stage.set(ANNA, "not_home", after=5)
        [finding] = stage.due(after=5)
        assert finding.entity_ids == (OVEN, GARAGE)
        assert finding.risk_present
        assert not finding.actions
        assert finding.facts["rooms"] == {"Kitchen": ["Oven"], "Garage": ["Garage"]}

    def test_with_something_hot_a_departure_is_not_doubted_for_long(self, stage: Stage) -> None:
        stage.add("binary_sensor.front_door", "off", area="Hall", device_class="door")
        stage.set(LAMP, "on")
        stage.set(OVEN, "in_use")
        stage.set(ANNA, "not_home", after=5)
        assert not stage.due(after=3.9)
        assert stage.due(after=0.2)

    def test_an_oven_between_two_heatings_is_named_and_one_that_was_turned_off_is_not(self, stage: Stage) -> None:
        stage.set(LAMP, "on")
        for _ in range(3):
            stage.set(PLUG, "1900", after=2)
            stage.set(PLUG, "3", after=4)
        stage.set(ANNA, "not_home")
        stage.freezer.tick(60)
        [finding] = stage.found()
        assert PLUG in finding.entity_ids
        [finding] = stage.found(after=3)
        assert PLUG not in finding.entity_ids

    def test_a_garage_that_mostly_stands_open_is_meant_to_but_not_one_that_opens_for_who_returns(
        self, stage: Stage
    ) -> None:
        stage.set(LAMP, "on")
        for _ in range(8):
            stage.set(ANNA, "not_home", after=60)
            # The door opens for the car before the phone says who comes.
            stage.set(GARAGE, "open", after=60)
            stage.set(ANNA, "home", after=2)
            stage.set(GARAGE, "closed", after=1)
        assert not stage.home.habits.meant_on(GARAGE)
        stage.set(GARAGE, "open", after=10)
        for _ in range(20):
            stage.set(ANNA, "not_home", after=60)
            stage.set(ANNA, "home", after=60)
        assert stage.home.habits.meant_on(GARAGE)

    def test_a_sensor_at_a_door_that_is_a_cover_too_is_not_named_twice(self, stage: Stage) -> None:
        stage.add("binary_sensor.garage_contact", "on", area="Garage", device_class="garage_door")
        stage.set(LAMP, "on")
        stage.set(GARAGE, "open")
        stage.freezer.tick(60)
        stage.set(ANNA, "not_home")
        [finding] = stage.due(after=4)
        assert finding.facts["rooms"]["Garage"] == ["Garage"]


async def test_a_window_alone_is_called_open_not_on(
    home: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    leave(house, WINDOW)
    await clock.forward(minutes=1)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=4)
    [check] = phone.messages
    assert check["title"] == "Still open"
