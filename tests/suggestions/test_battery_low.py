"""Batteries: one list."""

from datetime import timedelta

import pytest

from custom_components.proactive_assistant.suggestions.battery_low import BatteryLow

from .conftest import Stage

HALL, BATH = "sensor.hall_battery", "sensor.bath_battery"


@pytest.fixture(autouse=True)
def batteries(stage: Stage) -> None:
    for name, area in ((HALL, "Hall"), (BATH, "Bath")):
        stage.house.add(name, "80", area=area, device=f"{area} motion", device_class="battery", unit_of_measurement="%")
    stage.refresh()
    stage.detector = BatteryLow(stage.home)


def test_one_list_for_the_whole_home(stage: Stage) -> None:
    stage.set(HALL, "15")
    assert not stage.due(after=29)
    stage.set(BATH, "4", after=2)
    [finding] = stage.due()
    assert finding.situation == "battery_low"
    assert finding.facts["rooms"] == {"Hall": ["Hall motion 15 %"], "Bath": ["Bath motion 4 %"]}
    assert finding.expires > stage.now + timedelta(days=6)


def test_a_device_with_a_warning_and_a_percentage_is_one_device(stage: Stage) -> None:
    flag = stage.add("binary_sensor.hall_battery_low", "off", device="Hall motion", device_class="battery")
    stage.set(HALL, "9")
    stage.set(flag, "on")
    [finding] = stage.due(after=31)
    assert len(finding.entity_ids) == 1


def test_a_warning_alone_is_enough(stage: Stage) -> None:
    flag = stage.add("binary_sensor.lock_battery", "off", device="Lock", device_class="battery")
    stage.set(flag, "on")
    assert stage.due(after=31)[0].facts["rooms"] == {"": ["Lock"]}


def test_a_cold_night_does_not_make_it_come_and_go(stage: Stage) -> None:
    stage.set(HALL, "15")
    stage.set(HALL, "17", after=60)
    assert stage.due()
    stage.set(HALL, "100")
    assert not stage.found()


@pytest.mark.parametrize("state", ["unavailable", "unknown", "nan", "-1", "low", "16"])
def test_what_is_no_low_percentage_is_no_news(stage: Stage, state: str) -> None:
    stage.set(HALL, state)
    assert not stage.found(after=60)


@pytest.mark.parametrize(
    ("attributes", "line"),
    [
        ({"battery_type": "CR2032", "battery_quantity": 2}, "Hall motion 9 % (2 × CR2032)"),
        ({"battery_size": "AAA", "battery_quantity": 1}, "Hall motion 9 % (AAA)"),
        ({"battery_type": "1/2AA"}, "Hall motion 9 % (1/2AA)"),
        ({"battery_size": "Built in", "battery_quantity": 1}, "Hall motion 9 %"),
        ({"battery_type": "Other"}, "Hall motion 9 %"),
        ({"battery_type": None, "battery_quantity": "2"}, "Hall motion 9 %"),
        ({"battery_type": "CR2032", "battery_quantity": True}, "Hall motion 9 % (CR2032)"),
        ({"battery_type": "CR2032", "battery_quantity": 10**400}, "Hall motion 9 % (CR2032)"),
    ],
)
@pytest.mark.parametrize("beside", [True, False])
def test_the_list_says_what_to_buy_where_an_integration_does(
    stage: Stage, attributes: dict[str, object], line: str, *, beside: bool
) -> None:
    if beside:
        stage.house.add("sensor.hall_battery_type", "2× CR2032", device="Hall motion", **attributes)
    stage.put(HALL, "9", **({} if beside else attributes))
    assert stage.due(after=31)[0].facts["rooms"] == {"Hall": [line]}


def test_a_warning_alone_says_what_to_buy_too(stage: Stage) -> None:
    flag = stage.add("binary_sensor.lock_battery", "on", device="Lock", device_class="battery", battery_type="CR123A",
                     battery_quantity=4)  # fmt: skip
    assert stage.due(after=31)[0].facts["rooms"] == {"": ["Lock (4 × CR123A)"]}
    stage.set(flag, "off")
    assert not stage.found()


def test_what_was_replaced_is_off_the_list_and_the_last_one_ends_it(stage: Stage) -> None:
    for name in (HALL, BATH):
        stage.set(name, "8")
    assert stage.due(after=31)[0].facts["rooms"] == {"Hall": ["Hall motion 8 %"], "Bath": ["Bath motion 8 %"]}
    stage.set(HALL, "100")
    assert stage.due()[0].facts["rooms"] == {"Bath": ["Bath motion 8 %"]}
    stage.set(BATH, "100")
    assert not stage.found()


def test_a_battery_that_falls_to_empty_within_a_fortnight_is_on_the_list(stage: Stage) -> None:
    falling = stage.add("sensor.door_battery", "60", device="Door", device_class="battery", unit_of_measurement="%")
    steady = stage.add("sensor.hall_battery", "35", device="Hall", device_class="battery", unit_of_measurement="%")
    for day in range(12):
        stage.set(falling, str(60 - 3 * day), after=24 * 60)
        stage.set(steady, str(35 + day % 2))
    [finding] = stage.due(after=60)
    assert finding.entity_ids == (falling,)


@pytest.mark.parametrize("odd", [0, 5])
def test_one_odd_reading_is_no_trend(stage: Stage, odd: int) -> None:
    steady = stage.add("sensor.hall_battery", "35", device="Hall", device_class="battery", unit_of_measurement="%")
    for day in range(12):
        stage.set(steady, "100" if day == odd else str(35 - day % 2), after=24 * 60)
    assert not stage.found(after=60)


def test_a_fall_of_a_few_days_is_no_trend(stage: Stage) -> None:
    falling = stage.add("sensor.door_battery", "60", device="Door", device_class="battery", unit_of_measurement="%")
    for day in range(5):
        stage.set(falling, str(60 - 6 * day), after=24 * 60)
    assert not stage.found(after=60)


@pytest.mark.parametrize(
    ("guard", "attributes"), [("lock.front", {}), ("binary_sensor.smoke", {"device_class": "smoke"})]
)
def test_the_battery_of_what_guards_is_a_message_of_its_own(
    stage: Stage, guard: str, attributes: dict[str, str]
) -> None:
    stage.house.add(guard, "off", device="Guard", **attributes)
    level = stage.add("sensor.guard_battery", "12", device="Guard", device_class="battery", unit_of_measurement="%")
    assert [item.risk_present for item in stage.due(after=40)] == [False]
    stage.set(level, "9")
    assert sorted(item.risk_present for item in stage.due(after=40)) == [False, True]
    stage.set(level, "100")
    assert not stage.found()
