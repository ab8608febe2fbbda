"""Handled by anyone is handled for all; what was done for a while is put back; our own hand is never learned from."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.assistant.enums import Level
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.sensing.profile import Profile
from custom_components.proactive_assistant.storage.ledger import DeedStatus, Entry

from ..conftest import (
    ANNA,
    ANNA_USER,
    LAMP,
    TV,
    WASHER,
    WASHER_DOOR,
    WINDOW,
    Clock,
    House,
    Phone,
    add_phone,
    kinds,
    resident_data,
    setup,
)

HEATING, WEATHER = "climate.kitchen", "weather.home"


@pytest.fixture
async def both(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry
) -> tuple[Phone, Phone]:
    """Return the phones of Anna and Ben, who live here together."""
    hass.states.async_set("person.ben", "home", {"user_id": "ben-user"})
    other = add_phone(hass, "bens_phone", "ben-user")
    data = resident_data("person.ben", "Ben")
    ben = ConfigSubentry(data=data["data"], subentry_type=data["subentry_type"], title="Ben", unique_id="person.ben")
    hass.config_entries.async_add_subentry(entry, ben)
    assert await setup(hass, entry, clock)
    return phone, other


async def _bins_are_due(house: House, clock: Clock) -> None:
    house.add("calendar.bins", "off", start_time="2026-11-25 00:00:00", all_day=True, message="Paper")
    await clock.forward(hours=7.2)


async def test_the_account_tells_whose_chore_it_usually_is(
    both: tuple[Phone, Phone], house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    anna, ben = both
    owner: Coordinator = entry.runtime_data
    residents = {resident.person: resident.id for resident in owner.residents.values()}
    for week in range(1, 7):
        # Twice on the same day is one collection, and what Anna put off she has not done.
        for person, reply, turn in (
            (ANNA, "later", ""),
            ("person.ben", "accepted", ""),
            ("person.ben", "accepted", ":morning"),
        ):
            owner.files.ledger.note(
                Entry(
                    at=dt_util.utcnow() - timedelta(weeks=week),
                    type=reply,
                    resident=residents[person],
                    kind="bin_day",
                    situation=f"bin_day:week-{week}{turn}",
                    suggestion_id="x",
                )
            )
    assert owner.home.takers("bin_day") == ("person.ben",) * 6
    assert owner.home.takers("appliance_done") == ()
    await _bins_are_due(house, clock)
    assert (len(anna.messages), len(ben.messages)) == (0, 1)
    owner.files.ledger.keep(lambda _entry: False, lambda _lesson: False)
    assert owner.home.takers("bin_day") == ()


async def test_a_chore_that_one_takes_on_is_over_for_both(
    both: tuple[Phone, Phone], house: House, clock: Clock, entry: MockConfigEntry
) -> None:
    anna, ben = both
    await _bins_are_due(house, clock)
    assert (len(anna.messages), len(ben.messages)) == (1, 1)
    await anna.press(0)
    await clock.settle()
    assert ben.cleared == [ben.messages[0]["data"]["tag"]]
    # Nor does the morning ask again, and a restart in between changes nothing.
    assert await entry.runtime_data.hass.config_entries.async_reload(entry.entry_id)
    await clock.forward(hours=13)
    assert (len(anna.messages), len(ben.messages)) == (1, 1)


async def test_a_chore_that_nobody_took_on_is_said_again_in_the_morning(
    both: tuple[Phone, Phone], house: House, clock: Clock
) -> None:
    anna, _ = both
    await _bins_are_due(house, clock)
    await clock.forward(hours=13)
    assert [item["title"] for item in anna.messages] == ["Bin day"] * 2


async def test_the_next_wash_is_a_chore_of_its_own(both: tuple[Phone, Phone], house: House, clock: Clock) -> None:
    anna, ben = both
    for _ in range(2):
        house.set(WASHER, "running")
        await clock.forward(minutes=50)
        house.set(WASHER, "finished")
        await clock.forward(minutes=10)
        await anna.press(0)
        await clock.forward(minutes=10)
        house.set(WASHER, "idle")
        await clock.forward(hours=3)
    assert (len(anna.messages), len(ben.messages)) == (2, 2)


async def test_what_another_resident_ends_by_hand_is_cleared_on_both_phones(
    both: tuple[Phone, Phone], house: House, clock: Clock
) -> None:
    anna, ben = both
    house.set(WINDOW, "on")
    await clock.forward(minutes=10)
    assert anna.messages
    assert ben.messages
    house.set(WINDOW, "off")
    await clock.settle()
    assert (len(anna.cleared), len(ben.cleared)) == (1, 1)


@pytest.fixture
async def cold(hass: HomeAssistant, coordinator: Coordinator, house: House, phone: Phone, clock: Clock) -> list[str]:
    """Return the presets that were set, after Anna has let the heating save for an open window."""
    presets: list[str] = []

    async def preset(call: ServiceCall) -> None:
        presets.append(call.data["preset_mode"])
        for entity_id in (
            call.data["entity_id"] if isinstance(call.data["entity_id"], list) else [call.data["entity_id"]]
        ):
            state = hass.states.get(entity_id)
            assert state is not None
            hass.states.async_set(
                entity_id,
                state.state,
                {**state.attributes, "preset_mode": call.data["preset_mode"]},
                context=call.context,
            )

    hass.services.async_register("climate", "set_preset_mode", preset)
    house.add(
        HEATING,
        "heat",
        area="Kitchen",
        hvac_action="heating",
        preset_mode="comfort",
        preset_modes=["comfort", "eco"],
        current_temperature=20.0,
        temperature_unit="°C",
    )
    hass.states.async_set(WEATHER, "cloudy", {"temperature": 2, "temperature_unit": "°C"})
    await clock.forward(seconds=10)
    house.set(WINDOW, "on")
    await clock.forward(minutes=12)
    assert phone.messages[0]["title"] == "Open while heating or cooling"
    await phone.press(0, message=0)
    await clock.settle()
    assert presets == ["eco"]
    return presets


async def test_the_heating_comes_back_when_the_window_is_shut(
    coordinator: Coordinator, house: House, clock: Clock, cold: list[str]
) -> None:
    house.set(WINDOW, "off")
    await clock.forward(minutes=1)
    assert cold == ["eco", "comfort"]
    await clock.forward(minutes=30)
    assert cold == ["eco", "comfort"]


async def test_it_comes_back_after_an_hour_and_after_a_restart(
    hass: HomeAssistant, coordinator: Coordinator, entry: MockConfigEntry, clock: Clock, cold: list[str]
) -> None:
    assert await hass.config_entries.async_reload(entry.entry_id)
    await clock.forward(minutes=50)
    assert cold == ["eco"]
    await clock.forward(minutes=25)
    assert cold == ["eco", "comfort"]


async def test_a_hand_on_the_thermostat_wins(
    hass: HomeAssistant, coordinator: Coordinator, house: House, clock: Clock, cold: list[str]
) -> None:
    state = hass.states.get(HEATING)
    assert state is not None
    await clock.forward(minutes=2)
    hass.states.async_set(
        HEATING, "heat", {**state.attributes, "preset_mode": "boost"}, context=Context(user_id="anna-user")
    )
    house.set(WINDOW, "off")
    await clock.forward(minutes=1)
    assert cold == ["eco"]


async def test_a_thermostat_that_does_not_answer_is_put_back_when_it_does(
    hass: HomeAssistant, coordinator: Coordinator, house: House, clock: Clock, cold: list[str]
) -> None:
    state = hass.states.get(HEATING)
    assert state is not None
    hass.states.async_set(HEATING, "unavailable", {})
    house.set(WINDOW, "off")
    await clock.forward(minutes=5)
    assert cold == ["eco"]
    hass.states.async_set(HEATING, "heat", state.attributes)
    await clock.forward(minutes=1)
    assert cold == ["eco", "comfort"]


async def test_nothing_is_put_back_while_it_smells_of_smoke(
    coordinator: Coordinator, house: House, clock: Clock, cold: list[str]
) -> None:
    house.add("binary_sensor.smoke", "on", device_class="smoke")
    await clock.forward(seconds=10)
    house.set(WINDOW, "off")
    await clock.forward(minutes=5)
    assert cold == ["eco"]
    house.set("binary_sensor.smoke", "off")
    await clock.forward(minutes=1)
    assert cold == ["eco", "comfort"]


async def test_what_a_schedule_has_set_meanwhile_is_left_as_it_is(
    hass: HomeAssistant, coordinator: Coordinator, house: House, clock: Clock, cold: list[str]
) -> None:
    state = hass.states.get(HEATING)
    assert state is not None
    hass.states.async_set(HEATING, "heat", {**state.attributes, "preset_mode": "sleep"})
    house.set(WINDOW, "off")
    await clock.forward(minutes=5)
    assert cold == ["eco"]


VALVE = {"supported_features": 1, "min_temp": 5, "max_temp": 30, "target_temp_step": 0.5}


@pytest.fixture
async def calls(hass: HomeAssistant, coordinator: Coordinator, house: House, clock: Clock) -> list[dict[str, Any]]:
    """Return what a radiator valve without presets is told from now on; it does so."""
    told: list[dict[str, Any]] = []

    async def obey(call: ServiceCall) -> None:
        data = dict(call.data)
        targets = data.pop("entity_id")
        told.append(data)
        for entity_id in targets if isinstance(targets, list) else [targets]:
            state = hass.states.get(entity_id)
            assert state is not None
            mode = data.get("hvac_mode", state.state)
            attributes = {**state.attributes, "temperature": data.get("temperature", state.attributes["temperature"])}
            hass.states.async_set(entity_id, mode, attributes, context=call.context)

    for action in ("set_hvac_mode", "set_temperature"):
        hass.services.async_register("climate", action, obey)
    modes = ["off", "heat"]
    house.add(HEATING, "heat", area="Kitchen", hvac_modes=modes, current_temperature=19.0, temperature=21.5, **VALVE)
    hass.states.async_set(WEATHER, "cloudy", {"temperature": 2, "temperature_unit": "°C"})
    await clock.forward(seconds=10)
    return told


async def test_a_valve_without_presets_is_paused_at_a_window_and_put_back(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, calls: list[dict[str, Any]]
) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=12)
    assert phone.messages[0]["title"] == "Open while heating or cooling"
    await phone.press(0, message=0)
    await clock.settle()
    assert calls == [{"hvac_mode": "off"}]
    house.set(WINDOW, "off")
    await clock.forward(minutes=1)
    state = hass.states.get(HEATING)
    assert state is not None
    assert (state.state, state.attributes["temperature"]) == ("heat", 21.5)


async def test_a_valve_that_was_paused_heats_again_after_an_hour_at_the_latest(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, calls: list[dict[str, Any]]
) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=12)
    await phone.press(0, message=0)
    await clock.forward(minutes=75)
    state = hass.states.get(HEATING)
    assert state is not None
    assert state.state == "heat"


async def test_a_pause_is_undone_by_the_button(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, calls: list[dict[str, Any]]
) -> None:
    house.set(WINDOW, "on")
    await clock.forward(minutes=12)
    await phone.press(0, message=0)
    await clock.settle()
    undo = next(item["action"] for item in phone.messages[-1]["data"]["actions"] if "UNDO" in item["action"])
    await phone.send(undo)
    await clock.settle()
    assert calls == [{"hvac_mode": "off"}, {"hvac_mode": "heat"}, {"temperature": 21.5}]


async def test_a_valve_is_set_back_while_all_are_out_and_put_back_after_a_long_journey(
    hass: HomeAssistant, coordinator: Coordinator, house: House, clock: Clock, calls: list[dict[str, Any]]
) -> None:
    house.set(ANNA, "not_home")
    await clock.forward(minutes=65)
    await hass.services.async_call(
        "proactive_assistant",
        "accept",
        {"suggestion": "away_climate"},
        blocking=True,
        context=Context(user_id=ANNA_USER),
    )
    assert calls == [{"temperature": 18.5}]
    await clock.forward(hours=60)
    house.set(ANNA, "home")
    await clock.forward(minutes=1)
    assert calls == [{"temperature": 18.5}, {"temperature": 21.5}]


async def _save(hass: HomeAssistant, house: House, clock: Clock) -> None:
    """Let Anna leave and set the heating to save; a while passes."""
    house.set(ANNA, "not_home")
    await clock.forward(minutes=65)
    await hass.services.async_call(
        "proactive_assistant",
        "accept",
        {"suggestion": "away_climate"},
        blocking=True,
        context=Context(user_id=ANNA_USER),
    )
    await clock.forward(minutes=2)


@pytest.mark.parametrize(("mode", "shows"), [("off", 18.5), ("off", 21.5), ("off", None), ("auto", None)])
@pytest.mark.parametrize("by", [None, ANNA_USER])
async def test_a_heating_that_was_switched_off_while_all_were_out_is_not_on_when_they_are_back(
    hass: HomeAssistant,
    coordinator: Coordinator,
    house: House,
    clock: Clock,
    calls: list[dict[str, Any]],
    mode: str,
    shows: float | None,
    by: str | None,
) -> None:
    await _save(hass, house, clock)
    state = hass.states.get(HEATING)
    assert state is not None
    hass.states.async_set(HEATING, mode, {**state.attributes, "temperature": shows}, context=Context(user_id=by))
    await clock.forward(minutes=30)
    house.set(ANNA, "home")
    await clock.forward(minutes=10)
    assert calls == [{"temperature": 18.5}]
    [deed] = coordinator.files.ledger.deeds.values()
    assert deed.status is DeedStatus.UNDONE


@pytest.mark.parametrize("mode", ["off", "auto"])
async def test_an_undo_switches_no_heating_on_that_somebody_else_has_switched_off(
    hass: HomeAssistant,
    coordinator: Coordinator,
    house: House,
    clock: Clock,
    calls: list[dict[str, Any]],
    mode: str,
) -> None:
    await _save(hass, house, clock)
    state = hass.states.get(HEATING)
    assert state is not None
    hass.states.async_set(HEATING, mode, state.attributes)
    found = await hass.services.async_call(
        "proactive_assistant", "undo", {}, blocking=True, return_response=True, context=Context(user_id=ANNA_USER)
    )
    assert calls == [{"temperature": 18.5}]
    assert found is not None
    assert found["not_restored"] == {HEATING: ["changed_since"]}


async def test_an_undo_of_saving_sends_no_mode(
    hass: HomeAssistant, coordinator: Coordinator, house: House, clock: Clock, calls: list[dict[str, Any]]
) -> None:
    await _save(hass, house, clock)
    await hass.services.async_call(
        "proactive_assistant", "undo", {}, blocking=True, return_response=True, context=Context(user_id=ANNA_USER)
    )
    assert calls == [{"temperature": 18.5}, {"temperature": 21.5}]


async def test_our_own_switching_is_no_habit_and_no_guest(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock, account: list[dict[str, Any]]
) -> None:
    house.set(LAMP, "on")
    house.set(TV, "playing")
    await clock.forward(minutes=10)
    house.set(ANNA, "not_home")
    await clock.forward(minutes=5)
    await phone.press(0)
    await clock.forward(minutes=40)
    assert not coordinator.home.signs
    assert not [line for line in kinds(account) if "guest" in line]
    assert "done_by_hand leave_home" not in kinds(account)


async def test_a_wash_that_ends_at_night_is_mentioned_in_the_morning(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    await clock.forward(hours=9.5)
    house.set(WASHER, "running")
    await clock.forward(minutes=60)
    house.set(WASHER, "finished")
    # Longer than its eight hours, because nobody could be told.
    await clock.forward(hours=8.4)
    assert not phone.messages
    await clock.forward(minutes=30)
    assert [item["title"] for item in phone.messages] == ["Finished"]


async def test_a_wash_that_was_emptied_at_night_is_not(
    coordinator: Coordinator, house: House, phone: Phone, clock: Clock
) -> None:
    await clock.forward(hours=9.5)
    house.set(WASHER, "running")
    await clock.forward(minutes=60)
    house.set(WASHER, "finished")
    await clock.forward(hours=2)
    house.set(WASHER_DOOR, "on")
    await clock.forward(hours=8)
    assert not phone.messages


async def test_a_reminder_is_for_its_owner_alone_and_nothing_is_learned_of_it(
    both: tuple[Phone, Phone], house: House, clock: Clock, entry: MockConfigEntry, account: list[dict[str, Any]]
) -> None:
    anna, ben = both
    coordinator: Coordinator = entry.runtime_data
    coordinator.settings = replace(coordinator.settings, levels={"routine_due": Level.SUGGEST})
    for hour in (13, 14):
        start = f"2026-11-24 {hour}:00:00"
        house.add(f"calendar.anna_{hour}", "off", message="Blood test", start_time=start, all_day=False)
    await clock.forward(seconds=10)
    routines = ("calendar.anna_13", "calendar.anna_14")
    coordinator.home.profiles = {ANNA: Profile(resident="anna", routines=routines)}
    await clock.forward(minutes=65)
    assert [item["title"] for item in anna.messages] == ["Your reminder"]
    assert "blood" not in repr(anna.messages).lower()
    await anna.press(0)
    # The next one is on time: what a person asked for is neither capped nor spaced.
    await clock.forward(minutes=60)
    assert len(anna.messages) == 2
    assert not ben.messages
    assert not coordinator.residents["anna"].state.learned
    assert "accepted routine_due" in kinds(account)
