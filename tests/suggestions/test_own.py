"""Messages of the user's own automations: the same path, the same rules, and an answer about what became of them."""

from typing import Any

import pytest
import voluptuous as vol
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers import label_registry as lr
from homeassistant.util import dt as dt_util
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.actions.risk import RISKS
from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.const import DOMAIN
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.suggestions import DETECTORS
from custom_components.proactive_assistant.suggestions.own import MOST_OPEN, OWN

from ..conftest import ANNA, LAMP, TV, Clock, House, Phone, add_phone, kinds, resident_data

LAMP_OFF = {"action": "light.turn_off", "target": {"entity_id": LAMP}}


async def suggest(hass: HomeAssistant, **data: Any) -> dict[str, Any]:
    found = await hass.services.async_call(
        DOMAIN,
        "suggest",
        {"title": "Aquarium", "message": "Feed the fish", **data},
        blocking=True,
        return_response=True,
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert isinstance(found, dict)
    return found


async def test_a_message_is_said_and_its_answer_says_so(
    hass: HomeAssistant, coordinator: Coordinator, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    answer = await suggest(hass)
    assert answer["outcome"] == "spoken"
    [resident] = answer["residents"]
    assert (resident["person"], resident["outcome"], resident["channel"]) == (ANNA, "spoken", "phone")
    [message] = phone.messages
    assert (message["title"], message["message"].split(" · ")[0]) == ("Aquarium", "Feed the fish")
    assert account[0]["type"] == "offered"
    assert account[0]["suggestion_id"] == answer["suggestion_id"]


@pytest.mark.parametrize("blank", ["   ", "\n\t", "\0", "\u200b", "\u202e"])
@pytest.mark.parametrize("field", ["title", "message"])
async def test_a_message_of_blanks_is_refused_and_says_why(
    hass: HomeAssistant, coordinator: Coordinator, phone: Phone, field: str, blank: str
) -> None:
    with pytest.raises(vol.Invalid, match="this one is blank"):
        await suggest(hass, **{field: blank})
    assert not phone.messages


async def test_control_characters_reach_no_phone(hass: HomeAssistant, coordinator: Coordinator, phone: Phone) -> None:
    await suggest(hass, title=" Aqua\0rium\u202e ", message="Feed\x07the fish\nand the cat 👩‍👧")
    [message] = phone.messages
    assert message["title"] == "Aquarium"
    assert message["message"].startswith("Feed the fish\nand the cat 👩‍👧")


async def test_the_first_button_does_what_it_offers_and_it_is_over_for_all(
    hass: HomeAssistant,
    coordinator: Coordinator,
    house: House,
    phone: Phone,
    clock: Clock,
    account: list[dict[str, Any]],
) -> None:
    house.set(LAMP, "on")
    await suggest(hass, actions=LAMP_OFF, situation="lamp")
    await phone.press(0)
    await clock.settle()
    assert hass.states.get(LAMP).state == "off"
    assert "executed own:lamp" in kinds(account)
    assert not coordinator.own.wishes
    assert "own:lamp" not in coordinator.threads.open


async def test_done_by_hand_clears_it(
    hass: HomeAssistant, coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    house.set(LAMP, "on")
    await suggest(hass, actions=LAMP_OFF)
    house.set(LAMP, "off")
    await clock.settle()
    assert len(phone.cleared) == 1


async def test_an_offer_without_effect_is_not_made(hass: HomeAssistant, coordinator: Coordinator, phone: Phone) -> None:
    answer = await suggest(hass, actions=LAMP_OFF)
    assert (answer["outcome"], answer["reason"]) == ("dropped", "no_effect")
    assert not phone.messages
    assert not coordinator.own.wishes


async def test_quiet_hours_hold_it_and_say_until_when(
    hass: HomeAssistant, coordinator: Coordinator, phone: Phone, clock: Clock
) -> None:
    await clock.forward(hours=10.5)
    answer = await suggest(hass, urgency="time_sensitive", expires={"hours": 12})
    assert (answer["outcome"], answer["reason"]) == ("held", "quiet_hours")
    assert answer["residents"][0]["look_again"].startswith("2026-11-25T07:00")
    assert not phone.messages
    await clock.forward(hours=9)
    assert len(phone.messages) == 1


async def test_the_day_has_a_cap(hass: HomeAssistant, coordinator: Coordinator, phone: Phone, clock: Clock) -> None:
    for index in range(3):
        await suggest(hass, situation=f"message_{index}")
        await clock.forward(minutes=50)
    assert len(phone.messages) == 2
    answer = await suggest(hass, situation="one_more")
    assert (answer["outcome"], answer["reason"]) == ("held", "daily_cap")


async def test_somebody_away_is_told_only_what_is_urgent(
    hass: HomeAssistant, coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    house.set(ANNA, "not_home")
    await clock.forward(minutes=10)
    assert (await suggest(hass, situation="a"))["reason"] == "person_away"
    assert (await suggest(hass, situation="b", urgency="high"))["outcome"] == "spoken"


async def test_the_same_name_takes_the_place_of_the_earlier(
    hass: HomeAssistant, coordinator: Coordinator, phone: Phone, clock: Clock
) -> None:
    await suggest(hass, situation="fish")
    again = await suggest(hass, situation="fish")
    assert (again["reason"], len(phone.messages)) == ("duplicate", 1)
    await suggest(hass, situation="fish", message="Feed the fish now")
    assert len(phone.cleared) == 1
    assert [wish.message for wish in coordinator.own.wishes.values()] == ["Feed the fish now"]


async def test_it_can_be_withdrawn(hass: HomeAssistant, coordinator: Coordinator, phone: Phone, clock: Clock) -> None:
    await suggest(hass, situation="fish")
    found = await hass.services.async_call(
        DOMAIN, "withdraw", {"situation": "fish"}, blocking=True, return_response=True
    )
    await hass.async_block_till_done(wait_background_tasks=True)
    assert found == {"withdrawn": True}
    assert len(phone.cleared) == 1


async def test_it_expires(hass: HomeAssistant, coordinator: Coordinator, phone: Phone, clock: Clock) -> None:
    await suggest(hass, expires={"minutes": 30})
    await clock.forward(minutes=31)
    assert len(phone.cleared) == 1
    assert not [key for key in coordinator.threads.open if key.startswith(OWN)]


async def test_it_is_for_whom_it_is_for(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry
) -> None:
    hass.states.async_set("person.ben", "home", {"user_id": "ben-user"})
    other = add_phone(hass, "bens_phone", "ben-user")
    data = resident_data("person.ben", "Ben")
    from homeassistant.config_entries import ConfigSubentry  # noqa: PLC0415 - as only this test needs it

    hass.config_entries.async_add_subentry(
        entry,
        ConfigSubentry(data=data["data"], subentry_type=data["subentry_type"], title="Ben", unique_id="person.ben"),
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    await clock.settle()
    answer = await suggest(hass, person="person.ben")
    assert [item["person"] for item in answer["residents"]] == ["person.ben"]
    assert (len(phone.messages), len(other.messages)) == (0, 1)


async def test_it_survives_a_restart(
    hass: HomeAssistant, coordinator: Coordinator, entry: MockConfigEntry, house: House, phone: Phone, clock: Clock
) -> None:
    house.set(LAMP, "on")
    await suggest(hass, situation="lamp", actions=LAMP_OFF, expires={"hours": 5})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await clock.settle()
    reloaded: Coordinator = entry.runtime_data
    assert reloaded is not coordinator
    assert [(key, wish.actions[0].entity_ids) for key, wish in reloaded.own.wishes.items()] == [("own:lamp", (LAMP,))]
    assert len(phone.messages) == 1


async def test_what_expired_while_nobody_looked_is_gone(
    hass: HomeAssistant, coordinator: Coordinator, entry: MockConfigEntry, clock: Clock
) -> None:
    await suggest(hass, expires={"minutes": 10})
    assert await hass.config_entries.async_unload(entry.entry_id)
    await clock.forward(minutes=20)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert not entry.runtime_data.own.wishes


async def test_removing_the_assistant_leaves_no_file(
    hass: HomeAssistant, coordinator: Coordinator, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await suggest(hass)
    await coordinator.own_book.async_save()
    assert f"{DOMAIN}.own" in hass_storage
    await hass.config_entries.async_remove(entry.entry_id)
    assert f"{DOMAIN}.own" not in hass_storage


# Refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"actions": {"action": "lock.unlock", "target": {"entity_id": "lock.front"}}}, "action_never"),
        ({"actions": {"action": "cover.open_cover", "target": {"entity_id": "cover.garage"}}}, "action_never"),
        ({"actions": {"action": "script.turn_on", "target": {"entity_id": "script.x"}}}, "action_never"),
        ({"actions": {"action": f"{DOMAIN}.set_mode", "target": {"entity_id": LAMP}}}, "action_never"),
        ({"actions": {"action": "light.turn_off", "target": {"entity_id": TV}}}, "action_refused"),
        ({"actions": {**LAMP_OFF, "data": {"flash": "long"}}}, "action_refused"),
        ({"actions": {"action": "light.turn_off", "target": {"entity_id": "light.unknown"}}}, "target_unknown"),
        ({"actions": {"action": "switch.turn_off", "target": {"entity_id": "switch.freezer"}}}, "target_unknown"),
        ({"actions": LAMP_OFF, "risk": "A0"}, "risk_played_down"),
        ({"risk": "A4"}, "risk_never"),
        ({"person": "person.stranger"}, "no_such_resident"),
    ],
)
async def test_what_is_never_offered_is_refused_with_a_reason(
    hass: HomeAssistant, coordinator: Coordinator, phone: Phone, house: House, data: dict[str, Any], key: str
) -> None:
    house.add("switch.freezer", "on", device_class="outlet")
    with pytest.raises(ServiceValidationError) as caught:
        await suggest(hass, **data)
    assert (caught.value.translation_key, caught.value.translation_domain) == (key, DOMAIN)
    assert not phone.messages
    assert not coordinator.own.wishes


async def test_an_excluded_entity_is_no_target(hass: HomeAssistant, coordinator: Coordinator, clock: Clock) -> None:
    label = lr.async_get(hass).async_create("no_suggestions")
    er.async_get(hass).async_update_entity(LAMP, labels={label.label_id})
    await clock.forward(seconds=10)
    with pytest.raises(ServiceValidationError, match="excluded"):
        await suggest(hass, actions=LAMP_OFF)


@pytest.mark.parametrize(
    "data",
    [
        {"title": ""},
        {"title": "x" * 101},
        {"message": "x" * 501},
        {"urgency": "now!"},
        {"category": "fun"},
        {"expires": {"days": 8}},
        {"expires": {"seconds": 5}},
        {"situation": "with space"},
        {"situation": ""},
        {"sound": "loud"},
        {"actions": [LAMP_OFF] * 6},
        {"actions": {"action": "light.turn_off"}},
        {"actions": {**LAMP_OFF, "entity_id": LAMP}},
        {"actions": {"action": "nonsense", "target": {"entity_id": LAMP}}},
        {"actions": {**LAMP_OFF, "target": {"entity_id": "all"}}},
        {"person": []},
    ],
)
async def test_the_schema_is_strict(hass: HomeAssistant, coordinator: Coordinator, data: dict[str, Any]) -> None:
    with pytest.raises(vol.Invalid):
        await suggest(hass, **data)


async def test_an_automation_that_runs_wild_is_stopped(
    hass: HomeAssistant, coordinator: Coordinator, phone: Phone
) -> None:
    for index in range(MOST_OPEN):
        await suggest(hass, situation=f"wild_{index}")
    with pytest.raises(ServiceValidationError, match=str(MOST_OPEN)):
        await suggest(hass)
    # The name it has already is no new one.
    assert (await suggest(hass, situation="wild_0"))["outcome"] in ("held", "dropped", "spoken")
    assert len(phone.messages) == 1


async def test_without_residents_it_shows_on_the_dashboard(hass: HomeAssistant, house: House, clock: Clock) -> None:
    entry = MockConfigEntry(domain=DOMAIN, title="Home")
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await clock.settle()
    answer = await suggest(hass)
    assert answer["outcome"] in ("shown", "held")
    await clock.settle()
    state = hass.states.get("sensor.home_current_suggestion")
    assert state is not None
    assert (state.state, state.attributes["title"]) == (OWN, "Aquarium")


async def test_braces_in_ones_own_words_stay(hass: HomeAssistant, coordinator: Coordinator, phone: Phone) -> None:
    await suggest(hass, title="{name} {message}", message="{since} {title}")
    [message] = phone.messages
    assert message["message"].startswith("{since}")


def test_it_is_none_of_the_products_kinds() -> None:
    assert OWN not in {detector.kind for detector in DETECTORS}


async def test_the_covers_that_are_named_decide_how_much_it_takes_to_close_them(
    hass: HomeAssistant, coordinator: Coordinator, house: House
) -> None:
    for sort in ("blind", "awning", "shutter", "garage"):
        house.add(f"cover.{sort}", "open", device_class=sort)
    house.add("cover.any", "open")
    await coordinator._async_resurvey()

    async def asked(*names: str, **data: Any) -> RiskClass:
        targets = [f"cover.{name}" for name in names]
        call = {"action": "cover.close_cover", "target": {"entity_id": targets}}
        await suggest(hass, situation="close", actions=[call], **data)
        return coordinator.threads.open["own:close"].suggestion.risk

    assert await asked("blind", "awning") is RiskClass.A2
    assert await asked("blind", "awning", risk="A3") is RiskClass.A3
    assert await asked("blind", "shutter") is RiskClass.A3
    for names in (("shutter",), ("garage",), ("blind", "garage")):
        with pytest.raises(ServiceValidationError, match="A3"):
            await asked(*names, risk="A2")
    with pytest.raises(ServiceValidationError):
        await asked("any")
    # What it becomes while the message stands takes its button away.
    await asked("blind")
    hass.states.async_set("cover.blind", "open", {"device_class": "garage"})
    coordinator.threads.update(dt_util.utcnow())
    assert "own:close" not in coordinator.threads.open


async def test_whatever_is_asked_for_stays_within_the_risk_table(
    hass: HomeAssistant, coordinator: Coordinator, house: House
) -> None:
    """No call ends in a thread whose actions are no row of the table."""
    house.add("lock.front", "unlocked")
    house.add("switch.router", "on", device_class="outlet")
    house.add("cover.garage", "open", device_class="garage")
    house.add("cover.blind", "open", device_class="blind")
    house.add("cover.shutter", "open", device_class="shutter")
    await coordinator._async_resurvey()
    covers = ("cover.garage", "cover.blind", "cover.shutter")
    names = st.sampled_from(
        [*(f"{domain}.{action}" for domain, action in RISKS), "lock.unlock", "switch.toggle", "homeassistant.turn_off"]
    )
    calls = st.fixed_dictionaries(
        {
            "action": names,
            "target": st.fixed_dictionaries(
                # A call names no more than thirty, by its schema.
                {
                    "entity_id": st.lists(
                        st.sampled_from([LAMP, TV, "lock.front", "switch.router", *covers]), min_size=1, max_size=30
                    )
                }
            ),
            "data": st.dictionaries(
                st.sampled_from(["preset_mode", "entity_id", "mode"]), st.sampled_from(["eco", LAMP])
            ),
        }
    )
    drawn: list[tuple[list[dict[str, Any]], str | None]] = []

    @given(actions=st.lists(calls, max_size=3), risk=st.sampled_from([None, "A0", "A1", "A2", "A3"]))
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    def draw(actions: list[dict[str, Any]], risk: str | None) -> None:
        drawn.append((actions, risk))

    draw()
    house.set(LAMP, "on")
    for actions, risk in drawn:
        try:
            await suggest(hass, situation="fuzz", actions=actions, **({"risk": risk} if risk else {}))
        except ServiceValidationError:
            continue
        for thread in coordinator.threads.open.values():
            for action in thread.suggestion.actions:
                gentle = action.domain == "cover" and set(action.entity_ids) <= {"cover.blind"}
                assert (RiskClass.A2 if gentle else RISKS[(action.domain, action.action)]) <= action.risk
                assert set(action.entity_ids) <= set(coordinator.home.map.things)
                assert action.domain != "switch"
