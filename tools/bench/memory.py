"""Memory and load time of an engine, measured in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from tools.errors import LabError

_PROGRAM: Final = """
import json, os, sys, time
from pathlib import Path

def rss(pid="self"):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0

import numpy  # in every core
import tools
empty = rss()
start = time.perf_counter()
from assistant.engines import load_engine
imported = time.perf_counter()
engine = load_engine(sys.argv[1], Path(sys.argv[2])).engine
loaded = time.perf_counter()
worker = getattr(getattr(engine, "_llama", engine), "worker_pid", None)
print(json.dumps({
    "import_ms": 1000 * (imported - start),
    "load_ms": 1000 * (loaded - imported),
    "added_mb": rss() - empty,
    "worker_mb": rss(worker) if worker else 0.0,
}))
"""


def measure(engine: str, model: Path) -> dict[str, Any]:
    """Return milliseconds to import and load, and megabytes added here and used by the worker.

    Raises LabError when the engine cannot be loaded.
    """
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, engine, str(model)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    if done.returncode:
        raise LabError(f"engine {engine} cannot be loaded: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
