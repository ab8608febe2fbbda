"""The loop: when it looks, what it does with decisions, what breaks and heals."""

from typing import Any

import pytest
from homeassistant.core import CoreState, HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.assistant.engine import EngineError, Floats, Tokens
from custom_components.proactive_assistant.assistant.enums import HomeMode
from custom_components.proactive_assistant.coordinator import Coordinator

from .conftest import ANNA, LAMP, TV, WASHER, WINDOW, Clock, House, Phone, kinds, resident_data, setup


async def test_nothing_is_sent_in_quiet_hours_and_the_morning_hears_of_it(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    await clock.forward(hours=11)
    house.set(WASHER, "running")
    await clock.forward(minutes=60)
    house.set(WASHER, "finished")
    await clock.forward(hours=4)
    assert not phone.messages
    assert account[0]["reason"] == "quiet_hours"
    await clock.forward(hours=4)
    assert [item["title"] for item in phone.messages] == ["Finished"]


async def test_a_silence_is_accounted_for_once_per_reason(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    coordinator.mode = HomeMode.PARTY
    house.set(WINDOW, "on")
    await clock.forward(hours=2)
    assert [item["reason"] for item in account] == ["party"]


async def test_a_party_is_left_alone_while_it_lasts(
    hass: HomeAssistant, coordinator: Coordinator, house: House, clock: Clock, account: list[dict[str, Any]]
) -> None:
    for name in ("guest_mia", "guest_tom"):
        hass.states.async_set(f"device_tracker.{name}", "home", {"friendly_name": f"Guest {name}"})
    await coordinator._async_resurvey()
    await clock.forward(minutes=15)
    assert coordinator.mode is HomeMode.NORMAL
    house.set(TV, "playing")
    house.set(WINDOW, "on")
    await clock.forward(hours=2)
    assert coordinator.mode is HomeMode.PARTY
    assert [item["reason"] for item in account if item["kind"] == "opening_left"] == ["party"]
    hass.states.async_set("device_tracker.guest_tom", "not_home")
    assert coordinator.mode is HomeMode.NORMAL


async def test_a_window_that_is_closed_after_a_silence_is_noted_as_resolved(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    coordinator.mode = HomeMode.PARTY
    house.set(WINDOW, "on")
    await clock.forward(minutes=20)
    house.set(WINDOW, "off")
    await clock.settle()
    assert kinds(account) == ["held_back opening_left", "resolved opening_left"]


async def test_a_window_that_drops_out_for_two_minutes_is_told_once_and_nothing_is_learned(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=30)
    assert len(phone.messages) == 1
    house.set(WINDOW, "unavailable")
    await clock.forward(minutes=2)
    house.set(WINDOW, "on")
    await clock.forward(minutes=120)
    assert [item["title"] for item in phone.messages] == ["Still open"]
    assert not any(resident.state.learned for resident in coordinator.residents.values())
    house.set(WINDOW, "unavailable")
    await clock.forward(minutes=11)
    assert kinds(account)[-1] == "resolved opening_left"
    assert not coordinator.threads.open


async def test_a_silence_that_lasts_to_the_end_is_noted_as_expired(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    coordinator.mode = HomeMode.PARTY
    house.set(WINDOW, "on")
    await clock.forward(hours=13)
    assert kinds(account)[-1] == "expired opening_left"


class Doubtful:
    """An engine that thinks nothing is welcome, around the real one."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self.name, self.model_id, self.prior = engine.name, engine.model_id, engine.prior

    def logits(self, prefix: Tokens, suffixes: Tokens, z: Floats) -> Floats:
        raw = self._engine.logits(prefix, suffixes, z)
        raw[..., 1] -= 6.0
        return raw


async def test_doing_it_by_hand_after_our_doubt_is_a_missed_need(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    coordinator.assistant.engine = Doubtful(coordinator.assistant.engine)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert [item["reason"] for item in account] == ["low_confidence"]
    house.set(WINDOW, "off")
    await clock.settle()
    assert kinds(account)[-1] == "done_by_hand opening_left"
    assert coordinator.residents["anna"].state.counts == {"done_by_hand": 1}


class Broken:
    """An engine that cannot serve."""

    def __init__(self, engine: Any) -> None:
        self.name, self.model_id, self.prior = engine.name, engine.model_id, engine.prior

    def logits(self, *_: Any) -> Floats:
        msg = "the model has gone"
        raise EngineError(msg)


async def test_a_model_that_breaks_costs_suggestions_and_nothing_else(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    whole = coordinator.assistant.engine
    coordinator.assistant.engine = Broken(whole)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert not phone.messages
    coordinator.assistant.engine = whole
    await clock.forward(minutes=6)
    assert len(phone.messages) == 1
    coordinator.assistant.engine = Broken(whole)
    await phone.press(0)
    assert coordinator.residents["anna"].state.learned == 0
    assert not coordinator.files.ledger.offers


async def test_each_resident_hears_what_concerns_them_and_one_answer_is_enough(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, account: list[dict[str, Any]]
) -> None:
    from .conftest import add_phone  # noqa: PLC0415 - only this test has two phones

    hass.states.async_set("person.ben", "home", {"user_id": "ben-user", "friendly_name": "Ben"})
    ben = add_phone(hass, "bens_phone", "ben-user")
    entry = MockConfigEntry(
        domain="proactive_assistant",
        title="Proactive Assistant",
        subentries_data=[resident_data(), resident_data("person.ben", "Ben")],
    )
    entry.add_to_hass(hass)
    assert await setup(hass, entry, clock)
    house.set(WINDOW, "on")
    await clock.forward(minutes=8)
    assert len(phone.messages) == len(ben.messages) == 1
    house.set(WINDOW, "off")
    await clock.settle()
    assert phone.cleared
    assert ben.cleared
    house.set(LAMP, "on")
    await clock.forward(hours=1)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=10)
    hass.states.async_set("person.ben", "not_home", {"user_id": "ben-user", "friendly_name": "Ben"})
    await clock.forward(minutes=5)
    assert len(phone.messages) == 1
    assert len(ben.messages) == 2


async def test_it_waits_for_home_assistant_to_start(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry
) -> None:
    hass.set_state(CoreState.starting)
    house.set(WINDOW, "on")
    assert await setup(hass, entry, clock)
    await clock.forward(minutes=8)
    assert not phone.messages
    hass.set_state(CoreState.running)
    hass.bus.async_fire("homeassistant_started")
    await clock.forward(minutes=6)
    assert len(phone.messages) == 1


async def test_attributes_alone_are_no_change(coordinator: Coordinator, house: House, clock: Clock) -> None:
    await clock.forward(minutes=1)
    looked: list[int] = []
    coordinator.async_add_listener(lambda: looked.append(1))
    coordinator.hass.states.async_set(LAMP, "off", {"brightness": 3})
    await clock.forward(seconds=20)
    assert not looked
    house.set(LAMP, "on")
    await clock.forward(seconds=20)
    assert len(looked) == 1


@pytest.mark.parametrize("count", [1, 50])
async def test_a_burst_of_changes_is_looked_at_once(
    coordinator: Coordinator, house: House, clock: Clock, count: int
) -> None:
    await clock.forward(minutes=1)
    looked: list[int] = []
    coordinator.async_add_listener(lambda: looked.append(1))
    for index in range(count):
        house.set(LAMP, "on" if index % 2 else "off")
        house.set(LAMP, "off" if index % 2 else "on")
    await clock.forward(seconds=20)
    assert len(looked) == 1


async def test_smoke_is_said_at_night_and_its_answer_is_not_learned_from(
    hass: HomeAssistant,
    clock: Clock,
    house: House,
    phone: Phone,
    entry: MockConfigEntry,
    account: list[dict[str, Any]],
) -> None:
    house.add("binary_sensor.hall_smoke", "off", area="Hall", device_class="smoke")
    assert await setup(hass, entry, clock)
    await clock.forward(hours=12)
    house.set("binary_sensor.hall_smoke", "on")
    await clock.forward(minutes=1)
    assert len(phone.messages) == 1
    await phone.press(0)
    assert kinds(account)[-1].startswith("accepted")
    assert account[-1]["learned"] is None
    assert entry.runtime_data.residents["anna"].state.learned == 0


async def test_what_the_clock_ends_was_done_by_nobody(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    phone.dead = True
    house.set(LAMP, "on")
    await clock.forward(minutes=10)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=30)
    assert kinds(account)[-1] == "expired leave_home"
    assert "done_by_hand leave_home" not in kinds(account)
    assert coordinator.residents["anna"].state.learned == 0
