"""Voice: only where somebody is and nobody is disturbed, one question, nothing dangerous by word of mouth."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from homeassistant.core import HomeAssistant, ServiceCall, SupportsResponse
from homeassistant.exceptions import HomeAssistantError
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.proactive_assistant.assistant.enums import (
    Activity,
    Category,
    Channel,
    HomeMode,
    PhoneState,
    RiskClass,
)
from custom_components.proactive_assistant.assistant.facts import PlannedAction, Suggestion
from custom_components.proactive_assistant.const import CONF_VOICE_CAP, CONF_VOICE_SATELLITES
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.delivery.channels import Parcel
from custom_components.proactive_assistant.delivery.words import Message
from custom_components.proactive_assistant.storage.ledger import Offer, entry_for

from ...conftest import ANNA, LAMP, TV, Clock, House, Phone, kinds, setup
from ...factories import decision, light_off, moment, suggestion

SATELLITE = "assist_satellite.living_room"
MOTION = "binary_sensor.living_room_motion"


@dataclass
class Satellite:
    """A pretend satellite: what it was asked and told, and what it will hear."""

    hass: HomeAssistant
    hears: list[str | None] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    broken: bool = False

    async def ask(self, call: ServiceCall) -> dict[str, Any]:
        if self.broken:
            raise HomeAssistantError("no speaker")
        self.asked.append(call.data["question"])
        self.hass.states.async_set(SATELLITE, "listening")
        heard = self.hears.pop(0) if self.hears else None
        self.hass.states.async_set(SATELLITE, "idle")
        await self.hass.async_block_till_done()
        if heard is None:
            raise HomeAssistantError("No answer from question")
        return {"id": heard, "sentence": heard, "slots": {}}

    async def announce(self, call: ServiceCall) -> None:
        self.said.append(call.data["message"])


@pytest.fixture
def satellite(hass: HomeAssistant, house: House) -> Satellite:
    found = Satellite(hass)
    house.add(SATELLITE, "idle", area="Living room")
    hass.services.async_register(
        "assist_satellite", "ask_question", found.ask, supports_response=SupportsResponse.OPTIONAL
    )
    hass.services.async_register("assist_satellite", "announce", found.announce)
    return found


@pytest.fixture
async def voiced(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry, satellite: Satellite
) -> Coordinator:
    """Return an assistant that may speak, with Anna in the living room."""
    hass.config_entries.async_update_entry(entry, options={CONF_VOICE_SATELLITES: [SATELLITE]})
    assert await setup(hass, entry, clock)
    house.set(MOTION, "on")
    await clock.settle()
    coordinator: Coordinator = entry.runtime_data
    return coordinator


def reaches(coordinator: Coordinator, clock: Clock) -> bool:
    return Channel.SPEAKER in coordinator.post.channels(coordinator.residents["anna"], clock.now)


def spoken(coordinator: Coordinator, clock: Clock, item: Suggestion | None = None, **changes: Any) -> Parcel:
    """Return an open message on its way to the speaker."""
    item = item or suggestion("appliance_done", created=clock.now, expires=clock.now + timedelta(hours=2))
    parcel = Parcel(
        **{
            "resident": coordinator.residents["anna"],
            "suggestion": item,
            "decision": decision(channel=Channel.SPEAKER),
            "message": Message(title="Finished", body="Washing machine · not emptied yet"),
            "now": clock.now,
            "token": "token",
            **changes,
        }
    )
    coordinator.files.ledger.offers["token"] = Offer(
        token="token",
        resident="anna",
        suggestion=item,
        moment=moment(),
        decision=parcel.decision,
        at=clock.now,
        title="",
        message="",
    )
    return parcel


async def say(hass: HomeAssistant, coordinator: Coordinator, parcel: Parcel) -> str | None:
    route = await coordinator.post.async_deliver(parcel)
    await hass.async_block_till_done(wait_background_tasks=True)
    return route.key if route else None


# When --------------------------------------------------------------------------------------------


async def test_it_is_off_until_a_satellite_is_chosen(
    coordinator: Coordinator, satellite: Satellite, house: House, clock: Clock
) -> None:
    house.set(MOTION, "on")
    await clock.settle()
    assert not reaches(coordinator, clock)


async def test_it_speaks_where_somebody_is(voiced: Coordinator, clock: Clock) -> None:
    assert reaches(voiced, clock)


type Change = Callable[[Coordinator, House], object]


def _sense(coordinator: Coordinator, **changes: Any) -> None:
    watch = coordinator.residents["anna"].watch
    assert watch.last is not None
    watch.last = replace(watch.last, **changes)


CHANGES: dict[str, Change] = {
    "switched off": lambda c, _h: setattr(c.controls, "voice", False),
    "something plays": lambda _c, h: h.set(TV, "playing"),
    "nobody home": lambda _c, h: h.set(ANNA, "not_home"),
    "satellite busy": lambda _c, h: h.set(SATELLITE, "responding"),
    "satellite dead": lambda _c, h: h.set(SATELLITE, "unavailable"),
    "guests": lambda c, _h: setattr(c, "mode", HomeMode.GUEST),
    "party": lambda c, _h: setattr(c, "mode", HomeMode.PARTY),
    "a call": lambda c, _h: _sense(c, phone=PhoneState.CALL),
    "on the phone": lambda c, _h: _sense(c, activity=Activity.CALL),
    "asleep": lambda c, _h: _sense(c, activity=Activity.ASLEEP),
    "a film": lambda c, _h: _sense(c, activity=Activity.MEDIA),
    "do not disturb": lambda c, _h: _sense(c, phone=PhoneState.FOCUS),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_it_is_silent_when(voiced: Coordinator, house: House, clock: Clock, change: Change) -> None:
    change(voiced, house)
    assert not reaches(voiced, clock)


async def test_it_is_silent_in_an_empty_room(voiced: Coordinator, house: House, clock: Clock) -> None:
    house.set(MOTION, "off")
    await clock.forward(minutes=2)
    assert reaches(voiced, clock), "a sensor lets go while somebody reads"
    await clock.forward(minutes=2)
    assert not reaches(voiced, clock)


async def test_it_is_silent_in_quiet_hours(voiced: Coordinator, house: House, clock: Clock) -> None:
    await clock.forward(hours=10, minutes=1)
    house.set(MOTION, "off")
    house.set(MOTION, "on")
    assert not reaches(voiced, clock)


async def test_a_satellite_without_a_room_never_speaks(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry, satellite: Satellite
) -> None:
    house.add("assist_satellite.nowhere", "idle")
    hass.config_entries.async_update_entry(entry, options={CONF_VOICE_SATELLITES: ["assist_satellite.nowhere"]})
    assert await setup(hass, entry, clock)
    house.set(MOTION, "on")
    await clock.settle()
    assert not reaches(entry.runtime_data, clock)


async def test_two_a_day_two_hours_apart(voiced: Coordinator, house: House, clock: Clock) -> None:
    resident = voiced.residents["anna"]
    told = decision(channel=Channel.SPEAKER)
    for _ in range(2):
        assert reaches(voiced, clock)
        voiced.files.ledger.note(entry_for("offered", clock.now, resident.id, suggestion(), told))
        assert not reaches(voiced, clock)
        await clock.forward(hours=2, minutes=1)
    assert not reaches(voiced, clock), "two are enough"


async def test_the_cap_may_be_none(
    hass: HomeAssistant, house: House, phone: Phone, clock: Clock, entry: MockConfigEntry, satellite: Satellite
) -> None:
    hass.config_entries.async_update_entry(entry, options={CONF_VOICE_SATELLITES: [SATELLITE], CONF_VOICE_CAP: 0})
    assert await setup(hass, entry, clock)
    house.set(MOTION, "on")
    await clock.settle()
    assert not reaches(entry.runtime_data, clock)


# What --------------------------------------------------------------------------------------------


async def test_one_sentence_that_says_who_speaks_and_a_question(
    hass: HomeAssistant, voiced: Coordinator, satellite: Satellite, clock: Clock, account: list[dict[str, Any]]
) -> None:
    satellite.hears = ["yes"]
    assert await say(hass, voiced, spoken(voiced, clock)) == "voice"
    assert satellite.asked == ["Home suggestion: Finished. Washing machine, not emptied yet. All right?"]
    assert satellite.said == ["All right."]
    assert kinds(account) == ["accepted appliance_done"]


@pytest.mark.parametrize(("heard", "reply"), [("no", "not_now"), ("later", "later")])
async def test_other_answers(
    hass: HomeAssistant,
    voiced: Coordinator,
    satellite: Satellite,
    clock: Clock,
    account: list[dict[str, Any]],
    heard: str,
    reply: str,
) -> None:
    satellite.hears = [heard]
    await say(hass, voiced, spoken(voiced, clock))
    assert kinds(account) == [f"{reply} appliance_done"]
    assert len(satellite.said) == 1


async def test_yes_does_what_was_asked(
    hass: HomeAssistant, voiced: Coordinator, house: House, satellite: Satellite, clock: Clock
) -> None:
    house.set(LAMP, "on")
    await clock.settle()
    item = suggestion(
        "ventilate", created=clock.now, expires=clock.now + timedelta(hours=1), actions=(light_off(LAMP),)
    )
    satellite.hears = ["yes"]
    await say(hass, voiced, spoken(voiced, clock, item))
    assert satellite.asked[0].endswith("Shall I?")
    assert hass.states.get(LAMP).state == "off"


async def test_silence_is_no_answer(
    hass: HomeAssistant,
    voiced: Coordinator,
    satellite: Satellite,
    phone: Phone,
    clock: Clock,
    account: list[dict[str, Any]],
) -> None:
    assert await say(hass, voiced, spoken(voiced, clock)) == "voice"
    assert len(satellite.asked) == 1
    assert not satellite.said
    assert kinds(account) == []
    assert not phone.messages, "it was said; it is not said again elsewhere"
    assert "token" in voiced.files.ledger.offers


async def test_why_is_answered_and_asked_again_once(
    hass: HomeAssistant, voiced: Coordinator, satellite: Satellite, clock: Clock, account: list[dict[str, Any]]
) -> None:
    satellite.hears = ["why", "why"]
    await say(hass, voiced, spoken(voiced, clock))
    assert satellite.asked[1] == "This seems to be a good moment for it. All right?"
    assert len(satellite.asked) == 2
    assert kinds(account) == []


async def test_what_raises_security_is_sent_to_the_phone_and_never_done_by_a_voice(
    hass: HomeAssistant, voiced: Coordinator, house: House, satellite: Satellite, phone: Phone, clock: Clock
) -> None:
    house.add("lock.front_door", "unlocked", area="Hall")
    calls: list[ServiceCall] = []
    hass.services.async_register("lock", "lock", calls.append)
    await clock.forward(seconds=10)
    lock = PlannedAction(domain="lock", action="lock", entity_ids=("lock.front_door",), risk=RiskClass.A3)
    item = suggestion(
        "lock_check",
        created=clock.now,
        expires=clock.now + timedelta(hours=1),
        risk=RiskClass.A3,
        actions=(lock,),
    )
    satellite.hears = ["yes"]
    await say(hass, voiced, spoken(voiced, clock, item))
    assert not calls
    assert satellite.said == ["That needs an unlocked phone: sent to your phone."]
    assert phone.messages[0]["data"]["actions"][0]["authenticationRequired"] is True
    phone.dead = True
    satellite.hears = ["yes"]
    await say(hass, voiced, spoken(voiced, clock, item))
    assert satellite.said[1] == "That needs an unlocked phone, and yours cannot be reached."
    assert not calls


async def test_health_is_never_spoken(
    hass: HomeAssistant, voiced: Coordinator, satellite: Satellite, phone: Phone, clock: Clock
) -> None:
    item = suggestion("routine_due", category=Category.CARE, created=clock.now, expires=clock.now + timedelta(hours=1))
    assert await say(hass, voiced, spoken(voiced, clock, item)) == "phone"
    assert not satellite.asked


async def test_something_personal_waits_for_the_phone_in_company(
    hass: HomeAssistant, voiced: Coordinator, house: House, satellite: Satellite, clock: Clock
) -> None:
    life = {"created": clock.now, "expires": clock.now + timedelta(hours=1)}
    item = suggestion("appliance_done", category=Category.CHORES, persons=(ANNA,), **life)
    for name in ("ben", "cleo"):
        hass.states.async_set(f"person.{name}", "home", {"friendly_name": name.capitalize()})
    await hass.async_block_till_done()
    voiced.home.people = (ANNA, "person.ben", "person.cleo")
    assert await say(hass, voiced, spoken(voiced, clock, item)) == "phone"
    # Whoever is told of it, an open window is the house's business.
    open_still = suggestion("opening_left", category=Category.SECURITY, persons=(ANNA,), **life)
    assert await say(hass, voiced, spoken(voiced, clock, open_still)) == "voice"
    hass.states.async_set("person.cleo", "not_home", {"friendly_name": "Cleo"})
    assert await say(hass, voiced, spoken(voiced, clock, item)) == "voice"


async def test_nobody_who_is_away_is_named(
    hass: HomeAssistant, voiced: Coordinator, satellite: Satellite, clock: Clock
) -> None:
    hass.states.async_set("person.ben", "not_home", {"friendly_name": "Ben"})
    voiced.home.people = (ANNA, "person.ben")
    named = Message(title="Finished", body="Ben's washing")
    assert await say(hass, voiced, spoken(voiced, clock, message=named)) == "phone"
    hass.states.async_set("person.ben", "home", {"friendly_name": "Ben"})
    assert await say(hass, voiced, spoken(voiced, clock, message=named)) == "voice"


async def test_a_satellite_that_cannot_speak_hands_over_to_the_phone_and_is_left_alone(
    hass: HomeAssistant, voiced: Coordinator, satellite: Satellite, phone: Phone, clock: Clock
) -> None:
    satellite.broken = True
    assert await say(hass, voiced, spoken(voiced, clock)) == "voice"
    assert len(phone.messages) == 1
    assert not reaches(voiced, clock)


async def test_an_answer_after_somebody_else_has_dealt_with_it_changes_nothing(
    hass: HomeAssistant, voiced: Coordinator, satellite: Satellite, clock: Clock, account: list[dict[str, Any]]
) -> None:
    parcel = spoken(voiced, clock)
    del voiced.files.ledger.offers["token"]
    satellite.hears = ["yes"]
    await say(hass, voiced, parcel)
    assert satellite.said == ["That is settled already."]
    assert kinds(account) == []
