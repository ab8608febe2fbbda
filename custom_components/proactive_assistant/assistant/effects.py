"""Random effects: what one person's answers share beyond the steering coefficients.

Which of them apply to a suggestion at a moment, and how far each may lie from zero before anything is known.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .engine import Prior
from .enums import Activity
from .facts import Moment, Suggestion
from .kinds import KINDS, UNKNOWN_KIND

DAY_PARTS: Final = ("night", "morning", "midday", "afternoon", "evening")
_DAY_PART_STARTS: Final = (6, 11, 14, 18, 22)

OWN_KINDS: Final = 24
"""Kinds of a person's own that get an effect of their own; later ones share one, so that a state stays small."""

OWN_KIND_LENGTH: Final = 40
"""Characters of such a kind's name, of ASCII; another shares the common effect."""

PERSON_SD: Final = 0.5
"""Standard deviation, in logits, of a person's own intercepts of content and moment.

The coefficients fit the simulated population; a real person differs from all of it in ways that no direction
covers, first of all in how much they want to hear (learning evidence 3.2: keep the residual). A judgement:
simulated people cannot tell it.
"""


def day_part(hour: int) -> str:
    """Return the part of the day of an hour, 0 to 23."""
    passed = sum(hour >= start for start in _DAY_PART_STARTS)
    return DAY_PARTS[passed % len(DAY_PARTS)]


def kind_key(kind: str, known: Mapping[str, object]) -> str:
    """Return the effect key of a kind; a kind the model does not know gets its own while there is room."""
    key = f"kind:{kind}"
    if kind in KINDS or key in known:
        return key
    fits = 0 < len(kind) <= OWN_KIND_LENGTH and kind.isascii()
    return key if fits and sum(map(own_kind, known)) < OWN_KINDS else f"kind:{UNKNOWN_KIND}"


def own_kind(key: str) -> bool:
    """Return whether an effect key belongs to one kind that the model does not know."""
    family, _, kind = key.partition(":")
    return family == "kind" and kind not in KINDS and kind != UNKNOWN_KIND


def effect_keys(
    moment: Moment, suggestion: Suggestion, known: Mapping[str, object] = MappingProxyType({})
) -> tuple[tuple[str, str], ...]:
    """Return the (factor, effect key) pairs that apply at a moment to a resident with known effects."""
    keys = (
        ("content", kind_key(suggestion.kind, known)),
        ("content", "person:content"),
        ("moment", "person:moment"),
        ("moment", f"day_part:{day_part(moment.at.hour)}"),
    )
    # What is not known has no character of its own to learn.
    unknown = moment.activity is Activity.UNKNOWN
    return keys if unknown else (*keys, ("moment", f"activity:{moment.activity}"))


def effect_sd(prior: Prior, key: str) -> float:
    """Return the prior standard deviation of a random effect, in logits."""
    return prior.random_effect_sd.get(key.partition(":")[0], 0.0)
