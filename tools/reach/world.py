"""The world outside of Home Assistant, which no kill touches: devices, phones, and a journal of all that happened."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from .day import ATTRIBUTES, LAMP, MOTION, PEOPLE, TV, WASHER, WINDOWS, Happening

FIRST: Final[dict[str, str]] = {
    **{f"person.{person}": "home" for person in PEOPLE},
    LAMP: "off",
    TV: "off",
    MOTION: "off",
    WASHER: "idle",
    **dict.fromkeys(WINDOWS, "off"),
}

type Line = dict[str, Any]


def read(path: Path) -> list[Line]:
    """Return the journal; its last line may be torn only where the disk tears it, not where a process dies."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


class World:
    """Devices and phones, rebuilt from the journal at every start."""

    def __init__(self, path: Path, script: list[Happening]) -> None:
        """Open the journal of a day."""
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.lines = read(path)
        self.script = script
        self.minute = float(self.lines[-1]["m"]) if self.lines else 0.0
        self.operations = 0
        self.kill_at: int | None = None

    def note(self, kind: str, **facts: Any) -> None:
        """Write one line, in one call to the kernel."""
        line = {"m": self.minute, "k": kind, **facts}
        self.lines.append(line)
        os.write(self._file, (json.dumps(line) + "\n").encode())

    def operation(self) -> None:
        """Count something that a kill should hit now and then."""
        self.operations += 1

    def of(self, kind: str) -> Iterator[Line]:
        """Yield the lines of a kind."""
        return (line for line in self.lines if line["k"] == kind)

    def physical(self, minute: float) -> dict[str, tuple[str, dict[str, Any]]]:
        """Return how the devices stand: what the script did to them, and what was done to them since."""
        states = {key: (state, dict(ATTRIBUTES.get(key, {}))) for key, state in FIRST.items()}
        changes: list[tuple[float, int, str, str, dict[str, Any]]] = [
            (item.minute, 0, item.entity_id, item.state, ATTRIBUTES.get(item.entity_id, {}))
            for item in self.script
            if item.minute <= minute
        ]
        changes += [(line["m"], 1, line["entity"], line["state"], line["attributes"]) for line in self.of("effect")]
        for _, _, entity_id, state, attributes in sorted(changes, key=lambda item: (item[0], item[1])):
            states[entity_id] = (state, dict(attributes))
        return states


def doze(seconds: float) -> None:
    """Let real time pass, in a thread: what a radio needs to be heard."""
    time.sleep(seconds)
