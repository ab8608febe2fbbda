"""What the user has automated is not offered as well."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from homeassistant.components.automation import DATA_COMPONENT
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import floor_registry as fr
from homeassistant.helpers import label_registry as lr
from homeassistant.setup import async_setup_component
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.assistant.facts import PlannedAction
from custom_components.proactive_assistant.suggestions import automated
from custom_components.proactive_assistant.suggestions.automated import automates

from ..conftest import LAMP, Clock, House, Phone, setup

LOCK = "lock.front"
LOCK_IT = PlannedAction(domain="lock", action="lock", entity_ids=(LOCK,), risk=RiskClass.A3)
NEVER = {"trigger": "event", "event_type": "never"}


async def automate(hass: HomeAssistant, actions: list[dict[str, Any]], **more: Any) -> None:
    config = {"id": "a", "alias": "A", "triggers": [NEVER], "actions": actions} | more
    assert await async_setup_component(hass, "automation", {"automation": [config]})
    await hass.async_block_till_done()


LOCKS = {"action": "lock.lock", "target": {"entity_id": LOCK}}


async def test_without_automations_nothing_is(hass: HomeAssistant) -> None:
    assert not automates(hass, [LOCK_IT])
    assert not automates(hass, [])


@pytest.mark.parametrize(
    "actions",
    [
        [LOCKS],
        [{"if": [{"condition": "state", "entity_id": LOCK, "state": "unlocked"}], "then": [LOCKS]}],
        [{"choose": [{"conditions": [], "sequence": [{"parallel": [LOCKS]}]}]}],
    ],
)
async def test_the_same_action_on_the_same_entity_is(hass: HomeAssistant, actions: list[dict[str, Any]]) -> None:
    await automate(hass, actions)
    assert automates(hass, [LOCK_IT])


async def test_one_that_only_watches_the_entity_is_not(hass: HomeAssistant) -> None:
    trigger = {"trigger": "state", "entity_id": LOCK, "to": "unlocked"}
    await automate(hass, [{"action": "light.turn_on", "target": {"entity_id": "light.hall"}}], triggers=[trigger])
    assert not automates(hass, [LOCK_IT])


async def test_one_that_is_switched_off_is_not(hass: HomeAssistant) -> None:
    await automate(hass, [LOCKS], initial_state=False)
    assert not automates(hass, [LOCK_IT])


async def test_all_of_an_offer_must_be_covered(hass: HomeAssistant) -> None:
    await automate(hass, [LOCKS])
    both = PlannedAction(domain="lock", action="lock", entity_ids=(LOCK, "lock.back"), risk=RiskClass.A3)
    assert not automates(hass, [both])


async def test_it_ends_in_silence_with_its_reason(
    hass: HomeAssistant,
    clock: Clock,
    house: House,
    phone: Phone,
    entry: MockConfigEntry,
    account: list[dict[str, Any]],
) -> None:
    house.add(LOCK, "unlocked", area="Hall")
    await automate(hass, [LOCKS])
    assert await setup(hass, entry, clock)
    hass.states.async_set("person.anna", "not_home", hass.states.get("person.anna").attributes)
    await clock.forward(minutes=20)
    held = [item["reason"] for item in account if item["kind"] == "lock_check"]
    assert held == ["already_automated"]
    assert not [item for item in phone.messages if "Unlocked" in item["title"]]


async def test_a_departure_that_the_user_automated_is_not_told(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry, account: list[dict[str, Any]]
) -> None:
    await automate(hass, [{"action": "light.turn_off", "target": {"entity_id": LAMP}}])
    assert await setup(hass, entry, clock)
    house.set(LAMP, "on")
    house.set("person.anna", "not_home")
    await clock.forward(minutes=4)
    assert [item["reason"] for item in account if item["kind"] == "leave_home"] == ["already_automated"]
    assert not phone.messages


LAMP_OFF = PlannedAction(domain="light", action="turn_off", entity_ids=(LAMP,), risk=RiskClass.A1)


@pytest.mark.parametrize("key", ["area_id", "device_id", "label_id", "floor_id"])
async def test_by_area_device_label_or_floor_counts(hass: HomeAssistant, house: House, key: str) -> None:
    lamp = house.add("light.desk", "on", area="Study", device="Desk lamp")
    house.add("light.other", "on", area="Attic")
    floor = fr.async_get(hass).async_create("Upstairs")
    area = ar.async_get(hass).async_get_area_by_name("Study")
    assert area is not None
    ar.async_get(hass).async_update(area.id, floor_id=floor.floor_id)
    label = lr.async_get(hass).async_create("Night").label_id
    er.async_get(hass).async_update_entity(lamp, labels={label})
    entry = er.async_get(hass).async_get(lamp)
    assert entry is not None
    target = {"area_id": area.id, "device_id": entry.device_id, "label_id": label, "floor_id": floor.floor_id}[key]
    await automate(hass, [{"action": "light.turn_off", "target": {key: target}}])
    off = {entity_id: replace(LAMP_OFF, entity_ids=(entity_id,)) for entity_id in (lamp, "light.other")}
    assert automates(hass, [off[lamp]])
    assert not automates(hass, [off["light.other"]])


@pytest.mark.parametrize(
    "action",
    [
        {"action": "homeassistant.turn_off", "target": {"entity_id": LAMP}},
        {"service": "light.turn_off", "entity_id": LAMP},
        {"service": "light.turn_off", "data": {"entity_id": f"light.a, {LAMP}"}},
        {"action": "light.turn_off", "target": {"entity_id": "all"}},
        {"action": "light.turn_off", "target": {"entity_id": "{{ trigger.entity_id }}"}},
        {"action": "light.turn_off", "target": {"entity_id": "group.lamps"}},
    ],
)
async def test_the_many_ways_to_write_it(hass: HomeAssistant, house: House, action: dict[str, Any]) -> None:
    hass.states.async_set("group.lamps", "on", {"entity_id": [LAMP]})
    await automate(hass, [action], triggers=[{"trigger": "state", "entity_id": LAMP, "to": "on"}])
    assert automates(hass, [LAMP_OFF])


@pytest.mark.parametrize(
    "action",
    [
        {"action": "light.turn_on", "target": {"entity_id": LAMP}},
        {"action": "light.turn_off", "target": {"entity_id": "light.other"}},
        {"action": "notify.send_message", "data": {"message": "light.turn_off"}},
        {"action": "light.turn_off", "target": {"area_id": "nowhere"}},
    ],
)
async def test_another_purpose_on_a_watched_entity_is_none(
    hass: HomeAssistant, house: House, action: dict[str, Any]
) -> None:
    await automate(hass, [action], triggers=[{"trigger": "state", "entity_id": LAMP, "to": "on"}])
    assert not automates(hass, [LAMP_OFF])


@pytest.mark.parametrize(
    "call",
    [{"action": "script.good_night"}, {"action": "script.turn_on", "target": {"entity_id": "script.good_night"}}],
)
async def test_through_a_script_that_calls_itself(hass: HomeAssistant, house: House, call: dict[str, Any]) -> None:
    sequence = [{"action": "light.turn_off", "target": {"entity_id": LAMP}}, {"action": "script.good_night"}]
    assert await async_setup_component(hass, "script", {"script": {"good_night": {"sequence": sequence}}})
    await automate(hass, [call])
    assert automates(hass, [LAMP_OFF])


async def test_a_script_that_no_automation_runs_is_a_button(hass: HomeAssistant, house: House) -> None:
    sequence = [{"action": "light.turn_off", "target": {"entity_id": LAMP}}]
    assert await async_setup_component(hass, "script", {"script": {"good_night": {"sequence": sequence}}})
    await automate(hass, [{"action": "notify.send_message"}])
    assert not automates(hass, [LAMP_OFF])


async def test_by_a_blueprint(hass: HomeAssistant, house: House, tmp_path: Path) -> None:
    folder = tmp_path / "blueprints" / "automation"
    folder.mkdir(parents=True)
    (folder / "off.yaml").write_text(
        "blueprint:\n  name: Lamp off\n  domain: automation\n  input:\n    lamp:\n"
        "triggers:\n  - trigger: event\n    event_type: never\n"
        "actions:\n  - action: light.turn_off\n    target:\n      entity_id: !input lamp\n"
    )
    hass.config.config_dir = str(tmp_path)
    config = {"id": "b", "alias": "B", "use_blueprint": {"path": "off.yaml", "input": {"lamp": LAMP}}}
    assert await async_setup_component(hass, "automation", {"automation": [config]})
    await hass.async_block_till_done()
    assert hass.states.async_entity_ids("automation")
    assert automates(hass, [LAMP_OFF])
    assert not automates(hass, [replace(LAMP_OFF, entity_ids=("light.other",))])


async def test_a_comfort_schedule_is_no_set_back(hass: HomeAssistant) -> None:
    preset = {"action": "climate.set_preset_mode", "target": {"entity_id": "climate.hall"}}
    await automate(hass, [{**preset, "data": {"preset_mode": "comfort"}}])
    eco = PlannedAction(
        domain="climate",
        action="set_preset_mode",
        entity_ids=("climate.hall",),
        risk=RiskClass.A2,
        data={"preset_mode": "eco"},
    )
    assert not automates(hass, [eco])
    assert automates(hass, [replace(eco, data={"preset_mode": "comfort"})])


@pytest.mark.parametrize(
    ("call", "covered"),
    [
        ({"action": "climate.turn_off"}, True),
        ({"action": "climate.set_hvac_mode", "data": {"hvac_mode": "off"}}, True),
        ({"action": "climate.set_hvac_mode", "data": {"hvac_mode": "heat"}}, False),
        ({"action": "climate.turn_on"}, False),
    ],
)
async def test_who_switches_the_heating_off_needs_no_pause(
    hass: HomeAssistant, call: dict[str, Any], *, covered: bool
) -> None:
    await automate(hass, [call | {"target": {"entity_id": "climate.hall"}}])
    pause = PlannedAction(
        domain="climate",
        action="set_hvac_mode",
        entity_ids=("climate.hall",),
        risk=RiskClass.A2,
        data={"hvac_mode": "off"},
    )
    assert automates(hass, [pause]) is covered


async def test_an_action_of_a_device_counts(hass: HomeAssistant, house: House) -> None:
    lamp = house.add("light.desk", "on", device="Desk lamp")
    entry = er.async_get(hass).async_get(lamp)
    assert entry is not None
    await automate(hass, [])
    entity = next(iter(hass.data[DATA_COMPONENT].entities))
    entity.raw_config = {
        "actions": [{"device_id": entry.device_id, "domain": "light", "type": "turn_off", "entity_id": entry.id}]
    }
    assert automates(hass, [replace(LAMP_OFF, entity_ids=(lamp,))])


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["light.turn_off", LAMP, "all", "{{ x }}", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["action", "service", "target", "data", "entity_id", "area_id", "device_id", "domain", "type"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


async def test_no_configuration_breaks_it(hass: HomeAssistant) -> None:
    await automate(hass, [])
    entity = next(iter(hass.data[DATA_COMPONENT].entities))

    @given(config=_JUNK)
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    def read(config: Any) -> None:
        automated._CALLS.clear()
        entity.raw_config = config
        automates(hass, [LAMP_OFF])

    read()
