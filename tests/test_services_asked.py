"""What the actions do when they are asked: by a resident, by another one, by an administrator, by an automation."""

import json
from datetime import timedelta
from typing import Any

import pytest
from homeassistant.core import Context, EventOrigin, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.proactive_assistant.assistant.enums import Level
from custom_components.proactive_assistant.const import DOMAIN
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.delivery.desk import EVENT_ACTION
from custom_components.proactive_assistant.storage.residents import states_to_dict

from .conftest import (
    ANNA,
    ANNA_USER,
    LAMP,
    WASHER,
    WINDOW,
    Clock,
    House,
    Phone,
    add_phone,
    kinds,
    resident_data,
    setup,
)
from .test_services import call

BEN = "person.ben"
BEN_USER = "ben-user"
ADMIN = "admin-user"
TABLET = "tablet-user"


@pytest.fixture
async def pair(hass: HomeAssistant, clock: Clock, house: House, phone: Phone) -> Coordinator:
    """Return the assistant of Anna and Ben, who are users like any, with an administrator and a tablet on the wall."""
    for user_id, owner in ((ANNA_USER, False), (BEN_USER, False), (TABLET, False), (ADMIN, True)):
        MockUser(id=user_id, is_owner=owner, groups=[]).add_to_hass(hass)
    hass.states.async_set(BEN, "home", {"user_id": BEN_USER, "friendly_name": "Ben"})
    add_phone(hass, "bens_phone", BEN_USER)
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Proactive Assistant",
        entry_id="entry",
        subentries_data=[resident_data(), resident_data(BEN, "Ben")],
    )
    entry.add_to_hass(hass)
    assert await setup(hass, entry, clock)
    return entry.runtime_data


async def opened(coordinator: Coordinator, house: House, clock: Clock) -> HomeAssistant:
    """Leave the window open until it is said."""
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    return coordinator.hass


def key(error: pytest.ExceptionInfo[ServiceValidationError]) -> str | None:
    return error.value.translation_key


# Answers ----------------------------------------------------------------------------------------


async def test_later_waits_as_long_as_was_said(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    hass = await opened(coordinator, house, clock)
    answer = await call(hass, "later", ANNA_USER, duration={"minutes": 30})
    assert answer["reply"] == "later"
    assert dt_util.parse_datetime(answer["until"]) - dt_util.utcnow() == timedelta(minutes=30)
    assert phone.cleared
    await clock.forward(minutes=28)
    assert len(phone.messages) == 1
    await clock.forward(minutes=20)
    assert len(phone.messages) == 2


@pytest.mark.parametrize(
    ("data", "reply", "silence"),
    [
        ({}, "not_now", WINDOW),
        ({"reason": "not_useful"}, "wrong", WINDOW),
        ({"scope": "kind"}, "never", "opening_left"),
        ({"scope": "entity"}, "never", WINDOW),
        ({"scope": "person", "reason": "not_my_job"}, "never", None),
    ],
)
async def test_a_refusal_is_as_wide_as_it_was_meant(
    coordinator: Coordinator,
    house: House,
    clock: Clock,
    account: list[dict[str, Any]],
    data: dict[str, Any],
    reply: str,
    silence: str | None,
) -> None:
    hass = await opened(coordinator, house, clock)
    answer = await call(hass, "dismiss", ANNA_USER, **data)
    assert answer["reply"] == reply
    assert kinds(account)[-1] == f"{reply} opening_left"
    silences = coordinator.front.silences(await coordinator.front.caller(Context(user_id=ANNA_USER)), ANNA)
    assert silences
    assert silence is None or any(silence in item["key"] for item in silences)


async def test_what_needs_an_unlocked_phone_is_not_done_by_an_action(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> None:
    lock = house.add("lock.front_door", "unlocked", area="Hall")
    locked: list[Any] = []
    hass.services.async_register("lock", "lock", locked.append)
    assert await setup(hass, entry, clock)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=20)
    assert phone.messages
    current = (await call(hass, "list", lists="current"))["current"]
    shown = next(item for item in current if item["saw"]["risk"] == "A3" and lock in item["saw"]["entities"])
    with pytest.raises(ServiceValidationError) as error:
        await call(hass, "accept", ANNA_USER, suggestion=shown["situation"])
    assert key(error) == "needs_unlocked_phone"
    assert not locked
    # Nothing was lost by the refusal: the tap still works.
    # Only an event that came in from outside, as the companion app's do, is a tap.
    tap = phone.messages[-1]["data"]["actions"][0]["action"]
    hass.bus.async_fire(EVENT_ACTION, {"action": tap}, EventOrigin.remote, Context(user_id=ANNA_USER))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert locked


async def test_undo_restores_and_says_what(coordinator: Coordinator, house: House, phone: Phone, clock: Clock) -> None:
    hass = coordinator.hass
    hass.services.async_register("light", "turn_on", lambda _call: house.set(LAMP, "on"))
    house.set(LAMP, "on")
    house.set(ANNA, "not_home")
    await clock.forward(minutes=8)
    done = await call(hass, "accept", ANNA_USER)
    assert done["done"] == [LAMP]
    undone = await call(hass, "undo", ANNA_USER)
    assert undone["restored"] == [LAMP]
    assert hass.states.get(LAMP).state == "on"


# Questions --------------------------------------------------------------------------------------


async def test_list_and_explain_tell_what_and_why(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    hass = await opened(coordinator, house, clock)
    found = await call(hass, "list", ANNA_USER)
    assert set(found) == {"current", "recent", "held_back"}
    [current] = found["current"]
    assert (current["kind"], current["title"], current["state"]) == ("opening_left", "Still open", "offered")
    assert [line["type"] for line in found["recent"]] == ["offered"]
    only = await call(hass, "list", ANNA_USER, lists=["held_back"], kind="bin_day")
    assert only == {"held_back": {"items": [], "counts": {}}}
    told = await call(hass, "explain", ANNA_USER, suggestion="opening_left")
    assert told["situation"] == current["situation"]
    assert told["reason"]
    json.dumps([found, told])
    with pytest.raises(ServiceValidationError) as error:
        await call(hass, "explain", ANNA_USER, suggestion="nothing of the sort")
    assert key(error) == "nothing_to_explain"


async def test_check_now_says_what_it_would_say_and_does_not_say_it(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    await call(coordinator.hass, "pause", duration="02:00:00")
    hass = await opened(coordinator, house, clock)
    before = len(account), len(coordinator.files.ledger.entries)
    found = await call(hass, "check_now", ANNA_USER)
    assert [item["kind"] for item in found["suggestions"]] == ["opening_left"]
    assert not phone.messages
    assert (len(account), len(coordinator.files.ledger.entries)) == before


# Standing orders --------------------------------------------------------------------------------


async def test_a_pause_holds_until_it_is_over_or_ended(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    hass = coordinator.hass
    answer = await call(hass, "pause")
    assert dt_util.parse_datetime(answer["until"]) > dt_util.utcnow() + timedelta(hours=10)
    await opened(coordinator, house, clock)
    assert not phone.messages
    await call(hass, "resume")
    await clock.forward(minutes=2)
    assert len(phone.messages) == 1


async def test_muting_one_leaves_the_other(pair: Coordinator, house: House, phone: Phone, clock: Clock) -> None:
    hass = pair.hass
    assert await call(hass, "mute", ANNA_USER) == {"until": None}
    await opened(pair, house, clock)
    assert not phone.messages
    assert pair.files.ledger.offers_to("ben")
    await call(hass, "unmute", ANNA_USER)
    await clock.forward(minutes=10)
    assert pair.front.paused_until(ANNA) is None


async def test_an_exception_is_not_learned_from(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    hass = coordinator.hass
    before = coordinator.residents["anna"].state.learned
    now = dt_util.now()
    await call(
        hass,
        "mark_exception",
        begin=now.replace(tzinfo=None).isoformat(),
        end=(now + timedelta(hours=3)).isoformat(),
    )
    await opened(coordinator, house, clock)
    await phone.press(2)
    assert coordinator.residents["anna"].state.learned == before


async def test_levels_are_set_kept_and_bounded(coordinator: Coordinator) -> None:
    hass = coordinator.hass
    await call(hass, "set_level", level="observe", kind="opening_left")
    assert coordinator.settings.levels["opening_left"] is Level.OBSERVE
    assert coordinator.entry.options["levels"] == {"opening_left": "observe"}
    with pytest.raises(ServiceValidationError) as error:
        await call(hass, "set_level", level="act", kind="garage_open")
    assert key(error) == "level_too_high"
    assert str(error.value) == "Garage or gate open can be set to Ask at most"
    with pytest.raises(ServiceValidationError) as error:
        await call(hass, "set_level", level="act")
    assert key(error) == "admin_needed"


# What was learned -------------------------------------------------------------------------------


async def test_export_reset_and_import_come_full_circle(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    hass = await opened(coordinator, house, clock)
    await phone.press(2)
    resident = coordinator.residents["anna"]
    learned = states_to_dict({"anna": resident.state})
    text = (await call(hass, "export", ANNA_USER))["data"]
    assert "anna" not in text.lower()
    await call(hass, "reset", ANNA_USER)
    assert resident.state.learned == 0
    assert not coordinator.files.ledger.entries
    await call(hass, "import", ANNA_USER, data=text)
    assert states_to_dict({"anna": resident.state}) == learned
    for damaged in ("{}", "[1, 2]", text[:-10], text.replace("mean", "mode")):
        with pytest.raises(ServiceValidationError) as error:
            await call(hass, "import", ANNA_USER, data=damaged)
        assert key(error) == "bad_import"
    assert states_to_dict({"anna": resident.state}) == learned


async def test_forgetting_a_kind_leaves_the_others(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    hass = await opened(coordinator, house, clock)
    await phone.press(0)
    gone = await call(hass, "forget", ANNA_USER, what="kind", value="bin_day")
    assert gone == {"lines": 0, "lessons": 0}
    gone = await call(hass, "forget", ANNA_USER, what="kind", value="opening_left")
    assert gone == {"lines": 2, "lessons": 1}
    assert coordinator.residents["anna"].state.learned == 0


async def test_ratings_are_kept(coordinator: Coordinator) -> None:
    await call(coordinator.hass, "rate", ANNA_USER, question="useful", score=6)
    [rating] = coordinator.files.ledger.orders.ratings
    assert (rating.question, rating.score, rating.resident) == ("useful", 6, "anna")


# Who --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("list", {}),
        ("check_now", {}),
        ("accept", {}),
        ("later", {}),
        ("dismiss", {}),
        ("mute", {}),
        ("unmute", {}),
        ("export", {}),
        ("import", {"data": "{}"}),
        ("reset", {}),
        ("forget", {"what": "all"}),
        ("rate", {"question": "useful", "score": 1}),
    ],
)
async def test_nobody_speaks_for_another_resident(
    pair: Coordinator, house: House, clock: Clock, name: str, data: dict[str, Any]
) -> None:
    hass = await opened(pair, house, clock)
    with pytest.raises(ServiceValidationError) as error:
        await call(hass, name, BEN_USER, person=ANNA, **data)
    assert key(error) == "not_yours"


async def test_a_resident_sees_their_own_and_a_tablet_only_what_is_everybodys(
    pair: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    hass = await opened(pair, house, clock)
    mine = await call(hass, "list", ANNA_USER, lists=["recent"])
    assert {line["resident"] for line in mine["recent"]} == {"anna"}
    # Who is at the wall is not known, so neither is whose messages they may read.
    for other in (TABLET, ADMIN):
        seen = await call(hass, "list", other, lists=["recent"])
        assert not [line for line in seen["recent"] if line["type"] in ("offered", "held_back", "accepted")]
    whole = await call(hass, "list", lists=["recent"])
    assert {line["resident"] for line in whole["recent"]} == {"anna", "ben"}


async def test_an_administrator_may_export_and_a_tablet_may_not(pair: Coordinator) -> None:
    assert json.loads((await call(pair.hass, "export", ADMIN, person=ANNA))["data"])
    with pytest.raises(ServiceValidationError) as error:
        await call(pair.hass, "export", TABLET, person=ANNA)
    assert key(error) == "not_yours"


async def test_a_resident_who_is_no_administrator_sets_no_ceiling_to_act(pair: Coordinator) -> None:
    with pytest.raises(ServiceValidationError) as error:
        await call(pair.hass, "set_level", ANNA_USER, level="act")
    assert key(error) == "admin_needed"
    await call(pair.hass, "set_level", ADMIN, level="act")
    assert pair.settings.ceiling is Level.ACT


async def test_a_name_nobody_has_is_said(pair: Coordinator, house: House) -> None:
    with pytest.raises(ServiceValidationError) as error:
        await call(pair.hass, "list", person="person.nobody")
    assert key(error) == "no_such_resident"
    assert house.hass.states.get(WASHER)
