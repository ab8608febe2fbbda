"""What an automation of the user's tells of is not told twice."""

from datetime import timedelta
from typing import Any

import pytest
from homeassistant.components.automation import DATA_COMPONENT
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.const import CONF_DANGER_ALWAYS
from custom_components.proactive_assistant.suggestions import telling
from custom_components.proactive_assistant.suggestions.telling import has_told, tells

from ..conftest import NOON, WINDOW, Clock, House, Phone, setup
from .test_automated import automate

SMOKE = "binary_sensor.hall_smoke"
TELL = {"action": "notify.mobile_app_annas_phone", "data": {"message": "Still open"}}
OPENED = {"trigger": "state", "entity_id": WINDOW, "to": "on"}
LEFT = OPENED | {"for": "00:05:00"}


async def stop(hass: HomeAssistant) -> None:
    """End an automation whose clock would tick on."""
    await hass.services.async_call("automation", "turn_off", {"entity_id": "automation.a"}, blocking=True)


async def test_without_automations_nothing_is_told(hass: HomeAssistant, house: House) -> None:
    assert not tells(hass, [WINDOW])
    assert not has_told(hass, WINDOW, NOON)


@pytest.mark.parametrize(
    "trigger",
    [
        OPENED,
        LEFT,
        {"platform": "state", "entity_id": f"binary_sensor.other, {WINDOW}", "from": "off", "to": ["on"]},
        {"trigger": "state", "entity_id": WINDOW},
        {"trigger": "state", "entity_id": WINDOW, "from": "off"},
        {"trigger": "state", "entity_id": "binary_sensor.all_windows", "to": "on"},
        {"trigger": "window.opened", "target": {"entity_id": WINDOW}},
        {"trigger": "window.opened", "target": {"area_id": "kitchen"}, "options": {"for": {"minutes": 5}}},
    ],
    ids=str,
)
async def test_the_many_ways_to_watch_it(
    hass: HomeAssistant, house: House, phone: Phone, trigger: dict[str, Any]
) -> None:
    house.set(WINDOW, "on")
    hass.states.async_set("binary_sensor.all_windows", "on", {"entity_id": [WINDOW]})
    assert ar.async_get(hass).async_get_area("kitchen")
    await automate(hass, [TELL], triggers=[trigger])
    assert tells(hass, [WINDOW])
    assert not tells(hass, [WINDOW, "binary_sensor.other_window"])


@pytest.mark.parametrize(
    "trigger",
    [
        OPENED | {"to": "off"},
        OPENED | {"enabled": False},
        {"trigger": "state", "entity_id": WINDOW, "from": "on"},
        {"trigger": "state", "entity_id": WINDOW, "attribute": "battery"},
        {"trigger": "window.closed", "target": {"entity_id": WINDOW}},
        {"trigger": "state", "entity_id": "binary_sensor.other", "to": "on"},
        {"trigger": "time", "at": "22:00:00"},
    ],
    ids=str,
)
async def test_what_is_about_something_else_does_not_count(
    hass: HomeAssistant, house: House, phone: Phone, trigger: dict[str, Any]
) -> None:
    house.set(WINDOW, "on")
    await automate(hass, [TELL], triggers=[trigger])
    assert not tells(hass, [WINDOW])
    await stop(hass)


@pytest.mark.parametrize(("type_", "told"), [("opened", True), ("not_opened", False)])
async def test_a_trigger_of_a_device(
    hass: HomeAssistant, house: House, phone: Phone, *, type_: str, told: bool
) -> None:
    house.set(WINDOW, "on")
    await automate(hass, [TELL], triggers=[LEFT])
    entry = er.async_get(hass).async_get(WINDOW)
    assert entry is not None
    entity = next(iter(hass.data[DATA_COMPONENT].entities))
    trigger = {
        "trigger": "device", "device_id": "x", "domain": "binary_sensor", "type": type_, "entity_id": entry.id,
    }  # fmt: skip
    entity.raw_config = {"triggers": [trigger], "actions": [TELL]}
    assert tells(hass, [WINDOW]) is told


@pytest.mark.parametrize(("reading", "told"), [("12", True), ("25", False), ("unknown", False)])
async def test_a_battery_below_the_users_own_limit(
    hass: HomeAssistant, house: House, phone: Phone, *, reading: str, told: bool
) -> None:
    house.add("sensor.lock_battery", reading, device_class="battery", unit_of_measurement="%")
    trigger = {"trigger": "numeric_state", "entity_id": "sensor.lock_battery", "below": 20}
    await automate(hass, [TELL], triggers=[trigger])
    assert tells(hass, ["sensor.lock_battery"]) is told


async def test_a_sensor_that_falls_silent_is_told_only_by_one_that_says_so(
    hass: HomeAssistant, house: House, phone: Phone
) -> None:
    house.set(WINDOW, "unavailable")
    anything = {"trigger": "state", "entity_id": WINDOW}
    await automate(hass, [TELL], triggers=[anything])
    assert not tells(hass, [WINDOW])
    entity = next(iter(hass.data[DATA_COMPONENT].entities))
    telling._PLANS.clear()
    entity.raw_config = {"triggers": [anything | {"to": "unavailable", "for": "01:00:00"}], "actions": [TELL]}
    assert tells(hass, [WINDOW])


@pytest.mark.parametrize(
    "actions",
    [
        [{"if": [], "then": [TELL]}],
        [{"action": "persistent_notification.create", "data": {"message": "x"}}],
        [{"action": "script.tell_all"}],
    ],
    ids=str,
)
async def test_the_many_ways_to_say_it(
    hass: HomeAssistant, house: House, phone: Phone, actions: list[dict[str, Any]]
) -> None:
    house.set(WINDOW, "on")
    assert await async_setup_component(hass, "persistent_notification", {})
    assert await async_setup_component(hass, "script", {"script": {"tell_all": {"sequence": [TELL]}}})
    await automate(hass, actions, triggers=[OPENED])
    assert tells(hass, [WINDOW])


@pytest.mark.parametrize(
    "action",
    [
        {"action": "light.turn_on", "target": {"entity_id": "light.hall"}},
        {"action": "notify.mobile_app_the_old_phone", "data": {"message": "x"}},
        TELL | {"enabled": False},
    ],
    ids=str,
)
async def test_one_that_says_nothing_does_not_count(
    hass: HomeAssistant, house: House, phone: Phone, action: dict[str, Any]
) -> None:
    house.set(WINDOW, "on")
    await automate(hass, [action], triggers=[OPENED])
    assert not tells(hass, [WINDOW])


async def test_one_that_is_switched_off_does_not_count(hass: HomeAssistant, house: House, phone: Phone) -> None:
    house.set(WINDOW, "on")
    await automate(hass, [TELL], triggers=[LEFT], initial_state=False)
    assert not tells(hass, [WINDOW])


@pytest.mark.parametrize(
    ("trigger", "actions", "lasts"),
    [
        (OPENED, [TELL], False),
        (OPENED | {"for": "00:00:00"}, [TELL], False),
        (LEFT, [TELL], True),
        (OPENED, [{"delay": "00:05:00"}, TELL], True),
        (OPENED, [{"if": [], "then": [{"wait_for_trigger": [OPENED | {"to": "off"}], "timeout": 300}, TELL]}], True),
    ],
    ids=str,
)
async def test_a_burglar_alarm_does_not_tell_that_it_was_left_open(
    hass: HomeAssistant,
    house: House,
    phone: Phone,
    trigger: dict[str, Any],
    actions: list[dict[str, Any]],
    *,
    lasts: bool,
) -> None:
    house.set(WINDOW, "on")
    await automate(hass, actions, triggers=[trigger])
    assert tells(hass, [WINDOW])
    assert tells(hass, [WINDOW], lasts=True) is lasts


IS_OPEN = f"{{{{ is_state('{WINDOW}', 'on') }}}}"


@pytest.mark.parametrize(
    ("template", "state", "told"),
    [
        (IS_OPEN, "on", True),
        (f"{{{{ states.{WINDOW}.state == 'on' }}}}", "on", True),
        (f"{{{{ states({WINDOW!r}) == 'on' and not is_state('binary_sensor.x', 'on') }}}}", "on", True),
        (f"{{{{ is_state({WINDOW!r}, 'unavailable') }}}}", "unavailable", True),
        (IS_OPEN, "off", False),
        (f"{{{{ is_state('{WINDOW}', 'off') }}}}", "on", False),
        (f"{{{{ not is_state('{WINDOW}', 'off') }}}}", "unavailable", False),
        (f"{{{{ is_state('{WINDOW}', 'on') or is_state('binary_sensor.x', 'on') }}}}", "on", False),
        (f"{{{{ is_state('{WINDOW}', wanted) }}}}", "on", False),
        (f"{{{{ is_state('{WINDOW}_2', 'on') or True }}}}", "on", False),
        ("{{ is_state('binary_sensor.' ~ 'kitchen_window', 'on') }}", "on", False),
    ],
)
async def test_a_template_tells_of_what_it_names_while_it_holds(
    hass: HomeAssistant, house: House, phone: Phone, template: str, state: str, *, told: bool
) -> None:
    house.set(WINDOW, state)
    trigger = {"trigger": "template", "value_template": template}
    await automate(hass, [TELL], triggers=[trigger])
    assert tells(hass, [WINDOW]) is told
    assert not tells(hass, [WINDOW], lasts=True)
    telling._PLANS.clear()
    entity = next(iter(hass.data[DATA_COMPONENT].entities))
    entity.raw_config = {"triggers": [trigger | {"for": {"minutes": 5}}], "actions": [TELL]}
    assert tells(hass, [WINDOW], lasts=True) is told


async def test_danger_is_not_left_to_a_template(hass: HomeAssistant, clock: Clock, house: House, phone: Phone) -> None:
    house.add(SMOKE, "off", device_class="smoke")
    await automate(
        hass, [TELL], triggers=[{"trigger": "template", "value_template": f"{{{{ is_state('{SMOKE}', 'on') }}}}"}]
    )
    house.set(SMOKE, "on")
    await hass.async_block_till_done()
    assert tells(hass, [SMOKE])
    assert not has_told(hass, SMOKE, clock.now)


@pytest.mark.parametrize(
    ("trigger", "condition", "told"),
    [
        ({"minutes": "/5"}, {"condition": "state", "entity_id": WINDOW, "state": "on"}, True),
        ({"minutes": "/5"}, {"condition": "template", "value_template": IS_OPEN}, True),
        ({"minutes": "/5"}, IS_OPEN, True),
        ({"hours": "/1"}, {"condition": "state", "entity_id": [WINDOW], "state": ["on"]}, True),
        ({"minutes": "/5"}, {"condition": "state", "entity_id": WINDOW, "state": "off"}, False),
        ({"minutes": "/5"}, {"condition": "state", "entity_id": "person.anna", "state": "home"}, False),
        ({"hours": 22, "minutes": 0}, {"condition": "state", "entity_id": WINDOW, "state": "on"}, False),
    ],
)
async def test_one_that_looks_every_few_minutes_tells_that_it_was_left_open(
    hass: HomeAssistant,
    house: House,
    phone: Phone,
    trigger: dict[str, Any],
    condition: Any,
    *,
    told: bool,
) -> None:
    house.set(WINDOW, "on")
    await automate(hass, [TELL], triggers=[{"trigger": "time_pattern", **trigger}], conditions=[condition])
    assert tells(hass, [WINDOW], lasts=True) is told
    assert not tells(hass, [WINDOW])
    await stop(hass)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"conditions": [{"condition": "state", "entity_id": "sensor.paper", "state": "1"}]}, True),
        ({"conditions": [{"condition": "template", "value_template": "{{ is_state('sensor.paper', '1') }}"}]}, True),
        ({"conditions": []}, False),
    ],
    ids=["state", "template", "none"],
)
async def test_the_bins_are_looked_at_by_the_clock(
    hass: HomeAssistant, phone: Phone, *, more: dict[str, Any], told: bool
) -> None:
    hass.states.async_set("sensor.paper", "1")
    say = {"action": TELL["action"], "data": {"message": "{{ states('sensor.paper') }}"}}
    await automate(hass, [say], triggers=[{"trigger": "time", "at": "19:00:00"}], **more)
    assert tells(hass, ["sensor.paper"], by_clock=True) is told
    assert not tells(hass, ["sensor.paper"])
    await stop(hass)


ALARM = {"trigger": "state", "entity_id": SMOKE, "to": "on"}


@pytest.mark.parametrize(
    ("trigger", "actions", "more", "silent"),
    [
        (ALARM, [TELL], {}, True),
        (ALARM, [{"action": "script.tell_all"}], {}, True),
        (ALARM, [{"variables": {"a": 1}}, TELL], {}, True),
        (ALARM | {"for": "00:00:01"}, [TELL], {}, True),
        (ALARM, [{"condition": "state", "entity_id": "person.anna", "state": "home"}, TELL], {}, False),
        (ALARM, [{"choose": []}, TELL], {}, False),
        (ALARM, [{"if": [], "then": [TELL]}], {}, False),
        (ALARM, [{"action": "persistent_notification.create", "data": {"message": "x"}}], {}, False),
        (ALARM, [{"action": "notify.mobile_app_the_old_phone", "data": {"message": "x"}}], {}, False),
        (ALARM, [{"action": "notify.send_message", "data": {"message": "x"}}], {}, False),
        (ALARM, [TELL], {"initial_state": False}, False),
        (
            ALARM,
            [TELL],
            {"conditions": [{"condition": "state", "entity_id": "person.anna", "state": "not_home"}]},
            False,
        ),
        (ALARM | {"entity_id": "group.smoke"}, [TELL], {}, False),
        (ALARM | {"for": "00:10:00"}, [TELL], {}, False),
    ],
    ids=str,
)
async def test_danger_is_left_to_an_automation_only_when_it_has_surely_told_of_it(
    hass: HomeAssistant,
    clock: Clock,
    house: House,
    phone: Phone,
    entry: MockConfigEntry,
    *,
    account: list[dict[str, Any]],
    trigger: dict[str, Any],
    actions: list[dict[str, Any]],
    more: dict[str, Any],
    silent: bool,
) -> None:
    house.add(SMOKE, "off", area="Hall", device_class="smoke")
    hass.states.async_set("group.smoke", "off", {"entity_id": [SMOKE]})
    assert await async_setup_component(hass, "persistent_notification", {})
    assert await async_setup_component(hass, "script", {"script": {"tell_all": {"sequence": [TELL]}}})
    await automate(hass, actions, triggers=[trigger], **more)
    assert await setup(hass, entry, clock)
    house.set(SMOKE, "on")
    hass.states.async_set("group.smoke", "on", {"entity_id": [SMOKE]})
    await clock.forward(seconds=1)
    await clock.settle()
    ours = [item for item in phone.messages if item.get("title") == "Smoke"]
    assert bool(ours) is not silent
    held = [item["reason"] for item in account if (item["kind"], item["type"]) == ("safety", "held_back")]
    assert held == (["already_automated"] if silent else [])
    await stop(hass)


async def test_an_alarm_of_another_day_tells_nothing_of_this_one(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone
) -> None:
    house.add(SMOKE, "off", device_class="smoke")
    await automate(hass, [TELL], triggers=[ALARM])
    house.set(SMOKE, "on")
    await hass.async_block_till_done()
    assert has_told(hass, SMOKE, clock.now)
    assert not has_told(hass, SMOKE, clock.now + timedelta(seconds=1))


_JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(
        [WINDOW, "on", "state", "notify.x", "{{ x }}", "template", "time_pattern", "{{ 'a.b' ~", IS_OPEN, ""]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "trigger",
                    "triggers",
                    "platform",
                    "entity_id",
                    "target",
                    "options",
                    "for",
                    "to",
                    "from",
                    "above",
                    "actions",
                    "sequence",
                    "if",
                    "delay",
                    "action",
                    "type",
                    "enabled",
                    "value_template",
                    "conditions",
                    "condition",
                    "hours",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=14,
)


async def test_no_configuration_breaks_it(hass: HomeAssistant, house: House, phone: Phone) -> None:
    house.set(WINDOW, "on")
    await automate(hass, [TELL], triggers=[OPENED])
    house.set(WINDOW, "off")
    house.set(WINDOW, "on")
    await hass.async_block_till_done()
    entity = next(iter(hass.data[DATA_COMPONENT].entities))

    @given(config=_JUNK, triggers=_JUNK, actions=_JUNK)
    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    def read(config: Any, triggers: Any, actions: Any) -> None:
        for each in (config, {"triggers": triggers, "actions": actions}):
            telling._PLANS.clear()
            entity.raw_config = each
            tells(hass, [WINDOW], lasts=True)
            tells(hass, [WINDOW], by_clock=True)
            has_told(hass, WINDOW, NOON - timedelta(days=1))

    read()


# The kinds that have no action to offer ---------------------------------------------------------


async def _silent(
    hass: HomeAssistant, clock: Clock, entry: MockConfigEntry, trigger: dict[str, Any], **more: Any
) -> Any:
    await automate(hass, [TELL], triggers=[trigger], **more)
    assert await setup(hass, entry, clock)
    return entry.runtime_data


async def test_a_battery_that_the_user_watches_is_on_no_list(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry, account: list[dict[str, Any]]
) -> None:
    house.add("lock.front", "locked", device="Front door lock")
    house.add("sensor.lock_battery", "4", device="Front door lock", device_class="battery", unit_of_measurement="%")
    await _silent(hass, clock, entry, {"trigger": "numeric_state", "entity_id": "sensor.lock_battery", "below": 10})
    await clock.forward(minutes=40)
    assert not [item for item in phone.messages if "title" in item]
    lines = {(item["type"], item["reason"]) for item in account if item["kind"] == "battery_low"}
    assert lines == {("held_back", "already_automated")}


async def test_a_window_that_the_users_own_automation_tells_of_is_told_once(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry, account: list[dict[str, Any]]
) -> None:
    await _silent(hass, clock, entry, LEFT)
    house.set(WINDOW, "on")
    await clock.forward(minutes=30)
    assert [item["message"] for item in phone.messages] == ["Still open"]
    assert [item["reason"] for item in account if item["kind"] == "opening_left"] == ["already_automated"]


async def test_a_silent_sensor_that_is_watched_for_its_word_is_listed_all_the_same(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry
) -> None:
    house.add(SMOKE, "unavailable", area="Hall", device_class="smoke")
    owner = await _silent(hass, clock, entry, ALARM)
    await clock.forward(minutes=70)
    [thread] = [item for item in owner.threads.open.values() if item.suggestion.kind == "device_offline"]
    assert not thread.suggestion.automated
    # Danger that nobody would be told of waits for no Sunday.
    assert thread.suggestion.risk_present
    entity = next(iter(hass.data[DATA_COMPONENT].entities))
    telling._PLANS.clear()
    entity.raw_config = {"triggers": [ALARM | {"to": "unavailable", "for": "01:00:00"}], "actions": [TELL]}
    await clock.forward(minutes=6)
    assert thread.suggestion.automated


async def test_bins_that_the_user_is_told_of_every_evening(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry, account: list[dict[str, Any]]
) -> None:
    house.add("calendar.bins", "off", start_time="2026-11-25 00:00:00", all_day=True, message="Paper")
    asks = {"condition": "template", "value_template": "{{ state_attr('calendar.bins', 'message') == 'Paper' }}"}
    await _silent(hass, clock, entry, {"trigger": "time", "at": "18:30:00"}, conditions=[asks])
    await clock.forward(hours=7.2)
    assert [item["title"] for item in phone.messages if "title" in item] == []
    assert "already_automated" in {item["reason"] for item in account if item["kind"] == "bin_day"}
    await stop(hass)


async def test_whoever_wants_both_is_told_of_danger_by_both(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry
) -> None:
    house.add(SMOKE, "off", area="Hall", device_class="smoke")
    hass.config_entries.async_update_entry(entry, options={CONF_DANGER_ALWAYS: True})
    await _silent(hass, clock, entry, ALARM)
    house.set(SMOKE, "on")
    await clock.settle()
    assert len(phone.messages) == 2
