"""What hangs on a metered plug shows by how it draws power; doubt stays doubt, and a fridge is never switched."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.sensing.exclusions import Exclusions
from custom_components.proactive_assistant.sensing.habits import Habits
from custom_components.proactive_assistant.sensing.roles import Role, async_survey
from custom_components.proactive_assistant.sensing.signature import Load, Signature
from custom_components.proactive_assistant.storage.corrections import Corrections
from tests.conftest import Clock, House

START = datetime(2026, 11, 2, tzinfo=dt_util.UTC)

type Curve = Iterator[tuple[float, float]]
"""Minutes and watts."""


def _fridge(dice: Random, days: int) -> Curve:
    at = 0.0
    while at < days * 1440:
        yield at, 420.0  # the motor starts
        on = dice.uniform(12, 22)
        for minute in range(int(on)):
            yield at + 0.1 + minute, 95 - minute * 0.4 + dice.uniform(-2, 2)
        yield at + on, 0.9
        at += on + dice.uniform(18, 40)


def _washer(dice: Random, days: int) -> Curve:
    for day in range(0, days, 2):
        at = day * 1440 + dice.uniform(8, 19) * 60
        for minute in range(95):
            heats = 8 <= minute < 26
            yield at + minute, dice.uniform(1900, 2100) if heats else dice.choice((8, 90, 140, 60, 380))
        yield at + 95, 1.2


def _tv(dice: Random, days: int) -> Curve:
    for day in range(days):
        at = day * 1440 + dice.uniform(18, 20) * 60
        for minute in range(dice.randint(60, 170)):
            yield at + minute, dice.uniform(70, 130)
        yield at + 171, 0.6


def _lamp(dice: Random, days: int) -> Curve:
    for day in range(days):
        at = day * 1440 + dice.uniform(17, 20) * 60
        yield at, 40.0
        yield at + dice.uniform(60, 300), 0.0


def _kettle(dice: Random, days: int) -> Curve:
    for day in range(days):
        for hour in (7, 10, 16):
            at = day * 1440 + hour * 60 + dice.uniform(-20, 20)
            yield at, 2150.0
            yield at + dice.uniform(2, 4), 0.0


def _car(dice: Random, days: int) -> Curve:
    for day in range(days):
        at = day * 1440 + 22 * 60
        hours = dice.uniform(2, 6)
        for quarter in range(int(hours * 4)):
            yield at + quarter * 15, dice.uniform(3550, 3650)
        yield at + hours * 60, 2.0


def _router(_dice: Random, days: int) -> Curve:
    for minute in range(0, days * 1440, 10):
        yield minute, 9.0 + minute % 3


def _cooker(dice: Random, days: int) -> Curve:
    """Yield a thermostat by day only: no compressor."""
    for day in range(days):
        for cycle in range(8):
            at = day * 1440 + 11 * 60 + cycle * 20
            yield at, 280.0 + dice.uniform(-3, 3)
            yield at + 8, 0.0


def _learned(curve: Curve) -> Signature:
    signature = Signature()
    for minutes, watts in curve:
        signature.add(watts, START + timedelta(minutes=minutes))
    signature.add(0.0, START + timedelta(days=40))
    return signature


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("curve", "load"),
    [
        (_fridge, Load.COMPRESSOR),
        (_washer, Load.MACHINE),
        (_tv, Load.SCREEN),
        (_lamp, Load.LAMP),
        (_kettle, Load.KETTLE),
        (_car, Load.CAR),
        (_router, None),
        (_cooker, None),
    ],
)
def test_ten_days_of_a_load_tell_what_it_is(curve: object, load: Load | None, seed: int) -> None:
    assert _learned(curve(Random(seed), 10)).load is load  # type: ignore[operator]


def test_a_fridge_is_known_within_two_days_and_not_from_a_few_cycles() -> None:
    assert _learned(_fridge(Random(1), 2)).load is Load.COMPRESSOR
    assert _learned(_fridge(Random(1), 20)).load is Load.COMPRESSOR
    few = Signature()
    for minutes, watts in list(_fridge(Random(1), 1))[:150]:
        few.add(watts, START + timedelta(minutes=minutes))
    assert few.load is None


readings = st.lists(
    st.tuples(st.none() | st.floats(-1e6, 1e6), st.floats(-60, 600)),
    max_size=80,
)


@given(readings)
@settings(max_examples=200, deadline=None)
def test_any_readings_at_any_times_are_borne_and_kept(items: list[tuple[float | None, float]]) -> None:
    signature, at = Signature(), START
    for watts, minutes in items:
        at += timedelta(minutes=minutes)
        signature.add(watts, at)
    again = Signature.from_dict(signature.to_dict())
    assert again.to_dict() == signature.to_dict()
    assert again.load is signature.load
    # Fewer than a day's cycles are never enough.
    assert signature.load is not Load.COMPRESSOR or signature.runs >= 24
    assert len(str(signature.to_dict())) < 300


@pytest.mark.parametrize(
    "damaged",
    [{}, {"runs": -1, "cycles": [0] * 4, "counts": {}}, {"runs": 1, "cycles": [0], "counts": {}},
     {"runs": 1, "cycles": [0] * 4, "counts": {"rocket": 1}}, {"runs": True, "cycles": [0] * 4, "counts": {}}],
)  # fmt: skip
def test_a_damaged_signature_is_refused(damaged: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError)):
        Signature.from_dict(damaged)


def test_signatures_survive_storage_follow_a_rename_and_stay_bounded() -> None:
    habits = Habits()
    habits.signatures["sensor.a"] = _learned(_fridge(Random(1), 10))
    habits.renamed("sensor.a", "sensor.b")
    again = Habits.from_dict(habits.to_dict())
    assert again.loads() == {"sensor.b": Load.COMPRESSOR}
    for number in range(2000):
        again.metered(f"sensor.{number}", 3.0, START)
    assert len(again.signatures) <= 500


SWITCH, POWER = "switch.iron_outlet", "sensor.iron_outlet_power"


def _plug(house: House) -> None:
    house.add(SWITCH, "on", device="Iron outlet", device_class="outlet")
    house.add(POWER, "0", device="Iron outlet", device_class="power", unit_of_measurement="W")


async def test_a_plug_that_draws_like_a_fridge_is_not_switched_whatever_it_is_called(
    hass: HomeAssistant, house: House
) -> None:
    _plug(house)
    home_map = await async_survey(hass)
    assert home_map.things[SWITCH].role is Role.HOT_SWITCH
    assert home_map.meters == {POWER}
    home_map = await async_survey(hass, loads={POWER: Load.COMPRESSOR})
    assert home_map.things[SWITCH].role is Role.CRITICAL
    # Any other way to draw power makes nothing more touchable than it was.
    for load in set(Load) - {Load.COMPRESSOR}:
        found = await async_survey(hass, loads={POWER: load})
        assert found.things[SWITCH].role is Role.HOT_SWITCH
    house.add("switch.some_plug", "on", device="Some plug", device_class="outlet")
    house.add("sensor.some_plug_power", "0", device="Some plug", device_class="power", unit_of_measurement="W")
    for load in set(Load) - {Load.COMPRESSOR}:
        assert "switch.some_plug" not in (await async_survey(hass, loads={"sensor.some_plug_power": load})).things


async def test_what_a_person_says_wins_over_the_power(hass: HomeAssistant, house: House) -> None:
    _plug(house)
    said = Corrections({SWITCH: Role.HOT_SWITCH})
    home_map = await async_survey(hass, Exclusions(), said, {POWER: Load.COMPRESSOR})
    assert home_map.things[SWITCH].role is Role.HOT_SWITCH


async def test_a_running_home_learns_it_by_itself_and_says_why(
    coordinator: Coordinator, house: House, clock: Clock
) -> None:
    _plug(house)
    await clock.forward(seconds=10)
    assert coordinator.home.map.things[SWITCH].role is Role.HOT_SWITCH
    begin = clock.now
    for minutes, watts in _fridge(Random(2), 2):
        clock.freezer.move_to(begin + timedelta(minutes=minutes))
        house.set(POWER, f"{watts:.1f}")
    await coordinator.hass.async_block_till_done(wait_background_tasks=True)
    assert coordinator.home.map.things[SWITCH].role is Role.CRITICAL
    found = await coordinator.hass.services.async_call(
        "proactive_assistant", "list_roles", {"entity_id": SWITCH}, blocking=True, return_response=True
    )
    line = found["roles"][0]
    assert (line["role"], line["why"], line["signs"]["power"]) == ("critical", "power", "compressor")


def test_everything_known_of_five_hundred_entities_fits_in_two_megabytes() -> None:
    habits, washer = Habits(), _learned(_washer(Random(1), 10))
    ids = {f"binary_sensor.a_rather_long_name_of_a_thing_in_the_living_room_{number}" for number in range(500)}
    for entity_id in ids:
        habits.signatures[entity_id] = washer
        habits.dwell_of(entity_id).add(12345)
        for _ in range(30):
            habits.recent.add(f"warmest:{entity_id}", -18.25)
    habits.absence_over(on=ids, could_be=ids)
    habits.night_over(on=ids, could_be=ids)
    assert len(json.dumps(habits.to_dict())) < 2_000_000
