"""A replay on an instance behind a URL: pushed states, a phone through the app's own door, the instance's own clock."""

import asyncio
import re
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Self

from tools.demo.phone import Push, read
from tools.simulate.clock import DAY

from .connection import Connection, RefusedError
from .errors import InstanceGoneError, ReplayError
from .life import DOMAINS, Life
from .scene import Person, Scene
from .tells import ELSE, PHONE_TELLS, SENSOR_DOMAINS
from .visit import DOMAIN, MARK, PERSON, PHONE, clean

BACK: Final = 180.0
"""Seconds in which an instance that went away may come back."""
_FOLLOW: Final = 20.0
"""Real seconds between two readings of the instance's clock."""
_LONG: Final = 10.0
"""Real seconds after which two readings tell a pace well."""
_JUMP: Final = 5.0
"""Real seconds by which a clock that runs evenly is never off."""
_EVENT_DECISION: Final = f"{DOMAIN}_decision"
_AWAY_DEGREES: Final = 0.018
"""Two kilometres to the north: outside every usual zone."""
_BASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "person": "home", "lock": "locked", "cover": "closed", "media_player": "off", "weather": "cloudy",
        "alarm_control_panel": "disarmed", "vacuum": "docked", "sensor": "unknown",
    }
)  # fmt: skip


def entity_id(key: str, domain: str) -> str:
    """Return the entity that stands for a thing of the scene."""
    return f"{domain}.{MARK}{re.sub(r'[^a-z0-9]+', '_', key.lower()).strip('_')}"


class Clock:
    """The instance's own time, as far as it runs evenly between two readings."""

    def __init__(self, at: float, read_at: float, speed: float) -> None:
        self._at, self._read_at, self.speed = at, read_at, speed
        self._first = (at, read_at)

    @classmethod
    async def read(cls, connection: Connection, patience: float = 2.0) -> tuple[Self, datetime]:
        """Ask an instance twice what time it is; return its clock and its local time."""
        template = {"template": "{{ utcnow().timestamp() }} {{ now().isoformat() }}"}
        first_at = time.monotonic()
        first = float((await connection.post("/api/template", template)).split()[0])
        await asyncio.sleep(patience)
        at = time.monotonic()
        stamp, local = (await connection.post("/api/template", template)).split()
        speed = (float(stamp) - first) / (at - first_at)
        even = 1.0 if abs(speed - 1) < 0.2 else round(speed)
        return cls(float(stamp), at, max(even, 0.001)), datetime.fromisoformat(local)

    async def follow(self, connection: Connection) -> None:
        """Ask again, and learn the pace over all the time since the first reading: a tenth of a percent is hours."""
        asked_at = time.monotonic()
        stamp = float(await connection.post("/api/template", {"template": "{{ utcnow().timestamp() }}"}))
        at = (asked_at + time.monotonic()) / 2
        if abs(stamp - self.now()) > _JUMP * max(self.speed, 1.0):
            self._first = (stamp, at)  # set anew, or another process: what was before tells nothing of the pace
        elif at - self._first[1] >= _LONG:
            self.speed = max((stamp - self._first[0]) / (at - self._first[1]), 0.001)
        self._at, self._read_at = stamp, at

    def now(self) -> float:
        """Return the instance's time, in seconds since 1970."""
        return self._at + (time.monotonic() - self._read_at) * self.speed


class RemotePort:
    """An instance that can be lived in."""

    def __init__(self, connection: Connection, scene: Scene) -> None:
        self.connection = connection
        self.scene = scene
        self.person = next(person for person in scene.people if person.member == scene.watched)
        self.ids = {key: entity_id(key, fitting.domain) for key, fitting in scene.fittings.items()}
        self.keys: dict[str, str] = {}
        self.life: Life | None = None
        self.begin = 0.0
        """Minute of the scene at which the replay begins."""
        self.restarts = 0
        self._clock: Clock
        self._origin = 0.0
        self._followed = time.monotonic()
        self._phone: Connection | None = None
        self._webhook = ""
        self._password = secrets.token_urlsafe(12)
        self._home = (0.0, 0.0)
        self._written: dict[str, tuple[str, dict[str, Any]]] = {}
        self._login = ""
        self._confirming: set[asyncio.Task[None]] = set()
        self._ours = False
        self._back = asyncio.Lock()
        self.patience = BACK

    # Coming in ----------------------------------------------------------------------------------

    async def furnish(self) -> None:
        """Put the home, the phone, its owner and, where it is missing, the integration in place."""
        await clean(self.connection)
        self._clock, local = await Clock.read(self.connection)
        self._place(local)
        zone = (await self.connection.get("/api/states/zone.home"))["attributes"]
        self._home = (float(zone["latitude"]), float(zone["longitude"]))
        for key, fitting in self.scene.fittings.items():
            if key != self.person.key:
                await self.write(key, _BASES.get(fitting.domain, "off"), {})
        await self._move_in()
        await self._assistant()
        await self._listen()

    async def anew(self) -> None:
        """Read the instance's clock again, after it was let go."""
        self._clock, local = await Clock.read(self.connection)
        self._place(local)

    def _place(self, local: datetime) -> None:
        """Let the scene's day of the same weekday, at the same time of day, be now."""
        days = (local.weekday() - self.scene.start.weekday()) % 7
        minute = local.hour * 60 + local.minute + local.second / 60
        self.begin = days * DAY + minute
        self._origin = self._clock.now() - self.begin * 60

    async def _move_in(self) -> None:
        """Make a user, a person and a phone, as a new resident would."""
        connection = self.connection
        user = (await connection.command("config/auth/create", name=PERSON, group_ids=["system-admin"]))["user"]
        name = f"replay{secrets.token_hex(3)}"
        await connection.command(
            "config/auth_provider/homeassistant/create", user_id=user["id"], username=name, password=self._password
        )
        self._login = name
        person = await connection.command("person/create", name=PERSON, user_id=user["id"], device_trackers=[])
        await self._dial()
        assert self._phone is not None
        answer = await self._phone.post(
            "/api/mobile_app/registrations",
            {
                "app_id": "io.robbie.HomeAssistant",
                "app_name": "Home Assistant",
                "app_version": "2026.10.1",
                "device_name": PHONE,
                "device_id": f"replay-{secrets.token_hex(4)}",
                "manufacturer": "Apple" if self.person.member % 2 == 0 else "Google",
                "model": "Pretend phone",
                "os_name": "iOS" if self.person.member % 2 == 0 else "Android",
                "os_version": "26",
                "supports_encryption": False,
                "app_data": {"push_websocket_channel": True},
            },
        )
        self._webhook = answer["webhook_id"]
        for sensor in PHONE_TELLS:
            await self._hook(
                "register_sensor",
                {
                    "type": SENSOR_DOMAINS.get(sensor, "binary_sensor"),
                    "unique_id": sensor,
                    "name": sensor.replace("_", " "),
                    "state": ELSE.get(sensor, False),
                },
            )
        await self._locate("home")
        states = await connection.get("/api/states")
        people = [s["entity_id"] for s in states if s["attributes"].get("id") == person["id"]]
        self.ids[self.person.key] = people[0] if people else "person.replay_resident"
        self.keys = {entity: key for key, entity in self.ids.items()}

    async def _dial(self) -> None:
        """Log the phone's owner in and open the phone's own connection."""
        client = f"{self.connection.url}/"
        flow = await self.connection.post(
            "/auth/login_flow",
            {"client_id": client, "handler": ["homeassistant", None], "redirect_uri": client},
        )
        done = await self.connection.post(
            f"/auth/login_flow/{flow['flow_id']}",
            {"client_id": client, "username": self._login, "password": self._password},
        )
        token = await self.connection.form(
            "/auth/token", {"grant_type": "authorization_code", "code": done["result"], "client_id": client}
        )
        if self._phone is not None:
            await self._phone.__aexit__()
        self._phone = Connection(self.connection.url, token["access_token"])
        await self._phone.open()

    async def _assistant(self) -> None:
        """Let the assistant know the person, and set it up where it is missing."""
        path = "/api/config/config_entries"
        entries = await self.connection.get(f"{path}/entry?domain={DOMAIN}")
        person = self.ids[self.person.key]
        if entries:
            if entries[0]["state"] != "loaded":
                raise ReplayError(
                    f"Proactive Assistant is there but not running ({entries[0]['state']}); mend it first"
                )
            flow = await self.connection.post(
                f"{path}/subentries/flow", {"handler": [entries[0]["entry_id"], "resident"]}
            )
            done = await self.connection.post(f"{path}/subentries/flow/{flow['flow_id']}", {"person": person})
        else:
            try:
                flow = await self.connection.post(f"{path}/flow", {"handler": DOMAIN})
            except RefusedError as error:
                raise ReplayError(
                    f"{self.connection.url} has no Proactive Assistant; install it (HACS, or copy it into "
                    "custom_components), restart, and try again"
                ) from error
            done = await self.connection.post(f"{path}/flow/{flow['flow_id']}", {"residents": [person]})
            self._ours = done.get("type") == "create_entry"
        if done.get("type") != "create_entry":
            raise ReplayError(f"the assistant did not take the resident: {done.get('errors') or done.get('reason')}")
        missing = set(DOMAINS) - {row["domain"] for row in await self.connection.get("/api/services")}
        if missing and self.life is not None:
            self.life.journal.note(self.begin, "lacks", services=sorted(missing))
        await asyncio.sleep(1.0)  # the entry reloads for a new resident

    async def _listen(self) -> None:
        """Hear decisions, service calls and pushes."""
        assert self._phone is not None
        await self.connection.command("subscribe_events", self._decided, event_type=_EVENT_DECISION)
        await self.connection.command("subscribe_events", self._called, event_type="call_service")
        await self._phone.command(
            "mobile_app/push_notification_channel", self._pushed, webhook_id=self._webhook, support_confirm=False
        )

    # Going --------------------------------------------------------------------------------------

    async def leave(self) -> list[str]:
        """Take everything away again; return what was."""
        if self._phone is not None:
            await self._phone.__aexit__()
            self._phone = None
        gone = await clean(self.connection, list(self._written_ids()))
        if self._ours:
            for entry in await self.connection.get(f"/api/config/config_entries/entry?domain={DOMAIN}"):
                await self.connection.delete(f"/api/config/config_entries/entry/{entry['entry_id']}")
                gone.append("Proactive Assistant")
        return gone

    async def hang_up(self) -> None:
        """Let go of the phone's connection, and of nothing else."""
        if self._phone is not None:
            await self._phone.__aexit__()
            self._phone = None

    def _written_ids(self) -> list[str]:
        return [self.ids[key] for key in self._written]

    # Home Assistant to us -----------------------------------------------------------------------

    def _decided(self, event: Mapping[str, Any]) -> None:
        data = event["data"]
        if self.life is not None and data.get("person_id") in (None, self.ids[self.person.key]):
            self.life.decided(data, self.person if data.get("person_id") else None)

    def _called(self, event: Mapping[str, Any]) -> None:
        data = event["data"]
        found = data.get("service_data", {}).get("entity_id", [])
        entities = [found] if isinstance(found, str) else list(found)
        if self.life is not None and any(item in self.keys for item in entities):
            self.life.called(f"{data['domain']}.{data['service']}", entities, data["service_data"])

    def _pushed(self, event: Mapping[str, Any]) -> None:
        if self._phone is not None and (number := event.get("hass_confirm_id")):
            task = asyncio.get_running_loop().create_task(self._confirm(str(number)))
            self._confirming.add(task)
            task.add_done_callback(self._confirming.discard)
        if self.life is not None:
            self.life.pushed(self.person, read(dict(event)))

    async def _confirm(self, number: str) -> None:
        if self._phone is not None:
            with suppress(ReplayError):
                await self._phone.command(
                    "mobile_app/push_notification_confirm", webhook_id=self._webhook, confirm_id=number
                )

    # Time ---------------------------------------------------------------------------------------

    @property
    def now(self) -> float:
        """Return minutes since the scene's start, by the instance's clock."""
        return (self._clock.now() - self._origin) / 60

    @property
    def speed(self) -> float:
        """Return how fast the instance's clock runs."""
        return self._clock.speed

    async def wait(self, until: float, wake: asyncio.Event) -> None:
        """Let the instance's time pass until a minute, or until somebody wakes us; mend a lost connection."""
        if self.connection.lost.is_set() or (self._phone is not None and self._phone.lost.is_set()):
            await self._come_back()
        if time.monotonic() - self._followed > _FOLLOW:
            self._followed = time.monotonic()
            try:
                await self._clock.follow(self.connection)
            except InstanceGoneError:
                self.connection.lost.set()
        seconds = (until - self.now) * 60 / self.speed
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waits = [asyncio.ensure_future(wake.wait()), asyncio.ensure_future(self.connection.lost.wait())]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in waits:
                waiting.cancel()

    async def _come_back(self) -> None:
        """Wait for an instance that restarts, and put back what it forgot.

        Raises InstanceGoneError when it does not come back.
        """
        async with self._back:
            if not self.connection.lost.is_set() and self._phone is not None and not self._phone.lost.is_set():
                return
            gave_up = time.monotonic() + self.patience
            while True:
                try:
                    await self.connection.close()
                    if (await self.connection.get("/api/config")).get("state") == "RUNNING":
                        await self.connection.open()
                        await self._dial()
                        break
                except InstanceGoneError:
                    if time.monotonic() > gave_up:
                        raise
                await asyncio.sleep(0.5)
            self.restarts += 1
            if self.life is not None:
                self.life.journal.note(self.now, "reconnected")
            for key, (state, attributes) in list(self._written.items()):
                await self._set(key, state, attributes)
            await self._listen()

    # Us to Home Assistant -----------------------------------------------------------------------

    async def write(self, key: str, state: str, attributes: Mapping[str, Any]) -> None:
        """Set an entity of the home; the watched person's place is told by their phone."""
        if key == self.person.key:
            await self._locate(state)
            return
        self._written[key] = (state, dict(attributes))
        try:
            await self._set(key, state, attributes)
        except InstanceGoneError:
            self.connection.lost.set()  # it is put back with everything else

    async def _set(self, key: str, state: str, attributes: Mapping[str, Any]) -> None:
        fitting = self.scene.fittings[key]
        shown = {"friendly_name": fitting.name, **fitting.attributes, **attributes}
        if fitting.device_class:
            shown["device_class"] = fitting.device_class
        await self.connection.post(f"/api/states/{self.ids[key]}", {"state": state, "attributes": shown})

    async def _locate(self, state: str) -> None:
        latitude, longitude = self._home
        where = latitude if state == "home" else latitude + _AWAY_DEGREES
        await self._hook("update_location", {"gps": [where, longitude], "gps_accuracy": 10, "battery": 80})

    async def _hook(self, kind: str, data: object) -> None:
        try:
            await self.connection.post(f"/api/webhook/{self._webhook}", {"type": kind, "data": data})
        except InstanceGoneError:
            self.connection.lost.set()

    async def tell(self, person: Person, state: str) -> None:
        """Let the phone tell a PhoneState of its owner."""
        if person.member != self.person.member or state == "unreachable":
            return
        rows = []
        for sensor, says in PHONE_TELLS.items():
            domain = SENSOR_DOMAINS.get(sensor, "binary_sensor")
            value: object = says.get(state, ELSE.get(sensor, "off"))
            rows.append(
                {"type": domain, "unique_id": sensor, "state": value == "on" if domain == "binary_sensor" else value}
            )
        await self._hook("update_sensor_states", rows)

    async def press(self, person: Person, push: Push, action: str) -> None:
        """Press a button of a notification, as the app does."""
        data = {"action": action, "tag": push.tag, "device_id": "replay"} | {
            key: value for key, value in push.data.items() if key.startswith("action_")
        }
        await self._hook("fire_event", {"event_type": "mobile_app_notification_action", "event_data": data})

    async def about(self, person: Person, situation: str) -> dict[str, Any]:
        """Ask the assistant what an offer is about; where it does not say, its name does."""
        found: dict[str, Any] = {"entities": [item for item in self.keys if item in situation]}
        try:
            answer = await self.connection.act(f"{DOMAIN}.explain", {"suggestion": situation})
        except ReplayError:
            return found
        found["entities"] = list(answer.get("saw", {}).get("entities", ())) or found["entities"]
        if answer.get("level"):
            found["level"] = answer["level"]
        return found
