"""What people said an entity is: it wins over what is inferred, and outlives restarts and renames."""

from collections.abc import Mapping
from typing import Any, Final, Literal, Self

from ..sensing.sorting import Role

type Given = Role | Literal["none"]
"""A role, or that an entity is nothing to us."""

NONE: Final = "none"


class Corrections:
    """Given roles by the registry's id of an entity, which a rename leaves as it is, or by entity id without one."""

    def __init__(self, given: Mapping[str, Given] | None = None) -> None:
        """Start with what was given before."""
        self._given = dict(given or {})

    def __len__(self) -> int:
        """Return how many entities were corrected."""
        return len(self._given)

    def of(self, entity_id: str, registry_id: str | None) -> Given | None:
        """Return what an entity was said to be, or None when nobody said anything."""
        if registry_id is not None and registry_id in self._given:
            return self._given[registry_id]
        return self._given.get(entity_id)

    def give(self, entity_id: str, registry_id: str | None, role: Given | None) -> None:
        """Note what an entity is; None takes back what was said."""
        # What was said before the entity had a registry entry must not come back later.
        self._given.pop(entity_id, None)
        if registry_id is not None:
            self._given.pop(registry_id, None)
        if role is not None:
            self._given[registry_id or entity_id] = role

    def renamed(self, old: str, new: str) -> bool:
        """Follow an entity that was corrected before it had a registry entry; return whether there was one."""
        if old not in self._given:
            return False
        self._given[new] = self._given.pop(old)
        return True

    def to_dict(self) -> dict[str, Any]:
        """Return everything for storage; called in a thread, so the table is copied in one step."""
        return {"roles": {key: str(role) for key, role in list(self._given.items())}}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Return corrections from stored data; raises ValueError, KeyError or TypeError when damaged."""
        return cls({str(key): NONE if value == NONE else Role(value) for key, value in data["roles"].items()})
