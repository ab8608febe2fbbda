"""Start Home Assistant for a replay: python -m tools.replay.core --config DIR [--version-shown V].

Kept apart from `hass` by a name resolver without a multicast socket, as in the demo, and by websockets that do not
hang up on who is late: on a clock that runs 600 times as fast the usual half minute to answer a ping is 46 ms.
"""

import argparse
import sys
from typing import Any

from tools.demo.core import end_with_parent, without_multicast


def patient_websockets() -> None:
    """Leave out the server's pings."""
    from aiohttp import web  # noqa: PLC0415 - what fakes the clock is loaded before Python is

    usual = web.WebSocketResponse.__init__

    def patient(self: web.WebSocketResponse, *args: Any, **kwargs: Any) -> None:
        usual(self, *args, **(kwargs | {"heartbeat": None}))

    web.WebSocketResponse.__init__ = patient  # type: ignore[method-assign,assignment]


def devices_of_their_own() -> None:
    """Let a pushed state be a device's own report: under the token's name it would pass for somebody's hand."""
    from homeassistant.components.api import APIEntityStateView  # noqa: PLC0415 - as above
    from homeassistant.core import Context  # noqa: PLC0415

    APIEntityStateView.context = staticmethod(lambda _request: Context())  # type: ignore[method-assign,assignment]


def main() -> int:
    """Run Home Assistant until it is stopped."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", required=True)
    parser.add_argument("--version-shown", help="to see what a visitor makes of another version")
    arguments = parser.parse_args()
    end_with_parent()
    if arguments.version_shown:
        from homeassistant import const  # noqa: PLC0415

        const.__version__ = arguments.version_shown  # type: ignore[misc]
    from homeassistant.__main__ import main as hass  # noqa: PLC0415

    without_multicast()
    patient_websockets()
    devices_of_their_own()
    sys.argv = ["hass", "--config", arguments.config, "--skip-pip", "--log-no-color"]
    return hass()


if __name__ == "__main__":
    sys.exit(main())
