"""Start Home Assistant on the demo's clock: python -m tools.demo.core --config DIR [--at TIME --zone NAME].

Kept apart from `hass` by two things only: the clock, and a name resolver that does not open a multicast socket (there
is no route for one on a machine without a network, and the demo talks to 127.0.0.1 alone).
"""

import argparse
import contextlib
import ctypes
import signal
import sys
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from tools.demo import clock

_PR_SET_PDEATHSIG: Final = 1


def without_multicast() -> None:
    """Resolve names by the system instead of mDNS."""
    import aiohttp  # noqa: PLC0415 - after the clock
    from homeassistant.helpers import aiohttp_client  # noqa: PLC0415

    class SystemResolver(aiohttp.ThreadedResolver):
        """The system's resolver, closed when Home Assistant is."""

        async def real_close(self) -> None:
            """Close, by the name that Home Assistant knows."""
            await self.close()

    aiohttp_client._async_make_resolver = lambda _hass: SystemResolver()  # type: ignore[assignment,return-value] # noqa: SLF001


def end_with_parent() -> None:
    """Ask Linux to end this process when the demo is killed before it could."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def main() -> int:
    """Run Home Assistant until it is stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", required=True)
    parser.add_argument("--at", type=datetime.fromisoformat)
    parser.add_argument("--zone", type=ZoneInfo)
    arguments = parser.parse_args()
    end_with_parent()
    if arguments.at is not None:
        clock.start(arguments.at.astimezone(arguments.zone))

    # Only now: whatever keeps a reference to the monotonic clock must find ours.
    from homeassistant.__main__ import main as hass  # noqa: PLC0415

    without_multicast()
    sys.argv = ["hass", "--config", arguments.config, "--skip-pip", "--log-no-color"]
    return hass()


if __name__ == "__main__":
    sys.exit(main())
