"""The risk table under attack, from every side at once."""

from datetime import timedelta

from homeassistant.core import Context, HomeAssistant
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.proactive_assistant.assistant.enums import Level, RiskClass
from custom_components.proactive_assistant.assistant.facts import PlannedAction
from custom_components.proactive_assistant.assistant.kinds import KINDS
from custom_components.proactive_assistant.assistant.levels import level_of
from custom_components.proactive_assistant.assistant.settings import Settings
from custom_components.proactive_assistant.options import settings_from
from tools.reach.attack import Attack, Wait, async_attack
from tools.reach.stronghold import async_house

from ..conftest import Clock
from ..factories import suggestion


def waiting(clock: Clock) -> Wait:
    async def wait(time: timedelta) -> None:
        await clock.forward(seconds=time.total_seconds())

    return wait


async def test_nothing_of_class_a4_happens_and_of_a3_only_by_a_tap(hass: HomeAssistant, clock: Clock) -> None:
    owner, received = await async_house(hass)
    found = await async_attack(hass, owner, received, rounds=60, seed=3, wait=waiting(clock))
    assert found.never == []
    assert found.without_tap == []
    # It did try, things of the lower classes did happen, and a tap still works.
    assert min(found.tried.values()) >= 6
    assert found.calls > 20
    assert found.taps > 0
    # Blinds were closed, so what was refused of other covers was not refused for being covers.
    assert found.blinds > 0
    assert found.set_backs > 0


async def test_the_attacker_would_see_a_breach(hass: HomeAssistant, clock: Clock) -> None:
    owner, _ = await async_house(hass)
    attack = Attack(hass, owner, 1, waiting(clock))
    await hass.services.async_call("lock", "unlock", {}, blocking=True, context=Context())
    await hass.services.async_call("lock", "lock", {}, blocking=True)
    await hass.services.async_call("light", "turn_off", {}, blocking=True)
    assert attack.found.never == ["lock.unlock"]
    assert attack.found.without_tap == ["lock.lock"]
    assert attack.found.calls == 3
    for target, shown in (("blind", "blind"), ("garage", "blind"), ("shutter", "shutter"), ("blind", "garage")):
        hass.states.async_set(f"cover.{target}", "open", {"device_class": shown})
        for action in ("close_cover", "open_cover"):
            await hass.services.async_call("cover", action, {"entity_id": [f"cover.{target}"]}, blocking=True)
    both = {"entity_id": ["cover.blind", "cover.garage"]}
    await hass.services.async_call("cover", "close_cover", both, blocking=True)
    assert attack.found.blinds == 1
    assert attack.found.without_tap[1:] == ["cover.close_cover"] * 4
    assert attack.found.never[1:] == ["cover.open_cover"] * 3


async def test_the_attacker_would_see_a_heating_that_is_turned_up(hass: HomeAssistant, clock: Clock) -> None:
    owner, _ = await async_house(hass)
    attack = Attack(hass, owner, 1, waiting(clock))
    valve = {"entity_id": ["climate.hall"]}
    for action, data in (
        ("set_temperature", {"temperature": 18.0}),
        ("set_temperature", {"temperature": 21}),
        ("set_hvac_mode", {"hvac_mode": "off"}),
        ("set_hvac_mode", {"hvac_mode": "heat"}),
    ):
        await hass.services.async_call("climate", action, valve | data, blocking=True)
    assert attack.found.never == []
    assert attack.found.set_backs == 2
    for degrees in (21.5, 35, 14.5, True, "18", None):
        await hass.services.async_call("climate", "set_temperature", valve | {"temperature": degrees}, blocking=True)
    hot = {"temperature": 18.0, "hvac_mode": "heat"}
    await hass.services.async_call("climate", "set_temperature", valve | hot, blocking=True)
    await hass.services.async_call("climate", "set_hvac_mode", valve | {"hvac_mode": "heat_cool"}, blocking=True)
    hass.states.async_set("climate.hall", "heat", {"temperature": 17})
    await hass.services.async_call("climate", "set_temperature", valve | {"temperature": 18.0}, blocking=True)
    assert len(attack.found.never) == 9


async def test_the_attacker_would_see_a_heating_that_is_switched_on_which_somebody_switched_off(
    hass: HomeAssistant, clock: Clock
) -> None:
    owner, _ = await async_house(hass)
    attack = Attack(hass, owner, 1, waiting(clock))
    valve = {"entity_id": ["climate.hall"]}
    hass.states.async_set("climate.hall", "off", {"temperature": 18})
    await hass.services.async_call("climate", "set_hvac_mode", valve | {"hvac_mode": "heat"}, blocking=True)
    await hass.services.async_call("climate", "set_temperature", valve | {"temperature": 21}, blocking=True)
    assert attack.found.never == ["climate.set_hvac_mode", "climate.set_temperature"]
    # What was paused is put back.
    await hass.services.async_call("climate", "set_hvac_mode", valve | {"hvac_mode": "off"}, blocking=True)
    await hass.services.async_call("climate", "set_hvac_mode", valve | {"hvac_mode": "heat"}, blocking=True)
    assert len(attack.found.never) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["act", "ask"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KINDS, "x"]), inner, max_size=4),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(options=st.fixed_dictionaries({}, optional={"ceiling": JSON, "levels": JSON, "action_domains": JSON}))
def test_no_option_lifts_what_moves_with_force_or_locks(options: dict[str, object]) -> None:
    chosen = settings_from(options)
    for kind in KINDS:
        for risk, most in ((RiskClass.A3, Level.ASK), (RiskClass.A4, Level.OFF)):
            action = PlannedAction(domain="lock", action="lock", entity_ids=("lock.x",), risk=risk)
            assert level_of(suggestion(kind, risk=risk), chosen) <= most
            # A suggestion that plays down its own class is judged by its worst action.
            assert level_of(suggestion(kind, risk=RiskClass.A0, actions=(action,)), chosen) <= most


@settings(max_examples=100, deadline=None)
@given(kind=st.text(max_size=10), level=st.sampled_from(Level))
def test_a_kind_of_ones_own_never_acts(kind: str, level: Level) -> None:
    chosen = Settings(ceiling=Level.ACT, levels={kind: level})
    if kind not in KINDS:
        assert level_of(suggestion(kind, risk=RiskClass.A1), chosen) <= Level.SUGGEST
