"""How far the warm start has come: what was read from the recorder, up to which instant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, Self

from .instants import instant

BACK: Final = timedelta(days=10)
"""How far back the recorder is read: what Home Assistant keeps by default."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Warm:
    """One reading of the recorder, begun or done."""

    until: datetime
    """When the assistant began to watch by itself; what came before is the recorder's to tell, once."""
    done: bool = False
    entities: int = 0
    """Of which anything was found."""
    days: int = 0
    """Days between the first transition found and the end."""
    transitions: int = 0
    newcomers: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    """Since when residents are watched who were added later, and whose own rhythm is still to be read."""

    def to_dict(self) -> dict[str, Any]:
        """Return everything for storage."""
        return {
            "until": self.until.isoformat(),
            "done": self.done,
            "entities": self.entities,
            "days": self.days,
            "transitions": self.transitions,
            "newcomers": {resident: since.isoformat() for resident, since in self.newcomers.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return what was stored; raises ValueError, KeyError or TypeError when it is not such."""
        until = instant(data["until"])
        numbers = [data[key] for key in ("entities", "days", "transitions")]
        whole = all(isinstance(item, int) and not isinstance(item, bool) and item >= 0 for item in numbers)
        # Not in the files of the first versions.
        newcomers = {resident: instant(since) for resident, since in data.get("newcomers", {}).items()}
        if until is None or not isinstance(data["done"], bool) or not whole or None in newcomers.values():
            msg = "not a warm start"
            raise ValueError(msg)
        return cls(
            until=until,
            done=data["done"],
            entities=numbers[0],
            days=numbers[1],
            transitions=numbers[2],
            newcomers={resident: since for resident, since in newcomers.items() if since is not None},
        )
