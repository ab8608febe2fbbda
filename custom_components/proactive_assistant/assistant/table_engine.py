"""The engine of last resort: an additive table of judgements, steered along named traits.

It serves when no trained model can be loaded, so it must need nothing but numpy. Its numbers are judgements
in logits; the trained model exists because these are guesses. Source of the shape: product specification
4.1 (opportune moments: transitions good; calls, cooking and media bad) and 4.4.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

import numpy as np

from .effects import PERSON_SD
from .engine import Engine, Floats, Prior, Tokens
from .vocabulary import (
    FIELDS,
    FIRST_OUTPUT,
    FIRST_OUTPUT_TOKEN,
    OUTPUT_COUNT,
    VOCABULARY_ID,
    token,
)

type _Rows = Mapping[tuple[str, str], float]
"""(field, value pattern) to a shift of a logit; a pattern that ends in `*` matches a prefix."""

_BASE: Final[Mapping[str, float]] = {
    "content": 0.6,
    "moment": 0.7,
    "noticed_phone": 1.2,
    "noticed_speaker": 0.5,
    "noticed_dashboard": -1.5,
    "length": -0.8,
    "tone": -0.5,
    "reason": 0.8,
}

_SHIFTS: Final[Mapping[str, _Rows]] = {
    "content": {
        ("category", "security"): 0.5,
        ("category", "safety"): 1.5,
        ("category", "chores"): 0.2,
        ("category", "maintenance"): -0.5,
        ("category", "comfort"): -0.3,
        ("benefit", "<0.35"): -0.6,
        ("benefit", ">=0.75"): 0.4,
        ("risk_present", "yes"): 0.8,
        ("concerns", "other"): -1.5,
        ("last_reply_to_kind", "accepted"): 0.3,
        ("last_reply_to_kind", "not_now"): -0.4,
        ("last_reply_to_kind", "never"): -3.0,
        ("mode", "guest"): -0.5,
        ("mode", "party"): -0.8,
    },
    "moment": {
        ("activity", "asleep/*"): -4.0,
        ("activity", "call/*"): -2.5,
        ("activity", "cooking/*"): -0.8,
        ("activity", "eating/*"): -0.7,
        ("activity", "media/*"): -0.4,
        ("activity", "working/*"): -0.7,
        ("activity", "hosting/*"): -1.2,
        ("activity", "grooming/*"): -0.9,
        ("activity", "leaving/*"): 0.5,
        ("activity", "arriving/*"): 0.3,
        ("activity", "away/*"): -0.8,
        ("activity", "idle/*"): 0.4,
        ("transition", "arrived"): 0.5,
        ("transition", "left"): 0.8,
        ("transition", "entered_room"): 0.3,
        ("transition", "finished_activity"): 0.4,
        ("transition", "woke_up"): -0.3,
        ("transition", "going_to_bed"): -1.0,
        ("phone", "in_use"): 0.4,
        ("phone", "call"): -2.5,
        ("phone", "driving"): -2.5,
        ("phone", "focus"): -2.0,
        ("urgency", "high"): 0.5,
        ("urgency", "time_sensitive"): 1.0,
        ("delivered_today", "3"): -0.3,
        ("delivered_today", "4"): -0.5,
        ("delivered_today", "5"): -0.7,
        ("delivered_today", "6+"): -1.0,
        ("minutes_since_delivery", "<15m"): -0.6,
        ("minutes_since_delivery", "<5m"): -0.8,
        ("minutes_since_delivery", "<2m"): -1.0,
    },
    "noticed_phone": {
        ("activity", "asleep/*"): -3.0,
        ("phone", "in_use"): 1.5,
        ("phone", "charging"): -0.7,
        ("phone", "focus"): -1.5,
        ("phone", "unreachable"): -4.0,
    },
    "noticed_speaker": {("activity", "away/*"): -6.0, ("activity", "asleep/*"): -3.0},
    "noticed_dashboard": {("activity", "away/*"): -3.0},
}

_LEVEL_SHIFTS: Final[Mapping[tuple[str, str], tuple[float, float, float, float]]] = {
    ("risk", "A0"): (0.0, 2.0, 0.0, 0.0),
    ("risk", "A1"): (0.0, 1.2, 1.0, 0.2),
    ("risk", "A2"): (0.2, 1.5, 1.0, -1.0),
    ("risk", "A3"): (0.3, 1.5, 1.0, -3.0),
}

# One named trait per coordinate: what a person high on it wants more of.
_TRAITS: Final[tuple[tuple[str, Mapping[str, _Rows]], ...]] = (
    ("scheduling", {"moment": {("time", "*"): 0.6}}),
    (
        "scheduling",
        {"moment": {("activity", f"{name}/*"): 0.6 for name in ("media", "cooking", "eating", "working", "hosting")}},
    ),
    (
        "scheduling",
        {"moment": {("time", f"{hour:02d}:*"): 0.6 for hour in range(18, 24)}},
    ),
    ("domain", {"content": {("kind", "*"): 0.7}}),
    ("domain", {"content": {("category", "security"): 0.6, ("category", "safety"): 0.4}}),
    ("domain", {"content": {("category", "energy"): 0.7, ("category", "comfort"): 0.4}}),
    ("domain", {"content": {("category", "chores"): 0.7, ("category", "maintenance"): 0.5}}),
    ("context", {"moment": {("day_type", "saturday"): 0.4, ("day_type", "sunday"): 0.4}}),
)
_AUTONOMY: Final = ("autonomy", (-0.6, -0.2, 0.3, 0.6))
_STYLE: Final = ("style", {"length": 0.8, "tone": 0.4, "reason": 0.4})


def _matching(field: str, pattern: str) -> Iterator[int]:
    """Yield the tokens of a field whose value matches a pattern."""
    values = next(item.values for item in FIELDS if item.name == field)
    for value in values:
        if value == pattern or (pattern.endswith("*") and value.startswith(pattern[:-1])):
            yield token(field, value)


def _yes(group: str) -> int:
    """Return the column of a two-valued group's second value."""
    return FIRST_OUTPUT[group] + 1


def _fill(table: Floats, shifts: Mapping[str, _Rows]) -> None:
    """Add shifts, given per output group, to a (tokens, outputs) table in place."""
    for group, rows in shifts.items():
        for (field, pattern), shift in rows.items():
            for number in _matching(field, pattern):
                table[number, _yes(group)] += shift


@cache
def _tables() -> tuple[Floats, Floats]:
    """Return weights (tokens, outputs) and directions (tokens, outputs, k)."""
    weights = np.zeros((FIRST_OUTPUT_TOKEN, OUTPUT_COUNT))
    _fill(weights, _SHIFTS)
    level = FIRST_OUTPUT["level"]
    for (field, pattern), row in _LEVEL_SHIFTS.items():
        for number in _matching(field, pattern):
            weights[number, level : level + len(row)] += row
    directions = []
    for _, shifts in _TRAITS:
        direction = np.zeros_like(weights)
        _fill(direction, shifts)
        directions.append(direction)
    autonomy = np.zeros_like(weights)
    style = np.zeros_like(weights)
    for number in _matching("risk", "*"):
        autonomy[number, level : level + 4] = _AUTONOMY[1]
        for group, shift in _STYLE[1].items():
            style[number, _yes(group)] = shift
    return weights, np.stack([*directions, autonomy, style], axis=-1)


class TableEngine:
    """Judge by adding up one row per token."""

    name = "table"
    model_id = f"table-2-{VOCABULARY_ID}"

    def __init__(self) -> None:
        """Fill the tables and the prior."""
        self._weights, self._directions = _tables()
        self._bias = np.zeros(OUTPUT_COUNT)
        for group, value in _BASE.items():
            self._bias[_yes(group)] = value
        groups = (*(name for name, _ in _TRAITS), _AUTONOMY[0], _STYLE[0])
        self.prior = Prior(
            mean=np.zeros(len(groups)),
            covariance=np.eye(len(groups)),
            groups=groups,
            random_effect_sd={"kind": 0.7, "day_part": 0.5, "activity": 0.5, "person": PERSON_SD},
            temperatures={},
            drift=0.998,
        )

    def logits(self, prefix: Tokens, suffixes: Tokens, z: Floats) -> Floats:
        """Judge n suggestions at one moment under b steering vectors; shape (b, n, outputs)."""
        base = self._weights[prefix].sum(0) + self._weights[suffixes].sum(1) + self._bias
        slope = self._directions[prefix].sum(0) + self._directions[suffixes].sum(1)
        result: Floats = base[None] + np.einsum("nok,bk->bno", slope, z)
        return result


def load() -> Engine:
    """Return the table engine; it cannot fail."""
    return TableEngine()
