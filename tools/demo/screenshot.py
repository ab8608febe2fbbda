"""Photograph a page of the kept demo: python -m tools.demo.screenshot PATH FILE (needs chromium; not in any group).

Talks to the browser over its own debugging protocol, so that no browser library is needed.
"""

import argparse
import asyncio
import base64
import contextlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

from tools.demo.client import PASSWORD, USER
from tools.demo.errors import DemoError
from tools.demo.instance import ZONE

_FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)


class Page:
    """One tab of the browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._count = 0

    async def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer, passing over events."""
        self._count += 1
        await self._socket.send_json({"id": self._count, "method": method, "params": parameters})
        while True:
            answer: dict[str, Any] = await self._socket.receive_json()
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise DemoError(f"{method}: {answer['error']}")
                return dict(answer["result"])


@asynccontextmanager
async def browser(session: aiohttp.ClientSession) -> AsyncIterator[Page]:
    """Start chromium with one empty tab."""
    program = shutil.which("chromium")
    if program is None:
        raise DemoError("chromium is missing (Debian/Ubuntu: apt-get install chromium)")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            program,
            *_FLAGS,
            f"--user-data-dir={profile}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            port = await _debugging_port(Path(profile))
            async with session.get(f"http://127.0.0.1:{port}/json/list") as response:
                tabs = await response.json(content_type=None)
            tab = next(tab for tab in tabs if tab["type"] == "page")
            async with session.ws_connect(tab["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                yield Page(socket)
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


async def _debugging_port(profile: Path) -> int:
    announced = profile / "DevToolsActivePort"
    for _attempt in range(200):
        if announced.exists() and (text := announced.read_text()):
            return int(text.split()[0])
        await asyncio.sleep(0.1)
    raise DemoError("chromium does not start")


async def log_in(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    """Log in as the resident and return what the frontend keeps of it."""
    client_id = f"{url}/"
    flow = {"client_id": client_id, "handler": ["homeassistant", None], "redirect_uri": client_id}
    async with session.post(f"{url}/auth/login_flow", json=flow) as response:
        step = await response.json()
    answers = {"client_id": client_id, "username": USER, "password": PASSWORD}
    async with session.post(f"{url}/auth/login_flow/{step['flow_id']}", json=answers) as response:
        code = (await response.json())["result"]
    grant = {"grant_type": "authorization_code", "code": code, "client_id": client_id}
    async with session.post(f"{url}/auth/token", data=grant) as response:
        tokens: dict[str, Any] = await response.json()
    expires = (time.time() + tokens["expires_in"]) * 1000
    return tokens | {"hassUrl": url, "clientId": client_id, "expires": expires}


async def photograph(arguments: argparse.Namespace) -> None:
    """Open the page, let it settle, write the picture."""
    async with aiohttp.ClientSession() as session:
        tokens = await log_in(session, arguments.url)
        async with browser(session) as page:
            await page.do("Page.enable")
            await page.do("Emulation.setTimezoneOverride", timezoneId=ZONE.key)
            await page.do(
                "Emulation.setDeviceMetricsOverride",
                width=arguments.width,
                height=arguments.height,
                deviceScaleFactor=1,
                mobile=False,
            )
            script = f"localStorage.setItem('hassTokens', {json.dumps(json.dumps(tokens))})"
            await page.do("Page.addScriptToEvaluateOnNewDocument", source=script)
            await page.do("Page.navigate", url=arguments.url + arguments.path)
            await asyncio.sleep(arguments.settle)
            if arguments.script:
                await page.do("Runtime.evaluate", expression=arguments.script, awaitPromise=True)
                await asyncio.sleep(arguments.settle / 2)
            picture = await page.do("Page.captureScreenshot", format="png")
    await asyncio.to_thread(arguments.file.write_bytes, base64.b64decode(picture["data"]))


def main() -> int:
    """Take one picture."""
    parser = argparse.ArgumentParser(prog="python -m tools.demo.screenshot")
    parser.add_argument("path", help="page, for example /config/integrations")
    parser.add_argument("file", type=Path)
    parser.add_argument("--url", default="http://127.0.0.1:8123")
    parser.add_argument("--width", type=int, default=1100)
    parser.add_argument("--height", type=int, default=720)
    parser.add_argument("--settle", type=float, default=8, help="seconds until the page is done")
    parser.add_argument("--script", help="JavaScript to run on the page before the picture")
    try:
        asyncio.run(photograph(parser.parse_args()))
    except (DemoError, aiohttp.ClientError) as error:
        print(f"screenshot: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
