"""The front desk: who may ask for what, and what is never done that way."""

from datetime import timedelta
from typing import Any

import pytest
from homeassistant.core import Context, HomeAssistant, ServiceCall
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.proactive_assistant.assistant.enums import HomeMode, Level, Reason, Reply
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.delivery import errors
from custom_components.proactive_assistant.delivery.front import Forget, Scope, Why

from ..conftest import ANNA, ANNA_USER, LAMP, WINDOW, Clock, House, Phone, add_phone, kinds, resident_data, setup

BEN = "person.ben"


@pytest.fixture
async def two(hass: HomeAssistant, clock: Clock, house: House, phone: Phone) -> Coordinator:
    """Return the assistant of Anna and Ben, with one window told to both."""
    hass.states.async_set(BEN, "home", {"user_id": "ben-user", "friendly_name": "Ben"})
    add_phone(hass, "bens_phone", "ben-user")
    for user, admin in (("anna-user", True), ("ben-user", False), ("tablet", False)):
        MockUser(id=user, is_owner=admin).add_to_hass(hass)
    entry = MockConfigEntry(
        domain="proactive_assistant",
        title="Proactive Assistant",
        subentries_data=[resident_data(), resident_data(BEN, "Ben")],
    )
    entry.add_to_hass(hass)
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    return entry.runtime_data


async def asked(owner: Coordinator, user: str | None) -> Any:
    return await owner.front.caller(Context(user_id=user))


async def test_whoever_asks_is_known_by_their_user(two: Coordinator) -> None:
    assert (await asked(two, ANNA_USER)).resident == "anna"
    assert (await asked(two, ANNA_USER)).admin
    assert (await asked(two, "ben-user")).resident == "ben"
    assert not (await asked(two, "ben-user")).admin
    assert (await asked(two, "tablet")).resident is None
    assert not (await asked(two, None)).user


async def test_a_resident_answers_for_nobody_else(two: Coordinator) -> None:
    ben = await asked(two, "ben-user")
    with pytest.raises(errors.NotYoursError):
        await two.front.async_reply(ben, Reply.NOT_NOW, person=ANNA)
    with pytest.raises(errors.NotYoursError):
        await two.front.async_export(ben, ANNA)
    with pytest.raises(errors.NoSuchResidentError):
        await two.front.async_reply(ben, Reply.NOT_NOW, person="person.nobody")
    assert len(two.files.ledger.offers) == 2


async def test_a_person_sees_their_own_lines_and_the_households(two: Coordinator) -> None:
    ben, tablet, robot = [await asked(two, user) for user in ("ben-user", "tablet", None)]
    assert {line["resident"] for line in two.front.recent(ben)} == {"ben"}
    assert two.front.recent(tablet) == []
    assert two.front.recent(tablet, person=ANNA) == []
    assert {line["resident"] for line in two.front.recent(robot)} == {"anna", "ben"}
    assert {item["resident"] for item in two.front.current(ben)} == {"ben"}
    with pytest.raises(errors.NotYoursError):
        two.front.recent(ben, person=ANNA)


@pytest.mark.parametrize(
    ("why", "part"),
    [
        (Why.TOO_EARLY, "time"),
        (Why.TOO_OFTEN, "too_often"),
        (Why.NOT_USEFUL, "content"),
        (Why.PRESENCE, "presence"),
        (Why.ON_PURPOSE, "content"),
    ],
)
async def test_a_reason_is_learned_as_what_was_wrong(two: Coordinator, why: Why, part: str) -> None:
    ben = await asked(two, "ben-user")
    done = await two.front.async_reply(ben, Reply.NOT_NOW, why=why)
    assert done["reply"] == "wrong"
    if part == "presence":
        assert two.residents["ben"].state.learned == 0 or two.files.ledger.lessons
        return
    [lesson] = two.files.ledger.lessons
    assert lesson.outcome.part == part


async def test_somebody_is_home_makes_them_a_guest_until_midnight(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    house.set(LAMP, "on")
    await clock.forward(minutes=10)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    who = await asked(coordinator, ANNA_USER)
    await coordinator.front.async_reply(who, Reply.NOT_NOW, why=Why.PRESENCE)
    assert coordinator.mode is HomeMode.GUEST
    assert coordinator.home.mode_until == clock.now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(
        days=1
    )
    await clock.forward(hours=6)
    assert len(phone.messages) == 1
    await clock.forward(hours=6)
    assert coordinator.mode is HomeMode.NORMAL


async def test_wrong_about_who_is_home_changes_no_mode_while_they_are(two: Coordinator) -> None:
    who = await asked(two, ANNA_USER)
    await two.front.async_reply(who, Reply.NOT_NOW, why=Why.PRESENCE)
    assert two.mode is HomeMode.NORMAL


@pytest.mark.parametrize(
    ("scope", "key"),
    [
        (Scope.SITUATION, f"opening_left:{WINDOW}"),
        (Scope.KIND, "opening_left"),
        (Scope.ENTITY, f"entity:{WINDOW}"),
        (Scope.PERSON, "*"),
    ],
)
async def test_never_is_listed_outlives_the_situation_and_can_be_lifted(
    two: Coordinator, house: House, clock: Clock, account: list[dict[str, Any]], scope: Scope, key: str
) -> None:
    ben = await asked(two, "ben-user")
    await two.front.async_reply(ben, Reply.NEVER, scope=scope)
    [found] = [item for item in two.front.silences(ben) if item["lasting"]]
    assert (found["key"], found["scope"]) == (key, scope.value)
    house.set(WINDOW, "off")
    await clock.forward(hours=4)
    account.clear()
    house.set(WINDOW, "on")
    await clock.forward(minutes=30)
    assert not [item for item in account if item["type"] == "offered" and item["person_id"] == BEN]
    [thread] = two.threads.open.values()
    assert thread.decisions["ben"].reason is Reason.SAID_NO_BEFORE
    await two.front.async_lift(ben, key)
    await clock.forward(minutes=2)
    # What was learned from it stays; the silence does not.
    assert thread.decisions["ben"].reason is not Reason.SAID_NO_BEFORE
    with pytest.raises(errors.NothingToAnswerError):
        await two.front.async_lift(ben, key)


async def test_a_lock_is_not_moved_by_a_service_call_of_anybody(
    hass: HomeAssistant, coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    calls: list[ServiceCall] = []
    hass.services.async_register("lock", "lock", calls.append)
    house.add("lock.front", "unlocked", area="Hall")
    await clock.forward(minutes=1)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=10)
    for user in (ANNA_USER, None):
        with pytest.raises(errors.UnlockedPhoneError):
            await coordinator.front.async_reply(await asked(coordinator, user), Reply.ACCEPTED, "lock_check")
    # An automation that pretends to be the phone has its origin here.
    action = phone.messages[-1]["data"]["actions"][0]["action"]
    hass.bus.async_fire("mobile_app_notification_action", {"action": action}, context=Context(user_id=ANNA_USER))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not calls


async def test_nothing_to_answer_undo_or_explain_is_said(coordinator: Coordinator) -> None:
    who = await asked(coordinator, None)
    with pytest.raises(errors.NothingToAnswerError):
        await coordinator.front.async_reply(who, Reply.ACCEPTED)
    with pytest.raises(errors.NothingToUndoError):
        await coordinator.front.async_undo(who)
    with pytest.raises(errors.NothingToExplainError):
        coordinator.front.explain(who, "opening_left")
    with pytest.raises(errors.UnknownKindError):
        coordinator.front.level("no_such_kind")


async def test_an_explanation_has_facts_reasons_and_numbers(two: Coordinator) -> None:
    ben = await asked(two, "ben-user")
    found = two.front.explain(ben, "opening_left")
    assert found["saw"]["entities"] == [WINDOW]
    assert found["reason"]
    assert found["numbers"]["benefit"] > 0
    await two.front.async_reply(ben, Reply.NOT_NOW)
    assert two.front.explain(ben, f"opening_left:{WINDOW}")["kind"] == "opening_left"


async def test_only_an_administrator_lets_the_home_act(two: Coordinator) -> None:
    front = two.front
    for user in ("ben-user", "tablet", None):
        with pytest.raises(errors.AdminNeededError):
            await front.async_set_level(await asked(two, user), Level.ACT, "leave_home")
    with pytest.raises(errors.LevelTooHighError):
        await front.async_set_level(await asked(two, ANNA_USER), Level.ACT, "lock_check")
    await front.async_set_level(await asked(two, ANNA_USER), Level.ACT)
    await front.async_set_level(await asked(two, ANNA_USER), Level.ACT, "leave_home")
    assert front.level("leave_home") is Level.ACT
    # Less is anybody's to choose.
    await front.async_set_level(await asked(two, None), Level.OBSERVE, "leave_home")
    assert front.level("leave_home") is Level.OBSERVE


async def test_what_was_learned_is_exported_imported_forgotten_and_reset(two: Coordinator, phone: Phone) -> None:
    front, anna = two.front, await asked(two, ANNA_USER)
    await front.async_reply(anna, Reply.ACCEPTED)
    learned = two.residents["anna"].state
    text = await front.async_export(anna)
    assert (await front.async_forget(anna, Forget.KIND, "opening_left"))["lessons"] == 1
    assert two.residents["anna"].state.learned == 0
    assert not [line for line in front.recent(anna) if line["kind"] == "opening_left"]
    await front.async_import(anna, text)
    assert two.residents["anna"].state.counts == learned.counts
    for bad in ("", "{}", "[1]", "x" * 50_000):
        with pytest.raises(errors.BadImportError):
            await front.async_import(anna, bad)
    assert two.residents["anna"].state.counts == learned.counts
    await front.async_reset(anna)
    assert two.residents["anna"].state.learned == 0
    assert two.files.ledger.entries


async def test_what_cannot_be_forgotten_is_refused(two: Coordinator) -> None:
    front, anna = two.front, await asked(two, ANNA_USER)
    for what, value, error in (
        (Forget.KIND, "no_such_kind", errors.UnknownKindError),
        (Forget.KIND, None, errors.NothingToExplainError),
        (Forget.AREA, "nowhere", errors.NothingToExplainError),
        (Forget.DAY, "yesterday-ish", errors.BadTimeError),
    ):
        with pytest.raises(error):
            await front.async_forget(anna, what, value)
    assert (await front.async_forget(anna, Forget.AREA, "Kitchen"))["lines"] > 0
    assert (await front.async_forget(anna, Forget.DAY, "2026-11-24"))["lines"] == 0
    assert (await front.async_forget(anna, Forget.ENTITY, WINDOW))["lines"] == 0
    assert (await front.async_forget(anna, Forget.ALL)) == {"lines": 0, "lessons": 0}


async def test_nothing_is_learned_in_a_stretch_that_was_marked(two: Coordinator, clock: Clock) -> None:
    front, anna = two.front, await asked(two, ANNA_USER)
    await front.async_reply(anna, Reply.ACCEPTED)
    assert two.residents["anna"].state.learned == 1
    await front.async_mark_exception(anna, clock.now - timedelta(hours=1), clock.now + timedelta(hours=3))
    assert two.residents["anna"].state.learned == 0
    ben = await asked(two, "ben-user")
    with pytest.raises(errors.NothingToAnswerError):
        # Anna's answer has dealt with it for both.
        await front.async_reply(ben, Reply.NOT_NOW, "nothing")
    with pytest.raises(errors.BadTimeError):
        await front.async_mark_exception(anna, clock.now, clock.now - timedelta(hours=1))


async def test_numbers_and_ratings(two: Coordinator) -> None:
    front, anna = two.front, await asked(two, ANNA_USER)
    assert front.counts() == {"today": 2, "waiting": 2, "offered": 2, "acceptance": 0.0}
    await front.async_reply(anna, Reply.ACCEPTED)
    assert front.counts("anna")["acceptance"] == 1.0
    await front.async_rate(anna, "useful", 99)
    assert two.files.ledger.orders.ratings[0].score == 7


async def test_what_would_be_said_now_changes_nothing(two: Coordinator, account: list[dict[str, Any]]) -> None:
    before = two.files.ledger.to_dict()
    rows = await two.front.async_check_now(await asked(two, None))
    assert {row["kind"] for row in rows} == {"opening_left"}
    assert two.files.ledger.to_dict() == before
    assert kinds(account) == []


async def test_kind_allowed_and_good_moment(two: Coordinator, clock: Clock) -> None:
    front = two.front
    assert front.kind_allowed("opening_left", "anna")
    await front.async_mute(await asked(two, ANNA_USER))
    assert not front.kind_allowed("opening_left", "anna")
    assert front.good_moment("anna") is False
    assert front.kind_allowed("opening_left")
    await clock.forward(hours=11)
    assert not front.kind_allowed("opening_left", "ben")
    assert front.kind_allowed("lock_check", "ben")
