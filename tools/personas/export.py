"""`lab personas`: records of personas as JSON or YAML."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from tools.errors import ArgumentError
from tools.results import write_text
from tools.streams import parse_family

from .describe import describe
from .draw import draw_household
from .model import Persona
from .population import plan


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it; numbers keep four decimals, which is more than anyone can mean."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(getattr(key, "name", key)).lower(): _plain(item) for key, item in value.items()}
    if isinstance(value, Enum):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return round(value, 4) if isinstance(value, float) else value


def record(persona: Persona) -> dict[str, Any]:
    """Return a persona's readable record, the paragraph first."""
    return {"description": describe(persona), **_plain(persona)}


def export_personas(*, n: int, seed: int, family: str, out: Path | None) -> None:
    """Write the records of the first n personas of a population to a file, or to standard output as JSON.

    Raises ArgumentError for a number, seed, family or file name that makes no sense.
    """
    parsed = parse_family(family)
    if out is not None and out.suffix not in (".json", ".yaml", ".yml"):
        raise ArgumentError(f"{out}: personas are written as .json or .yaml")
    population = plan(n, seed, parsed)
    records = [
        record(persona)
        for household_id, members in zip(population.households.tolist(), population.members.tolist(), strict=True)
        for persona in draw_household(household_id, seed, parsed).members[:members]
    ]
    if out is not None and out.suffix in (".yaml", ".yml"):
        import yaml  # noqa: PLC0415 - only this format needs it

        write_text(out, yaml.safe_dump(records, sort_keys=False, allow_unicode=True))
        return
    text = json.dumps(records, indent=1, ensure_ascii=False) + "\n"
    if out is None:
        print(text, end="")
    else:
        write_text(out, text)
