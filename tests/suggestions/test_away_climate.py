"""Heating and hot water while away."""

import pytest
from homeassistant.core import Context, ServiceCall

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
