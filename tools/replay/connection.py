"""Talk to an instance over its own doors: REST, and one websocket that hears events and pushes."""

import asyncio
import itertools
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final, Self

import aiohttp

from .errors import InstanceGoneError, ReplayError

_PATIENCE: Final = 30.0
"""Seconds for one answer."""

type Listener = Callable[[Mapping[str, Any]], None]


class RefusedError(ReplayError):
    """Home Assistant answered, with no."""


class Connection:
    """A user's token at work."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self.token = token
        # A connection for every request: on a fast clock the other side lets idle ones go at once.
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True), timeout=aiohttp.ClientTimeout(total=_PATIENCE)
        )
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Mapping[str, Any]]] = {}
        self._listeners: dict[int, Listener] = {}
        self._reader: asyncio.Task[None] | None = None
        self.lost = asyncio.Event()
        """Set while no websocket is open."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()
        await self._session.close()

    # REST ---------------------------------------------------------------------------------------

    async def form(self, path: str, fields: Mapping[str, str]) -> Any:
        """Send a form, as the login page does. Raises like `request`."""
        return await self._ask("POST", path, data=dict(fields))

    async def request(self, method: str, path: str, body: object | None = None) -> Any:
        """Call the API and decode the answer.

        Raises InstanceGoneError when nothing answers, RefusedError when the answer is no.
        """
        return await self._ask(method, path, json=body)

    async def _ask(self, method: str, path: str, **content: Any) -> Any:
        headers = {} if "data" in content else {"Authorization": f"Bearer {self.token}"}
        try:
            async with self._session.request(method, f"{self.url}{path}", headers=headers, **content) as response:
                if response.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
                    raise RefusedError(
                        f"{self.url} refuses the token; make a long-lived one under your profile → Security, as an "
                        "administrator"
                    )
                if response.status >= HTTPStatus.BAD_REQUEST:
                    text = (await response.text())[:200]
                    raise RefusedError(f"{self.url} answers {method} {path} with {response.status}: {text}")
                return await (response.json() if response.content_type == "application/json" else response.text())
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise InstanceGoneError(
                f"no Home Assistant answers at {self.url}: {str(error) or type(error).__name__}"
            ) from error

    async def get(self, path: str) -> Any:
        """Read."""
        return await self.request("GET", path)

    async def post(self, path: str, body: object | None = None) -> Any:
        """Write."""
        return await self.request("POST", path, {} if body is None else body)

    async def delete(self, path: str) -> Any:
        """Remove."""
        return await self.request("DELETE", path)

    # Websocket ----------------------------------------------------------------------------------

    async def open(self) -> None:
        """Open the websocket. Raises InstanceGoneError, or RefusedError for a token that is not taken."""
        try:
            socket = await self._session.ws_connect(f"{self.url}/api/websocket", heartbeat=None, max_msg_size=0)
            await socket.receive_json(timeout=_PATIENCE)
            await socket.send_json({"type": "auth", "access_token": self.token})
            answer = await socket.receive_json(timeout=_PATIENCE)
        except (aiohttp.ClientError, TimeoutError, TypeError, ValueError) as error:
            raise InstanceGoneError(
                f"no Home Assistant answers at {self.url}: {str(error) or type(error).__name__}"
            ) from error
        if answer.get("type") != "auth_ok":
            await socket.close()
            raise RefusedError(f"{self.url} refuses the token: {answer.get('message', 'no reason given')}")
        self._socket = socket
        self.lost.clear()
        self._reader = asyncio.create_task(self._read(socket))

    async def close(self) -> None:
        """Close the websocket."""
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader
        if self._socket is not None:
            with suppress(aiohttp.ClientError, TimeoutError):
                await self._socket.close()
        self._reader = self._socket = None

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    data = message.json()
                    for item in data if isinstance(data, list) else [data]:
                        self._heard(item)
        finally:
            self.lost.set()
            self._listeners.clear()
            for waiting in self._answers.values():
                if not waiting.done():
                    waiting.set_exception(InstanceGoneError(f"{self.url} closed the connection"))
            self._answers.clear()

    def _heard(self, item: Mapping[str, Any]) -> None:
        number = item.get("id", 0)
        if item.get("type") == "event" and number in self._listeners:
            self._listeners[number](item["event"])
        elif item.get("type") == "result":
            waiting = self._answers.pop(number, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(item)

    async def command(self, kind: str, listener: Listener | None = None, **data: Any) -> Any:
        """Send a command and return its result; a listener hears the events it subscribes to.

        Raises InstanceGoneError when the connection is gone, RefusedError when the command fails.
        """
        if self._socket is None or self.lost.is_set():
            raise InstanceGoneError(f"no connection to {self.url}")
        number = next(self._ids)
        answer: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        if listener is not None:
            self._listeners[number] = listener
        try:
            await self._socket.send_json({"id": number, "type": kind, **data})
            async with asyncio.timeout(_PATIENCE):
                found = await answer
        except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
            raise InstanceGoneError(
                f"{self.url} does not answer {kind}: {str(error) or type(error).__name__}"
            ) from error
        if not found.get("success"):
            raise RefusedError(f"{self.url} refuses {kind}: {found.get('error', {}).get('message', found)}")
        return found["result"]

    async def act(self, action: str, data: Mapping[str, Any]) -> Any:
        """Call an action and return what it answers."""
        domain, name = action.split(".")
        found = await self.command(
            "call_service", domain=domain, service=name, service_data=dict(data), return_response=True
        )
        return found["response"]
