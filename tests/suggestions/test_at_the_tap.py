"""Between the offer and the tap it is looked at again: what a hand has changed meanwhile is left as it is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from homeassistant.core import Context, ServiceCall

from custom_components.proactive_assistant.actions.execute import async_execute
from custom_components.proactive_assistant.sensing.forecast import Forecast, Span
from custom_components.proactive_assistant.suggestions import Finding
from custom_components.proactive_assistant.suggestions.cheap_energy import CheapEnergy
from custom_components.proactive_assistant.suggestions.media_idle import MediaIdle
from custom_components.proactive_assistant.suggestions.room_light_idle import RoomLightIdle
from custom_components.proactive_assistant.suggestions.ventilate import Ventilate
from custom_components.proactive_assistant.suggestions.watering import Watering

from ..conftest import LAMP, TV
from ..factories import suggestion
from .conftest import MOTION, Stage

FAN, DELAY, CHARGER = "fan.bath", "switch.rain_delay", "switch.wallbox_charging"


def damp(stage: Stage) -> None:
    stage.house.add("sensor.bath_humidity", "50", area="Bathroom", device_class="humidity")
    outside = {"temperature": 5, "temperature_unit": "°C", "humidity": 80}
    stage.house.hass.states.async_set("weather.home", "cloudy", outside)
    stage.add(FAN, "off", area="Bathroom")
    stage.detector = Ventilate(stage.home)
    stage.set("sensor.bath_humidity", "75")
    stage.freezer.tick(timedelta(minutes=61))


def rain_ahead(stage: Stage) -> None:
    stage.house.add("sensor.next_irrigation", "unknown", device="Irrigation", device_class="timestamp")
    stage.add(DELAY, "off", device="Irrigation")
    stage.detector = Watering(stage.home)
    stage.set("sensor.next_irrigation", (stage.now + timedelta(hours=10)).isoformat())
    span = Span(start=stage.now, end=stage.now + timedelta(hours=6), millimetres=8)
    stage.home.forecast = Forecast(spans=(span,), asked=stage.now)


def cheap(stage: Stage) -> None:
    hours = [(stage.now + timedelta(hours=hour), 0.1 if hour < 3 else 0.4) for hour in range(10)]
    raw = [{"start": at.isoformat(), "value": price} for at, price in hours]
    stage.house.add("sensor.electricity_price", "0.4", unit_of_measurement="EUR/kWh", raw_today=raw)
    stage.house.add("binary_sensor.wallbox_cable", "on", device="Wallbox", device_class="plug")
    stage.add(CHARGER, "off", device="Wallbox")
    stage.detector = CheapEnergy(stage.home)
    stage.freezer.tick(timedelta(minutes=5))


def left_room(stage: Stage, thing: str, state: str) -> None:
    stage.house.add("binary_sensor.living_room_sofa", "off", area="Living room", device_class="occupancy")
    stage.add("binary_sensor.kitchen_motion", "off", area="Kitchen", device_class="motion")
    stage.set(thing, state)
    stage.set(MOTION, "on")
    stage.set(MOTION, "off", after=2)
    stage.set("binary_sensor.kitchen_motion", "on", after=1)
    stage.freezer.tick(timedelta(minutes=50))


def lamp(stage: Stage) -> None:
    stage.detector = RoomLightIdle(stage.home)
    left_room(stage, LAMP, "on")


def screen(stage: Stage) -> None:
    stage.detector = MediaIdle(stage.home)
    left_room(stage, TV, "playing")


CASES = [(damp, FAN, "on"), (rain_ahead, DELAY, "on"), (cheap, CHARGER, "on"), (lamp, LAMP, "off"), (screen, TV, "off")]


def offered(stage: Stage, arise: Callable[[Stage], None]) -> tuple[Finding, list[ServiceCall]]:
    arise(stage)
    [finding] = stage.due()
    calls: list[ServiceCall] = []
    for action in finding.actions:
        stage.house.hass.services.async_register(action.domain, action.action, calls.append)
    return finding, calls


@pytest.mark.parametrize(("arise", "target", "_by_hand"), CASES)
async def test_a_tap_does_what_was_offered(
    stage: Stage, arise: Callable[[Stage], None], target: str, _by_hand: str
) -> None:
    finding, calls = offered(stage, arise)
    item = suggestion(actions=finding.actions, risk=finding.risk)
    assert await async_execute(stage.house.hass, stage.home, item, Context()) == (target,)
    assert [call.data["entity_id"] for call in calls] == [[target]]


@pytest.mark.parametrize(("arise", "target", "by_hand"), CASES)
@pytest.mark.parametrize("state", [None, "unavailable"])
async def test_a_tap_after_a_hand_does_nothing(
    stage: Stage, arise: Callable[[Stage], None], target: str, by_hand: str, state: str | None
) -> None:
    finding, calls = offered(stage, arise)
    stage.set(target, state or by_hand)
    item = suggestion(actions=finding.actions, risk=finding.risk)
    assert await async_execute(stage.house.hass, stage.home, item, Context()) == ()
    assert not calls
    assert stage.detector is not None
    if state is None:
        assert not stage.due(), "nor is it a matter any more"
