"""A pretend phone: registers as Home Assistant's own app does, receives real pushes and presses real buttons."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from tools.demo.client import NAME, Client
from tools.demo.instance import HOST, LATITUDE, LONGITUDE

DEVICE: Final = f"{NAME} phone"
_HOME: Final = [LATITUDE, LONGITUDE]
# Two kilometres up the road: outside every zone.
_AWAY: Final = [LATITUDE + 0.018, LONGITUDE]
_CLEAR: Final = "clear_notification"


@dataclass(frozen=True, kw_only=True, slots=True)
class Push:
    """One notification as the phone shows it."""

    title: str
    message: str
    tag: str
    buttons: tuple[tuple[str, str], ...]  # (action id, words)
    data: dict[str, Any]

    @property
    def clears(self) -> bool:
        """Say whether it takes a notification away instead of bringing one."""
        return self.message == _CLEAR

    @property
    def asks(self) -> bool:
        """Say whether it wants an answer; what confirms an answer has an undo button at most."""
        return any(words.lower() == "not now" for _action, words in self.buttons)


def read(body: dict[str, Any]) -> Push:
    """Read what Home Assistant posts."""
    data = body.get("data") or {}
    return Push(
        title=body.get("title") or "",
        message=body["message"],
        tag=str(data.get("tag") or ""),
        buttons=tuple((row["action"], row["title"]) for row in data.get("actions") or ()),
        data=data,
    )


@dataclass(kw_only=True)
class Phone:
    """The app on the phone."""

    client: Client
    name: str = DEVICE
    device_id: str = "demo-phone"
    apple: bool = False
    push_url: str = ""
    webhook: str = ""
    inbox: list[Push] = field(default_factory=list)

    async def register(self) -> None:
        """Register as the app does; Home Assistant gives the phone to the person who is logged in."""
        answer = await self.client.post(
            "/api/mobile_app/registrations",
            {
                "app_id": "io.robbie.HomeAssistant" if self.apple else "io.homeassistant.companion.android",
                "app_name": "Home Assistant",
                "app_version": "2026.10.1",
                "device_name": self.name,
                "device_id": self.device_id,
                "manufacturer": "Apple" if self.apple else "Demo",
                "model": "Pretend phone",
                "os_name": "iOS" if self.apple else "Android",
                "os_version": "26" if self.apple else "16",
                "supports_encryption": False,
                "app_data": {"push_url": self.push_url, "push_token": "demo"},
            },
        )
        self.webhook = f"/api/webhook/{answer['webhook_id']}"
        await self._send(
            "register_sensor",
            {
                "type": "binary_sensor",
                "unique_id": "is_charging",
                "name": "Is charging",
                "device_class": "battery_charging",
                "state": False,
            },
        )

    async def _send(self, kind: str, data: object) -> None:
        await self.client.post(self.webhook, {"type": kind, "data": data})

    async def locate(self, *, home: bool) -> None:
        """Report where the phone is."""
        where = {"gps": _HOME if home else _AWAY, "gps_accuracy": 10, "battery": 80}
        await self._send("update_location", where)

    async def charge(self, *, charging: bool) -> None:
        """Report whether the phone is on its charger."""
        row = {"type": "binary_sensor", "unique_id": "is_charging", "state": charging}
        await self._send("update_sensor_states", [row])

    async def press(self, push: Push, action: str, text: str | None = None) -> None:
        """Press a button of a notification, with the text where it asks for one."""
        event = {"action": action, "tag": push.tag, "device_id": self.device_id} | {
            key: value for key, value in push.data.items() if key.startswith("action_")
        }
        if text is not None:
            event["reply_text"] = text
        await self._send(
            "fire_event",
            {"event_type": "mobile_app_notification_action", "event_data": event},
        )

    def take(self) -> list[Push]:
        """Take what has come in."""
        pushes, self.inbox = self.inbox, []
        return pushes

    async def _receive(self, request: web.Request) -> web.Response:
        self.inbox.append(read(await request.json()))
        # What the push service answers; Home Assistant accepts 200, 201 and 202 with any JSON object.
        return web.json_response({"target": "demo"}, status=201)


@asynccontextmanager
async def phone(client: Client, **about: Any) -> AsyncIterator[Phone]:
    """Switch a phone on: not registered yet, but ready to receive."""
    device = Phone(client=client, **about)
    app = web.Application()
    app.router.add_post("/push", device._receive)  # noqa: SLF001 - the server is the phone's own
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, 0)
        await site.start()
        port = runner.addresses[0][1]
        device.push_url = f"http://{HOST}:{port}/push"
        yield device
    finally:
        await runner.cleanup()
