"""Garage doors and gates: said when nobody is near, closed once at most, and only on a clear way."""

from datetime import timedelta

import pytest
from homeassistant.core import Context, ServiceCall

from custom_components.proactive_assistant.actions.execute import async_execute
from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.suggestions.garage_open import GarageOpen

from ..conftest import ANNA
from ..factories import suggestion
from .conftest import MOTION, Stage

COVER, CLEAR, MOVES = "cover.garage_door", "binary_sensor.garage_obstruction", "binary_sensor.garage_motion"


@pytest.fixture(autouse=True)
def garage(stage: Stage) -> None:
    stage.house.add(COVER, "closed", area="Garage", device="Opener", device_class="garage", supported_features=3)
    stage.house.add(CLEAR, "off", device="Opener", device_class="problem")
    stage.add(MOVES, "off", area="Garage", device_class="motion")
    stage.detector = GarageOpen(stage.home)
    stage.freezer.tick(timedelta(hours=1))


def test_open_for_ten_minutes_with_nobody_near_offers_to_close(stage: Stage) -> None:
    stage.set(COVER, "open")
    assert not stage.due(after=9.9)
    [finding] = stage.due(after=0.2)
    assert finding.risk is RiskClass.A3
    [action] = finding.actions
    assert (action.domain, action.action, action.entity_ids) == ("cover", "close_cover", (COVER,))


def test_whoever_works_on_the_car_is_left_alone(stage: Stage) -> None:
    stage.set(COVER, "open")
    stage.set(MOVES, "on", after=9)
    assert not stage.due(after=30)
    stage.set(MOVES, "off")
    assert not stage.due(after=4)
    assert stage.due(after=2)


def test_a_sensor_that_holds_on_does_not_hide_an_open_garage_of_an_empty_home(stage: Stage) -> None:
    stage.set(COVER, "open")
    stage.set(MOVES, "on")
    stage.set(ANNA, "not_home", after=1)
    assert stage.due(after=10)


@pytest.mark.parametrize("state", ["closed", "closing", "unavailable", "unknown"])
def test_it_ends_when_it_closes_or_dies(stage: Stage, state: str) -> None:
    stage.set(COVER, "open")
    stage.set(COVER, state, after=20)
    assert not stage.found()


@pytest.mark.parametrize("obstacle", ["on", "unavailable", "unknown"])
def test_no_button_while_the_way_is_not_known_to_be_clear(stage: Stage, obstacle: str) -> None:
    stage.set(COVER, "open")
    stage.set(CLEAR, obstacle)
    [finding] = stage.due(after=11)
    assert not finding.actions
    assert finding.risk is RiskClass.A0


def test_no_button_for_a_door_that_does_not_watch_its_way(stage: Stage) -> None:
    other = stage.add("cover.gate", "closed", area="Drive", device_class="gate", supported_features=3)
    stage.freezer.tick(timedelta(hours=1))
    stage.set(other, "open")
    [finding] = stage.due(after=41)
    assert not finding.actions


def test_no_button_when_it_was_open_before_we_looked(stage: Stage) -> None:
    stage.house.set(COVER, "open")
    [finding] = stage.due(after=11)
    assert not finding.actions


def test_no_button_after_a_close_that_reversed(stage: Stage) -> None:
    stage.set(COVER, "open")
    stage.set(COVER, "closing", after=11)
    stage.set(COVER, "opening", after=0.1)
    stage.set(COVER, "open", after=0.1)
    [finding] = stage.due(after=11)
    assert not finding.actions


def test_no_button_for_a_door_that_came_up_again_right_after_it_was_down(stage: Stage) -> None:
    stage.set(COVER, "open")
    stage.set(COVER, "closed", after=11)
    stage.set(COVER, "open", after=1)
    [finding] = stage.due(after=11)
    assert not finding.actions


async def test_a_close_is_sent_once_whatever_happens_after(stage: Stage) -> None:
    hass, calls = stage.house.hass, []

    async def close(call: ServiceCall) -> None:
        calls.append(call.data)

    hass.services.async_register("cover", "close_cover", close)
    stage.set(COVER, "open")
    [finding] = stage.due(after=11)
    item = suggestion("garage_open", actions=finding.actions, risk=finding.risk)
    assert await async_execute(hass, stage.home, item, Context()) == (COVER,)
    # It never moved. The other resident taps too, and the offer is made again.
    assert await async_execute(hass, stage.home, item, Context()) == ()
    assert len(calls) == 1
    assert not stage.due()[0].actions
    # Shut for good by hand; the next opening is another matter.
    stage.set(COVER, "closed", after=1)
    stage.set(COVER, "open", after=60)
    assert stage.due(after=11)[0].actions


async def test_an_obstacle_between_offer_and_tap_stops_it(stage: Stage) -> None:
    stage.set(COVER, "open")
    [finding] = stage.due(after=11)
    stage.set(CLEAR, "on")
    item = suggestion("garage_open", actions=finding.actions, risk=finding.risk)
    assert await async_execute(stage.house.hass, stage.home, item, Context()) == ()


def test_a_sensor_on_the_same_door_is_no_second_message(stage: Stage) -> None:
    tilt = stage.add("binary_sensor.garage_tilt", "off", area="Garage", device_class="garage_door")
    stage.set(tilt, "on")
    stage.set(COVER, "open")
    assert [item.entity_ids for item in stage.due(after=11)] == [(COVER,)]


def test_a_sensor_alone_is_said_without_a_button(stage: Stage) -> None:
    tilt = stage.add("binary_sensor.barn_tilt", "off", area="Barn", device_class="garage_door")
    stage.set(tilt, "on")
    [finding] = stage.due(after=41)
    assert not finding.actions


def _without_sensor(stage: Stage) -> None:
    stage.house.hass.states.async_remove(MOVES)
    stage.refresh()


def test_who_loads_the_car_where_nothing_sees_them_is_given_longer(stage: Stage) -> None:
    _without_sensor(stage)
    stage.set(COVER, "open")
    assert not stage.due(after=39)
    assert stage.due(after=2)


def test_a_door_nobody_sees_is_said_at_once_when_all_stay_in_the_house(stage: Stage) -> None:
    _without_sensor(stage)
    stage.set(COVER, "open")
    for _ in range(2):
        stage.set(MOTION, "on", after=4)
        assert not stage.due()
        stage.set(MOTION, "off", after=1)
    assert stage.due(after=1)


def test_who_is_seen_in_no_room_of_a_watched_house_is_still_at_the_car(stage: Stage) -> None:
    _without_sensor(stage)
    kitchen = stage.add("binary_sensor.kitchen_motion", "off", area="Kitchen", device_class="motion")
    stage.add("binary_sensor.office_motion", "off", area="Office", device_class="motion")
    stage.set(COVER, "open", after=30)
    assert not stage.due(after=45)
    # In the house again, and it is still open: forgotten.
    stage.set(kitchen, "on", after=1)
    stage.set(kitchen, "off", after=1)
    assert stage.due()


def test_who_only_fetches_a_tool_may_still_be_at_the_car(stage: Stage) -> None:
    _without_sensor(stage)
    stage.set(COVER, "open")
    stage.set(MOTION, "on", after=9)
    stage.set(MOTION, "off", after=1)
    assert not stage.due(after=5)


def test_a_door_nobody_sees_is_given_longer_by_day_when_it_is_usually_open_for_longer(stage: Stage) -> None:
    stage.house.hass.states.async_remove(MOVES)
    stage.refresh()
    for _ in range(8):
        stage.set(COVER, "open", after=15)
        stage.set(COVER, "closed", after=50)
    stage.at(12, days=1)
    stage.set(COVER, "open")
    assert not stage.due(after=49)
    assert stage.due(after=2)
    stage.set(ANNA, "not_home")
    assert stage.due()[0].due <= stage.now
    stage.set(COVER, "closed")
    stage.set(ANNA, "home")
    stage.at(22, days=1)
    stage.set(COVER, "open")
    assert stage.due(after=11)


def test_no_habit_speaks_against_a_sensor_that_sees_nobody(stage: Stage) -> None:
    for _ in range(8):
        stage.set(COVER, "open", after=15)
        stage.set(COVER, "closed", after=30)
    stage.at(12, days=1)
    stage.set(COVER, "open")
    assert stage.due(after=11)


def test_no_habit_makes_an_hour_usual(stage: Stage) -> None:
    for _ in range(8):
        stage.set(COVER, "open", after=15)
        stage.set(COVER, "closed", after=300)
    stage.at(12, days=5)
    stage.set(COVER, "open")
    assert stage.due(after=61)
