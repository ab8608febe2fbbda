"""`--start`: an instance of our own for the time of a replay, on a clock that runs faster than ours.

The clock is libfaketime's (Debian package `faketime`): wall and monotonic clock of the process run at a multiple. It
starts at the usual pace, for what waits for a device at start-up waits in real seconds, and is let go when all is set
up; the jump that this makes looks like a suspended machine.
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, override

from tools.demo.client import Client
from tools.demo.errors import DemoError
from tools.demo.instance import ROOT, Instance, _environment, require_free
from tools.errors import ArgumentError

from .errors import ReplayError
from .life import DOMAINS

FASTEST: Final = 1000
_LIBRARY: Final = "libfaketimeMT.so.1"
_PLACES: Final = ("/usr/lib/*/faketime", "/usr/lib/faketime", "/usr/local/lib/faketime", "/usr/lib64/faketime")
_CONFIGURATION: Final = """\
homeassistant:
  name: Replay home
  latitude: 52.0
  longitude: 5.0
  elevation: 10
  unit_system: metric
  time_zone: UTC
  country: NL
  language: en
mobile_app:
sun:
logger:
  default: warning
"""


def library() -> Path | None:
    """Return libfaketime for threads; None where the package is not installed."""
    found = [path for place in _PLACES for path in Path("/").glob(f"{place.lstrip('/')}/{_LIBRARY}")]
    return found[0] if found else None


class FastInstance(Instance):
    """A Home Assistant whose clock can be let go."""

    def __init__(self, config: Path, port: int, speed: int) -> None:
        super().__init__(config, port)
        self.speed = speed
        self.words: tuple[str, ...] = ()
        """More words for the command line of the process."""

    @property
    def _pace(self) -> Path:
        return self.config / "pace"

    @override
    def furnish(self) -> None:
        """Write the config: the integration, the server's port, and the domains whose services devices obey."""
        super().furnish()
        (self.config / "custom_components" / "demo_home").unlink()
        domains = "".join(f"{domain}:\n" for domain in (*DOMAINS, "weather", "calendar", "todo"))
        (self.config / "configuration.yaml").write_text(_CONFIGURATION + domains, encoding="utf-8")

    @override
    async def start(self, at: object = None) -> None:
        """Start the process at the usual pace."""
        environment = _environment()
        if self.speed != 1:
            found = library()
            if found is None:
                raise ReplayError(
                    "a fast clock needs libfaketime: install the Debian package faketime (apt install faketime), or "
                    "choose --speed 1"
                )
            self._pace.write_text("+0 x1\n", encoding="utf-8")
            environment |= {
                "LD_PRELOAD": str(found),
                "FAKETIME_TIMESTAMP_FILE": str(self._pace),
                "FAKETIME_CACHE_DURATION": "1",
            }
        output = self.output.open("ab")
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tools.replay.core",
                "--config",
                str(self.config),
                *self.words,
                cwd=ROOT,
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        finally:
            output.close()

    async def let_go(self) -> None:
        """Let the clock run at its multiple from now on."""
        if self.speed != 1:
            part = self.config / "pace.part"
            part.write_text(f"+0 x{self.speed}\n", encoding="utf-8")
            part.replace(self._pace)
            await asyncio.sleep(3.0)  # until every thread has read it


class Opener(Client):
    """Walks through what a new owner clicks, and hands over the token."""

    @property
    def token(self) -> str:
        """Return the owner's long-lived token."""
        if self._token is None:
            raise ReplayError("the instance was not set up")
        return self._token


@asynccontextmanager
async def own_instance(port: int, speed: int) -> AsyncIterator[tuple[FastInstance, str]]:
    """Give a running Home Assistant of our own and its owner's token; take process and files away afterwards.

    Raises ArgumentError for a speed out of range, ReplayError when it does not start.
    """
    if not 1 <= speed <= FASTEST:
        raise ArgumentError(f"the speed must be from 1 to {FASTEST}, not {speed}")
    try:
        require_free(port)
    except DemoError as error:
        raise ReplayError(str(error)) from error
    config = Path(tempfile.mkdtemp(prefix="proactive-assistant-replay-"))
    home = FastInstance(config, port, speed)
    try:
        home.furnish()
        await home.start()
        async with Opener(home) as client:
            await client.until_running()
            await client.onboard()
            await client.until_running()
            token = client.token
        yield home, token
    except DemoError as error:
        raise ReplayError(str(error)) from error
    finally:
        with suppress(asyncio.CancelledError):
            await asyncio.shield(home.stop())
        shutil.rmtree(config, ignore_errors=True)
