"""Undo: exact on real entities, and honest where it cannot be."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from homeassistant.core import Context, HomeAssistant, State
from homeassistant.helpers import entity_registry as er

from custom_components.proactive_assistant.actions import restore
from custom_components.proactive_assistant.actions.snapshot import take
from custom_components.proactive_assistant.assistant.enums import RiskClass
from custom_components.proactive_assistant.assistant.facts import PlannedAction
from custom_components.proactive_assistant.storage.codec import from_plain, to_plain
from custom_components.proactive_assistant.storage.promises import Snapshot
from tools.reach.undo import ROWS, Undos, async_devices, async_try


@pytest.mark.parametrize("domain", list(ROWS))
async def test_random_states_of_real_entities_come_back_exactly(hass: HomeAssistant, domain: str) -> None:
    devices = await async_devices(hass)
    undos = Undos()
    rng = random.Random(domain)
    for _ in range(40):
        await async_try(hass, devices[domain], domain, rng, undos)
    assert undos.silent == []
    assert (undos.tried, undos.exact) == (40, 40)


@pytest.mark.parametrize(
    ("kept", "now", "why"),
    [
        (Snapshot(entity_id="lock.front", state="unlocked"), "locked", "stays_locked"),
        (Snapshot(entity_id="alarm_control_panel.home", state="disarmed"), "armed_away", "stays_armed"),
        (
            Snapshot(entity_id="cover.garage", state="open", attributes={"device_class": "garage"}),
            "closed",
            "moves_with_force",
        ),
        (
            Snapshot(entity_id="cover.roof", state="open", attributes={"device_class": "window"}),
            "closed",
            "moves_with_force",
        ),
        (Snapshot(entity_id="cover.unknown", state="open"), "closed", "moves_with_force"),
        (Snapshot(entity_id="switch.kettle", state="on"), "off", "may_be_hot"),
        (Snapshot(entity_id="light.lamp", state="on"), "unavailable", "unavailable"),
        (Snapshot(entity_id="siren.hall", state="on"), "off", "no_way_back"),
    ],
)
async def test_what_is_never_done_is_not_done_by_way_of_an_undo(
    hass: HomeAssistant, kept: Snapshot, now: str, why: str
) -> None:
    calls: list[Any] = []
    domain = kept.entity_id.split(".")[0]
    for action in ("unlock", "alarm_disarm", "open_cover", "set_cover_position", "turn_on"):
        hass.services.async_register(domain, action, calls.append)
    hass.states.async_set(kept.entity_id, now)
    assert await restore.async_restore(hass, kept, Context()) == (why,)
    assert not calls


@pytest.mark.parametrize(
    ("kept", "shown", "given", "guarded", "opened"),
    [
        ("blind", "blind", None, False, True),
        ("blind", "blind", "blind", False, True),
        ("shutter", "shutter", "shutter", False, True),
        ("awning", "awning", None, False, True),
        # What was a blind when it was closed is a garage door now, or was one all along.
        ("blind", "garage", None, False, False),
        ("blind", "garage", "garage", False, False),
        ("blind", "blind", "garage", False, False),
        ("blind", "blind", "gate", False, False),
        ("blind", "blind", "window", False, False),
        ("garage", "blind", None, False, False),
        (None, "blind", None, False, False),
        ("blind", None, None, False, False),
        ("blind", ["blind"], None, False, False),
        # People have said that it is one.
        ("blind", "blind", None, True, False),
    ],
)
async def test_an_undo_opens_a_blind_and_never_what_somebody_calls_one(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    kept: str | None,
    shown: Any,
    given: str | None,
    *,
    guarded: bool,
    opened: bool,
) -> None:
    monkeypatch.setattr(restore, "PATIENCE", 0)
    made: list[str] = []
    for action in ("open_cover", "close_cover", "set_cover_position"):
        hass.services.async_register("cover", action, lambda call: made.append(call.service))
    er.async_get(hass).async_get_or_create("cover", "test", "x", suggested_object_id="x", original_device_class=given)
    hass.states.async_set("cover.x", "closed", {"device_class": shown})
    snapshot = Snapshot(entity_id="cover.x", state="open", attributes={"device_class": kept} if kept else {})
    found = await restore.async_restore(hass, snapshot, Context(), guarded=guarded)
    assert made == (["open_cover"] if opened else [])
    assert opened or found == ("moves_with_force",)


@pytest.mark.parametrize(
    ("name", "opened"),
    [("Garage door", False), ("Garagentor", False), ("Gate", False), ("Dachfenster", False), ("Front door", False),
     ("Dachfenster Rollo", True), ("Kitchen window", True), ("Terrace door blind", True)],
)  # fmt: skip
@pytest.mark.parametrize("shown", ["blind", "shade", "shutter"])
async def test_an_undo_opens_no_garage_that_shows_as_a_blind(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, name: str, shown: str, *, opened: bool
) -> None:
    monkeypatch.setattr(restore, "PATIENCE", 0)
    made: list[str] = []
    for action in ("open_cover", "set_cover_position"):
        hass.services.async_register("cover", action, lambda call: made.append(call.service))
    hass.states.async_set("cover.x", "closed", {"device_class": shown, "friendly_name": name, "current_position": 0})
    before = {"device_class": shown, "current_position": 100}
    found = await restore.async_restore(hass, take(State("cover.x", "open", before)), Context())
    assert made == (["set_cover_position"] if opened else [])
    assert opened or found == ("moves_with_force",)


async def test_a_blind_goes_back_to_where_it_hung(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restore, "PATIENCE", 0)
    made: list[tuple[str, Any]] = []
    for action in ("set_cover_position", "set_cover_tilt_position"):
        hass.services.async_register("cover", action, lambda call: made.append((call.service, dict(call.data))))
    before = {"device_class": "blind", "current_position": 60, "current_tilt_position": 45}
    hass.states.async_set("cover.b", "closed", {**before, "current_position": 0, "current_tilt_position": 0})
    await restore.async_restore(hass, take(State("cover.b", "open", before)), Context())
    assert made == [
        ("set_cover_position", {"position": 60, "entity_id": "cover.b"}),
        ("set_cover_tilt_position", {"tilt_position": 45, "entity_id": "cover.b"}),
    ]


async def test_what_does_not_answer_is_named(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restore, "PATIENCE", 0)
    hass.states.async_set("light.lamp", "off")
    kept = Snapshot(entity_id="light.lamp", state="on", attributes={"brightness": 9})
    # There is no such action at all.
    assert await restore.async_restore(hass, kept, Context()) == ("state", "brightness")
    hass.services.async_register("light", "turn_on", lambda _call: None)
    assert await restore.async_restore(hass, kept, Context()) == ("state", "brightness")


async def test_a_slow_device_is_waited_for(hass: HomeAssistant) -> None:
    hass.states.async_set("light.lamp", "off")

    async def later(call: Any) -> None:
        hass.loop.call_later(0.05, hass.states.async_set, "light.lamp", "on", {"brightness": call.data["brightness"]})

    hass.services.async_register("light", "turn_on", later)
    kept = Snapshot(entity_id="light.lamp", state="on", attributes={"brightness": 9})
    assert await restore.async_restore(hass, kept, Context()) == ()


@pytest.mark.parametrize(
    ("kept", "now", "calls"),
    [
        (Snapshot(entity_id="vacuum.robot", state="docked"), "cleaning", ["return_to_base"]),
        (Snapshot(entity_id="vacuum.robot", state="cleaning"), "paused", ["start"]),
        (Snapshot(entity_id="vacuum.robot", state="paused"), "cleaning", ["pause"]),
        (Snapshot(entity_id="switch.charger", state="off"), "on", ["turn_off"]),
        (Snapshot(entity_id="light.lamp", state="off"), "on", ["turn_off"]),
        (Snapshot(entity_id="fan.fan", state="off"), "on", ["turn_off"]),
        (Snapshot(entity_id="media_player.tv", state="off"), "playing", ["turn_off"]),
        (Snapshot(entity_id="light.lamp", state="on", attributes={"color_mode": "white", "brightness": 4}), "off",
         ["turn_on"]),
        (Snapshot(entity_id="fan.fan", state="on"), "off", ["turn_on"]),
        (Snapshot(entity_id="humidifier.h", state="on", attributes={"humidity": 40}), "off",
         ["turn_on", "set_humidity"]),
        (Snapshot(entity_id="humidifier.h", state="off"), "on", ["turn_off"]),
        (Snapshot(entity_id="water_heater.w", state="eco", attributes={"away_mode": "off", "temperature": 55}),
         "performance", ["set_away_mode", "set_operation_mode", "set_temperature"]),
        (Snapshot(entity_id="cover.b", state="open", attributes={"device_class": "blind"}), "closed", ["open_cover"]),
    ],
)  # fmt: skip
async def test_each_domain_has_its_way_back(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, kept: Snapshot, now: str, calls: list[str]
) -> None:
    monkeypatch.setattr(restore, "PATIENCE", 0)
    domain = kept.entity_id.split(".")[0]
    made: list[str] = []
    for action in (
        "turn_on", "turn_off", "start", "pause", "return_to_base", "set_humidity", "set_away_mode",
        "set_operation_mode", "set_temperature", "open_cover",
    ):  # fmt: skip
        hass.services.async_register(domain, action, lambda call: made.append(call.service))
    shown = {key: value for key, value in kept.attributes.items() if key == "device_class"}
    hass.states.async_set(kept.entity_id, now, shown)
    await restore.async_restore(hass, kept, Context())
    assert made == calls


DONE = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("set_to", "kept", "now", "later", "mode", "all_of_it"),
    [
        # What saves is a temperature or a preset: the mode is not ours, and any other is somebody's.
        ({"temperature": 19.0}, "heat", ("heat", {"temperature": 19}), 600, True, True),
        ({"temperature": 19.0}, "heat", ("heat", {"temperature": 17}), 600, True, False),
        ({"temperature": 19.0}, "heat", ("off", {"temperature": 19}), 600, False, False),
        ({"preset_mode": "eco"}, "heat", ("off", {"preset_mode": "eco"}), 5, False, False),
        ({"preset_mode": "eco"}, "heat", ("auto", {"preset_mode": "eco"}), 600, False, False),
        # A device that takes another mode along with a preset does so at once.
        ({"preset_mode": "eco"}, "heat", ("auto", {"preset_mode": "eco"}), 5, True, True),
        # What was paused is off by us; on again or in another mode it is so by somebody.
        ({"hvac_mode": "off"}, "heat", ("off", {}), 600, True, True),
        ({"hvac_mode": "off"}, "heat", ("heat", {}), 600, True, False),
        ({"hvac_mode": "off"}, "heat", ("auto", {}), 600, False, False),
        ({"hvac_mode": "off"}, "heat", ("unavailable", {}), 600, True, False),
        ({"hvac_mode": None}, "heat", ("off", {}), 600, False, False),
    ],
)
def test_the_mode_of_a_heating_that_somebody_has_set_since_stays(
    set_to: dict[str, Any], kept: str, now: tuple[str, dict[str, Any]], later: int, *, mode: bool, all_of_it: bool
) -> None:
    action = PlannedAction(
        domain="climate", action="set_x", entity_ids=("climate.hall",), risk=RiskClass.A2, data=set_to
    )
    changed = DONE + timedelta(seconds=later)
    state = State("climate.hall", *now, last_changed=changed, last_updated=changed)
    before = Snapshot(entity_id="climate.hall", state=kept, attributes={"temperature": 22, "preset_mode": "none"})
    assert restore.mode_stands(before, state, (action,), DONE) is mode
    assert restore.stands(before, state, (action,), DONE) is all_of_it


@pytest.mark.parametrize(
    ("set_to", "now", "stands", "made"),
    [
        ({"away_mode": True}, ("heat_pump", {"away_mode": "on"}), True, ["set_away_mode"]),
        # Some show their away mode as off: that ends with it, and what else is off stays off.
        ({"away_mode": True}, ("off", {"away_mode": "on"}), True, ["set_away_mode"]),
        ({"away_mode": True}, ("off", {"away_mode": "off"}), False, []),
        ({"operation_mode": "eco"}, ("eco", {"away_mode": "off"}), True, ["set_operation_mode"]),
        ({"operation_mode": "eco"}, ("off", {"away_mode": "off"}), False, []),
        ({"operation_mode": "eco"}, ("off", {"away_mode": "on"}), False, []),
    ],
)
async def test_a_boiler_that_somebody_has_switched_off_stays_off(
    hass: HomeAssistant,
    monkeypatch: pytest.MonkeyPatch,
    set_to: dict[str, Any],
    now: tuple[str, dict[str, Any]],
    made: list[str],
    *,
    stands: bool,
) -> None:
    monkeypatch.setattr(restore, "PATIENCE", 0)
    found: list[str] = []
    for action in ("set_away_mode", "set_operation_mode"):
        hass.services.async_register("water_heater", action, lambda call: found.append(call.service))
    planned = PlannedAction(
        domain="water_heater", action="x", entity_ids=("water_heater.w",), risk=RiskClass.A2, data=set_to
    )
    kept = Snapshot(entity_id="water_heater.w", state="heat_pump", attributes={"away_mode": "off"})
    hass.states.async_set("water_heater.w", *now)
    state = hass.states.get("water_heater.w")
    assert restore.stands(kept, state, (planned,), DONE - timedelta(days=900)) is stands
    if stands:
        await restore.async_restore(hass, kept, Context())
    assert found == made


def test_a_snapshot_reads_the_same_after_a_restart() -> None:
    state = State("light.lamp", "on", {"hs_color": (1.5, 2), "effect": None, "color_mode": "hs", "brightness": 7})
    kept = take(state)
    assert kept.attributes == {"hs_color": [1.5, 2], "color_mode": "hs", "brightness": 7}
    assert from_plain(Snapshot, to_plain(kept)) == kept
    assert restore.missing(from_plain(Snapshot, to_plain(kept)), state) == ()
