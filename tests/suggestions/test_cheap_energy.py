"""Cheap hours and surplus, against a car that waits; only when it saves more than cents."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from homeassistant.core import State
from hypothesis import given
from hypothesis import strategies as st

from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.sensing.prices import cheapest, slots
from custom_components.proactive_assistant.suggestions.cheap_energy import CheapEnergy

from .conftest import NOON, Stage

PRICE, CABLE, CHARGER, LEVEL = (
    "sensor.electricity_price",
    "binary_sensor.wallbox_cable",
    "switch.wallbox_charging",
    "sensor.tesla_battery",
)
EXPORT = "sensor.export_power"


def day(*prices: float, start: datetime = NOON) -> list[dict[str, Any]]:
    return [
        {
            "start": (start + timedelta(hours=index)).isoformat(),
            "end": (start + timedelta(hours=index + 1)).isoformat(),
            "value": price,
        }
        for index, price in enumerate(prices)
    ]


DEAR_THEN_CHEAP = day(0.4, 0.4, 0.1, 0.1, 0.1, 0.4, 0.4, 0.4, 0.4, 0.4)


@pytest.fixture(autouse=True)
def waiting(stage: Stage) -> None:
    stage.house.add(PRICE, "0.4", unit_of_measurement="EUR/kWh", raw_today=DEAR_THEN_CHEAP)
    stage.house.add(CABLE, "on", device="Wallbox", device_class="plug")
    stage.house.add(CHARGER, "off", device="Wallbox")
    stage.house.add(LEVEL, "40", device="Tesla", device_class="battery", unit_of_measurement="%")
    stage.add(EXPORT, "0", device_class="power", unit_of_measurement="W")
    stage.detector = CheapEnergy(stage.home)


def test_the_cheapest_hours_are_said_when_they_begin(stage: Stage) -> None:
    assert not stage.found(after=110)
    [finding] = stage.due(after=15)
    [action] = finding.actions
    assert (action.domain, action.action, action.entity_ids) == ("switch", "turn_on", (CHARGER,))
    assert finding.risk is RiskClass.A2
    # Ten kilowatt-hours at 0.10 instead of the 0.2875 that the hours still ahead cost on average.
    assert finding.facts["value"] == "1.87 EUR"
    assert finding.expires == NOON + timedelta(hours=5)


def test_cents_are_not_worth_a_word(stage: Stage) -> None:
    stage.put(PRICE, "0.4", raw_today=day(0.42, 0.42, 0.4, 0.4, 0.4, 0.42, 0.42, 0.42))
    assert not stage.found(after=150)
    stage.home.savings = 0.05
    assert stage.found()


@pytest.mark.parametrize(
    ("entity_id", "state"),
    [(CABLE, "off"), (CHARGER, "on"), (LEVEL, "80"), (CHARGER, "unavailable"), (PRICE, "unavailable")],
)
def test_without_a_car_that_waits_or_a_price_nothing_is_cheap(stage: Stage, entity_id: str, state: str) -> None:
    assert stage.due(after=150)
    stage.set(entity_id, state)
    assert not stage.found()


def test_it_ends_with_the_window(stage: Stage) -> None:
    assert stage.due(after=150)
    assert not stage.found(after=160)


def test_surplus_of_the_roof_must_last_a_quarter_of_an_hour(stage: Stage) -> None:
    stage.put(PRICE, "0.4", raw_today=[])
    stage.set(EXPORT, "1500")
    assert not stage.due(after=14)
    [finding] = stage.due(after=2)
    assert finding.facts["why"] == "energy_sun"
    assert finding.facts["value"] == "1.5 kW"
    # One small cloud.
    stage.set(EXPORT, "800")
    assert stage.due()
    stage.set(EXPORT, "100")
    assert not stage.found()


def test_a_car_that_comes_home_while_the_sun_has_shone_for_hours_is_told_of(stage: Stage) -> None:
    stage.put(PRICE, "0.4", raw_today=[])
    stage.set(CABLE, "off")
    stage.set(EXPORT, "1500")
    assert not stage.found(after=200)
    stage.set(CABLE, "on")
    [finding] = stage.due(after=1)
    assert finding.expires is not None
    assert finding.expires > stage.now


def test_the_last_of_the_cheap_hours_is_cheap_still(stage: Stage) -> None:
    [finding] = stage.due(after=4 * 60 + 20)
    # Two thirds of an hour are left of it, for two thirds of ten kilowatt-hours.
    assert finding.facts["value"] == "1.67 EUR"
    assert (finding.due, finding.expires) == (NOON + timedelta(hours=2), NOON + timedelta(hours=5))


def test_an_hour_is_not_cheap_because_those_before_it_were(stage: Stage) -> None:
    stage.put(PRICE, "0.4", raw_today=day(0.4, 0.1, 0.1, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4))
    assert stage.due(after=100)
    assert not stage.found(after=85)


def test_a_loaded_dishwasher_is_named_and_never_started(stage: Stage) -> None:
    ready = stage.add("binary_sensor.dishwasher_remote_start", "on", device="Dishwasher")
    stage.set(CABLE, "off")
    stage.set(EXPORT, "2000")
    [finding] = stage.due(after=20)
    assert finding.facts["names"] == ["Dishwasher"]
    assert not finding.actions
    stage.set(ready, "off")
    assert not stage.found()


@pytest.mark.parametrize(
    "attributes",
    [
        {"raw_today": DEAR_THEN_CHEAP},
        {"prices": [{"time": item["start"], "price": item["value"]} for item in DEAR_THEN_CHEAP]},
        {"data": [{"start_time": item["start"], "price_per_kwh": item["value"]} for item in DEAR_THEN_CHEAP]},
        {"rates": [{"start": item["start"], "value_inc_vat": item["value"]} for item in DEAR_THEN_CHEAP]},
        {
            "raw_today": [{**item, "value": item["value"] * 1000} for item in DEAR_THEN_CHEAP],
            "unit_of_measurement": "EUR/MWh",
        },
        {
            "raw_today": [
                {"start": datetime.fromisoformat(item["start"]), "value": item["value"]} for item in DEAR_THEN_CHEAP
            ]
        },
    ],
)
def test_the_ways_in_which_integrations_put_prices(attributes: dict[str, Any]) -> None:
    window = cheapest(slots(State(PRICE, "1", attributes)), NOON, 3, 14)
    assert window is not None
    assert (window.start, window.price) == (NOON + timedelta(hours=2), pytest.approx(0.1))


_JUNK = st.recursive(
    st.none() | st.floats() | st.text(max_size=5) | st.sampled_from(["2026-11-24T12:00:00+00:00", "0.3"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["start", "time", "value", "price"]), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(today=_JUNK, items=st.lists(_JUNK, max_size=5))
def test_no_price_list_breaks_it(today: Any, items: list[Any]) -> None:
    state = State(PRICE, "1", {"raw_today": today, "prices": items})
    window = cheapest(slots(state), NOON, 3, 14)
    assert window is None or window.start < window.end


@given(
    prices=st.lists(st.floats(-1, 5), min_size=8, max_size=30),
    minutes=st.integers(0, 59),
)
def test_the_cheapest_window_is_no_dearer_than_any_other(prices: list[float], minutes: int) -> None:
    known = slots(State(PRICE, "1", {"prices": day(*prices, start=datetime(2026, 11, 24, 12, tzinfo=UTC))}))
    window = cheapest(known, NOON + timedelta(minutes=minutes), 3, 14)
    assert window is not None
    runs = [sum(prices[index : index + 3]) / 3 for index in range(min(len(prices), 14) - 2)]
    assert window.price <= min(runs) + 1e-9
