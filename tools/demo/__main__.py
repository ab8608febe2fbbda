"""The command line: python -m tools.demo [--days N] [--speed X] [--keep] [--port N]."""

import argparse
import asyncio
import math
import signal
import sys
from pathlib import Path

from rich.console import Console

from tools.demo.errors import DemoError
from tools.demo.session import Options, run
from tools.demo.trace import TraceError

_INTERRUPTED = 130
_PORTS = 65536


def options(arguments: list[str]) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Watch the assistant work: a real Home Assistant lives through fourteen recorded days.",
    )
    parser.add_argument("--days", type=int, default=14, choices=range(1, 15), metavar="N", help="play the first N days")
    parser.add_argument(
        "--speed", type=float, default=0, metavar="X", help="simulated seconds per second (0: as fast as possible)"
    )
    parser.add_argument("--keep", action="store_true", help="leave Home Assistant running to click through")
    parser.add_argument("--port", type=int, default=8123, metavar="N", help="where Home Assistant listens")
    parser.add_argument(
        "--table", type=Path, metavar="FOLDER", help="write every suggestion with the facts behind it there"
    )
    parsed = parser.parse_args(arguments)
    if not 0 <= parsed.speed < math.inf:
        parser.error("--speed is a number from 0 on")
    if not 0 < parsed.port < _PORTS:
        parser.error("--port is a number from 1 to 65535")
    return Options(days=parsed.days, speed=parsed.speed, keep=parsed.keep, port=parsed.port, table=parsed.table)


async def _run(chosen: Options) -> bool:
    """Run so that being told to end (SIGTERM) cleans up as Ctrl-C does."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await run(chosen, Console())


def main() -> int:
    """Play the demo; exit 0 when every promise was kept."""
    chosen = options(sys.argv[1:])
    try:
        return 0 if asyncio.run(_run(chosen)) else 1
    except (DemoError, TraceError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt, asyncio.CancelledError:
        print("demo: interrupted", file=sys.stderr)
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
