"""One moment, one message: what the check at the door names is not said again by itself (product 3.1)."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from .facts import Suggestion

NAMES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {"leave_home": frozenset({"heat_source_on", "garage_open", "opening_left", "lock_check"})}
)
"""The kinds about single things that a bundle tells of as well."""

_WORSE: Final = frozenset({"opening_left"})
"""Of these, those that get worse later: rain over a window that was open already is news."""


def told_with(suggestion: Suggestion, kind: str, entity_ids: Iterable[str]) -> bool:
    """Return whether a message of a kind about some entities has told what a suggestion would.

    One that offers to do something has more to say: a bundle has no button for it.
    """
    return (
        suggestion.kind in NAMES.get(kind, frozenset())
        and not suggestion.safety
        and not suggestion.actions
        and not (suggestion.risk_present and suggestion.kind in _WORSE)
        and bool(suggestion.entity_ids)
        and set(suggestion.entity_ids) <= set(entity_ids)
    )


def names(bundle: Suggestion, suggestion: Suggestion) -> bool:
    """Return whether a bundle tells of all that a suggestion would."""
    return told_with(suggestion, bundle.kind, bundle.entity_ids)
