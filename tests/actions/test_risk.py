"""The risk table cannot be talked past."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any

import pytest
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from hypothesis import given
from hypothesis import strategies as st

from custom_components.proactive_assistant.actions.execute import async_execute, effective
from custom_components.proactive_assistant.actions.limits import _forbidden
from custom_components.proactive_assistant.actions.risk import RISKS, TICK, ForbiddenActionError, permit
from custom_components.proactive_assistant.assistant.enums import HomeMode, RiskClass
from custom_components.proactive_assistant.assistant.facts import PlannedAction
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.sensing.covers import gentle
from custom_components.proactive_assistant.sensing.habits import Habits
from custom_components.proactive_assistant.sensing.home import Home
from custom_components.proactive_assistant.sensing.roles import Role, survey
from custom_components.proactive_assistant.storage.corrections import Corrections

from ..conftest import LAMP, TV, Clock, House
from ..factories import light_off, suggestion

DANGEROUS = [
    ("lock", "unlock"),
    ("lock", "open"),
    ("alarm_control_panel", "alarm_disarm"),
    ("cover", "open_cover"),
    ("cover", "toggle"),
    ("valve", "open_valve"),
    ("switch", "toggle"),
    ("light", "toggle"),
    ("number", "set_value"),
    ("button", "press"),
    ("homeassistant", "turn_on"),
    ("climate", "set_temperature"),
    ("climate", "set_hvac_mode"),
    ("climate", "turn_on"),
    ("cover", "open_cover_tilt"),
    ("cover", "set_cover_position"),
    ("cover", "stop_cover"),
    ("water_heater", "set_temperature"),
    ("vacuum", "send_command"),
    ("alarm_control_panel", "alarm_arm_custom_bypass"),
    ("alarm_control_panel", "alarm_arm_home"),
    ("alarm_control_panel", "alarm_trigger"),
    ("todo", "remove_item"),
    ("todo", "add_item"),
    ("water_heater", "turn_on"),
    ("homeassistant", "turn_off"),
    ("script", "turn_on"),
    ("automation", "trigger"),
    ("python_script", "anything"),
]


@pytest.mark.parametrize(("domain", "action"), DANGEROUS)
@pytest.mark.parametrize("claimed", list(RiskClass))
def test_what_must_never_happen_has_no_row(domain: str, action: str, claimed: RiskClass) -> None:
    with pytest.raises(ForbiddenActionError):
        permit(PlannedAction(domain=domain, action=action, entity_ids=(f"{domain}.x",), risk=claimed))


@given(
    domain=st.text(max_size=20) | st.sampled_from([row[0] for row in RISKS]),
    action=st.text(max_size=20) | st.sampled_from([row[1] for row in RISKS]),
    risk=st.sampled_from(RiskClass),
    targets=st.lists(st.sampled_from(["light.a", "lock.front", "fan.b", "media_player.c"]), max_size=3),
)
def test_whatever_is_permitted_is_a_row_with_honest_risk_and_targets_of_its_domain(
    domain: str, action: str, risk: RiskClass, targets: list[str]
) -> None:
    planned = PlannedAction(domain=domain, action=action, entity_ids=tuple(targets), risk=risk)
    try:
        found = permit(planned)
    except ForbiddenActionError:
        return
    assert RISKS[(domain, action)] is found
    assert risk >= found
    assert all(target.startswith(f"{domain}.") for target in targets)


def test_data_that_no_row_allows_is_refused() -> None:
    with pytest.raises(ForbiddenActionError):
        permit(
            PlannedAction(
                domain="light",
                action="turn_off",
                entity_ids=("light.a",),
                risk=RiskClass.A1,
                data={"entity_id": "lock.front"},
            )
        )


def close(*entity_ids: str) -> PlannedAction:
    return PlannedAction(domain="cover", action="close_cover", entity_ids=entity_ids, risk=RiskClass.A3)


SCHEMAS = {
    ("climate", "set_preset_mode"): tuple({"preset_mode": name} for name in ("eco", "away", "home", "comfort")),
    ("climate", "set_hvac_mode"): ({"hvac_mode": "off"},),
    ("climate", "set_temperature"): tuple({"temperature": degrees} for degrees in (15.0, 18.0, 64.5, 86.0)),
    ("water_heater", "set_away_mode"): ({"away_mode": True},),
    ("water_heater", "set_operation_mode"): ({"operation_mode": "eco"},),
}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"item": "1"},
        {"status": "completed"},
        {"item": "1", "status": "needs_action"},
        {"item": "", "status": "completed"},
        {"item": "x" * 256, "status": "completed"},
        {"item": ["1", "2"], "status": "completed"},
        {"item": 1, "status": "completed"},
        {"item": None, "status": "completed"},
        {"item": "1", "status": True},
        {"item": "1", "status": "completed", "rename": "2"},
        {"item": "1", "status": "completed", "due_date": "2026-11-24"},
        {"item": "1", "status": "completed", "entity_id": "todo.other"},
    ],
)
def test_an_item_is_ticked_by_its_name_and_nothing_else_is_done_to_it(data: dict[str, Any]) -> None:
    assert permit(planned(*TICK, {"item": "1", "status": "completed"})) is RiskClass.A0
    with pytest.raises(ForbiddenActionError):
        permit(planned(*TICK, data))


def planned(domain: str, action: str, data: Any) -> PlannedAction:
    return PlannedAction(
        domain=domain, action=action, entity_ids=(f"{domain}.x",), risk=RISKS[(domain, action)], data=data
    )


@pytest.mark.parametrize("row", SCHEMAS)
def test_a_set_back_may_carry_what_its_row_says(row: tuple[str, str]) -> None:
    for data in SCHEMAS[row]:
        assert permit(planned(*row, data)) is RiskClass.A2


@pytest.mark.parametrize("row", SCHEMAS)
@pytest.mark.parametrize(
    "attack",
    [
        lambda _good: {},
        lambda good: good | {"entity_id": "lock.front"},
        lambda good: good | {"temperature": 35},
        lambda good: good | {"hvac_mode": "heat"},
        lambda good: dict.fromkeys(good, "party"),
        lambda good: dict.fromkeys(good, "boost"),
        lambda good: dict.fromkeys(good, 1),
        lambda good: dict.fromkeys(good, False),
        lambda good: dict.fromkeys(good, None),
        lambda good: {key: ["eco"] for key in good},
        lambda good: {key: {"eco": 1} for key in good},
        lambda good: dict.fromkeys(good, "{{ 'eco' }}"),
        lambda good: dict.fromkeys(good, "Eco"),
        lambda good: {f"{key} ": value for key, value in good.items()},
    ],
)
def test_a_set_back_carries_nothing_else(row: tuple[str, str], attack: Callable[[Any], Any]) -> None:
    for good in SCHEMAS[row]:
        with pytest.raises(ForbiddenActionError):
            permit(planned(*row, attack(good)))


@given(
    row=st.sampled_from(sorted(RISKS)),
    data=st.dictionaries(
        st.text(max_size=8) | st.sampled_from(["preset_mode", "away_mode", "operation_mode", "entity_id"]),
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["eco", "away"]),
        max_size=2,
    ),
)
def test_whatever_data_passes_is_a_line_of_the_schema(row: tuple[str, str], data: dict[str, Any]) -> None:
    try:
        permit(planned(*row, data))
    except ForbiddenActionError:
        return
    assert any(
        data == good and all(type(data[key]) is type(good[key]) for key in good) for good in SCHEMAS.get(row, ({},))
    )


def test_every_row_is_something_the_product_allows() -> None:
    assert max(RISKS.values()) is RiskClass.A3
    assert {row for row, risk in RISKS.items() if risk is RiskClass.A3} == {
        ("lock", "lock"),
        ("cover", "close_cover"),
        ("alarm_control_panel", "alarm_arm_away"),
        ("alarm_control_panel", "alarm_arm_night"),
    }
    words = ("unlock", "open", "disarm", "toggle")
    assert not [row for row in RISKS if any(word in row[1] for word in words)]
    # A thermostat may be set back (test_set_back.py); no boiler is given a temperature.
    assert [row for row in RISKS if "temperature" in row[1]] == [("climate", "set_temperature")]
    # A light, a fan that carries air out, and the switches that let a car charge or a sprinkler rest (execute.py).
    assert {row for row in RISKS if "turn_on" in row[1]} == {
        (domain, "turn_on") for domain in ("light", "fan", "switch")
    }


@pytest.mark.parametrize(
    ("area", "expected"), [("Bathroom", ("fan.air",)), ("Kitchen", ("fan.air",)), ("Living room", ())]
)
def test_a_fan_is_put_on_only_where_it_carries_air_out(house: House, area: str, expected: tuple[str, ...]) -> None:
    home = Home(house.hass, Habits())
    house.add("fan.air", "off", area=area)
    home.map = survey(house.hass)
    call = PlannedAction(domain="fan", action="turn_on", entity_ids=("fan.air",), risk=RiskClass.A1)
    assert permit(call) is RiskClass.A1
    assert effective(home, call) == expected
    house.set("fan.air", "on")
    assert not effective(home, call), "it runs already"


@pytest.mark.parametrize(
    ("entity_id", "device_class", "may"),
    [
        ("switch.wallbox_charging", "switch", {"turn_on", "turn_off"}),
        ("switch.rain_delay", None, {"turn_on"}),
        ("switch.iron", "outlet", {"turn_off"}),
        ("switch.freezer", "outlet", set()),
        ("switch.sump_pump", "outlet", set()),
        ("switch.router", "outlet", set()),
        ("switch.plug_1", "outlet", set()),
        ("switch.heater", None, set()),
    ],
)
def test_only_a_switch_whose_load_is_known_is_switched(
    house: House, entity_id: str, device_class: str | None, may: set[str]
) -> None:
    home = Home(house.hass, Habits())
    house.add(entity_id, "off", **({"device_class": device_class} if device_class else {}))
    home.map = survey(house.hass)
    found = set()
    for action, before in (("turn_on", "off"), ("turn_off", "on")):
        house.set(entity_id, before)
        call = PlannedAction(domain="switch", action=action, entity_ids=(entity_id,), risk=RiskClass.A2)
        permit(call)
        found |= {action} if effective(home, call) else set()
    assert found == may


SORTS = (
    *(None, "awning", "blind", "curtain", "damper", "door", "garage", "gate", "shade", "shutter", "window"),
    *("Blind", " blind", "", "blind,garage", ["blind"], {"blind": 1}, True),
)
GIVEN = tuple(sort for sort in SORTS if sort is None or isinstance(sort, str))
SAID = (None, Role.AWNING, Role.SHADE, Role.GARAGE, Role.COVER_WINDOW)
BY_HAND = frozenset({"awning", "blind", "curtain", "shade"})
"""What the product's table lists as gentle, written down once more: not read from the code under test."""


@pytest.mark.parametrize("said", SAID, ids=str)
def test_no_cover_passes_for_a_blind_unless_everything_says_that_it_is_one(house: House, said: Role | None) -> None:
    """Every pair of what a cover shows and what its integration calls it, under every correction there is."""
    home = Home(house.hass, Habits())
    pairs = {f"cover.c{number}": pair for number, pair in enumerate(product(SORTS, GIVEN))}
    for entity_id, (shown, called) in pairs.items():
        name = entity_id.removeprefix("cover.")
        er.async_get(house.hass).async_get_or_create(
            "cover", "test", name, suggested_object_id=name, original_device_class=called
        )
        house.hass.states.async_set(entity_id, "open", {"device_class": shown} if shown is not None else {})
    home.map = survey(house.hass, None, Corrections(dict.fromkeys(pairs, said) if said is not None else {}))
    for entity_id, (shown, called) in pairs.items():
        soft = isinstance(shown, str) and shown in BY_HAND and (called or shown) in BY_HAND
        soft = soft and said not in (Role.GARAGE, Role.COVER_WINDOW)
        for claimed in (RiskClass.A0, RiskClass.A1, RiskClass.A2):
            call = replace(close(entity_id), risk=claimed)
            touched = effective(home, call) == (entity_id,)
            try:
                permit(call, partial(gentle, home))
            except ForbiddenActionError:
                permitted = False
            else:
                permitted = True
            assert permitted is (soft and claimed is RiskClass.A2), (shown, called)
            assert not touched or permitted, (shown, called)
            with pytest.raises(ForbiddenActionError):
                permit(call)
        assert permit(close(entity_id)) is RiskClass.A3


def test_one_garage_door_among_blinds_makes_a_garage_door_of_all(house: House) -> None:
    home = Home(house.hass, Habits())
    blinds = [house.add(f"cover.blind_{number}", "open", device_class="blind") for number in range(3)]
    garage = house.add("cover.garage", "open", device_class="garage")
    home.map = survey(house.hass)
    soft = replace(close(*blinds), risk=RiskClass.A2)
    assert permit(soft, partial(gentle, home)) is RiskClass.A2
    for others in ([garage], ["cover.nowhere"]):
        with pytest.raises(ForbiddenActionError):
            permit(replace(close(*blinds, *others), risk=RiskClass.A2), partial(gentle, home))
    # No target at all is no gentle one.
    with pytest.raises(ForbiddenActionError):
        permit(replace(close(), risk=RiskClass.A2), partial(gentle, home))


@pytest.mark.parametrize("becomes", ["garage", "shutter", None])
async def test_what_is_no_blind_any_more_when_it_is_accepted_is_left_alone(
    coordinator: Coordinator, house: House, clock: Clock, becomes: str | None
) -> None:
    """Offered as a blind, tapped as something else: neither the tap nor acting alone closes it."""
    calls: list[ServiceCall] = []
    coordinator.hass.services.async_register("cover", "close_cover", calls.append)
    blind = house.add("cover.blind", "open", device_class="blind")
    await clock.forward(seconds=10)
    item = suggestion("outside_air", actions=(replace(close(blind), risk=RiskClass.A2),), risk=RiskClass.A2)
    scene = coordinator.desk.doer.scene(item, dt_util.utcnow())
    assert not _forbidden(scene)
    coordinator.hass.states.async_set(blind, "open", {"device_class": becomes} if becomes else {})
    assert _forbidden(scene)
    assert not effective(coordinator.home, item.actions[0])
    with pytest.raises(ForbiddenActionError):
        await async_execute(coordinator.hass, coordinator.home, item, Context())
    assert not calls


async def test_a_mode_is_entered_by_a_tap_and_guests_leave_at_midnight(coordinator: Coordinator, clock: Clock) -> None:
    action = PlannedAction(
        domain="proactive_assistant", action="set_mode", entity_ids=(), risk=RiskClass.A0, data={"mode": "guest"}
    )
    await async_execute(coordinator.hass, coordinator.home, suggestion(actions=(action,)), Context())
    assert coordinator.mode is HomeMode.GUEST
    await clock.forward(hours=11)
    assert coordinator.mode is HomeMode.GUEST
    await clock.forward(hours=2)
    assert coordinator.mode is HomeMode.NORMAL


async def test_one_forbidden_action_stops_all_of_them(coordinator: Coordinator, house: House) -> None:
    house.set(LAMP, "on")
    unlock = PlannedAction(domain="lock", action="unlock", entity_ids=("lock.x",), risk=RiskClass.A1)
    bad = suggestion(actions=(light_off(LAMP), unlock))
    with pytest.raises(ForbiddenActionError):
        await async_execute(coordinator.hass, coordinator.home, bad, Context())
    assert coordinator.hass.states.get(LAMP).state == "on"


async def test_what_is_off_already_is_left_alone(coordinator: Coordinator) -> None:
    item = suggestion(actions=(light_off(LAMP, "light.unknown"),))
    assert await async_execute(coordinator.hass, coordinator.home, item, Context()) == ()


@pytest.mark.parametrize("device_class", ["smoke", "gas", "carbon_monoxide", "heat"])
async def test_danger_cancels_every_pending_action(
    coordinator: Coordinator, house: House, clock: Clock, device_class: str
) -> None:
    house.add("binary_sensor.sensor", "on", device_class=device_class)
    await clock.forward(seconds=10)
    house.set(LAMP, "on")
    item = suggestion(actions=(light_off(LAMP),))
    assert await async_execute(coordinator.hass, coordinator.home, item, Context()) == ()
    house.set("binary_sensor.sensor", "off")
    assert await async_execute(coordinator.hass, coordinator.home, item, Context()) == (LAMP,)


async def test_one_failing_call_does_not_stop_the_others(
    hass: HomeAssistant, coordinator: Coordinator, house: House
) -> None:
    async def fail(call: ServiceCall) -> None:
        msg = "no radio"
        raise HomeAssistantError(msg)

    hass.services.async_register("light", "turn_off", fail)
    house.set(LAMP, "on")
    house.set(TV, "playing")
    tv_off = PlannedAction(domain="media_player", action="turn_off", entity_ids=(TV,), risk=RiskClass.A1)
    item = suggestion(actions=(light_off(LAMP), tv_off))
    assert await async_execute(hass, coordinator.home, item, Context()) == (TV,)
