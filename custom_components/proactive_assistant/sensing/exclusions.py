"""What a person took out of the assistant's view, in the options."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from ..assistant.kinds import KINDS
from ..const import (
    CONF_EXCLUDED_AREAS,
    CONF_EXCLUDED_DEVICES,
    CONF_EXCLUDED_ENTITIES,
    CONF_EXCLUDED_KINDS,
    CONF_EXCLUDED_LABELS,
    CONF_EXCLUDED_PERSONS,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Exclusions:
    """Ids of what is not looked at, not looked for, or not counted as living here."""

    entities: frozenset[str] = frozenset()
    devices: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    """Besides the label `no_suggestions`, which always counts."""
    kinds: frozenset[str] = frozenset()
    """Kinds that are not even looked for."""
    persons: frozenset[str] = frozenset()
    """Person entities that do not live here, such as a cleaner's: their coming and going says nothing."""

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Return the exclusions of stored options; what is damaged excludes nothing."""
        return cls(
            entities=_ids(options.get(CONF_EXCLUDED_ENTITIES)),
            devices=_ids(options.get(CONF_EXCLUDED_DEVICES)),
            areas=_ids(options.get(CONF_EXCLUDED_AREAS)),
            labels=_ids(options.get(CONF_EXCLUDED_LABELS)),
            # Of the thirty kinds: danger is none that could be excluded.
            kinds=_ids(options.get(CONF_EXCLUDED_KINDS)) & KINDS.keys(),
            persons=_ids(options.get(CONF_EXCLUDED_PERSONS)),
        )

    def covers(
        self, entity_id: str, device_id: str | None = None, area_id: str | None = None, labels: Iterable[str] = ()
    ) -> bool:
        """Return whether an entity is out of view, by itself or by what it belongs to."""
        return (
            entity_id in self.entities
            or device_id in self.devices
            or area_id in self.areas
            or not self.labels.isdisjoint(labels)
        )


def _ids(value: object) -> frozenset[str]:
    return (
        frozenset(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else frozenset()
    )
