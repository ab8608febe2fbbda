"""The mapping file: which columns of a table become which facts, replies and targets."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from assistant.enums import (
    Activity,
    Category,
    Channel,
    Company,
    DayType,
    HomeMode,
    Household,
    Level,
    PhoneState,
    RiskClass,
    Room,
    Transition,
    Urgency,
    Verdict,
    Weather,
)

from . import values
from .source import MISSING, Source, Sources
from .table import ResponsesError, Table
from .values import Convert, one_of

TARGETS: Final = ("accepted", "content", "moment", "noticed", "welcome")

_PLAIN: Final[dict[str, Convert]] = {
    "hour": values.clock,
    "day": values.day_type,
    "day_type": one_of(DayType),
    "activity": one_of(Activity),
    "activity_confidence": values.share,
    "household": one_of(Household),
    "company": one_of(Company),
    "room": one_of(Room),
    "transition": one_of(Transition),
    "phone": one_of(PhoneState),
    "mode": one_of(HomeMode),
    "weather": one_of(Weather),
    "delivered_today": values.count,
    "kind": values.kind,
    "situation": values.kind,
    "category": one_of(Category),
    "risk": one_of(RiskClass),
    "urgency": one_of(Urgency),
    "benefit": values.share,
    "risk_present": values.yes_or_no,
    "channel": one_of(Channel),
    "level": one_of(Level),
    "verdict": one_of(Verdict),
    "answer": values.answer,
}
_TIMES: Final = ("at", "date")
_DURATIONS: Final = ("activity_minutes", "minutes_since_delivery", "expiry", "age", "delay", "later")

SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "moment": (
        *("at", "date", "hour", "day", "day_type", "activity", "activity_confidence", "activity_minutes"),
        *("household", "company", "room", "transition", "phone", "mode", "weather"),
        *("delivered_today", "minutes_since_delivery"),
    ),
    "suggestion": (*("kind", "situation", "category", "risk", "urgency", "benefit", "expiry", "age", "risk_present"),),
    "delivery": ("channel", "level", "verdict", "delay", "later"),
}
"""Fields by section of the file; `delivery` is how it was said."""

_OTHERS: Final = {
    *("name", "person", "order", "answer", "target", "features", "history", "missing"),
    *("delimiter", "encoding", "timezone"),
    *SECTIONS,
}


class _Loader(yaml.SafeLoader):
    """YAML 1.2's plain scalars: `yes`, `on`, `10:30` and `007` stay the text they are in the table."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?(0|[1-9][0-9]*)\.[0-9]+([eE][-+]?[0-9]+)?", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)


def read_mapping(path: Path) -> dict[str, Any]:
    """Return a mapping file as plain data: YAML, JSON or TOML by its ending.

    Raises ResponsesError when it is missing, no such file, or has keys that mean nothing.
    """
    try:
        text = path.read_text(encoding="utf-8")
        match path.suffix:
            case ".yaml" | ".yml":
                data = yaml.load(text, _Loader)  # noqa: S506 - a safe loader with fewer scalars
            case ".json":
                data = json.loads(text)
            case ".toml":
                data = tomllib.loads(text)
            case _:
                raise ResponsesError(f"{path}: a mapping file ends in .yaml, .json or .toml")
    except OSError as error:
        raise ResponsesError(f"{path} cannot be read: {error.strerror or error}") from error
    except (ValueError, yaml.YAMLError) as error:
        raise ResponsesError(f"{path} cannot be parsed: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict) or "answer" not in data:
        raise ResponsesError(f"{path}: a mapping file needs an answer, and usually a moment and a suggestion")
    _check_keys(path, data)
    return data


def _check_keys(path: Path, data: dict[str, Any]) -> None:
    if unknown := {str(key) for key in data} - _OTHERS:
        raise ResponsesError(
            f"{path}: no such key: {', '.join(sorted(unknown))}; there are {', '.join(sorted(_OTHERS))}"
        )
    for section, fields in SECTIONS.items():
        part = data.get(section) or {}
        if not isinstance(part, dict):
            raise ResponsesError(f"{path}: {section} is not a table of fields")
        if unknown := {str(key) for key in part} - set(fields):
            raise ResponsesError(
                f"{path}: {section} has no field {', '.join(sorted(unknown))}; there are {', '.join(fields)}"
            )


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A mapping bound to a table: every field's source."""

    name: str
    person: Source | None
    """None when the mapping names nobody: every row is a person of its own."""
    order: Source | None
    answer: Source
    fields: Mapping[str, Source]
    """By field, over all sections; only what the mapping names."""
    predict: str
    """One of TARGETS."""
    truth: Source | None
    """What is predicted, where it does not follow from the reply."""
    features: tuple[int, ...]
    """Places of the columns the context-only baseline may read."""
    history: bool | None
    """Whether earlier rows of a person are earlier messages; None: where times are known."""
    zone: ZoneInfo


def _zone(data: dict[str, Any]) -> ZoneInfo:
    try:
        return ZoneInfo(str(data.get("timezone", "UTC")))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ResponsesError(f"timezone: '{data['timezone']}' is no time zone such as Europe/Paris") from error


def _fields(data: dict[str, Any], sources: Sources, zone: ZoneInfo) -> dict[str, Source]:
    found: dict[str, Source] = {}
    for section, names in SECTIONS.items():
        part = data.get(section) or {}
        for field in (name for name in names if name in part):
            found[field] = _field(f"{section}.{field}", field, part[field], sources, zone)
    return found


def _field(name: str, field: str, spec: Any, sources: Sources, zone: ZoneInfo) -> Source:
    options = spec if isinstance(spec, dict) else {}
    if field in _TIMES:
        form = options.get("format")
        return sources.read(name, spec, values.timestamp(form and str(form), zone), frozenset({"format"}))
    if field in _DURATIONS:
        unit = options.get("unit")
        if unit is not None and unit not in values.UNITS:
            raise ResponsesError(f"{name}: no such unit: {unit}; there are {', '.join(values.UNITS)}")
        return sources.read(name, spec, values.minutes(unit), frozenset({"unit"}))
    return sources.read(name, spec, _PLAIN[field])


def _target(data: dict[str, Any], sources: Sources, wanted: str | None) -> tuple[str, Source | None]:
    spec = data.get("target", "accepted")
    options = dict(spec) if isinstance(spec, dict) else {"predict": spec}
    predict = wanted or options.pop("predict", "accepted")
    options.pop("predict", None)
    if predict not in TARGETS:
        raise ResponsesError(f"target: '{predict}' is none of {', '.join(TARGETS)}")
    return predict, sources.read("target", options, values.label) if options else None


def _features(data: dict[str, Any], table: Table, fields: Mapping[str, Source], taken: set[int]) -> tuple[int, ...]:
    spec = data.get("features")
    if spec is None:
        # Raw times are no categories; hour and day are added for every row.
        used = set().union(*(source.columns for name, source in fields.items() if name not in _TIMES))
        return tuple(sorted(used - taken))
    if spec == "all":
        times = set().union(*(fields[name].columns for name in _TIMES if name in fields))
        return tuple(sorted(set(range(len(table.columns))) - taken - times))
    if not isinstance(spec, list):
        raise ResponsesError("features: a list of columns, or all")
    return tuple(table.place(str(column), "features") for column in spec)


def bind(data: dict[str, Any], table: Table, *, name: str, target: str | None = None) -> Plan:
    """Return a mapping bound to a table's columns; `target` overrides what the file predicts.

    Raises ResponsesError on a column the table lacks, or a value that no field can hold.
    """
    missing = data.get("missing", MISSING)
    if not isinstance(missing, list | tuple):
        raise ResponsesError("missing: a list of texts that stand for no value")
    sources = Sources(table, frozenset({"", *(str(text).casefold() for text in missing)}))
    zone = _zone(data)
    fields = _fields(data, sources, zone)
    predict, truth = _target(data, sources, target)
    answer = sources.read("answer", data["answer"], values.answer)
    person = sources.read("person", data["person"], str) if data.get("person") is not None else None
    order = sources.read("order", data["order"], str) if data.get("order") is not None else None
    history = data.get("history")
    if history not in (None, True, False):
        raise ResponsesError("history: true or false")
    taken = set().union(*(source.columns for source in (answer, person, order, truth) if source is not None))
    return Plan(
        name=str(data.get("name", name)),
        person=person,
        order=order,
        answer=answer,
        fields=fields,
        predict=predict,
        truth=truth,
        features=_features(data, table, fields, taken),
        history=history,
        zone=zone,
    )
