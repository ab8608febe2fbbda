"""Home Assistant to Suggestion: one file per kind, found by discovery.

A kind is added by adding a module here that defines one subclass of Detector.
"""

from importlib import import_module
from inspect import getmembers, isclass
from pkgutil import iter_modules
from typing import Final

from ..assistant.kinds import KINDS, SAFETY
from .base import Detector, Finding


def _discover() -> tuple[type[Detector], ...]:
    """Return every detector class of this package, by module name.

    Runs when the package is imported, which Home Assistant does in its import executor.
    """
    found: list[type[Detector]] = []
    for module in sorted(iter_modules(__path__), key=lambda item: item.name):
        members = getmembers(import_module(f"{__name__}.{module.name}"), isclass)
        found += [
            item
            for _, item in members
            # What several kinds have in common has no kind of its own.
            if issubclass(item, Detector)
            and item.__module__ == f"{__name__}.{module.name}"
            and "kind" in vars(item)
            # Messages of the user's own are of no kind of the product's.
            and (item.kind in KINDS or item.kind == SAFETY.key)
        ]
    return tuple(found)


DETECTORS: Final = _discover()

__all__ = ["DETECTORS", "Detector", "Finding"]
