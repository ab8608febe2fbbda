"""A thermostat may be set back, and by no way there is be asked for more than people set."""

from math import inf, nan
from types import MappingProxyType
from typing import Any

import pytest
from homeassistant.core import Context, HomeAssistant, ServiceCall, State
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
from hypothesis import given
from hypothesis import strategies as st

from custom_components.proactive_assistant.actions.execute import async_execute, effective
from custom_components.proactive_assistant.actions.risk import ForbiddenActionError, permit
from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.assistant.facts import PlannedAction
from custom_components.proactive_assistant.sensing.habits import Habits
from custom_components.proactive_assistant.sensing.home import Home
from custom_components.proactive_assistant.sensing.number import celsius
from custom_components.proactive_assistant.sensing.roles import survey
from custom_components.proactive_assistant.sensing.thermostat import saves, saving_target
from custom_components.proactive_assistant.storage.codec import from_plain, to_plain

from ..conftest import House
from ..factories import suggestion

VALVE = "climate.valve"
HEATS = {
    "supported_features": 1,
    "temperature": 21,
    "min_temp": 5,
    "max_temp": 30,
    "target_temp_step": 0.5,
    "hvac_modes": ["off", "heat"],
}


def set_back(
    degrees: object, *targets: str, action: str = "set_temperature", key: str = "temperature"
) -> PlannedAction:
    return PlannedAction(
        domain="climate", action=action, entity_ids=targets or (VALVE,), risk=RiskClass.A2, data={key: degrees}
    )


@pytest.fixture
def home(house: House) -> Home:
    found = Home(house.hass, Habits())
    house.add(VALVE, "heat", **HEATS)
    found.map = survey(house.hass)
    return found


def turn(home: Home, state: str = "heat", **attributes: Any) -> None:
    """Let the valve show something else."""
    home.hass.states.async_set(VALVE, state, HEATS | attributes)


@pytest.mark.parametrize(
    "degrees",
    [
        nan,
        inf,
        -inf,
        -1.0,
        0.0,
        14.9,
        86.1,
        1e300,
        18,
        True,
        "18",
        "18.0",
        None,
        [18.0],
        {"temperature": 18.0},
        "{{ 18 }}",
    ],
)
def test_no_odd_number_passes_the_table(degrees: object) -> None:
    with pytest.raises(ForbiddenActionError):
        permit(set_back(degrees))


@pytest.mark.parametrize(
    "data",
    [
        {"temperature": 18.0, "hvac_mode": "heat"},
        {"temperature": 18.0, "target_temp_high": 30.0},
        {"target_temp_low": 18.0},
        {"temperature": 18.0, "entity_id": "climate.other"},
        {},
    ],
)
def test_nothing_rides_along_with_a_temperature(data: dict[str, Any]) -> None:
    with pytest.raises(ForbiddenActionError):
        permit(
            PlannedAction(domain="climate", action="set_temperature", entity_ids=(VALVE,), risk=RiskClass.A2, data=data)
        )


@pytest.mark.parametrize("mode", ["heat", "cool", "auto", "heat_cool", "fan_only", "OFF", "", None, True])
def test_a_mode_is_only_ever_switched_off(mode: object) -> None:
    with pytest.raises(ForbiddenActionError):
        permit(set_back(mode, action="set_hvac_mode", key="hvac_mode"))


@pytest.mark.parametrize("claimed", [RiskClass.A0, RiskClass.A1])
@pytest.mark.parametrize(("action", "data"), [("set_temperature", 18.0), ("set_hvac_mode", "off")])
def test_it_is_slow_to_reverse_whatever_it_claims(claimed: RiskClass, action: str, data: object) -> None:
    key = "temperature" if action == "set_temperature" else "hvac_mode"
    with pytest.raises(ForbiddenActionError):
        permit(PlannedAction(domain="climate", action=action, entity_ids=(VALVE,), risk=claimed, data={key: data}))


@pytest.mark.parametrize(
    ("state", "attributes", "degrees", "may"),
    [
        ("heat", {}, 18.0, True),
        ("heat", {}, 21.0, False),
        ("heat", {}, 24.0, False),
        ("heat", {"temperature": 17}, 18.0, False),
        ("heat", {"temperature": "17"}, 18.0, False),
        ("heat", {"temperature": 18.0}, 18.0, False),
        ("heat", {"min_temp": 19}, 18.0, False),
        ("heat", {"temperature": None}, 18.0, False),
        ("heat", {"temperature": "nan"}, 18.0, False),
        ("heat", {"temperature": True}, 18.0, False),
        ("heat", {"temperature": "inf"}, 18.0, False),
        ("heat", {"supported_features": 0}, 18.0, False),
        ("heat", {"supported_features": "1"}, 18.0, False),
        ("heat", {"target_temp_low": 19, "target_temp_high": 24}, 18.0, False),
        ("heat", {"temperature_unit": "°F"}, 18.0, False),
        ("off", {}, 18.0, False),
        ("unavailable", {}, 18.0, False),
        ("dry", {}, 18.0, False),
        ("heat_cool", {}, 18.0, False),
        ("auto", {}, 18.0, True),
        ("auto", {"hvac_modes": ["heat", "cool", "auto"]}, 18.0, False),
        ("auto", {"hvac_modes": None}, 18.0, False),
        ("cool", {"temperature": 24}, 27.0, True),
        ("cool", {"temperature": 24}, 23.0, False),
        ("cool", {"temperature": 24}, 31.0, False),
        ("cool", {"temperature": 24, "max_temp": 26}, 27.0, False),
    ],
)
def test_what_is_set_at_the_tap_decides_not_what_was_when_it_was_offered(
    home: Home, state: str, attributes: dict[str, Any], degrees: float, *, may: bool
) -> None:
    turn(home, state, **attributes)
    assert effective(home, set_back(degrees)) == ((VALVE,) if may else ())


def test_in_fahrenheit_the_bounds_are_those_of_fahrenheit(home: Home) -> None:
    home.hass.config.units = US_CUSTOMARY_SYSTEM
    turn(home, temperature=70, min_temp=45, max_temp=95, target_temp_step=1)
    assert effective(home, set_back(65.0)) == (VALVE,)
    # 15 °C are 59 °F: what would be mild in one unit is a frost in the other.
    assert effective(home, set_back(58.0)) == ()
    assert effective(home, set_back(18.0)) == ()
    state = home.state(VALVE)
    assert state is not None
    assert saving_target(state, "°F") == 65


NUMBERS = st.floats() | st.integers(-50, 120) | st.none() | st.booleans() | st.sampled_from(["21", "nan", "x", "1e400"])
MODES = st.sampled_from(["heat", "cool", "auto", "heat_cool", "off", "dry", "", "fan_only"])
ATTRIBUTES = st.fixed_dictionaries(
    {},
    optional={
        "temperature": NUMBERS,
        "target_temp_low": NUMBERS,
        "target_temp_high": NUMBERS,
        "min_temp": NUMBERS,
        "max_temp": NUMBERS,
        "target_temp_step": NUMBERS,
        "supported_features": NUMBERS | st.sampled_from([1, 3, 385]),
        "hvac_modes": st.none() | st.text(max_size=4) | st.lists(MODES, max_size=4),
        "temperature_unit": st.sampled_from(["°C", "°F", None, "K"]),
    },
)


@given(mode=MODES, attributes=ATTRIBUTES, unit=st.sampled_from(["°C", "°F"]), asked=st.none() | st.floats(10, 90))
def test_no_state_lets_a_thermostat_be_asked_for_more(
    mode: str, attributes: dict[str, Any], unit: str, asked: float | None
) -> None:
    state = State(VALVE, mode, attributes)
    wanted = saving_target(state, unit) if asked is None else asked
    if wanted is None or not saves(state, unit, wanted):
        assert asked is not None or wanted is None, "what is offered could not be done"
        return
    target = float(state.attributes["temperature"])
    degrees = celsius(wanted, unit)
    assert degrees is not None
    heats = state.state == "heat" or "heat" in (state.attributes.get("hvac_modes") or ())
    cools = state.state == "cool" or "cool" in (state.attributes.get("hvac_modes") or ())
    assert state.state in ("heat", "cool") or heats is not cools
    if state.state == "heat" or (state.state == "auto" and heats):
        assert degrees >= 15
        assert wanted < target
    else:
        assert degrees <= 30
        assert wanted > target
    permit(set_back(wanted))


async def test_only_those_that_would_be_lowered_are_called(hass: HomeAssistant, house: House, home: Home) -> None:
    calls = []

    async def temperature(call: ServiceCall) -> None:
        calls.append(dict(call.data))

    hass.services.async_register("climate", "set_temperature", temperature)
    house.add("climate.other", "heat", **HEATS)
    home.map = survey(hass)
    turn(home, temperature=16.5)
    item = suggestion("away_climate", actions=(set_back(18.0, VALVE, "climate.other"),), risk=RiskClass.A2)
    assert await async_execute(hass, home, item, Context()) == ("climate.other",)
    assert calls == [{"temperature": 18.0, "entity_id": ["climate.other"]}]


def test_a_temperature_is_still_one_after_a_restart() -> None:
    kept = from_plain(PlannedAction, to_plain(set_back(18.0)))
    assert permit(kept) is RiskClass.A2
    assert kept.data == MappingProxyType({"temperature": 18.0})


@pytest.mark.parametrize(
    ("state", "modes", "may"),
    [
        ("heat", ["off", "heat"], True),
        ("cool", ["off", "cool"], True),
        ("off", ["off", "heat"], False),
        ("heat", ["heat"], False),
        ("heat", None, False),
        ("heat", "off", False),
        ("unknown", ["off"], False),
    ],
)
def test_a_pause_needs_something_to_pause(home: Home, state: str, modes: object, *, may: bool) -> None:
    turn(home, state, hvac_modes=modes)
    assert effective(home, set_back("off", action="set_hvac_mode", key="hvac_mode")) == ((VALVE,) if may else ())
