"""A Home Assistant of our own: a temporary config, a process, its log, and nothing left behind."""

import asyncio
import json
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from tools.demo.errors import DemoError

ROOT: Final = Path(__file__).resolve().parents[2]
HOST: Final = "127.0.0.1"
ZONE: Final = ZoneInfo("Europe/Madrid")
# The trace's city, at a public square.
LATITUDE, LONGITUDE = 40.3282, -3.7651

_STOP_SECONDS: Final = 90.0
_CONFIGURATION: Final = f"""\
homeassistant:
  name: Demo home
  latitude: {LATITUDE}
  longitude: {LONGITUDE}
  elevation: 665
  unit_system: metric
  time_zone: {ZONE.key}
  country: ES
  currency: EUR
  language: en
frontend:
history:
logbook:
mobile_app:
recorder:
  commit_interval: 300
sun:
logger:
  default: warning
lovelace:
  dashboards:
    demo-assistant:
      mode: yaml
      title: Assistant
      icon: mdi:message-badge-outline
      filename: {Path(__file__).with_name("dashboard.yaml")}
"""


class Instance:
    """One Home Assistant, started and stopped as often as needed over the same config."""

    def __init__(self, config: Path, port: int) -> None:
        self.config = config
        self.port = port
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Say where it answers."""
        return f"http://{HOST}:{self.port}"

    @property
    def output(self) -> Path:
        """Say where everything stands that it logged, over all its starts."""
        return self.config / "output.log"

    @property
    def ended(self) -> bool:
        """Say whether the process is gone."""
        return self._process is None or self._process.returncode is not None

    def furnish(self) -> None:
        """Write the config: ours and the demo's component, and the answers that onboarding would ask for.

        The core-config step of onboarding is left out because it sets up integrations that call the internet. The
        port stands in core's own storage because YAML for it is deprecated.
        """
        components = self.config / "custom_components"
        components.mkdir()
        (components / "__init__.py").touch()
        (components / "proactive_assistant").symlink_to(ROOT / "custom_components" / "proactive_assistant")
        (components / "demo_home").symlink_to(ROOT / "tools" / "demo" / "custom_components" / "demo_home")
        (self.config / "configuration.yaml").write_text(_CONFIGURATION, encoding="utf-8")
        steps = ["core_config", "analytics", "integration"]
        self._store("onboarding", 4, {"done": steps})
        stable = {
            "server_host": [HOST],
            "server_port": self.port,
            "cors_allowed_origins": [],
            "login_attempts_threshold": -1,
            "ip_ban_enabled": False,
            "ssl_profile": "modern",
            "use_x_frame_options": True,
            "created_at": datetime.now(ZONE).isoformat(),
            "error": None,
            "error_message": None,
        }
        http = {"stable": stable, "pending": None, "yaml_migration_done": True}
        self._store("http", 2, http, minor=2)

    def _store(self, key: str, version: int, data: object, minor: int = 1) -> None:
        storage = self.config / ".storage"
        storage.mkdir(exist_ok=True)
        content = {"version": version, "minor_version": minor, "key": key, "data": data}
        (storage / key).write_text(json.dumps(content), encoding="utf-8")

    async def start(self, at: datetime | None = None) -> None:
        """Start the process, at a time or now."""
        clock = [] if at is None else ["--at", at.isoformat(), "--zone", ZONE.key]
        output = self.output.open("ab")
        try:
            # A session of its own: Ctrl-C is for us, and we stop it in order.
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tools.demo.core",
                "--config",
                str(self.config),
                *clock,
                cwd=ROOT,
                env=_environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        finally:
            output.close()

    def check(self) -> None:
        """Raise DemoError when the process has ended by itself."""
        if self.ended:
            code = self._process.returncode if self._process else None
            raise DemoError(f"Home Assistant ended by itself (exit {code}): {self._last_words()}")

    def _last_words(self) -> str:
        said = self.output.read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(said) if line.strip()), "it said nothing")

    async def stop(self) -> None:
        """Let it write its state and end; end it hard when it does not."""
        if self._process is None:
            return
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.terminate()
            try:
                async with asyncio.timeout(_STOP_SECONDS):
                    await self._process.wait()
            except TimeoutError:
                with suppress(ProcessLookupError):
                    self._process.kill()
                await self._process.wait()
        self._process = None


def _environment() -> dict[str, str]:
    """Keep what Python compiles, beside the packages: a start costs half as much where containers forbid it."""
    allowed = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return allowed | {"PYTHONPYCACHEPREFIX": str(Path(sys.prefix) / "pycache")}


def require_free(port: int) -> None:
    """Raise DemoError when something else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise DemoError(f"port {port} is in use; stop what listens there or choose another: --port N") from error


@asynccontextmanager
async def instance(port: int) -> AsyncIterator[Instance]:
    """Give a furnished, not yet started Home Assistant; take process and files away afterwards."""
    require_free(port)
    config = Path(tempfile.mkdtemp(prefix="proactive-assistant-demo-"))
    home = Instance(config, port)
    try:
        home.furnish()
        yield home
    finally:
        await asyncio.shield(home.stop())
        shutil.rmtree(config, ignore_errors=True)
