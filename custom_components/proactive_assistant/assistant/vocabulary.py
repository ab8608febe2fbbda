"""The model's vocabulary: one token range per field, and the groups of output tokens.

A token is an integer. Every field owns a contiguous range that starts with its "not known" token, so a fact
that is missing, or newer than the model, still has a token. The layout is part of the model's identity:
any change of a row changes `VOCABULARY_ID`, and a model trained on another layout is refused.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from types import MappingProxyType
from typing import Final

from .enums import (
    Activity,
    Category,
    Channel,
    Company,
    DayType,
    HomeMode,
    Household,
    Level,
    PhoneState,
    Reply,
    RiskClass,
    Room,
    Transition,
    Urgency,
    Weather,
)
from .kinds import KINDS

NOT_KNOWN: Final = "?"

RECENT_SLOTS: Final = 3
"""Earlier messages of any kind that the model sees."""

FORECAST_HOURS: Final = (1, 3)
"""Hours ahead for which the model sees the habits' forecast."""

LEVELS: Final = (Level.OBSERVE, Level.SUGGEST, Level.ASK, Level.ACT)
CHANNELS: Final = (Channel.PHONE, Channel.SPEAKER, Channel.DASHBOARD)
"""Channels whose noticing the model knows; a digest is read when the person opens it."""

MINUTE_EDGES: Final = (2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 240.0, 480.0, 1440.0)
"""Upper edges, in minutes, of the buckets for every duration the model sees."""

_MINUTES: Final = (*(f"<{edge:g}m" for edge in MINUTE_EDGES), f">={MINUTE_EDGES[-1]:g}m")
_COUNTS: Final = ("0", "1", "2", "3", "4", "5", "6+")
_BENEFITS: Final = ("<0.35", "<0.55", "<0.75", ">=0.75")
_HALF_HOURS: Final = tuple(f"{slot // 2:02d}:{slot % 2 * 30:02d}" for slot in range(48))
_ACTIVITIES: Final = tuple(f"{activity}/{trust}" for activity in Activity for trust in ("unsure", "sure"))
_RECENT: Final = tuple(f"{category}/{reply}" for category in Category for reply in Reply)


@dataclass(frozen=True, slots=True)
class Field:
    """One position of the sequence: its name and the values it can take."""

    name: str
    values: tuple[str, ...]


MOMENT_FIELDS: Final = (
    Field("time", _HALF_HOURS),
    Field("day_type", tuple(DayType)),
    Field("activity", _ACTIVITIES),
    Field("activity_minutes", _MINUTES),
    Field("household", tuple(Household)),
    Field("company", tuple(Company)),
    Field("room", tuple(Room)),
    Field("transition", tuple(Transition)),
    Field("phone", tuple(PhoneState)),
    Field("mode", tuple(HomeMode)),
    Field("weather", tuple(Weather)),
    Field("delivered_today", _COUNTS),
    Field("minutes_since_delivery", _MINUTES),
    *(Field(f"forecast_{hours}h", tuple(Activity)) for hours in FORECAST_HOURS),
    *(Field(f"recent_{slot}", _RECENT) for slot in range(1, RECENT_SLOTS + 1)),
)

SUGGESTION_FIELDS: Final = (
    Field("kind", tuple(KINDS)),
    Field("category", tuple(Category)),
    Field("risk", tuple(risk.name for risk in RiskClass)),
    Field("urgency", tuple(urgency.name.lower() for urgency in Urgency)),
    Field("benefit", _BENEFITS),
    Field("situation_minutes", _MINUTES),
    Field("minutes_left", _MINUTES),
    Field("concerns", ("household", "resident", "other")),
    Field("risk_present", ("no", "yes")),
    Field("last_reply_to_kind", tuple(Reply)),
    Field("minutes_since_kind", _MINUTES),
)

FIELDS: Final = MOMENT_FIELDS + SUGGESTION_FIELDS

# Some fields share a meaning, so they share a range: what is learned of "media in one hour" serves
# "media in three", and the three recent slots differ by position alone.
_SHARED: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{f"forecast_{hours}h": "forecast" for hours in FORECAST_HOURS},
        **{f"recent_{slot}": "recent" for slot in range(1, RECENT_SLOTS + 1)},
    }
)


def _ranges() -> dict[str, int]:
    """Return the first token (the not-known token) of every field's range."""
    sizes: dict[str, int] = {}
    for field in FIELDS:
        sizes.setdefault(_SHARED.get(field.name, field.name), len(field.values) + 1)
    starts = dict(zip(sizes, accumulate(sizes.values(), initial=0), strict=False))
    return {field.name: starts[_SHARED.get(field.name, field.name)] for field in FIELDS}


FIRST_TOKEN: Final[Mapping[str, int]] = MappingProxyType(_ranges())

_VALUE_INDEX: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType(
    {field.name: MappingProxyType({value: i for i, value in enumerate(field.values, 1)}) for field in FIELDS}
)

JUDGE_TOKEN: Final = max(FIRST_TOKEN[field.name] + len(field.values) for field in FIELDS) + 1


@dataclass(frozen=True, slots=True)
class OutputGroup:
    """Output tokens that share one softmax."""

    name: str
    values: tuple[str, ...]


OUTPUT_GROUPS: Final = (
    OutputGroup("content", ("no", "yes")),
    OutputGroup("moment", ("no", "yes")),
    *(OutputGroup(f"noticed_{channel}", ("no", "yes")) for channel in CHANNELS),
    OutputGroup("level", tuple(level.name.lower() for level in LEVELS)),
    OutputGroup("length", ("short", "full")),
    OutputGroup("tone", ("plain", "warm")),
    OutputGroup("reason", ("no", "yes")),
)

FIRST_OUTPUT: Final[Mapping[str, int]] = MappingProxyType(
    dict(
        zip(
            (group.name for group in OUTPUT_GROUPS),
            accumulate((len(group.values) for group in OUTPUT_GROUPS), initial=0),
            strict=False,
        )
    )
)
"""Index of each group's first logit in an engine's output row."""

OUTPUT_COUNT: Final = sum(len(group.values) for group in OUTPUT_GROUPS)
FIRST_OUTPUT_TOKEN: Final = JUDGE_TOKEN + 1
VOCABULARY_SIZE: Final = FIRST_OUTPUT_TOKEN + OUTPUT_COUNT

PREFIX_LENGTH: Final = len(MOMENT_FIELDS)
SUFFIX_LENGTH: Final = len(SUGGESTION_FIELDS) + 1
"""Tokens of a suggestion, the judge token included."""

STEERING_GROUPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "scheduling": ("moment",),
        "domain": ("content",),
        "autonomy": ("level",),
        "style": ("length", "tone", "reason"),
        "context": (*(f"noticed_{channel}" for channel in CHANNELS), "content", "moment"),
    }
)
"""The five preference dimensions and the output groups each may move."""


def token(field: str, value: str | None) -> int:
    """Return the token of a value of a field; its not-known token when missing or unknown."""
    if value is None:
        return FIRST_TOKEN[field]
    return FIRST_TOKEN[field] + _VALUE_INDEX[field].get(value, 0)


def token_text(number: int, field: str) -> str:
    """Return the value a token stands for in a field.

    Raises ValueError when the token does not belong to the field.
    """
    index = number - FIRST_TOKEN[field]
    values = next(item.values for item in FIELDS if item.name == field)
    if not 0 <= index <= len(values):
        msg = f"token {number} is not one of {field}"
        raise ValueError(msg)
    return NOT_KNOWN if index == 0 else values[index - 1]


def _identity() -> str:
    """Return a digest of the whole layout."""
    parts = [f"{field.name}={','.join(field.values)}@{FIRST_TOKEN[field.name]}" for field in FIELDS]
    parts += [f"{group.name}->{','.join(group.values)}" for group in OUTPUT_GROUPS]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


VOCABULARY_ID: Final = _identity()
