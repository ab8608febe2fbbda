"""What is checked after the last day: the state survives a restart, and Home Assistant's log is clean."""

import asyncio
import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from tools.demo.client import Client
from tools.demo.instance import Instance
from tools.demo.tally import Check

DOMAIN: Final = "proactive_assistant"
_OURS: Final = re.compile(r"proactive_assistant|demo_home|tools[./]demo")
_RECORD: Final = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} (\w+) ")
_BAD_LEVELS: Final = frozenset({"WARNING", "ERROR", "CRITICAL"})
_SHOWN: Final = 4
# Said of every custom integration, always.
_ALWAYS_SAID: Final = "which has not been tested by Home Assistant"


def stored(config: Path) -> dict[str, Any]:
    """Read the integration's files on disk."""
    return {
        path.name: json.loads(path.read_text(encoding="utf-8"))["data"]
        for path in sorted((config / ".storage").glob(f"{DOMAIN}*"))
    }


async def exported(client: Client) -> Any:
    """Download the integration's diagnostics: what a user would attach to a report."""
    entry = await client.entry_id(DOMAIN)
    data = (await client.get(f"/api/diagnostics/config_entry/{entry}"))["data"]
    for resident in data.get("residents") or ():
        # How welcome a message would be now is a judgement of this minute, not a state.
        resident.pop("good_moment", None)
    return data


async def restart(instance: Instance, client: Client, at: datetime) -> tuple[Check, Check]:
    """Stop and start Home Assistant, and compare what is on disk and what it exports."""
    diagnostics = await exported(client)
    await instance.stop()
    before = await asyncio.to_thread(stored, instance.config)
    await instance.start(at)
    await client.until_running()
    diagnostics_after = await exported(client)
    await instance.stop()
    after = await asyncio.to_thread(stored, instance.config)
    size = sum(len(json.dumps(data)) for data in after.values())
    return (
        Check(
            promise="state on disk after a restart identical",
            kept=bool(before) and before == after,
            detail=_few(differences(before, after)) or f"{len(after)} files, {size / 1024:.1f} KB",
        ),
        Check(
            promise="diagnostics after a restart identical",
            kept=diagnostics == diagnostics_after,
            detail=_few(differences(diagnostics, diagnostics_after)),
        ),
    )


def differences(before: Any, after: Any, path: str = "") -> Iterator[str]:
    """Name what differs, with both values."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted(before.keys() | after.keys()):
            yield from differences(before.get(key), after.get(key), f"{path}/{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from differences(old, new, f"{path}/{index}")
    elif before != after:
        yield f"{path}: {before!s:.60} → {after!s:.60}"


def _few(found: Iterator[str]) -> str:
    rows = list(found)
    return ", ".join(rows[:_SHOWN]) + (f" and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else "")


def complaints(log: str) -> list[str]:
    """List the log's warnings and errors that name us, tracebacks included."""
    records: list[tuple[str, list[str]]] = []
    for line in log.splitlines():
        if match := _RECORD.match(line):
            records.append((match[1], [line]))
        elif records:
            records[-1][1].append(line)
        else:
            records.append(("ERROR", [line]))
    return [
        lines[0]
        for level, lines in records
        if level in _BAD_LEVELS and any(_OURS.search(line) for line in lines) and _ALWAYS_SAID not in lines[0]
    ]


def clean_log(instance: Instance) -> Check:
    """Check what Home Assistant wrote over all its starts."""
    found = complaints(instance.output.read_text(encoding="utf-8", errors="replace"))
    return Check(
        promise="nothing in Home Assistant's log names us",
        kept=not found,
        detail=" | ".join(found[:3])[:600],
    )
