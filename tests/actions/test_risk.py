"""The risk table cannot be talked past."""

import pytest
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError
from hypothesis import given
from hypothesis import strategies as st

from custom_components.proactive_assistant.actions.execute import async_execute
from custom_components.proactive_assistant.actions.risk import RISKS, ForbiddenActionError, permit
from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.assistant.facts import PlannedAction
from custom_components.proactive_assistant.coordinator import Coordinator

from ..conftest import LAMP, TV, House
from ..factories import light_off, suggestion

DANGEROUS = [
    ("lock", "unlock"),
    ("lock", "open"),
    ("alarm_control_panel", "alarm_disarm"),
    ("cover", "open_cover"),
    ("cover", "toggle"),
    ("valve", "open_valve"),
    ("switch", "turn_off"),
    ("switch", "turn_on"),
    ("light", "turn_on"),
    ("climate", "set_temperature"),
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
