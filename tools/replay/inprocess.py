"""A replay in this process: a real core object, the real integration, and time that is never waited for."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType, SimpleNamespace
from typing import Any, Final, cast

from homeassistant import loader
from homeassistant.auth import auth_manager_from_config
from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentryDataWithId
from homeassistant.core import Context, Event, EventOrigin, HomeAssistant, ServiceCall, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

import custom_components
from custom_components.proactive_assistant.assistant.assistant import Assistant
from custom_components.proactive_assistant.const import CONF_PERSON, DOMAIN, EVENT_DECISION, SUBENTRY_RESIDENT
from custom_components.proactive_assistant.coordinator import Coordinator
from tools.demo.phone import Push, read
from tools.sensing.core import running_core
from tools.sensing.fittings import Fitting
from tools.sensing.play import Player
from tools.sensing.stage import Stage

from .clock import VirtualClock, run_from
from .errors import ReplayError
from .journal import Journal
from .life import SERVICES, Life
from .memory import Remembering
from .scene import Person, Scene
from .tells import ELSE, PHONE_TELLS, SENSOR_DOMAINS

EVENT_ACTION: Final = "mobile_app_notification_action"


class _Furniture(Player):
    """Puts a home into the registries; who watches it is the integration itself."""

    def _begin(self) -> None:
        """Leave the watching to the integration."""

    def _attributes(self, fitting: Fitting) -> dict[str, Any]:
        found = super()._attributes(fitting)
        return found | ({"user_id": _user(fitting.key)} if fitting.domain == "person" else {})


def _user(key: str) -> str:
    return f"user-{key.replace(':', '-')}"


class _Nobody:
    """Takes what a platform would register with the web server."""

    def __getattr__(self, _name: str) -> Callable[..., None]:
        """Accept everything."""
        return lambda *_args, **_kwargs: None


class CorePort:
    """A core in this process that can be lived in."""

    def __init__(self, hass: HomeAssistant, scene: Scene, clock: VirtualClock) -> None:
        self.hass = hass
        self.scene = scene
        self._clock = clock
        stage = SimpleNamespace(
            plan=SimpleNamespace(fittings=scene.fittings, areas=scene.areas, language=scene.language),
            house=SimpleNamespace(calendar=SimpleNamespace(start=scene.start)),
        )
        self._furniture = _Furniture(hass, cast("Stage", stage))
        self.keys: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.life: Life | None = None
        self.entry: ConfigEntry[Coordinator] | None = None

    @property
    def now(self) -> float:
        """Return minutes since the scene's start."""
        return self._clock.elapsed / 60

    @property
    def coordinator(self) -> Coordinator:
        """Return the running integration."""
        if self.entry is None or self.entry.state is not ConfigEntryState.LOADED:
            raise ReplayError("the integration did not start; see the log above")
        return self.entry.runtime_data

    # Arranging ----------------------------------------------------------------------------------

    async def furnish(self, options: Mapping[str, Any]) -> None:
        """Put the home, the phones and the integration in place."""
        hass = self.hass
        hass.config.skip_pip = True
        loader.async_setup(hass)
        # Platforms ask for a server to show themselves in; in this process nobody looks.
        hass.config.components.update(("http", "websocket_api", "frontend"))
        hass.http = cast("Any", _Nobody())
        if not hasattr(hass, "auth"):
            hass.auth = await auth_manager_from_config(hass, [], [])
        self._furniture.arrange()
        self.ids, self.keys = self._furniture.ids, self._furniture.keys
        for name in SERVICES:
            domain, service = name.split(".")
            hass.services.async_register(domain, service, self._called)
        for person in self.scene.people:
            self._phone(person)
        await async_setup_component(hass, "homeassistant", {})
        hass.bus.async_listen(EVENT_DECISION, self._decided)
        self.entry = ConfigEntry(
            data={},
            discovery_keys=MappingProxyType({}),
            domain=DOMAIN,
            minor_version=1,
            options=dict(options),
            source="user",
            subentries_data=[self._resident(person) for person in self.scene.people],
            title="Proactive Assistant",
            unique_id=None,
            version=1,
        )
        await hass.config_entries.async_add(self.entry)
        if self.entry.state is not ConfigEntryState.LOADED:
            raise ReplayError(f"the integration did not start: {self.entry.reason or self.entry.state}")

    def _resident(self, person: Person) -> ConfigSubentryDataWithId:
        return ConfigSubentryDataWithId(
            data=MappingProxyType({CONF_PERSON: self.ids[person.key]}),
            subentry_type=SUBENTRY_RESIDENT,
            title=f"Resident {person.member}",
            unique_id=self.ids[person.key],
            subentry_id=f"member{person.member}",
        )

    def _phone(self, person: Person) -> None:
        """Register a companion app as core's entry of one looks, with its sensors and its notify action."""
        hass, name = self.hass, f"phone_{person.member}"
        hook = f"hook{person.member}"
        entry: ConfigEntry[Any] = ConfigEntry(
            data={
                "device_name": name,
                "user_id": _user(person.key),
                "webhook_id": hook,
                # Half of the phones are of each maker; theirs have different numbers of buttons.
                "manufacturer": maker(person),
            },
            discovery_keys=MappingProxyType({}),
            domain="mobile_app",
            minor_version=1,
            options={},
            source="user",
            state=ConfigEntryState.LOADED,
            subentries_data=(),
            title=name,
            unique_id=None,
            version=1,
        )
        hass.config_entries._entries[entry.entry_id] = entry  # noqa: SLF001 - its integration needs a server
        for sensor in PHONE_TELLS:
            er.async_get(hass).async_get_or_create(
                SENSOR_DOMAINS.get(sensor, "binary_sensor"),
                "mobile_app",
                f"{hook}_{sensor}",
                suggested_object_id=f"{name}_{sensor}",
                config_entry=entry,
            )

        async def notify(call: ServiceCall) -> None:
            if self.life is not None:
                self.life.pushed(person, read(dict(call.data)))

        hass.services.async_register("notify", f"mobile_app_{name}", notify)

    # Home Assistant to us -----------------------------------------------------------------------

    async def _called(self, call: ServiceCall) -> None:
        entities = call.data.get("entity_id", [])
        if self.life is not None:
            found = [entities] if isinstance(entities, str) else list(entities)
            self.life.called(f"{call.domain}.{call.service}", found, call.data)
            # A device obeys before the call returns.
            await self.life._move()  # noqa: SLF001

    @callback
    def _decided(self, event: Event[Any]) -> None:
        if self.life is not None:
            person = next((p for p in self.scene.people if self.ids[p.key] == event.data.get("person_id")), None)
            self.life.decided(event.data, person)

    # Us to Home Assistant -----------------------------------------------------------------------

    async def wait(self, until: float, wake: asyncio.Event) -> None:
        """Let time pass until a minute, or until somebody wakes us."""
        if until <= self.now:
            await asyncio.sleep(0)
            return
        try:
            async with asyncio.timeout((until - self.now) * 60):
                await wake.wait()
        except TimeoutError:
            return

    async def write(self, key: str, state: str, attributes: Mapping[str, Any]) -> None:
        """Set an entity of the home."""
        fitting = self.scene.fittings[key]
        self.hass.states.async_set(
            self.ids[key],
            state,
            {**self._furniture._attributes(fitting), **attributes},  # noqa: SLF001
        )

    async def tell(self, person: Person, state: str) -> None:
        """Let a phone tell a PhoneState of its owner."""
        for sensor, says in PHONE_TELLS.items():
            domain = SENSOR_DOMAINS.get(sensor, "binary_sensor")
            value = says.get(state, ELSE.get(sensor, "off"))
            dead = state == "unreachable"
            self.hass.states.async_set(f"{domain}.phone_{person.member}_{sensor}", "unavailable" if dead else value)

    async def press(self, person: Person, push: Push, action: str) -> None:
        """Press a button of a notification, as the app does from outside."""
        self.hass.bus.async_fire(
            EVENT_ACTION,
            {"action": action, "tag": push.tag, "device_id": f"phone_{person.member}"},
            origin=EventOrigin.remote,
            context=Context(user_id=_user(person.key)),
        )

    async def about(self, person: Person, situation: str) -> dict[str, Any]:
        """Return what is known of an offered situation."""
        thread = self.coordinator.threads.open.get(situation)
        found: dict[str, Any] = {"entities": thread.suggestion.entity_ids if thread is not None else ()}
        decision = None if thread is None else thread.decisions.get(f"member{person.member}")
        if decision is not None:
            found |= {
                "level": decision.level.name.lower(),
                "length": decision.style.length.value,
                "tone": decision.style.tone.value,
                "with_reason": decision.style.with_reason,
            }
        return found


def maker(person: Person) -> str:
    """Return who made a person's phone."""
    return "Apple" if person.member % 2 == 0 else "Google"


def load_assistant() -> Assistant:
    """Return the assistant that ships, on the engine that needs no process beside this one, with a memory."""
    shipped = Assistant.load("numpy")
    return Assistant(Remembering(shipped.engine), "a replay in this process")


type Watcher = Callable[[CorePort, Life], Any]


async def _live(scene: Scene, clock: VirtualClock, options: Mapping[str, Any], watch: Sequence[Watcher]) -> Journal:
    assert custom_components.__path__
    journal = Journal()
    async with running_core() as hass:
        port = CorePort(hass, scene, clock)
        await port.furnish(options)
        port.life = life = Life(scene, port, journal)
        watching = [asyncio.ensure_future(watcher(port, life)) for watcher in watch]
        await life.live()
        for watcher in watching:
            # One that failed fails the replay: what it should have seen is missing.
            if watcher.done():
                watcher.result()
            watcher.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        assert port.entry is not None
        await hass.config_entries.async_unload(port.entry.entry_id)
    return journal


def replay(scene: Scene, options: Mapping[str, Any] | None = None, watch: Sequence[Watcher] = ()) -> Journal:
    """Live a scene on a core in this process and return the account."""
    logging.getLogger("homeassistant").setLevel(logging.ERROR)
    assistant = load_assistant()
    before, zone = Assistant.__dict__["load"], dt_util.get_default_time_zone()
    # One model for all runs of this process, and no worker beside it: its pipe would wait in real time.
    Assistant.load = classmethod(lambda _cls, *_args, **_kwargs: assistant)  # type: ignore[method-assign,assignment]
    try:
        return run_from(scene.start, lambda clock: _live(scene, clock, options or {}, watch))
    finally:
        Assistant.load = before  # type: ignore[method-assign]
        dt_util.set_default_time_zone(zone)
