"""Kill −9 at random instants of scripted days, and start again in the same folder each time.

Each life is a process forked from one that has imported everything: a real core object with real stores on disk. Half
of the kills come at an instant drawn evenly over the life, the other half a drawn moment after a drawn send, call, tap
or write to disk, where something can be lost.
"""

import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .clock import frozen
from .day import START
from .judge import Verdict, after_kill, whole_day
from .life import Doom, live

WHOLE_DAY: Final = 4.0
"""Real seconds that a life may take, over which even kills are drawn."""

HUNG: Final = 120.0
"""Real seconds after which a life counts as hung."""

_WORST_DELAY: Final = 0.02
_MOST_OPERATIONS: Final = 160
_EXIT_FAILED: Final = 3


class ReachError(Exception):
    """A life that did not come to its end by itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Death:
    """How a life shall end: after so many real seconds, by an operation of its own, or at the end of the day."""

    seconds: float | None = None
    doom: Doom | None = None


def drawn(rng: random.Random) -> Death:
    """Return a random end."""
    if rng.random() < 0.5:
        return Death(seconds=rng.uniform(0.0, WHOLE_DAY))
    delay = rng.choice((0.0, rng.uniform(0.0, _WORST_DELAY)))
    return Death(doom=Doom(operation=rng.randint(1, _MOST_OPERATIONS), delay=delay))


def run_life(folder: Path, seed: int, death: Death) -> bool:
    """Run one life to its end; return whether it was killed. Raises ReachError when it failed or hung."""
    child = os.fork()
    if child == 0:
        _be_alive(folder, seed, death.doom)
    started = time.perf_counter()
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            break
        age = time.perf_counter() - started
        if (death.seconds is not None and age >= death.seconds) or age >= HUNG:
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            if age >= HUNG:
                raise ReachError(f"{folder.name}: hung")
            break
        time.sleep(0.002)
    if os.WIFSIGNALED(status):
        return True
    if os.WEXITSTATUS(status):
        raise ReachError(f"{folder.name}: {(folder / 'error.txt').read_text(encoding='utf-8')}")
    return False


def _be_alive(folder: Path, seed: int, doom: Doom | None) -> None:
    """Live in a forked process, which never returns."""
    code = 0
    try:
        log = os.open(folder / "log.txt", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.dup2(log, 1)
        os.dup2(log, 2)
        with frozen(START) as freezer:
            live(folder, seed, doom, freezer)
    except BaseException:  # noqa: BLE001 - whatever it is, the parent is told
        (folder / "error.txt").write_text(traceback.format_exc(), encoding="utf-8")
        code = _EXIT_FAILED
    finally:
        sys.stdout.flush()
        os._exit(code)


def kill_days(kills: int, seed: int, tell: Callable[[str], None] = lambda _text: None) -> Verdict:
    """Kill so often, over as many days as it takes; the last day is lived to its end."""
    rng = random.Random(f"kills {seed}")
    total = Verdict()
    root = Path(tempfile.mkdtemp(prefix="reach-"))
    try:
        day = 0
        while total.kills < kills:
            day += 1
            folder = root / f"day-{day}"
            folder.mkdir()
            killed = True
            while killed:
                death = drawn(rng) if total.kills < kills else Death()
                killed = run_life(folder, day, death)
                if killed:
                    total.add(after_kill(folder))
            total.add(whole_day(folder))
            tell(f"day {day}: {total.kills} kills, {len(total.broken)} broken promises")
            if not total.broken:
                shutil.rmtree(folder)
        return total
    finally:
        if not total.broken:
            shutil.rmtree(root, ignore_errors=True)
