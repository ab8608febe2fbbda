"""Where partitions are simulated: here, in several processes, or on a Dask cluster. The bytes are the same."""

import os
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from typing import Final

from tools.errors import ArgumentError, LabError

from .part import Order, Part, simulate_part

_AHEAD: Final = 2
"""Partitions in flight per worker: enough to keep it busy, few enough to hold memory down."""

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ.setdefault(_name, "1")  # inherited by workers, which are many already


def here(orders: Iterable[Order]) -> Iterator[Part]:
    """Yield partitions simulated in this process."""
    return map(simulate_part, orders)


def _deaf() -> None:
    """Leave an interrupt of the terminal, which reaches every process, to the one that can explain it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def processes(orders: Iterable[Order], workers: int) -> Iterator[Part]:
    """Yield partitions simulated in several processes, in whatever order they end."""
    waiting = iter(orders)
    with ProcessPoolExecutor(workers, initializer=_deaf) as pool:
        running: set[Future[Part]] = {pool.submit(simulate_part, order) for order in islice(waiting, _AHEAD * workers)}
        try:
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                running |= {pool.submit(simulate_part, order) for order in islice(waiting, len(done))}
                for future in done:
                    yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def on_dask(orders: Iterable[Order], address: str, workers: int) -> Iterator[Part]:
    """Yield partitions simulated on a Dask cluster.

    `local` starts a cluster of `workers` processes on this machine. Elsewhere the workers must run in a checkout of
    the same commit; rows come back to this machine, which alone writes, so no shared disk is needed.

    Raises ArgumentError when no scheduler answers at the address.
    """
    try:
        from distributed import Client, LocalCluster, as_completed  # noqa: PLC0415 - only this way needs Dask
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
        waiting = iter(orders)
        threads = max(sum(client.nthreads().values()), 1)
        flying = as_completed(
            [client.submit(simulate_part, order, pure=False) for order in islice(waiting, _AHEAD * threads)]
        )
        for future in flying:
            part = future.result()
            future.release()
            for order in islice(waiting, 1):
                flying.add(client.submit(simulate_part, order, pure=False))
            yield part
    finally:
        client.close()
        if cluster is not None:
            cluster.close()
