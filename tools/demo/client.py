"""Talk to Home Assistant as its frontend and its app do: REST, webhooks, and one websocket command at set-up."""

import asyncio
import time
from http import HTTPStatus
from typing import Any, Final, Self

import aiohttp

from tools.demo.errors import DemoError
from tools.demo.instance import Instance

USER, PASSWORD, NAME = "demo", "demo", "Alex"

_START_SECONDS: Final = 240.0
_TOKEN_DAYS: Final = 3650


class Client:
    """A logged-in administrator.

    Every request has a connection of its own: the clock jumps, and a kept one would time out on the other side in the
    middle of a jump.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._session = aiohttp.ClientSession(
            instance.url,
            connector=aiohttp.TCPConnector(force_close=True),
            timeout=aiohttp.ClientTimeout(total=None),
        )
        self._token: str | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._session.close()

    async def request(self, method: str, path: str, **kwargs: Any) -> Any:
        """Call the API and decode the answer; raise DemoError when it refuses or is gone."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            async with self._session.request(method, path, headers=headers, **kwargs) as response:
                if response.status >= HTTPStatus.BAD_REQUEST:
                    text = (await response.text())[:300]
                    raise DemoError(f"{method} {path}: {response.status} {text}")
                if response.content_type == "application/json":
                    return await response.json()
                return await response.text()
        except aiohttp.ClientError as error:
            # The process is usually the news, not the connection.
            await asyncio.sleep(0.2)
            self._instance.check()
            raise DemoError(f"{method} {path}: {error}") from error

    async def get(self, path: str) -> Any:
        """Read."""
        return await self.request("GET", path)

    async def post(self, path: str, body: object | None = None) -> Any:
        """Write."""
        return await self.request("POST", path, json={} if body is None else body)

    async def until_running(self) -> None:
        """Wait until Home Assistant has started; with a token until it says so, else until it answers."""
        begun = time.perf_counter()
        while time.perf_counter() - begun < _START_SECONDS:
            self._instance.check()
            if await self._is_running():
                return
            await asyncio.sleep(0.1)
        raise DemoError(f"Home Assistant has not started within {_START_SECONDS:.0f} s")

    async def _is_running(self) -> bool:
        path = "/api/config" if self._token else "/api/onboarding"
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            async with self._session.get(path, headers=headers) as response:
                if response.status != HTTPStatus.OK:
                    return False
                answer = await response.json()
        except aiohttp.ClientError:
            return False
        return not self._token or answer["state"] == "RUNNING"

    async def onboard(self) -> None:
        """Create the resident's account and log in for ten years: an ordinary login lasts half an hour of any clock."""
        client_id = f"{self._instance.url}/"
        made = await self.post(
            "/api/onboarding/users",
            {
                "client_id": client_id,
                "name": NAME,
                "username": USER,
                "password": PASSWORD,
                "language": "en",
            },
        )
        grant = {
            "grant_type": "authorization_code",
            "code": made["auth_code"],
            "client_id": client_id,
        }
        self._token = (await self.request("POST", "/auth/token", data=grant))["access_token"]
        self._token = await self.command(
            {
                "type": "auth/long_lived_access_token",
                "client_name": "demo",
                "lifespan": _TOKEN_DAYS,
            }
        )

    async def command(self, command: dict[str, Any]) -> Any:
        """Send one websocket command over a connection of its own; only while the clock stands."""
        async with self._session.ws_connect("/api/websocket") as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": self._token})
            await socket.receive_json()
            await socket.send_json({"id": 1} | command)
            answer = await socket.receive_json()
        if not answer.get("success"):
            raise DemoError(f"{command['type']}: {answer}")
        return answer["result"]

    async def set_up(self, domain: str) -> dict[str, Any]:
        """Go through an integration's config flow without filling anything in; return the first screen."""
        path = "/api/config/config_entries/flow"
        first: dict[str, Any] = await self.post(path, {"handler": domain})
        step = first
        while step["type"] == "form":
            step = await self.post(f"{path}/{step['flow_id']}")
            if step.get("errors"):
                raise DemoError(f"{domain}: the config flow answers {step['errors']}")
        if step["type"] != "create_entry":
            raise DemoError(f"{domain}: the config flow ends with {step}")
        return first

    async def entry_id(self, domain: str) -> str:
        """Find the config entry of an integration."""
        entries = await self.get(f"/api/config/config_entries/entry?domain={domain}")
        return str(entries[0]["entry_id"])

    async def act(self, action: str, data: dict[str, Any], *, response: bool = False) -> Any:
        """Call an action."""
        domain, name = action.split(".")
        path = f"/api/services/{domain}/{name}" + ("?return_response" if response else "")
        answer = await self.post(path, data)
        return answer["service_response"] if response else answer
