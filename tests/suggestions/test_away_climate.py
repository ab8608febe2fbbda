"""Heating and hot water while away."""

import pytest
from homeassistant.core import Context, ServiceCall
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM

from custom_components.proactive_assistant.actions.execute import async_execute
from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.suggestions.away_climate import AwayClimate

from ..conftest import ANNA
from ..factories import suggestion
from .conftest import MOTION, Stage

CLIMATE, WATER = "climate.hall", "water_heater.boiler"
PRESETS = ["none", "comfort", "eco", "away"]


@pytest.fixture(autouse=True)
def heating(stage: Stage) -> None:
    stage.add(CLIMATE, "heat", area="Hall", preset_mode="comfort", preset_modes=PRESETS)
    stage.detector = AwayClimate(stage.home)


def test_an_hour_after_the_last_one_left_a_gentle_set_back_is_offered(stage: Stage) -> None:
    stage.set(ANNA, "not_home")
    assert not stage.due(after=59)
    [finding] = stage.due(after=2)
    [action] = finding.actions
    assert (action.domain, action.action, action.data) == ("climate", "set_preset_mode", {"preset_mode": "eco"})
    assert finding.risk is RiskClass.A2


@pytest.mark.parametrize(
    "attributes",
    [
        {"preset_mode": "away"},
        {"preset_mode": "eco"},
        {"preset_mode": "Sleep"},
        {"preset_modes": ["comfort"]},
        {"preset_modes": None},
        {"preset_modes": "away"},
    ],
)
def test_what_saves_already_or_cannot_is_not_offered(stage: Stage, attributes: dict[str, object]) -> None:
    stage.put(CLIMATE, "heat", **attributes)
    stage.set(ANNA, "not_home")
    assert not stage.found(after=90)


@pytest.mark.parametrize("state", ["off", "unavailable", "unknown"])
def test_what_is_off_is_left_off(stage: Stage, state: str) -> None:
    stage.set(CLIMATE, state)
    stage.set(ANNA, "not_home")
    assert not stage.found(after=90)


def test_someone_who_stayed_is_not_left_in_the_cold(stage: Stage) -> None:
    stage.set(ANNA, "not_home")
    stage.set(MOTION, "on", after=30)
    assert not stage.found(after=60)


def test_coming_home_ends_it(stage: Stage) -> None:
    stage.set(ANNA, "not_home")
    assert stage.due(after=61)
    stage.set(ANNA, "home")
    assert not stage.found()


@pytest.mark.parametrize(
    ("state", "attributes", "expected"),
    [
        ("electric", {"away_mode": "off"}, ("set_away_mode", {"away_mode": True})),
        ("performance", {"operation_list": ["performance", "eco"]}, ("set_operation_mode", {"operation_mode": "eco"})),
        ("eco", {"operation_list": ["performance", "eco"]}, None),
        ("electric", {"away_mode": "on"}, None),
        ("off", {"away_mode": "off"}, None),
    ],
)
def test_hot_water(
    stage: Stage, state: str, attributes: dict[str, object], expected: tuple[str, dict[str, object]] | None
) -> None:
    stage.set(CLIMATE, "off")
    stage.add(WATER, state, **attributes)
    stage.set(ANNA, "not_home")
    calls = [(item.action, item.data) for finding in stage.due(after=61) for item in finding.actions]
    assert calls == ([expected] if expected else [])


async def test_a_tap_sets_only_what_is_not_set_yet(stage: Stage) -> None:
    hass, calls = stage.house.hass, []

    async def preset(call: ServiceCall) -> None:
        calls.append(dict(call.data))

    hass.services.async_register("climate", "set_preset_mode", preset)
    other = stage.add("climate.bath", "heat", area="Bath", preset_mode="none", preset_modes=PRESETS)
    stage.set(ANNA, "not_home")
    [finding] = stage.due(after=61)
    stage.put(other, "heat", preset_mode="eco")
    item = suggestion("away_climate", actions=finding.actions, risk=finding.risk)
    assert await async_execute(hass, stage.home, item, Context()) == (CLIMATE,)
    assert calls == [{"preset_mode": "eco", "entity_id": [CLIMATE]}]


def test_what_becomes_warm_in_an_absence_may_be_for_who_returns(stage: Stage) -> None:
    stage.put(CLIMATE, "heat", preset_mode="eco")
    stage.set(ANNA, "not_home")
    assert not stage.found(after=90)
    stage.put(CLIMATE, "heat", preset_mode="comfort")
    assert not stage.due()
    assert not stage.due(after=19)
    assert stage.due(after=2)


VALVE = {"supported_features": 1, "min_temp": 5, "max_temp": 30, "target_temp_step": 0.5, "preset_modes": None}


@pytest.mark.parametrize(
    ("state", "attributes", "expected"),
    [
        ("heat", {"temperature": 21}, 18.0),
        ("heat", {"temperature": 21.3}, 18.3),
        ("heat", {"temperature": 19}, 16.0),
        ("heat", {"temperature": 18.5}, None),
        ("heat", {"temperature": 16}, None),
        ("heat", {"temperature": 21, "min_temp": 20}, None),
        ("heat", {"temperature": 21, "supported_features": 0}, None),
        ("heat", {"temperature": 21, "preset_mode": "frost_protection"}, None),
        ("heat", {"temperature": 21, "target_temp_step": 1}, 18.0),
        ("heat", {"temperature": 21, "target_temp_step": 2}, 17.0),
        ("heat", {"temperature": 21, "target_temp_step": 0}, 18.0),
        ("heat", {"temperature": 21, "target_temp_step": -1e300}, 18.0),
        ("auto", {"temperature": 21, "hvac_modes": ["off", "heat", "auto"]}, 18.0),
        ("auto", {"temperature": 21, "hvac_modes": ["off", "heat", "cool", "auto"]}, None),
        ("heat_cool", {"temperature": None, "target_temp_low": 20, "target_temp_high": 24}, None),
        ("cool", {"temperature": 23}, 26.0),
        ("cool", {"temperature": 26.5}, None),
        ("dry", {"temperature": 21}, None),
        ("off", {"temperature": 21}, None),
    ],
)
def test_a_thermostat_without_presets_is_set_back_by_three_degrees_from_comfort(
    stage: Stage, state: str, attributes: dict[str, object], expected: float | None
) -> None:
    stage.put(CLIMATE, state, **{**VALVE, "preset_mode": None, **attributes})
    stage.set(ANNA, "not_home")
    calls = [(item.action, dict(item.data)) for finding in stage.due(after=61) for item in finding.actions]
    assert calls == ([] if expected is None else [("set_temperature", {"temperature": expected})])
    values = [finding.facts["value"] for finding in stage.found()]
    assert values == ([] if expected is None else [f"{expected:g} °C"])


def test_it_is_named_by_what_it_is(stage: Stage) -> None:
    stage.set(ANNA, "not_home")
    [finding] = stage.due(after=61)
    assert (finding.facts["sort"], finding.facts["value"]) == ("heating", "")
    stage.put(CLIMATE, "cool")
    assert stage.found()[0].facts["sort"] == "cooling"
    stage.add(WATER, "performance", away_mode="off")
    assert stage.found()[0].facts["sort"] == "mixed"
    stage.set(CLIMATE, "off")
    assert stage.found()[0].facts["sort"] == "hot_water"


def test_a_home_in_fahrenheit_is_set_back_by_as_much(stage: Stage) -> None:
    stage.house.hass.config.units = US_CUSTOMARY_SYSTEM
    stage.put(CLIMATE, "heat", **{**VALVE, "min_temp": 45, "max_temp": 95, "target_temp_step": 1, "temperature": 70})
    stage.set(ANNA, "not_home")
    [finding] = stage.due(after=61)
    assert finding.actions[0].data == {"temperature": 65}


async def test_who_turns_it_down_by_hand_meanwhile_has_it_lower_still(stage: Stage) -> None:
    hass, calls = stage.house.hass, []

    async def temperature(call: ServiceCall) -> None:
        calls.append(call.data)

    hass.services.async_register("climate", "set_temperature", temperature)
    stage.put(CLIMATE, "heat", **{**VALVE, "preset_mode": None, "temperature": 21})
    stage.set(ANNA, "not_home")
    [finding] = stage.due(after=61)
    stage.put(CLIMATE, "heat", temperature=17)
    item = suggestion("away_climate", actions=finding.actions, risk=finding.risk)
    assert await async_execute(hass, stage.home, item, Context()) == ()
    assert not calls
