"""Fixtures of the whole suite: one line to arrange a home, a resident, a phone."""

import custom_components  # noqa: F401, I001 - before the test plug-in's own folder of that name

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_FRIENDLY_NAME
from homeassistant.core import Context, Event, EventOrigin, HomeAssistant, ServiceCall, callback
from homeassistant.helpers import area_registry as ar
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    async_fire_time_changed,
    mock_integration,
)
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

from custom_components.proactive_assistant.assistant.assistant import Assistant
from custom_components.proactive_assistant.const import (
    CONF_PERSON,
    DOMAIN,
    EVENT_DECISION,
    SUBENTRY_RESIDENT,
)
from custom_components.proactive_assistant.coordinator import Coordinator
from custom_components.proactive_assistant.delivery.desk import EVENT_ACTION

ANNA = "person.anna"
ANNA_USER = "anna-user"
WINDOW = "binary_sensor.kitchen_window"
WASHER = "sensor.washing_machine"
WASHER_DOOR = "binary_sensor.washing_machine_door"
LAMP = "light.living_room_ceiling"
TV = "media_player.living_room_tv"


@pytest.fixture(autouse=True)
def _custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let Home Assistant load ours, in tests that have a Home Assistant."""
    if "hass" in request.fixturenames:
        request.getfixturevalue("enable_custom_integrations")


@pytest.fixture(autouse=True)
def _table(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge by the table in tests that have a Home Assistant: what it says is known and does not change.

    Tests marked `real_engine` load what ships.
    """
    if "hass" not in request.fixturenames or request.node.get_closest_marker("real_engine"):
        return
    assistant = Assistant.load("table")
    monkeypatch.setattr(Assistant, "load", classmethod(lambda _cls, _engine="auto": assistant))


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Return snapshots that know Home Assistant's objects."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@dataclass
class Phone:
    """A pretend companion app: what it received, and its buttons."""

    hass: HomeAssistant
    user_id: str
    service: str
    received: list[dict[str, Any]] = field(default_factory=list)
    dead: bool = False

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Return what was shown, without the commands to clear."""
        return [item for item in self.received if item["message"] != "clear_notification"]

    @property
    def cleared(self) -> list[str]:
        """Return the tags that were cleared."""
        return [item["data"]["tag"] for item in self.received if item["message"] == "clear_notification"]

    async def press(self, button: int, message: int = -1, user_id: str | None = None) -> None:
        """Press a button of a message, as this phone or as somebody else's."""
        action = self.messages[message]["data"]["actions"][button]["action"]
        await self.send(action, user_id)

    async def send(self, action: Any, user_id: str | None = None) -> None:
        """Send an action id as the companion app would."""
        self.hass.bus.async_fire(
            EVENT_ACTION,
            {"action": action},
            origin=EventOrigin.remote,
            context=Context(user_id=user_id or self.user_id),
        )
        await self.hass.async_block_till_done(wait_background_tasks=True)


def add_phone(hass: HomeAssistant, name: str, user_id: str) -> Phone:
    """Register a companion app the way core's entry looks, with its notify action."""
    mock_integration(hass, MockModule("mobile_app"))
    entry = MockConfigEntry(
        domain="mobile_app",
        data={"device_name": name, "user_id": user_id, "webhook_id": f"hook-{user_id}"},
        state=ConfigEntryState.LOADED,
    )
    entry.add_to_hass(hass)
    phone = Phone(hass, user_id, f"mobile_app_{name}")

    @callback
    def receive(call: ServiceCall) -> None:
        if phone.dead:
            msg = "not connected"
            raise TimeoutError(msg)
        phone.received.append(dict(call.data))

    hass.services.async_register("notify", phone.service, receive)
    return phone


@pytest.fixture
def phone(hass: HomeAssistant) -> Phone:
    """Return Anna's phone."""
    return add_phone(hass, "annas_phone", ANNA_USER)


@dataclass
class House:
    """A small furnished house whose states a test moves by hand."""

    hass: HomeAssistant

    def add(
        self,
        entity_id: str,
        state: str,
        *,
        area: str | None = None,
        device: str | None = None,
        platform: str = "test",
        **attributes: Any,
    ) -> str:
        """Add a registered entity in an area, on a device."""
        domain, object_id = entity_id.split(".")
        entry = MockConfigEntry(domain=platform)
        entry.add_to_hass(self.hass)
        device_id = None
        if device is not None:
            device_id = (
                dr.async_get(self.hass)
                .async_get_or_create(config_entry_id=self._device_owner(), identifiers={("test", device)}, name=device)
                .id
            )
        er.async_get(self.hass).async_get_or_create(
            domain,
            platform,
            object_id,
            suggested_object_id=object_id,
            original_name=object_id.replace("_", " ").capitalize(),
            original_device_class=attributes.get(ATTR_DEVICE_CLASS),
            device_id=device_id,
        )
        if area is not None:
            registry = ar.async_get(self.hass)
            found = registry.async_get_area_by_name(area) or registry.async_create(area)
            if device_id is None:
                er.async_get(self.hass).async_update_entity(entity_id, area_id=found.id)
            else:
                dr.async_get(self.hass).async_update_device(device_id, area_id=found.id)
        attributes.setdefault(ATTR_FRIENDLY_NAME, object_id.replace("_", " ").capitalize())
        self.hass.states.async_set(entity_id, state, attributes)
        return entity_id

    def _device_owner(self) -> str:
        owners = self.hass.config_entries.async_entries("test_devices")
        if not owners:
            owner = MockConfigEntry(domain="test_devices")
            owner.add_to_hass(self.hass)
            return owner.entry_id
        return owners[0].entry_id

    def set(self, entity_id: str, state: str) -> None:
        """Change a state and keep the attributes."""
        old = self.hass.states.get(entity_id)
        self.hass.states.async_set(entity_id, state, old.attributes if old else None)


@pytest.fixture
def house(clock: Clock) -> House:
    """Return a house with a window, a washing machine, a lamp and a TV; Anna is at home.

    It is furnished by the clock that the test lives by: what changed by the real one may lie in its future.
    """
    hass = clock.hass
    house = House(hass)
    hass.states.async_set(ANNA, "home", {"user_id": ANNA_USER, ATTR_FRIENDLY_NAME: "Anna"})
    house.add(WINDOW, "off", area="Kitchen", device_class="window")
    house.add(
        WASHER,
        "idle",
        area="Utility room",
        device="Washing machine",
        device_class="enum",
        options=["idle", "running", "finished"],
    )
    house.add(WASHER_DOOR, "off", device="Washing machine", device_class="door")
    house.add(LAMP, "off", area="Living room")
    house.add(TV, "off", area="Living room")
    house.add("binary_sensor.living_room_motion", "off", area="Living room", device_class="motion")
    for domain, actions in (("light", ("turn_off",)), ("media_player", ("turn_off",))):
        for action in actions:
            hass.services.async_register(domain, action, _turner(house))
    return house


def _turner(house: House) -> Callable[[ServiceCall], Awaitable[None]]:
    async def turn_off(call: ServiceCall) -> None:
        for entity_id in call.data["entity_id"]:
            old = house.hass.states.get(entity_id)
            house.hass.states.async_set(entity_id, "off", old.attributes if old else None, context=call.context)

    return turn_off


def resident_data(person: str = ANNA, title: str = "Anna") -> dict[str, Any]:
    """Return the subentry of a resident."""
    return {
        "data": {CONF_PERSON: person},
        "subentry_type": SUBENTRY_RESIDENT,
        "title": title,
        "unique_id": person,
        "subentry_id": person.removeprefix("person."),
    }


@pytest.fixture
def entry(hass: HomeAssistant) -> MockConfigEntry:
    """Return an entry with Anna as its resident, not yet set up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Proactive Assistant",
        entry_id="entry",
        unique_id=None,
        subentries_data=[resident_data()],
    )
    entry.add_to_hass(hass)
    return entry


@dataclass
class Clock:
    """Moves time in steps small enough that every timer in between fires in its turn."""

    hass: HomeAssistant
    freezer: FrozenDateTimeFactory

    @property
    def now(self) -> datetime:
        """Return the present."""
        return dt_util.utcnow()

    async def settle(self) -> None:
        """Let what has just changed be looked at."""
        await self.forward(seconds=3)

    async def forward(self, **time: float) -> None:
        """Pass time, half a minute at most per step."""
        left = timedelta(**time)
        while left > timedelta():
            step = min(left, timedelta(seconds=30))
            left -= step
            self.freezer.tick(step)
            async_fire_time_changed(self.hass, dt_util.utcnow())
            await self.hass.async_block_till_done(wait_background_tasks=True)


NOON = datetime(2026, 11, 24, 12, 0, tzinfo=dt_util.UTC)
"""A Tuesday, far from the quiet hours."""


@pytest.fixture
async def clock(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Clock:
    """Return a clock that stands at a Tuesday noon."""
    await hass.config.async_set_time_zone("UTC")
    freezer.move_to(NOON)
    # A jump of the clock is no slow callback.
    hass.loop.slow_callback_duration = float("inf")
    return Clock(hass, freezer)


@pytest.fixture
async def coordinator(
    hass: HomeAssistant, clock: Clock, house: House, phone: Phone, entry: MockConfigEntry
) -> Coordinator:
    """Return the running assistant of Anna's house."""
    assert await setup(hass, entry, clock)
    return entry.runtime_data


async def setup(hass: HomeAssistant, entry: MockConfigEntry, clock: Clock) -> bool:
    """Set the entry up and let it look around once."""
    await async_setup_component(hass, "homeassistant", {})
    done = await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await clock.settle()
    return done


@pytest.fixture
def account(hass: HomeAssistant) -> Iterator[list[dict[str, Any]]]:
    """Return what the bus says of decisions and replies, as it grows."""
    found: list[dict[str, Any]] = []

    @callback
    def note(event: Event[Any]) -> None:
        found.append(dict(event.data))

    stop = hass.bus.async_listen(EVENT_DECISION, note)
    yield found
    stop()


def kinds(account: list[dict[str, Any]]) -> list[str]:
    """Return type and kind of every line."""
    return [f"{item['type']} {item['kind']}" for item in account]
