"""Ways to put a message in front of a resident: one file per channel, found by discovery.

A channel is added by adding a module here that defines one subclass of Route.
"""

from collections.abc import Mapping
from importlib import import_module
from inspect import getmembers, isclass
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Final

from ...assistant.enums import Channel
from .base import Parcel, Route, UndeliverableError

NEXT: Final[Mapping[Channel, tuple[Channel, ...]]] = MappingProxyType(
    {
        Channel.SPEAKER: (Channel.SPEAKER, Channel.PHONE),
        Channel.PHONE: (Channel.PHONE,),
        Channel.DASHBOARD: (Channel.DASHBOARD,),
        Channel.DIGEST: (),
    }
)
"""What is tried for a channel of the policy's, in order. What comes after a phone is the dashboard, which the desk
shows by itself; what is for the digest waits for its hour."""


def _discover() -> tuple[type[Route], ...]:
    """Return every route of this package, in the order in which they are tried.

    Runs when the package is imported, which Home Assistant does in its import executor.
    """
    found: list[type[Route]] = []
    for module in sorted(iter_modules(__path__), key=lambda item: item.name):
        name = f"{__name__}.{module.name}"
        members = getmembers(import_module(name), isclass)
        found += [item for _, item in members if issubclass(item, Route) and item.__module__ == name]
    return tuple(sorted((item for item in found if item is not Route), key=lambda item: item.order))


ROUTES: Final = _discover()

__all__ = ["NEXT", "ROUTES", "Parcel", "Route", "UndeliverableError"]
