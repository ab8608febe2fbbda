"""Residents' states on disk."""

from dataclasses import dataclass, field
from typing import Any

from ..assistant.state import ResidentState, state_from_dict, state_to_dict


@dataclass(slots=True)
class States:
    """The residents' states, and how many outcomes each has learned.

    The ledger keeps the same count. It is written first, so after a kill a state may be behind it by the latest
    outcomes, which are then learned again, and is never ahead by one that the ledger does not know.
    """

    states: dict[str, ResidentState] = field(default_factory=dict)
    learned: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return all states for storage."""
        return states_to_dict(self.states) | ({"learned": dict(self.learned)} if self.learned else {})

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> States:
        """Return all states of stored data. Raises ValueError, KeyError or AttributeError when damaged."""
        learned = data.get("learned", {})
        return cls(states_from_dict(data), {str(key): int(count) for key, count in learned.items()})


def states_to_dict(states: dict[str, ResidentState]) -> dict[str, Any]:
    """Return states in their stored form."""
    return {"residents": {key: state_to_dict(state) for key, state in sorted(states.items())}}


def states_from_dict(data: dict[str, Any]) -> dict[str, ResidentState]:
    """Return all states of stored data. Raises ValueError, KeyError or AttributeError when damaged."""
    return {str(key): state_from_dict(item) for key, item in data["residents"].items()}
