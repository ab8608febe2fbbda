"""Roles that people correct: they win, they last, and they never open what the risk table closes."""

from itertools import product
from types import MappingProxyType
from typing import Any

import pytest
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.proactive_assistant.actions.execute import effective
from custom_components.proactive_assistant.actions.risk import RISKS
from custom_components.proactive_assistant.assistant.facts import PlannedAction
from custom_components.proactive_assistant.const import DOMAIN, ISSUE_STORAGE, STORE_ROLES
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.sensing.fitting import fits, fitting, needs_admin
from custom_components.proactive_assistant.sensing.sorting import RULES, Facts, Role
from custom_components.proactive_assistant.storage.corrections import Corrections

from .conftest import ANNA_USER, LAMP, WINDOW, Clock, House, Phone, setup

ADMIN = "admin-user"
PLUG = "switch.plug"
DOOR = "cover.door"


@pytest.fixture
async def home(hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry) -> Coordinator:
    """Return the running assistant of a house with a plug, a garage door and a fridge's plug."""
    for user, admin in ((ANNA_USER, False), (ADMIN, True)):
        MockUser(id=user, is_owner=admin).add_to_hass(hass)
    house.add(PLUG, "on", device_class="outlet")
    house.add(DOOR, "open", device_class="garage")
    house.add("switch.fridge", "on", device_class="outlet")
    assert await setup(hass, entry, clock)
    return entry.runtime_data


async def correct(hass: HomeAssistant, entity_id: str, role: str, user: str | None = ADMIN) -> Any:
    """Correct a role as somebody."""
    return await hass.services.async_call(
        DOMAIN,
        "set_role",
        {"entity_id": entity_id, "role": role},
        blocking=True,
        return_response=True,
        context=Context(user_id=user),
    )


async def listed(hass: HomeAssistant, *entity_ids: str) -> dict[str, Any]:
    """Return what is said of entities."""
    data = {"entity_id": list(entity_ids)} if entity_ids else {}
    found = await hass.services.async_call(DOMAIN, "list_roles", data, blocking=True, return_response=True)
    return {line["entity_id"]: line for line in found["roles"]}


def switch_off(entity_id: str) -> PlannedAction:
    """Return the action that turns something off."""
    domain = entity_id.partition(".")[0]
    return PlannedAction(
        domain=domain,
        action="turn_off",
        entity_ids=(entity_id,),
        risk=RISKS[domain, "turn_off"],
        data=MappingProxyType({}),
    )


async def test_a_correction_wins_and_can_be_taken_back(hass: HomeAssistant, home: Coordinator) -> None:
    assert home.home.map.things[WINDOW].role is Role.OPENING
    line = await correct(hass, WINDOW, "cold_door")
    assert (line["role"], line["inferred"], line["corrected"], line["why"]) == (
        "cold_door", "opening", "cold_door", "corrected",
    )  # fmt: skip
    # At once, not at the next survey.
    assert home.home.map.things[WINDOW].role is Role.COLD_DOOR
    assert (await correct(hass, WINDOW, "automatic"))["corrected"] is None
    assert home.home.map.things[WINDOW].role is Role.OPENING
    assert len(home.files.corrections) == 0


async def test_nothing_is_untouchable_and_an_unknown_load_becomes_known(hass: HomeAssistant, home: Coordinator) -> None:
    assert effective(home.home, switch_off(PLUG)) == ()
    await correct(hass, PLUG, "hot_switch")
    assert effective(home.home, switch_off(PLUG)) == (PLUG,)
    await correct(hass, PLUG, "none", ANNA_USER)
    assert PLUG not in home.home.map.things
    assert effective(home.home, switch_off(PLUG)) == ()


async def test_what_is_critical_is_never_touched(hass: HomeAssistant, home: Coordinator, house: House) -> None:
    house.set(LAMP, "on")
    assert effective(home.home, switch_off(LAMP)) == (LAMP,)
    await correct(hass, LAMP, "critical", ANNA_USER)
    assert effective(home.home, switch_off(LAMP)) == ()
    for role in ("light", "none", "automatic"):
        with pytest.raises(ServiceValidationError) as error:
            await correct(hass, LAMP, role, ANNA_USER)
        assert error.value.translation_key == "role_for_admin"
    assert effective(home.home, switch_off(LAMP)) == ()
    await correct(hass, LAMP, "automatic", ADMIN)
    assert effective(home.home, switch_off(LAMP)) == (LAMP,)


@pytest.mark.parametrize("user", [ANNA_USER, None])
@pytest.mark.parametrize(
    ("entity_id", "role"),
    [
        ("switch.fridge", "hot_switch"),
        ("switch.fridge", "none"),
        (PLUG, "charger"),
        (DOOR, "none"),
        (WINDOW, "obstruction"),
        (WINDOW, "none"),
    ],
)
async def test_only_an_administrator_widens_what_may_be_done(
    hass: HomeAssistant, home: Coordinator, entity_id: str, role: str, user: str | None
) -> None:
    before = home.home.map.things.get(entity_id)
    with pytest.raises(ServiceValidationError) as error:
        await correct(hass, entity_id, role, user)
    assert error.value.translation_key == "role_for_admin"
    assert home.home.map.things.get(entity_id) == before
    assert len(home.files.corrections) == 0
    assert (await correct(hass, entity_id, role))["corrected"] == role


@pytest.mark.parametrize(
    ("entity_id", "role", "key"),
    [
        (PLUG, "light", "role_misfit"),
        (LAMP, "hot_switch", "role_misfit"),
        (WINDOW, "critical", "role_misfit"),
        (WINDOW, "hazard", "role_misfit"),
        # Called an awning, a garage door would move without its sensor for obstacles.
        (DOOR, "awning", "role_misfit"),
        ("input_boolean.x", "light", "role_misfit"),
        ("light.nowhere", "light", "no_such_entity"),
        ("light.group", "light", "role_out_of_view"),
    ],
)
async def test_what_does_not_fit_is_refused(
    hass: HomeAssistant, home: Coordinator, entity_id: str, role: str, key: str
) -> None:
    hass.states.async_set("input_boolean.x", "on")
    hass.states.async_set("light.group", "on", {"entity_id": [LAMP]})
    with pytest.raises(ServiceValidationError) as error:
        await correct(hass, entity_id, role)
    assert error.value.translation_key == key
    assert len(home.files.corrections) == 0


async def test_a_correction_survives_restart_and_rename(
    hass: HomeAssistant, hass_storage: dict[str, Any], home: Coordinator, entry: MockConfigEntry, clock: Clock
) -> None:
    await correct(hass, PLUG, "critical")
    hass.states.async_set("light.loose", "on")
    await correct(hass, "light.loose", "none")
    registry_id = er.async_get(hass).async_get(PLUG).id
    # On disk when the call returns.
    assert hass_storage[STORE_ROLES]["data"] == {"roles": {registry_id: "critical", "light.loose": "none"}}
    er.async_get(hass).async_update_entity(PLUG, new_entity_id="switch.heater")
    hass.states.async_set("switch.heater", "on", hass.states.get(PLUG).attributes)
    hass.states.async_remove(PLUG)
    await clock.forward(seconds=10)
    assert home.home.map.things["switch.heater"].role is Role.CRITICAL
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert await setup(hass, entry, clock)
    things = entry.runtime_data.home.map.things
    assert entry.runtime_data is not home
    assert things["switch.heater"].role is Role.CRITICAL
    assert "light.loose" not in things


async def test_a_correction_that_no_longer_fits_leaves_the_entity_alone(
    hass: HomeAssistant, home: Coordinator, house: House, clock: Clock
) -> None:
    house.add("cover.any", "open")
    await correct(hass, "cover.any", "awning")
    assert home.home.map.things["cover.any"].role is Role.AWNING
    hass.states.async_set("cover.any", "open", {"device_class": "garage"})
    await home._async_resurvey()
    assert "cover.any" not in home.home.map.things
    assert (await listed(hass, "cover.any"))["cover.any"]["why"] == "does_not_fit"


@pytest.mark.parametrize("damage", [{"roles": {"x": "sofa"}}, {"roles": 3}, {}, {"roles": {"x": 1}}])
async def test_a_damaged_file_is_set_aside_and_said(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    house: House,
    phone: Phone,
    clock: Clock,
    entry: MockConfigEntry,
    damage: Any,
) -> None:
    hass_storage[STORE_ROLES] = {"version": 1, "minor_version": 1, "key": STORE_ROLES, "data": damage}
    assert await setup(hass, entry, clock)
    assert ir.async_get(hass).async_get_issue(DOMAIN, f"{ISSUE_STORAGE}_{STORE_ROLES}") is not None
    assert entry.runtime_data.home.map.things[WINDOW].role is Role.OPENING


async def test_the_list_says_why(hass: HomeAssistant, home: Coordinator) -> None:
    await correct(hass, LAMP, "none")
    found = await listed(hass)
    assert next(iter(found)) == LAMP
    assert PLUG not in found
    assert {key: found[key]["why"] for key in (LAMP, WINDOW, DOOR, "switch.fridge", "media_player.living_room_tv")} == {
        LAMP: "corrected",
        WINDOW: "device_class",
        DOOR: "device_class",
        "switch.fridge": "name",
        "media_player.living_room_tv": "domain",
    }
    assert (await listed(hass, PLUG))[PLUG]["why"] == "unknown"
    assert (await listed(hass, PLUG))[PLUG]["fitting"] == ["charger", "hot_switch", "rain_delay", "critical"]


async def test_the_file_goes_with_the_entry(
    hass: HomeAssistant, hass_storage: dict[str, Any], home: Coordinator, entry: MockConfigEntry
) -> None:
    await correct(hass, LAMP, "none")
    assert STORE_ROLES in hass_storage
    await hass.config_entries.async_remove(entry.entry_id)
    assert STORE_ROLES not in hass_storage


def test_every_role_fits_somewhere_and_what_is_inferred_may_be_given() -> None:
    classes = (None, "window", "smoke", "lock", "battery", "temperature", "power", "carbon_dioxide", "humidity",
               "moisture", "timestamp", "garage", "awning")  # fmt: skip
    reachable = set()
    for domain, device_class in product(RULES, classes):
        facts = Facts(state=State(f"{domain}.a", "on"), device_class=device_class, own_names="A")
        roles = fitting(facts)
        reachable |= set(roles)
        found = RULES[domain](facts)
        assert found is None or fits(found[0], facts), (domain, device_class, found)
        for role in roles:
            # Making something known touchable is never anybody's, and leaving what guards is not either.
            if domain in ("switch", "cover") and role is not Role.CRITICAL:
                assert needs_admin(domain, None, role)
            assert needs_admin(domain, Role.CRITICAL, role) is (role is not Role.CRITICAL)
    assert reachable == set(Role)


def test_what_was_said_before_an_entity_was_registered_gives_way() -> None:
    known = Corrections({"light.a": Role.LIGHT})
    assert known.of("light.a", "id") is Role.LIGHT
    assert known.renamed("light.a", "light.b")
    assert not known.renamed("light.a", "light.b")
    known.give("light.b", "id", "none")
    assert known.of("light.b", "id") == "none"
    assert known.of("light.b", None) is None
    assert Corrections.from_dict(known.to_dict()).of("light.b", "id") == "none"
    known.give("light.b", "id", None)
    assert len(known) == 0
