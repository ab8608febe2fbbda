"""Claim 14: what a decision and a learning step cost, from the benchmark's own records."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

from assistant.effects import DAY_PARTS, OWN_KIND_LENGTH, OWN_KINDS
from assistant.engine import Engine
from assistant.enums import Activity
from assistant.kinds import KINDS, UNKNOWN_KIND
from assistant.model_files import MODEL_DIR
from assistant.state import Effect, new_state, state_to_dict
from tools.results import Record, at_most, read_records

BENCH: Final = Path("docs/results/bench.json")
_TIMES: Final = tuple(
    f"{engine}: Assistant.{what}: 95th percentile"
    for engine in ("numpy", "auto")
    for what in ("decide over eight", "learn from one outcome")
)
_MOST: Final = 5.0
"""Milliseconds the evidence asks of a Raspberry Pi 4; the benchmark's machine is faster, so a miss here is a miss."""


def _fullest(engine: Engine) -> float:
    """Return the kilobytes of a state with every effect there can be."""
    own = [f"kind:{number:0{OWN_KIND_LENGTH}}" for number in range(OWN_KINDS)]
    keys = [
        *(f"kind:{kind}" for kind in (*KINDS, UNKNOWN_KIND)),
        *own,
        *(f"day_part:{part}" for part in DAY_PARTS),
        *(f"activity:{activity}" for activity in Activity),
        "person:content",
        "person:moment",
    ]
    state = replace(
        new_state(engine.model_id, engine.prior), effects=dict.fromkeys(keys, Effect(mean=-1.23456, variance=0.12345))
    )
    return len(json.dumps(state_to_dict(state))) / 1024


def on_device(engine: Engine, model: Path | None) -> list[Record]:
    """Return claim 14's records: sizes, and times where the benchmark has been run.

    Raises StorageError when the benchmark's records cannot be read.
    """
    files = [path for path in (model or MODEL_DIR).glob("*") if path.suffix in (".gguf", ".npz")]
    records = [at_most(Record(claim="14 · largest state of a resident", value=_fullest(engine), unit="KB"), 8.0)]
    if files:
        size = sum(path.stat().st_size for path in files) / 1e6
        records.append(at_most(Record(claim="14 · model files", value=size, unit="MB"), 2.0))
    for record in read_records(BENCH) if BENCH.exists() else ():
        if record.claim in _TIMES:
            plain = replace(record, claim=f"14 · {record.claim}, x86", threshold=None, passed=None)
            records.append(at_most(plain, _MOST))
    return records
