"""Many replays at once: each in a process of its own, started by threads here or by the workers of a Dask cluster.

A replay moves the clock of its whole process, which neither a pool's nor Dask's own bookkeeping would survive; a
process that lives for one replay alone has no other clock to disturb.
"""

import importlib
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from tools.errors import ArgumentError, LabError

from .errors import ReplayError

ROOT: Final = Path(__file__).resolve().parents[2]
_LAST_WORDS: Final = 600

type Order = tuple[str, tuple[Any, ...]]
"""A function as `module:name`, and what it is called with; both must be picklable."""


def call(order: Order) -> Any:
    """Run one order here."""
    module, name = order[0].split(":")
    return getattr(importlib.import_module(module), name)(*order[1])


def apart(order: Order) -> Any:
    """Run one order in a process of its own and return what it returned.

    Raises ReplayError with the process's last words when it failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "result"
        done = subprocess.run(
            [sys.executable, "-m", "tools.replay.spread", str(path)],
            input=pickle.dumps(order),
            capture_output=True,
            cwd=ROOT,
            check=False,
        )
        if done.returncode or not path.exists():
            words = done.stderr.decode(errors="replace").strip()[-_LAST_WORDS:]
            raise ReplayError(f"a replay failed (exit {done.returncode}): {words or 'it said nothing'}")
        return pickle.loads(path.read_bytes())  # noqa: S301 - written a moment ago by ourselves


def spread(orders: Sequence[Order], *, workers: int = 1, dask: str | None = None) -> Iterator[Any]:
    """Yield the results in the orders' order, from several processes at once or from a Dask cluster.

    `local` starts a cluster of `workers` on this machine. Raises ArgumentError for arguments that make no sense.
    """
    if workers < 1:
        raise ArgumentError(f"the number of workers must be at least 1, not {workers}")
    if dask:
        yield from _on_dask(orders, dask, workers)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(apart, orders)


def _on_dask(orders: Sequence[Order], address: str, workers: int) -> Iterator[Any]:
    try:
        from distributed import Client, LocalCluster  # noqa: PLC0415 - only this way needs Dask
    except ImportError as error:
        raise LabError("--dask needs the package dask[distributed]: run scripts/setup lab") from error
    cluster = None
    try:
        if address == "local":
            cluster = LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
            client = Client(cluster)
        else:
            client = Client(address, timeout="10s")
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        raise ArgumentError(f"no Dask scheduler answers at {address!r}: {error}") from error
    try:
        for future in client.map(apart, list(orders), pure=False):
            yield future.result()
    finally:
        client.close()
        if cluster is not None:
            cluster.close()


def main() -> None:
    """Run the order that comes in and put its result where it is asked for."""
    order: Order = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started us
    path = Path(sys.argv[1])
    part = path.with_suffix(".part")
    try:
        part.write_bytes(pickle.dumps(call(order)))
    except LabError as error:
        sys.exit(str(error))
    part.replace(path)


if __name__ == "__main__":
    main()
