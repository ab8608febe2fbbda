"""`python -m tools.reach`: the same as `lab evaluate reach`, without the lab's libraries."""

import argparse
import os
import sys
from pathlib import Path

# A forked process must not find half of a thread pool.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from .command import Request, run


def main() -> int:
    """Run, and return whether a promise was broken."""
    parser = argparse.ArgumentParser(description="Kill, attack and undo.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=400)
    parser.add_argument("--undos", type=int, default=400)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    command = " ".join(["python -m tools.reach", *sys.argv[1:]])
    records = run(
        Request(
            kills=options.kills,
            rounds=options.rounds,
            undos=options.undos,
            seed=options.seed,
            out=options.out,
            command=command,
        )
    )
    return int(any(record.passed is False for record in records))


if __name__ == "__main__":
    sys.exit(main())
